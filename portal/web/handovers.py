"""What goes with a post when its holder changes: read from every app, nothing is moved."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from activities.choices import ActivityState
from activities.figures import matrix
from activities.models import Activity
from committees import figures
from committees.choices import CheckState
from committees.models import FiveHavesCheck, Handover, ObligationSet, Post, Unit
from portal.kernel.calendar import date_cn
from portal.kernel.wording import quoted

OPEN = [ActivityState.DRAFT, ActivityState.RETURNED, ActivityState.SUBMITTED]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of the sheet: what it is, how it stands, and a note."""

    what: str
    how: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandoverSheet:
    """Open records, duties of the year and people to know, as they stand today."""

    records: list[Line]
    duties: list[Line]
    contacts: list[Line]


def sheet_of(handover: Handover, *, on: date) -> HandoverSheet:
    unit = handover.unit
    return HandoverSheet(_records(unit), _duties(unit, on=on), _contacts(unit, on=on))


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
