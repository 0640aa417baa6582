"""Taking an edited list back: compared anew, applied cell by cell, undone as one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from committees.choices import UnitKind
from committees.imports import returned_people, returned_posts, returned_units
from committees.models import Person, Post, ReturnedSheet, Unit
from committees.models.handovers import ReturnedKind
from committees.policy import Can
from committees.services import people, posts, units
from portal.kernel import audit, files
from portal.kernel.errors import Refused
from portal.kernel.journal import Journal, obstacles, snapshot, take_back
from portal.kernel.returned import Comparison, EditedRow, Texts, compare, read

# "pk-heading" → whether to take the sheet's word where both sides changed.
Answers = Mapping[str, bool]


@dataclass(slots=True)
class Outcome:
    """How many rows changed, were made, wait with a conflict; sentences on rows not taken."""

    changed: int = 0
    made: int = 0
    waiting: int = 0
    sentences: list[str] = field(default_factory=list)


FIELDS: dict[ReturnedKind, list[str]] = {
    ReturnedKind.PEOPLE: returned_people.FIELDS,
    ReturnedKind.POSTS: returned_posts.FIELDS,
    ReturnedKind.UNITS: returned_units.FIELDS,
}
NOT_NEW = {
    ReturnedKind.POSTS: "新任职务请在单位页面上登记",
    ReturnedKind.UNITS: "新单位请在“登记新单位”里登记",
}


def keep(data: bytes, *, name: str, kind: str, by: Any) -> ReturnedSheet:
    """Keep a file that is one of our lists, or raise BadFile and keep nothing."""
    read(data, name, _fields(kind))
    stored = files.store(data, files.XLSX)
    return ReturnedSheet.objects.create(
        kind=kind, file=stored, file_name=name[-200:], created_by=by
    )


def _fields(kind: str) -> list[str]:
    return FIELDS[ReturnedKind(kind)]


def editable_people(user: Any) -> Any:
    return Person.objects.reachable_by(user, Can.PEOPLE_EDIT)


def editable_posts(user: Any) -> Any:
    units = Unit.objects.reachable_by(user, Can.PEOPLE_EDIT)
    return (
        Post.objects.filter(committee__host__in=units, committee__dissolved_on=None)
        .exclude(period__isempty=True)
        .select_related("committee__host", "person")
    )


def editable_units(user: Any) -> Any:
    return Unit.objects.reachable_by(user, Can.UNIT_EDIT).exclude(kind=UnitKind.BUREAU)


def difference(sheet: ReturnedSheet, *, by: Any) -> Comparison:
    """Compare the file with how things stand this moment, within the reach of its owner."""
    returned = read(files.read(sheet.file), sheet.file_name, _fields(sheet.kind))
    numbers = [pk for _, pk, _ in returned.rows if pk is not None]
    if sheet.kind == ReturnedKind.PEOPLE:
        found = returned_people.with_posts(editable_people(by).filter(pk__in=numbers))
        now: dict[int, Texts] = {each.pk: returned_people.texts_of(each) for each in found}
        return compare(returned, now, editable=list(returned_people.EDITABLE))
    if sheet.kind == ReturnedKind.UNITS:
        units = editable_units(by).filter(pk__in=numbers)
        now = {each.pk: returned_units.own_texts_of(each) for each in units}
        return compare(returned, now, editable=list(returned_units.EDITABLE))
    held = editable_posts(by).filter(pk__in=numbers)
    now = {each.pk: returned_posts.texts_of(each) for each in held}
    return compare(returned, now, editable=returned_posts.EDITABLE)


@transaction.atomic
def apply(sheet: ReturnedSheet, *, answers: Answers, at: datetime, by: Any) -> Outcome:
    """Take what was changed in the sheet. A cell changed on both sides is taken only when asked
    for, and stays in the sheet otherwise."""
    sheet = ReturnedSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if sheet.undone_at is not None:
        raise Refused("这份表已经撤销过了，要再改请重新上传")
    journal = Journal(list(sheet.changes))
    outcome = Outcome()
    found = difference(sheet, by=by)
    for row in found.changed:
        _take_row(sheet.kind, row, _answers_of(row, answers), journal, outcome, by=by)
    for number, texts in found.new:
        _take_new(sheet.kind, number, texts, journal, outcome, by=by)
    sheet.changes, sheet.applied_at = journal.entries, at
    sheet.save(update_fields=["changes", "applied_at"])
    if outcome.changed or outcome.made:
        note = f"{sheet.file_name}：改 {outcome.changed} 行，新登记 {outcome.made} 人"
        audit.record("list.taken_back", sheet, by=by, note=note)
    return outcome


def _answers_of(row: EditedRow, answers: Answers) -> dict[str, bool]:
    return {
        cell.field: answers[f"{row.pk}-{cell.field}"]
        for cell in row.cells
        if f"{row.pk}-{cell.field}" in answers
    }


def _take_row(
    kind: str,
    row: EditedRow,
    take: Mapping[str, bool],
    journal: Journal,
    outcome: Outcome,
    *,
    by: Any,
) -> None:
    waiting = [cell for cell in row.cells if cell.is_conflict and cell.field not in take]
    outcome.waiting += bool(waiting)
    change = CHANGES[ReturnedKind(kind)]
    try:
        with transaction.atomic():
            changed, sentence = change(row, take, journal, by=by)
    except Refused as refusal:
        changed, sentence = False, str(refusal)
    outcome.changed += changed
    if sentence:
        outcome.sentences.append(f"第 {row.row} 行没有改：{sentence}")


def _change_person(
    row: EditedRow, take: Mapping[str, bool], journal: Journal, *, by: Any
) -> tuple[bool, str]:
    found = returned_people.with_posts(Person.objects.filter(pk=row.pk))
    person = found.select_for_update(of=("self",)).get()
    facts, sentence = returned_people.facts_of(row, person, take)
    if sentence or not facts:
        return False, sentence
    before = snapshot(person, facts)
    changed = people.correct(person, by=by, **facts)
    journal.changed(person, before)
    return bool(changed), ""


def _change_post(
    row: EditedRow, take: Mapping[str, bool], journal: Journal, *, by: Any
) -> tuple[bool, str]:
    found = Post.objects.select_related("committee", "person").select_for_update(of=("self",))
    post = found.get(pk=row.pk)
    (first, last), sentence = returned_posts.period_of(row, post, take)
    if sentence:
        return False, sentence
    before = snapshot(post, ("period",))
    changed = posts.correct_dates(post, first=first, last=last, by=by)
    journal.changed(post, before)
    return changed, ""


def _change_unit(
    row: EditedRow, take: Mapping[str, bool], journal: Journal, *, by: Any
) -> tuple[bool, str]:
    unit = Unit.objects.select_for_update().get(pk=row.pk)
    facts, sentence = returned_units.facts_of(row, unit, take)
    if sentence or not facts:
        return False, sentence
    before = snapshot(unit, facts)
    changed = units.correct_unit(unit, by=by, **facts)
    journal.changed(unit, before)
    return bool(changed), ""


CHANGES = {
    ReturnedKind.PEOPLE: _change_person,
    ReturnedKind.POSTS: _change_post,
    ReturnedKind.UNITS: _change_unit,
}


def _take_new(
    kind: str, number: int, texts: Texts, journal: Journal, outcome: Outcome, *, by: Any
) -> None:
    """A row without a number is a new person of a unit within reach; posts are given on a page."""
    if kind != ReturnedKind.PEOPLE:
        outcome.sentences.append(f"第 {number} 行没有编号：{NOT_NEW[ReturnedKind(kind)]}")
        return
    unit = (
        Unit.objects.reachable_by(by, Can.PEOPLE_EDIT)
        .filter(name=texts.get(returned_people.UNIT, ""))
        .first()
    )
    if unit is None:
        outcome.sentences.append(f"第 {number} 行没有登记：请写上您管的单位的全称")
        return
    known = Person.objects.filter(unit=unit, name=texts.get(returned_people.NAME, ""))
    if known.exists():
        outcome.sentences.append(f"第 {number} 行没有登记：{unit}的名册里已经有同名的同志")
        return
    form = returned_people.form_for(texts, None)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        outcome.sentences.append(f"第 {number} 行没有登记：{form.fields[name].label}：{errors[0]}")
        return
    journal.made(people.register(unit, by=by, **form.facts()))
    outcome.made += 1


@transaction.atomic
def undo(sheet: ReturnedSheet, *, at: datetime, by: Any) -> None:
    """Take back everything the sheet changed, as long as nothing of it was changed since."""
    sheet = ReturnedSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if sheet.applied_at is None or sheet.undone_at is not None:
        raise Refused("这份表没有要撤销的改动，刷新页面看看")
    if found := obstacles(sheet.changes):
        which = found[0].held or found[0].row
        raise Refused(f"“{which}”后来又改动过，不能整份撤销。请打开这一条单独改")
    with audit.acting("list.taken_back_undone", by=by):
        take_back(sheet.changes)
        sheet.undone_at = at
        sheet.save(update_fields=["undone_at"])
    audit.record("list.taken_back_undone", sheet, by=by, note=sheet.file_name)
