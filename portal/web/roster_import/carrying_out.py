"""The one way a roster is stored. A test run is the same work, taken back at its end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from activities.imports.ledger_writing import write_ledger
from activities.imports.together_writing import write_mentors, write_partners
from committees.choices import UnitKind
from committees.imports.people_writing import write_people
from committees.imports.roster import DUPLICATE
from committees.imports.unit_writing import write_units
from committees.imports.writing import Writing
from committees.models import Unit
from committees.services import units
from portal.kernel.calendar import school_year
from portal.kernel.errors import Refused
from portal.kernel.findings import Finding, refused_places
from portal.kernel.journal import Entry
from portal.web.roster_import.reading import FileReading

Say = Callable[[int, int, str], None]
SAY_EVERY = 20
UNNAMED_BUREAU = "市教育局"


@dataclass(frozen=True, slots=True)
class Result:
    """`counts` are of what was accepted or refused, `verdicts` noun → new, updated, unchanged,
    `names` noun → the first new ones, `entries` what the undo needs."""

    counts: dict[str, int]
    verdicts: dict[str, dict[str, int]]
    names: dict[str, list[str]]
    findings: list[Finding]
    entries: list[Entry]


def silent(done: int, total: int, message: str) -> None:
    """A caller that shows no progress."""


@transaction.atomic
def carry_out(
    reading: FileReading, city: Unit, *, at: datetime, by: Any, say: Say = silent
) -> Result:
    """Store the reading into the city, whole or (on any error) not at all."""
    # Two imports of one city wait for each other; both lock what every change of the tree locks.
    Unit.objects.select_for_update().get(pk=city.pk)
    today = timezone.localdate(at)
    roster = reading.roster
    on = min(roster.reported_on or today, today)
    writing = Writing(
        city=city,
        by=by,
        on=on,
        year=roster.figures_year or school_year(on),
        step=_steps(reading.total, say),
    )
    roster = write_units(roster, writing)
    roster = write_people(roster, writing)
    partners = write_partners(reading.partners, writing)
    mentors = write_mentors(reading.mentors, writing)
    ledger = write_ledger(reading.ledger, writing, at=at)
    findings = [*reading.findings, *writing.findings]
    duplicates = {finding.place for finding in findings if finding.code == DUPLICATE}
    counts = {
        "offices": len(roster.offices),
        "schools": len(roster.schools),
        "kindergartens": len(roster.kindergartens),
        "students": roster.students,
        "school_committees": roster.school_committees,
        "duplicates": len(duplicates),
        "people": len(roster.people),
        "activities": len(ledger.activities),
        "bad_rows": len(refused_places(findings) - duplicates),
    }
    # Only where the file speaks of them: a roster of units and people is counted as it ever was.
    counts |= {"mentors": len(mentors.mentors)} if mentors.mentors else {}
    counts |= {"partners": len(partners.partners)} if partners.partners else {}
    return Result(counts, writing.verdicts(), writing.names, findings, writing.journal.entries)


def try_out(
    reading: FileReading, city: Unit | None, *, at: datetime, by: Any, say: Say = silent
) -> Result:
    """Do the whole work and take it back; without a city, in one made for the trial."""
    with transaction.atomic():
        result = carry_out(reading, city or open_city(reading, by=by), at=at, by=by, say=say)
        transaction.set_rollback(True)
    return result


def open_city(reading: FileReading, *, by: Any) -> Unit:
    """Make the bureau the sheet was reported by."""
    return units.open_bureau(name=reading.roster.bureau or UNNAMED_BUREAU, by=by)


def city_for(reading: FileReading, code: str = "") -> Unit | None:
    """Return the bureau of this code or name, the only one there is, or the one the sheet means.

    Of several, the sheet means the one its title names, else the one whose units it lists, else
    the only one that has no unit yet and so waits for its roster. None while there is no bureau
    at all. Raises Refused, naming them, where none of this tells them apart.
    """
    bureaus = Unit.objects.filter(kind=UnitKind.BUREAU)
    if code:
        found = bureaus.filter(code=code).first() or bureaus.filter(name=code).first()
        if found is None:
            raise Refused(f"没有代码或名称是“{code}”的教育局。{_which_one()}")
        return found
    first_two = list(bureaus[:2])
    if len(first_two) <= 1:
        return first_two[0] if first_two else None
    if named := bureaus.filter(name=reading.roster.bureau).first():
        return named
    if meant := _listed_in(reading) or _waiting_for_roster():
        return meant
    raise Refused(_which_one())


def _listed_in(reading: FileReading) -> Unit | None:
    """The one city in which most units of the sheet stand already: it is the sheet's next edition.

    By name alone; codes are a city's own and may repeat in another.
    """
    names = [row.name for row in reading.roster.units]
    known = Unit.objects.institutions().filter(name__in=names).order_by()
    counts = known.values_list("city").annotate(Count("pk"))
    meant = [city for city, count in counts if 2 * count > len(names)]
    return Unit.objects.get(pk=meant[0]) if len(meant) == 1 else None


def _waiting_for_roster() -> Unit | None:
    empty = Unit.objects.filter(kind=UnitKind.BUREAU, numchild=0)[:2]
    return empty[0] if len(empty) == 1 else None


def _which_one() -> str:
    bureaus = Unit.objects.filter(kind=UnitKind.BUREAU)[:20]
    names = "、".join(f"{unit.name}（{unit.code or '没有代码'}）" for unit in bureaus)
    if not names:
        return "现在一个教育局也没有；不写 --city，会按表上的填报单位新建。"
    return f"请用 --city 写明导入哪一个教育局的数据：{names}。"


def _steps(total: int, say: Say) -> Callable[[], None]:
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if done % SAY_EVERY == 0 or done == total:
            say(done, total, f"第 {done} 行，共 {total} 行")

    return step
