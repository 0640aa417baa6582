"""Lists that go out and may come back edited; `activities/imports/returned_*` read them again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from activities.imports import (
    returned_appointments,
    returned_courses,
    returned_lectures,
    returned_studios,
    returned_teams,
)
from activities.models import Appointment, Lecture, LectureCourse, MentorTeam
from committees.imports.returned_lists import ReturnedList
from portal.kernel import returned
from portal.kernel.cells import CellValue
from portal.kernel.workbooks import meaning_sheet, write_workbook

Rows = Iterable[tuple[int, Mapping[str, CellValue]]]


def lecture_workbook(lectures: Iterable[Lecture]) -> bytes:
    """One row a lecture as filtered on the page."""
    rows = [(it.pk, returned_lectures.values_of(it)) for it in lectures]
    note = "还没有请导师的，" + "、".join(returned_lectures.EDITABLE) + "可以改"
    return _written("宣讲", returned_lectures.LIST, rows, note)


def course_workbook(courses: Iterable[LectureCourse]) -> bytes:
    """The menu, one row a course."""
    rows = [(it.pk, returned_courses.texts_of(it)) for it in courses]
    note = "、".join(returned_courses.EDITABLE) + "；改过的课要重新审定，审定前不在菜单上"
    return _written("课程", returned_courses.LIST, rows, note)


def appointment_workbook(found: Iterable[Appointment]) -> bytes:
    """One row a letter as filtered on the page."""
    rows = [(it.pk, returned_appointments.values_of(it)) for it in found]
    days = "、".join(returned_appointments.EDITABLE)
    note = f"录错的聘期（{days}）；提前结束、续聘在页面上办"
    return _written("聘任", returned_appointments.LIST, rows, note)


def team_workbook(rows: Sequence[tuple[MentorTeam, str, int]]) -> bytes:
    """The teams as the page lists them: each with its levels in words and its members counted."""
    shown: list[tuple[int, Mapping[str, CellValue]]] = [
        (team.pk, {**returned_teams.texts_of(team), "面向学段": levels, "人数": members})
        for team, levels, members in rows
    ]
    note = "、".join(returned_teams.EDITABLE) + "；团长、成员、换届、停办在页面上办"
    return _written("讲师团", returned_teams.LIST, shown, note, "面向学段", "人数")


def studio_workbook(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as the list shows them; what was found for each of the 六有 in its own column."""
    haves = [have.name for have in rows[0]["haves"]] if rows else []
    shown = [(row["studio"].pk, _studio_values(row)) for row in rows]
    note = "、".join(returned_studios.EDITABLE) + "；领衔人、成员、计划在页面上改"
    return _written("工作室", returned_studios.LIST, shown, note, "成员", "今年活动", *haves)


def _studio_values(row: Mapping[str, Any]) -> dict[str, CellValue]:
    it = row["studio"]
    found = {each.name: f"{'有' if each.is_met else '还差'}：{each.found}" for each in row["haves"]}
    counted = {"成员": it.member_count, "今年活动": it.done}
    return {**returned_studios.texts_of(it), **counted, **found}


def _written(name: str, of: ReturnedList, rows: Rows, note: str, *counted: str) -> bytes:
    """`counted` are columns that are shown and not read again."""
    scope = [("可以改的", note), ("交回", returned.HOW_TO_RETURN.format(name))]
    return write_workbook(
        [
            *returned.sheets_for(name, [*of.fields, *counted], rows),
            meaning_sheet(scope),
        ]
    )
