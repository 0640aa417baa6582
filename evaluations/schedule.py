"""Background work that needs the services: it stands above them, unlike tasks.py."""

from celery import shared_task

from evaluations.models import YearClose
from evaluations.services import series, years
from portal.kernel import calendar
from portal.kernel.jobs import Outcome, Progress, handles


@handles(years.CLOSE, keeps="已经装好的台账留着")
def close_year(progress: Progress) -> Outcome:
    """Pack what `years.close` has shut."""
    found = YearClose.objects.select_related("city")
    closing = found.get(pk=progress.arguments["close"])
    count = years.pack(closing, by=progress.job.owner, say=progress.say)
    return Outcome(
        result={"units": count}, message=f"{closing.year}年封存好了，{count} 家单位的台账都装好了"
    )


@shared_task
def open_due_issues() -> int:
    """Each morning: issues whose period is over open by themselves."""
    return len(series.open_due(on=calendar.today()))
