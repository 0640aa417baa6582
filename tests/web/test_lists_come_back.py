"""Every list that may come back: its own export changes nothing, an edit that fact alone."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from activities.choices import AppointmentEnd
from activities.models import (
    Appointment,
    Lecture,
    LectureCourse,
    MentorTeam,
    MentorTeamTerm,
    Studio,
)
from activities.services import appointments, mentor_teams
from activities.views.returned import OURS as OF_ACTIVITIES
from committees.choices import Have
from committees.models import FiveHavesCheck, ReturnedSheet, User
from committees.models.handovers import ReturnedKind
from committees.services import committees, five_haves
from committees.services.five_haves import Own
from committees.views.returned import OURS as OF_COMMITTEES
from portal.kernel import calendar
from tests.factories import committees as factory
from tests.factories import lectures, together
from tests.personas import World

YEAR = 2023
FIRST_DAY, LAST_DAY = date(2022, 9, 1), date(2032, 8, 31)
EXPORTS = {
    "units": "/units/export/",
    "people": "/people/export/",
    "posts": "/committees/posts/export/",
    "accounts": "/accounts/export/",
    "five_haves": f"/five-haves/{YEAR}/?xlsx=1",
    "studios": "/studios/export.xlsx",
    "courses": "/courses/export.xlsx",
    "lectures": "/lectures/export.xlsx?month=2023-03",
    "appointments": "/appointments/export.xlsx",
    "teams": "/mentors/teams/export.xlsx",
}


def furnish(city: World) -> None:
    """Something in every list, with what a sheet is likely to get wrong: lines, gaps, dates."""
    elder = factory.make_person(
        city.school,
        "陈国栋",
        born_on=date(1952, 8, 1),
        phone="13800001234",
        strengths="书法、讲故事",
    )
    committee = city.committees[city.school.pk]
    committees.appoint(elder, committee, position="member", since_day=date(2020, 1, 1), by=None)
    check = five_haves.begin(city.school, year=YEAR, by=None)
    own = {Have.PEOPLE.value: Own("partly", "3月8日发文\n调整了班子")}
    five_haves.fill_in(check, own_word="还差\n一间活动室", answers=own, by=None)
    handed_in(city)
    together.make_studio(
        city.school,
        "书法工作室",
        leader=elder,
        founded_on=date(2019, 5, 1),
        rules="每月一次\n人人参加",
    )
    mentor = lectures.mentor(city.office, "林老师")
    lectures.course(mentor, summary="从身边的一件小事说起，\n请孩子们自己来讲")
    lectures.ordered(city.school)
    lectures.invited(lectures.ordered(city.schools[1]), mentor)
    with_mentors(city)


def with_mentors(city: World) -> None:
    """Letters of the office and one of the bureau, one ended; a team with a term, one without."""
    for name, issuer in (("许老师", city.office), ("何老师", city.bureau), ("姚老师", city.office)):
        lectures.appointed(
            lectures.mentor(city.office, name), city.school, issuer=issuer, last=LAST_DAY
        )
    ended = Appointment.objects.get(mentor__person__name="姚老师")
    tomorrow = calendar.today() + timedelta(days=1)
    appointments.end(ended, on=tomorrow, because=AppointmentEnd.OTHER, by=None)
    team = mentor_teams.found(city.office, name="片区讲师团", by=None)
    mentor_teams.begin_term(team, number=1, first=FIRST_DAY, years=10, leader=None, by=None)
    mentor_teams.found(city.office, name="新讲师团", by=None)


def handed_in(city: World) -> None:
    check = five_haves.begin(city.schools[1], year=YEAR, by=None)
    answers = {have.value: Own("met", "=有文件") for have in Have}
    five_haves.fill_in(check, own_word="", answers=answers, by=None)
    five_haves.submit(check, at=datetime(YEAR, 11, 1, tzinfo=UTC), by=None)


def pages_of(kind: str) -> Any:
    return OF_COMMITTEES if kind in OF_COMMITTEES.lists else OF_ACTIVITIES


def hand_back(client: Client, kind: str, data: bytes) -> Any:
    """Upload the sheet; the page with what it would change."""
    upload = io.BytesIO(data)
    upload.name = "表.xlsx"
    url = pages_of(kind).url("list_return", kind)
    return client.post(url, {"file": upload}, follow=True)


def exported(client: Client, kind: str) -> bytes:
    answer = client.get(EXPORTS[kind])
    assert answer.status_code == 200
    return answer.content


def typed(data: bytes, find: str, heading: str, value: str) -> bytes:
    """The first sheet with one cell typed over, in the row that holds `find`."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if find in {cell.value for cell in row})
    row[headings.index(heading)].value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_every_kind_of_list_is_tried_here() -> None:
    assert set(EXPORTS) == set(ReturnedKind.values)
    assert {*OF_COMMITTEES.lists, *OF_ACTIVITIES.lists} == set(ReturnedKind)


@pytest.mark.parametrize("kind", EXPORTS)
def test_its_own_export_comes_back_with_no_change(city: World, client: Client, kind: str) -> None:
    furnish(city)
    client.force_login(city.bureau_staff)

    page = hand_back(client, kind, exported(client, kind))

    found = page.context["found"]
    assert (found.changed, found.new, found.frozen, found.unknown) == ([], [], [], [])
    assert found.untouched >= 1
    assert "没有要改的" in page.content.decode()


EDITS: dict[str, tuple[str, str, str, str, Callable[[], str]]] = {
    # who, the row that holds, heading, typed → what then stands
    "accounts": (
        "office_secretary", "school_secretary", "姓名", "周晓岚",
        lambda: User.objects.get(username="school_secretary").name,
    ),
    "five_haves": (
        "office_secretary", "云山小学", "有条件（自查）", "还没做到",
        lambda: FiveHavesCheck.objects.get(unit__name="云山小学").answers.get(
            have="conditions"
        ).own_result.replace("unmet", "还没做到"),
    ),
    "studios": (
        "school_secretary", "书法工作室", "场所", "综合楼203",
        lambda: Studio.objects.get().room,
    ),
    "courses": (
        "office_secretary", "和孩子一起说说烦恼", "多少分钟", "45",
        lambda: str(LectureCourse.objects.get().minutes),
    ),
    "lectures": (
        "school_secretary", "云山小学", "地点", "阶梯教室",
        lambda: Lecture.objects.get(unit__name="云山小学").place,
    ),
    "appointments": (
        "office_secretary", "许老师", "到", "2031-08-31",
        lambda: str(Appointment.objects.get(mentor__person__name="许老师").last_day),
    ),
    "teams": (
        "office_secretary", "片区讲师团", "第几届", "2",
        lambda: str(MentorTeamTerm.objects.get().number),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", EDITS)
def test_an_edit_is_shown_taken_and_taken_back(city: World, client: Client, kind: str) -> None:
    furnish(city)
    who, row, heading, value, stands = EDITS[kind]
    before = stands()
    client.force_login(getattr(city, who))
    page = hand_back(client, kind, typed(exported(client, kind), row, heading, value))
    [changed] = page.context["found"].changed
    assert [(cell.field, cell.returned) for cell in changed.cells] == [(heading, value)]
    assert stands() == before

    client.post(page.request["PATH_INFO"])
    assert stands() == value

    sheet = ReturnedSheet.objects.get()
    client.post(pages_of(kind).url("list_returned_undo", sheet.pk))
    assert stands() == before


@pytest.mark.parametrize(
    ("kind", "row", "heading", "value", "sentence"),
    [
        ("accounts", "school_secretary", "姓名", "12", "不像姓名"),
        (
            "five_haves",
            "云山小学",
            "有条件（自查）",
            "很好",
            "“部分做到”“还没做到”里的一个",
        ),
        ("five_haves", "云山二小", "有条件（自查）", "还没做到", "已经交上去了"),
        ("studios", "书法工作室", "成立日期", "那一年", "成立日期"),
        ("courses", "和孩子一起说说烦恼", "专题", "没有的专题", "选一个专题"),
        ("lectures", "云山小学", "地点", "", "地点不能空着"),
        ("lectures", "云山二小", "地点", "操场", "已经在请导师了"),
        ("appointments", "许老师", "到", "2022-08-31", "最后一天要在第一天以后"),
        ("appointments", "许老师", "从", "2023-09-01", "要从2022年里的一天开始"),
        ("appointments", "姚老师", "到", "2031-08-31", "已经提前结束"),
        ("appointments", "何老师", "到", "2031-08-31", "教育局关工委来改"),
        ("teams", "片区讲师团", "名称", "新讲师团", "已经有同名的讲师团"),
        ("teams", "片区讲师团", "本届到哪天为止", "2021-09-01", "要在开始的日期以后"),
        ("teams", "新讲师团", "第几届", "1", "现在没有在任的一届"),
    ],
)
def test_what_cannot_be_taken_is_said_with_its_row(
    city: World, client: Client, kind: str, row: str, heading: str, value: str, sentence: str
) -> None:
    furnish(city)
    client.force_login(city.office_secretary)
    data = typed(exported(client, kind), row, heading, value)
    page = hand_back(client, kind, data)

    answer = client.post(page.request["PATH_INFO"])

    [told] = answer.context["sentences"]
    assert "行没有改：" in told
    assert sentence in told


def test_a_check_begun_by_a_sheet_goes_with_its_undo(city: World, client: Client) -> None:
    client.force_login(city.office_secretary)
    data = typed(
        exported(client, "five_haves"), "云山初中", f"{Have.PEOPLE.label}（依据）", "5月发文"
    )
    page = hand_back(client, "five_haves", data)
    client.post(page.request["PATH_INFO"])
    assert FiveHavesCheck.objects.get().answers.get(have="people").evidence == "5月发文"

    client.post(f"/lists/{ReturnedSheet.objects.get().pk}/undo/")

    assert not FiveHavesCheck.objects.exists()


def test_a_sheet_of_one_app_is_not_opened_by_the_pages_of_the_other(
    city: World, client: Client
) -> None:
    client.force_login(city.bureau_staff)
    hand_back(client, "units", exported(client, "units"))

    assert client.get(f"/returned/{ReturnedSheet.objects.get().pk}/").status_code == 404
    assert client.get("/returned/units/new/").status_code == 404


def test_a_row_with_one_wrong_cell_changes_nothing_of_the_team(city: World, client: Client) -> None:
    with_mentors(city)
    client.force_login(city.office_secretary)
    data = typed(exported(client, "teams"), "片区讲师团", "第几届", "一百")
    page = hand_back(client, "teams", typed(data, "片区讲师团", "名称", "云山讲师团"))

    [told] = client.post(page.request["PATH_INFO"]).context["sentences"]

    assert "第几届：只写数字就行" in told
    assert not MentorTeam.objects.filter(name="云山讲师团").exists()


def test_a_number_typed_over_in_an_appointment_is_not_taken(city: World, client: Client) -> None:
    with_mentors(city)
    client.force_login(city.office_secretary)
    number = Appointment.objects.get(mentor__person__name="许老师").number

    page = hand_back(
        client, "appointments", typed(exported(client, "appointments"), number, "聘书编号", "9号")
    )

    assert page.context["found"].changed == []
    assert "“聘书编号”不在这张表里改" in page.content.decode()
