"""One page for every long work: how far it is, stop it, take the result."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest
from portal.kernel import files, jobs
from portal.kernel.models import Job, JobState


def _own(request: PortalRequest, pk: int) -> Job:
    """A job is its owner's; what it makes is reached again through the page that started it."""
    return get_object_or_404(Job.objects.select_related("result_file"), pk=pk, owner=request.user)


@require_GET
def job(request: PortalRequest, pk: int) -> HttpResponse:
    """The whole page, or for htmx the progress alone; it polls itself until the work has ended."""
    work = jobs.look(_own(request, pk))
    page = {"job": work, **progress_of(work)}
    if not request.headers.get("HX-Request"):
        return render(request, "portal/job.html", page)
    answer = render(request, "portal/job_progress.html", page)
    if not work.is_open:
        # The whole page says what comes next; a fragment would leave the stop button standing.
        answer["HX-Refresh"] = "true"
    return answer


def progress_of(work: Job) -> dict[str, object]:
    """What templates/components/progress.html wants to know."""
    state = "running" if work.is_open else "done" if work.state == JobState.DONE else "stopped"
    if work.state == JobState.QUEUED:
        sentence = f"{work.title}：排队中，马上开始"
    elif work.is_open:
        sentence = work.message or f"{work.title}：正在处理"
    else:
        sentence = work.message or f"{work.title}：{work.get_state_display()}"
    # Queued or not counted yet has no percentage, which is not the same as none done.
    percent = work.done * 100 // work.total if work.total else None
    return {
        "state": state,
        "sentence": sentence,
        "percent": percent,
        "poll_url": reverse("web:job", args=[work.pk]),
        "result_url": reverse("web:job_file", args=[work.pk]) if work.result_file else "",
        "result_label": work.result_name and f"打开 {work.result_name}",
    }


@require_POST
def job_cancel(request: PortalRequest, pk: int) -> HttpResponse:
    work = _own(request, pk)
    jobs.ask_cancel(work)
    return redirect("web:job", pk)


@require_GET
def job_file(request: PortalRequest, pk: int) -> FileResponse:
    work = get_object_or_404(
        Job.objects.exclude(result_file=None), pk=pk, owner=request.user, state=JobState.DONE
    )
    assert work.result_file is not None  # noqa: S101 - excluded above
    return files.response(work.result_file, work.result_name, inline=True)
