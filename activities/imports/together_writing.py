"""Storing imported mentors and partners: what is new, what a row corrects, what stays as it is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from activities.imports.mentors import MentorReading, MentorRow
from activities.imports.partners import PartnerReading, PartnerRow
from activities.models import LectureTopic, Mentor, MentorTeam, Partner
from activities.services import mentor_teams, mentors, partners
from committees.imports.writing import Writing
from committees.models import Person, Unit
from committees.services import people
from portal.kernel import cells
from portal.kernel.journal import compare, picture, snapshot
from portal.kernel.ranges import between

# --- mentors ------------------------------------------------------------------------------------


def write_mentors(reading: MentorReading, writing: Writing) -> MentorReading:
    """Enrol or correct each row's mentor; return the reading without those stored nowhere."""
    if not reading.mentors:
        return reading
    topics = _topics(writing)
    kept = []
    for row in reading.mentors:
        writing.step()
        unit = _unit(row.unit, writing)
        if unit is None:
            writing.refuse_unknown_unit(row.unit, row.place)
            continue
        kept.append(row)
        _write_mentor(row, unit, topics, writing)
    return replace(reading, mentors=kept)


def _topics(writing: Writing) -> dict[str, LectureTopic]:
    """The city's topics by the key of their names; a city without any gets the standard menu."""
    had = writing.city.lecture_topics.exists()
    found = mentors.ensure_topics(writing.city, by=writing.by)
    if not had:
        writing.journal.made(*found)
    return {cells.key(topic.name): topic for topic in found}


def _write_mentor(
    row: MentorRow, unit: Unit, topics: dict[str, LectureTopic], writing: Writing
) -> None:
    person = _person(row, unit, writing)
    mentor = Mentor.objects.filter(person=person).first()
    if mentor is not None and mentor.left_on is not None:
        sentence = f"“{row.name}”已经退出导师队伍，没有改。要请回来，到导师名册里重新登记。"
        writing.note("mentor_left", sentence, row.place)
        return
    facts = _mentor_facts(row, writing)
    chosen = _chosen(row, topics, mentor, writing)
    if mentor is None:
        before = snapshot(person, ("is_mentor",))
        on = row.joined.day if row.joined else writing.on
        made = mentors.enrol(person, on=on, topics=chosen, by=writing.by, **facts)
        person.refresh_from_db()
        writing.journal.changed(person, before)
        writing.journal.made(made)
        writing.count_new("mentors", person.name)
        return
    changed = _correct_mentor(mentor, chosen, facts, writing)
    writing.count_known("mentors", changed=changed)


def _correct_mentor(
    mentor: Mentor, chosen: list[LectureTopic], facts: dict[str, Any], writing: Writing
) -> bool:
    same_topics = set(mentor.topics.all()) == set(chosen)
    if same_topics and all(getattr(mentor, name) == value for name, value in facts.items()):
        return False
    before = snapshot(mentor, facts)
    stood = picture(_taught_by(mentor))
    mentors.correct(mentor, topics=chosen, by=writing.by, **facts)
    writing.journal.changed(mentor, before)
    writing.journal.entries += compare(stood, picture(_taught_by(mentor)))
    return True


def _taught_by(mentor: Mentor) -> list[tuple[Any, tuple[str, ...]]]:
    """The links to topics, asked afresh: a queryset once read would show the old ones."""
    return [(Mentor.topics.through.objects.filter(mentor=mentor), ())]


def _person(row: MentorRow, unit: Unit, writing: Writing) -> Person:
    """The person of the register this row means; one nobody registered yet is registered."""
    same = Person.objects.filter(unit__city=writing.city, name=row.name)
    by_phone = same.filter(phone=row.phone).first() if row.phone else None
    near = same.filter(unit=unit).order_by("pk").first()
    if near is not None and row.phone and near.phone and near.phone != row.phone:
        near = None  # two people of one name differ by their telephones
    if found := by_phone or near:
        return found
    made = people.register(unit, by=writing.by, name=row.name, phone=row.phone)
    writing.journal.made(made)
    return made


def _mentor_facts(row: MentorRow, writing: Writing) -> dict[str, Any]:
    """What the row tells; an empty cell leaves what stands."""
    told: dict[str, Any] = {
        "travel": row.travel,
        "most_a_term": row.most_a_term,
        "about": row.about,
        "team": _team(row, writing) if row.team else None,
    }
    return {name: value for name, value in told.items() if value}


def _team(row: MentorRow, writing: Writing) -> MentorTeam | None:
    """The city's team of this name; one that is new stands at the bureau."""
    found = MentorTeam.objects.filter(unit__city=writing.city, name=row.team).first()
    if found is None:
        found = mentor_teams.found(writing.city, name=row.team, by=writing.by)
        writing.journal.made(found)
    return found


def _chosen(
    row: MentorRow, topics: dict[str, LectureTopic], mentor: Mentor | None, writing: Writing
) -> list[LectureTopic]:
    """The topics of the row; a word the menu does not have is named, not invented."""
    found = [topics[cells.key(name)] for name in row.topics if cells.key(name) in topics]
    for name in row.topics:
        if cells.key(name) not in topics:
            sentence = f"没有“{name}”这个专题，没有记。要的话先在“宣讲规定”里加上这个专题。"
            writing.note("topic_unknown", sentence, row.place)
    if not found and mentor is not None:
        return list(mentor.topics.all())
    return found


# --- partners -----------------------------------------------------------------------------------


def write_partners(reading: PartnerReading, writing: Writing) -> PartnerReading:
    """Enter or correct each row's partner and its agreement; leave out those stored nowhere."""
    kept = []
    for row in reading.partners:
        writing.step()
        unit = _unit(row.unit, writing) if row.unit else None
        if row.unit and unit is None:
            writing.refuse_unknown_unit(row.unit, row.place)
            continue
        kept.append(row)
        _write_partner(row, unit, writing)
    return replace(reading, partners=kept)


def _write_partner(row: PartnerRow, unit: Unit | None, writing: Writing) -> None:
    partner = _known_partner(row, unit, writing)
    facts = _partner_facts(row)
    if partner is None:
        home = unit or writing.city
        whole = {"kind": row.kind} | facts
        partner = partners.enter(home, by=writing.by, name=row.name, **whole)
        writing.journal.made(partner)
        _agree(row, partner, writing)
        writing.count_new("partners", partner.name)
        return
    before = snapshot(partner, facts)
    changed = partners.correct(partner, by=writing.by, **facts)
    writing.journal.changed(partner, before)
    agreed = _agree(row, partner, writing)
    writing.count_known("partners", changed=changed or agreed)


def _known_partner(row: PartnerRow, unit: Unit | None, writing: Writing) -> Partner | None:
    """By name at its unit; where the sheet names no unit, the city's only one of that name."""
    same = Partner.objects.in_city(writing.city).filter(name=row.name)
    if unit is not None:
        return same.filter(unit=unit).first()
    found = list(same[:2])
    if len(found) > 1:
        sentence = f"有几个单位都登记了“{row.name}”，先按{found[0].unit}的记，请补上联系单位。"
        writing.note("partner_in_doubt", sentence, row.place)
    return found[0] if found else None


def _partner_facts(row: PartnerRow) -> dict[str, Any]:
    told = {
        "kind": row.kind,
        "contact": row.contact,
        "phone": row.phone,
        "place": row.address,
        "offers": row.offers,
    }
    return {name: value for name, value in told.items() if value}


def _agree(row: PartnerRow, partner: Partner, writing: Writing) -> bool:
    """Keep the agreement the row tells of, unless this very term stands already."""
    if row.term is None:
        return False
    first, last = row.term
    if partner.agreements.filter(period=between(first, last + timedelta(days=1))).exists():
        return False
    made = partners.agree(partner, first=first, last=last, by=writing.by)
    writing.journal.made(made)
    return True


# --- what both need -----------------------------------------------------------------------------


def _unit(name: str, writing: Writing) -> Unit | None:
    """A unit of the city, or the bureau itself under its own name."""
    if cells.key(name) == cells.key(writing.city.name):
        return writing.city
    return writing.unit_named(name)
