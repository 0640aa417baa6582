"""Paper of those who go there: packs and sheets with a code, typed back, photographs kept."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from activities.forms.attendance import CodeForm
from committees.http import PortalRequest, require, site_of
from evaluations.choices import CampaignState
from evaluations.documents import visits as documents
from evaluations.figures import visits as figures
from evaluations.forms.visits import SheetForm
from evaluations.models import MarkSheet, MarkSheetPhoto, Visit
from evaluations.permissions import may_edit_rubrics, may_mark_as
from evaluations.services import mark_sheets as services
from evaluations.views.shared import campaign_for, posted
from evaluations.views.visits import BY_TEAM, kept, marks_form, visit_for
from portal.kernel import audit, files
from portal.kernel.codes import Code, Sheet
from portal.kernel.errors import BadFile, Refused

NO_SHEET = "没有查到这张评分表：可能它的组撤掉了，或者不归您看。请核对纸上的编号"


@require_GET
def pack(request: PortalRequest, pk: int, day: int) -> HttpResponse:
    """One team's papers of one day (the day-th of its days, from 1), ready to print."""
    seen = Visit.objects.visible_to(request.user).filter(team=pk)
    found = list(
        seen.select_related(
            "team__campaign", "appraisal__unit__office", "appraisal__campaign__rubric"
        ).order_by("day", "place")
    )
    days = sorted({one.day for one in found})
    if not 1 <= day <= len(days):
        raise Http404
    team = found[0].team
    own = team.assessors.filter(user=request.user).exists()
    require(own or may_edit_rubrics(request.user, found[0].unit), BY_TEAM)
    wanted = [one for one in found if one.day == days[day - 1]]
    audit.record("visits.printed", team.campaign, by=request.user, note=str(team))
    people = list(team.assessors.select_related("unit").order_by("pk"))
    sheets = [
        (visit, services.sheet_of(visit, one, by=request.user))
        for visit in wanted
        for one in people
    ]
    content = documents.pack_pdf(team, people, sheets, day=days[day - 1], site=site_of(request))
    return files.made(content, f"{team}{days[day - 1]:%m%d}实地看材料.pdf")


@require_GET
def sheet_file(request: PortalRequest, pk: int, assessor_pk: int) -> HttpResponse:
    """One assessor's sheet of one unit alone: a lost one printed again has the same code."""
    it = visit_for(request, pk)
    assessor = get_object_or_404(it.team.assessors.select_related("unit"), pk=assessor_pk)
    require(may_mark_as(request.user, it, assessor), BY_TEAM)
    content = documents.sheet_pdf(
        it, services.sheet_of(it, assessor, by=request.user), site=site_of(request)
    )
    return files.made(content, f"{it.unit.name}评分表（{assessor.name}）.pdf")


@never_cache
def sheet(request: PortalRequest, pk: int) -> HttpResponse:
    """Where a code leads: the whole sheet on one page, in the printed order."""
    it = _sheet_for(request, pk)
    visit = services.visit_of(it)
    if visit.team.campaign.state != CampaignState.OPEN:
        messages.info(request, "这次创建已经定分，分数不再改；打过的分都在这里")
        return redirect("evaluations:visit", visit.pk)
    require(may_mark_as(request.user, visit, it.assessor), BY_TEAM)
    criteria = [criterion for _, _, criterion in visit.appraisal.campaign.rubric.criteria()]
    form = marks_form(request, SheetForm, visit, it.assessor, criteria)
    shown, version = kept(request, form, visit, it.assessor)
    if shown is None:
        messages.success(request, f"{it}存好了")
        return redirect("evaluations:visit", visit.pk)
    page = {
        "it": it,
        "visit": visit,
        "form": shown,
        "version": version,
        "parts": _by_dimension(visit, shown),
        "code": it.code,
        "photos": it.photos.order_by("pk"),
    }
    status = 422 if shown.errors else 200
    return render(request, "evaluations/five_good/sheet.html", page, status=status)


def _by_dimension(visit: Visit, form: Any) -> list[dict[str, Any]]:
    groups = {criterion["code"]: fields for criterion, fields in form.groups()}
    return [
        {
            "name": dimension["name"],
            "lines": [
                (criterion, groups[criterion["code"]])
                for item in dimension["items"]
                for criterion in item["criteria"]
            ],
        }
        for dimension in visit.appraisal.campaign.rubric.content["dimensions"]
    ]


@require_POST
def sheet_photos(request: PortalRequest, pk: int) -> HttpResponse:
    """Photos chosen for this very sheet."""
    it = _sheet_for(request, pk)
    require(may_mark_as(request.user, services.visit_of(it), it.assessor), BY_TEAM)
    uploads = request.FILES.getlist("file")[: services.MOST_PHOTOS]
    refused = [said for one in uploads if (said := _keep(request, it, one))]
    for sentence in refused:
        messages.warning(request, sentence)
    if not uploads:
        messages.warning(request, "先选一张照片")
    elif len(refused) < len(uploads):
        messages.success(request, f"放好 {len(uploads) - len(refused)} 张照片")
    return redirect("evaluations:visit_sheet", it.pk)


def _keep(request: PortalRequest, it: MarkSheet, upload: UploadedFile) -> str:
    """The sentence that refuses the photo, or nothing."""
    try:
        services.keep_upload(it, upload=upload, by=request.user)
    except (BadFile, Refused) as refusal:
        return f"{upload.name}：{refusal}"
    return ""


@require_GET
def sheet_photo(request: PortalRequest, pk: int) -> FileResponse:
    sheets = MarkSheet.objects.visible_to(request.user)
    found = MarkSheetPhoto.objects.filter(sheet__in=sheets).select_related("file")
    it = get_object_or_404(found, pk=pk)
    return files.response(it.file, it.name, inline=True)


@never_cache
def papers(request: PortalRequest, pk: int) -> HttpResponse:
    """The desk of a campaign's paper: type a code, or let photographs find their sheets."""
    it = campaign_for(request, pk)
    own = it.teams.filter(assessors__user=request.user).exists()
    require(own or may_edit_rubrics(request.user, it.city), BY_TEAM)
    uploads = request.FILES.getlist("file")[: services.MOST_PHOTOS]
    with_photos = request.method == "POST" and "photos" in request.POST
    form = CodeForm(None if with_photos else posted(request))
    if form.is_valid():
        try:
            return redirect("evaluations:visit_sheet", _typed(request, form.cleaned_data["code"]))
        except Refused as refusal:
            form.add_error("code", str(refusal))
    found = [_by_photo(request, upload) for upload in uploads] if with_photos else []
    page = {
        "it": it,
        "form": form,
        "found": found,
        "chose_none": with_photos and not uploads,
        "sheets": figures.sheets(
            MarkSheet.objects.visible_to(request.user).filter(assessor__team__campaign=it)
        ),
        "asked": sum(1 for _ in it.rubric.criteria()),
    }
    status = 422 if form.errors or page["chose_none"] else 200
    return render(request, "evaluations/five_good/papers.html", page, status=status)


def _typed(request: PortalRequest, code: Code) -> int:
    """The number of the sheet; Refused says what is wrong with the code."""
    if code.sheet != Sheet.MARKS:
        raise Refused("这个编号是别的纸上的；实地看评分表的编号是 4 开头的")
    if not MarkSheet.objects.visible_to(request.user).filter(pk=code.number).exists():
        raise Refused(NO_SHEET)
    return code.number


def _by_photo(request: PortalRequest, upload: UploadedFile) -> dict[str, Any]:
    """What became of one photo: kept with its sheet, or the sentence why not."""
    told: dict[str, Any] = {"name": upload.name, "sheet": None, "said": ""}
    try:
        stored = files.store_photo(upload)
        code = services.code_on(stored)
        if code is None:
            raise Refused("没有看清二维码。把上面的编号输进来，在那一张的录入页里放照片")
        it = _sheet_for(request, _typed(request, code))
        require(may_mark_as(request.user, services.visit_of(it), it.assessor), BY_TEAM)
        services.keep_photo(it, stored=stored, name=upload.name or "", by=request.user)
        told["sheet"] = it
    except (BadFile, Refused) as refusal:
        told["said"] = str(refusal)
    return told


def _sheet_for(request: PortalRequest, pk: int) -> MarkSheet:
    seen = MarkSheet.objects.visible_to(request.user).select_related(
        "appraisal__unit", "assessor__unit", "assessor__team"
    )
    return get_object_or_404(seen, pk=pk)
