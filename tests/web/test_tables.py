"""Sorting by a heading and choosing columns: the same on units, activities and entries."""

from datetime import date

import pytest
from django.test import Client

from committees.models import UnitYear
from committees.views.units import UNITS
from portal.web.views.tables import TABLES
from tests.factories import activities as records
from tests.factories import reading_entries as entries
from tests.personas import World

pytestmark = pytest.mark.django_db


def test_units_run_by_students_with_those_who_gave_none_last(client: Client, city: World) -> None:
    UnitYear.objects.all().delete()
    for unit, students in zip(city.schools[:3], (300, 90, 1200), strict=True):
        UnitYear.objects.create(unit=unit, year=2023, students=students)
    client.force_login(city.bureau_staff)

    falling = client.get("/units/", {"sort": "-students"})
    rising = client.get("/units/", {"sort": "students"})

    counts = [unit.students for unit in falling.context["page"].rows]
    assert counts[:3] == [1200, 300, 90]
    assert set(counts[3:]) == {None}
    assert [unit.students for unit in rising.context["page"].rows][:3] == [90, 300, 1200]
    said = falling.content.decode()
    assert 'class="number" aria-sort="descending"' in said
    assert said.count("aria-sort") == 1
    usual = client.get("/units/").context["page"].rows
    assert [unit.pk for unit in client.get("/units/?sort=x").context["page"].rows] == [
        unit.pk for unit in usual
    ]


@pytest.mark.parametrize("sort", ["unit", "-stage", "-served", "students", "-students"])
def test_pages_of_a_sorted_list_hold_each_row_once(
    client: Client, city: World, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.kernel.columns.read_page", _by_threes)
    UnitYear.objects.create(unit=city.schools[1], year=2023, students=90)
    client.force_login(city.bureau_staff)
    met: list[int] = []
    url = f"/units/?sort={sort}"
    while url:
        context = client.get(url).context
        met += [unit.pk for unit in context["page"].rows]
        url = context["older_url"] and f"/units/{context['older_url']}"

    everyone = client.get(f"/units/?sort={sort}&covered=").context["count_sentence"]
    assert len(met) == len(set(met))
    assert everyone == f"共 {len(met)} 家单位"


def _by_threes(queryset, *, by, after, size, empty_last):  # type: ignore[no-untyped-def]
    from portal.kernel.paging import read_page

    return read_page(queryset, by=by, after=after, size=3, empty_last=empty_last)


def test_records_run_by_attendance_and_by_day(client: Client, city: World) -> None:
    for number, day in ((40, 5), (200, 1), (7, 9)):
        records.submitted(city.school, by=city.school_secretary, attendance=number,
                          held_on=date(2023, 3, day))  # fmt: skip
    client.force_login(city.office_secretary)

    def shown(sort: str) -> list[int]:
        rows = client.get("/activities/", {"year": "2023", "sort": sort}).context["rows"]
        return [row["activity"].attendance for row in rows]

    assert shown("-people") == [200, 40, 7]
    assert shown("people") == [7, 40, 200]
    assert shown("day") == [200, 40, 7]
    assert shown("") == [7, 40, 200]


def test_a_column_taken_away_stays_away_and_comes_back(client: Client, city: World) -> None:
    edition = entries.running_edition(city.bureau)
    entries.draft(edition, city.school)
    client.force_login(city.school_secretary)
    url = f"/reading/{edition.pk}/entries/"
    assert "年级班级" in client.get(url, {"sort": "-grade"}).content.decode()

    gone = client.post("/columns/entries/", {"shown": ["track", "state"], "next": url})
    page = client.get(url)
    labels = [it.column.label for it in page.context["headings"] if it.is_shown]
    assert gone.headers["Location"] == url
    assert labels == ["作品", "项目", "状态"]
    assert page.content.decode().count("<td") == 3
    every = [it.column.key for it in page.context["headings"]]
    client.post("/columns/entries/", {"shown": every, "next": "https://elsewhere.example/"})
    assert client.get(url).content.decode().count("<td") == 6
    assert client.post("/columns/nothing/").status_code == 404


def test_each_table_ends_its_usual_order_with_something_unique() -> None:
    assert set(TABLES) == {"units", "activities", "entries"}
    assert all(it.usual[-1].removeprefix("-") in ("pk", "path") for it in TABLES.values())
    assert UNITS.order({"sort": "-students"}) == ["-students", "path"]
