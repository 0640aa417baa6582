"""One unit let off or given longer, and windows opened again for the whole city."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from activities.choices import ReliefKind
from activities.models import ObligationRelief, ObligationWindow
from committees.models import ObligationItem, Unit
from portal.kernel import audit
from portal.kernel.calendar import date_cn
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for


@transaction.atomic
def waive(unit: Unit, item: ObligationItem, *, reason: str, by: Any) -> ObligationRelief:
    """The unit is not asked for the item this year; its records stay as they are."""
    return _relieve(unit, item, ReliefKind.WAIVED, due_on=None, reason=reason, by=by)


@transaction.atomic
def extend(
    unit: Unit, item: ObligationItem, *, due_on: date, reason: str, by: Any
) -> ObligationRelief:
    """The unit has until `due_on`, a day after the item's own and in the same year."""
    if due_on <= item.due_on:
        raise Refused(f"要延到原定的{date_cn(item.due_on)}以后")
    if due_on.year != item.obligation_set.year:
        raise Refused(f"延期要在{item.obligation_set.year}年里，跨年的请在下一年的要求里写")
    return _relieve(unit, item, ReliefKind.EXTENDED, due_on=due_on, reason=reason, by=by)


@transaction.atomic
def end_relief(relief: ObligationRelief, *, by: Any) -> None:
    """The unit is asked like everybody again; what was granted stays in the history."""
    said = f"{relief.code}：{relief.words}"
    audit.record("obligation.relief_ended", relief, by=by, note=said)
    with audit.acting("obligation.relief_ended", by=by):
        relief.delete()


def reliefs_by_item(
    units: Sequence[Unit], *, on: date
) -> dict[tuple[int, str], list[ObligationRelief]]:
    """(year, code) → what the units have, in the years whose last day is still to come."""
    found: dict[tuple[int, str], list[ObligationRelief]] = defaultdict(list)
    reliefs = ObligationRelief.objects.filter(unit__in=units, year__gte=on.year)
    for relief in reliefs.select_related("unit").order_by("year", "code", "unit__path"):
        found[relief.year, relief.code].append(relief)
    return dict(found)


def is_of_all(reliefs: Sequence[ObligationRelief], units: Sequence[Unit]) -> bool:
    """Every one of the units has it, and on the same terms."""
    return len(reliefs) == len(units) and len({(it.kind, it.due_on) for it in reliefs}) == 1


@transaction.atomic
def carry_on(units: Sequence[Unit], *, to: Unit, on: date, by: Any) -> list[ObligationRelief]:
    """`to` carries on for the units: what all of them were let off, it is let off too.

    What only some had was granted for reasons of their own, so it is asked of the heir; where the
    heir is one of the units, its own stands as it is.
    """
    made = []
    for (year, code), reliefs in reliefs_by_item(units, on=on).items():
        if to in units or not is_of_all(reliefs, units):
            continue
        reasons = "；".join(dict.fromkeys(it.reason for it in reliefs))
        with audit.acting("obligation.relief_carried", by=by):
            relief = ObligationRelief.objects.create(
                unit=to,
                year=year,
                code=code,
                kind=reliefs[0].kind,
                due_on=reliefs[0].due_on,
                reason=reasons[:200],
                made_by=by,
            )
        audit.record("obligation.relief_carried", relief, by=by, note=f"{code}：{relief.words}")
        made.append(relief)
    return made


@transaction.atomic
def reopen(
    city: Unit, item: ObligationItem, *, opens_on: date, closes_on: date, reason: str, by: Any
) -> ObligationWindow:
    """From one day to another the item can be made up for, and counts as on time."""
    if not reason.strip():
        raise Refused("写一下为什么再开，各单位看得到这句话")
    if opens_on <= item.due_on:
        raise Refused(f"补办期要在原定的{date_cn(item.due_on)}以后开始")
    if closes_on < opens_on:
        raise Refused("补办期最后一天要在第一天以后")
    if closes_on.year != item.obligation_set.year:
        raise Refused(f"补办期要在{item.obligation_set.year}年里结束")
    with speaking_for(ObligationWindow), audit.acting("obligation.reopened", by=by):
        made = ObligationWindow.objects.create(
            city=city,
            year=item.obligation_set.year,
            code=item.code,
            opens_on=opens_on,
            closes_on=closes_on,
            reason=reason.strip(),
            made_by=by,
        )
    audit.record("obligation.reopened", made, by=by, note=f"{item}：{reason}")
    return made


@transaction.atomic
def close_window(window: ObligationWindow, *, by: Any) -> None:
    """Take the window away again; what was held in it is late from now on."""
    audit.record("obligation.window_closed", window, by=by, note=window.code)
    with audit.acting("obligation.window_closed", by=by):
        window.delete()


def _relieve(
    unit: Unit, item: ObligationItem, kind: ReliefKind, *, due_on: date | None, reason: str, by: Any
) -> ObligationRelief:
    if not reason.strip():
        raise Refused("写一下原因，这个单位和上级都看得到")
    if unit.kind not in item.unit_kinds:
        raise Refused(f"{unit}本来就不要求这一项")
    with speaking_for(ObligationRelief), audit.acting("obligation.relieved", by=by):
        made = ObligationRelief.objects.create(
            unit=unit,
            year=item.obligation_set.year,
            code=item.code,
            kind=kind,
            due_on=due_on,
            reason=reason.strip(),
            made_by=by,
        )
    audit.record("obligation.relieved", made, by=by, note=f"{item}：{made.words}，{reason}")
    return made
