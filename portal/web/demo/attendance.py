"""Who was there at some of the demo's activities, a code that is open, a sheet that came back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from activities.choices import ActivityState, AttendeeVia
from activities.models import Activity, ActivityKind, Attendee
from activities.services import attendance, papers
from committees.models import Person
from portal.web.demo.city import DEMO_SCHOOL, City
from portal.web.demo.names import person_name

LISTS = 24  # records of the demo school and its neighbours that have a list
GUESTS = ("云山社区", "派出所", "家长代表", "退教协会")


def show(city: City, records: Sequence[Activity], random: Random, *, now: datetime) -> str:
    """Fill lists for the newest records around the visitor's school; open a code for its draft."""
    school = city.named(DEMO_SCHOOL)
    near = {house.unit.pk for house in city.institutions if house.office is school.office}
    people: dict[int, list[Person]] = {}
    for person in Person.objects.filter(unit__in=near).order_by("pk"):
        people.setdefault(person.unit_id, []).append(person)
    chosen = [record for record in reversed(records) if record.unit_id in near][:LISTS]
    names = [
        name
        for record in chosen
        if record.state != ActivityState.VOIDED
        for name in _list_of(record, people.get(record.unit_id, []), random)
    ]
    Attendee.objects.bulk_create(names)
    draft = next(
        it for it in records if it.unit_id == school.unit.pk and it.state == ActivityState.DRAFT
    )
    attendance.open_sign_in(draft, starts_at=now - timedelta(minutes=20), by=school.account)
    papers.print_blank(
        school.unit, kind=ActivityKind.objects.get(slug="training"), by=school.account
    )
    return f"签到名单 {len(chosen)} 份"


def _list_of(record: Activity, people: list[Person], random: Random) -> list[Attendee]:
    """Most of the unit's people, a guest or two, and now and then somebody added the day after."""
    at = record.submitted_at or record.created_at
    facts = {"activity": record, "added_by": record.created_by}
    come = [
        Attendee(**facts, person=one, name=one.name, via=AttendeeVia.TICKED, added_at=at)
        for one in people
        if random.random() < 0.8
    ]
    for place in random.sample(GUESTS, random.randint(0, 2)):
        name = person_name(random, woman=random.random() < 0.5, elder=False)
        come.append(Attendee(**facts, name=name, place=place, via=AttendeeVia.TYPED, added_at=at))
    if come and random.random() < 0.2:
        come[-1].is_late, come[-1].added_at = True, at + timedelta(minutes=40)
    return come
