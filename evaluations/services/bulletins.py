"""What can be done with an issue: opened, filled, edited, handed in, signed, printed."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse

from activities.models import Activity
from evaluations import documents, figures, notices, tasks
from evaluations.choices import AnnualSection, Cadence
from evaluations.choices import BulletinState as S
from evaluations.models import (
    AnnualBulletin,
    ArticleSource,
    BulletinArticle,
    BulletinIssue,
    BulletinSeries,
)
from evaluations.workflow import BULLETIN
from portal.kernel import audit, fonts, jobs
from portal.kernel.blocks import rename, text_of
from portal.kernel.calendar import Period, parse_period, period_of
from portal.kernel.errors import Refused
from portal.kernel.models import Job
from portal.kernel.pdf import MissingGlyphs
from portal.kernel.refusals import speaking_for

EXAMPLES = {Cadence.MONTH: "2023-03", Cadence.QUARTER: "2023-Q1", Cadence.YEAR: "2023"}


class NoteChanged(Refused):
    """Somebody wrote another 编者按 since the page was opened; `current` holds it."""

    def __init__(self, current: BulletinIssue) -> None:
        super().__init__("编者按刚才有人改过。两份都在下面，看一下留哪一份")
        self.current = current


def _period_for(series: BulletinSeries, code: str, *, on: date) -> Period:
    """Read a period of this series that has begun, or raise Refused with what to write."""
    period = parse_period(code)
    cadence = (
        Cadence.QUARTER if "Q" in period.code
        else Cadence.MONTH if "-" in period.code
        else Cadence.YEAR
    )  # fmt: skip
    if cadence != series.cadence:
        wanted = Cadence(series.cadence)
        raise Refused(f"《{series.name}》{wanted.label}一期，期间请写成 {EXAMPLES[wanted]} 这样")
    if period.starts_on > on:
        raise Refused(f"{period.label}还没有开始，到时候再编")
    return period


@transaction.atomic
def open_issue(series: BulletinSeries, *, period: str, on: date, by: Any) -> BulletinIssue:
    """Open the issue of a period, empty; a period has one."""
    known = _period_for(series, period, on=on)
    issue = BulletinIssue(
        series=series,
        period=known.code,
        year=known.starts_on.year,
        starts_on=known.starts_on,
        ends_on=known.ends_on,
    )
    try:
        with transaction.atomic(), audit.acting("bulletin.opened", by=by):
            issue.save()
    except IntegrityError as error:
        raise Refused(f"《{series.name}》{known.label}这一期已经建好了，在列表里打开它") from error
    audit.record("bulletin.opened", issue, by=by)
    return issue


@transaction.atomic
def open_supplement(series: BulletinSeries, *, topic: str, on: date, by: Any) -> BulletinIssue:
    """Open a 增刊 on a topic of its own, within the period of the day; it never takes a number of
    the ordinary issues."""
    if not topic.strip():
        raise Refused("写一下这期增刊专讲什么")
    period = period_of(on, series.cadence)
    issue = BulletinIssue(
        series=series,
        period=period.code,
        year=on.year,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        is_supplement=True,
        topic=topic.strip(),
    )
    with audit.acting("bulletin.opened", by=by):
        issue.save()
    audit.record("bulletin.opened", issue, by=by)
    return issue


@transaction.atomic
def choose(
    issue: BulletinIssue, *, activities: Iterable[Activity], by: Any
) -> list[BulletinArticle]:
    """Draft an article from each accepted record of the period that is not in the issue yet."""
    issue = editable(issue)
    period = parse_period(issue.period)
    usable = figures.records_of(issue.unit, period).select_related("unit", "kind")
    inside = figures.used_records(issue)
    wanted = {activity.pk: None for activity in activities if activity.pk not in inside}
    found = {a.pk: a for a in usable.filter(pk__in=wanted).prefetch_related("files")}
    if len(found) < len(wanted):
        raise Refused("有的记录不在这一期里，或刚刚被作废了。刷新页面再选一次")
    made = []
    for pk in wanted:
        draft = documents.article_from(found[pk])
        made.append(add(issue, draft, source=found[pk], by=by))
    return made


def add(
    issue: BulletinIssue,
    draft: documents.ArticleDraft,
    *,
    by: Any,
    source: Activity | None = None,
    annual: AnnualBulletin | None = None,
    section: str = "",
    corrects: BulletinArticle | None = None,
) -> BulletinArticle:
    """Put an article last; each of its paragraphs gets its name, and what it was made from."""
    last = issue.articles.aggregate(last=Max("position"))["last"] or 0
    blocks = rename(draft.body, ())
    keys = [block.key for block in blocks]
    is_made = source is not None or annual is not None
    with audit.acting("bulletin.article_added", by=by):
        article = BulletinArticle.objects.create(
            issue=issue,
            position=last + 1,
            title=draft.title,
            comment=draft.comment,
            body=text_of(blocks),
            keys=keys,
            original=text_of(blocks) if is_made else "",
            original_keys=keys if is_made else [],
            contributor=draft.contributor,
            source=source,
            annual=annual,
            section=section,
            corrects=corrects,
            changed_by=by,
        )
        ArticleSource.objects.bulk_create(
            ArticleSource(article=article, key=key, activity=source, annual=annual, section=section)
            for key in keys
            if is_made
        )
    article.photos.set(draft.photos)
    return article


@transaction.atomic
def write_article(
    issue: BulletinIssue, *, title: str, body: str, contributor: str, by: Any, comment: str = ""
) -> BulletinArticle:
    """Add an article of the editor's own, made from no record."""
    draft = documents.ArticleDraft(title, body, contributor, (), comment)
    return add(editable(issue), draft, by=by)


@transaction.atomic
def add_section(
    issue: BulletinIssue,
    *,
    bulletin: AnnualBulletin,
    section: AnnualSection,
    title: str,
    body: str,
    by: Any,
) -> BulletinArticle:
    """Add an article taken from a unit's yearly bulletin; it keeps whose section it is."""
    draft = documents.ArticleDraft(title, body, bulletin.unit.name, ())
    with speaking_for(BulletinArticle):
        return add(editable(issue), draft, by=by, annual=bulletin, section=section)


@transaction.atomic
def move_article(
    article: BulletinArticle, *, up: bool, by: Any, beside: BulletinArticle | None = None
) -> None:
    """Put the article before (up) or behind another, its neighbour when none is named.

    Only this one changes its place among the others: what somebody else put in order or added at
    the same time stays so.
    """
    issue = editable(article.issue)
    order = list(issue.articles.order_by("position", "pk"))
    if article not in order:
        raise Refused(f"《{article}》刚才被拿掉了，刷新页面看看")
    at = order.index(article)
    if beside is None:
        other = at - 1 if up else at + 1
        if not 0 <= other < len(order):
            return
        beside = order[other]
    if beside == article or beside not in order:
        return
    order.remove(article)
    order.insert(order.index(beside) + (not up), article)
    put_in_order(order, by=by)


def put_in_order(order: Sequence[BulletinArticle], *, by: Any) -> None:
    """Number the places anew; two hold one for a moment, the constraint looks at the end."""
    with audit.acting("bulletin.article_moved", by=by):
        for position, article in enumerate(order, start=1):
            BulletinArticle.objects.filter(pk=article.pk).exclude(position=position).update(
                position=position
            )


@transaction.atomic
def remove_article(article: BulletinArticle, *, by: Any) -> None:
    """Take an article out of a draft; its record stays and can be chosen again."""
    editable(article.issue)
    with audit.acting("bulletin.article_removed", by=by):
        article.delete()


@transaction.atomic
def set_editor_note(
    issue: BulletinIssue, *, text: str, by: Any, version: int | None = None
) -> None:
    """Write the 编者按 over the one with this version; over whatever stands when none is given."""
    locked = editable(issue)
    text = text.replace("\r\n", "\n").strip()
    if locked.editor_note == text:
        return
    if version is not None and locked.version != version:
        raise NoteChanged(locked)
    locked.editor_note = issue.editor_note = text
    locked.version = issue.version = locked.version + 1
    with audit.acting("bulletin.note_changed", by=by):
        locked.save(update_fields=["editor_note", "version"])


@transaction.atomic
def submit(issue: BulletinIssue, *, by: Any) -> None:
    """Hand the issue in for checking, if it has articles and every character can be printed."""
    locked = editable(issue)
    if not locked.articles.exists():
        raise Refused("这一期还没有文章，先从活动记录里选几篇")
    _check_characters(locked)
    BULLETIN.advance(locked, "submit", by=by, submitted_by=by)
    notices.tell_signers(locked)


@transaction.atomic
def approve(issue: BulletinIssue, *, by: Any) -> None:
    BULLETIN.advance(issue, "approve", by=by)


@transaction.atomic
def send_back(issue: BulletinIssue, *, note: str, by: Any) -> None:
    """Ask the editors for changes, saying which."""
    BULLETIN.advance(
        issue, "send_back", by=by, note=note, signed_by=None, dated_on=None, content={}
    )
    notices.tell_returned(issue, note)


@transaction.atomic
def sign(issue: BulletinIssue, *, on: date, by: Any) -> Job:
    """Sign the issue with today's date and send it to be printed.

    What was signed is what will be printed: texts and numbers stand from this moment on, whatever
    happens to the records before the printer has come to it.
    """
    _sign(issue, on=on, by=by)
    return ask_print(issue, by=by)


def _sign(issue: BulletinIssue, *, on: date, by: Any) -> None:
    signed = documents.bulletin_page(issue, numbers=None, dated_on=on)
    BULLETIN.advance(issue, "sign", by=by, signed_by=by, dated_on=on, content=signed)


def ask_print(issue: BulletinIssue, *, by: Any) -> Job:
    """Queue the printing of a signed issue; asking twice prints once."""
    return jobs.start(
        tasks.PRINT,
        key=tasks.print_key(issue),
        title=f"排印“{issue}”",
        by=by,
        arguments={"issue": issue.pk},
        return_url=reverse("evaluations:issue", args=[issue.pk]),
    )


def ask_proof(issue: BulletinIssue, *, by: Any) -> Job:
    """Queue a proof of the issue as it stands now."""
    return jobs.start(
        tasks.PROOF,
        key=tasks.proof_key(issue),
        title=f"排校样“{issue}”",
        by=by,
        arguments={"issue": issue.pk},
        return_url=reverse("evaluations:issue", args=[issue.pk]),
        again=True,
    )


def issue_now(series: BulletinSeries, *, period: str, on: date, by: Any) -> BulletinIssue:
    """Bring the issue of a period out in one go: open, fill, hand in, sign and print as needed.

    For the command line. An issue already printed is returned untouched; whatever state it is in
    otherwise, the missing steps are taken in the name of `by`.
    """
    known = _period_for(series, period, on=on)
    with transaction.atomic():
        found = BulletinIssue.objects.select_for_update(of=("self",)).select_related("series__unit")
        issue = found.filter(series=series, period=known.code, is_supplement=False).first()
        if issue is None:
            issue = open_issue(series, period=known.code, on=on, by=by)
        if issue.state == S.DRAFT:
            _fill(issue, known, by=by)
            submit(issue, by=by)
            issue.refresh_from_db()
        if issue.state in {S.REVIEWING, S.SIGNING}:
            _sign(issue, on=on, by=by)
        return tasks.print_issue(issue.pk, by=by)


def _fill(issue: BulletinIssue, period: Period, *, by: Any) -> None:
    """Give an empty draft the suggested articles; an editor's choice is left as it is."""
    if issue.articles.exists():
        return
    found = figures.suggested(issue.unit, period)
    if not found:
        raise Refused(
            f"{period.label}还没有已通过的活动记录，简报没有文章可编。先请教办审核这一期的记录"
        )
    choose(issue, activities=found, by=by)


def editable(issue: BulletinIssue) -> BulletinIssue:
    """Lock the issue and make sure that it is still a draft."""
    locked = (
        BulletinIssue.objects.select_for_update(of=("self",))
        .select_related("series__unit")
        .get(pk=issue.pk)
    )
    if locked.state != S.DRAFT:
        raise Refused(f"“{locked}”{locked.get_state_display()}，现在不能改。要改请先退回修改")
    return locked


def _check_characters(issue: BulletinIssue) -> None:
    """Say before signing, not while printing, which character no font has."""
    series = issue.series
    texts = [series.name, series.publisher, series.report_to, series.send_to, series.issue_to]
    texts.append(issue.editor_note)
    for article in issue.articles.prefetch_related("photos"):
        texts += [article.title, article.comment, article.body, article.contributor]
        texts += [photo.caption for photo in article.photos.all()]
    missing = fonts.missing(texts)
    if missing:
        raise MissingGlyphs(missing)
