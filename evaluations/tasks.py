"""Printing, in the background. A task prints what was signed; it decides nothing."""

from collections.abc import Callable
from time import sleep
from typing import Any

from django.db import transaction
from django.utils import timezone

from committees.choices import UnitKind
from committees.models import Unit
from evaluations import documents, notices
from evaluations.choices import Audience, BulletinState, PaperState
from evaluations.documents import Numbers, ledgers, papers
from evaluations.documents import volume as volumes
from evaluations.figures.ledger import ledger_of
from evaluations.models import (
    AnnualBulletin,
    AnnualVolume,
    AnnualVolumePart,
    BulletinIssue,
    Ledger,
    OfficialPaper,
    PaperReceipt,
    YearClose,
)
from evaluations.workflow import BULLETIN
from evaluations.workflow import PAPER as PAPER_STEPS
from portal.kernel import calendar, counters, files, imposition, jobs
from portal.kernel.errors import Refused
from portal.kernel.models import Job, StoredFile

PRINT = "bulletin.print"
PROOF = "bulletin.proof"
LEDGER = "ledger.make"
LEDGER_STEPS = 4
PAPER = "paper.print"
BOOKLET = "print.booklet"
VOLUME = "annual.volume"
VOLUME_HELP = "annual.volume.help"
WAIT_FOR_OTHERS = 0.3  # seconds, when the last parts are in another worker's hands


def ledger_key(unit: Unit, year: int) -> str:
    """The job that makes this unit's ledger of the year; asked for twice, it runs once."""
    return f"{LEDGER}:{unit.pk}:{year}"


def print_key(issue: BulletinIssue) -> str:
    """The job that prints this issue, one for ever."""
    return f"bulletin-print:{issue.pk}"


def proof_key(issue: BulletinIssue) -> str:
    return f"bulletin-proof:{issue.pk}"


def paper_key(paper: OfficialPaper) -> str:
    return f"paper-print:{paper.pk}"


@jobs.handles(PRINT)
def print_bulletin(progress: jobs.Progress) -> jobs.Outcome:
    """Number, print and issue a signed bulletin; one already issued is handed back as it is."""
    issue = print_issue(progress.arguments["issue"], progress=progress, by=progress.job.owner)
    return jobs.Outcome(
        result={"issue": issue.pk},
        file=issue.pdf,
        file_name=issue.file_name,
        message=f"{issue.series.name}{issue.number_label}印好了",
    )


@jobs.handles(PROOF)
def proof_bulletin(progress: jobs.Progress) -> jobs.Outcome:
    """Print an unfinished issue for reading; it takes no number and changes nothing."""
    issue = BulletinIssue.objects.select_related("series__unit").get(pk=progress.arguments["issue"])
    progress.say(1, 3, "正在汇集文章和照片")
    page = documents.bulletin_page(issue, numbers=None, dated_on=issue.dated_on)
    progress.say(2, 3, f"正在排版，共 {len(page['articles'])} 篇")
    stored = documents.store_pdf(page)
    progress.say(3, 3, "校样排好了")
    return jobs.Outcome(file=stored, file_name=f"校样-{issue.file_name}", message="校样排好了")


@transaction.atomic
def print_issue(
    issue_id: int, *, progress: jobs.Progress | None = None, by: object
) -> BulletinIssue:
    """Take the numbers, print, store and move to 已印发, all in one transaction.

    The counter's row is locked until the end, so two printings of one series wait for each other,
    and a printing that stops, for a character no font has, gives its number back.
    """
    issue = (
        BulletinIssue.objects.select_for_update(of=("self",))
        .select_related("series__unit", "pdf")
        .get(pk=issue_id)
    )
    if issue.state == BulletinState.ISSUED:
        return issue
    if issue.state != BulletinState.SIGNED:
        raise Refused(f"“{issue}”还没有签发，签发以后才能印")
    say(progress, 1, "正在编号、汇集文章和照片")
    numbers = take_numbers(issue)
    page = documents.signed_page(issue, numbers=numbers)
    say(progress, 2, f"正在排版，共 {len(page['articles'])} 篇")
    stored = documents.store_pdf(page)
    say(progress, 3, "正在存档")
    BULLETIN.advance(
        issue,
        "issue",
        by=by,
        issue_no=numbers.issue_no,
        total_no=numbers.total_no,
        supplement_no=numbers.supplement_no,
        pdf=stored,
        content=page,
        issued_at=timezone.now(),
    )
    notices.tell_issued(issue)
    return issue


def take_numbers(issue: BulletinIssue) -> Numbers:
    """The next number of the year, and of the series since its first issue anywhere.

    Supplements count by themselves, each year anew.
    """
    series = issue.series
    if issue.is_supplement:
        return Numbers(supplement_no=counters.take(f"bulletin:{series.pk}:{issue.year}:supplement"))
    total = counters.take(f"bulletin:{series.pk}")
    return Numbers(
        issue_no=counters.take(f"bulletin:{series.pk}:{issue.year}"),
        total_no=series.earlier_issues + total,
    )


def say(progress: jobs.Progress | None, done: int, message: str) -> None:
    if progress is not None:
        progress.say(done, 4, message)


@jobs.handles(PAPER)
def print_paper(progress: jobs.Progress) -> jobs.Outcome:
    """Print a signed paper and send it out; one that is out is handed back as it is."""
    progress.say(0, 2, "正在排版")
    paper = issue_paper(progress.arguments["paper"], by=progress.job.owner)
    progress.say(2, 2, "印好了")
    return jobs.Outcome(
        result={"paper": paper.pk},
        file=paper.pdf,
        file_name=f"{paper.stem}.pdf",
        message=f"{paper.number_label}印好了，发给 {paper.receipts.count()} 家单位",
    )


@jobs.handles(BOOKLET)
def make_booklet(progress: jobs.Progress) -> jobs.Outcome:
    """Lay a print out two pages a side for stapling through the fold."""
    progress.say(0, 1, "正在排小册子")
    source = StoredFile.objects.get(pk=progress.arguments["file"])
    content, sheets = imposition.booklet(files.read(source))
    title = progress.arguments["title"]
    return jobs.Outcome(
        result={"sheets": sheets},
        file=files.store(content, files.PDF),
        file_name=f"{title}（小册子）.pdf",
        message=f"排好了，每份用 A3 纸 {sheets} 张。双面打印，选“沿短边翻转”，对折后骑马订",
    )


@transaction.atomic
def issue_paper(paper_id: int, *, by: Any) -> OfficialPaper:
    """Print, store, move to 已印发 and give every unit it goes to its receipt, in one go."""
    found = OfficialPaper.objects.select_for_update(of=("self",)).select_related("unit", "pdf")
    paper = found.get(pk=paper_id)
    if paper.state in {PaperState.ISSUED, PaperState.WITHDRAWN}:
        return paper
    page = papers.paper_page(paper, number=paper.number_label, dated_on=paper.dated_on)
    stored = files.store(papers.paper_pdf(page), files.PDF)
    PAPER_STEPS.advance(paper, "issue", by=by, pdf=stored, content=page, issued_at=timezone.now())
    PaperReceipt.objects.bulk_create(
        PaperReceipt(paper=paper, unit=unit) for unit in recipients(paper)
    )
    older = paper.replaces
    if older is not None and older.state == PaperState.ISSUED:
        why = f"由{paper.number_label}代替"
        PAPER_STEPS.advance(
            older, "withdraw", by=by, note=why, withdraw_reason=why, withdrawn_at=timezone.now()
        )
    notices.tell_paper_issued(paper)
    return paper


def recipients(paper: OfficialPaper) -> list[Unit]:
    """The units a paper goes to as the tree stands today, never the issuing one itself."""
    below = Unit.objects.below(paper.unit).exclude(pk=paper.unit_id).open_on(calendar.today())
    if paper.audience == Audience.CHOSEN:
        below = below.filter(pk__in=paper.chosen.values("pk"))
    elif paper.audience == Audience.OFFICES:
        below = below.filter(kind=UnitKind.OFFICE)
    return list(below)


@jobs.handles(LEDGER)
def make_ledger(progress: jobs.Progress) -> jobs.Outcome:
    """Fill the boxes, print the index and pack the files; the copy before it is replaced."""
    unit = Unit.objects.get(pk=progress.arguments["unit"])
    year = progress.arguments["year"]
    made = store_ledger(
        unit,
        year=year,
        by=progress.job.owner,
        say=lambda done, words: progress.say(done, LEDGER_STEPS, words),
    )
    return jobs.Outcome(
        result={"files": made.file_count},
        file=made.archive,
        file_name=f"{made.stem}.zip",
        message=f"{made}做好了，{made.file_count} 个文件",
    )


def store_ledger(
    unit: Unit,
    *,
    year: int,
    by: Any,
    close: YearClose | None = None,
    say: Callable[[int, str], None] = lambda done, words: None,
) -> Ledger:
    """Make the unit's ledger of the year as things stand; with `close` it is the sealed one."""
    say(0, "正在从记录里汇集十盒材料")
    filled = ledger_of(unit, year=year)
    say(1, "正在排目录")
    index = ledgers.ledger_pdf(unit, filled, year=year, on=calendar.today())
    say(2, "正在装文件")
    archive, count = ledgers.ledger_archive(filled, index=index, year=year)
    say(3, "正在存档")
    made, _ = Ledger.objects.update_or_create(
        unit=unit,
        year=year,
        close=close,
        defaults={
            "pdf": files.store(index, files.PDF),
            "archive": files.store(archive, "application/zip"),
            "counts": [one.count for one in filled],
            "file_count": count,
            "made_at": timezone.now(),
            "made_by": by,
        },
    )
    return made


@jobs.handles(VOLUME, keeps="已经排好的部分留着，再开始就接着排")
def make_volume(progress: jobs.Progress) -> jobs.Outcome:
    """Print part after part, waiting for none that another worker has, then bind them.

    Each part is kept as soon as it is printed: begun anew after a stop or a killed worker, the
    work goes on behind the last one.
    """
    volume = AnnualVolume.objects.select_related("root").get(pk=progress.arguments["volume"])
    total = volume.parts.count()
    while (done := volume.parts.filter(file__isnull=False).count()) < total:
        progress.say(done, total + 1, f"正在排印，排好 {done} 组，共 {total} 组")
        if not print_next_part(volume.pk):
            sleep(WAIT_FOR_OTHERS)
    progress.say(total, total + 1, "都排好了，正在合订")
    made = bind_volume(volume.pk)
    progress.say(total + 1, total + 1, "合订好了")
    return jobs.Outcome(
        result={"pages": made.pages},
        file=made.file,
        file_name=f"{made}.pdf",
        message=f"{made}印好了，共 {made.pages} 页",
    )


@jobs.handles(VOLUME_HELP, keeps="已经排好的部分留着")
def help_volume(progress: jobs.Progress) -> jobs.Outcome:
    """Print parts beside the worker that makes the volume, as long as that work goes on."""
    volume = AnnualVolume.objects.get(pk=progress.arguments["volume"])
    printed = 0
    while Job.objects.open().filter(key=volume.key, cancel_asked=False).exists():
        progress.say(printed, printed + 1, "正在排印")
        if not print_next_part(volume.pk):
            break
        printed += 1
    return jobs.Outcome(result={"parts": printed}, message=f"帮着排了 {printed} 组")


@transaction.atomic
def print_next_part(volume_pk: int) -> bool:
    """Print one part that nobody has in hand; False when there is none.

    The part's row is locked while it is printed; a worker that dies lets go of it.
    """
    free = AnnualVolumePart.objects.select_for_update(skip_locked=True, of=("self",))
    part = free.filter(volume=volume_pk, file=None).order_by("position").first()
    if part is None:
        return False
    found = AnnualBulletin.objects.select_related("unit").in_bulk(part.bulletins)
    printed = volumes.print_part([found[pk] for pk in part.bulletins])
    part.file = files.store(printed.content, files.PDF)
    part.pages, part.starts = printed.pages, printed.starts
    part.save(update_fields=["file", "pages", "starts"])
    return True


@transaction.atomic
def bind_volume(volume_pk: int) -> AnnualVolume:
    """Bind the printed parts once; a volume that is bound already is handed back as it is."""
    locked = AnnualVolume.objects.select_for_update(of=("self",)).select_related("root")
    volume = locked.get(pk=volume_pk)
    if volume.file_id is not None:
        return volume
    parts = list(volume.parts.select_related("file").order_by("position"))
    units = AnnualBulletin.objects.filter(pk__in=[pk for part in parts for pk in part.bulletins])
    named = {one.pk: one.unit for one in units.select_related("unit__office")}
    entries, before = [], 0
    for part in parts:
        for pk, start in zip(part.bulletins, part.starts, strict=True):
            unit = named[pk]
            office = unit.office.name if unit.office else "市直属"
            entries.append(volumes.Entry(office, unit.name, before + start))
        before += part.pages
    content, volume.pages = volumes.bind(
        f"{volume.root.name}关工委{volume.year}年度简报汇编",
        f"{volume.root.name}关工委办公室",
        entries,
        [files.path_of(part.file.sha256) for part in parts if part.file is not None],
        pages=before,
        on=calendar.today(),
    )
    volume.file, volume.made_at = files.store(content, files.PDF), timezone.now()
    volume.save(update_fields=["file", "made_at", "pages"])
    return volume
