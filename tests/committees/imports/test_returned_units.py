"""The list of units out as .xlsx, edited, and back."""

from datetime import date

import pytest
from django.test import Client

from committees import exports, figures
from committees.imports import returned_units, returning
from committees.models import Unit, User
from tests.committees.imports.test_returning import NOW, back, edit, opened
from tests.personas import World

TODAY = date(2023, 9, 1)


@pytest.fixture
def staff(city: World) -> User:
    Unit.objects.filter(pk=city.office.pk).update(
        party_org="云山教办党支部", party_secretary="王书记", party_phone="13800001234"
    )
    return city.bureau_staff


def exported(user: User) -> bytes:
    found = Unit.objects.visible_to(user).filter(depth__gt=1)
    rows = list(figures.for_list(found, on=TODAY).order_by("path"))
    return exports.units_workbook(rows, leaders={}, on=TODAY, filtered="")


def test_the_units_own_export_comes_back_with_no_change(staff: User) -> None:
    found = returning.difference(back(exported(staff), staff, "units"), by=staff)

    assert (found.changed, found.new, found.unknown, found.frozen) == ([], [], [], [])
    assert found.untouched == Unit.objects.filter(depth__gt=1).count()


def test_the_party_secretary_is_in_the_file_and_the_number_is_not(staff: User) -> None:
    written = {str(cell.value) for sheet in opened(exported(staff)) for row in sheet.rows
               for cell in row}  # fmt: skip

    assert "王书记" in written
    assert not any("13800001234" in each for each in written)


def test_facts_typed_into_the_sheet_are_taken_and_undone(staff: User, city: World) -> None:
    sheet = back(
        edit(exported(staff), 党组织书记="李书记", 党组织联系电话="13900005678"), staff, "units"
    )

    outcome = returning.apply(sheet, answers={}, at=NOW, by=staff)

    office = Unit.objects.get(pk=city.office.pk)
    assert (outcome.changed, outcome.sentences) == (1, [])
    assert (office.party_secretary, office.party_phone) == ("李书记", "13900005678")
    returning.undo(sheet, at=NOW, by=staff)
    office.refresh_from_db()
    assert (office.party_secretary, office.party_phone) == ("王书记", "13800001234")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"单位名称": "石桥小学"}, "本市已经有同名的单位"),
        ({"学段": "小学"}, "教办不填“学段”"),
        ({"党组织联系电话": "138"}, "党组织联系电话"),
    ],
)
def test_what_cannot_be_taken_is_told_with_its_row(
    staff: User, city: World, typed: dict[str, str], sentence: str
) -> None:
    sheet = back(edit(exported(staff), **typed), staff, "units")

    outcome = returning.apply(sheet, answers={}, at=NOW, by=staff)

    assert outcome.changed == 0
    assert sentence in outcome.sentences[0]
    assert Unit.objects.get(pk=city.office.pk).name == city.office.name


def test_a_column_that_is_not_changed_by_a_sheet_is_told_in_words(
    staff: User, client: Client
) -> None:
    sheet = back(edit(exported(staff), 主管教办="石桥教办"), staff, "units")

    client.force_login(staff)
    page = client.get(f"/lists/{sheet.pk}/").content.decode()

    assert f"第 2 行的“{returned_units.OFFICE}”不在这张表里改，没有动" in page


def test_only_the_bureau_hands_the_list_of_units_back(city: World, client: Client) -> None:
    client.force_login(city.office_secretary)
    assert client.get("/lists/units/return/").status_code == 403
    client.force_login(city.bureau_staff)
    assert client.get("/lists/units/return/").status_code == 200
    assert "交回改好的表" in client.get("/units/").content.decode()
