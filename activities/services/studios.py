"""“老园丁”工作室: opened at a unit, led by one elder, with members, a yearly plan, a closing."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from activities.models import Studio, StudioMember, StudioPlan, StudioRules
from committees.models import Person, Unit
from portal.kernel import audit, files
from portal.kernel.errors import Refused
from portal.kernel.ranges import between, since
from portal.kernel.refusals import speaking_for


@transaction.atomic
def set_rules(city: Unit, *, least_members: int, least_activities: int, by: Any) -> None:
    asked = {"least_members": least_members, "least_activities": least_activities}
    StudioRules.objects.update_or_create(city=city, defaults=asked)
    note = f"{least_members} 名成员，一年 {least_activities} 次"
    audit.record("studio.rules_set", city, by=by, note=note)


@transaction.atomic
def open_studio(unit: Unit, *, by: Any, **facts: Any) -> Studio:
    """Open a studio at the unit; its leader is a member from the day it was founded."""
    with speaking_for(Studio), audit.acting("studio.opened", by=by):
        studio = Studio.objects.create(unit=unit, created_by=by, **facts)
    _let_leader_be_member(studio, by=by)
    audit.record("studio.opened", studio, by=by)
    return studio


@transaction.atomic
def correct(studio: Studio, *, by: Any, **facts: Any) -> bool:
    """Set what really changed; say whether anything did."""
    changed = [name for name, value in facts.items() if getattr(studio, name) != value]
    for name in changed:
        setattr(studio, name, facts[name])
    if changed:
        with speaking_for(Studio), audit.acting("studio.corrected", by=by):
            studio.save(update_fields=changed)
        _let_leader_be_member(studio, by=by)
        audit.record("studio.corrected", studio, by=by)
    return bool(changed)


def _let_leader_be_member(studio: Studio, *, by: Any) -> None:
    leader = studio.leader
    if leader is None or studio.members.filter(person=leader, period__upper_inf=True).exists():
        return
    with speaking_for(StudioMember), audit.acting("studio.joined", by=by):
        StudioMember.objects.create(studio=studio, person=leader, period=since(studio.founded_on))


@transaction.atomic
def join(studio: Studio, person: Person, *, on: date | None, by: Any) -> StudioMember:
    """The person works in the studio from that day, or from nobody knows when."""
    _require_open(studio)
    with speaking_for(StudioMember), audit.acting("studio.joined", by=by):
        member = StudioMember.objects.create(studio=studio, person=person, period=since(on))
    audit.record("studio.joined", studio, by=by, note=person.name)
    return member


@transaction.atomic
def leave(member: StudioMember, *, on: date, by: Any) -> None:
    """The person works there no longer from that day; the leader is replaced first."""
    held = StudioMember.objects.select_for_update(of=("self",)).select_related("studio", "person")
    it = held.get(pk=member.pk)
    if it.period.upper is not None:
        raise Refused(f"{it.person}已经退出工作室了，刷新页面看看")
    if it.studio.leader_id == it.person_id:
        raise Refused(f"{it.person}是领衔人，先在“修改”里换一位领衔人")
    if it.period.lower is not None and on <= it.period.lower:
        raise Refused("退出的日期要在加入以后，请核对日期")
    it.period = between(it.period.lower, on)
    with audit.acting("studio.left", by=by):
        it.save(update_fields=["period"])
    audit.record("studio.left", it.studio, by=by, note=it.person.name)


@transaction.atomic
def save_plan(
    studio: Studio, *, year: int, text: str, upload: UploadedFile | None, by: Any
) -> StudioPlan:
    """Keep the year's plan; a new file replaces the old one, no file leaves it."""
    Studio.objects.select_for_update().get(pk=studio.pk)
    plan = studio.plans.filter(year=year).first() or StudioPlan(studio=studio, year=year)
    plan.text, plan.saved_by = text.strip(), by
    if upload is not None:
        plan.file, plan.file_name = files.store_document(upload), (upload.name or "计划")[:200]
    if not plan.text and plan.file is None:
        raise Refused("写几句计划，或者上传一份计划文件")
    plan.save()
    audit.record("studio.plan_saved", studio, by=by, note=f"{year}年")
    return plan


@transaction.atomic
def close(studio: Studio, *, on: date, by: Any) -> None:
    """The studio works no longer from that day; its records and members stay readable."""
    it = Studio.objects.select_for_update().get(pk=studio.pk)
    _require_open(it)
    it.closed_on = on
    with speaking_for(Studio), audit.acting("studio.closed", by=by):
        it.save(update_fields=["closed_on"])
        for member in it.members.filter(period__upper_inf=True):
            first = member.period.lower
            if first is None or first < on:
                member.period = between(first, on)
                member.save(update_fields=["period"])
    audit.record("studio.closed", it, by=by)


@transaction.atomic
def reopen(studio: Studio, *, by: Any) -> None:
    """Take a closing back: the studio stands again, its members are entered anew."""
    with audit.acting("studio.reopened", by=by):
        changed = Studio.objects.filter(pk=studio.pk).exclude(closed_on=None).update(closed_on=None)
    if not changed:
        raise Refused("这个工作室没有停办，刷新页面看看")
    audit.record("studio.reopened", studio, by=by)


def _require_open(studio: Studio) -> None:
    if studio.closed_on is not None:
        raise Refused(f"{studio}已经停办，先恢复再改")
