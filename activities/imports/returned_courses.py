"""The course menu as a list that may come back edited; an edited course is approved anew."""

from collections.abc import Collection, Mapping
from typing import Any

from activities.forms.mentors import CourseForm
from activities.models import LectureCourse, LectureTopic
from activities.permissions import may_offer_course
from activities.services import courses
from committees.imports.returned_lists import ReturnedList, wanted
from committees.models.scoping import scope_q
from committees.policy import Can
from portal.kernel.journal import Journal, snapshot
from portal.kernel.returned import EditedRow, Texts

TITLE, TOPIC, MENTOR = "题目", "专题", "导师"
EDITABLE = {TOPIC: "topic", TITLE: "title", "讲什么": "summary", "多少分钟": "minutes"}
FIELDS = [*EDITABLE, MENTOR, "导师单位", "教办", "提纲"]
# What handing a course in again writes beside its facts.
BESIDE = ("state", "submitted_by", "submitted_at", "return_reason")


def texts_of(it: LectureCourse) -> Texts:
    """One row as the sheet shows it; topic and the mentor's person with unit are selected."""
    unit = it.mentor.person.unit
    return {
        TOPIC: it.topic.name,
        TITLE: it.title,
        "讲什么": it.summary,
        "多少分钟": str(it.minutes),
        MENTOR: it.mentor.person.name,
        "导师单位": unit.name,
        "教办": unit.office.name if unit.office else "",
        "提纲": it.outline_name,
    }


def rows(numbers: Collection[int], by: Any) -> dict[int, Texts]:
    reach = scope_q(by, Can.MENTOR_EDIT, "mentor__person__unit__path")
    found = LectureCourse.objects.filter(reach, pk__in=numbers).exclude(state="retired")
    return {
        each.pk: texts_of(each)
        for each in found.select_related("topic", "mentor__person__unit__office")
    }


def change(
    row: EditedRow, take: Mapping[str, bool], journal: Journal, *, by: Any
) -> tuple[bool, str]:
    found = LectureCourse.objects.select_related("mentor__person__unit__city")
    course = found.select_for_update(of=("self",)).get(pk=row.pk)
    if not may_offer_course(by, course.mentor):
        return False, "课由导师本人或教办来报，已经退出的导师的课不能改"
    data = {EDITABLE[heading]: text for heading, text in wanted(row, take).items()}
    city = course.mentor.person.unit.city or course.mentor.person.unit
    if "topic" in data:
        topic = LectureTopic.objects.filter(city=city, name=data["topic"], is_open=True).first()
        data["topic"] = str(topic.pk) if topic else ""
    form = CourseForm(data, city=city, is_new=False)
    for name in set(form.fields) - set(data):
        del form.fields[name]
    if not data or not form.is_valid():
        name, errors = next(iter(form.errors.items()), ("", [""]))
        return False, f"{form.fields[name].label}：{errors[0]}" if name else ""
    before = snapshot(course, [*data, *BESIDE])
    courses.revise(course, outline=None, by=by, **form.cleaned_data)
    journal.changed(course, before)
    return True, ""


LIST = ReturnedList(
    fields=FIELDS,
    editable=list(EDITABLE),
    power=Can.MENTOR_EDIT,
    rows=rows,
    title=lambda texts: f"{texts[TITLE]}（{texts[MENTOR]}）",
    change=change,
    no_new="新课要带提纲，请在导师的页面上报",
)
