"""Bulletins: the archive, one issue, opening and choosing."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from activities.choices import FileRole
from activities.figures.lines import is_recommended
from activities.models import Activity, ActivityFile
from committees.http import PortalRequest, require
from committees.permissions import home_unit, may_anywhere
from committees.policy import Can
from evaluations import documents, figures, tasks
from evaluations.choices import BulletinState as S
from evaluations.figures import issue_numbers
from evaluations.figures.sources import sourced, sources_in
from evaluations.figures.statistics_rows import behind_rows
from evaluations.forms.bulletins import (
    GatherFilter,
    GatherForm,
    NewIssueForm,
    NoteForm,
    SupplementForm,
)
from evaluations.models import BulletinIssue, BulletinSeries
from evaluations.permissions import (
    may_approve,
    may_edit,
    may_follow,
    may_make,
    may_print,
    may_send_back,
    may_sign,
)
from evaluations.services import bulletins
from evaluations.views.shared import (
    issue_for,
    job_of,
    posted,
    series_for,
    tone_of,
    version_of,
    work_of,
)
from portal.kernel import audit, calendar, files
from portal.kernel.calendar import Period, parse_period
from portal.kernel.differences import side_by_side
from portal.kernel.models import AuditEvent
from portal.kernel.paging import newest_first

PAGE = 30
OFFERED_PERIODS = 6
STEPS = [("编辑", S.DRAFT), ("核稿", S.REVIEWING), ("签发", S.SIGNING), ("排印", S.SIGNED)]
VERBS = {
    "bulletin.opened": "新建了这一期",
    "bulletin.submit": "送审",
    "bulletin.approve": "核稿通过",
    "bulletin.sign": "签发",
    "bulletin.send_back": "退回修改",
    "bulletin.issue": "印发",
    "bulletin.word_out": "下载了 Word 稿",
    "bulletin.word_back": "传回了 Word 稿",
    "bulletin.word_taken": "收了 Word 稿的改动",
}


@require_GET
def list_issues(request: PortalRequest) -> HttpResponse:
    """Every issue this person may see, newest period first."""
    require(may_anywhere(request.user, Can.BULLETIN_VIEW), "简报给本市的关工委同志看")
    visible = BulletinIssue.objects.visible_to(request.user).select_related("series__unit")
    visible = visible.defer("content")  # with the rows behind its numbers it is long
    page = newest_first(
        visible.annotate(article_count=Count("articles")),
        day="starts_on",
        after=request.GET.get("after", ""),
        size=PAGE,
    )
    context = {
        "rows": [{"issue": issue, "tone": tone_of(issue)} for issue in page.rows],
        "older": page.older,
        "is_first": page.is_first,
        "made": _made_here(request),
        "may_open": may_make(request.user, home_unit(request.user)),
    }
    return render(request, "evaluations/list.html", context)


def new_issue(request: PortalRequest, slug: str) -> HttpResponse:
    series = series_for(request, slug)
    require(may_make(request.user, series.unit), "这份简报由它的编印单位来编")
    form = NewIssueForm(posted(request), periods=_open_periods(series))
    if form.is_valid():
        issue = bulletins.open_issue(
            series, period=form.cleaned_data["period"], on=calendar.today(), by=request.user
        )
        return redirect("evaluations:gather", issue.pk)
    page = {"form": form, "series": series}
    return render(request, "evaluations/new.html", page, status=422 if form.errors else 200)


def new_supplement(request: PortalRequest, slug: str) -> HttpResponse:
    """增刊: outside the row of periods, on a topic of its own."""
    series = series_for(request, slug)
    require(may_make(request.user, series.unit), "这份简报由它的编印单位来编")
    form = SupplementForm(posted(request))
    if form.is_valid():
        topic = form.cleaned_data["topic"]
        made = bulletins.open_supplement(series, topic=topic, on=calendar.today(), by=request.user)
        return redirect("evaluations:gather", made.pk)
    page = {"form": form, "series": series}
    status = 422 if form.errors else 200
    return render(request, "evaluations/new_supplement.html", page, status=status)


@require_GET
def issue(request: PortalRequest, pk: int) -> HttpResponse:
    """A printed issue to read; an unfinished one to work on."""
    found = issue_for(request, pk)
    numbers, signed_on = issue_numbers.of_issue(found)
    page = {
        "issue": found,
        "tone": tone_of(found),
        "events": _events(found),
        "numbers": numbers,
        "signed_on": signed_on,
    }
    if found.state == S.ISSUED:
        content = found.content
        put_right = figures.put_right(found)
        rows = found.articles.order_by("position", "pk").values_list("pk", flat=True)
        articles = [
            {**article, "blocks": documents.article_blocks(article), "put_right": put_right[pk]}
            for article, pk in zip(content["articles"], rows, strict=True)
        ]
        page |= {
            "page": content,
            "articles": articles,
            "shows_trail": may_follow(request.user, found),
        }
        return render(request, "evaluations/issued.html", page)
    user = request.user
    page |= {
        "articles": _articles(found),
        "steps": _steps(found),
        "work": _print_work(found),
        "may": {
            "edit": may_edit(user, found),
            "approve": may_approve(user, found),
            "sign": may_sign(user, found),
            "send_back": may_send_back(user, found),
            "print": may_print(user, found),
        },
    }
    return render(request, "evaluations/issue.html", page)


@require_GET
def number(request: PortalRequest, pk: int, name: str) -> HttpResponse:
    """One number of the closing lines: the records behind it, of the signing once it is signed."""
    found = issue_for(request, pk)
    numbers, signed_on = issue_numbers.of_issue(found)
    one = next((one for one in numbers if one.key == name), None)
    if one is None:
        raise Http404
    now = None
    if signed_on is not None:
        live = issue_numbers.numbers_of(found, issue_numbers.counted(found))
        now = next(other.value for other in live if other.key == name)
    shown = behind_rows(one.table, one.rows, request.user, after=request.GET.get("after", ""))
    page = {
        "issue": found,
        "one": one,
        "now": now,
        "signed_on": signed_on,
        "per": "次" if one.table == "units" else one.unit,
        "meaning": issue_numbers.MEANING,
        "behind": shown,
        "newer_url": "" if shown.is_first else "?",
        "older_url": f"?after={shown.older}" if shown.older else "",
    }
    return render(request, "evaluations/issue_number.html", page)


def note(request: PortalRequest, pk: int) -> HttpResponse:
    found = issue_for(request, pk)
    require(may_edit(request.user, found), "送审以后不能改编者按，要改请先退回修改")
    form = NoteForm(posted(request), initial={"note": found.editor_note})
    page: dict[str, Any] = {"issue": found, "form": form, "version": found.version}
    if form.is_valid():
        text = form.cleaned_data["note"]
        try:
            bulletins.set_editor_note(
                found, text=text, version=version_of(request), by=request.user
            )
        except bulletins.NoteChanged as changed:
            standing = changed.current
            pairs = side_by_side(text.replace("\r\n", "\n"), standing.editor_note)
            page |= {"version": standing.version, "refused": str(changed), "pairs": pairs}
            return render(request, "evaluations/note.html", page, status=409)
        messages.success(request, "编者按存好了")
        return redirect("evaluations:issue", pk)
    return render(request, "evaluations/note.html", page, status=422 if form.errors else 200)


def gather(request: PortalRequest, pk: int) -> HttpResponse:
    """Choose records of the period: tick some, see how many and which, put them in as held."""
    found = issue_for(request, pk)
    require(may_edit(request.user, found), "送审以后不能再加文章，要加请先退回修改")
    usable = figures.records_of(found.unit, parse_period(found.period))
    form = GatherForm(posted(request), usable=usable)
    if form.is_valid():
        ticked = form.cleaned_data["record"].order_by("held_on", "pk")
        made = bulletins.choose(found, activities=ticked, by=request.user)
        names = "、".join(article.title for article in made)
        messages.success(
            request, f"加了 {len(made)} 篇：{names}" if made else "这几条已经在这一期里了"
        )
        return redirect("evaluations:issue", pk)
    filters = GatherFilter(request.GET)
    page = newest_first(
        _filtered(usable, filters).select_related("unit", "kind"),
        day="held_on",
        after=request.GET.get("after", ""),
        size=PAGE,
    )
    context = {
        "issue": found,
        "form": form,
        "filter": filters,
        "rows": _candidates(found, page.rows),
        "older": page.older,
        "is_first": page.is_first,
        "annuals": figures.annuals_for(found),
        "count_sentence": f"这一期已有 {found.articles.count()} 篇",
    }
    return render(request, "evaluations/gather.html", context, status=422 if form.errors else 200)


@require_GET
def pdf(request: PortalRequest, pk: int) -> FileResponse:
    """The printed sheet, for whoever may see the issue."""
    found = issue_for(request, pk)
    if found.pdf is None:
        raise Http404
    return files.response(found.pdf, found.file_name, inline=True)


# --- what the views above share -----------------------------------------------------------------


def _made_here(request: PortalRequest) -> list[BulletinSeries]:
    """Series this person makes, each offering its next issue."""
    if not may_anywhere(request.user, Can.BULLETIN_EDIT):
        return []
    mine = BulletinSeries.objects.reachable_by(request.user, Can.BULLETIN_EDIT)
    return list(mine.select_related("unit")[:20])


def _open_periods(series: BulletinSeries) -> list[Period]:
    """The last periods that have begun and have no issue yet."""
    period = calendar.period_of(calendar.today(), series.cadence)
    taken = set(series.issues.filter(is_supplement=False).values_list("period", flat=True))
    found: list[Period] = []
    for _ in range(OFFERED_PERIODS * 4):
        if period.code not in taken:
            found.append(period)
        if len(found) == OFFERED_PERIODS:
            break
        period = calendar.period_of(period.starts_on - timedelta(days=1), series.cadence)
    return found


def _articles(found: BulletinIssue) -> list[dict[str, Any]]:
    """Each article with its paragraphs, what they rest on and its neighbours; three queries."""
    counted = found.articles.annotate(photo_count=Count("photos"))
    related = counted.select_related("source__unit", "annual__unit", "corrects__issue__series")
    rows = list(related.order_by("position", "pk"))
    rests = sources_in(rows)
    return [
        {
            "article": row,
            "paragraphs": sourced(row, rests=rests.get(row.pk, ())),
            "before": rows[number - 1] if number else None,
            "after": rows[number + 1] if number + 1 < len(rows) else None,
        }
        for number, row in enumerate(rows)
    ]


def _steps(found: BulletinIssue) -> list[dict[str, str]]:
    at = [state for _, state in STEPS].index(S(found.state))
    return [
        {"label": label, "state": "done" if n < at else "current" if n == at else "later"}
        for n, (label, _) in enumerate(STEPS)
    ]


def _print_work(found: BulletinIssue) -> dict[str, Any] | None:
    job = job_of(tasks.print_key(found)) if found.state == S.SIGNED else None
    return work_of(job, poll=reverse("evaluations:progress", args=[found.pk])) if job else None


def _filtered(usable: QuerySet[Activity], filters: GatherFilter) -> QuerySet[Activity]:
    filters.is_valid()
    asked = filters.cleaned_data
    if words := asked.get("q", "").strip():
        usable = usable.filter(Q(title__icontains=words) | Q(unit__name__icontains=words))
    if asked.get("only") == "told":
        usable = usable.filter(is_recommended())
    if asked.get("only") == "photo":
        photos = ActivityFile.objects.filter(activity=OuterRef("pk"), role=FileRole.PHOTO)
        usable = usable.filter(Exists(photos))
    return usable


def _candidates(found: BulletinIssue, rows: list[Activity]) -> list[dict[str, Any]]:
    inside = figures.used_records(found)
    photos = dict(
        ActivityFile.objects.filter(activity__in=rows, role=FileRole.PHOTO)
        .order_by()
        .values_list("activity_id")
        .annotate(Count("pk"))
    )
    return [
        {"activity": row, "inside": row.pk in inside, "photos": photos.get(row.pk, 0)}
        for row in rows
    ]


def _events(found: BulletinIssue) -> list[dict[str, Any]]:
    trail: QuerySet[AuditEvent] = audit.trail_of(found).filter(verb__in=VERBS)
    return [
        {"at": event.at, "who": event.actor_name, "what": VERBS[event.verb], "note": event.note}
        for event in trail[:20]
    ]
