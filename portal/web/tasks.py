"""Long work of pages that need every app: asked for and carried out."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from committees.models import ImportRun, Unit
from committees.models.imports import ImportState
from portal.kernel import files, jobs
from portal.kernel.errors import Refused
from portal.kernel.jobs import Outcome, Progress, handles
from portal.kernel.models import Job
from portal.stack.errors import CannotStart
from portal.web import album as albums
from portal.web import documents
from portal.web.roster_import import runs
from portal.web.services import backups

CHECK, IMPORT, BACKUP, ALBUM = "roster_check", "roster_import", "backup", "album"


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


def start_album(unit: Unit, *, year: int, by: Any) -> Job:
    """Queue one person's print of a unit's year; asked again it shows what came since."""
    return jobs.start(
        ALBUM,
        key=f"{ALBUM}:{unit.pk}:{year}:{by.pk}",
        title=f"{unit}{year}年度相册"[:120],
        by=by,
        arguments={"unit": unit.pk, "year": year},
        return_url=reverse("web:album", args=[unit.pk, year]),
        again=True,
    )


@handles(ALBUM)
def print_album(progress: Progress) -> Outcome:
    """The album as far as its owner may read the records now."""
    unit, year = Unit.objects.get(pk=progress.arguments["unit"]), progress.arguments["year"]
    made = albums.album(progress.job.owner, unit, year=year)
    progress.say(0, made.deeds, f"正在排版 {made.deeds} 次活动")
    content = documents.album_pdf(unit, made)
    progress.say(made.deeds, made.deeds, "正在存档")
    return Outcome(
        file=files.store(content, files.PDF),
        file_name=f"{unit}{year}年度相册.pdf",
        message=f"{made.deeds} 次活动排好了",
    )


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
