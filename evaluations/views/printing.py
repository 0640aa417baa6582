"""For the print shop: booklets and print-run sheets of bulletins, papers and volumes."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, require
from committees.models import Unit
from evaluations.documents import printing
from evaluations.documents.printing import PrintRun
from evaluations.models import AnnualVolume
from evaluations.permissions import may_follow, may_follow_paper, may_make_volume
from evaluations.services.printing import ask_booklet
from evaluations.views.papers import paper_for
from evaluations.views.shared import issue_for
from portal.kernel import binding, calendar, files
from portal.kernel.models import StoredFile

WHO_PRINTS = "印数单由编印的单位来用"


def _printed(stored: StoredFile | None) -> StoredFile:
    if stored is None:
        raise Http404
    return stored


def _volume(request: PortalRequest, pk: int) -> AnnualVolume:
    seen = AnnualVolume.objects.visible_to(request.user).select_related("root", "file")
    return get_object_or_404(seen, pk=pk)


@require_POST
def issue_booklet(request: PortalRequest, pk: int) -> HttpResponse:
    issue = issue_for(request, pk)
    stored = _printed(issue.pdf)
    title = f"{issue.series.name}{issue.number_label}"
    back = reverse("evaluations:issue", args=[pk])
    job = ask_booklet(stored, title=title, back=back, by=request.user)
    return redirect("web:job", job.pk)


@require_POST
def paper_booklet(request: PortalRequest, pk: int) -> HttpResponse:
    paper = paper_for(request, pk)
    stored = _printed(paper.pdf)
    back = reverse("evaluations:paper", args=[pk])
    job = ask_booklet(stored, title=paper.stem, back=back, by=request.user)
    return redirect("web:job", job.pk)


@require_POST
def volume_booklet(request: PortalRequest, pk: int) -> HttpResponse:
    volume = _volume(request, pk)
    stored = _printed(volume.file)
    back = reverse("evaluations:annual_volume", args=[pk])
    job = ask_booklet(stored, title=str(volume), back=back, by=request.user)
    return redirect("web:job", job.pk)


@require_GET
def issue_run(request: PortalRequest, pk: int) -> HttpResponse:
    """As the issue itself names its readers; 发 stands for the units below."""
    issue = issue_for(request, pk)
    require(may_follow(request.user, issue), WHO_PRINTS)
    content, said = files.read(_printed(issue.pdf)), issue.content
    readers = [(line["label"], line["names"]) for line in said["sent_to"]]
    below = _units_below(issue.unit) if readers and readers[-1][0] == "发" else 0
    run = PrintRun(
        said["name"], said["number_line"], binding.page_count(content), said["copies"],
        printing.shares(readers, below=below),
    )  # fmt: skip
    return _sheet(run, issuer=said["publisher"])


@require_GET
def paper_run(request: PortalRequest, pk: int) -> HttpResponse:
    paper = paper_for(request, pk)
    require(may_follow_paper(request.user, paper), WHO_PRINTS)
    content, said = files.read(_printed(paper.pdf)), paper.content
    readers = [("抄送", said["copy_to"])] if said["copy_to"] else []
    shares = printing.shares([*readers, ("主送", said["addressees"])], below=paper.receipts.count())
    run = PrintRun(str(paper), said["number"], binding.page_count(content), said["copies"], shares)
    return _sheet(run, issuer=said["printed_by"])


@require_GET
def volume_run(request: PortalRequest, pk: int) -> HttpResponse:
    """One copy for each unit whose bulletin is in the book, and as many printed."""
    volume = _volume(request, pk)
    require(may_make_volume(request.user, volume.root), WHO_PRINTS)
    _printed(volume.file)
    units = sum(len(part.bulletins) for part in volume.parts.all())
    shares = (printing.Share("发", "收进汇编的各单位", units),)
    run = PrintRun(str(volume), "", volume.pages or 0, units + 2, shares)
    return _sheet(run, issuer=f"{volume.root.name}关工委办公室")


def _units_below(unit: Unit) -> int:
    below = Unit.objects.below(unit).exclude(pk=unit.pk)
    return below.open_on(calendar.today()).count()


def _sheet(run: PrintRun, *, issuer: str) -> HttpResponse:
    content = printing.print_run_pdf(run, issuer=issuer, on=calendar.today())
    return files.made(content, f"{run.title}印数单.pdf")
