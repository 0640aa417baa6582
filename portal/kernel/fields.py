"""Constraints every table of ours wants."""

from collections.abc import Iterable

from django.db.models import CheckConstraint, Field, Model, Q, TextChoices


def choices_are_known(
    name: str, field: str, choices: type[TextChoices], *, blank: bool = False
) -> CheckConstraint:
    """The database refuses a word that the code does not know."""
    values = [*choices.values, ""] if blank else choices.values
    return CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)


def labels_of(table: type[Model], names: Iterable[str]) -> str:
    """Field names as a person reads them in the audit trail: 单位名称、学段."""
    fields = (table._meta.get_field(name) for name in names)
    return "、".join(str(field.verbose_name) for field in fields if isinstance(field, Field))
