"""An edition by office: works by track and state, places and how many are used, last edition's."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from committees.choices import UnitKind
from committees.models import Unit
from portal.kernel.cells import CellValue
from reading_program.choices import HOLDING, EntryState
from reading_program.models import Edition, Entry, Quota, Track

DIRECT = "市直属学校"
ALL = "合计"
STATES = (EntryState.SUBMITTED, EntryState.RETURNED, EntryState.CITY, EntryState.RESERVE)


@dataclass(frozen=True, slots=True)
class OfficeTotals:
    """`by_track`: works that take a place, in the order of the tracks; `by_state` as STATES."""

    label: str
    by_track: list[int]
    by_state: list[int]
    places: int | None  # None: nobody set a number
    before: int | None  # of the edition before that came to the city; None: there was none

    @property
    def used(self) -> int:
        return sum(self.by_track)


def edition_before(edition: Edition) -> Edition | None:
    earlier = Edition.objects.filter(city=edition.city_id, starts_on__lt=edition.starts_on)
    return earlier.exclude(published_at=None).newest().first()


def office_totals(
    edition: Edition,
    *,
    offices: Iterable[Unit | None],
    tracks: Sequence[Track],
    entries: QuerySet[Entry],
    quotas: QuerySet[Quota],
    earlier: Edition | None,
) -> list[OfficeTotals]:
    """One row an office in this order, and their sum; three queries whatever their number.

    `entries` and `quotas` are those one may see; an entry counts for the office of its day.
    """
    counted: Counter[tuple[int | None, int, str]] = Counter()
    found = entries.filter(edition=edition).order_by().values_list("office", "track", "state")
    for office, track, state, count in found.annotate(Count("pk")):
        counted[office, track, state] = count
    places = _places(quotas.filter(edition=edition))
    before = _at_city(entries, earlier)
    rows = []
    for one in dict.fromkeys(offices):
        key = one.pk if one else None
        mine = {at: n for at, n in counted.items() if at[0] == key}
        rows.append(
            OfficeTotals(
                label=one.name if one else DIRECT,
                by_track=[
                    sum(n for (_, of, state), n in mine.items() if of == it.pk and state in HOLDING)
                    for it in tracks
                ],
                by_state=[
                    sum(n for (_, _, state), n in mine.items() if state == each) for each in STATES
                ],
                places=places.get(key),
                before=before.get(key, 0) if earlier else None,
            )
        )
    return [*rows, _sum(rows)] if len(rows) > 1 else rows


def _places(quotas: QuerySet[Quota]) -> dict[int | None, int]:
    """An office's own numbers; where it has none, those of its schools together."""
    own: dict[int | None, int] = {}
    below: dict[int | None, int] = {}
    rows = quotas.filter(places__isnull=False).order_by()
    for office, kind, total in rows.values_list("unit__office", "unit__kind").annotate(
        Sum("places")
    ):
        (own if kind == UnitKind.OFFICE else below)[office] = total
    return below | own


def _at_city(entries: QuerySet[Entry], earlier: Edition | None) -> dict[int | None, int]:
    if earlier is None:
        return {}
    came = entries.filter(edition=earlier, state=EntryState.CITY).order_by()
    return dict(came.values_list("office").annotate(Count("pk")))


def _sum(rows: Sequence[OfficeTotals]) -> OfficeTotals:
    places = [row.places for row in rows if row.places is not None]
    before = [row.before for row in rows if row.before is not None]
    return OfficeTotals(
        label=ALL,
        by_track=[sum(column) for column in zip(*(row.by_track for row in rows), strict=True)],
        by_state=[sum(column) for column in zip(*(row.by_state for row in rows), strict=True)],
        places=sum(places) if places else None,
        before=sum(before) if before else None,
    )


def headings(tracks: Sequence[Track]) -> list[str]:
    states = [EntryState(each).label for each in STATES]
    return ["教办", *(it.name for it in tracks), "占名额", "名额", *states, "上一届报市"]


def cells(row: OfficeTotals) -> list[CellValue]:
    return [row.label, *row.by_track, row.used, row.places, *row.by_state, row.before]
