"""Background work that needs the services: it stands above them, unlike tasks.py."""

from datetime import date

from celery import shared_task
from django.utils import timezone

from portal.kernel import calendar, files
from portal.kernel.errors import Refused
from portal.kernel.jobs import Outcome, Progress, handles
from reading_program.documents import certificates as documents
from reading_program.models import Certificate, Edition, JudgingRound
from reading_program.services import certificates, copies, erasure, likeness, publicity


@handles(copies.CLEAN, keeps="已经清理好的文件留着，再开始就接着清理")
def clean_files(progress: Progress) -> Outcome:
    """Judges' copies of the works' files; stopped on the way, it goes on where it was."""
    here = JudgingRound.objects.get(pk=progress.arguments["round"])
    count = copies.clean_round(here, progress=progress, by=progress.job.owner)
    return Outcome(result={"files": count}, message=f"{count} 个文件清理好了，可以核对了")


@handles(likeness.COMPARE, keeps="已经比对过的留着，再开始就接着比对")
def compare_essays(progress: Progress) -> Outcome:
    """Prints of essays that have none, then every essay of the edition looked up again."""
    edition = Edition.objects.get(pk=progress.arguments["edition"])
    found = likeness.compare_all(edition, progress=progress, by=progress.job.owner)
    told = f"比对好了，找到 {found} 处相似" if found else "比对好了，没有找到相似的作品"
    return Outcome(result={"pairs": found}, message=told)


@handles(certificates.MAKE, keeps="已经编好的证书编号留着，再开始就接着排版")
def make_certificates(progress: Progress) -> Outcome:
    """Number those of an edition that have none, or take the ones named; then print them all.

    Numbers stay once they are taken: a run that is killed or stopped afterwards finds them there.
    """
    asked = progress.arguments
    found = Certificate.objects.valid().select_related("edition__city")
    if "edition" in asked:
        edition = Edition.objects.select_related("city").get(pk=asked["edition"])
        progress.say(0, 0, "正在编号")
        certificates.issue(edition, dated=date.fromisoformat(asked["dated"]), by=progress.job.owner)
        found = found.filter(edition=edition)
    else:
        found = found.filter(pk__in=asked["certificates"])
    sheets = list(found.in_order())
    if not sheets:
        raise Refused("还没有可以打印的证书，公示期满、结果转为正式以后才有")
    parts = documents.in_chunks(
        sheets,
        site=asked["site"],
        say=lambda done, total: progress.say(done, total, f"正在排版，{done}/{total} 份"),
    )
    if asked["form"] == "zip":
        content, kind, name = documents.one_archive(parts), "application/zip", ".zip"
    else:
        content, kind, name = documents.one_book(parts), files.PDF, ".pdf"
    return Outcome(
        result={"certificates": len(sheets)},
        file=files.store(content, kind),
        file_name=f"证书{len(sheets)}份{name}",
        message=f"{len(sheets)} 份证书排好了，每份一页",
    )


@shared_task
def end_publicities() -> int:
    """Each morning: lists whose days are over become final, unless an objection still waits."""
    return publicity.end_due(on=calendar.today(), now=timezone.now())


@shared_task
def erase_what_is_over() -> int:
    """Each night: names, texts and files of editions whose years of keeping are over."""
    return erasure.erase_due(on=calendar.today(), now=timezone.now())
