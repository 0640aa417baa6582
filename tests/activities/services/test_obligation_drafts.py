"""A draft of the year's duties: begun from another, put right, counted beforehand, then frozen."""

from datetime import date

import pgtrigger
import pytest

from activities.choices import ActivityState, CreditState
from activities.models import ActivityKind, Credit
from activities.models.activities import FACTS_STAND
from activities.services import obligation_drafts as drafts
from activities.services import obligations
from committees.models import ObligationItem, ObligationSet
from portal.kernel.audit import trail_of
from portal.kernel.errors import Refused
from tests.factories import activities as records
from tests.personas import World


def amend(item: ObligationItem, *, by: object, slugs: tuple[str, ...], **facts: object) -> None:
    kinds = ActivityKind.objects.filter(slug__in=slugs)
    drafts.amend_item(item, facts=facts, kinds=kinds, requires=["minutes"], by=by)


def test_next_years_draft_repeats_the_items_and_rules_on_the_same_days(city: World) -> None:
    drafted = drafts.draft_like(city.obligation_set, year=2024, by=city.bureau_staff)

    old, new = city.obligation_set.items.all(), drafted.items.all()
    assert [item.code for item in new] == [item.code for item in old]
    assert [item.due_on for item in new] == [item.due_on.replace(year=2024) for item in old]
    assert [rule.kind.slug for item in new for rule in item.rules.all()] == [
        rule.kind.slug for item in old for rule in item.rules.all()
    ]
    assert (drafted.version, drafted.published_at) == (1, None)
    assert trail_of(drafted).get().verb == "obligations.drafted"


def test_a_leap_day_becomes_the_last_of_february(city: World) -> None:
    leap = drafts.draft_like(city.obligation_set, year=2024, by=None)
    amend(leap.items.get(code="training"), by=None, slugs=("training",), due_on=date(2024, 2, 29))

    after = drafts.draft_like(leap, year=2025, by=None)

    assert after.items.get(code="training").due_on == date(2025, 2, 28)


def test_a_second_draft_of_the_year_is_the_next_version(city: World) -> None:
    assert drafts.draft_like(city.obligation_set, year=2023, by=None).version == 2


def test_amending_an_item_changes_its_facts_and_its_rules(city: World) -> None:
    drafted = drafts.draft_like(city.obligation_set, year=2024, by=None)
    item = drafted.items.get(code="training")

    amend(item, by=city.bureau_staff, slugs=("training", "lecture"), name="学习", min_count=2)

    item.refresh_from_db()
    assert (item.name, item.min_count) == ("学习", 2)
    assert {rule.kind.slug for rule in item.rules.all()} == {"training", "lecture"}


def test_the_set_as_a_whole_can_be_amended_and_an_item_taken_out(city: World) -> None:
    drafted = drafts.draft_like(city.obligation_set, year=2024, by=None)

    drafts.amend_set(drafted, name="四纳入", basis="某文件", only_served=False, by=None)
    drafts.remove_item(drafted.items.get(code="training"), by=None)

    drafted.refresh_from_db()
    assert (drafted.name, drafted.basis, drafted.only_served) == ("四纳入", "某文件", False)
    assert drafted.items.count() == 5


def test_what_came_into_force_meanwhile_cannot_be_amended(city: World) -> None:
    drafted = drafts.draft_like(city.obligation_set, year=2024, by=None)
    item = drafted.items.get(code="training")
    obligations.put_in_force(ObligationSet.objects.get(pk=drafted.pk), by=None)

    with pytest.raises(Refused, match="已经生效"):
        amend(item, by=None, slugs=("lecture",), name="学习")
    with pytest.raises(Refused, match="已经生效"):
        drafts.amend_set(drafted, name="别的", basis="", only_served=True, by=None)
    with pytest.raises(Refused, match="已经生效"):
        drafts.remove_item(item, by=None)

    item.refresh_from_db()
    assert item.name == "学习培训"


def test_the_preview_promises_what_coming_into_force_then_counts(city: World) -> None:
    year_of_records(city)
    drafted = drafts.draft_like(city.obligation_set, year=2023, by=None)
    amend(
        drafted.items.get(code="report_heard"),
        by=None,
        slugs=("report_heard", "lecture"),
        unit_kinds=["school"],
    )

    promised = {g.item.code: (g.accepted, g.waiting) for g in drafts.gains_of(drafted)}
    obligations.put_in_force(drafted, by=None)

    kept = {
        item.code: tuple(
            Credit.objects.filter(item=item, state=state).count()
            for state in (CreditState.COUNTED, CreditState.PENDING)
        )
        for item in drafted.items.all()
    }
    assert promised == kept
    assert promised["training"] == (1, 1)
    assert promised["report_heard"] == (2, 0)


def year_of_records(city: World) -> None:
    by, reviewer = city.school_secretary, city.bureau_staff
    records.accepted(city.school, by=by, reviewer=reviewer, slug="training")
    records.submitted(city.schools[1], by=by, slug="training")
    records.accepted(city.school, by=by, reviewer=reviewer, slug="lecture")
    records.accepted(city.schools[2], by=by, reviewer=reviewer, slug="report_heard")
    # Not of a kind of unit that is asked, not of the year, not handed in, without a word inside.
    records.accepted(city.kindergarten, by=by, reviewer=reviewer, slug="report_heard")
    records.accepted(
        city.school, by=by, reviewer=reviewer, slug="report_heard", held_on=date(2022, 5, 1)
    )
    records.draft(city.school, by=by, slug="report_heard")
    empty = records.accepted(city.school, by=by, reviewer=reviewer, slug="report_heard")
    with pgtrigger.ignore(FACTS_STAND):
        type(empty).objects.filter(pk=empty.pk).update(minutes=" \u3000\n")
    assert empty.state == ActivityState.ACCEPTED
