"""What can be done with an issue: opened, filled, edited, handed in, signed, printed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse

from activities.models import Activity, ActivityFile
from evaluations import documents, figures, notices, tasks
from evaluations.choices import AnnualSection, Cadence
from evaluations.choices import BulletinState as S
from evaluations.models import AnnualBulletin, BulletinArticle, BulletinIssue, BulletinSeries
from evaluations.workflow import BULLETIN
from portal.kernel import audit, fonts, jobs
from portal.kernel.calendar import Period, parse_period
from portal.kernel.errors import Refused
from portal.kernel.models import Job
from portal.kernel.pdf import MissingGlyphs
from portal.kernel.refusals import speaking_for

EXAMPLES = {Cadence.MONTH: "2023-03", Cadence.QUARTER: "2023-Q1", Cadence.YEAR: "2023"}


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
def choose(
    issue: BulletinIssue, *, activities: Iterable[Activity], by: Any
) -> list[BulletinArticle]:
    """Draft an article from each accepted record of the period that is not in the issue yet."""
    issue = _editable(issue)
    period = parse_period(issue.period)
    usable = figures.records_of(issue.unit, period).select_related("unit", "kind")
    inside = set(issue.articles.values_list("source_id", flat=True))
    wanted = {activity.pk: None for activity in activities if activity.pk not in inside}
    found = {a.pk: a for a in usable.filter(pk__in=wanted).prefetch_related("files")}
    if len(found) < len(wanted):
        raise Refused("有的记录不在这一期里，或刚刚被作废了。刷新页面再选一次")
    made = []
    for pk in wanted:
        draft = documents.article_from(found[pk])
        made.append(_add(issue, found[pk], draft, by=by))
    return made


def _add(
    issue: BulletinIssue,
    source: Activity | None,
    draft: documents.ArticleDraft,
    *,
    by: Any,
    annual: AnnualBulletin | None = None,
    section: str = "",
) -> BulletinArticle:
    last = issue.articles.aggregate(last=Max("position"))["last"] or 0
    with audit.acting("bulletin.article_added", by=by):
        article = BulletinArticle.objects.create(
            issue=issue,
            position=last + 1,
            title=draft.title,
            body=draft.body,
            contributor=draft.contributor,
            source=source,
            annual=annual,
            section=section,
        )
    article.photos.set(draft.photos)
    return article


@transaction.atomic
def write_article(
    issue: BulletinIssue, *, title: str, body: str, contributor: str, by: Any
) -> BulletinArticle:
    """Add an article of the editor's own, made from no record."""
    draft = documents.ArticleDraft(title, body, contributor, ())
    return _add(_editable(issue), None, draft, by=by)


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
        return _add(_editable(issue), None, draft, by=by, annual=bulletin, section=section)


@transaction.atomic
def edit_article(
    article: BulletinArticle,
    *,
    title: str,
    body: str,
    contributor: str,
    photos: Iterable[ActivityFile],
    by: Any,
) -> None:
    """Change an article of a draft; photos come from its own record only."""
    _editable(article.issue)
    article.title, article.body, article.contributor = title, body, contributor
    with audit.acting("bulletin.article_edited", by=by):
        article.save(update_fields=["title", "body", "contributor"])
    own = [photo for photo in photos if photo.activity_id == article.source_id]
    article.photos.set(own)


@transaction.atomic
def move_article(article: BulletinArticle, *, up: bool, by: Any) -> None:
    """Let the article change places with its neighbour; at the end nothing happens."""
    issue = _editable(article.issue)
    order = list(issue.articles.order_by("position"))
    at = order.index(article)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(order):
        return
    one, two = order[at], order[other]
    one.position, two.position = two.position, one.position
    with audit.acting("bulletin.article_moved", by=by):
        # The two hold one place for a moment; the constraint is checked at the end.
        one.save(update_fields=["position"])
        two.save(update_fields=["position"])


@transaction.atomic
def remove_article(article: BulletinArticle, *, by: Any) -> None:
    """Take an article out of a draft; its record stays and can be chosen again."""
    _editable(article.issue)
    with audit.acting("bulletin.article_removed", by=by):
        article.delete()


@transaction.atomic
def set_editor_note(issue: BulletinIssue, *, text: str, by: Any) -> None:
    locked = _editable(issue)
    locked.editor_note = issue.editor_note = text.strip()
    with audit.acting("bulletin.note_changed", by=by):
        locked.save(update_fields=["editor_note"])


@transaction.atomic
def submit(issue: BulletinIssue, *, by: Any) -> None:
    """Hand the issue in for checking, if it has articles and every character can be printed."""
    locked = _editable(issue)
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
    BULLETIN.advance(issue, "send_back", by=by, note=note, signed_by=None, dated_on=None)
    notices.tell_returned(issue, note)


@transaction.atomic
def sign(issue: BulletinIssue, *, on: date, by: Any) -> Job:
    """Sign the issue with today's date and send it to be printed."""
    BULLETIN.advance(issue, "sign", by=by, signed_by=by, dated_on=on)
    return ask_print(issue, by=by)


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
        issue = found.filter(series=series, period=known.code).first()
        if issue is None:
            issue = open_issue(series, period=known.code, on=on, by=by)
        if issue.state == S.DRAFT:
            _fill(issue, known, by=by)
            submit(issue, by=by)
            issue.refresh_from_db()
        if issue.state in {S.REVIEWING, S.SIGNING}:
            BULLETIN.advance(issue, "sign", by=by, signed_by=by, dated_on=on)
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


def _editable(issue: BulletinIssue) -> BulletinIssue:
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
        texts += [article.title, article.body, article.contributor]
        texts += [photo.caption for photo in article.photos.all()]
    missing = fonts.missing(texts)
    if missing:
        raise MissingGlyphs(missing)
