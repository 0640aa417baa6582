"""The articles of an issue: written, edited, put in order, taken out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from activities.models import Correction
from committees.http import PortalRequest, require
from evaluations.choices import BulletinState
from evaluations.figures.sources import sourced
from evaluations.forms.bulletins import ArticleForm, CorrectionForm, VersionForm
from evaluations.models import BulletinArticle, BulletinIssue
from evaluations.permissions import may_edit, may_make
from evaluations.services import articles, bulletins
from evaluations.services.articles import WORDS, ArticleChanged, ArticleGone
from evaluations.views.shared import article_for, issue_for, posted, version_of
from portal.kernel.differences import side_by_side

MOST_PRINTED = 60  # articles on offer to be put right, the newest first
CLOSED = "送审以后不能改文章，要改请先退回修改"


def new_article(request: PortalRequest, pk: int) -> HttpResponse:
    """An article of the editor's own, made from no record."""
    issue = issue_for(request, pk)
    require(may_edit(request.user, issue), CLOSED)
    form = ArticleForm(posted(request), article=None)
    if form.is_valid():
        written = form.cleaned_data
        bulletins.write_article(
            issue,
            title=written["title"],
            comment=written["comment"],
            body=written["body"],
            contributor=written["contributor"],
            by=request.user,
        )
        messages.success(request, f"加了一篇：{written['title']}")
        return redirect("evaluations:issue", pk)
    page = {"issue": issue, "form": form}
    return render(request, "evaluations/article.html", page, status=422 if form.errors else 200)


def edit_article(request: PortalRequest, pk: int, article_pk: int) -> HttpResponse:
    """Where somebody else saved, took it out or handed the issue in meanwhile, no word is lost."""
    issue = issue_for(request, pk)
    found = issue.articles.select_related("source", "changed_by").filter(pk=article_pk).first()
    writes = request.method == "POST" and may_make(request.user, issue.unit)
    if writes and (found is None or issue.state != BulletinState.DRAFT):
        return _kept(request, issue)
    article = article_for(request, pk, article_pk)
    require(may_edit(request.user, article.issue), CLOSED)
    form = ArticleForm(posted(request), article=article, initial=_initial(article))
    if form.is_valid():
        try:
            articles.edit_article(
                article,
                words=form.words(),
                photos=form.cleaned_data.get("photos", ()),
                version=version_of(request),
                by=request.user,
            )
        except ArticleChanged as changed:
            return _both(request, form, changed.current)
        except ArticleGone:
            return _kept(request, issue)
        messages.success(request, f"存好了：{form.cleaned_data['title']}")
        return redirect("evaluations:issue", pk)
    page = {
        "issue": article.issue,
        "article": article,
        "form": form,
        "version": version_of(request) if form.is_bound else article.version,
        "paragraphs": sourced(article),
        "corrections": Correction.objects.agreed()
        .filter(activity__in=articles.made_from(article))
        .order_by("answered_at", "pk"),
    }
    return render(request, "evaluations/article.html", page, status=422 if form.errors else 200)


def _both(request: PortalRequest, form: ArticleForm, current: BulletinArticle) -> HttpResponse:
    """Both texts with what differs; the form below holds the own one, to be joined and saved."""
    mine = form.words()
    rows = [
        {
            "label": form.fields[name].label,
            "pairs": side_by_side(_plain(mine[name]), _plain(getattr(current, name))),
        }
        for name in WORDS
        if _plain(mine[name]) != _plain(getattr(current, name))
    ]
    page = {"issue": current.issue, "article": current, "rows": rows, "form": form,
            "version": current.version}  # fmt: skip
    return render(request, "evaluations/both_articles.html", page, status=409)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _kept(request: PortalRequest, issue: BulletinIssue) -> HttpResponse:
    """The article is gone or closed: what was typed is shown, to be added as a new one."""
    form = ArticleForm(request.POST, article=None)
    page = {"issue": issue, "form": form, "may_edit": may_edit(request.user, issue)}
    return render(request, "evaluations/kept_article.html", page, status=409)


def correct(request: PortalRequest, pk: int) -> HttpResponse:
    """更正: an article about one that was printed before; the print itself stays."""
    issue = issue_for(request, pk)
    require(may_edit(request.user, issue), CLOSED)
    printed = BulletinArticle.objects.filter(
        issue__series=issue.series_id, issue__state=BulletinState.ISSUED
    ).select_related("issue__series")
    newest = printed.order_by("-issue__issued_at", "position", "pk")
    last = newest.values_list("pk", flat=True)[:MOST_PRINTED]
    form = CorrectionForm(posted(request), printed=newest.filter(pk__in=list(last)))
    if form.is_valid():
        given = form.cleaned_data
        articles.correct(
            issue, wrong=given["article"], said=given["said"], right=given["right"],
            by=request.user,
        )  # fmt: skip
        messages.success(request, "加了一篇更正，印发以后原来那一期会写明更正见这一期")
        return redirect("evaluations:issue", pk)
    page = {"issue": issue, "form": form, "any": bool(last)}
    return render(request, "evaluations/correct.html", page, status=422 if form.errors else 200)


@require_POST
def move_article(request: PortalRequest, pk: int, article_pk: int) -> HttpResponse:
    article = article_for(request, pk, article_pk)
    require(may_edit(request.user, article.issue), CLOSED)
    named = request.POST.get("beside", "")
    beside = article.issue.articles.filter(pk=int(named)).first() if named.isdecimal() else None
    if named and beside is None:
        messages.warning(request, "旁边的那一篇刚被人拿掉了，看看现在的顺序再移")
        return redirect("evaluations:issue", pk)
    up = request.POST.get("to") == "up"
    bulletins.move_article(article, up=up, beside=beside, by=request.user)
    return redirect("evaluations:issue", pk)


def shorten(request: PortalRequest, pk: int, article_pk: int) -> HttpResponse:
    """Every paragraph of the original and of the text, each with a tick: in or out."""
    article = article_for(request, pk, article_pk)
    require(may_edit(request.user, article.issue), CLOSED)
    rows = articles.all_blocks(article)
    if request.method == "POST":
        keep = set(request.POST.getlist("keep")) & {block.key for block in rows}
        try:
            made = articles.shorten(
                article, keep=keep, version=version_of(request), by=request.user
            )
        except ArticleChanged:
            messages.warning(request, "这篇刚才有人改过，下面是现在的文字，再勾一遍")
            return redirect("evaluations:shorten_article", pk, article_pk)
        messages.success(request, f"现在 {len(made.body)} 字：{made.title}")
        return redirect("evaluations:issue", pk)
    here = set(article.keys) | {block.key for block in article.blocks}
    paragraphs = [{"paragraph": one, "here": one.key in here} for one in sourced(article, rows)]
    page = {"issue": article.issue, "article": article, "paragraphs": paragraphs}
    return render(request, "evaluations/shorten.html", page)


@require_POST
def join_article(request: PortalRequest, pk: int, article_pk: int) -> HttpResponse:
    """Its paragraphs go behind those of the article before it."""
    article = article_for(request, pk, article_pk)
    require(may_edit(request.user, article.issue), CLOSED)
    into = articles.join(article, version=version_of(request), by=request.user)
    messages.success(request, f"并进了《{into.title}》，每一段的来源都还在")
    return redirect("evaluations:article", pk, into.pk)


def remove_article(request: PortalRequest, pk: int, article_pk: int) -> HttpResponse:
    article = article_for(request, pk, article_pk)
    require(may_edit(request.user, article.issue), CLOSED)
    if request.method == "POST":
        title = article.title
        if version_of(request) != article.version:
            messages.warning(request, "这篇刚才有人改过，看看新的文字，再决定拿不拿掉")
            return redirect("evaluations:article", pk, article_pk)
        bulletins.remove_article(article, by=request.user)
        messages.success(request, f"拿掉了：{title}")
        return redirect("evaluations:issue", pk)
    form = VersionForm(initial={"version": article.version})
    page = {"issue": article.issue, "article": article, "form": form}
    return render(request, "evaluations/remove.html", page)


def _initial(article: BulletinArticle) -> dict[str, object]:
    return {
        "title": article.title,
        "comment": article.comment,
        "body": article.body,
        "contributor": article.contributor,
        "photos": list(article.photos.values_list("pk", flat=True)),
    }
