"""A draft can be read anew, mended and published; a published plan never changes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from activities.choices import PlanState, TaskScope
from activities.imports.work_points import read_work_points
from activities.models import PlanNode, WorkPlan
from activities.services import plans
from activities.services.plans import TaskDraft
from portal.kernel.audit import trail_of
from portal.kernel.errors import Refused
from tests.factories import plans as factory
from tests.personas import World, build_city


def numbers(plan: WorkPlan) -> list[tuple[int, str]]:
    return list(plan.nodes.values_list("level", "number"))


def item(plan: WorkPlan, number: str) -> PlanNode:
    return plan.nodes.get(number=number)


def test_a_reading_becomes_a_draft_with_its_tree_and_tasks(city: World) -> None:
    plan = factory.draft(city.bureau, by=city.bureau_staff)

    assert (plan.state, plan.year, plan.created_by) == (PlanState.DRAFT, 2023, city.bureau_staff)
    assert numbers(plan) == [
        (1, "一"), (1, "二"), (2, "（一）"), (3, "1"), (3, "2"), (2, "（二）"), (3, "3"), (3, "4"),
    ]  # fmt: skip
    assert item(plan, "3").parent == item(plan, "（二）")
    assert item(plan, "1").tasks.get().scope == TaskScope.ALL_UNITS
    assert trail_of(plan).get().verb == "plan.drafted"


def test_reading_again_replaces_the_draft_and_doubles_nothing(city: World) -> None:
    first = factory.draft(city.bureau, by=city.bureau_staff)
    second = factory.draft(
        city.bureau, by=city.bureau_staff, text="2023年工作要点\n一、学习\n二、宣讲"
    )

    assert first.pk == second.pk
    assert numbers(second) == [(1, "一"), (1, "二")]
    assert WorkPlan.objects.count() == 1


def test_reading_again_leaves_a_published_plan_alone(city: World) -> None:
    published = factory.published(city.bureau, by=city.bureau_staff)
    before = numbers(published)

    again = factory.draft(city.bureau, by=city.bureau_staff, text="2023年工作要点\n一、甲\n二、乙")

    assert again.pk != published.pk
    assert numbers(published) == before
    assert (again.amends, again.version) == (published, 2)
    WorkPlan.objects.filter(pk=again.pk).update(amends=None)  # begun before the other was published
    with pytest.raises(Refused, match="已经发布过了"):
        plans.publish_plan(again, by=city.bureau_staff)


def test_two_cities_have_their_own_plans(city: World) -> None:
    other = build_city("青山市教育局", prefix="青")
    mine = factory.draft(city.bureau, by=city.bureau_staff)
    theirs = factory.draft(other.bureau, by=other.bureau_staff)

    assert mine.pk != theirs.pk
    assert list(WorkPlan.objects.editable_by(other.bureau_staff)) == [theirs]


def test_an_edited_item_holds_what_was_left_and_has_no_doubts(city: World) -> None:
    plan = factory.draft(city.bureau, by=city.bureau_staff)
    node = item(plan, "4")
    task = TaskDraft("走访困难老同志", TaskScope.ALL_OFFICES, target="2次", doubt="请核对")
    assert plans.doubts_of(plan) == 1

    plans.edit_node(
        node, number="4", title="走访", text="走访老同志。", tasks=[task], by=city.bureau_staff
    )

    node.refresh_from_db()
    assert (node.title, node.text) == ("走访", "走访老同志。")
    assert [(t.text, t.scope, t.doubt) for t in node.tasks.all()] == [
        ("走访困难老同志", TaskScope.ALL_OFFICES, "")
    ]
    assert plans.doubts_of(plan) == 0


def test_settling_the_doubts_of_an_item_leaves_its_words(city: World) -> None:
    plan = factory.draft(city.bureau, by=city.bureau_staff)
    node = item(plan, "4")

    plans.settle_doubts(node, by=city.bureau_staff)

    assert plans.doubts_of(plan) == 0
    assert node.tasks.get().text == "开展走访慰问活动"


def test_an_item_is_added_behind_everything_below_its_neighbour(city: World) -> None:
    plan = factory.draft(city.bureau, by=city.bureau_staff)

    added = plans.add_node(item(plan, "（一）"), by=city.bureau_staff)

    assert [number for _, number in numbers(plan)] == [
        "一",
        "二",
        "（一）",
        "1",
        "2",
        "",
        "（二）",
        "3",
        "4",
    ]
    assert (added.level, added.parent) == (2, item(plan, "二"))
    last = plans.add_node(item(plan, "4"), by=city.bureau_staff)
    assert list(plan.nodes.all())[-1] == last


def test_an_item_that_is_none_goes_back_into_the_text_before_it(city: World) -> None:
    plan = factory.draft(city.bureau, by=city.bureau_staff)

    before = plans.merge_node(item(plan, "2"), by=city.bureau_staff)

    assert before == item(plan, "1")
    assert before.text.endswith("2 听取汇报\n各学校党组织6月底前要听取一次关工委工作汇报。")
    assert [task.evidence for task in before.tasks.all()] == [
        "“专题学习培训”记录",
        "“听取工作汇报”记录",
    ]
    assert not plan.nodes.filter(number="2").exists()


def test_an_item_with_others_below_it_is_not_merged(city: World) -> None:
    plan = factory.draft(city.bureau, by=city.bureau_staff)

    with pytest.raises(Refused, match="下面还有条目"):
        plans.merge_node(item(plan, "（一）"), by=city.bureau_staff)
    with pytest.raises(Refused, match="第一条"):
        plans.merge_node(item(plan, "一"), by=city.bureau_staff)


CHANGES: list[Callable[[WorkPlan, Any], object]] = [
    lambda plan, by: plans.edit_plan(plan, title="改", issuer="改", by=by),
    lambda plan, by: plans.edit_node(
        item(plan, "1"), number="1", title="改", text="", tasks=[], by=by
    ),
    lambda plan, by: plans.settle_doubts(item(plan, "4"), by=by),
    lambda plan, by: plans.add_node(item(plan, "1"), by=by),
    lambda plan, by: plans.merge_node(item(plan, "2"), by=by),
    lambda plan, by: plans.publish_plan(plan, by=by),
    lambda plan, by: plans.discard_draft(plan, by=by),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_published_plan_cannot_change(
    change: Callable[[WorkPlan, Any], object], city: World
) -> None:
    plan = factory.published(city.bureau, by=city.bureau_staff)
    before = list(plan.nodes.values("number", "title", "text", "doubt"))

    with pytest.raises(Refused, match="已经发布"):
        change(plan, city.bureau_staff)

    assert list(plan.nodes.values("number", "title", "text", "doubt")) == before
    assert plan.published_at is not None


def test_publishing_with_open_doubts_is_written_down(city: World) -> None:
    plan = factory.published(city.bureau, by=city.bureau_staff)

    published = trail_of(plan).get(verb="plan.publish")
    assert published.note == "发布时还有 1 处没有核对"
    assert (published.before, published.after) == ("draft", "published")


def test_a_draft_can_be_thrown_away(city: World) -> None:
    plan = factory.draft(city.bureau, by=city.bureau_staff)

    plans.discard_draft(plan, by=city.bureau_staff)

    assert not WorkPlan.objects.exists()
    assert not PlanNode.objects.exists()


@pytest.mark.parametrize("year", [0, 1999, 23, 2101])
def test_a_year_out_of_reach_is_refused(year: int, city: World) -> None:
    with pytest.raises(Refused, match="四位数字"):
        factory.draft(city.bureau, by=city.bureau_staff, year=year)


def test_overlong_words_are_cut_to_what_the_tables_hold(city: World) -> None:
    reading = read_work_points("2023年工作要点\n一、学习\n二、宣讲".encode(), "a.txt")
    long = replace(
        reading.nodes[0],
        doubt="疑" * 500,
        tasks=(TaskDraft("做" * 900, TaskScope.CITY, target="次" * 50, doubt="疑" * 900),),
    )
    plan = plans.draft_plan(
        city.bureau, reading=replace(reading, nodes=(long,)), year=2023, by=None
    )

    assert len(plan.nodes.get().tasks.get().text) == 300
