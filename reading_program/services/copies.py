"""评委看到的那一份: codes, texts and files of works without what says whose they are.

A work's file is cleaned by a job after the codes are drawn. Words of a Word file can be crossed
out; a PDF or a film cannot be rewritten, so what still tells is said to the registrar, who puts
another file in its place or leaves the file out.
"""

import secrets
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.kernel import anonymous, audit, files, films, jobs
from portal.kernel.codes import DIGITS, LETTERS
from portal.kernel.errors import BadFile, Refused
from portal.kernel.files import DOCX, PDF
from portal.kernel.models import Job, StoredFile
from reading_program.choices import CopyState, EntryState, FileRole, RoundState, TrackKind
from reading_program.models import BlindCopy, Entry, JudgingRound
from reading_program.workflow import COPY

CLEAN = "judging.clean"
CODE_LETTERS = DIGITS + LETTERS.upper()
CODE_LENGTH = 5
MP4 = "video/mp4"
SUFFIXES = {DOCX: "docx", PDF: "pdf", MP4: "mp4"}


def draw(made: JudgingRound, *, by: Any) -> list[BlindCopy]:
    """Copies with new codes of everything on the city's desk, and a job for their files."""
    entries = Entry.objects.filter(track=made.track_id, state=EntryState.CITY).order_by("pk")
    if made.group_id is not None:
        entries = entries.filter(group=made.group_id)
    found = entries.select_related("unit", "office", "track").prefetch_related("advisers", "files")
    codes = _codes(len(found))
    copies = [_copy(made, entry, code) for entry, code in zip(found, codes, strict=True)]
    # In the order of the codes, so that no number of a row follows the order of the schools.
    BlindCopy.objects.bulk_create(sorted(copies, key=lambda copy: copy.code))
    if any(copy.file_waits for copy in copies):
        start_cleaning(made, by=by)
    return copies


def start_cleaning(here: JudgingRound, *, by: Any) -> Job:
    return jobs.start(
        CLEAN,
        key=f"{CLEAN}:{here.pk}",
        title=f"清理{here}的作品文件"[:120],
        by=by,
        arguments={"round": here.pk},
        return_url=reverse("reading_program:round", args=[here.pk]),
        again=True,
    )


def _codes(count: int) -> list[str]:
    drawn: set[str] = set()
    while len(drawn) < count:
        drawn.add("".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH)))
    return list(drawn)


def _copy(made: JudgingRound, entry: Entry, code: str) -> BlindCopy:
    telling, text = identity_words(entry), text_of(entry)
    met = {hit.word for each in (entry.title, text) for hit in anonymous.hits(each, telling)}
    has_file = any(each.role == FileRole.WORK for each in entry.files.all())
    looked_at = not (met or has_file or entry.video_url)
    return BlindCopy(
        round=made,
        entry=entry,
        code=code,
        title=entry.title,
        text=text,
        video_url=entry.video_url,
        file_waits=has_file,
        words=sorted(met),
        state=CopyState.CLEARED if looked_at else CopyState.WAITING,
    )


def text_of(entry: Entry) -> str:
    """What is judged as text: the body, and the answers to the track's own questions."""
    answers = [
        f"【{own.label}】\n{entry.extra[own.name]}"
        for own in entry.track.limit.fields
        if (entry.extra or {}).get(own.name)
    ]
    return "\n\n".join(part for part in (entry.body, *answers) if part)


def identity_words(entry: Entry) -> list[str]:
    """What would tell whose a work is: people's names, the school's, its office's."""
    words = {entry.nominee_name, *map(str, entry.members), entry.unit.name}
    words |= {adviser.name for adviser in entry.advisers.all()}
    if entry.office is not None:
        words.add(entry.office.name)
    return sorted(word for word in words if len(word) > 1)


# --- files --------------------------------------------------------------------------------------


def clean_round(here: JudgingRound, *, progress: jobs.Progress | None = None, by: Any) -> int:
    """Clean every file of the round that still waits; each is kept as soon as it is done."""
    waiting = list(
        here.copies.filter(file_waits=True)
        .select_related("entry__unit", "entry__office", "entry__track")
        .prefetch_related("entry__files__file", "entry__advisers")
    )
    for at, copy in enumerate(waiting, start=1):
        if progress is not None:
            progress.say(at - 1, len(waiting), f"正在清理作品文件，{at}/{len(waiting)}")
        clean_file(copy, by=by)
    return len(waiting)


@transaction.atomic
def clean_file(copy: BlindCopy, *, by: Any) -> None:
    """Put a copy of the work's file without hidden marks beside the code, and say what is left."""
    paper = next(each for each in copy.entry.files.all() if each.role == FileRole.WORK)
    words = identity_words(copy.entry)
    stored: StoredFile | None = None
    try:
        data, kind = files.read(paper.file), paper.file.content_type
        stored = files.store(_cleaned(data, kind, ()), kind)
        met, problem = _looked_through(data, kind, words)
    except BadFile as error:
        met, problem = [], str(error)
    film = copy.entry.track.kind == TrackKind.RECITATION
    BlindCopy.objects.filter(pk=copy.pk, file_waits=True).update(
        file=stored,
        file_waits=False,
        file_problem=problem,
        words=sorted({*copy.words, *met}),
    )
    copy.refresh_from_db()
    if not (copy.words or copy.file_problem or copy.video_url or film):
        COPY.advance(copy, "clear", by=by, cleared_at=timezone.now())


def _cleaned(data: bytes, kind: str, words: tuple[str, ...] | list[str]) -> bytes:
    if kind == DOCX:
        return anonymous.clean_docx(data, words=words)
    return anonymous.clean_pdf(data) if kind == PDF else films.without_tags(data)


def _looked_through(data: bytes, kind: str, words: list[str]) -> tuple[list[str], str]:
    """The telling words of a Word file, or a sentence about those a PDF keeps."""
    if kind == DOCX:
        text = anonymous.text_of_docx(data)
        return sorted({hit.word for hit in anonymous.hits(text, words)}), ""
    if kind != PDF:
        return [], ""
    text = anonymous.text_of_pdf(data)
    if met := sorted({hit.word for hit in anonymous.hits(text, words)}):
        return [], f"PDF 里写着{'、'.join(met)}，遮不住。请换一份遮好的，或者不给评委看这个文件"
    if not text.strip():
        return [], "PDF 是扫描的图片，机器认不出里面的字。请看一遍，有姓名、校名就换一份"
    return [], ""


@transaction.atomic
def clear_copy(copy: BlindCopy, *, cover: bool, by: Any) -> None:
    """Cross the found words out, or let them stand (a hero's name may be a pupil's too)."""
    if copy.file_waits:
        raise Refused("作品文件还在清理，清理好再核对")
    changes: dict[str, Any] = {"file_problem": ""}
    if cover:
        changes["title"] = anonymous.covered(copy.title, copy.words)
        changes["text"] = anonymous.covered(copy.text, copy.words)
        if copy.file is not None and copy.file.content_type == DOCX:
            data = _cleaned(files.read(copy.file), DOCX, copy.words)
            changes["file"] = files.store(data, DOCX)
    COPY.advance(copy, "clear", by=by, cleared_by=by, cleared_at=timezone.now(), **changes)


@transaction.atomic
def replace_file(copy: BlindCopy, *, upload: UploadedFile | None, by: Any) -> None:
    """Another file made blind by hand in the place of the work's own; None leaves it out."""
    _require_preparing(copy)
    stored, problem = None, ""
    if upload is not None:
        whole = files.store_document(upload)
        if whole.content_type not in {DOCX, PDF}:
            raise BadFile("换上的文件要是 Word（.docx）或 PDF")
        data = files.read(whole)
        stored = files.store(_cleaned(data, whole.content_type, ()), whole.content_type)
        met, problem = _looked_through(data, whole.content_type, identity_words(copy.entry))
        if met:
            raise BadFile(f"换上的文件里还写着{'、'.join(met)}，遮好再传")
    audit.record("blind_copy.file_replaced" if stored else "blind_copy.file_left_out", copy, by=by)
    BlindCopy.objects.filter(pk=copy.pk).update(file=stored, file_waits=False, file_problem=problem)


@transaction.atomic
def leave_out_film(copy: BlindCopy, *, by: Any) -> None:
    """The address of a film tells whose it is: judges get the script alone."""
    _require_preparing(copy)
    audit.record("blind_copy.film_left_out", copy, by=by)
    BlindCopy.objects.filter(pk=copy.pk).update(video_url="")


def _require_preparing(copy: BlindCopy) -> None:
    if copy.round.state != RoundState.PREPARING:
        raise Refused("已经开评，评委看到的文件不能再换")


def file_name(copy: BlindCopy) -> str:
    """The code alone: what a file is called tells as much as what stands in it."""
    assert copy.file is not None  # noqa: S101 - asked by the views
    return f"{copy.code}.{SUFFIXES.get(copy.file.content_type, 'bin')}"
