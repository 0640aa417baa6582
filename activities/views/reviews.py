"""The office's queue: one record at a time, right or back, then the next."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from activities.choices import ActivityState
from activities.forms.activities import ReturnForm
from activities.models import Activity
from activities.permissions import may_review
from activities.services import activities
from activities.services.silence import last_day_of
from activities.views.pages import file_cards, rows_of, tone_of
from committees.http import PortalRequest, require
from committees.models.scoping import grants_of
from committees.permissions import may_anywhere
from committees.policy import ROLE_POWERS, Can
from portal.kernel.wording import quoted

NOT_YOURS = "审核由收到记录的上级单位来办，本单位的人不审本单位的记录"


@require_GET
def queue(request: PortalRequest) -> HttpResponse:
    """Straight to the oldest record that waits, or the good news that none does."""
    require(may_anywhere(request.user, Can.ACTIVITY_REVIEW), NOT_YOURS)
    oldest = _waiting(request).first()
    if oldest is not None:
        return redirect("activities:review", oldest.pk)
    return render(request, "activities/review_empty.html")


@require_GET
def review(request: PortalRequest, pk: int) -> HttpResponse:
    record = _record(request, pk)
    if record.state != ActivityState.SUBMITTED:
        return _already_done(request, record)
    require(may_review(request.user, record), NOT_YOURS)
    return _pane(request, record, ReturnForm())


@require_POST
def accept(request: PortalRequest, pk: int) -> HttpResponse:
    record = _record(request, pk)
    if record.state != ActivityState.SUBMITTED:
        return _already_done(request, record)
    require(may_review(request.user, record), NOT_YOURS)
    after = _next_to(request, record)
    activities.accept(record, by=request.user)
    messages.success(request, f"{record.unit.name}的{quoted(record)}通过了")
    return redirect(after)


@require_POST
def send_back(request: PortalRequest, pk: int) -> HttpResponse:
    record = _record(request, pk)
    if record.state != ActivityState.SUBMITTED:
        return _already_done(request, record)
    require(may_review(request.user, record), NOT_YOURS)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _pane(request, record, form)
    after = _next_to(request, record)
    activities.send_back(record, note=form.cleaned_data["note"], by=request.user)
    messages.success(
        request, f"{quoted(record)}退给{record.unit.name}了：{form.cleaned_data['note']}"
    )
    return redirect(after)


def _record(request: PortalRequest, pk: int) -> Activity:
    records = Activity.objects.visible_to(request.user)
    wanted = records.select_related("unit", "city", "kind", "receiver", "reviewed_by")
    return get_object_or_404(wanted, pk=pk)


def _waiting(request: PortalRequest) -> QuerySet[Activity, Activity]:
    """Records handed to the units this user reviews for, the longest waiting first."""
    units = [
        unit_id
        for role, _, unit_id in grants_of(request.user)
        if Can.ACTIVITY_REVIEW in ROLE_POWERS[role]
    ]
    waiting = Activity.objects.visible_to(request.user).filter(
        state=ActivityState.SUBMITTED, receiver__in=units
    )
    return waiting.order_by("submitted_at", "pk")


def _next_to(request: PortalRequest, record: Activity) -> str:
    """The next waiting record, then the ones passed over, then the empty queue."""
    others = _waiting(request).exclude(pk=record.pk)
    later = others.filter(
        Q(submitted_at__gt=record.submitted_at)
        | Q(submitted_at=record.submitted_at, pk__gt=record.pk)
    )
    following = later.first() or others.first()
    return (
        reverse("activities:review", args=[following.pk])
        if following
        else reverse("activities:queue")
    )


def _pane(request: PortalRequest, record: Activity, form: ReturnForm) -> HttpResponse:
    waiting = _waiting(request)
    earlier = waiting.filter(
        Q(submitted_at__lt=record.submitted_at)
        | Q(submitted_at=record.submitted_at, pk__lt=record.pk)
    )
    page = {
        "activity": record,
        "tone": tone_of(record),
        "rows": [row for row in rows_of(record) if row["value"]],
        "files": file_cards(record.files.all(), removable=False),
        "credits": record.credits.select_related("item", "rule__kind"),
        "form": form,
        "place": earlier.count() + 1,
        "total": waiting.count(),
        "answer_by": last_day_of(record),
        "next_url": _next_to(request, record),
        "previous": earlier.last(),
    }
    return render(request, "activities/review.html", page, status=422 if form.errors else 200)


def _already_done(request: PortalRequest, record: Activity) -> HttpResponse:
    """A colleague was quicker: say who and when, never repeat the act."""
    page = {"activity": record, "tone": tone_of(record)}
    return render(request, "activities/already_reviewed.html", page, status=409)
