"""Writing a record: half filled, kept at every pause, looked over once, handed in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from activities.forms.activities import (
    REQUIRED,
    ActivityForm,
    UnitChoiceForm,
    flagged,
    initial_of,
)
from activities.forms.kinds import joined
from activities.models import Activity, ActivityFile
from activities.permissions import may_edit, may_log
from activities.services import activities
from activities.services.activities import EditedMeanwhile
from activities.services.credits import rules_for
from activities.views.form_parts import WHO_LOGS, unit_written_for
from activities.views.joint import names_together
from activities.views.meanwhile import both_versions
from activities.views.pages import file_cards, last_of, left_open, prospects, rows_of
from committees.http import PortalRequest, require
from committees.models import Unit
from committees.policy import Can
from portal.kernel import calendar
from portal.kernel.errors import Refused

KEEP = "keep"  # the button that only puts the draft aside
OUTLINE = "outline"  # the button that puts the kind's outline into “说了哪些事”
TOGETHER = "together"  # the button that goes on to co-hosts, studio and partners


@never_cache
def new(request: PortalRequest) -> HttpResponse:
    """The empty form. Nothing is stored until a first word is written or a photo chosen."""
    unit = unit_written_for(request)
    require(may_log(request.user, unit), WHO_LOGS)
    if request.method == "POST":
        form = ActivityForm(request.POST, unit=unit, on=calendar.today())
        draft = activities.start_draft(unit, fields=_fields(request, form), by=request.user)
        return _go_on(request, draft, form)
    given = {"kind": request.GET.get("kind")}
    form = ActivityForm(initial=given, unit=unit, on=calendar.today())
    return render(request, "activities/form.html", _page(request, form, unit, None))


@never_cache
def edit(request: PortalRequest, pk: int) -> HttpResponse:
    activity = _record(request, pk)
    require(may_edit(request.user, activity), _who_may_edit(activity))
    on = calendar.today()
    if request.method != "POST":
        form = ActivityForm(
            initial=_initial(activity), unit=activity.unit, on=on, before=activity.extra
        )
        if "check" in request.GET:
            form = _bound_to_record(activity)
        return render(
            request, "activities/form.html", _page(request, form, activity.unit, activity)
        )
    form = _posted(request, activity)
    try:
        activities.save_draft(
            activity, fields=_fields(request, form), version=_version(request), by=request.user
        )
    except EditedMeanwhile as meanwhile:
        return _both(request, form, meanwhile.current)
    return _go_on(request, activity, form)


@require_POST
def autosave(request: PortalRequest, pk: int | None = None) -> HttpResponse:
    """Keep what is written so far; answer where the draft is and which version it has."""
    if pk is None:
        unit = unit_written_for(request)
        require(may_log(request.user, unit), WHO_LOGS)
        form = ActivityForm(request.POST, unit=unit, on=calendar.today())
        activity = activities.start_draft(unit, fields=form.draft_fields(), by=request.user)
        return JsonResponse(_saved(activity, form.unsaved()))
    activity = _record(request, pk)
    require(may_edit(request.user, activity), _who_may_edit(activity))
    form = _posted(request, activity)
    fields, version = form.draft_fields(), _version(request)
    try:
        activities.save_draft(activity, fields=fields, version=version, by=request.user)
    except EditedMeanwhile as meanwhile:
        sentence = f"{meanwhile}。点“下一步”就能看到两份"
        return JsonResponse({"sentence": sentence}, status=409)
    return JsonResponse(_saved(activity, form.unsaved()))


@require_POST
def add_file(request: PortalRequest, pk: int | None = None) -> HttpResponse:
    """Take photos or files at once, before anything else is right; a script sends one by one."""
    if pk is None:
        unit = unit_written_for(request)
        require(may_log(request.user, unit), WHO_LOGS)
        form = ActivityForm(request.POST, unit=unit, on=calendar.today())
        activity = activities.start_draft(unit, fields=form.draft_fields(), by=request.user)
    else:
        activity = _record(request, pk)
        require(may_edit(request.user, activity), _who_may_edit(activity))
        if "version" in request.POST:
            # Without scripts the whole form comes along; its words must not be lost either.
            form = _posted(request, activity)
            fields, version = form.draft_fields(), _version(request)
            try:
                activities.save_draft(activity, fields=fields, version=version, by=request.user)
            except EditedMeanwhile as meanwhile:
                return _both(request, form, meanwhile.current)
    by_script = _by_script(request)
    attached = None
    for upload in request.FILES.getlist("file"):
        try:
            attached = activities.add_file(activity, upload=upload, by=request.user)
        except Refused as refusal:
            if by_script:
                return JsonResponse({"sentence": str(refusal)}, status=422)
            messages.error(request, str(refusal))
    if by_script:
        if attached is None:
            return JsonResponse({"sentence": "没有收到文件，再选一次"}, status=422)
        card = file_cards([attached], removable=True)[0]
        return render(request, "components/file_card.html", {"file": card}, status=201)
    return redirect(f"{reverse('activities:edit', args=[activity.pk])}#files")


@require_POST
def remove_file(request: PortalRequest, pk: int) -> HttpResponse:
    attached = get_object_or_404(
        ActivityFile.objects.select_related("activity__unit").filter(
            activity__in=Activity.objects.visible_to(request.user)
        ),
        pk=pk,
    )
    require(may_edit(request.user, attached.activity), _who_may_edit(attached.activity))
    activities.remove_file(attached, by=request.user)
    if _by_script(request):
        return HttpResponse(status=204)
    return redirect(f"{reverse('activities:edit', args=[attached.activity_id])}#files")


@never_cache
def check(request: PortalRequest, pk: int) -> HttpResponse:
    """Everything once more, before it leaves the house; the button names who gets it."""
    activity = _record(request, pk)
    require(may_edit(request.user, activity), _who_may_edit(activity))
    if request.method == "POST":
        activities.submit(activity, on=calendar.today(), by=request.user)
        return redirect("activities:done", activity.pk)
    if activities.missing_to_submit(activity, on=calendar.today()):
        return redirect(f"{reverse('activities:edit', args=[activity.pk])}?check=1")
    page = {
        "activity": activity,
        "rows": _rows_to_check(activity),
        "files": file_cards(activity.files.all(), removable=False),
        "together": names_together(activity),
        "receiver": Unit.objects.get_parent(activity.unit),
        "rules": rules_for(activity),
    }
    return render(request, "activities/check.html", page)


def done(request: PortalRequest, pk: int) -> HttpResponse:
    """The receipt; it can be come back to."""
    activity = _record(request, pk)
    if not activity.number:
        return redirect("activities:activity", activity.pk)
    receiver = activity.receiver
    steps = (
        [
            f"{receiver.name}一般 3 个工作日内看完",
            "通过了，或者要补什么，“待办”里会有一条消息",
            "在还没人看之前，您可以撤回来修改",
        ]
        if receiver is not None
        else ["这条记录已经计入，不用别人审核"]
    )
    page = {
        "activity": activity,
        "steps": steps,
        "credits": activity.credits.select_related("item__obligation_set", "rule__kind"),
    }
    return render(request, "activities/done.html", page)


@require_POST
def withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    activity = _record(request, pk)
    require(may_log(request.user, activity.unit), _who_may_edit(activity))
    activities.withdraw(activity, by=request.user)
    messages.success(request, "已经撤回来了，改好再交")
    return redirect("activities:edit", activity.pk)


def discard(request: PortalRequest, pk: int) -> HttpResponse:
    activity = _record(request, pk)
    require(may_edit(request.user, activity), _who_may_edit(activity))
    if request.method == "POST":
        activities.discard_draft(activity, by=request.user)
        messages.success(request, "草稿删掉了")
        return redirect("activities:activities")
    return render(request, "activities/discard.html", {"activity": activity})


@require_POST
def again(request: PortalRequest, pk: int) -> HttpResponse:
    """照上次的再记一条."""
    activity = _record(request, pk)
    require(may_log(request.user, activity.unit), WHO_LOGS)
    draft = activities.copy(activity, by=request.user)
    messages.success(request, "类型、主题、地点和人都照上次的填好了，写上日期、人数和内容就行")
    return redirect("activities:edit", draft.pk)


# --- what the views above share -----------------------------------------------------------------


def _record(request: PortalRequest, pk: int) -> Activity:
    records = Activity.objects.visible_to(request.user)
    return get_object_or_404(records.select_related("unit", "city", "kind", "receiver"), pk=pk)


def _initial(activity: Activity) -> dict[str, Any]:
    """What is written; the number of people comes from the list while nobody has written one."""
    known = initial_of(activity)
    if known["attendance"] is None:
        known["attendance"] = activity.attendee_list.count() or None
    return known


def _who_may_edit(activity: Activity) -> str:
    if activity.number and activity.receiver is not None:
        return f"这条记录已经交给{activity.receiver.name}，要改的话先撤回，或请他们退回来"
    return f"这条记录由{activity.unit.name}来改"


def _rows_to_check(activity: Activity) -> list[dict[str, Any]]:
    """Every question that must be answered, the optional ones that are, and the rest in one row."""
    edit_url = reverse("activities:edit", args=[activity.pk])
    rows = rows_of(activity, change_url=edit_url)
    shown = rows[: len(REQUIRED)] + [row for row in rows[len(REQUIRED) :] if row["value"]]
    if len(shown) < len(rows):
        words = "、".join(row["label"] for row in rows if row not in shown)
        shown.append({"label": words, "value": "", "change_url": f"{edit_url}#more"})
    return shown


def _fields(request: PortalRequest, form: ActivityForm) -> dict[str, Any]:
    """What is kept of the form; with the outline below the words where that button was pressed."""
    kept = form.draft_fields()
    if request.POST.get("action") == OUTLINE and form.outline:
        kept["minutes"] = joined(kept.get("minutes") or "", form.outline)
    return kept


def _version(request: HttpRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isdigit() else 0


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def _go_on(request: PortalRequest, activity: Activity, form: ActivityForm) -> HttpResponse:
    """After a save: to the look-over when all is there, home when it was only put aside."""
    if request.POST.get("action") == KEEP:
        messages.success(request, "先存着了，什么时候接着写都行")
        return redirect("web:home")
    if request.POST.get("action") == OUTLINE:
        edit_url = reverse("activities:edit", args=[activity.pk])
        return redirect(f"{edit_url}#div_id_minutes")
    if request.POST.get("action") == TOGETHER:
        return redirect("activities:together", activity.pk)
    if form.is_valid():
        return redirect("activities:check", activity.pk)
    page = _page(request, form, activity.unit, activity)
    return render(request, "activities/form.html", page, status=422)


def _bound_to_record(activity: Activity) -> ActivityForm:
    """The stored answers as if just handed in, so that what is missing is said at its place."""
    stored = {
        name: getattr(value, "pk", value)
        for name, value in initial_of(activity).items()
        if value not in (None, False)
    }
    if activity.held_on:
        stored["held_on"] = activity.held_on.isoformat()
    stored |= {f"extra-{key}": value for key, value in activity.extra.items()}
    return ActivityForm(stored, unit=activity.unit, on=calendar.today(), before=activity.extra)


def _posted(request: PortalRequest, activity: Activity) -> ActivityForm:
    return ActivityForm(
        request.POST, unit=activity.unit, on=calendar.today(), before=activity.extra
    )


def _saved(activity: Activity, unsaved: list[str]) -> dict[str, Any]:
    now = timezone.localtime()
    return {
        "version": activity.version,
        "at": f"{now.hour}:{now:%M}",
        "unsaved": "、".join(unsaved),
        "edit_url": reverse("activities:edit", args=[activity.pk]),
        "autosave_url": reverse("activities:autosave", args=[activity.pk]),
        "upload_url": reverse("activities:add_file", args=[activity.pk]),
    }


def _page(
    request: PortalRequest, form: ActivityForm, unit: Unit, activity: Activity | None
) -> dict[str, Any]:
    here = [activity.pk] if activity is not None else []
    places = Unit.objects.reachable_by(request.user, Can.ACTIVITY_LOG).order_by("path")
    choose_unit = None
    if activity is None and len(places[:2]) > 1:
        choose_unit = UnitChoiceForm(units=places, initial={"unit": unit.pk})
    return {
        "form": form,
        "unit": unit,
        "activity": activity,
        "version": activity.version if activity is not None else "",
        "choose_unit": choose_unit,
        "autosave_url": reverse("activities:autosave", args=here),
        "upload_url": reverse("activities:add_file", args=here),
        "edit_url": reverse("activities:edit", args=here) if here else reverse("activities:new"),
        "files": file_cards(activity.files.all(), removable=True) if activity is not None else [],
        "together": names_together(activity) if activity is not None else [],
        "flags": flagged(activity.return_reason) if activity is not None else [],
        "prospects": prospects(unit, activity.kind, on=activity.held_on or calendar.today())
        if activity is not None
        else [],
        "optional_open": any(form[name].errors for name in ("place", "host", "chair", "speakers",
                             "attendees", "decisions", "elders", "youth")),
        "own_open": any(field.errors for field in form.own_fields),
        "open_decisions": left_open(unit, activity),
        "last": last_of(unit) if activity is None else None,
    }  # fmt: skip


def _both(request: PortalRequest, form: ActivityForm, current: Activity) -> HttpResponse:
    edit_url = reverse("activities:edit", args=[current.pk])
    return both_versions(request, form, form.draft_fields(), current, save_url=edit_url)
