"""Saying what of a committee anybody may read, and taking it down again."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from activities.models import Activity
from committees.models import Unit
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.web.choices import FaceSection
from portal.web.models import PublicFace

MOVED_ON = "这一页刚才有人改过。请看一下现在的样子，再改您要改的"


@transaction.atomic
def publish(
    unit: Unit,
    *,
    sections: Collection[str],
    records: Collection[Activity],
    is_findable: bool,
    version: int,
    by: Any,
) -> PublicFace:
    """Show these parts and no others; an empty choice takes the page down.

    Records of another unit or not accepted are refused, whoever names them.
    """
    with audit.acting("face.published", by=by):
        held, _ = PublicFace.objects.get_or_create(unit=unit)
        held = PublicFace.objects.select_for_update().get(pk=held.pk)
        if held.version != version:
            raise Refused(MOVED_ON)
        if {record.pk for record in records} - set(choosable(unit).values_list("pk", flat=True)):
            raise Refused("只能公开本单位已经通过的活动，请重新选一下")
        held.sections = [each for each in FaceSection.values if each in sections]
        held.is_findable = is_findable
        held.version += 1
        held.changed_by, held.changed_at = by, timezone.now()
        held.save()
        held.records.set(records)
    words = "、".join(FaceSection(each).label for each in held.sections) or "全部收起"
    audit.record("face.published", held, by=by, note=f"{words}；活动 {len(records)} 条")
    return held


def choosable(unit: Unit) -> Any:
    """Accepted records of the unit, newest first."""
    return Activity.objects.accepted().filter(unit=unit).newest()
