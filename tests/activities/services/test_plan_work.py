"""Changes keep what was done, next year's copy starts anew; units tell, the bureau answers."""

from datetime import date

import pytest

from activities.choices import PlanState, ToldState
from activities.figures.plan_progress import plan_progress, unit_tasks
from activities.models import PlanTask, TaskWork, WorkPlan
from activities.services import plan_versions, plan_work, plans
from portal.kernel.errors import Refused
from tests.factories import activities as records
from tests.factories import plans as factory
from tests.personas import World

MAY = date(2023, 5, 10)


@pytest.fixture
def plan(city: World) -> WorkPlan:
    return factory.published(city.bureau, by=city.bureau_staff)


def bulletins(plan: WorkPlan) -> PlanTask:
    return PlanTask.objects.get(node__plan=plan, node__number="3")  # no record measures it


def test_an_amended_plan_takes_the_place_of_the_old_one_with_what_was_told(
    city: World, plan: WorkPlan
) -> None:
    plan_work.tell(
        bulletins(plan), city.bureau, told=ToldState.DONE, feedback="四期都印了",
        by=city.bureau_staff,
    )  # fmt: skip

    drafted = plan_versions.amend(plan, by=city.bureau_staff)
    assert TaskWork.objects.get().task == bulletins(plan)  # nothing moves before it is published
    plans.publish_plan(drafted, by=city.bureau_staff)

    plan.refresh_from_db()
    assert (plan.state, drafted.version) == (PlanState.REPLACED, 2)
    assert TaskWork.objects.get().task == bulletins(drafted)
    row = plan_progress(drafted, [bulletins(drafted)], on=MAY)[bulletins(drafted).pk]
    assert (row.done, row.words) == (1, ("已完成", "done"))


def test_editing_an_item_of_the_amendment_keeps_the_thread_of_its_task(
    city: World, plan: WorkPlan
) -> None:
    plan_work.tell(
        bulletins(plan), city.bureau, told=ToldState.UNDER_WAY, feedback="", by=city.bureau_staff
    )
    drafted = plan_versions.amend(plan, by=city.bureau_staff)
    task = bulletins(drafted)
    changed = plans.TaskDraft(text="编印简报六期", scope=task.scope, origin=task.origin_id)
    plans.edit_node(
        task.node, number="3", title="简报", text="", tasks=[changed], by=city.bureau_staff
    )
    plans.publish_plan(drafted, by=city.bureau_staff)

    assert TaskWork.objects.get().task.text == "编印简报六期"


def test_last_years_plan_copied_starts_with_nothing_done(city: World, plan: WorkPlan) -> None:
    plan_work.tell(
        bulletins(plan), city.bureau, told=ToldState.DONE, feedback="印了", by=city.bureau_staff
    )

    copied = plan_versions.copy_plan(plan, year=2024, by=city.bureau_staff)

    assert copied.title == "云河市教育局关工委2024年工作要点"
    assert [str(node) for node in copied.nodes.all()] == [str(node) for node in plan.nodes.all()]
    dues = PlanTask.objects.filter(node__plan=copied, due_on__isnull=False)
    assert {due.year for due in dues.values_list("due_on", flat=True)} == {2024}
    plans.publish_plan(copied, by=city.bureau_staff)
    assert not TaskWork.objects.filter(task__node__plan=copied).exists()


def test_a_year_with_a_draft_gets_no_second_one(city: World, plan: WorkPlan) -> None:
    plan_versions.amend(plan, by=city.bureau_staff)

    with pytest.raises(Refused, match="已经有一份草稿"):
        plan_versions.amend(plan, by=city.bureau_staff)


def test_a_unit_shows_its_own_records_only_and_says_what_it_did(
    city: World, plan: WorkPlan
) -> None:
    task = PlanTask.objects.get(node__plan=plan, node__number="4")
    other = records.submitted(city.other_school, by=city.other_school_secretary)
    mine = records.submitted(city.school, by=city.school_secretary)
    tell = {"told": ToldState.DONE, "by": city.school_secretary}

    with pytest.raises(Refused, match="本单位"):
        plan_work.tell(task, city.school, feedback="走访了", records=[other], **tell)
    with pytest.raises(Refused, match="写一句"):
        plan_work.tell(task, city.school, feedback=" ", **tell)
    work = plan_work.tell(task, city.school, feedback="", records=[mine], **tell)

    assert [each.activity for each in work.records.all()] == [mine]
    plan_work.reply(work, words="很好", by=city.bureau_staff)
    stand = {row.task.pk: row for row in unit_tasks(plan, city.school, on=MAY)}.get(task.pk)
    assert stand is None or (stand.is_done and stand.work is not None)
    work.refresh_from_db()
    assert (work.reply, work.replied_by) == ("很好", city.bureau_staff)
