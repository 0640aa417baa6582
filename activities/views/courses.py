"""The course menu (供选课程表), and the lectures put forward for it."""

from itertools import groupby

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from activities.choices import CourseState
from activities.exports import returned as returned_exports
from activities.forms.activities import ReasonForm
from activities.forms.mentors import CourseForm
from activities.models import LectureCourse, Mentor
from activities.permissions import may_approve_course, may_offer_course, may_retire_course
from activities.services import courses
from activities.services.mentors import ensure_topics, menu_of
from committees.http import PortalRequest, form_page, require
from committees.models.scoping import scope_q
from committees.permissions import city_of, may_anywhere
from committees.policy import Can
from committees.views.lists import Action
from portal.kernel import files

COURSE_TONES = {
    CourseState.SUBMITTED: "waiting",
    CourseState.APPROVED: "done",
    CourseState.RETURNED: "returned",
    CourseState.RETIRED: "void",
}
WHO_OFFERS = "课由导师本人或教办来报"
WHO_APPROVES = "提纲由教办或局关工委审定，本人不审自己的"


@require_GET
def menu(request: PortalRequest) -> HttpResponse:
    """What can be ordered, by topic; above it what waits for this person's approval."""
    require(may_anywhere(request.user, Can.MENTOR_VIEW), "课程菜单给点课的单位用")
    city = city_of(request.user)
    assert city is not None  # noqa: S101 - whoever has a power stands in a city
    groups = [
        {"topic": topic, "courses": list(found)}
        for topic, found in groupby(menu_of(city), key=lambda course: course.topic)
    ]
    editable = scope_q(request.user, Can.MENTOR_EDIT, "mentor__person__unit__path")
    waiting = LectureCourse.objects.filter(editable, state=CourseState.SUBMITTED)
    page = {
        "groups": groups,
        "count": sum(len(group["courses"]) for group in groups),
        "waiting": waiting.select_related("mentor__person__unit", "topic"),
        "may_order": may_anywhere(request.user, Can.LECTURE_REQUEST),
        "actions": _menu_actions(request),
    }
    return render(request, "activities/mentors/menu.html", page)


def _menu_actions(request: PortalRequest) -> list[Action]:
    export = reverse("activities:courses_export")
    found = [Action(label="导出表格", url=export, icon="download", primary=False)]
    if may_anywhere(request.user, Can.MENTOR_EDIT):
        back = reverse("activities:list_return", args=["courses"])
        found.append(Action(label="交回改好的表", url=back, icon="upload", primary=False))
    return found


@require_GET
def menu_export(request: PortalRequest) -> HttpResponse:
    """The menu as the page shows it; it may come back edited."""
    require(may_anywhere(request.user, Can.MENTOR_VIEW), "课程菜单给点课的单位用")
    city = city_of(request.user)
    assert city is not None  # noqa: S101 - whoever has a power stands in a city
    return files.made(returned_exports.course_workbook(menu_of(city)), "课程菜单.xlsx")


@require_GET
def course(request: PortalRequest, pk: int) -> HttpResponse:
    it = _course(request, pk)
    user = request.user
    page = {
        "course": it,
        "tone": COURSE_TONES[CourseState(it.state)],
        "rows": [
            {"label": "导师", "value": f"{it.mentor}（{it.mentor.person.unit.name}）"},
            {"label": "专题", "value": it.topic.name},
            {"label": "讲多少分钟", "value": f"{it.minutes} 分钟"},
            {"label": "讲什么", "value": it.summary},
        ],
        "may_order": it.state == CourseState.APPROVED and may_anywhere(user, Can.LECTURE_REQUEST),
        "may_approve": may_approve_course(user, it),
        "may_revise": it.state != CourseState.RETIRED and may_offer_course(user, it.mentor),
        "may_retire": may_retire_course(user, it),
        "form": ReasonForm(),
    }
    return render(request, "activities/mentors/course.html", page)


def offer(request: PortalRequest, pk: int) -> HttpResponse:
    """制单: a lecture of this mentor with its outline."""
    visible = Mentor.objects.visible_to(request.user).select_related("person__unit__city")
    mentor = get_object_or_404(visible, pk=pk)
    require(may_offer_course(request.user, mentor), WHO_OFFERS)
    city = mentor.unit.city or mentor.unit
    ensure_topics(city, by=request.user)
    form = CourseForm(request.POST or None, request.FILES or None, city=city, is_new=True)
    if form.is_valid():
        outline = form.cleaned_data["outline"]
        made = courses.offer(mentor, outline=outline, by=request.user, **form.facts())
        messages.success(request, "报上去了，提纲审定以后学校就能点")
        return redirect("activities:course", made.pk)
    return form_page(
        request, form, title=f"报一节课：{mentor}", lead="提纲审定以后，这节课就上菜单",
        button="报上去", back_url=reverse("activities:mentor", args=[pk]), back_text=str(mentor),
    )  # fmt: skip


def revise(request: PortalRequest, pk: int) -> HttpResponse:
    it = _course(request, pk)
    allowed = it.state != CourseState.RETIRED and may_offer_course(request.user, it.mentor)
    require(allowed, WHO_OFFERS)
    initial = {name: getattr(it, name) for name in ("topic", "title", "summary", "minutes")}
    city = it.unit.city or it.unit
    form = CourseForm(
        request.POST or None, request.FILES or None, city=city, is_new=False, initial=initial
    )
    if form.is_valid():
        courses.revise(it, outline=form.cleaned_data["outline"], by=request.user, **form.facts())
        messages.success(request, "重新报上去了，审定以后再上菜单")
        return redirect("activities:course", pk)
    return form_page(
        request, form, title=f"修改：{it}", lead="改了要重新审定，审定以前学校点不到",
        button="重新送审", back_url=reverse("activities:course", args=[pk]), back_text=str(it),
    )  # fmt: skip


@require_POST
def approve(request: PortalRequest, pk: int) -> HttpResponse:
    it = _course(request, pk)
    require(may_approve_course(request.user, it), WHO_APPROVES)
    courses.approve(it, by=request.user)
    messages.success(request, f"“{it}”审定了，上了课程菜单")
    return redirect("activities:courses")


@require_POST
def send_back(request: PortalRequest, pk: int) -> HttpResponse:
    it = _course(request, pk)
    require(may_approve_course(request.user, it), WHO_APPROVES)
    courses.send_back(it, note=request.POST.get("note", "")[:200], by=request.user)
    messages.success(request, "退回去了，导师会收到您写的话")
    return redirect("activities:courses")


@require_POST
def retire(request: PortalRequest, pk: int) -> HttpResponse:
    it = _course(request, pk)
    require(may_retire_course(request.user, it), WHO_OFFERS)
    courses.retire(it, by=request.user)
    messages.success(request, f"“{it}”停开了，已经点的照样讲")
    return redirect("activities:mentor", it.mentor_id)


@require_GET
def outline(request: PortalRequest, pk: int) -> FileResponse:
    it = _course(request, pk)
    return files.response(it.outline, it.outline_name, inline=True)


def _course(request: PortalRequest, pk: int) -> LectureCourse:
    wanted = LectureCourse.objects.visible_to(request.user).select_related(
        "topic", "mentor__person__unit__city", "mentor__user", "outline"
    )
    return get_object_or_404(wanted, pk=pk)
