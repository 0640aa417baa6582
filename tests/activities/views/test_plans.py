"""Everybody reads the published plan; progress is what accepted records say."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.choices import TaskScope
from activities.figures.plan_progress import (
    needed_of,
    plan_progress,
    task_units,
    unit_tasks,
)
from activities.models import ActivityKind, PlanTask, WorkPlan
from activities.services.plans import kind_named
from portal.kernel import files
from tests.factories import activities as records
from tests.factories import plans as factory
from tests.personas import World, build_city

MAY = date(2023, 5, 10)
JULY = date(2023, 7, 1)


@pytest.fixture
def plan(city: World) -> WorkPlan:
    return factory.published(city.bureau, by=city.bureau_staff)


def task_of(plan: WorkPlan, number: str) -> PlanTask:
    return PlanTask.objects.get(node__plan=plan, node__number=number)


def train(city: World, unit: object, *, held_on: date = date(2023, 3, 1)) -> None:
    records.accepted(
        unit, by=city.bureau_staff, reviewer=city.bureau_staff, slug="training", held_on=held_on
    )


# --- figures -----------------------------------------------------------------------------------


def test_progress_counts_units_with_accepted_records_of_the_year(
    city: World, plan: WorkPlan
) -> None:
    task = task_of(plan, "1")  # everybody: one training a year
    train(city, city.school)
    train(city, city.school)
    train(city, city.office)
    train(city, city.other_school, held_on=date(2022, 12, 31))
    records.submitted(city.schools[1], by=city.bureau_staff, slug="training")

    row = plan_progress(plan, [task], on=MAY)[task.pk]

    assert (row.expected, row.done, row.begun) == (9, 2, 3)
    assert (row.words, row.percent) == (("进行中", "waiting"), 22)


def test_an_overdue_task_says_how_many_units_are_missing(city: World, plan: WorkPlan) -> None:
    task = task_of(plan, "2")  # schools, until 30 June, 听取工作汇报
    records.accepted(
        city.school, by=city.bureau_staff, reviewer=city.bureau_staff, slug="report_heard"
    )

    assert plan_progress(plan, [task], on=date(2023, 6, 30))[task.pk].words[1] == "waiting"
    late = plan_progress(plan, [task], on=JULY)[task.pk]
    assert (late.expected, late.done, late.words) == (6, 1, ("逾期 5 家", "late"))


def test_a_task_no_record_can_show_is_not_called_undone(city: World, plan: WorkPlan) -> None:
    task = task_of(plan, "3")  # the bureau prints four bulletins

    row = plan_progress(plan, [task], on=JULY)[task.pk]

    assert row.words == ("不按记录统计", "none")
    assert not row.is_done


def test_a_unit_is_asked_what_its_kind_is_asked(city: World, plan: WorkPlan) -> None:
    asked = {
        unit.name: [row.task.node.number for row in unit_tasks(plan, unit, on=MAY)]
        for unit in (city.bureau, city.office, city.school, city.kindergarten)
    }

    assert asked == {
        "云河市教育局": ["3", "4"],
        "云山教办": ["1"],
        "云山小学": ["1", "2"],
        "云山中心幼儿园": ["1"],
    }


def test_the_words_of_one_unit_follow_its_records(city: World, plan: WorkPlan) -> None:
    def word(on: date) -> str:
        return unit_tasks(plan, city.school, on=on)[1].words[0]

    assert [word(MAY), word(JULY)] == ["未开始", "已逾期"]
    waiting = records.submitted(city.school, by=city.school_secretary, slug="report_heard")
    assert word(MAY) == "进行中"
    from activities.services import activities

    activities.accept(waiting, by=city.office_secretary)
    assert word(JULY) == "已完成"
    activities.void(waiting, note="重复了", by=city.office_secretary)
    assert word(JULY) == "已逾期"


def test_the_units_of_a_task_add_up_to_its_progress(city: World, plan: WorkPlan) -> None:
    task = task_of(plan, "1")
    train(city, city.school)
    everybody = [city.bureau, *city.offices, *city.schools, city.kindergarten]

    stands = task_units(task, everybody, on=MAY)

    whole = plan_progress(plan, [task], on=MAY)[task.pk]
    assert len(stands) == whole.expected
    assert sum(row.stand.is_done for row in stands) == whole.done


@pytest.mark.parametrize(
    ("target", "needed"),
    [
        ("", 1), ("每年至少一次", 1), ("2次", 2), ("每学期至少2次", 4), ("每季度1期", 4),
        ("十二期", 12), ("2", 2), ("0", 1),
        ("力争45所", 1), ("4—5场", 4), ("两场", 2), ("0次", 1), ("全覆盖", 1),
    ],
)  # fmt: skip
def test_a_target_says_how_many_records_a_unit_needs(target: str, needed: int) -> None:
    assert needed_of(PlanTask(text="x", scope=TaskScope.CITY, target=target)) == needed


def test_evidence_names_a_kind_in_any_words() -> None:
    kinds = [ActivityKind(pk=1, name="学习"), ActivityKind(pk=2, name="专题学习培训")]

    assert kind_named("“专题学习培训”的记录", kinds) == 2
    assert kind_named("签到表", kinds) is None


# --- pages -------------------------------------------------------------------------------------


@time_machine.travel(MAY, tick=False)
def test_a_secretary_reads_the_plan_with_its_progress(
    client: Client, city: World, plan: WorkPlan
) -> None:
    train(city, city.school)
    client.force_login(city.school_secretary)

    page = client.get("/plans/2023/").content.decode()

    assert "（一）</span>抓学习" in page
    assert "已完成 1 家，应完成 9 家" in page
    assert f"/plans/2023/units/{city.school.pk}/" in page


@time_machine.travel(MAY, tick=False)
def test_a_unit_sees_its_own_tasks_and_how_to_do_them(
    client: Client, city: World, plan: WorkPlan
) -> None:
    train(city, city.school)
    client.force_login(city.school_secretary)

    page = client.get(f"/plans/2023/units/{city.school.pk}/").content.decode()

    assert "记一次听取工作汇报" in page
    assert "记一次专题学习培训" not in page
    assert "编印简报" not in page


def test_nobody_sees_the_tasks_of_a_unit_out_of_reach(
    client: Client, city: World, plan: WorkPlan
) -> None:
    client.force_login(city.school_secretary)

    assert client.get(f"/plans/2023/units/{city.other_school.pk}/").status_code == 404


@time_machine.travel(MAY, tick=False)
def test_the_bureau_drills_from_a_task_to_an_office_to_its_units(
    client: Client, city: World, plan: WorkPlan
) -> None:
    task = task_of(plan, "2")
    records.accepted(
        city.school, by=city.bureau_staff, reviewer=city.bureau_staff, slug="report_heard"
    )
    client.force_login(city.bureau_staff)

    city_page = client.get(f"/plans/2023/tasks/{task.pk}/")
    rows = city_page.context["offices"]
    assert [(row["label"], row["done"], row["expected"]) for row in rows] == [
        ("云山教办", 1, 3),
        ("石桥教办", 0, 3),
    ]
    office_page = client.get(f"/plans/2023/tasks/{task.pk}/?office={city.office.pk}")
    assert [row.unit.name for row in office_page.context["stands"]] == [
        "云山二小", "云山初中", "云山小学",
    ]  # fmt: skip
    assert client.get(f"/plans/2023/tasks/{task.pk}/?office=999999").status_code == 404


def test_an_office_sees_only_its_own_units_of_a_task(
    client: Client, city: World, plan: WorkPlan
) -> None:
    client.force_login(city.office_secretary)

    page = client.get(f"/plans/2023/tasks/{task_of(plan, '1').pk}/")

    shown = {row.unit.name for row in page.context["stands"]}
    assert shown == {"云山教办", "云山小学", "云山二小", "云山初中", "云山中心幼儿园"}


def test_a_year_without_a_plan_says_so(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)
    page = client.get("/plans/2019/").content.decode()
    assert "2019年还没有发布工作要点" in page
    assert "上传" not in page

    client.force_login(city.bureau_staff)
    assert reverse("activities:plan_upload") in client.get("/plans/2019/").content.decode()


def test_the_list_shows_drafts_to_their_editors_only(client: Client, city: World) -> None:
    factory.draft(city.bureau, by=city.bureau_staff, year=2024)
    factory.published(city.bureau, by=city.bureau_staff)

    client.force_login(city.bureau_staff)
    assert [row["word"] for row in client.get("/plans/").context["rows"]] == ["草稿", "已发布"]
    client.force_login(city.school_secretary)
    assert [row["word"] for row in client.get("/plans/").context["rows"]] == ["已发布"]


def test_another_citys_plan_does_not_exist_here(
    client: Client, city: World, plan: WorkPlan
) -> None:
    other = build_city("青山市教育局", prefix="青")
    client.force_login(other.bureau_staff)

    assert client.get("/plans/").context["rows"] == []
    assert "还没有发布" in client.get("/plans/2023/").content.decode()
    assert client.get(f"/plans/2023/tasks/{task_of(plan, '1').pk}/").status_code == 404


def test_the_original_is_served_to_those_who_read_the_plan(
    client: Client, city: World, plan: WorkPlan
) -> None:
    plan.source = files.store(b"text", "text/plain")
    plan.save(update_fields=["source"])
    url = f"/plans/source/{plan.pk}/"

    client.force_login(city.school_secretary)
    answer = client.get(url)
    assert b"".join(answer.streaming_content) == b"text"
    assert answer["Content-Disposition"].startswith("attachment")
    client.force_login(city.judge)
    assert client.get(url).status_code == 404


LONGER = factory.DOCUMENT + "".join(
    f"{n}.学习第{n}讲。各学校要组织一次专题学习培训。\n" for n in range(5, 30)
)


@time_machine.travel(MAY, tick=False)
def test_the_plan_page_costs_the_same_however_long_it_is(client: Client, city: World) -> None:
    factory.published(city.bureau, by=city.bureau_staff)
    factory.published(city.bureau, by=city.bureau_staff, text=LONGER, year=2024)
    client.force_login(city.bureau_staff)

    short, long = cost(client, "/plans/2023/"), cost(client, "/plans/2024/")

    assert short == long <= 14


@time_machine.travel(MAY, tick=False)
def test_the_other_pages_cost_the_same_however_much_was_done(
    client: Client, city: World, plan: WorkPlan
) -> None:
    client.force_login(city.bureau_staff)
    pages = [
        "/plans/",
        f"/plans/2023/units/{city.school.pk}/",
        f"/plans/2023/tasks/{task_of(plan, '1').pk}/",
        f"/plans/2023/tasks/{task_of(plan, '1').pk}/?office={city.office.pk}",
    ]
    train(city, city.school)
    before = [cost(client, page) for page in pages]

    for school in city.schools:
        train(city, school)
    factory.draft(city.bureau, by=city.bureau_staff, year=2024)

    assert [cost(client, page) for page in pages] == before
    assert max(before) <= 18


def cost(client: Client, page: str) -> int:
    """How many queries the page takes, frame and session included."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


@time_machine.travel(JULY, tick=False)
def test_all_tasks_by_office_as_a_page_and_a_workbook(
    client: Client, city: World, plan: WorkPlan
) -> None:
    train(city, city.school)
    client.force_login(city.bureau_staff)
    url = reverse("activities:plan_offices", args=[2023])

    page = client.get(url).content.decode()

    assert page.index("石桥教办") < page.index("云山教办")  # as many late, less done
    assert "云河市教育局和市直属单位" in page
    sheet = client.get(f"{url}?xlsx=1")
    assert sheet["Content-Type"].endswith("spreadsheetml.sheet")

    client.force_login(city.school_secretary)
    mine = client.get(url).content.decode()
    assert "云山教办" in mine
    assert "石桥教办" not in mine


@time_machine.travel(JULY, tick=False)
def test_the_page_by_office_costs_the_same_for_few_units_and_many(
    client: Client, city: World, plan: WorkPlan
) -> None:
    client.force_login(city.office_secretary)
    url = reverse("activities:plan_offices", args=[2023])
    client.get(url)
    with CaptureQueriesContext(connection) as before:
        client.get(url)
    build_city("青山市教育局", prefix="青")
    train(city, city.school)
    train(city, city.kindergarten)
    with CaptureQueriesContext(connection) as after:
        client.get(url)
    assert len(before) == len(after)
