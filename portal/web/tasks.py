"""Long work of pages that need every app: asked for and carried out."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from committees.models import ImportRun
from committees.models.imports import ImportState
from portal.kernel import jobs
from portal.kernel.errors import Refused
from portal.kernel.jobs import Outcome, Progress, handles
from portal.kernel.models import Job
from portal.web.roster_import import runs

CHECK, IMPORT = "roster_check", "roster_import"


def start_check(run: ImportRun, *, by: Any) -> Job:
    """Queue the test run of a file whose columns are chosen."""
    return _start(run, CHECK, f"检查“{run.file_name}”", by)


def start_import(run: ImportRun, *, by: Any) -> Job:
    """Queue the real run of a checked file."""
    if run.state != ImportState.CHECKED:
        raise Refused("请先检查一遍，看过结果再导入")
    return _start(run, IMPORT, f"导入“{run.file_name}”", by)


def _start(run: ImportRun, kind: str, title: str, by: Any) -> Job:
    job = jobs.start(
        kind,
        key=f"{kind}:{run.pk}",
        title=title[:120],
        by=by,
        arguments={"run": run.pk},
        return_url=reverse("web:import_run", args=[run.pk]),
        again=True,
    )
    ImportRun.objects.filter(pk=run.pk).update(job=job)
    return job


@handles(CHECK)
def check_roster(progress: Progress) -> Outcome:
    return runs.check(_run(progress), at=timezone.now(), by=progress.job.owner, say=progress.say)


@handles(IMPORT)
def import_roster(progress: Progress) -> Outcome:
    return runs.import_now(
        _run(progress), at=timezone.now(), by=progress.job.owner, say=progress.say
    )


def _run(progress: Progress) -> ImportRun:
    found = ImportRun.objects.select_related("city", "file")
    return found.get(pk=progress.arguments["run"])
