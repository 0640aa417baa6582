"""Background work that needs the services: it stands above them, unlike tasks.py."""

from portal.kernel.jobs import Outcome, Progress, handles
from reading_program.models import JudgingRound
from reading_program.services import copies


@handles(copies.CLEAN)
def clean_files(progress: Progress) -> Outcome:
    """Judges' copies of the works' files; stopped on the way, it goes on where it was."""
    here = JudgingRound.objects.get(pk=progress.arguments["round"])
    count = copies.clean_round(here, progress=progress, by=progress.job.owner)
    return Outcome(result={"files": count}, message=f"{count} 个文件清理好了，可以核对了")
