"""Long work of pages that need every app."""

from django.utils import timezone

from committees.models import ImportRun
from portal.kernel.jobs import Outcome, Progress, handles
from portal.web.roster_import import runs


@handles(runs.CHECK)
def check_roster(progress: Progress) -> Outcome:
    return runs.check(_run(progress), at=timezone.now(), by=progress.job.owner, say=progress.say)


@handles(runs.IMPORT)
def import_roster(progress: Progress) -> Outcome:
    return runs.import_now(
        _run(progress), at=timezone.now(), by=progress.job.owner, say=progress.say
    )


def _run(progress: Progress) -> ImportRun:
    found = ImportRun.objects.select_related("city", "file")
    return found.get(pk=progress.arguments["run"])
