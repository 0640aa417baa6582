"""Doing a wish in one transaction, with a journal of every row it wrote; and taking it back."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from activities.models import Activity
from activities.services import carried_work, obligation_cases
from activities.services import successions as records
from activities.services.credits import hold_rules
from committees.models import Unit, UnitChange, UnitMembership
from committees.services import five_haves, unit_changes, units
from portal.kernel import audit
from portal.kernel.calendar import date_cn
from portal.kernel.errors import Refused
from portal.kernel.journal import Entry, Obstacle, compare, made_by, obstacles, take_back
from portal.web.services import requests
from portal.web.unit_changes.belongings import Belonging, belongings, lines_of, links_of
from portal.web.unit_changes.effects import sections_of
from portal.web.unit_changes.reading_effects import kept_names
from portal.web.unit_changes.rows import ROOTS, in_undoing_order, rows_of, served_by
from portal.web.unit_changes.staying import staying
from portal.web.unit_changes.wishes import Close, Merge, Move, NewUnit, Reopen, Split, Wish
from portal.web.unit_changes.written import Section
from reading_program.models import Quota
from reading_program.services import carried_places as places
from reading_program.services import successions as reading

# Rows that go with the unit they belong to, and are no reason against taking a change back.
GOES_ALONG = {"activities.ObligationCell"}
QUOTA = Quota._meta.label


@transaction.atomic
def carry_out(wish: Wish, *, by: Any) -> UnitChange:
    """Do it, or raise Refused and leave everything as it is."""
    for unit in wish.units:
        unit.refresh_from_db()
    city = wish.units[0].city
    assert city is not None  # noqa: S101 - a bureau neither moves nor merges
    units.lock_tree(city)
    hold_rules(city.pk, alone=True)
    served = served_by(wish.units)
    before = rows_of(wish.units, served)
    made = _act(wish, by=by)
    touched = [*wish.units, *made]
    entries = in_undoing_order(compare(before, rows_of(touched, served)))
    change = UnitChange.objects.create(
        city=city,
        kind=wish.kind,
        happened_on=wish.on,
        summary=wish.summary[:300],
        note=wish.note,
        effects=[asdict(section) for section in [*sections_of(entries), *_told(wish, made)]],
        entries=entries,
        done_by=by,
    )
    change.units.set([*touched, *_others_of(wish)])
    audit.record(f"unit_change.{wish.kind}", change, by=by, note=wish.note)
    return change


def _told(wish: Wish, made: Sequence[Unit]) -> list[Section]:
    """What no row of the change tells: what goes along of itself, stays, or is left to nobody."""
    if isinstance(wish, Merge):
        heir = wish.into or made[0]
        return [
            *staying(wish, heir),
            Section("先看看它们现在有什么", links=links_of(wish.units)),
        ]
    if not isinstance(wish, Close | Move | Split | Reopen) or not wish.unit.is_institution:
        return []
    found = belongings(wish.unit, on=wish.on)
    links = [link for each in found for link in each.links]
    if isinstance(wish, Move):
        lines = lines_of(found, f"跟着走，以后由“{wish.to}”来看、来审")
        return [Section("跟着单位走的", lines, links)]
    if isinstance(wish, Close):
        return [Section("留在原单位名下的", _left_behind(wish, found), links)]
    if isinstance(wish, Split) and wish.closes:
        kept = [Section("没有带过去的", told)] if (told := kept_names(wish.units)) else []
        return [*kept, Section("先看看它现在有什么", links=links_of(wish.units))]
    return [Section("留在原单位的", lines_of(found, "不变"), links)]


def _left_behind(wish: Close, found: Sequence[Belonging]) -> list[str]:
    """A unit that simply closes leaves things to nobody: say so while they can be moved."""
    unfinished = Activity.objects.filter(unit=wish.unit, state__in=records.UNFINISHED).count()
    lines = lines_of(found, "请转到别的单位，或由主管单位处理")
    if unfinished:
        lines.append(f"没写完的记录 {unfinished} 份，以后由主管单位代写或作废")
    return lines + kept_names([wish.unit])


def _act(wish: Wish, *, by: Any) -> list[Unit]:
    """Return the units it opened."""
    if isinstance(wish, Move):
        before = wish.unit.office
        units.move_unit(wish.unit, to=wish.to, on=wish.on, by=by)
        records.follow_move(wish.unit, on=wish.on, by=by)
        reading.follow_move(wish.unit, before=before, on=wish.on, by=by)
        return []
    if isinstance(wish, Close):
        units.close_unit(wish.unit, on=wish.on, note=wish.note, by=by)
        carried_work.end_with(wish.unit, on=wish.on, by=by)
        reading.end_with(wish.unit, on=wish.on, by=by)
        requests.ask_no_more(wish.unit, by=by)
        return []
    if isinstance(wish, Reopen):
        unit_changes.reopen(wish.unit, under=wish.under, on=wish.on, by=by)
        unit_changes.give_back(
            wish.unit,
            committee=wish.committee,
            grants=wish.grants,
            on=wish.on,
            note=wish.note,
            by=by,
        )
        records.settle_from([wish.unit], on=wish.on, by=by)
        return []
    if isinstance(wish, Merge):
        return _merge(wish, by=by)
    assert isinstance(wish, Split)  # noqa: S101 - the last of the five
    return _split(wish, by=by)


def _merge(wish: Merge, *, by: Any) -> list[Unit]:
    made = []
    target = wish.into
    if target is None:
        assert wish.new is not None and wish.under is not None  # noqa: S101, PT018 - the form asks
        target = _open(wish.new, under=wish.under, on=wish.on, by=by)
        made.append(target)
    sources = list(wish.sources)
    unit_changes.merge_into(
        target, sources=sources, on=wish.on, note=wish.note, accounts=wish.accounts, by=by
    )
    _hand_over(sources, target, on=wish.on, by=by)
    obligation_cases.carry_on(wish.units, to=target, on=wish.on, by=by)
    return made


def _split(wish: Split, *, by: Any) -> list[Unit]:
    above = Unit.objects.get_parent(wish.unit)
    made = [_open(new, under=above, on=wish.on, by=by) for new in wish.new]
    unit_changes.part(wish.unit, into=made, on=wish.on, note=wish.note, closes=wish.closes, by=by)
    if wish.closes:
        _hand_over([wish.unit], made[0], on=wish.on, by=by)
        obligation_cases.carry_on([wish.unit], to=made[0], on=wish.on, by=by)
    return made


def _hand_over(sources: list[Unit], target: Unit, *, on: date, by: Any) -> None:
    """Everything the sources had going, app by app."""
    records.hand_over(sources, target, on=on, by=by)
    five_haves.hand_over(sources, target, on=on, by=by)
    reading.hand_over(sources, target, on=on, by=by)
    requests.hand_over(sources, target, by=by)


def _open(new: NewUnit, *, under: Unit, on: date, by: Any) -> Unit:
    return units.open_unit(
        parent=under,
        kind=new.kind,
        name=new.name,
        code=new.code,
        stage=new.stage,
        opened_on=on,
        by=by,
    )


def _others_of(wish: Wish) -> list[Unit]:
    """Units whose duties change though nothing of theirs is rewritten: heirs that give back."""
    if isinstance(wish, Reopen):
        return [link.successor for link in wish.unit.successions.select_related("successor")]
    return []


# --- taking a change back -----------------------------------------------------------------------


def undo_refusal(change: UnitChange) -> str:
    """Why the change cannot be taken back now, as a sentence; empty if it can."""
    if change.undone_at is not None:
        return f"这次变动在{date_cn(change.undone_at.date())}已经撤回了"
    later = (
        UnitChange.objects.standing()
        .filter(units__in=change.units.all(), pk__gt=change.pk)
        .order_by("-pk")
        .first()
    )
    if later is not None:
        return f"后来又办过“{later}”，要先撤回那一次"
    if in_the_way := obstacles(change.entries, harmless=GOES_ALONG):
        return f"后来在这上面又有了新的内容：{_what(in_the_way)}。先把这些处理好，再撤回"
    return ""


@transaction.atomic
def undo(change: UnitChange, *, at: datetime, by: Any) -> None:
    """Put every row back as it was before the change; refused when something was built on it."""
    units.lock_tree(change.city)
    hold_rules(change.city_id, alone=True)
    change = UnitChange.objects.select_for_update().select_related("city").get(pk=change.pk)
    if why := undo_refusal(change):
        raise Refused(why)
    entries = change.entries
    roots = [entry for entry in entries if entry.get("made") in ROOTS]
    rest = [_without_path(entry) for entry in entries if entry not in roots]
    opened = Unit.objects.filter(pk__in=made_by(roots).get("committees.Unit", ()))
    try:
        with places.moving(), audit.acting("unit_change.undone", by=by, note=change.summary):
            take_back(rest)
            _put_paths_back(entries, by=by)
            records.forget_empty_cells(list(opened), by=by)
            # A unit points at its office and city; the pointers go before the rows.
            opened.update(city=None, office=None)
            take_back(roots)
            _let_records_follow(change, by=by)
        touched = [entry["pk"] for entry in entries if QUOTA in entry.values()]
        places.require_enough(touched, by=by)
    except ProtectedError as error:
        raise Refused("后来在新单位名下又登记了内容，先把它们处理好，再撤回") from error
    UnitChange.objects.filter(pk=change.pk).update(undone_at=at, undone_by=by)
    audit.record("unit_change.undone", change, by=by, note=change.summary)


def _let_records_follow(change: UnitChange, *, by: Any) -> None:
    """Records written since the change stand where their unit stands again."""
    links = [entry for entry in change.entries if "committees.UnitMembership" in entry.values()]
    put_right = UnitMembership.objects.filter(pk__in=[entry["pk"] for entry in links])
    back = list(Unit.objects.filter(memberships__in=put_right).distinct())
    for unit in back:
        records.follow_move(unit, on=change.happened_on, by=by)
        reading.stand_again(unit, on=change.happened_on, by=by)
    records.settle_from(list(change.units.all()), on=change.happened_on, by=by)


def _without_path(entry: Entry) -> Entry:
    """Where a unit hangs in the tree is put right by itself, with the counters of its parents."""
    if entry.get("changed") != "committees.Unit":
        return entry
    kept = {side: _but_path(entry[side]) for side in ("before", "after")}
    return {**entry, **kept}


def _but_path(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != "path"}


def _put_paths_back(entries: Iterable[Entry], *, by: Any) -> None:
    for entry in entries:
        if entry.get("changed") == "committees.Unit" and "path" in entry["before"]:
            unit = Unit.objects.get(pk=entry["pk"])
            unit_changes.put_back(unit, path=entry["before"]["path"], by=by)


def _what(in_the_way: list[Obstacle]) -> str:
    words = []
    for obstacle in in_the_way[:3]:
        row = obstacle.row or obstacle.held
        kind = row._meta.verbose_name if row is not None else ""
        many = f"等 {obstacle.count} 条" if obstacle.count > 1 else ""
        words.append(f"{row}{many}" if kind else str(row))
    return "；".join(words)
