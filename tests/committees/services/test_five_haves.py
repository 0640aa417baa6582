"""五有: the unit's words and the reviewer's stand side by side, and nobody reviews themselves."""

from datetime import UTC, datetime

import pytest

from committees.choices import CheckState, Have
from committees.figures import five_haves as five_haves_figures
from committees.models import FiveHavesCheck, Unit
from committees.permissions import may_review_five_haves
from committees.services import five_haves
from committees.services.five_haves import Found, Own
from portal.kernel.errors import Refused
from tests.personas import World

NOW = datetime(2023, 11, 1, tzinfo=UTC)
ALL_MET = {have.value: Own("met", "有文件") for have in Have}


def handed_in(city: World, unit: Unit) -> FiveHavesCheck:
    check = five_haves.begin(unit, year=2023, by=city.school_secretary)
    five_haves.fill_in(check, own_word="都有", answers=ALL_MET, by=city.school_secretary)
    five_haves.submit(check, at=NOW, by=city.school_secretary)
    return check


def found(**short: str) -> dict[str, Found]:
    return {
        have.value: Found(short.get(have.value, "met"), "看过" if have.value in short else "")
        for have in Have
    }


def test_an_unanswered_question_keeps_the_check_with_the_unit(city: World) -> None:
    check = five_haves.begin(city.school, year=2023, by=None)
    five_haves.fill_in(check, own_word="", answers={"people": Own("met", "")}, by=None)

    with pytest.raises(Refused, match="有事做、有条件、有资源、有热情还没有选"):
        five_haves.submit(check, at=NOW, by=None)
    assert FiveHavesCheck.objects.get().state == CheckState.DRAFT


def test_the_reviewer_never_overwrites_what_the_unit_said(city: World) -> None:
    check = handed_in(city, city.school)

    five_haves.confirm(
        check, word="属实", found=found(conditions="unmet"), at=NOW, by=city.office_secretary
    )

    answer = check.answers.get(have="conditions")
    assert (answer.own_result, answer.evidence) == ("met", "有文件")
    assert (answer.result, answer.reviewer_note) == ("unmet", "看过")
    assert (check.own_word, check.reviewer_word) == ("都有", "属实")
    with pytest.raises(Refused, match="已经交上去"):
        five_haves.fill_in(check, own_word="改", answers={}, by=city.school_secretary)


def test_a_returned_check_says_why_and_can_be_completed(city: World) -> None:
    check = handed_in(city, city.school)
    with pytest.raises(Refused, match="写明原因"):
        five_haves.send_back(check, note="", found={}, at=NOW, by=city.office_secretary)
    five_haves.send_back(
        check, note="补上场地照片", found=found(), at=NOW, by=city.office_secretary
    )

    again = FiveHavesCheck.objects.get()
    assert (again.state, again.return_reason) == (CheckState.RETURNED, "补上场地照片")
    five_haves.fill_in(again, own_word="补好了", answers={}, by=city.school_secretary)
    five_haves.submit(again, at=NOW, by=city.school_secretary)
    assert again.state == CheckState.SUBMITTED


def test_nobody_reviews_the_check_of_their_own_unit(city: World) -> None:
    of_office, of_school = handed_in(city, city.office), handed_in(city, city.school)

    assert may_review_five_haves(city.office_secretary, of_school)
    assert not may_review_five_haves(city.office_secretary, of_office)
    assert may_review_five_haves(city.bureau_staff, of_office)
    assert not may_review_five_haves(city.school_secretary, of_school)
    assert not may_review_five_haves(city.other_office_secretary, of_school)


def test_gaps_are_counted_by_office_and_only_where_somebody_looked(city: World) -> None:
    looked_at = handed_in(city, city.school)
    five_haves.confirm(
        looked_at, word="", found=found(conditions="partly"), at=NOW, by=city.office_secretary
    )
    handed_in(city, city.schools[1])
    units = Unit.objects.institutions().order_by("path")

    rows = five_haves_figures.rows(units, city.bureau_staff, year=2023)

    [gap] = five_haves_figures.gaps(rows)
    assert (gap.office, gap.have, gap.units) == ("云山教办", Have.CONDITIONS, [city.school])
    first, second = five_haves_figures.by_office(rows, due=None, on=NOW.date())
    assert (first.asked, first.handed_in, first.confirmed, first.all_met) == (4, 2, 1, 0)
    assert (second.asked, second.handed_in) == (3, 0)
    conditions = five_haves_figures.by_have(rows)[2]
    assert (conditions.met, conditions.partly, conditions.unmet) == (0, 1, 0)


def test_the_board_costs_the_same_for_one_unit_and_for_all(
    city: World, django_assert_num_queries: object
) -> None:
    for unit in city.schools:
        handed_in(city, unit)
    user = city.bureau_staff
    five_haves_figures.rows(Unit.objects.none(), user, year=2023)  # reads the grants once
    with django_assert_num_queries(3):  # type: ignore[operator]
        rows = five_haves_figures.rows(
            Unit.objects.institutions().select_related("office"), user, year=2023
        )
        five_haves_figures.by_office(rows, due=None, on=NOW.date())
        five_haves_figures.gaps(rows)


def test_a_draft_is_seen_where_it_may_be_written(city: World) -> None:
    check = five_haves.begin(city.school, year=2023, by=None)

    seen = FiveHavesCheck.objects
    assert list(seen.visible_to(city.school_secretary)) == [check]
    assert list(seen.visible_to(city.office_secretary)) == [check]
    assert list(seen.visible_to(city.bureau_leader)) == []
    assert list(seen.visible_to(city.sibling_secretary)) == []
