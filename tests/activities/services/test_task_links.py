"""Whom a task asks by rule, what measures it, and what an amended or re-read plan keeps."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from activities.choices import TaskScope, ToldState
from activities.figures.asked import asked_among, asks, tasks_of
from activities.figures.plan_progress import (
    office_progress,
    plan_progress,
    task_units,
    unit_tasks,
)
from activities.models import PlanTask, TaskWork, WorkPlan
from activities.services import obligation_cases, plan_versions, plan_work, plans
from committees.choices import SchoolStage
from committees.models import Unit
from tests.factories import activities as records
from tests.factories import plans as factory
from tests.personas import World

MAY = date(2023, 5, 10)
JULY = date(2023, 7, 1)


@pytest.fixture
def plan(city: World) -> WorkPlan:
    return factory.published(city.bureau, by=city.bureau_staff)


def task_of(plan: WorkPlan, number: str) -> PlanTask:
    return tasks_of(plan).select_related("node__plan").get(node__number=number)


def changed(task: PlanTask, *units: Unit, **facts: Any) -> PlanTask:
    """As a bureau would have set it before publishing."""
    PlanTask.objects.filter(pk=task.pk).update(**facts)
    task.units.set(units)
    return task_of(task.node.plan, task.node.number)


def asked(task: PlanTask, city: World) -> set[str]:
    units = Unit.objects.below(city.bureau)
    by_rule = {unit.name for unit in units if asks(task, unit)}
    assert by_rule == {unit.name for unit in asked_among(task, units)}
    assert by_rule == {row.unit.name for row in task_units(task, units, on=MAY)}
    return by_rule


@pytest.mark.parametrize(
    ("scope", "stages", "count"),
    [
        (TaskScope.CITY, [], 1), (TaskScope.ALL_OFFICES, [], 2), (TaskScope.ALL_SCHOOLS, [], 6),
        (TaskScope.ALL_KINDERGARTENS, [], 1), (TaskScope.ALL_UNITS, [], 9),
        (TaskScope.ALL_SCHOOLS, [SchoolStage.JUNIOR_HIGH], 2),
        (TaskScope.ALL_UNITS, [SchoolStage.JUNIOR_HIGH], 5),
        (TaskScope.ALL_SCHOOLS, [SchoolStage.VOCATIONAL], 0),
    ],
)  # fmt: skip
def test_a_rule_finds_its_units(
    city: World, plan: WorkPlan, scope: str, stages: list[str], count: int
) -> None:
    task = changed(task_of(plan, "1"), scope=scope, stages=stages)
    assert len(asked(task, city)) == count
    assert plan_progress(plan, [task], on=MAY)[task.pk].expected == count


def test_named_units_are_asked_and_nobody_else(city: World, plan: WorkPlan) -> None:
    task = changed(task_of(plan, "1"), city.school, city.kindergarten, scope=TaskScope.NAMED)
    assert asked(task, city) == {"云山小学", "云山中心幼儿园"}
    assert task.asked == "云山小学、云山中心幼儿园"


def test_words_say_whom_a_task_asks(city: World, plan: WorkPlan) -> None:
    stages = [SchoolStage.PRIMARY, SchoolStage.JUNIOR_HIGH]
    task = changed(task_of(plan, "1"), scope=TaskScope.ALL_SCHOOLS, stages=stages)
    assert task.asked == "各学校（学校只限小学、初中）"
    task = changed(task, *city.schools[:4], scope=TaskScope.NAMED)
    assert task.asked == "云山小学、云山二小、云山初中等 4 个单位"


def test_a_task_follows_the_obligation_it_is_linked_to(city: World, plan: WorkPlan) -> None:
    task = changed(
        task_of(plan, "2"), scope=TaskScope.ALL_SCHOOLS, kind=None, obligation="report_heard"
    )
    records.accepted(
        city.school, by=city.bureau_staff, reviewer=city.bureau_staff, slug="report_heard"
    )
    item = city.obligation_set.items.get(code="report_heard")
    obligation_cases.waive(city.other_school, item, reason="正在撤并", by=city.bureau_staff)

    row = plan_progress(plan, [task], on=MAY)[task.pk]

    assert (row.expected, row.done, row.begun, row.item) == (5, 1, 1, item)
    stands = {it.task.node.number: it for it in unit_tasks(plan, city.school, on=MAY)}
    assert stands["2"].is_done
    mine = {it.task.node.number for it in unit_tasks(plan, city.other_school, on=MAY)}
    assert "2" not in mine


def test_a_unit_given_longer_for_the_obligation_has_longer_for_the_task(
    city: World, plan: WorkPlan
) -> None:
    task = changed(
        task_of(plan, "2"), scope=TaskScope.ALL_SCHOOLS, kind=None, obligation="report_heard",
        due_on=date(2023, 5, 31),
    )  # fmt: skip
    item = city.obligation_set.items.get(code="report_heard")
    obligation_cases.extend(
        city.school, item, due_on=date(2023, 12, 15), reason="校舍在修", by=city.bureau_staff
    )

    december = date(2023, 12, 10)
    units = Unit.objects.below(city.bureau)
    stands = {row.unit: row.stand for row in task_units(task, units, on=december)}

    mine = stands.pop(city.school)
    assert (mine.due_on, mine.is_extended, mine.words[0]) == (
        date(2023, 12, 15), True, "未开始",
    )  # fmt: skip
    assert {stand.words[0] for stand in stands.values()} == {"已逾期"}
    whole = plan_progress(plan, [task], on=december)[task.pk]
    assert (whole.left, whole.late, whole.words[0]) == (6, 5, "逾期 5 家")


def test_a_task_is_measured_one_way_only(city: World, plan: WorkPlan) -> None:
    task = task_of(plan, "1")
    with pytest.raises(IntegrityError, match="task_is_measured_one_way"), transaction.atomic():
        changed(task, obligation="training")


def test_offices_over_all_tasks_add_up_to_the_tasks(city: World, plan: WorkPlan) -> None:
    records.accepted(city.school, by=city.bureau_staff, reviewer=city.bureau_staff)
    plan_work.tell(
        task_of(plan, "4"),
        city.bureau,
        told=ToldState.DONE,
        feedback="走访了",
        by=city.bureau_staff,
    )
    tasks = list(tasks_of(plan))
    rows = office_progress(plan, tasks, Unit.objects.below(city.bureau), on=JULY)
    whole = plan_progress(plan, tasks, on=JULY).values()
    assert sum(row.expected for row in rows) == sum(row.expected for row in whole) == 17
    assert sum(row.done for row in rows) == sum(row.done for row in whole)
    assert {row.office: (row.units, row.late) for row in rows} == {
        None: (1, 0), city.offices[0].pk: (5, 3), city.offices[1].pk: (4, 3),
    }  # fmt: skip
    assert sum(row.untold for row in rows) == 1  # the bulletins of the bureau


def test_the_progress_costs_the_same_queries_for_one_task_as_for_all(
    city: World, plan: WorkPlan
) -> None:
    changed(task_of(plan, "2"), kind=None, obligation="report_heard")
    tasks = list(tasks_of(plan))
    plan_progress(plan, tasks, on=MAY)
    with CaptureQueriesContext(connection) as some:
        plan_progress(plan, [task for task in tasks if task.obligation], on=MAY)
    with CaptureQueriesContext(connection) as all_of_them:
        plan_progress(plan, tasks, on=MAY)
    assert len(some) == len(all_of_them) <= 9


# --- versions ----------------------------------------------------------------------------------

AGAIN = factory.DOCUMENT.replace(
    "1.开展学习培训。各教办、各学校（幼儿园）每年至少组织一次专题学习培训。",
    "1.开展学习培训。各教办、各学校（幼儿园）每年至少要组织一次专题学习培训活动。",
).replace("4.慰问老同志。开展走访慰问活动。\n", "4.建设阵地。各学校建立读书角。\n")


def test_a_plan_read_again_over_an_amendment_keeps_what_was_done(
    city: World, plan: WorkPlan
) -> None:
    changed(task_of(plan, "3"), kind=None, obligation="")
    changed(task_of(plan, "2"), kind=None, obligation="report_heard", stages=["primary"])
    plan_work.tell(
        task_of(plan, "3"), city.bureau, told=ToldState.DONE, feedback="印了", by=city.bureau_staff
    )
    plan_versions.amend(plan, by=city.bureau_staff)

    drafted = factory.draft(city.bureau, by=city.bureau_staff, text=AGAIN)

    assert (drafted.amends, drafted.version) == (plan, 2)
    origins = {task.node.number: task.origin for task in tasks_of(drafted)}
    assert origins["1"] == task_of(plan, "1")  # two words more
    assert origins["3"] == task_of(plan, "3")
    assert origins["4"] is None
    assert task_of(drafted, "2").stages == ["primary"]
    plans.publish_plan(drafted, by=city.bureau_staff)
    assert TaskWork.objects.get().task == task_of(drafted, "3")


def test_a_plan_uploaded_over_a_published_one_is_its_next_version(
    city: World, plan: WorkPlan
) -> None:
    drafted = factory.draft(city.bureau, by=city.bureau_staff, text=AGAIN)
    assert drafted.amends == plan
    plans.publish_plan(drafted, by=city.bureau_staff)
    assert WorkPlan.objects.get(state="published") == drafted


def test_copies_and_amendments_ask_the_same_units_by_the_same_measure(
    city: World, plan: WorkPlan
) -> None:
    changed(
        task_of(plan, "1"), city.school, scope=TaskScope.NAMED, kind=None, obligation="training"
    )
    changed(task_of(plan, "2"), stages=["primary"])
    for copied in (
        plan_versions.copy_plan(plan, year=2024, by=city.bureau_staff),
        plan_versions.amend(plan, by=city.bureau_staff),
    ):
        first, second = task_of(copied, "1"), task_of(copied, "2")
        assert (list(first.units.all()), first.obligation) == ([city.school], "training")
        assert (second.stages, second.kind) == (["primary"], task_of(plan, "2").kind)
