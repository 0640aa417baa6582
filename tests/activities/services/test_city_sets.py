"""Sets of other cities as drafts; marks of 不计入 outlive a new version of the set."""

import pytest

from activities.choices import CreditState
from activities.models import ActivityKind, Credit, ObligationCell
from activities.services import activities
from activities.services import obligation_drafts as drafts
from activities.services.city_sets import SETS, CitySet
from activities.services.credits import decline, restore
from activities.services.obligations import draft_city_set, put_in_force
from committees.models import ObligationItem, ObligationSet
from tests.factories import activities as records
from tests.personas import World

EACH = pytest.mark.parametrize("chosen", SETS.values(), ids=list(SETS))


@EACH
def test_every_item_of_a_ready_set_can_be_shown_by_a_known_kind_of_record(
    city: World, chosen: CitySet
) -> None:
    slugs = set(ActivityKind.objects.values_list("slug", flat=True))
    codes = [item["code"] for item in chosen.items]
    assert len(set(codes)) == len(codes)
    assert set(chosen.rules) == set(codes)
    assert {slug for rules in chosen.rules.values() for slug, _ in rules} <= slugs
    assert all(len(item["name"]) <= 6 for item in chosen.items)  # a column of the printed matrix


@EACH
def test_a_ready_set_put_in_force_counts_a_record(city: World, chosen: CitySet) -> None:
    drafted = draft_city_set(city.bureau, chosen=chosen, year=2023, by=city.bureau_staff)
    put_in_force(drafted, by=city.bureau_staff)
    slug = next(iter(chosen.rules.values()))[0][0]
    record = records.accepted(
        city.school, by=city.school_secretary, reviewer=city.office_secretary, slug=slug,
    )  # fmt: skip
    assert record.credits.filter(state=CreditState.COUNTED, item__obligation_set=drafted).exists()


def next_version(city: World) -> ObligationSet:
    return drafts.draft_like(city.obligation_set, year=2023, by=city.bureau_staff)


def declined(city: World) -> Credit:
    record = records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    credit = record.credits.get()
    decline(credit, reason="这是校务会，不是培训", by=city.office_secretary)
    return credit


def test_a_declined_credit_stays_declined_in_the_next_version(city: World) -> None:
    before = declined(city)
    drafted = next_version(city)
    put_in_force(drafted, by=city.bureau_staff)

    after = Credit.objects.get()
    assert after.pk == before.pk
    assert after.item is not None
    assert after.item.obligation_set == drafted
    assert (after.state, after.declined_reason, after.declined_by) == (
        CreditState.DECLINED, "这是校务会，不是培训", city.office_secretary,
    )  # fmt: skip
    assert not ObligationCell.objects.filter(counted__gt=0).exists()


def test_it_can_be_restored_afterwards_and_counts_in_the_new_cell(city: World) -> None:
    credit = declined(city)
    put_in_force(next_version(city), by=city.bureau_staff)
    credit.refresh_from_db()
    restore(credit, by=city.office_secretary)
    cell = ObligationCell.objects.get(item=credit.item, unit=city.school)
    assert (cell.counted, cell.reached_on) == (1, records.HELD)


def test_counted_credits_move_with_their_cells_and_none_is_left_behind(city: World) -> None:
    record = records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    drafted = next_version(city)
    put_in_force(drafted, by=city.bureau_staff)
    cells = {
        cell.item.obligation_set_id: (cell.counted, cell.reached_on)
        for cell in ObligationCell.objects.select_related("item")
    }
    assert cells == {city.obligation_set.pk: (0, None), drafted.pk: (1, records.HELD)}
    activities.void(record, note="记重了", by=city.office_secretary)
    assert not ObligationCell.objects.exclude(counted=0).exists()


def test_an_item_the_new_version_dropped_keeps_no_credit(city: World) -> None:
    declined(city)
    drafted = next_version(city)
    drafts.remove_item(drafted.items.get(code="training"), by=city.bureau_staff)
    put_in_force(drafted, by=city.bureau_staff)
    assert not Credit.objects.exists()


def test_an_item_is_added_behind_its_group_with_a_code_of_its_own(city: World) -> None:
    drafted = next_version(city)
    facts = {
        "group": "三个同", "name": "同检查", "text": "一同检查", "min_count": 1,
        "due_on": records.HELD, "unit_kinds": ["school"],
    }  # fmt: skip
    kinds = ActivityKind.objects.filter(slug="party_assess")
    for _ in range(2):
        drafts.add_item(drafted, facts=facts, kinds=kinds, requires=[], by=city.bureau_staff)
    items = list(ObligationItem.objects.filter(obligation_set=drafted))
    assert [item.group for item in items] == ["三个同"] * 5 + ["三个一"] * 3
    assert [item.code for item in items][3:5] == ["own_7", "own_8"]
    assert [item.position for item in items] == list(range(1, 9))
