"""工作总览: numbers that are those of the lists behind them, for the place one looks after."""

import html
import re
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.web.overview import peers
from reading_program.figures import funnel
from reading_program.models import Entry
from tests.factories import activities as records
from tests.factories import five_good, reading_entries, results
from tests.factories import judging as marking
from tests.factories import lectures as orders
from tests.personas import World

pytestmark = pytest.mark.django_db
OCTOBER = "2023-10-18T09:30:00+08:00"


def listed(page: Any) -> int:
    """How many records a list shows."""
    return len(set(re.findall(r"/activities/(\d+)/", page.content.decode())))


@pytest.fixture
def work(city: World) -> None:
    by, reviewer = city.school_secretary, city.office_secretary
    for day in (date(2023, 3, 2), date(2023, 3, 9), date(2023, 9, 20)):
        records.accepted(city.school, by=by, reviewer=reviewer, slug="care", title="走访",
                         held_on=day, youth=30)  # fmt: skip
    for day, youth in ((date(2022, 9, 1), 10), (date(2022, 12, 1), 500)):
        records.accepted(city.school, by=by, reviewer=reviewer, title="推进会", held_on=day,
                         youth=youth)  # fmt: skip
    records.draft(city.school, by=by, title="草稿不算")


@time_machine.travel(OCTOBER, tick=False)
@pytest.mark.usefixtures("work")
def test_months_and_kinds_count_what_was_accepted(client: Client, city: World) -> None:
    client.force_login(city.bureau_staff)
    page = client.get("/overview/?year=2023")

    chart = page.context["chart"]
    assert [chart.series[0].values[month - 1] for month in (3, 9)] == [2, 1]
    assert sum(chart.series[1].values) == 2
    assert "3 月最多（2 次）" in chart.finding
    (kind,) = page.context["kinds"]
    behind = client.get(kind["url"])
    assert kind["count"] == 3 == listed(behind)
    assert listed(client.get(chart.urls[2])) == 2


@time_machine.travel(OCTOBER, tick=False)
@pytest.mark.usefixtures("work")
def test_last_year_is_counted_to_the_same_day(client: Client, city: World) -> None:
    client.force_login(city.office_secretary)
    figures = client.get("/overview/?year=2023").context["figures"]

    youth = next(it for it in figures if it["title"] == "受教育青少年")
    assert (youth["value"], youth["sentence"]) == ("90", "比去年同期多 80")


@time_machine.travel(OCTOBER, tick=False)
@pytest.mark.usefixtures("work")
def test_a_school_sees_itself_alone(client: Client, city: World) -> None:
    client.force_login(city.other_school_secretary)
    page = client.get("/overview/?year=2023")

    assert page.context["kinds"] == []
    assert "这一年还没有通过的活动" in page.content.decode()
    assert page.context["five_good"] is None


@time_machine.travel(OCTOBER, tick=False)
def test_the_page_asks_the_same_number_of_questions_however_much_there_is(
    client: Client, city: World
) -> None:
    client.force_login(city.bureau_staff)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/overview/?year=2023").status_code == 200
        return len(queries)

    asked()
    before = asked()
    for school in city.schools:
        for month in (2, 5, 8):
            records.accepted(school, by=city.bureau_staff, reviewer=city.bureau_staff, slug="care",
                             title="走访", held_on=date(2023, month, 3))  # fmt: skip
    assert asked() == before


LINKED = re.compile(r'href="([^"]+)"[^>]* data-count="(\d+)"')


@pytest.fixture
def busy(city: World, work: None) -> None:
    """Something behind every number: works at each step, lectures of each kind, points."""
    by = city.bureau_staff
    results.published(city)
    mentor = orders.mentor(city.school, "柏老师")
    mentor.topics.add(orders.topic(city.bureau))
    orders.ordered(city.school, by=by)
    orders.ordered(city.other_school, by=by)
    orders.confirmed(orders.ordered(city.school, by=by), mentor)
    five_good.submitted(city)


@time_machine.travel(OCTOBER, tick=False)
@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("who", ["bureau_staff", "office_secretary", "school_secretary"])
def test_each_number_of_the_page_is_the_number_of_rows_behind_it(
    client: Client, city: World, who: str
) -> None:
    client.force_login(getattr(city, who))
    said = client.get("/overview/?year=2023").content.decode()
    linked = {(html.unescape(url), int(count)) for url, count in LINKED.findall(said)}
    if who == "bureau_staff":
        school = client.get(f"/overview/?year=2023&unit={city.school.pk}").content.decode()
        linked |= {(html.unescape(url), int(count)) for url, count in LINKED.findall(school)}

    wrong = []
    for url, count in sorted(linked):
        page = client.get(url).content.decode()
        found = re.search(r"共 (\d+) [条家件场位]", page)
        if found is None or int(found[1]) != count:
            wrong.append((url, count, found and found[0]))
    assert wrong == []
    assert sum(count > 0 for _, count in linked) >= (5 if who == "school_secretary" else 8)


@time_machine.travel(OCTOBER, tick=False)
@pytest.mark.usefixtures("busy")
def test_an_office_looks_into_its_schools_and_into_nobody_elses(
    client: Client, city: World
) -> None:
    client.force_login(city.office_secretary)
    own = client.get(f"/overview/?year=2023&unit={city.school.pk}")
    assert own.status_code == 200
    assert sum(own.context["chart"].series[0].values) == 3
    assert own.context["cards"] == []
    for url in (f"/overview/?unit={city.other_school.pk}", "/overview/?unit=9" + "9" * 30,
                f"/overview/rows/given/?unit={city.other_school.pk}", "/overview/rows/secret/",
                "/overview/rows/band/?of=no", "/overview/rows/ready/?of=x"):  # fmt: skip
        assert client.get(url).status_code == 404, url


def test_a_unit_is_told_its_quarter_and_no_place_in_a_list() -> None:
    others = list(range(1, 21))
    words = [peers._compared("活动", own, others).word for own in (1, 10, 20)]
    assert words == ["比多数同类单位少", "和多数同类单位差不多", "比多数同类单位多"]


def test_few_likes_are_not_compared(city: World) -> None:
    assert peers.compared(city.school, year=2023, on=date(2023, 10, 18)) == []


def test_a_track_is_counted_from_entry_to_city(city: World) -> None:
    edition = reading_entries.running_edition(city.bureau)
    reading_entries.draft(edition, city.school)
    assert [row.handed_in for row in funnel.funnel(edition, Entry.objects.all())] == [0] * 6

    marking.city_entry(edition, city.school, nominee="甄雨一", adviser="柏维", title="书是第一扇窗")
    here = marking.prepared_round(edition, each=1)
    assert here.pk
    essays = funnel.funnel(edition, Entry.objects.all())[0]
    assert (essays.handed_in, essays.at_city, essays.awarded) == (1, 1, 0)
    assert essays.word == "还没开评"
