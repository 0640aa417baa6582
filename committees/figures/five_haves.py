"""五有 in numbers: how far the units are with the year's check, and what they lack."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from committees.choices import CheckState, Have, HaveResult
from committees.figures import DIRECT, percent
from committees.models import FiveHavesAnswer, FiveHavesCheck, FiveHavesRound, Unit

HAVES = list(Have)
Rows = Sequence[tuple[Unit, FiveHavesCheck | None]]


def due_of(unit: Unit, year: int) -> date | None:
    """By when the unit's city wants the year's checks; None where nobody has said."""
    found = FiveHavesRound.objects.filter(city=unit.city_id or unit.pk, year=year)
    return found.values_list("due_on", flat=True).first()


def lateness(check: FiveHavesCheck | None, due: date | None, *, on: date) -> int | None:
    """Days after the due day it came, or has not come so far; 0 in time, None nothing to say."""
    came = check.first_submitted_at if check else None
    if due is None or (came is None and on <= due):
        return None
    day = timezone.localtime(came).date() if came else on
    return max(0, (day - due).days)


def timing(check: FiveHavesCheck | None, due: date | None, *, on: date) -> str:
    """按时交 / 晚交 3 天 / 逾期 3 天没交, or nothing before the due day."""
    late = lateness(check, due, on=on)
    if late is None:
        return ""
    came = check is not None and check.first_submitted_at is not None
    if not came:
        return f"逾期 {late} 天没交"
    return f"晚交 {late} 天" if late else "按时交"


def rows(
    units: QuerySet[Unit], user: Any, *, year: int
) -> list[tuple[Unit, FiveHavesCheck | None]]:
    """Each unit asked with its check of the year, if the user may see one; three queries."""
    seen = FiveHavesCheck.objects.visible_to(user).filter(year=year)
    checks = {check.unit_id: check for check in seen.prefetch_related("answers")}
    return [(unit, checks.get(unit.pk)) for unit in units]


def in_order(check: FiveHavesCheck) -> list[FiveHavesAnswer]:
    return sorted(check.answers.all(), key=lambda answer: HAVES.index(Have(answer.have)))


def lacking(check: FiveHavesCheck) -> str:
    """What a confirmed check found not or only partly there, such as 有条件、有资源."""
    if check.state != CheckState.CONFIRMED:
        return ""
    short = [each for each in in_order(check) if each.result != HaveResult.MET]
    return "、".join(each.get_have_display() for each in short)


@dataclass(slots=True)
class OfficeRow:
    """`key` is the office's pk, or `direct` for the units straight under the bureau."""

    label: str
    key: str
    asked: int = 0
    handed_in: int = 0
    late: int = 0
    confirmed: int = 0
    all_met: int = 0

    @property
    def percent(self) -> int:
        return percent(self.handed_in, self.asked)


def key_of(unit: Unit) -> str:
    return str(unit.office_id) if unit.office_id else "direct"


def by_office(found: Rows, *, due: date | None, on: date) -> list[OfficeRow]:
    """How many were asked, handed in, were late, were looked at, and have all five; tree order."""
    offices: dict[str, OfficeRow] = {}
    for unit, check in found:
        label = unit.office.name if unit.office else DIRECT
        row = offices.setdefault(label, OfficeRow(label, key_of(unit)))
        row.asked += 1
        row.late += bool(lateness(check, due, on=on))
        if check is None:
            continue
        row.handed_in += check.state in {CheckState.SUBMITTED, CheckState.CONFIRMED}
        row.confirmed += check.state == CheckState.CONFIRMED
        row.all_met += check.state == CheckState.CONFIRMED and not lacking(check)
    return list(offices.values())


@dataclass(slots=True)
class HaveRow:
    have: Have
    met: int = 0
    partly: int = 0
    unmet: int = 0


def by_have(found: Rows) -> list[HaveRow]:
    """Of the confirmed checks, how many units have each of the five."""
    counted: Counter[tuple[str, str]] = Counter()
    for _, check in found:
        if check is not None and check.state == CheckState.CONFIRMED:
            counted.update((answer.have, answer.result) for answer in check.answers.all())
    return [
        HaveRow(
            have,
            counted[have, HaveResult.MET],
            counted[have, HaveResult.PARTLY],
            counted[have, HaveResult.UNMET],
        )
        for have in HAVES
    ]


@dataclass(slots=True)
class Gap:
    """One office's units that lack one of the five."""

    office: str
    have: Have
    units: list[Unit] = field(default_factory=list)


def gaps(found: Rows) -> list[Gap]:
    kept: dict[tuple[str, Have], list[Unit]] = defaultdict(list)
    for unit, check in found:
        if check is None or check.state != CheckState.CONFIRMED:
            continue
        label = unit.office.name if unit.office else DIRECT
        for answer in in_order(check):
            if answer.result != HaveResult.MET:
                kept[label, Have(answer.have)].append(unit)
    return [Gap(office, have, units) for (office, have), units in kept.items()]
