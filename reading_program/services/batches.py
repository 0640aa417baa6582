"""Bulk entry of a school: kept on trial, carried out in one transaction, taken back whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from committees.models import Unit
from portal.kernel import audit, files
from portal.kernel.errors import BadFile, Refused
from portal.kernel.journal import Journal, take_back
from portal.kernel.models import StoredFile
from reading_program.choices import BatchState, EntryState, FileRole
from reading_program.models import Entry, EntryBatch, EntryGroup, Track
from reading_program.services import entries
from reading_program.workflow import BATCH

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One work of a table; `facts` are what entries.save_entry takes, the group by its key."""

    row: int
    facts: dict[str, Any]
    advisers: list[str]


def keep_documents(
    documents: Sequence[tuple[str, bytes]], *, by: Any
) -> tuple[dict[str, StoredFile], list[tuple[str, str]]]:
    """Name → kept file, and (name, sentence) of those that are not what they say they are."""
    kept, refused = {}, []
    for name, content in documents:
        try:
            kept[name] = files.store_document(SimpleUploadedFile(name, content))
        except BadFile as error:
            refused.append((name, str(error)))
    return kept, refused


@transaction.atomic
def keep_trial(
    track: Track,
    *,
    unit: Unit,
    rows: Sequence[Row],
    findings: Mapping[str, Any],
    documents: Sequence[StoredFile],
    table_name: str,
    archive_name: str,
    by: Any,
) -> EntryBatch:
    """Keep what was read, to be looked at; an earlier trial of the same school and track goes."""
    EntryBatch.objects.filter(track=track, unit=unit, state=BatchState.TRIAL).delete()
    batch = EntryBatch.objects.create(
        edition=track.edition,
        track=track,
        unit=unit,
        rows=list(rows),
        findings=dict(findings),
        count=len(rows),
        table_name=table_name[-200:],
        archive_name=archive_name[-200:],
        made_by=by,
    )
    batch.files.set(documents)
    return batch


def taken_before(track: Track, *, unit: Unit, rows: Sequence[BulkRow]) -> set[int]:
    """Numbers of rows whose pupil (or class) already has a work where only one is taken."""
    if not track.limit.one_per_person:
        return set()
    known = set(
        Entry.objects.filter(track=track, unit=unit)
        .exclude(state=EntryState.WITHDRAWN)
        .values_list("nominee_name", "grade", "class_name")
    )
    same = ("nominee_name", "grade", "class_name")
    return {each.row for each in rows if tuple(each.facts[name] for name in same) in known}


@transaction.atomic
def carry_out(batch: EntryBatch, *, by: Any) -> int:
    """Enter every row as a draft, with its document; all of them or none."""
    here = EntryBatch.objects.select_for_update(of=("self",)).select_related(
        "track__edition__city", "unit"
    )
    batch = here.get(pk=batch.pk)
    if not batch.rows:
        raise Refused("没有可以登记的行，改好表格再来一次")
    groups = {group.pk: group for group in EntryGroup.objects.filter(edition=batch.edition_id)}
    stored = {each.sha256: each for each in batch.files.all()}
    journal = Journal()
    for row in batch.rows:
        try:
            journal.made(_enter(batch, row, groups, stored, by=by))
        except Refused as error:
            raise Refused(
                f"第 {row['row']} 行：{error}。改好表格再来一次，现在一件也没有登记"
            ) from error
    BATCH.advance(
        batch, "carry_out", by=by, done_at=timezone.now(), rows=[], entries=journal.entries
    )
    return batch.count


def _enter(
    batch: EntryBatch,
    row: Row,
    groups: Mapping[int, EntryGroup],
    stored: Mapping[str, StoredFile],
    *,
    by: Any,
) -> Entry:
    facts = {**row["facts"], "group": groups.get(row["facts"]["group"])}
    uploads = []
    if document := row.get("file"):
        content = files.read(stored[document["sha256"]])
        uploads = [(FileRole.WORK, SimpleUploadedFile(document["name"], content))]
    return entries.save_entry(
        batch.track,
        unit=batch.unit,
        facts=facts,
        advisers=row["advisers"],
        uploads=uploads,
        by=by,
    )


@transaction.atomic
def undo(batch: EntryBatch, *, by: Any) -> None:
    """Delete what the batch entered, unless one of the works was sent or changed since."""
    batch = EntryBatch.objects.select_for_update().get(pk=batch.pk)
    keys = [each["pk"] for each in batch.entries]
    found = Entry.objects.filter(pk__in=keys).select_for_update()
    moved = [entry for entry in found if entry.state != EntryState.DRAFT or entry.version > 1]
    if moved:
        raise Refused(
            f"“{moved[0].nominee_name}”的作品已经报送或改过，不能整批撤销。请一件一件处理"
        )
    BATCH.advance(batch, "take_back", by=by, undone_at=timezone.now())
    with audit.acting("entry_batch.undone", by=by):
        take_back(batch.entries)
