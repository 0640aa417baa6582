"""An entry from draft to the city: written, ranked and sent by the school, reviewed above."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from committees.models import Unit
from portal.kernel import audit, calendar, counters, files
from portal.kernel.calendar import date_cn
from portal.kernel.docx import paragraphs
from portal.kernel.errors import BadFile, Refused
from portal.kernel.files import DOCX, PDF
from portal.kernel.films import seconds_of
from portal.kernel.refusals import speaking_for
from portal.kernel.wording import quoted
from reading_program import notices
from reading_program.choices import EntryState, FileRole, Nominee, StageEnd, TrackKind
from reading_program.models import Edition, Entry, EntryAdviser, EntryFile, Stage, Track
from reading_program.rules import FORMATS, Limits, count_characters
from reading_program.services import likeness
from reading_program.workflow import ENTRY

OPEN = [EntryState.DRAFT, EntryState.RETURNED]
MP4 = "video/mp4"
SUFFIX_OF = {DOCX: "docx", PDF: "pdf", MP4: "mp4"}
NO_PLACE = "entry_within_quota"
SENTENCES = {
    NO_PLACE: "名额已经用完了。可以先排在候补里，有人撤下时按名次自动补上",
    "entry_needs_consent": "还没有取得监护人书面同意，不能报送。取得以后在作品里勾上再报",
}


class EntryEdited(Refused):
    """Somebody saved the entry after this page was opened."""

    def __init__(self) -> None:
        super().__init__("这件作品刚才有人改过，您写的还在下面。刷新看看现在的内容，再保存一次")


class PlaceRefused(Refused):
    """The database counted: no place is left."""


@contextmanager
def counting_places() -> Iterator[None]:
    """Turn what the triggers of entries and places say into Refused."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if name == NO_PLACE:
            raise PlaceRefused(SENTENCES[name]) from error
        if name in SENTENCES:
            raise Refused(SENTENCES[name]) from error
        raise


def closed_stage(edition: Edition, end: StageEnd) -> Stage | None:
    """The stage that closes this level, once its last day is over."""
    return edition.stages.filter(closes=end, ends_on__lt=calendar.today()).first()


def require_in_time(edition: Edition, end: StageEnd) -> None:
    """Refuse with the day when the edition's calendar has closed this level."""
    if (stage := closed_stage(edition, end)) is not None:
        raise Refused(
            f"{stage.name}已在{date_cn(stage.ends_on)}截止。确实需要补报，请联系局关工委调整日程"
        )


@transaction.atomic
def save_entry(
    track: Track,
    *,
    unit: Unit,
    facts: Mapping[str, Any],
    advisers: Sequence[str],
    uploads: Sequence[tuple[FileRole, UploadedFile]] = (),
    entry: Entry | None = None,
    version: int = 0,
    by: Any,
) -> Entry:
    """Keep a draft (or a returned entry) as far as it is written; sending asks for the rest.

    A Word file without typed text gives the text. Raises BadFile, EntryEdited, or Refused where
    the track takes one a person; keeps nothing then.
    """
    limit = track.limit
    kept = [(role, upload.name or "作品", _stored(upload, limit)) for role, upload in uploads]
    facts = {**facts, **_read_from(kept, facts)}
    facts["characters"] = count_characters(facts.get("body", ""))
    with audit.acting("entry.edited", by=by), speaking_for(Entry):
        if entry is None:
            entry = Entry.objects.create(
                edition=track.edition,
                track=track,
                unit=unit,
                office=unit.office,
                city=track.edition.city,
                is_sole=limit.one_per_person,
                created_by=by,
                **facts,
            )
        else:
            here = Entry.objects.filter(pk=entry.pk, version=version, state__in=OPEN)
            if not here.update(**facts, version=F("version") + 1, updated_at=timezone.now()):
                raise EntryEdited
            entry.refresh_from_db()
    _set_advisers(entry, advisers[: limit.most_advisers])
    for role, name, (stored, _) in kept:
        EntryFile.objects.filter(entry=entry, role=role).delete()
        EntryFile.objects.create(entry=entry, role=role, file=stored, name=name[-200:])
    return entry


def _stored(upload: UploadedFile, limit: Limits) -> tuple[Any, float | None]:
    """Keep one file of a kind the track takes; of a film also its seconds."""
    taken = [*limit.formats, "pdf"]
    if (upload.name or "").lower().endswith(".mp4") and "mp4" in taken:
        content = files.read_upload(upload, limit=limit.max_mb * files.MEGABYTE)
        return files.store(content, MP4), seconds_of(content)
    if (upload.size or 0) > limit.max_mb * files.MEGABYTE:
        raise BadFile(f"“{upload.name}”超过 {limit.max_mb} MB，请换一个小一些的文件")
    stored = files.store_document(upload)
    if SUFFIX_OF.get(stored.content_type) not in taken:
        words = "、".join(FORMATS[each] for each in limit.formats)
        raise BadFile(f"“{upload.name}”不是这个项目收的格式，请传{words}")
    return stored, None


def _read_from(kept: Sequence[Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for role, _, (stored, seconds) in kept:
        if seconds is not None:
            found["seconds"] = round(seconds)
        if role == FileRole.WORK and stored.content_type == DOCX and not facts.get("body"):
            found["body"] = "\n".join(paragraphs(files.read(stored)))
    return found


def _set_advisers(entry: Entry, names: Sequence[str]) -> None:
    entry.advisers.all().delete()
    EntryAdviser.objects.bulk_create(
        EntryAdviser(entry=entry, position=at, name=name)
        for at, name in enumerate([name for name in names if name], start=1)
    )


# --- what is still missing ----------------------------------------------------------------------


def lacks(entry: Entry) -> list[str]:
    """Sentences that say what to add before the entry can be sent; empty when it is whole."""
    limit = entry.track.limit
    found = list(_too_short_or_long(entry, limit))
    own = entry.extra or {}
    found += [
        f"补上“{each.label}”" for each in limit.fields if each.needed and not own.get(each.name)
    ]
    if entry.track.nominee in {Nominee.WORK, Nominee.PUPIL, Nominee.CLASS}:
        found += _group_words(entry)
    if not entry.pledge:
        found.append("勾上原创承诺")
    if limit.needs_consent and not entry.consent:
        found.append("取得监护人书面同意后勾上")
    return found


def _too_short_or_long(entry: Entry, limit: Limits) -> Iterator[str]:
    papers = [each for each in entry.files.all() if each.role == FileRole.WORK]
    if entry.track.kind == TrackKind.RECITATION:
        if not papers and not entry.video_sha256:
            yield "传一段视频，或者登记视频网址和校验码"
        minutes = (entry.seconds or 0) / 60
        if limit.max_minutes and minutes > limit.max_minutes:
            yield f"视频有 {minutes:.1f} 分钟，最长 {limit.max_minutes} 分钟，请剪短"
        if entry.seconds and minutes < limit.min_minutes:
            yield f"视频只有 {minutes:.1f} 分钟，至少要 {limit.min_minutes} 分钟"
        return
    if not entry.body:
        if not papers:
            yield "写上正文，或者传文件"
        elif limit.min_characters:
            yield "PDF 数不了字数，请把正文贴上来，或者传 Word 文件"
        return
    if entry.characters < limit.min_characters:
        yield f"正文 {entry.characters} 字，至少要 {limit.min_characters} 字"
    if limit.max_characters and entry.characters > limit.max_characters:
        yield f"正文 {entry.characters} 字，最多 {limit.max_characters} 字，请压缩"


def _group_words(entry: Entry) -> Iterator[str]:
    group = entry.group
    if group is None:
        yield "选组别"
    elif group.first_grade and group.last_grade:
        if entry.grade is None:
            yield "写上年级"
        elif not group.first_grade <= entry.grade <= group.last_grade:
            yield f"{entry.grade_label}不在{group.name}（{group.grades}），核对组别和年级"
    if group is not None and group.asks_birth_month and not entry.born:
        yield "写上出生年月"


# --- the school ranks and sends -----------------------------------------------------------------


@transaction.atomic
def rank(track: Track, *, unit: Unit, order: Sequence[int], by: Any) -> None:
    """Keep the school's own order, best first; entries not named go behind."""
    mine = Entry.objects.filter(track=track, unit=unit).exclude(state=EntryState.WITHDRAWN)
    with audit.acting("entry.ranked", by=by):
        mine.update(rank=None)
        for at, pk in enumerate(order, start=1):
            mine.filter(pk=pk).update(rank=at)


@transaction.atomic
def send(track: Track, *, unit: Unit, by: Any) -> tuple[int, int]:
    """Hand in every draft of the track in the school's order; beyond the places they wait.

    Returns how many took a place and how many wait in reserve. Refuses while one is not whole.
    """
    require_in_time(track.edition, StageEnd.SCHOOL)
    drafts = list(
        Entry.objects.select_for_update(of=("self",))
        .filter(track=track, unit=unit, state=EntryState.DRAFT)
        .select_related("track", "group", "unit", "edition")
        .prefetch_related("files")
        .in_rank()
    )
    if not drafts:
        raise Refused("这个项目还没有写好的作品，先登记一件")
    for entry in drafts:
        if missing := lacks(entry):
            raise Refused(f"{quoted(entry.nominee_name)}的作品还差：{'；'.join(missing)}")
    sent = sum(send_one(entry, by=by) for entry in drafts)
    return sent, len(drafts) - sent


@transaction.atomic
def send_one(entry: Entry, *, by: Any) -> bool:
    """Take a place if there is one, or wait in reserve; both get a number."""
    stamps = {
        "number": entry.number or counters.take(f"reading-entry:{entry.edition_id}"),
        "submitted_at": timezone.now(),
        "submitted_by": by,
        "office": entry.unit.office,
        "return_reason": "",
    }
    try:
        with counting_places():
            ENTRY.advance(entry, "submit", by=by, **stamps)
    except PlaceRefused:
        ENTRY.advance(entry, "wait", by=by, **stamps)
    likeness.note_essay(entry, by=by)
    return entry.state == EntryState.SUBMITTED


@transaction.atomic
def correct(entry: Entry, *, by: Any) -> None:
    """Hand a returned entry in again; it kept its place."""
    require_in_time(entry.edition, StageEnd.OFFICE)
    if missing := lacks(entry):
        raise Refused(f"还差：{'；'.join(missing)}")
    ENTRY.advance(entry, "resubmit", by=by, submitted_at=timezone.now(), return_reason="")
    likeness.note_essay(entry, by=by)


@transaction.atomic
def withdraw(entry: Entry, *, note: str, by: Any) -> Entry | None:
    """Take an entry out of the contest; the next in reserve moves up. Returns that one."""
    ENTRY.advance(entry, "withdraw", by=by, note=note)
    moved = promote(entry.track, unit=entry.unit, by=by)
    return moved[0] if moved else None


def promote(track: Track, *, unit: Unit, by: Any) -> list[Entry]:
    """Let those in reserve take what places there are: the unit's own, then its office's.

    After the office's last day nothing moves: nobody could look at it any more.
    """
    if closed_stage(track.edition, StageEnd.OFFICE) is not None:
        return []
    waiting = Entry.objects.filter(track=track, state=EntryState.RESERVE)
    moved = _promote_in(waiting.filter(unit=unit).in_rank(), by=by)
    if unit.office_id is not None:
        others = waiting.filter(office=unit.office_id).exclude(unit=unit)
        moved += _promote_in(others.order_by("submitted_at", "rank", "pk"), by=by)
    return moved


def _promote_in(waiting: QuerySet[Entry], *, by: Any) -> list[Entry]:
    moved: list[Entry] = []
    full: set[tuple[int, int | None]] = set()  # what has no place for one has none for the next
    for entry in waiting.select_related("unit", "track", "submitted_by"):
        key = (entry.unit_id, entry.group_id)
        if key in full:
            continue
        try:
            with counting_places():
                ENTRY.advance(entry, "promote", by=by)
        except PlaceRefused:
            full.add(key)
        else:
            moved.append(entry)
            _tell(entry, "从候补递补上了，已经在等审核")
    return moved


# --- the levels above ---------------------------------------------------------------------------


@transaction.atomic
def forward(entry: Entry, *, by: Any) -> None:
    """The office (or for direct schools the bureau) takes the entry to the city."""
    require_in_time(entry.edition, StageEnd.OFFICE)
    ENTRY.advance(entry, "forward", by=by, reviewed_at=timezone.now(), reviewed_by=by)
    _tell(entry, "审核通过，已经报到市里")


@transaction.atomic
def send_back(entry: Entry, *, note: str, by: Any) -> None:
    """Return an entry for correction, saying what; it keeps its place."""
    if entry.state == EntryState.CITY:
        require_in_time(entry.edition, StageEnd.CITY)
    _judge(entry, "send_back", note=note, by=by)
    _tell(entry, f"退回来了：{note.strip()}")


@transaction.atomic
def decline(entry: Entry, *, note: str, by: Any) -> list[Entry]:
    """The office does not recommend it, saying why; its place goes to the next in reserve."""
    require_in_time(entry.edition, StageEnd.OFFICE)
    _judge(entry, "decline", note=note, by=by)
    _tell(entry, f"没有推荐到市里：{note.strip()}")
    return promote(entry.track, unit=entry.unit, by=by)


def _judge(entry: Entry, step: str, *, note: str, by: Any) -> None:
    ENTRY.advance(
        entry,
        step,
        by=by,
        note=note,
        reviewed_at=timezone.now(),
        reviewed_by=by,
        return_reason=note.strip(),
    )


def _tell(entry: Entry, what: str) -> None:
    """The school learns it; a child's name stays out of the message."""
    text = f"{entry.track}{entry.number or ''}号作品{what}"
    link = f"/reading/entries/{entry.pk}/"
    notices.tell_entrant(entry.submitted_by, entry.unit, text=text, link=link)
