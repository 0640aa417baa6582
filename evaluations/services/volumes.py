"""汇编: planned in parts, printed by whichever workers are free, stopped and gone on with."""

from typing import Any

from django.db import transaction
from django.urls import reverse

from committees.models import Unit
from evaluations import tasks
from evaluations.models import AnnualBulletin, AnnualVolume, AnnualVolumePart
from portal.kernel import audit, jobs
from portal.kernel.errors import Refused
from portal.kernel.models import Job

PART = 10  # bulletins printed at a time: some twenty pages, and so much memory at most


@transaction.atomic
def plan(root: Unit, *, year: int, by: Any) -> AnnualVolume:
    """Settle which bulletins the book holds and in which order: by office, then by unit."""
    found = AnnualBulletin.objects.handed_in().filter(year=year, unit__path__startswith=root.path)
    wanted = list(found.order_by("unit__path").values_list("pk", flat=True))
    if not wanted:
        raise Refused(f"{year}年还没有交上来的年度简报，收到以后再汇编")
    volume = AnnualVolume.objects.create(root=root, year=year, made_by=by)
    AnnualVolumePart.objects.bulk_create(
        AnnualVolumePart(volume=volume, position=place, bulletins=wanted[first : first + PART])
        for place, first in enumerate(range(0, len(wanted), PART))
    )
    audit.record("annual.volume_planned", volume, by=by, note=f"{len(wanted)}份")
    return volume


@transaction.atomic
def make(root: Unit, *, year: int, by: Any) -> AnnualVolume:
    """Start a new book; one of this root and year that is being made is handed back instead."""
    for one in AnnualVolume.objects.filter(root=root, year=year, file=None).order_by("-pk")[:5]:
        job = Job.objects.filter(key=one.key).first()
        if job is not None and job.is_open:
            return one
    volume = plan(root, year=year, by=by)
    go_on(volume, by=by)
    return volume


@transaction.atomic
def go_on(volume: AnnualVolume, *, by: Any) -> Job:
    """Print what is not printed yet and bind; parts that are there already are kept."""
    asked: dict[str, Any] = {
        "by": by,
        "arguments": {"volume": volume.pk},
        "return_url": reverse("evaluations:annual_volume", args=[volume.pk]),
    }
    job = jobs.start(tasks.VOLUME, key=volume.key, title=str(volume), **asked)
    # A second worker prints beside the first where one is free; without it the first does all.
    jobs.start(
        tasks.VOLUME_HELP,
        key=f"{volume.key}:help",
        title=f"{volume}（帮着排印）",
        again=True,
        **asked,
    )
    return job


def stop(volume: AnnualVolume, *, by: Any) -> None:
    """Ask the work to stop at its next part; what is printed stays for going on later."""
    job = Job.objects.filter(key=volume.key).first()
    if job is not None and job.is_open:
        jobs.ask_cancel(job)
        audit.record("annual.volume_stopped", volume, by=by)
