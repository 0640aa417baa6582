"""Background work that needs the services: it stands above them, unlike tasks.py."""

from portal.kernel.jobs import Outcome, Progress, handles
from reading_program.models import Edition, JudgingRound
from reading_program.services import copies, likeness


@handles(copies.CLEAN)
def clean_files(progress: Progress) -> Outcome:
    """Judges' copies of the works' files; stopped on the way, it goes on where it was."""
    here = JudgingRound.objects.get(pk=progress.arguments["round"])
    count = copies.clean_round(here, progress=progress, by=progress.job.owner)
    return Outcome(result={"files": count}, message=f"{count} 个文件清理好了，可以核对了")


@handles(likeness.COMPARE)
def compare_essays(progress: Progress) -> Outcome:
    """Prints of essays that have none, then every essay of the edition looked up again."""
    edition = Edition.objects.get(pk=progress.arguments["edition"])
    found = likeness.compare_all(edition, progress=progress, by=progress.job.owner)
    told = f"比对好了，找到 {found} 处相似" if found else "比对好了，没有找到相似的作品"
    return Outcome(result={"pairs": found}, message=told)
