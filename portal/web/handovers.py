"""What goes with a post when its holder changes: read from every app, nothing is moved."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from activities.choices import ActivityState, InvitationState, PlanState
from activities.figures import matrix
from activities.models import Activity, Lecture, LectureInvitation, WorkPlan
from committees import figures
from committees.choices import CheckState, TeamInvitationState, UnitKind
from committees.models import (
    FiveHavesCheck,
    Handover,
    ObligationSet,
    Post,
    TeamInvitation,
    Unit,
)
from portal.kernel.calendar import date_cn
from portal.kernel.wording import quoted
from portal.web.models import DataAnswer
from reading_program.choices import EntryState
from reading_program.choices import PlanState as ReadingState
from reading_program.models import Entry, ImplementationPlan, Objection

MOST_WRITTEN = 100  # of each kind; who left reads the latest first
OPEN = [ActivityState.DRAFT, ActivityState.RETURNED, ActivityState.SUBMITTED]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of the sheet: what it is, how it stands, and a note."""

    what: str
    how: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandoverSheet:
    """Open records, what waits, duties of the year and people to know, as they stand today."""

    records: list[Line]
    waiting: list[Line]
    duties: list[Line]
    contacts: list[Line]


def sheet_of(handover: Handover, *, on: date) -> HandoverSheet:
    unit = handover.unit
    return HandoverSheet(
        _records(unit), _waiting(unit, on=on), _duties(unit, on=on), _contacts(unit, on=on)
    )


def _records(unit: Unit) -> list[Line]:
    found = Activity.objects.filter(unit=unit, state__in=OPEN).order_by("state", "-updated_at")
    return [
        Line(
            quoted(record),
            record.get_state_display(),
            record.return_reason or f"{date_cn(timezone.localtime(record.updated_at).date())}存的",
        )
        for record in found
    ]


def _waiting(unit: Unit, *, on: date) -> list[Line]:
    """Plans being written, data asked for, and everybody whose answer is waited for."""
    plans = ImplementationPlan.objects.filter(
        unit=unit, state__in=[ReadingState.DRAFT, ReadingState.RETURNED]
    )
    lines = [
        Line(f"《{plan.edition}》实施方案", plan.get_state_display(), plan.return_reason)
        for plan in plans.select_related("edition").order_by("pk")
    ]
    lines += _contest(unit, on=on)
    works = WorkPlan.objects.filter(city=unit, state=PlanState.DRAFT).order_by("-year")
    lines += [Line(f"《{plan}》", "草稿", "核对任务以后发布") for plan in works]
    answers = DataAnswer.objects.filter(unit=unit).waiting().select_related("request")
    lines += [
        Line(f"要填的数据{quoted(one.request)}", "没有填", f"{date_cn(one.request.due_on)}前要交")
        for one in answers.order_by("request__due_on", "pk")
    ]
    asked = LectureInvitation.objects.filter(
        lecture__unit=unit, state=InvitationState.WAITING
    ).select_related("mentor__person", "lecture__topic", "lecture__course")
    lines += [
        Line(
            f"请{one.mentor}来讲{quoted(one.lecture)}",
            "等导师答复",
            f"{date_cn(timezone.localtime(one.expires_at).date())}前答复",
        )
        for one in asked.order_by("expires_at", "pk")
    ]
    invited = TeamInvitation.objects.filter(
        person__unit=unit, state=TeamInvitationState.INVITED
    ).select_related("person")
    lines += [
        Line(f"请{one.person}做“关爱导师”", "等答复", f"{date_cn(one.invited_on)}请的")
        for one in invited.order_by("invited_on", "pk")
    ]
    return lines


def _contest(unit: Unit, *, on: date) -> list[Line]:
    """Works of the reading programme that are the unit's own to write, and those it looks at.

    Counted by track and state: no child's name goes on a sheet that is printed.
    """
    running = Entry.objects.filter(edition__ends_on__gte=on, edition__city=unit.city_id)
    mine = running.filter(unit=unit, state__in=[EntryState.DRAFT, EntryState.RETURNED])
    lines = [
        Line(f"{track}作品 {count} 件", EntryState(state).label, "写完、改好再报")
        for track, state, count in _by_track(mine)
    ]
    above = running.filter(state=EntryState.SUBMITTED).exclude(unit=unit)
    if unit.kind == UnitKind.BUREAU:
        above = above.filter(office=None)
    else:
        above = above.filter(office=unit)
    lines += [
        Line(f"{track}作品 {count} 件", "等审核", "看过以后报市或退回")
        for track, _, count in _by_track(above)
    ]
    if unit.kind == UnitKind.BUREAU:
        lines += [
            Line(f"对“{it.about}”的异议", "等处理", f"{date_cn(_day(it.received_at))}收到")
            for it in Objection.objects.waiting().filter(publicity__edition__city=unit)
        ]
    return lines


def _by_track(works: Any) -> Any:
    counted = works.values_list("track__name", "state").annotate(Count("pk"))
    return counted.order_by("edition", "track__position", "state")


@dataclass(frozen=True, slots=True)
class Written:
    """One thing somebody entered and may still read."""

    what: str
    url: str
    where: str
    on: date


def written_by(user: Any) -> list[Written]:
    """What this account handed in, of every app, newest first; each still open to its reading."""
    found = [
        Written(quoted(it), reverse("activities:activity", args=[it.pk]), it.unit.name, it.held_on)
        for it in _latest(Activity.objects.visible_to(user).filter(created_by=user), "-held_on")
        if it.state != ActivityState.DRAFT
    ]
    plans = ImplementationPlan.objects.visible_to(user).filter(submitted_by=user)
    for plan in _latest(plans.select_related("edition"), "-submitted_at"):
        url = reverse("reading_program:plan", args=[plan.pk])
        words = f"《{plan.edition}》实施方案"
        found.append(Written(words, url, plan.unit.name, _day(plan.submitted_at)))
    works = Entry.objects.visible_to(user).filter(submitted_by=user)
    for work in _latest(works.select_related("track"), "-submitted_at"):
        url = reverse("reading_program:entry", args=[work.pk])
        words = f"报送的{work.track} {work.number} 号"
        found.append(Written(words, url, work.unit.name, _day(work.submitted_at)))
    checks = FiveHavesCheck.objects.visible_to(user).filter(submitted_by=user)
    for check in _latest(checks, "-submitted_at"):
        url = reverse("committees:five_haves_unit", args=[check.year, check.unit_id])
        words = f"{check.year}年“五有”自查"
        found.append(Written(words, url, check.unit.name, _day(check.submitted_at)))
    answers = DataAnswer.objects.visible_to(user).filter(answered_by=user)
    for answer in _latest(answers.select_related("request"), "-answered_at"):
        url = reverse("web:data_answer", args=[answer.pk])
        words = f"填过的数据{quoted(answer.request)}"
        found.append(Written(words, url, answer.unit.name, _day(answer.answered_at)))
    lectures = Lecture.objects.visible_to(user).filter(created_by=user)
    for lecture in _latest(lectures.select_related("topic", "course"), "-day"):
        url = reverse("activities:lecture", args=[lecture.pk])
        found.append(Written(f"点的宣讲{quoted(lecture)}", url, lecture.unit.name, lecture.day))
    return sorted(found, key=lambda one: one.on, reverse=True)


def _latest(rows: Any, order: str) -> Any:
    return rows.select_related("unit").order_by(order, "-pk")[:MOST_WRITTEN]


def _day(at: Any) -> date:
    return timezone.localtime(at).date()


def _duties(unit: Unit, *, on: date) -> list[Line]:
    """What the unit is still asked for this year, and its 五有 check."""
    lines = []
    current = ObligationSet.objects.current(unit.city, on.year) if unit.city else None
    if current is not None and unit.is_institution:
        board = matrix(current, root=unit, by="unit", on=on)
        row = next((row for row in board.rows if row.key == unit.pk), None)
        for column, cell in zip(board.columns, row.cells if row else (), strict=False):
            word, tone = column.unit_words(cell)
            if tone != "done" and cell.expected:
                lines.append(Line(column.item.name, word, f"{date_cn(column.item.due_on)}前要完成"))
    check = FiveHavesCheck.objects.filter(unit=unit, year=on.year).first()
    if check is not None and check.state != CheckState.CONFIRMED:
        lines.append(Line(f"{on.year}年“五有”自查", check.get_state_display(), check.return_reason))
    return lines


def _contacts(unit: Unit, *, on: date) -> list[Line]:
    """The unit's own numbers, its office, and the team; personal numbers stay masked."""
    lines = [Line(unit.name, unit.phone or "没有登记电话", unit.party_org)]
    if unit.office is not None and unit.office_id != unit.pk:
        lines.append(Line(unit.office.name, unit.office.phone or "没有登记电话", "主管教办"))
    posts = Post.objects.filter(committee__host=unit, period__contains=on).select_related("person")
    lines += [
        Line(
            post.person.name,
            figures.mask_phone(post.person.phone) or "没有登记手机",
            post.get_position_display(),
        )
        for post in figures.in_order(posts)
    ]
    return lines
