"""The log of what was done: the list, its workbook, one record, its files."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from activities import exports
from activities.choices import ActivityState, FileRole
from activities.forms.activities import ActivityFilter, ReasonForm, flagged
from activities.models import Activity, ActivityFile, Credit
from activities.models.activities import ActivityQuerySet
from activities.permissions import (
    may_decline_credit,
    may_edit,
    may_keep_attendance,
    may_review,
    may_void,
    may_withdraw,
)
from activities.services import activities
from activities.services.credits import decline as decline_credit
from activities.services.credits import restore as restore_credit
from activities.services.silence import last_day_of
from activities.views.joint import together_of
from activities.views.pages import PICTURES, after_meeting, file_cards, tone_of
from activities.workflow import ACTIVITY
from committees.choices import UnitKind
from committees.http import PortalRequest, require
from committees.models import Unit
from committees.models.scoping import grants_of
from committees.permissions import may_anywhere
from committees.policy import Can
from portal.kernel import audit, calendar, files, thumbnails
from portal.kernel.columns import Column, Table
from portal.kernel.errors import Refused
from portal.kernel.models import AuditEvent

PAGE = 30
ACTIVITIES = Table(
    "activities",
    (
        Column("day", "日期", by="held_on"),
        Column("unit", "单位", by="unit__path"),
        Column("kind", "类型"),
        Column("title", "主题", fixed=True),
        Column("people", "人数", by="attendance", number=True),
        Column("photos", "照片", number=True),
        Column("state", "状态"),
    ),
    usual=("-held_on", "-pk"),
)
COUNT_LIMIT = 1000  # beyond this a list says "1000 多条": an exact count would read them all
EXPORT_LIMIT = 5000
WHO_READS = "活动记录由各单位关工委和上级单位来看"
VERBS = {
    "credit.declined": "标为不计入",
    "credit.restored": "恢复计入",
    "activity.minutes_saved": "存了会议纪要",
    "activity.minutes_aside": "同时写了另一稿纪要",
    "activity.correction_asked": "提出更正",
    "activity.corrected": "更正",
    "activity.correction_refused": "没有同意更正",
}


@require_GET
def list_activities(request: PortalRequest) -> HttpResponse:
    require(_reads(request.user), WHO_READS)
    year = _year(request)
    form = _filter(request)
    found = _filtered(request, form, year)
    page = ACTIVITIES.read(found.select_related("unit", "office", "kind"), request, size=PAGE)
    context = {
        "year": year,
        "form": form,
        "applied": _applied(request, form),
        "count_sentence": _count_sentence(found),
        "rows": [_row(activity) for activity in _with_photo_counts(page.rows)],
        "older": page.older,
        "is_first": page.is_first,
        "drafts": _own_drafts(request),
        "may_log": may_anywhere(request.user, Can.ACTIVITY_LOG),
        "may_review": may_anywhere(request.user, Can.ACTIVITY_REVIEW),
        "show_office": "office" in form.fields,
        "is_filtered": bool(form.words()),
        **ACTIVITIES.page(request),
    }
    return render(request, "activities/list.html", context)


def _reads(user: Any) -> bool:
    """Whoever looks after a unit, and whoever once did and wrote records there."""
    wrote = Activity.objects.filter(created_by=user)
    return may_anywhere(user, Can.ACTIVITY_VIEW) or wrote.exists()


@require_GET
def export(request: PortalRequest) -> HttpResponse:
    """The same records as the list with these filters, as .xlsx."""
    require(may_anywhere(request.user, Can.ACTIVITY_VIEW), WHO_READS)
    year = _year(request)
    form = _filter(request)
    found = _filtered(request, form, year)
    if found[: EXPORT_LIMIT + 1].count() > EXPORT_LIMIT:
        raise Refused(f"一次最多导出 {EXPORT_LIMIT} 条，先用筛选缩小范围，例如只选一个教办或一个月")
    rows = found.select_related("unit", "office", "kind").newest()
    content = exports.activity_workbook(rows, kind=form.cleaned_data.get("kind"))
    return files.made(content, f"{year}年活动.xlsx")


@require_GET
def activity(request: PortalRequest, pk: int) -> HttpResponse:
    record = _record(request, pk)
    user = request.user
    page = {
        "activity": record,
        "tone": tone_of(record),
        **after_meeting(record, user),
        "files": file_cards(record.files.all(), removable=False),
        "together": together_of(record, user),
        "credits": [
            {"credit": credit, "may_decline": may_decline_credit(user, credit)}
            for credit in record.credits.select_related("activity", "unit", "rule__kind",
                                                        "item__obligation_set",
                                                        "rule__item__obligation_set")
        ],
        "events": _events(record),
        "answer_by": last_day_of(record) if record.state == ActivityState.SUBMITTED else None,
        "flags": flagged(record.return_reason),
        "may_edit": may_edit(user, record),
        "may_withdraw": may_withdraw(user, record),
        "may_review": may_review(user, record),
        "may_void": may_void(user, record),
        "attendees": record.attendee_list.select_related("added_by"),
        "may_keep_attendance": may_keep_attendance(user, record),
    }  # fmt: skip
    return render(request, "activities/detail.html", page)


@require_GET
def file(request: PortalRequest, pk: int) -> FileResponse:
    attached = _file(request, pk)
    return files.response(attached.file, attached.name, inline=True)


@require_GET
def small(request: PortalRequest, pk: int) -> FileResponse:
    """A photo as cards and strips show it; a document has none."""
    attached = _file(request, pk)
    if attached.role not in PICTURES:
        raise Http404
    picture = thumbnails.small(attached.file).open("rb")
    answer = FileResponse(picture, content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


def void(request: PortalRequest, pk: int) -> HttpResponse:
    record = _record(request, pk)
    require(may_void(request.user, record), "作废由审核这条记录的上级单位来办")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        activities.void(record, note=form.cleaned_data["note"], by=request.user)
        messages.success(request, "已经作废，不再计入任何一项")
        return redirect("activities:activity", record.pk)
    page = {
        "activity": record,
        "form": form,
        "credits": record.credits.select_related("item"),
    }
    return render(request, "activities/void.html", page, status=422 if form.errors else 200)


def decline(request: PortalRequest, pk: int) -> HttpResponse:
    credit = _credit(request, pk)
    require(may_decline_credit(request.user, credit), "计不计入由审核的上级单位来定")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        decline_credit(credit, reason=form.cleaned_data["note"], by=request.user)
        messages.success(request, f"已标为不计入“{credit.label}”")
        return redirect("activities:activity", credit.activity_id)
    page = {"credit": credit, "activity": credit.activity, "form": form}
    return render(request, "activities/decline.html", page, status=422 if form.errors else 200)


@require_POST
def restore(request: PortalRequest, pk: int) -> HttpResponse:
    credit = _credit(request, pk)
    require(may_decline_credit(request.user, credit), "计不计入由审核的上级单位来定")
    restore_credit(credit, by=request.user)
    messages.success(request, f"已恢复计入“{credit.label}”")
    return redirect("activities:activity", credit.activity_id)


# --- what the views above share -----------------------------------------------------------------


def _record(request: PortalRequest, pk: int) -> Activity:
    records = Activity.objects.visible_to(request.user)
    wanted = records.select_related(
        "unit", "office", "city", "kind", "receiver", "created_by", "reviewed_by",
        "studio_work__studio", "series_meeting__series",
    )  # fmt: skip
    return get_object_or_404(wanted, pk=pk)


def _file(request: PortalRequest, pk: int) -> ActivityFile:
    visible = ActivityFile.objects.filter(activity__in=Activity.objects.visible_to(request.user))
    return get_object_or_404(visible.select_related("file"), pk=pk)


def _credit(request: PortalRequest, pk: int) -> Credit:
    visible = Credit.objects.filter(activity__in=Activity.objects.visible_to(request.user))
    wanted = visible.select_related("activity__unit", "unit", "item", "rule__kind")
    return get_object_or_404(wanted, pk=pk)


def _year(request: PortalRequest) -> int:
    return calendar.year_in(request.GET.get("year", "")) or calendar.today().year


def _filter(request: PortalRequest) -> ActivityFilter:
    seen = Unit.objects.visible_to(request.user)
    offices = seen.filter(kind=UnitKind.OFFICE).order_by("path")
    return ActivityFilter(request.GET, offices=list(offices), units=seen)


def _filtered(request: PortalRequest, form: ActivityFilter, year: int) -> ActivityQuerySet:
    """Records of the year by the filters; other people's drafts are nobody's business."""
    found = Activity.objects.visible_to(request.user).in_year(year)
    form.is_valid()
    asked = form.cleaned_data
    if asked.get("state") == ActivityState.DRAFT:
        found = found.filter(_own(request), state=ActivityState.DRAFT)
    else:
        found = found.exclude(state=ActivityState.DRAFT)
    if asked.get("state"):
        found = found.filter(state=asked["state"])
    if asked.get("kind"):
        found = found.filter(kind=asked["kind"])
    if asked.get("office"):
        office = "unit__office" if asked.get("standing") == "now" else "office"
        found = found.filter(**{office: asked["office"]})
    if asked.get("unit"):
        found = found.filter(unit__path__startswith=asked["unit"].path)
    if words := asked.get("q", "").strip():
        named = Q(title__icontains=words) | Q(number__startswith=words)
        found = found.filter(named | Q(unit__name__icontains=words))
    if asked.get("since"):
        found = found.filter(held_on__gte=asked["since"])
    if asked.get("until"):
        found = found.filter(held_on__lte=asked["until"])
    return found


def _own(request: PortalRequest) -> Q:
    units = [unit_id for _, _, unit_id in grants_of(request.user)]
    return Q(created_by=request.user) | Q(unit__in=units)


def _own_drafts(request: PortalRequest) -> list[Activity]:
    if "after" in request.GET:
        return []
    drafts = Activity.objects.visible_to(request.user).filter(
        _own(request), state=ActivityState.DRAFT
    )
    return list(drafts.select_related("unit", "kind").order_by("-updated_at")[:5])


def _with_photo_counts(rows: list[Activity]) -> list[Activity]:
    """Count photos of these rows alone; an aggregate over the list would read all of it."""
    photos = dict(
        ActivityFile.objects.filter(activity__in=rows, role=FileRole.PHOTO)
        .order_by()
        .values_list("activity_id")
        .annotate(Count("pk"))
    )
    for row in rows:
        row.photo_count = photos.get(row.pk, 0)  # type: ignore[attr-defined]
    return rows


def _row(record: Activity) -> dict[str, Any]:
    return {"activity": record, "tone": tone_of(record), "photos": record.photo_count}  # type: ignore[attr-defined]


def _count_sentence(found: QuerySet[Activity, Activity]) -> str:
    count = found.order_by()[: COUNT_LIMIT + 1].count()
    return f"共 {COUNT_LIMIT} 多条" if count > COUNT_LIMIT else f"共 {count} 条"


def _applied(request: PortalRequest, form: ActivityFilter) -> list[tuple[str, str]]:
    """Every set filter in words, with the address of the list without it."""
    applied = []
    for name, words in form.words():
        query = request.GET.copy()
        query.pop(name, None)
        query.pop("after", None)
        applied.append((words, f"{reverse('activities:activities')}?{query.urlencode()}"))
    return applied


def _events(record: Activity) -> list[dict[str, Any]]:
    """The record's life in words, newest first, ending with who began it."""
    events = [
        {"at": event.at, "who": event.actor_name, "what": _verb(event), "note": event.note}
        for event in audit.trail_of(record)
    ]
    author = record.created_by.name if record.created_by else "表格导入"
    return [*events, {"at": record.created_at, "who": author, "what": "开始记", "note": ""}]


def _verb(event: AuditEvent) -> str:
    step = ACTIVITY.steps.get(event.verb.removeprefix("activity."))
    return step.label if step is not None else VERBS.get(event.verb, "改动")
