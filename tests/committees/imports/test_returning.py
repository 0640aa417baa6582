"""The register and the teams out as .xlsx, edited, and back."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest

from committees.exports.teams import people_workbook, posts_workbook
from committees.imports import returned_people, returning
from committees.models import Person, Post, User
from committees.services import committees, people
from portal.kernel.errors import Refused
from tests.factories import committees as factory
from tests.personas import World

NOW = datetime(2023, 9, 1, tzinfo=UTC)


def exported(user: User) -> bytes:
    found = returned_people.with_posts(Person.objects.visible_to(user)).order_by("pk")
    return people_workbook(found, on=date(2023, 9, 1), filtered="")


def opened(data: bytes) -> Any:
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(data))


def edit(data: bytes, **cells: str) -> bytes:
    """Type into the first row of the first sheet, by heading."""
    book = opened(data)
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    for heading, value in cells.items():
        sheet.cell(2, headings.index(heading) + 1).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def back(data: bytes, user: User, kind: str = "people") -> returning.ReturnedSheet:
    return returning.keep(data, name="表.xlsx", kind=kind, by=user)


@pytest.fixture
def elder(city: World) -> Person:
    return factory.make_person(
        city.school, "陈国栋", gender="male", born_on=date(1952, 8, 1),
        retired_on=date(2012, 8, 1), retired_precision="month", work_status="retired",
        categories=["teacher", "cadre"], strengths="书法、讲故事", phone="13800001234",
        stepped_back_on=date(2009, 1, 1), stepped_back_precision="year", honour="特级教师",
        is_backbone=True,
    )  # fmt: skip


def test_its_own_export_comes_back_with_no_change(city: World, elder: Person) -> None:
    found = returning.difference(back(exported(city.office_secretary), city.office_secretary),
                                 by=city.office_secretary)  # fmt: skip

    assert (found.changed, found.new, found.unknown) == ([], [], [])
    assert found.untouched == Person.objects.visible_to(city.office_secretary).count()


def test_the_telephone_number_is_not_in_the_file(city: World, elder: Person) -> None:
    book = opened(exported(city.school_secretary))
    written = {str(cell.value) for sheet in book for row in sheet.rows for cell in row}

    assert "138****1234" in written
    assert not any("13800001234" in each for each in written)


def test_an_edit_changes_that_fact_and_no_other(city: World, elder: Person) -> None:
    before = returned_people.texts_of(returned_people.with_posts(Person.objects.all()).get())
    sheet = back(edit(exported(city.school_secretary), 特长="朗诵"), city.school_secretary)

    outcome = returning.apply(sheet, answers={}, at=NOW, by=city.school_secretary)

    after = returned_people.texts_of(returned_people.with_posts(Person.objects.all()).get())
    assert (outcome.changed, outcome.sentences) == (1, [])
    assert after == before | {"特长": "朗诵"}
    elder.refresh_from_db()
    assert elder.phone == "13800001234"

    sheet.refresh_from_db()
    returning.undo(sheet, at=NOW, by=city.school_secretary)
    assert Person.objects.get().strengths == "书法、讲故事"


def test_an_edit_made_meanwhile_is_asked_about_and_not_lost(city: World, elder: Person) -> None:
    user = city.school_secretary
    sheet = back(edit(exported(user), 特长="朗诵", 名特优称号="省名师"), user)
    people.correct(elder, strengths="摄影", by=None)

    outcome = returning.apply(sheet, answers={}, at=NOW, by=user)
    elder.refresh_from_db()
    assert (elder.strengths, elder.honour, outcome.waiting) == ("摄影", "省名师", 1)

    [row] = returning.difference(sheet, by=user).changed
    assert [(cell.returned, cell.now) for cell in row.cells] == [("朗诵", "摄影")]
    returning.apply(sheet, answers={f"{elder.pk}-特长": True}, at=NOW, by=user)
    assert Person.objects.get(pk=elder.pk).strengths == "朗诵"


def test_a_word_that_cannot_be_read_is_said_with_its_row(city: World, elder: Person) -> None:
    user = city.school_secretary
    sheet = back(edit(exported(user), 出生年月="不知道哪年"), user)

    outcome = returning.apply(sheet, answers={}, at=NOW, by=user)

    assert outcome.changed == 0
    assert outcome.sentences[0].startswith("第 2 行没有改：出生年月")


def test_a_row_of_another_school_is_out_of_reach(city: World, elder: Person) -> None:
    data = edit(exported(city.school_secretary), 特长="朗诵")
    sheet = back(data, city.other_school_secretary)

    returning.apply(sheet, answers={}, at=NOW, by=city.other_school_secretary)

    assert Person.objects.get(pk=elder.pk).strengths == "书法、讲故事"


def test_a_row_without_a_number_is_a_new_person_once(city: World) -> None:
    user = city.school_secretary
    factory.make_person(city.school, "王秀英")
    book = opened(exported(user))
    book.worksheets[0].append([None, city.school.name, "李建国", "男"])
    out = io.BytesIO()
    book.save(out)
    sheet = back(out.getvalue(), user)

    for _ in range(2):
        returning.apply(sheet, answers={}, at=NOW, by=user)

    assert Person.objects.filter(unit=city.school, name="李建国", gender="male").count() == 1


def test_a_post_ends_by_its_sheet(city: World, elder: Person) -> None:
    committee = city.committees[city.school.pk]
    committees.appoint(elder, committee, position="member", since_day=date(2020, 1, 1), by=None)
    posts = list(Post.objects.select_related("committee__host", "person"))
    data = posts_workbook(posts, on=date(2023, 9, 1), filtered="")
    user = city.school_secretary
    assert returning.difference(back(data, user, "posts"), by=user).changed == []

    sheet = back(edit(data, 到哪天为止="2023-6-30"), user, "posts")
    returning.apply(sheet, answers={}, at=NOW, by=user)

    assert Post.objects.get().period.upper == date(2023, 6, 30)


def test_an_undo_is_refused_when_the_fact_was_changed_again(city: World, elder: Person) -> None:
    user = city.school_secretary
    sheet = back(edit(exported(user), 特长="朗诵"), user)
    returning.apply(sheet, answers={}, at=NOW, by=user)
    people.correct(Person.objects.get(pk=elder.pk), strengths="摄影", by=None)
    sheet.refresh_from_db()

    with pytest.raises(Refused, match="又改动过"):
        returning.undo(sheet, at=NOW, by=user)
