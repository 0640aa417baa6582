"""更正: which fact, the right value and why; the office's list of those that wait."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from activities.choices import CorrectionState
from activities.forms.activities import ReasonForm
from activities.forms.records import CorrectionForm, correctable
from activities.models import Activity, Correction
from activities.permissions import may_answer, may_answer_corrections, may_correct
from activities.services import corrections
from activities.views.pages import rows_of
from committees.http import PortalRequest, form_page, require
from committees.permissions import may_anywhere
from committees.policy import Can
from portal.kernel import calendar
from portal.kernel.errors import Refused
from portal.kernel.paging import PAGE_SIZE, newest_first

WHO_ASKS = "通过以后的更正，由记这条记录的单位来提。还没通过的直接修改就行"
WHO_ANSWERS = "同不同意更正，由审核这条记录的上级单位来定"


@require_GET
def choose(request: PortalRequest, pk: int) -> HttpResponse:
    """Every fact of the record with a way to put it right."""
    record = _record(request, pk)
    require(may_correct(request.user, record), WHO_ASKS)
    waiting = {one.field: one for one in record.corrections.waiting()}
    rows = [
        {
            "label": row["label"],
            "value": row["value"],
            "field": row["field"],
            "waits": row["field"] in waiting,
        }
        for row in rows_of(record)
    ]
    page = {"activity": record, "rows": rows}
    return render(request, "activities/corrections/choose.html", page)


def correct(request: PortalRequest, pk: int, field: str) -> HttpResponse:
    record = _record(request, pk)
    require(may_correct(request.user, record), WHO_ASKS)
    if field not in correctable(record):
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = CorrectionForm(data, activity=record, field=field, on=calendar.today())
    if form.is_valid():
        try:
            made = corrections.ask(record, field=field, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            made.refresh_from_db()
            done = made.state == CorrectionState.AGREED
            messages.success(
                request,
                "已经更正，计入的地方也重新算过了"
                if done
                else f"已经交给{record.receiver}，同意以后就更正。在那以前记录不变",
            )
            return redirect("activities:activity", record.pk)
    label = corrections.label_of(field)
    now = next((row["value"] for row in rows_of(record) if row["field"] == field), "")
    return form_page(
        request, form, title=f"更正：{label}", button=_button(request, record),
        lead=f"{record.unit.name} · {record}",
        note=f"现在写的是：{now or '没有填'}。原来的内容会一直留着，和更正写在一起",
        back_url=reverse("activities:choose_correction", args=[record.pk]),
        back_text="换一项", cancel="不更正了",
    )  # fmt: skip


def _button(request: PortalRequest, record: Activity) -> str:
    if record.receiver is None or may_answer_corrections(request.user, record):
        return "更正"
    return f"交给{record.receiver.name}同意"


@require_GET
def waiting(request: PortalRequest) -> HttpResponse:
    """What waits for this person's word, then what was answered lately."""
    require(may_anywhere(request.user, Can.ACTIVITY_REVIEW), WHO_ANSWERS)
    seen = Correction.objects.visible_to(request.user).select_related(
        "activity__unit", "asked_by", "answered_by"
    )
    asked = seen.waiting_for(request.user).order_by("asked_at", "pk")
    answered = newest_first(
        seen.exclude(state=CorrectionState.ASKED),
        day="answered_at",
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
    )
    page = {
        "asked": [] if "after" in request.GET else list(asked[:100]),
        "answered": answered.rows,
        "older_url": f"?after={answered.older}" if answered.older else "",
        "newer_url": "" if answered.is_first else "?",
    }
    return render(request, "activities/corrections/waiting.html", page)


@require_POST
def agree(request: PortalRequest, pk: int) -> HttpResponse:
    correction = _correction(request, pk)
    require(may_answer_corrections(request.user, correction.activity), WHO_ANSWERS)
    corrections.agree(correction, by=request.user)
    messages.success(request, f"{correction.label}已经更正，计入的地方也重新算过了")
    return redirect("activities:corrections")


def refuse(request: PortalRequest, pk: int) -> HttpResponse:
    correction = _correction(request, pk)
    require(may_answer_corrections(request.user, correction.activity), WHO_ANSWERS)
    if not may_answer(request.user, correction):
        raise Refused("这条更正刚刚已由别人答复，刷新页面看看")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        corrections.refuse(correction, note=form.cleaned_data["note"], by=request.user)
        messages.success(request, "已经答复，记录保持原样")
        return redirect("activities:corrections")
    return form_page(
        request, form, title="不同意这条更正", button="不同意，告诉他们原因",
        lead=f"{correction.activity.unit.name} · {correction}",
        back_url=reverse("activities:corrections"), cancel="先放一放",
    )  # fmt: skip


def _record(request: PortalRequest, pk: int) -> Activity:
    records = Activity.objects.visible_to(request.user)
    return get_object_or_404(records.select_related("unit", "city", "kind", "receiver"), pk=pk)


def _correction(request: PortalRequest, pk: int) -> Correction:
    seen = Correction.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("activity__unit", "asked_by"), pk=pk)
