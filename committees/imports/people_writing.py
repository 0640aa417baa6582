"""Storing the people of a roster: the register of 五老, and the three officers of each school."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from committees.choices import Position
from committees.imports.roster import PersonRow, RosterReading, SchoolRow
from committees.imports.words import CommitteeState
from committees.imports.writing import Writing
from committees.models import Committee, Person, Post, Unit
from committees.services import committees, people
from portal.kernel import cells
from portal.kernel.findings import Place
from portal.kernel.journal import snapshot

OFFICERS = (
    ("director", Position.DIRECTOR),
    ("standing_deputy", Position.STANDING_DEPUTY),
    ("secretary_general", Position.SECRETARY_GENERAL),
)


@dataclass
class Register:
    """The people of the city as known so far: by name and phone, and by name within a unit."""

    by_phone: dict[tuple[str, str], Person]
    by_unit: dict[tuple[int, str], Person]
    committees: dict[int, Committee]  # living ones by host
    posts: dict[tuple[int, str], list[Post]]  # open ones by committee and position
    vacated: set[tuple[int, str]] = field(default_factory=set)  # by this very sheet

    def know(self, person: Person) -> None:
        if person.phone:
            self.by_phone[person.name, person.phone] = person
        self.by_unit.setdefault((person.unit_id, person.name), person)


def _register(city: Unit) -> Register:
    hosts = Committee.objects.filter(host__city=city, dissolved_on=None)
    posts: dict[tuple[int, str], list[Post]] = defaultdict(list)
    for post in Post.objects.filter(
        committee__host__city=city, period__upper_inf=True
    ).select_related("person", "committee"):
        posts[post.committee_id, post.position].append(post)
    register = Register({}, {}, {each.host_id: each for each in hosts}, posts)
    for person in Person.objects.filter(unit__city=city).order_by("pk"):
        register.know(person)
    return register


def write_people(reading: RosterReading, writing: Writing) -> RosterReading:
    """Store the register's rows, then the officers named in the schools' rows.

    Return the reading without the people whose unit is nowhere.
    """
    register = _register(writing.city)
    kept = []
    for row in reading.people:
        writing.step()
        unit = writing.unit_named(row.committee)
        if unit is None:
            writing.refuse_unknown_unit(row.committee, row.place)
            continue
        kept.append(row)
        _write_person(row, unit, register, writing)
    named = _officers_in_register(kept)
    for school in reading.schools:
        if school.state is CommitteeState.ESTABLISHED:
            _write_officers(school, named, register, writing)
    return replace(reading, people=kept)


# --- the register of 五老 -----------------------------------------------------------------------


def _write_person(row: PersonRow, unit: Unit, register: Register, writing: Writing) -> None:
    facts = _facts(row)
    person = register.by_phone.get((row.name, row.phone)) if row.phone else None
    if person is None:
        same_name = register.by_unit.get((unit.pk, row.name))
        # Two people of one name in one unit differ by their phones; a blank one may be either.
        if same_name is not None and (not row.phone or not same_name.phone):
            person = same_name
    if person is None:
        person = people.register(unit, by=writing.by, name=row.name, **facts)
        writing.journal.made(person)
        writing.count_new("people", person.name)
    else:
        before = snapshot(person, facts)
        changed = bool(people.correct(person, by=writing.by, **facts))
        writing.journal.changed(person, before)
        writing.count_known("people", changed=changed)
    register.know(person)
    committee = register.committees.get(unit.pk)
    if committee is None:
        sentence = f"“{unit}”还没有关工委，人员已登记，职务没有记。"
        writing.note("no_committee_for_post", sentence, row.place)
        return
    _give_post(person, committee, row.position, register, writing)


def _facts(row: PersonRow) -> dict[str, Any]:
    """What the row tells; an empty cell leaves what stands."""
    told: dict[str, Any] = {
        "gender": row.gender.value if row.gender else "",
        "born_on": row.born_on.day if row.born_on else None,
        "original_post": row.former_post,
        "retired_on": row.retired_on.day if row.retired_on else None,
        "retired_precision": row.retired_on.precision.value if row.retired_on else "",
        "work_status": "retired" if row.retired_on else "",
        "categories": list(row.categories),
        "strengths": row.strengths,
        "phone": row.phone,
        "is_mentor": row.is_mentor,
    }
    return {name: value for name, value in told.items() if value or value is False}


def _give_post(
    person: Person, committee: Committee, position: Position, register: Register, writing: Writing
) -> None:
    holders = register.posts[committee.pk, position.value]
    if any(post.person_id == person.pk for post in holders):
        return
    # A sheet says who holds a post, not since when: nobody before the committee stands, and a
    # successor from the day the sheet speaks of.
    follows = (committee.pk, position.value) in register.vacated
    post = committees.appoint(
        person,
        committee,
        position=position.value,
        since_day=writing.on if follows else committee.established_on,
        by=writing.by,
    )
    holders.append(post)
    writing.journal.made(post)


# --- the officers named beside a school ---------------------------------------------------------

Named = dict[tuple[str, Position], list[PersonRow]]


def _officers_in_register(rows: Iterable[PersonRow]) -> Named:
    """Return (key of the unit, position) → the register's rows that claim the post."""
    named: Named = defaultdict(list)
    for row in rows:
        named[cells.key(row.committee), row.position].append(row)
    return named


def _write_officers(school: SchoolRow, named: Named, register: Register, writing: Writing) -> None:
    unit = writing.unit_named(school.name)
    committee = register.committees.get(unit.pk) if unit else None
    if unit is None or committee is None:
        return
    for officer, position in OFFICERS:
        name = getattr(school, officer)
        if not name:
            continue
        claims = named.get((cells.key(school.name), position), [])
        _end_former(committee, position, {name, *(row.name for row in claims)}, register, writing)
        person = register.by_unit.get((unit.pk, name))
        if person is None:
            person = people.register(unit, by=writing.by, name=name)
            writing.journal.made(person)
            register.know(person)
        _give_post(person, committee, position, register, writing)
        for row in claims:
            if row.name != name:
                _note_two_holders(row, name, position, school.place, writing)


def _end_former(
    committee: Committee, position: Position, named: set[str], register: Register, writing: Writing
) -> None:
    """A holder the new sheet no longer names held the post until the day the sheet speaks of."""
    holders = register.posts[committee.pk, position.value]
    for post in [post for post in holders if post.person.name not in named]:
        if post.period.lower is not None and post.period.lower >= writing.on:
            continue
        before = snapshot(post, ("period",))
        committees.end_post(post, on=writing.on, by=writing.by)
        writing.journal.changed(post, before)
        holders.remove(post)
        register.vacated.add((committee.pk, position.value))


def _note_two_holders(
    row: PersonRow, name: str, position: Position, where: Place, writing: Writing
) -> None:
    sentence = (
        f"“{row.committee}”的{position.label}在“{where.sheet}”第{where.row}行是{name}，"
        f"这里是{row.name}；两人都记下了，请核对。"
    )
    writing.note("two_holders", sentence, row.place)
