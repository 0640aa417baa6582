"""Doing a wish in one transaction, with a journal of every row it wrote; and taking it back."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, Q

from activities.choices import ActivityState
from activities.models import Activity, Credit
from activities.services import successions as records
from activities.services.credits import hold_rules
from committees.models import (
    Committee,
    CommitteeService,
    Person,
    Post,
    RoleGrant,
    Unit,
    UnitChange,
    UnitMembership,
    UnitPeriod,
    UnitSuccession,
)
from committees.services import unit_changes, units
from portal.kernel import audit
from portal.kernel.calendar import date_cn
from portal.kernel.errors import Refused
from portal.kernel.journal import (
    Entry,
    Obstacle,
    Picture,
    compare,
    made_by,
    obstacles,
    picture,
    take_back,
)
from portal.web.unit_changes.effects import Section, sections_of
from portal.web.unit_changes.wishes import Close, Merge, Move, NewUnit, Reopen, Split, Wish
from reading_program.models import ImplementationPlan
from reading_program.services import successions as reading

# Rows that go with the unit they belong to, and are no reason against taking a change back.
GOES_ALONG = {"activities.ObligationCell"}
# Deleted last, for everything else points at them.
ROOTS = {"committees.Unit", "committees.Committee"}
UNIT_COLUMNS = ["path", "office", "name", "code", "stage"]


@transaction.atomic
def carry_out(wish: Wish, *, by: Any) -> UnitChange:
    """Do it, or raise Refused and leave everything as it is."""
    for unit in wish.units:
        unit.refresh_from_db()
    city = wish.units[0].city
    assert city is not None  # noqa: S101 - a bureau neither moves nor merges
    units.lock_tree(city)
    hold_rules(city.pk, alone=True)
    served = _served_by(wish.units)
    before = _picture(wish.units, served)
    made = _act(wish, by=by)
    touched = [*wish.units, *made]
    entries = _in_undoing_order(compare(before, _picture(touched, served)))
    change = UnitChange.objects.create(
        city=city,
        kind=wish.kind,
        happened_on=wish.on,
        summary=wish.summary[:300],
        note=wish.note,
        effects=[asdict(section) for section in [*sections_of(entries), *_left_behind(wish)]],
        entries=entries,
        done_by=by,
    )
    change.units.set([*touched, *_others_of(wish)])
    audit.record(f"unit_change.{wish.kind}", change, by=by, note=wish.note)
    return change


def _left_behind(wish: Wish) -> list[Section]:
    """A unit that simply closes leaves things to nobody: say so while they can be moved."""
    if not isinstance(wish, Close):
        return []
    people = Person.objects.filter(unit=wish.unit).count()
    unfinished = Activity.objects.filter(unit=wish.unit, state__in=records.UNFINISHED).count()
    waiting = Activity.objects.filter(unit=wish.unit, state=ActivityState.SUBMITTED).count()
    lines = [
        (people, f"名册上 {people} 位同志，请转到别的单位"),
        (unfinished, f"没写完的记录 {unfinished} 份，以后由主管单位代写或作废"),
        (waiting, f"待审核的记录 {waiting} 条，仍由主管单位审"),
    ]
    return [Section("留在原单位名下的", [line for count, line in lines if count])]


def _act(wish: Wish, *, by: Any) -> list[Unit]:
    """Return the units it opened."""
    if isinstance(wish, Move):
        units.move_unit(wish.unit, to=wish.to, on=wish.on, by=by)
        records.follow_move(wish.unit, on=wish.on, by=by)
        return []
    if isinstance(wish, Close):
        units.close_unit(wish.unit, on=wish.on, note=wish.note, by=by)
        return []
    if isinstance(wish, Reopen):
        unit_changes.reopen(wish.unit, under=wish.under, on=wish.on, by=by)
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
    records.hand_over(sources, target, on=wish.on, by=by)
    reading.hand_over(sources, target, on=wish.on, by=by)
    return made


def _split(wish: Split, *, by: Any) -> list[Unit]:
    above = Unit.objects.get_parent(wish.unit)
    made = [_open(new, under=above, on=wish.on, by=by) for new in wish.new]
    unit_changes.part(wish.unit, into=made, on=wish.on, note=wish.note, closes=wish.closes, by=by)
    if wish.closes:
        records.hand_over([wish.unit], made[0], on=wish.on, by=by)
        reading.hand_over([wish.unit], made[0], on=wish.on, by=by)
    return made


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


# --- the rows a change may touch ----------------------------------------------------------------


def _served_by(of: Iterable[Unit]) -> list[int]:
    """The units that the committees of these cover, before anything happens."""
    hosted = CommitteeService.objects.filter(committee__host__in=list(of))
    return list(hosted.values_list("unit_id", flat=True).distinct())


def _picture(touched: list[Unit], served: list[int]) -> Picture:
    ids = [unit.pk for unit in touched]
    near = {*ids, *served}
    here = Q(unit__in=ids)
    keepers = Q(host__in=ids) | Q(services__unit__in=near)
    return picture(
        [
            (Unit.objects.filter(pk__in=ids), UNIT_COLUMNS),
            (Committee.objects.filter(keepers).distinct(), []),
            (UnitPeriod.objects.filter(here), []),
            (UnitMembership.objects.filter(here), []),
            (
                CommitteeService.objects.filter(Q(unit__in=near) | Q(committee__host__in=ids)),
                [],
            ),
            (Post.objects.filter(committee__host__in=ids), []),
            (RoleGrant.objects.filter(here), []),
            (Person.objects.filter(here), ["unit"]),
            (
                UnitSuccession.objects.filter(Q(predecessor__in=ids) | Q(successor__in=ids)),
                [],
            ),
            (Activity.objects.filter(here), ["unit", "office", "receiver"]),
            (Credit.objects.filter(Q(activity__unit__in=ids) | here), []),
            (ImplementationPlan.objects.filter(here), ["unit"]),
        ]
    )


def _in_undoing_order(entries: list[Entry]) -> list[Entry]:
    """Taken back from the end: made links go, changes and removals are put right, roots go."""
    roots = [entry for entry in entries if entry.get("made") in ROOTS]
    links = [entry for entry in entries if "made" in entry and entry not in roots]
    changed = [entry for entry in entries if "changed" in entry]
    removed = [entry for entry in entries if "removed" in entry]
    return [*roots, *removed, *changed, *links]


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
        with audit.acting("unit_change.undone", by=by, note=change.summary):
            take_back(rest)
            _put_paths_back(entries, by=by)
            records.forget_empty_cells(list(opened), by=by)
            # A unit points at its office and city; the pointers go before the rows.
            opened.update(city=None, office=None)
            take_back(roots)
            _let_records_follow(change, by=by)
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
