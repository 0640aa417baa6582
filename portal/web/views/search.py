"""Finding things by their words, as far as the asker may see."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from activities.choices import ActivityState
from activities.models import Activity, Lecture, Partner, PlanNode, PlanTask, Studio, WorkPlan
from committees.http import PortalRequest
from committees.models import Person, Unit
from committees.permissions import may_anywhere
from committees.policy import Can
from committees.views.lists import pager_urls
from evaluations.models import BulletinArticle, BulletinIssue
from portal.kernel.calendar import date_cn
from portal.kernel.paging import read_page
from portal.kernel.search import Part, excerpt, highlight, matches
from portal.web.choices import Found
from portal.web.models import SearchEntry

LONGEST = 60
PAGE = 20
NO_DAY = 1949  # what has no date stands under the first day of the republic
OF_A_YEAR = {Found.PLAN, Found.TASK}
NEEDS = {
    Found.UNIT: Can.UNIT_VIEW,
    Found.PERSON: Can.PEOPLE_VIEW,
    Found.PLAN: Can.PLAN_VIEW,
    Found.BULLETIN: Can.BULLETIN_VIEW,
    Found.ACTIVITY: Can.ACTIVITY_VIEW,
    Found.TASK: Can.PLAN_VIEW,
    Found.STUDIO: Can.STUDIO_VIEW,
    Found.PARTNER: Can.PARTNER_VIEW,
    Found.LECTURE: Can.LECTURE_VIEW,
}


@dataclass(frozen=True, slots=True)
class Hit:
    title: list[Part]
    url: str
    kind: str
    day: str
    excerpt: list[Part]


@require_GET
def search(request: PortalRequest) -> HttpResponse:
    """One list of everything, or of one kind; each page is one query."""
    words = request.GET.get("q", "").strip()[:LONGEST]
    kinds = [kind for kind in Found if may_anywhere(request.user, NEEDS[kind])]
    wanted = request.GET.get("kind", "")
    chosen = [kind for kind in kinds if str(kind.value) == wanted] or kinds
    page: dict[str, Any] = {
        "words": words,
        "kinds": [
            {"value": kind.value, "label": kind.label, "chosen": [kind] == chosen} for kind in kinds
        ],
        "all_chosen": chosen == kinds,
        "hits": [],
    }
    found = _found(request.user, words, chosen)
    if found is not None:
        read = read_page(
            found, by=["kind", "-day", "-pk"], after=request.GET.get("after", ""), size=PAGE
        )
        page |= {"hits": [_hit(row, words) for row in read.rows], **pager_urls(request, read)}
    return render(request, "portal/search.html", page)


def _found(user: Any, words: str, kinds: list[Found]) -> QuerySet[SearchEntry] | None:
    """What matches and may be seen; None when there is nothing to look for."""
    question = matches(words)
    if question is None or not kinds:
        return None
    seen = Q(pk__in=[])
    for kind in kinds:
        seen |= Q(kind=kind) & Q(Exists(_visible(kind, user).filter(pk=OuterRef("target_id"))))
    return SearchEntry.objects.filter(seen, words=question).defer("words")


def _visible(kind: Found, user: Any) -> QuerySet[Any]:
    """The rows of this kind that the user may open; the index itself grants nothing."""
    if kind == Found.UNIT:
        units: QuerySet[Unit] = Unit.objects.visible_to(user).order_by()
        return units
    if kind == Found.PERSON:
        people: QuerySet[Person] = Person.objects.visible_to(user)
        return people
    if kind == Found.PLAN:
        return PlanNode.objects.filter(plan__in=WorkPlan.objects.visible_to(user)).order_by()
    if kind == Found.BULLETIN:
        issues = BulletinIssue.objects.visible_to(user)
        return BulletinArticle.objects.filter(issue__in=issues).order_by()
    if kind == Found.TASK:
        return PlanTask.objects.filter(node__plan__in=WorkPlan.objects.visible_to(user)).order_by()
    if kind == Found.STUDIO:
        return Studio.objects.visible_to(user).order_by()
    if kind == Found.PARTNER:
        return Partner.objects.visible_to(user).order_by()
    if kind == Found.LECTURE:
        return Lecture.objects.visible_to(user).order_by()
    return Activity.objects.visible_to(user).exclude(state=ActivityState.DRAFT)


def _hit(row: SearchEntry, words: str) -> Hit:
    kind = Found(row.kind)
    day = "" if row.day.year == NO_DAY else date_cn(row.day)
    return Hit(
        title=highlight(row.title, words),
        url=_address(kind, row),
        kind=kind.label,
        day=f"{row.day.year}年" if kind in OF_A_YEAR else day,
        excerpt=excerpt(row.text, words),
    )


def _address(kind: Found, row: SearchEntry) -> str:
    if kind in OF_A_YEAR:
        return reverse("activities:plan", args=[row.day.year])
    name = {
        Found.UNIT: "committees:unit",
        Found.PERSON: "committees:person",
        Found.BULLETIN: "evaluations:issue",
        Found.ACTIVITY: "activities:activity",
        Found.STUDIO: "activities:studio",
        Found.PARTNER: "activities:partner",
        Found.LECTURE: "activities:lecture",
    }[kind]
    return reverse(name, args=[row.page_id])
