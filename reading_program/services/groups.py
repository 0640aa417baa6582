"""组别 of an edition: set by the bureau, fixed for good once somebody entered in one."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for
from portal.kernel.wording import quoted
from reading_program.models import Edition, Entry, EntryGroup

Row = tuple[int | None, Mapping[str, Any]]


def entered_in(edition: Edition) -> set[int]:
    """Keys of the groups somebody has entered in, drafts and what was withdrawn included."""
    found = Entry.objects.filter(edition=edition, group__isnull=False).order_by()
    return set(found.values_list("group", flat=True).distinct())


@transaction.atomic
def set_groups(edition: Edition, *, rows: Sequence[Row], by: Any) -> None:
    """Set each group by its key; an empty name takes it away, a row without a key is a new one.

    The lock on the groups makes a school that enters at this moment wait for the answer.
    """
    groups = EntryGroup.objects.select_for_update().filter(edition=edition).order_by("pk")
    known = {group.pk: group for group in groups}
    entered = entered_in(edition)
    last = max([group.position for group in known.values()], default=0)
    with audit.acting("edition.groups_set", by=by), speaking_for(EntryGroup):
        for key, facts in rows:
            group = known.get(key) if key is not None else None
            if group is None:
                if facts["name"]:
                    last += 1
                    EntryGroup.objects.create(edition=edition, position=last, **facts)
            elif any(getattr(group, name) != value for name, value in facts.items()):
                if group.pk in entered:
                    raise Refused(f"{quoted(group.name)}已经有学校登记了作品，不能再改")
                _set(group, facts)
    audit.record("edition.groups_set", edition, by=by)


def _set(group: EntryGroup, facts: Mapping[str, Any]) -> None:
    if facts["name"]:
        EntryGroup.objects.filter(pk=group.pk).update(**facts)
        return
    try:
        group.delete()
    except ProtectedError as error:
        raise Refused(
            f"{quoted(group.name)}已经分了名额或安排了评审，先去掉那些再删这个组别"
        ) from error
