"""定分 → 公示 → 异议 → 命名: what happens to a campaign once the points are given."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from committees.http import PortalRequest, form_page, require
from committees.permissions import may
from committees.policy import Can
from evaluations import exports
from evaluations.choices import AppraisalState, CampaignState, ObjectionState
from evaluations.documents import naming
from evaluations.figures import campaigns as figures
from evaluations.forms.publicity import AnswerForm, ObjectionForm, PublishForm, ReasonForm
from evaluations.models import Appraisal, Campaign, Objection, Title
from evaluations.permissions import may_edit_rubrics, may_object
from evaluations.services import publicity as services
from evaluations.views.shared import BY_BUREAU, campaign_for, posted
from portal.kernel import audit, calendar, files
from portal.kernel.errors import Refused

STEPS: Mapping[str, tuple[str, str, Any]] = {
    "freeze": ("定分", "定分以后谁都不能再改分数，没有交自评的单位今年不参加命名。", None),
    "unfreeze": ("退回评分", "退回以后各栏又可以改分数。", ReasonForm),
    "publish": ("公示", "公示以后，全市各单位都看得到得分和等次，可以提异议。", PublishForm),
    "close": ("结束", "结束以后这次创建活动只供查看。", None),
}
OBJECTION_TONES = {
    ObjectionState.WAITING: "waiting",
    ObjectionState.UPHELD: "done",
    ObjectionState.DISMISSED: "void",
}


def campaign_step(request: PortalRequest, pk: int, name: str) -> HttpResponse:
    """freeze, unfreeze, publish or close, each with its question."""
    it = campaign_for(request, pk)
    if name not in STEPS:
        raise Http404
    require(may_edit_rubrics(request.user, it.city), BY_BUREAU)
    button, consequence, form_class = STEPS[name]
    form = form_class(posted(request)) if form_class else None
    back = reverse("evaluations:campaign", args=[it.pk])
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            _do(it, name, form.cleaned_data if form else {}, by=request.user)
        except Refused as refusal:
            if form is None:
                raise
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{it.name}：{button}，已办好")
            return redirect(back)
    page = {
        "title": button, "sentence": it.name, "consequence": consequence, "button": button,
        "back_url": back, "form": form,
    }  # fmt: skip
    status = 422 if form is not None and form.errors else 200
    return render(request, "committees/confirm_page.html", page, status=status)


def _do(it: Campaign, name: str, data: Mapping[str, Any], *, by: Any) -> None:
    if name == "freeze":
        services.freeze(it, by=by)
    elif name == "unfreeze":
        services.unfreeze(it, note=data["note"], by=by)
    elif name == "publish":
        services.publish(it, start=calendar.today(), until=data["until"], by=by)
    else:
        services.close(it, by=by)


@require_GET
def publicity(request: PortalRequest, pk: int) -> HttpResponse:
    """Every unit's result, for every unit of the city; what was said against it below."""
    it = _public(request, pk)
    objections = Objection.objects.visible_to(request.user).filter(appraisal__campaign=it)
    decided = [AppraisalState.DECIDED, AppraisalState.OFFICE_DONE, AppraisalState.NAMED]
    rows = figures.rows(it, Appraisal.objects.filter(state__in=decided))
    rows.sort(key=lambda row: -(row.final or 0))
    page = {
        "it": it,
        "rows": rows,
        "may_object": may_object(request.user, it),
        "may_answer": may_edit_rubrics(request.user, it.city),
        "objections": [
            (one, OBJECTION_TONES[ObjectionState(one.state)])
            for one in objections.select_related("appraisal__unit", "answered_by")
        ],
    }
    return render(request, "evaluations/five_good/publicity.html", page)


def objection_new(request: PortalRequest, pk: int, appraisal_pk: int) -> HttpResponse:
    it = _public(request, pk)
    about = get_object_or_404(
        it.appraisals.select_related("unit", "campaign"), pk=appraisal_pk,
        state__in=[AppraisalState.DECIDED, AppraisalState.OFFICE_DONE],
    )  # fmt: skip
    require(may_object(request.user, it), "异议由参加创建的单位在公示期里提")
    form = ObjectionForm(posted(request), initial={"told_by": f"{request.user}"})
    back = reverse("evaluations:publicity", args=[it.pk])
    if form.is_valid():
        try:
            services.object_to(about, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "异议已经记下，市局核实以后在这一页答复")
            return redirect(back)
    return form_page(
        request, form, title=f"对{about.unit.name}的结果提异议", button="提交异议", back_url=back
    )


def objection_answer(request: PortalRequest, pk: int) -> HttpResponse:
    seen = Objection.objects.visible_to(request.user)
    it = get_object_or_404(seen.select_related("appraisal__unit", "appraisal__campaign"), pk=pk)
    require(may(request.user, Can.FIVE_GOOD_EDIT, it.unit), BY_BUREAU)
    form = AnswerForm(posted(request))
    back = reverse("evaluations:publicity", args=[it.appraisal.campaign_id])
    if form.is_valid():
        try:
            services.answer(it, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已经答复")
            return redirect(back)
    return form_page(
        request, form, title=f"答复{it}", button="答复", back_url=back,
        lead=f"{it.told_by}：{it.words}",
    )  # fmt: skip


@require_GET
def naming_file(request: PortalRequest, pk: int) -> HttpResponse:
    """命名决定 as PDF."""
    it = _public(request, pk)
    titles = _named(it)
    return files.made(naming.naming_pdf(it, titles), f"{it.name}命名决定.pdf")


@require_GET
def plaques(request: PortalRequest, pk: int, form: str) -> HttpResponse:
    """What the maker of the plaques needs, as workbook or PDF."""
    it = campaign_for(request, pk)
    require(may_edit_rubrics(request.user, it.city), BY_BUREAU)
    titles = _named(it)
    audit.record("campaign.plaques_listed", it, by=request.user)
    if form == "pdf":
        return files.made(naming.plaques_pdf(it, titles), f"{it.name}牌匾清单.pdf")
    if form != "xlsx":
        raise Http404
    return files.made(exports.plaques_workbook(it, titles), f"{it.name}牌匾清单.xlsx")


def _public(request: PortalRequest, pk: int) -> Campaign:
    it = campaign_for(request, pk)
    if it.state not in {CampaignState.PUBLIC, CampaignState.CLOSED}:
        raise Http404
    return it


def _named(it: Campaign) -> list[Title]:
    found = Title.objects.filter(appraisal__campaign=it).select_related("unit__office")
    titles = list(found.order_by("unit__path", "pk"))
    if not titles:
        raise Refused("还没有命名的单位，命名以后再打印")
    return titles
