"""Taking an edited list back: compared anew, applied cell by cell, undone as one.

What each sort of list is made of stands in a table of `ReturnedList`; `LISTS` are those of this
app, another app brings its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from committees.imports import (
    returned_accounts,
    returned_five_haves,
    returned_people,
    returned_posts,
    returned_units,
)
from committees.imports.returned_lists import ReturnedList
from committees.models import ReturnedSheet
from committees.models.handovers import ReturnedKind
from portal.kernel import audit, files
from portal.kernel.errors import Refused
from portal.kernel.journal import Journal, obstacles, take_back
from portal.kernel.returned import Comparison, EditedRow, Texts, compare, read

# "pk-heading" → whether to take the sheet's word where both sides changed.
Answers = Mapping[str, bool]
Lists = Mapping[str, ReturnedList]

LISTS: Lists = {
    ReturnedKind.PEOPLE: returned_people.LIST,
    ReturnedKind.POSTS: returned_posts.LIST,
    ReturnedKind.UNITS: returned_units.LIST,
    ReturnedKind.ACCOUNTS: returned_accounts.LIST,
    ReturnedKind.FIVE_HAVES: returned_five_haves.LIST,
}


@dataclass(slots=True)
class Outcome:
    """How many rows changed, were made, wait with a conflict; sentences on rows not taken."""

    changed: int = 0
    made: int = 0
    waiting: int = 0
    sentences: list[str] = field(default_factory=list)


def keep(data: bytes, *, name: str, kind: str, by: Any, lists: Lists = LISTS) -> ReturnedSheet:
    """Keep a file that is one of our lists, or raise BadFile and keep nothing."""
    read(data, name, lists[kind].fields)
    stored = files.store(data, files.XLSX)
    return ReturnedSheet.objects.create(
        kind=kind, file=stored, file_name=name[-200:], created_by=by
    )


def difference(sheet: ReturnedSheet, *, by: Any, lists: Lists = LISTS) -> Comparison:
    """Compare the file with how things stand this moment, within the reach of its owner."""
    of = lists[sheet.kind]
    returned = read(files.read(sheet.file), sheet.file_name, of.fields)
    numbers = [pk for _, pk, _ in returned.rows if pk is not None]
    return compare(returned, of.rows(numbers, by), editable=of.editable)


@transaction.atomic
def apply(
    sheet: ReturnedSheet, *, answers: Answers, at: datetime, by: Any, lists: Lists = LISTS
) -> Outcome:
    """Take what was changed in the sheet. A cell changed on both sides is taken only when asked
    for, and stays in the sheet otherwise."""
    sheet = ReturnedSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if sheet.undone_at is not None:
        raise Refused("这份表已经撤销过了，要再改请重新上传")
    journal = Journal(list(sheet.changes))
    outcome = Outcome()
    found, of = difference(sheet, by=by, lists=lists), lists[sheet.kind]
    for row in found.changed:
        _take_row(of, row, _answers_of(row, answers), journal, outcome, by=by)
    for number, texts in found.new:
        _take_new(of, number, texts, journal, outcome, by=by)
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
    of: ReturnedList,
    row: EditedRow,
    take: Mapping[str, bool],
    journal: Journal,
    outcome: Outcome,
    *,
    by: Any,
) -> None:
    waiting = [cell for cell in row.cells if cell.is_conflict and cell.field not in take]
    outcome.waiting += bool(waiting)
    try:
        with transaction.atomic():
            changed, sentence = of.change(row, take, journal, by=by)
    except Refused as refusal:
        changed, sentence = False, str(refusal)
    outcome.changed += changed
    if sentence:
        outcome.sentences.append(f"第 {row.row} 行没有改：{sentence}")


def _take_new(
    of: ReturnedList, number: int, texts: Texts, journal: Journal, outcome: Outcome, *, by: Any
) -> None:
    if of.take_new is None:
        outcome.sentences.append(f"第 {number} 行没有编号：{of.no_new}")
    elif sentence := of.take_new(texts, journal, by=by):
        outcome.sentences.append(f"第 {number} 行没有登记：{sentence}")
    else:
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
