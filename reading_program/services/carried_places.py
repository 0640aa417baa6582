"""名额 when units merge, move or close: none is lost, none is made.

The triggers of places count one row at a time; a move of many rows is whole only at its end. They
rest while the rows are written (`moving`), and `require_enough` counts afterwards.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.db import transaction
from django.db.models import F

from committees.models import Unit
from portal.kernel import audit
from portal.kernel.errors import Refused
from reading_program.choices import HOLDING
from reading_program.models import Edition, Entry, Quota
from reading_program.services.quotas import within_the_tree

COUNTED = ("reading_program.Entry:take_a_place", "reading_program.Quota:keep_the_tree")

Seat = tuple[int, int | None]  # track, group


@dataclass(frozen=True, slots=True)
class Gift:
    """So many places of a track and group; `pooled`: the unit had no row, it drew on its office."""

    seat: Seat
    count: int
    pooled: bool


@contextmanager
def moving() -> Iterator[None]:
    with pgtrigger.ignore(*COUNTED), transaction.atomic():
        yield


def require_enough(keys: Iterable[int], *, by: Any) -> None:
    """Refuse where more is used or given than these rows have now."""
    try:
        with within_the_tree(), audit.acting("quota.counted_again", by=by):
            for key in keys:
                Quota.objects.filter(pk=key).update(places=F("places"))
    except Refused as error:
        raise Refused(
            "带过去的名额后来又用掉或分掉了，先撤下几件作品，或加上名额，再撤回"
        ) from error


def carry(edition: Edition, source: Unit, target: Unit, *, going: Sequence[Entry]) -> None:
    """What the source had, less what stays with it, goes to the target and to its office."""
    rows = _Rows(edition)
    is_new = not rows.of(target)
    gifts = _gifts(rows, source, going)
    for gift in sorted(gifts, key=lambda gift: gift.pooled):
        if (row := rows.covering(target, gift.seat)) is not None:
            rows.add(row, gift.count)
        elif is_new and not gift.pooled:
            rows.make(target, gift)
        _between_offices(rows, gift, source.office, target.office)
    _leave_behind(rows, source, going)


def follow(edition: Edition, unit: Unit, *, before: Unit | None, going: Sequence[Entry]) -> None:
    """The unit keeps its row; the offices it leaves and comes to change by what it has."""
    rows = _Rows(edition)
    held = _held(going)
    gifts = [Gift(_seat(row), row.places, pooled=False) for row in rows.of(unit) if row.places]
    gifts += _pooled(rows, unit, held)
    for gift in gifts:
        _between_offices(rows, gift, before, unit.office)


@transaction.atomic
def hand_back_unused(edition: Edition, unit: Unit, *, by: Any) -> None:
    rows = _Rows(edition)
    used = _held(Entry.objects.filter(edition=edition, unit=unit))
    with audit.acting("quota.handed_back", by=by):
        for row in rows.of(unit):
            count = sum(n for seat, n in used.items() if rows.covering(unit, seat) is row)
            if count:
                Quota.objects.filter(pk=row.pk, places__gt=count).update(places=count)
            else:
                row.delete()


class _Rows:
    """The rows of one edition by unit, as they change under our hands."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.rows: dict[tuple[int, Seat], Quota] = {
            (row.unit_id, _seat(row)): row
            for row in Quota.objects.filter(edition=edition).order_by("pk")
        }

    def of(self, unit: Unit) -> list[Quota]:
        return [row for (owner, _), row in self.rows.items() if owner == unit.pk]

    def covering(self, unit: Unit, seat: Seat) -> Quota | None:
        """The row that counts an entry of this track and group, as the triggers find it."""
        own = self.rows.get((unit.pk, seat))
        return own or self.rows.get((unit.pk, (seat[0], None)))

    def add(self, row: Quota, count: int) -> None:
        """More places, or fewer; a row by per cent follows from its entries."""
        if row.places is not None:
            row.places = max(row.places + count, 0)
            row.save(update_fields=["places"])

    def make(self, unit: Unit, gift: Gift) -> None:
        track, group = gift.seat
        self.rows[(unit.pk, gift.seat)] = Quota.objects.create(
            edition=self.edition, track_id=track, group_id=group, unit=unit, places=gift.count
        )


def _seat(row: Quota) -> Seat:
    return row.track_id, row.group_id


def _held(entries: Iterable[Entry]) -> Counter[Seat]:
    return Counter((each.track_id, each.group_id) for each in entries if each.state in HOLDING)


def _gifts(rows: _Rows, source: Unit, going: Sequence[Entry]) -> list[Gift]:
    held, stays = _held(going), _staying(rows.edition, source, going)
    found = _pooled(rows, source, held)
    for row in rows.of(source):
        used = sum(n for seat, n in held.items() if rows.covering(source, seat) is row)
        kept = sum(n for seat, n in stays.items() if rows.covering(source, seat) is row)
        count = used if row.places is None else max(row.places - kept, used)
        if count:
            found.append(Gift(_seat(row), count, pooled=False))
    return found


def _pooled(rows: _Rows, unit: Unit, held: Counter[Seat]) -> list[Gift]:
    return [
        Gift(seat, count, pooled=True)
        for seat, count in held.items()
        if rows.covering(unit, seat) is None
    ]


def _staying(edition: Edition, unit: Unit, going: Sequence[Entry]) -> Counter[Seat]:
    left = Entry.objects.filter(edition=edition, unit=unit)
    return _held(left.exclude(pk__in=[each.pk for each in going]))


def _leave_behind(rows: _Rows, source: Unit, going: Sequence[Entry]) -> None:
    """A row just large enough for what stays; none where nothing does."""
    stays = _staying(rows.edition, source, going)
    for row in rows.of(source):
        kept = sum(n for seat, n in stays.items() if rows.covering(source, seat) is row)
        if not kept:
            row.delete()
        elif row.places is not None:
            rows.add(row, kept - row.places)


def _between_offices(rows: _Rows, gift: Gift, old: Unit | None, new: Unit | None) -> None:
    """What leaves one office's total comes to the other's; the bureau's own schools have none."""
    if old == new:
        return
    for office, count in ((old, -gift.count), (new, gift.count)):
        if office is not None and (row := rows.covering(office, gift.seat)) is not None:
            rows.add(row, count)
