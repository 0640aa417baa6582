"""Tables of points: as a workbook, as a new draft, one criterion changed, tried on past answers."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, form_page, require
from evaluations import exports
from evaluations.choices import RubricState
from evaluations.forms.five_good import CriterionForm
from evaluations.forms.rubrics import KINDS, KindForm, NewLineForm
from evaluations.models import Campaign, Rubric
from evaluations.permissions import may_edit_rubrics
from evaluations.services import rubric_lines, rubrics
from evaluations.views.shared import BY_BUREAU, posted
from portal.kernel import files
from portal.kernel.errors import BadFile, Refused


def _rubric(request: PortalRequest, pk: int) -> Rubric:
    seen = Rubric.objects.visible_to(request.user).select_related("city")
    return get_object_or_404(seen, pk=pk)


@require_GET
def rubric_sheets(request: PortalRequest, pk: int) -> HttpResponse:
    """The table as a workbook, to be changed and brought back as the next version."""
    it = _rubric(request, pk)
    return files.made(exports.rubric_workbook(it), f"{it.name}第{it.version}版.xlsx")


@require_POST
def rubric_copy(request: PortalRequest, pk: int) -> HttpResponse:
    it = _rubric(request, pk)
    require(may_edit_rubrics(request.user, it.city), BY_BUREAU)
    made = rubrics.copy(it, by=request.user)
    messages.success(request, "另存成了新的一版草稿，点一条就能改")
    return redirect("evaluations:rubric", made.pk)


def rubric_line(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    """One criterion of a draft, with what its change does to the sums."""
    it = _rubric(request, pk)
    require(may_edit_rubrics(request.user, it.city), BY_BUREAU)
    criterion = next((c for _, _, c in it.criteria() if c["code"] == code), None)
    if criterion is None:
        raise Http404
    form = CriterionForm(posted(request), criterion=criterion)
    back = reverse("evaluations:rubric", args=[it.pk])
    if form.is_valid():
        try:
            rubrics.revise(
                it, code=code, words=form.words(), numbers=form.numbers(), by=request.user
            )
        except (BadFile, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{code} 改好了，满分合计已经重算")
            return redirect(back)
    return form_page(
        request, form, title=f"改 {code}", button="存好", back_url=back, lead=str(it),
        note=_note(it),
    )  # fmt: skip


def _note(it: Rubric) -> str:
    return "" if it.state == RubricState.DRAFT else "这一版已经发布，不能改；请另存一版来改"


def rubric_line_new(request: PortalRequest, pk: int) -> HttpResponse:
    """First how the criterion is scored (?kind=), then the fields of that rule."""
    it = _rubric(request, pk)
    require(may_edit_rubrics(request.user, it.city), BY_BUREAU)
    back = reverse("evaluations:rubric", args=[it.pk])
    kind = request.GET.get("kind", "")
    if kind not in KINDS:
        asked = KindForm(request.GET if "kind" in request.GET else None)
        return form_page(
            request, asked, title="添一条", button="下一步", back_url=back, lead=str(it),
            note=_note(it), method="get",
        )  # fmt: skip
    form = NewLineForm(posted(request), kind=kind, items=_items(it))
    if form.is_valid():
        dimension, _, place = form.cleaned_data["item"].partition("-")
        try:
            code = rubric_lines.add(
                it, item=(int(dimension), int(place)), line=form.line(), by=request.user
            )
        except (BadFile, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"添好了 {code}，满分合计已经重算")
            return redirect(back)
    return form_page(
        request, form, title="添一条", button="添上", back_url=back, lead=KINDS[kind],
        note=_note(it),
    )  # fmt: skip


def _items(it: Rubric) -> list[tuple[str, str]]:
    return [
        (f"{d}-{i}", f"{dimension.get('name', '')}：{item.get('name', '')}")
        for d, dimension in enumerate(it.content["dimensions"])
        for i, item in enumerate(dimension["items"])
    ]


def rubric_line_remove(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    """拿掉一条, after a question."""
    it = _rubric(request, pk)
    require(may_edit_rubrics(request.user, it.city), BY_BUREAU)
    criterion = next((c for _, _, c in it.criteria() if c["code"] == code), None)
    if criterion is None:
        raise Http404
    back = reverse("evaluations:rubric", args=[it.pk])
    if request.method == "POST":
        rubric_lines.take_out(it, code=code, by=request.user)
        messages.success(request, f"{code} 拿掉了，满分合计已经重算")
        return redirect(back)
    page = {
        "title": f"拿掉 {code}", "sentence": criterion.get("text", code), "back_url": back,
        "consequence": "只从这一版草稿里拿掉；已经发布的版本和评过的分都不变。",
        "button": "拿掉这一条", "form": None,
    }  # fmt: skip
    return render(request, "committees/confirm_page.html", page)


@require_GET
def rubric_preview(request: PortalRequest, pk: int) -> HttpResponse:
    """试算: what this table would make of the answers of a past campaign."""
    it = _rubric(request, pk)
    require(may_edit_rubrics(request.user, it.city), BY_BUREAU)
    past = Campaign.objects.visible_to(request.user).filter(appraisals__self_total__isnull=False)
    campaigns = list(past.select_related("rubric", "city").distinct().order_by("-year", "-pk"))
    asked = request.GET.get("campaign", "")
    chosen = next((one for one in campaigns if str(one.pk) == asked), None)
    chosen = chosen or next(iter(campaigns), None)
    found = rubrics.preview(it, campaign=chosen) if chosen else []
    if "xlsx" in request.GET:
        return files.made(exports.preview_workbook(found), f"{it.name}试算.xlsx")
    page = {"it": it, "campaigns": campaigns, "chosen": chosen, "found": found}
    return render(request, "evaluations/five_good/preview.html", page)
