"""What a constraint of the database says, said to a person."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, models, transaction

from portal.kernel.errors import Refused


@contextmanager
def speaking_for(*tables: type[models.Model]) -> Iterator[None]:
    """Turn a broken constraint of these tables into Refused with the constraint's own sentence.

    A form asks the same question first; this answers when two people did so at once. A constraint
    without a sentence is a fault of ours and stays an IntegrityError.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        for table in tables:
            for constraint in table._meta.constraints:
                if constraint.name == name and has_sentence(constraint):
                    raise Refused(str(constraint.violation_error_message)) from error
        raise


def has_sentence(constraint: models.BaseConstraint) -> bool:
    return constraint.violation_error_message != constraint.default_violation_error_message
