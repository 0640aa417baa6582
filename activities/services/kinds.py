"""The kinds of activity a portal starts with."""

from activities.choices import STANDARD_KINDS
from activities.models import ActivityKind


def ensure_kinds(*, by: object = None) -> None:
    """Add the standard kinds that are missing; leave edited ones alone."""
    ActivityKind.objects.bulk_create(
        (
            ActivityKind(slug=slug, name=name, hint=hint, position=position, is_common=common)
            for slug, name, hint, position, common in STANDARD_KINDS
        ),
        ignore_conflicts=True,
    )
