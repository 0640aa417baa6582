"""The articles of an issue: written, edited, put in order, taken out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from activities.models import Correction
from committees.http import PortalRequest, require
from evaluations.forms.bulletins import ArticleForm
from evaluations.models import BulletinArticle
from evaluations.permissions import may_edit
from evaluations.services import bulletins
from evaluations.views.shared import article_for, issue_for, posted

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
            body=written["body"],
            contributor=written["contributor"],
            by=request.user,
        )
        messages.success(request, f"加了一篇：{written['title']}")
        return redirect("evaluations:issue", pk)
    page = {"issue": issue, "form": form}
    return render(request, "evaluations/article.html", page, status=422 if form.errors else 200)


def edit_article(request: PortalRequest, pk: int, article_pk: int) -> HttpResponse:
    article = article_for(request, pk, article_pk)
    require(may_edit(request.user, article.issue), CLOSED)
    form = ArticleForm(posted(request), article=article, initial=_initial(article))
    if form.is_valid():
        written = form.cleaned_data
        bulletins.edit_article(
            article,
            title=written["title"],
            body=written["body"],
            contributor=written["contributor"],
            photos=written.get("photos", ()),
            by=request.user,
        )
        messages.success(request, f"存好了：{written['title']}")
        return redirect("evaluations:issue", pk)
    page = {
        "issue": article.issue,
        "article": article,
        "form": form,
        "corrections": Correction.objects.agreed()
        .filter(activity=article.source_id)
        .order_by("answered_at", "pk"),
    }
    return render(request, "evaluations/article.html", page, status=422 if form.errors else 200)


@require_POST
def move_article(request: PortalRequest, pk: int, article_pk: int) -> HttpResponse:
    article = article_for(request, pk, article_pk)
    require(may_edit(request.user, article.issue), CLOSED)
    bulletins.move_article(article, up=request.POST.get("to") == "up", by=request.user)
    return redirect("evaluations:issue", pk)


def remove_article(request: PortalRequest, pk: int, article_pk: int) -> HttpResponse:
    article = article_for(request, pk, article_pk)
    require(may_edit(request.user, article.issue), CLOSED)
    if request.method == "POST":
        title = article.title
        bulletins.remove_article(article, by=request.user)
        messages.success(request, f"拿掉了：{title}")
        return redirect("evaluations:issue", pk)
    return render(request, "evaluations/remove.html", {"issue": article.issue, "article": article})


def _initial(article: BulletinArticle) -> dict[str, object]:
    return {
        "title": article.title,
        "body": article.body,
        "contributor": article.contributor,
        "photos": list(article.photos.values_list("pk", flat=True)),
    }
