"""What pages share: the bulletin or campaign in scope, its look, its background work."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from committees.http import PortalRequest
from evaluations.choices import BulletinState as S
from evaluations.models import BulletinArticle, BulletinIssue, BulletinSeries, Campaign
from portal.kernel import jobs
from portal.kernel.models import Job, JobState

TONES = {
    S.DRAFT: "draft",
    S.REVIEWING: "waiting",
    S.SIGNING: "waiting",
    S.SIGNED: "soon",
    S.ISSUED: "done",
}


BY_BUREAU = "评分表和创建活动由市局来办"


def issue_for(request: PortalRequest, pk: int) -> BulletinIssue:
    wanted = BulletinIssue.objects.visible_to(request.user).select_related(
        "series__unit", "pdf", "submitted_by", "signed_by"
    )
    return get_object_or_404(wanted, pk=pk)


def article_for(request: PortalRequest, pk: int, article_pk: int) -> BulletinArticle:
    issue = issue_for(request, pk)
    article = get_object_or_404(
        issue.articles.select_related("source", "changed_by"), pk=article_pk
    )
    article.issue = issue
    return article


def series_for(request: PortalRequest, slug: str) -> BulletinSeries:
    wanted = BulletinSeries.objects.visible_to(request.user).select_related("unit")
    return get_object_or_404(wanted, slug=slug)


def campaign_for(request: PortalRequest, pk: int) -> Campaign:
    wanted = Campaign.objects.visible_to(request.user).select_related("rubric", "city")
    return get_object_or_404(wanted, pk=pk)


def posted(request: PortalRequest) -> QueryDict | None:
    """What a form is bound to: an empty answer is an answer too."""
    return request.POST if request.method == "POST" else None


def version_of(request: PortalRequest) -> int:
    """The version the page was opened with; 0, which nothing has, when it says none."""
    told = request.POST.get("version", "")
    return int(told) if told.isdecimal() and len(told) < 9 else 0


def tone_of(issue: BulletinIssue) -> str:
    return TONES[S(issue.state)]


def job_of(key: str) -> Job | None:
    found = Job.objects.filter(key=key).select_related("result_file").first()
    return jobs.look(found) if found else None


def work_of(job: Job, *, poll: str) -> dict[str, Any]:
    """What templates/components/progress.html wants to know about a job of this issue."""
    state = "running" if job.is_open else "done" if job.state == JobState.DONE else "stopped"
    if job.state == JobState.QUEUED:
        sentence = f"{job.title}：排队中，马上开始"
    else:
        sentence = job.message or f"{job.title}：{job.get_state_display()}"
    return {
        "state": state,
        "sentence": sentence,
        "percent": job.done * 100 // job.total if job.total else None,
        "poll_url": poll,
    }


def reload_page() -> HttpResponse:
    """Tell htmx that the whole page has become another one."""
    return HttpResponse(status=200, headers={"HX-Refresh": "true"})


def issue_url(issue: BulletinIssue) -> str:
    return reverse("evaluations:issue", args=[issue.pk])
