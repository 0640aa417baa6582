"""The lectures of a month as a list that may come back edited, until a mentor is asked."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone

from activities.forms.lectures import order_of
from activities.models import Lecture
from activities.services import lectures
from committees.imports.returned_lists import ReturnedList, wanted
from committees.policy import Can
from portal.kernel.cells import CellValue
from portal.kernel.journal import Journal, snapshot
from portal.kernel.returned import EditedRow, Texts

NUMBER, UNIT = "编号", "点课单位"
PLACE, LISTENERS, CONTACT = "地点", "具体是谁", "联系人"
EDITABLE = {PLACE: "place", LISTENERS: "audience_words", CONTACT: "contact"}
LONGEST = {PLACE: 60, LISTENERS: 40, CONTACT: 40}
FIELDS = [
    NUMBER, "日期", "时间", UNIT, "教办", "专题", "讲什么", "讲给谁", LISTENERS, "导师", "导师单位",
    PLACE, CONTACT, "状态", "到场人数", "内容", "表达", "针对性",
]  # fmt: skip


def values_of(it: Lecture) -> dict[str, CellValue]:
    """One row as the sheet shows it; no telephone number leaves with a list."""
    start = timezone.localtime(it.period.lower) if it.period else None
    return {
        NUMBER: it.number,
        "日期": it.day,
        "时间": f"{start:%H:%M}" if start else it.get_wish1_part_display(),
        UNIT: it.unit.name,
        "教办": it.unit.office.name if it.unit.office else "",
        "专题": it.topic.name,
        "讲什么": str(it),
        "讲给谁": it.get_audience_display(),
        "导师": it.mentor.person.name if it.mentor else "",
        "导师单位": it.mentor.person.unit.name if it.mentor else "",
        "状态": it.get_state_display(),
        "到场人数": it.activity.attendance if it.activity else None,
        "内容": it.rated_content,
        "表达": it.rated_expression,
        "针对性": it.rated_fit,
        **own_texts_of(it),
    }


def own_texts_of(it: Lecture) -> Texts:
    return {PLACE: it.place, LISTENERS: it.audience_words, CONTACT: it.contact}


def rows(numbers: Collection[int], by: Any) -> dict[int, Texts]:
    found = Lecture.objects.requested_by(by).filter(pk__in=numbers).select_related("unit")
    return {
        each.pk: {**own_texts_of(each), NUMBER: each.number, UNIT: each.unit.name} for each in found
    }


def change(
    row: EditedRow, take: Mapping[str, bool], journal: Journal, *, by: Any
) -> tuple[bool, str]:
    taken = wanted(row, take)
    for heading, written in taken.items():
        if not written and heading != LISTENERS:
            return False, f"{heading}不能空着"
        if len(written) > LONGEST[heading]:
            return False, f"{heading}最多 {LONGEST[heading]} 个字"
    lecture = Lecture.objects.get(pk=row.pk)
    names = {EDITABLE[heading]: written for heading, written in taken.items()}
    before = snapshot(lecture, names)
    lectures.change(lecture, fields={**order_of(lecture), **names}, by=by)
    lecture.refresh_from_db()
    journal.changed(lecture, before)
    return bool(names), ""


LIST = ReturnedList(
    fields=FIELDS,
    editable=list(EDITABLE),
    power=Can.LECTURE_REQUEST,
    rows=rows,
    title=lambda texts: f"{texts[NUMBER]}（{texts[UNIT]}）",
    change=change,
    no_new="要点新的宣讲，请在“点一场宣讲”里点",
)
