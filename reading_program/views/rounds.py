"""A round under way, for the bureau: its criteria, its files, its judges, and how fair it was."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, form_page, require
from portal.kernel import calendar, files
from portal.kernel.errors import BadFile, Refused
from reading_program import documents, figures
from reading_program.choices import RoundState
from reading_program.forms.rounds import CriteriaForm, RelieveForm, ReplaceFileForm
from reading_program.models import BlindCopy, JudgingRound
from reading_program.scoring import aggregation
from reading_program.services import copies
from reading_program.services import judging as services

WHEN_CLOSED = "这一轮评完以后，才看得到各位评委的分数"


def criteria(request: PortalRequest, pk: int) -> HttpResponse:
    it = visible_round(request, pk)
    form = CriteriaForm(request.POST or None, criteria=it.criteria)
    if form.is_valid():
        try:
            services.set_criteria(it, rows=form.criteria(), by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "评分项已经保存")
            return redirect("reading_program:round", it.pk)
    page = {"round": it, "form": form, "lines": form.criteria_lines()}
    status = 422 if form.errors else 200
    return render(request, "reading_program/judging/criteria.html", page, status=status)


@require_GET
def copy_file(request: PortalRequest, pk: int) -> FileResponse:
    """The cleaned file, as a judge will be given it."""
    it = _copy(request, pk, with_file=True)
    assert it.file is not None  # noqa: S101 - asked for above
    return files.response(it.file, copies.file_name(it), inline=True)


@require_POST
def copy_replace(request: PortalRequest, pk: int) -> HttpResponse:
    """Another file in its place, or none; and for a film, its address left out."""
    it = _copy(request, pk)
    if "no_film" in request.POST:
        copies.leave_out_film(it, by=request.user)
        messages.success(request, f"{it.code} 不给评委看视频，只看文稿")
        return redirect("reading_program:blind_copy", it.pk)
    if "no_file" in request.POST:
        copies.replace_file(it, upload=None, by=request.user)
        messages.success(request, f"{it.code} 不给评委看文件，只看文字")
        return redirect("reading_program:blind_copy", it.pk)
    form = ReplaceFileForm(request.POST, request.FILES)
    if not form.is_valid():
        raise BadFile("选一下遮好姓名和校名的 Word 或 PDF，再上传")
    copies.replace_file(it, upload=form.cleaned_data["upload"], by=request.user)
    messages.success(request, f"{it.code} 的文件换好了，看一遍再放行")
    return redirect("reading_program:blind_copy", it.pk)


@require_POST
def fill(request: PortalRequest, pk: int) -> HttpResponse:
    it = visible_round(request, pk)
    given = services.give_more(it, by=request.user)
    told = f"补派了 {given} 份" if given else "每件的评委都够了，不用补派"
    messages.success(request, told)
    return redirect("reading_program:round", it.pk)


def relieve(request: PortalRequest, pk: int) -> HttpResponse:
    it = visible_round(request, pk)
    form = RelieveForm(request.POST or None, here=it)
    if form.is_valid():
        data = form.cleaned_data
        passed, left = services.relieve(data["judge"], note=data["note"], by=request.user)
        told = f"没评的 {passed} 份转给了别的评委"
        if left:
            told += f"，还有 {left} 份没有人能评，请再请一位评委，再补派"
        messages.success(request, told)
        return redirect("reading_program:round", it.pk)
    return form_page(
        request,
        form,
        title="评委中途退出",
        button="把没评的转给别人",
        back_url=reverse("reading_program:round", args=[it.pk]),
        back_text=str(it),
    )


@require_GET
def report(request: PortalRequest, pk: int) -> HttpResponse:
    it = visible_round(request, pk)
    require(it.state == RoundState.CLOSED, WHEN_CLOSED)
    return render(request, "reading_program/judging/report.html", _report(it))


@require_GET
def report_pdf(request: PortalRequest, pk: int) -> HttpResponse:
    it = visible_round(request, pk)
    require(it.state == RoundState.CLOSED, WHEN_CLOSED)
    content = documents.fairness_pdf(_report(it), on=calendar.today())
    return files.made(content, f"{it}评审情况.pdf")


def _report(it: JudgingRound) -> dict[str, Any]:
    """The works in order with what told equals apart, and each judge beside the others."""
    made, marks = figures.fairness_of(it), figures.marks_of(it)
    names = {judge.pk: str(judge) for judge in it.edition.judges.select_related("account")}
    works = {copy.pk: copy for copy in it.copies.all()}
    declined = figures.declined_of(it)
    apart = [{"copy": works[key], "marks": sorted(marks[key].values())} for key in made.far_apart]
    return {
        "round": it,
        "report": made,
        "agreement": None if made.agreement is None else round(made.agreement * 100),
        "judges": [
            {"it": row, "name": names[row.judge], "declined": declined.get(row.judge, 0)}
            for row in made.judges
        ],
        "flagged": [names[row.judge] for row in made.judges if row.is_flagged],
        "far_apart": apart,
        "places": [
            {"it": row, "copy": works[row.work], "mark": aggregation.as_decimal(row.value)}
            for row in figures.standings(it)
        ],
        "third": figures.thirds_of(it),
    }


def visible_round(request: PortalRequest, pk: int) -> JudgingRound:
    found = JudgingRound.objects.visible_to(request.user).select_related(
        "edition__city", "track", "group"
    )
    return get_object_or_404(found, pk=pk)


def _copy(request: PortalRequest, pk: int, *, with_file: bool = False) -> BlindCopy:
    found = BlindCopy.objects.visible_to(request.user).select_related(
        "round__edition__city", "file", "entry__unit", "entry__office"
    )
    return get_object_or_404(found.exclude(file=None) if with_file else found, pk=pk)
