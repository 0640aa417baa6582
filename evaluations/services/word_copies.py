"""An issue out to Word and what came back of it taken in, change by change."""

import hashlib
from collections.abc import Collection
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from evaluations.documents import word_copies as paper
from evaluations.models import ArticleSource, BulletinArticle, BulletinIssue, WordCopy, WordReturn
from evaluations.services.articles import rewrite
from evaluations.services.bulletins import editable, put_in_order, set_editor_note
from portal.kernel import audit, docx, files
from portal.kernel.blocks import Change, Part, Sheet, apply, as_json, changes, from_json, text_of
from portal.kernel.errors import BadFile, Refused

LONGEST = {"title": 120, "comment": 500, "contributor": 80}
NAMES = {"title": "标题", "comment": "按语", "contributor": "供稿单位"}
LONGEST_BODY = 30_000


class MovedOn(Refused):
    """The issue or its changes are not what the page showed any more."""

    def __init__(self) -> None:
        super().__init__("这一期刚才又有人改过，下面是新的对照，请再看一遍")


@transaction.atomic
def send_out(issue: BulletinIssue, *, by: Any) -> bytes:
    """Make the Word file of a draft and remember what it said."""
    issue = editable(issue)
    sheet, fixed = paper.sheet_of(issue), paper.fixed_lines(issue)
    copy = WordCopy.objects.create(
        issue=issue, sheet={"parts": as_json(sheet), "fixed": fixed}, made_by=by
    )
    audit.record("bulletin.word_out", issue, by=by)
    return paper.word_copy(issue, sheet, fixed, copy=copy.pk)


@transaction.atomic
def receive(issue: BulletinIssue, *, upload: UploadedFile, by: Any) -> WordReturn:
    """Read a Word file that came back and keep it with what it says; nothing is taken of it yet.

    Raises BadFile for what is no Word file, or another issue's.
    """
    issue = editable(issue)
    data = files.read_upload(upload)
    paragraphs = docx.marked_paragraphs(data)
    number = paper.copy_named(paragraphs)
    copy = issue.word_copies.filter(pk=number).first() if number is not None else None
    if number is not None and copy is None:
        raise BadFile("这份 Word 是另一期简报的。请选从这一期下载的那一份")
    base = from_json(copy.sheet["parts"]) if copy else paper.sheet_of(issue)
    fixed = copy.sheet["fixed"] if copy else paper.fixed_lines(issue)
    sheet = paper.returned_sheet(paragraphs, base=base, fixed=fixed)
    back = WordReturn.objects.create(
        issue=issue,
        copy=copy,
        sheet=as_json(sheet),
        file=files.store(data, files.DOCX),
        file_name=(upload.name or "简报.docx")[-120:],
        returned_by=by,
    )
    audit.record("bulletin.word_back", issue, by=by, note=back.file_name)
    return back


def found_in(back: WordReturn) -> tuple[Sheet, Sheet, list[Change]]:
    """The issue as it stands, as it came back, and what that changes."""
    now, came = paper.sheet_of(back.issue), from_json(back.sheet)
    base = from_json(back.copy.sheet["parts"]) if back.copy else now
    return now, came, changes(base, now, came)


def seal_of(found: Collection[Change]) -> str:
    """A mark of what a page showed: another set of changes has another."""
    return hashlib.sha256(repr(list(found)).encode()).hexdigest()[:16]


@transaction.atomic
def take(back: WordReturn, *, ticked: Collection[str], seen: str, by: Any) -> int:
    """Take the ticked changes into the issue; return how many. The rest is left as it stands."""
    issue = editable(back.issue)
    back = WordReturn.objects.select_for_update(of=("self",)).select_related("copy").get(pk=back.pk)
    back.issue = issue
    if back.is_settled:
        raise Refused("这份 Word 刚才已经处理过了，回到这一期看看结果")
    now, came, found = found_in(back)
    if seal_of(found) != seen:
        raise MovedOn
    taken = [change for change in found if change.id in ticked]
    after = apply(now, came, taken)
    _check(after)
    _write(issue, now, after, by=by)
    back.settled_by, back.settled_at, back.taken = by, timezone.now(), len(taken)
    back.save(update_fields=["settled_by", "settled_at", "taken"])
    audit.record("bulletin.word_taken", issue, by=by, note=f"{len(taken)} 处，共 {len(found)} 处")
    return len(taken)


def _check(sheet: Sheet) -> None:
    for part in sheet:
        title = part.fields.get("title", "")
        if "title" in part.fields and not title:
            raise Refused("有一篇的标题是空的，写上标题再收")
        for name, longest in LONGEST.items():
            if len(part.fields.get(name, "")) > longest:
                raise Refused(f"《{title[:20]}》的{NAMES[name]}超过 {longest} 个字，改短一些再收")
        if title and not part.blocks:
            raise Refused(f"《{title[:20]}》的正文一段也不剩了。整篇不要，请勾“整篇拿掉”")
        if len(text_of(part.blocks)) > LONGEST_BODY:
            raise Refused("有一篇超过 3 万字，拆成两篇再收")


def _write(issue: BulletinIssue, now: Sheet, after: Sheet, *, by: Any) -> None:
    articles = {paper.part_name(one): one for one in issue.articles.select_for_update()}
    standing = {part.name: part for part in now}
    for part in after:
        if part.name == paper.NOTE:
            if part != standing[part.name]:
                set_editor_note(issue, text=text_of(part.blocks), by=by)
        elif part != standing[part.name]:
            _write_article(articles[part.name], part, by=by)
    kept = [articles[part.name] for part in after if part.name in articles]
    with audit.acting("bulletin.article_removed", by=by):
        for article in articles.values():
            if article not in kept:
                article.delete()
    put_in_order(kept, by=by)


def _write_article(article: BulletinArticle, part: Part, *, by: Any) -> None:
    """Write what came back; a paragraph from another article brings what it rests on along."""
    for name in LONGEST:
        setattr(article, name, part.fields[name])
    rewrite(article, part.blocks, by=by)
    keys = [block.key for block in part.blocks]
    moved = ArticleSource.objects.filter(article__issue=article.issue_id, key__in=keys)
    moved.exclude(article=article).update(article=article)


@transaction.atomic
def drop(back: WordReturn, *, by: Any) -> None:
    """Take nothing of it; the file is kept."""
    found = WordReturn.objects.filter(pk=back.pk, settled_at=None)
    if found.update(settled_by=by, settled_at=timezone.now()):
        audit.record("bulletin.word_dropped", back.issue, by=by, note=back.file_name)
