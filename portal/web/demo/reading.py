"""The demo city's reading programme of this school year, with the plans of its units."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from committees.choices import UnitKind
from portal.kernel import audit
from portal.kernel.calendar import school_year
from portal.web.demo.city import DEMO_SCHOOL, City, House
from portal.web.demo.review import working_hour
from portal.web.demo.stories import read
from reading_program.choices import PlanState
from reading_program.models import Edition, ImplementationPlan
from reading_program.services import editions


def open_edition(city: City, random: Random, *, now: datetime) -> Edition:
    """Publish the edition and let the units hand in their plans up to `now`."""
    text, begins = read("reading"), school_year(timezone.localdate(now))
    edition = editions.prepare_edition(
        city.bureau.unit,
        name=text["name"],
        theme=text["theme"],
        starts_on=date(begins, 9, 10),
        ends_on=date(begins + 1, 6, 30),
        plans_due_on=date(begins, 10, 20),
        by=city.bureau.account,
    )
    editions.publish_edition(edition, by=city.bureau.account)
    with audit.acting("demo.loaded", by=None):
        ImplementationPlan.objects.bulk_create(
            _plans(city, edition, text["plans"], random, now=now)
        )
    return edition


def _plans(
    city: City, edition: Edition, texts: list[str], random: Random, *, now: datetime
) -> Iterator[ImplementationPlan]:
    """Diligent units first; the school of the printed sign-ins has still to write its plan."""
    for house in city.houses:
        asked = house.kind in {UnitKind.OFFICE, UnitKind.SCHOOL} and house.unit.name != DEMO_SCHOOL
        day = edition.starts_on + timedelta(days=random.randint(8, 44))
        handed_in = timezone.make_aware(datetime.combine(day, time(9, random.randint(0, 59))))
        if asked and random.random() < house.diligence and handed_in < now:
            yield _plan(house, edition, random.choice(texts), handed_in, random, now=now)


def _plan(
    house: House,
    edition: Edition,
    text: str,
    handed_in: datetime,
    random: Random,
    *,
    now: datetime,
) -> ImplementationPlan:
    reviewed = working_hour(random, handed_in + timedelta(days=random.randint(1, 20)))
    state, reason = PlanState.ACCEPTED, ""
    if reviewed > now or random.random() < 0.06:
        state = PlanState.SUBMITTED
    elif random.random() < 0.05:
        state, reason = PlanState.RETURNED, "少了评选的时间安排，请补上哪天评、由谁评"
    waits = state == PlanState.SUBMITTED
    return ImplementationPlan(
        edition=edition,
        unit=house.unit,
        text=text.format(
            director=house.director, standing=house.standing, secretary=house.secretary
        ),
        state=state,
        submitted_at=handed_in,
        submitted_by=house.account,
        reviewed_at=None if waits else reviewed,
        reviewed_by=None if waits or house.parent is None else house.parent.account,
        return_reason=reason,
        created_at=handed_in,
        updated_at=handed_in if waits else reviewed,
    )
