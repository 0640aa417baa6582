"""Long work of pages that need every app: asked for and carried out."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from committees.models import ImportRun
from committees.models.imports import ImportState
from portal.kernel import jobs
from portal.kernel.errors import Refused
from portal.kernel.jobs import Outcome, Progress, handles
from portal.kernel.models import Job
from portal.stack.errors import CannotStart
from portal.web.roster_import import runs
from portal.web.services import backups

CHECK, IMPORT, BACKUP = "roster_check", "roster_import", "backup"


def start_check(run: ImportRun, *, by: Any) -> Job:
    """Queue the test run of a file whose columns are chosen."""
    return _start(run, CHECK, f"检查“{run.file_name}”", by)


def start_import(run: ImportRun, *, by: Any) -> Job:
    """Queue the real run of a checked file."""
    if run.state != ImportState.CHECKED:
        raise Refused("请先检查一遍，看过结果再导入")
    return _start(run, IMPORT, f"导入“{run.file_name}”", by)


def start_backup(*, on: date) -> Job:
    """Queue the archive of the day; one that was made is not made again."""
    return jobs.start(BACKUP, key=f"{BACKUP}:{on}", title=f"{on}的备份", by=None)


@handles(BACKUP)
def back_up(progress: Progress) -> Outcome:
    progress.say(0, 1, "正在备份数据库和文件")
    try:
        path, made = backups.back_up()
    except (CannotStart, OSError) as error:
        raise Refused(f"没有备份成：{error}") from error
    return Outcome(
        result={"archive": path.name, "files": len(made.files), "missing": len(made.missing)},
        message=f"{path.name}，{len(made.files)} 个文件",
    )


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
