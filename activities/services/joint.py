"""共办: who else held an activity, each unit's own word on it, and what it was done with."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from activities import notices
from activities.choices import ActivityState
from activities.models import (
    Activity,
    CoHost,
    Partner,
    PartnerActivity,
    Studio,
    StudioActivity,
)
from activities.services import credits
from activities.services.activities import office_on
from activities.workflow import COHOST
from committees.models import Unit
from portal.kernel import audit, calendar
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for
from portal.kernel.wording import quoted

OPEN = {ActivityState.DRAFT, ActivityState.RETURNED}
HANDED_IN = {ActivityState.SUBMITTED, ActivityState.ACCEPTED}
MOST_COHOSTS = 40


@transaction.atomic
def invite(activity: Activity, unit: Unit, *, by: Any) -> CoHost:
    """Name a unit as co-host of an open record; it is asked once the record is handed in."""
    record = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    _require_open(record)
    if unit.pk == record.unit_id:
        raise Refused("本单位是记这条记录的，不用再选自己")
    if unit.city_id != record.city_id:
        raise Refused(f"{unit}不在本市，不能选作共办单位。外面的单位可以选作合作伙伴")
    if record.cohosts.count() >= MOST_COHOSTS:
        raise Refused(f"一条记录最多 {MOST_COHOSTS} 个共办单位，请核对是不是选多了")
    with speaking_for(CoHost), audit.acting("cohost.invited", by=by):
        made = CoHost.objects.create(
            activity=record,
            unit=unit,
            office=office_on(unit, record.held_on or calendar.today()),
            added_by=by,
        )
    audit.record("activity.cohost_invited", record, by=by, note=unit.name)
    return made


@transaction.atomic
def uninvite(cohost: CoHost, *, by: Any) -> None:
    """Take a unit off an open record again."""
    record = Activity.objects.select_for_update(of=("self",)).get(pk=cohost.activity_id)
    _require_open(record)
    with audit.acting("cohost.removed", by=by):
        cohost.delete()
    audit.record("activity.cohost_removed", record, by=by, note=cohost.unit.name)


@transaction.atomic
def confirm(cohost: CoHost, *, by: Any) -> None:
    """The unit says that it held the activity too: from now on it counts for that unit as well."""
    _answer(cohost, "confirm", note="", by=by)


@transaction.atomic
def decline(cohost: CoHost, *, reason: str, by: Any) -> None:
    """The unit says that it had no part in it; what it once confirmed counts no more."""
    _answer(cohost, "decline", note=reason.strip(), by=by)
    activity = cohost.activity
    notices.tell_author(activity, f"{cohost.unit}说没有共办{quoted(activity)}：{reason.strip()}")


def _answer(cohost: CoHost, step: str, *, note: str, by: Any) -> None:
    # The record is held first, as every settling does: accepted and confirmed at one moment come
    # one after the other, and the later one sees what the earlier one left.
    held = Activity.objects.select_for_update(of=("self",)).select_related("unit", "city", "kind")
    record = held.get(pk=cohost.activity_id)
    if record.state not in HANDED_IN:
        raise Refused(f"{quoted(record)}还没有交上去，或已经退回、作废，等交上去以后再确认")
    COHOST.advance(
        cohost, step, by=by, note=note, reason=note, answered_by=by, answered_at=timezone.now()
    )
    audit.record(f"activity.cohost_{step}", record, by=by, note=f"{cohost.unit} {note}".strip())
    credits.settle(record, by=by)


@transaction.atomic
def set_studio(activity: Activity, studio: Studio | None, *, by: Any) -> None:
    """Say that the record is work of this studio, or of none."""
    if studio is not None and studio.closed_on is not None:
        raise Refused(f"{quoted(studio)}已经停办，请另选一个")
    if studio is None:
        StudioActivity.objects.filter(activity=activity).delete()
    else:
        StudioActivity.objects.update_or_create(activity=activity, defaults={"studio": studio})
    audit.record("activity.studio_set", activity, by=by, note=str(studio or ""))


@transaction.atomic
def set_partners(activity: Activity, partners: Collection[Partner], *, by: Any) -> None:
    """Say which partners had a hand in it; those not named are taken off."""
    wanted = {partner.pk for partner in partners}
    activity.partner_work.exclude(partner__in=wanted).delete()
    there = set(activity.partner_work.values_list("partner_id", flat=True))
    PartnerActivity.objects.bulk_create(
        PartnerActivity(activity=activity, partner_id=pk) for pk in sorted(wanted - there)
    )
    names = "、".join(partner.name for partner in partners)
    audit.record("activity.partners_set", activity, by=by, note=names)


def _require_open(record: Activity) -> None:
    if record.state not in OPEN:
        raise Refused("这条记录已经交上去了。要改共办单位，先撤回来")
