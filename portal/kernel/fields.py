"""Constraints every table of ours wants."""

from django.db.models import CheckConstraint, Q, TextChoices


def choices_are_known(
    name: str, field: str, choices: type[TextChoices], *, blank: bool = False
) -> CheckConstraint:
    """The database refuses a word that the code does not know."""
    values = [*choices.values, ""] if blank else choices.values
    return CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)
