"""A record's way from the secretary to the office, and what the database will not let pass."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from activities.choices import ActivitySource, ActivityState, CreditState
from activities.models import Activity, Credit, ObligationCell
from activities.permissions import may_edit, may_review, may_void, may_withdraw
from activities.services import activities, credits
from portal.kernel.audit import trail_of
from portal.kernel.errors import Refused
from portal.kernel.models import Notice
from portal.kernel.workflow import StepRefused
from tests.factories import activities as records
from tests.factories.activities import TODAY


def cell(city, code: str, unit=None) -> tuple[int, int]:
    """(counted, pending) of one cell; no row is the same as zero."""
    found = ObligationCell.objects.filter(unit=unit or city.school, item__code=code).first()
    return (found.counted, found.pending) if found else (0, 0)


def test_a_handed_in_training_waits_in_its_cell_and_counts_when_accepted(city):
    record = records.submitted(city.school, by=city.school_secretary)
    assert cell(city, "training") == (0, 1)

    activities.accept(record, by=city.office_secretary)

    assert cell(city, "training") == (1, 0)
    assert cell(city, "report_heard") == (0, 0)


def test_the_receiver_is_the_office_above_and_its_people_are_told(city):
    record = records.submitted(city.school, by=city.school_secretary)

    assert record.receiver == city.office
    told = Notice.objects.values_list("user__username", flat=True)
    assert list(told) == ["office_secretary"]


def test_numbers_count_up_within_the_city_and_year(city):
    first = records.submitted(city.school, by=city.school_secretary)
    other = records.submitted(city.other_school, by=city.other_school_secretary)
    earlier = records.submitted(city.school, by=city.school_secretary, held_on=date(2022, 5, 1))

    assert [r.number for r in (first, other, earlier)] == [
        "2023-000001", "2023-000002", "2022-000001",
    ]  # fmt: skip


def test_an_unfinished_draft_is_refused_with_every_gap_named(city):
    draft = activities.start_draft(city.school, by=city.school_secretary)

    with pytest.raises(Refused) as refusal:
        activities.submit(draft, on=TODAY, by=city.school_secretary)

    for gap in ("什么活动", "哪天办的", "主题", "到场人数", "说了哪些事"):
        assert gap in str(refusal.value)
    draft.refresh_from_db()
    assert draft.state == ActivityState.DRAFT


def test_a_meeting_of_tomorrow_cannot_be_handed_in_today(city):
    draft = records.draft(city.school, by=city.school_secretary, held_on=date(2024, 1, 1))

    with pytest.raises(Refused, match="今天或今天以前"):
        activities.submit(draft, on=TODAY, by=city.school_secretary)


def test_a_returned_record_says_why_keeps_its_number_and_can_come_again(city):
    record = records.submitted(city.school, by=city.school_secretary)
    activities.send_back(record, note="请写上主讲人", by=city.office_secretary)
    assert (record.state, record.return_reason) == ("returned", "请写上主讲人")
    assert cell(city, "training") == (0, 0)

    activities.save_draft(
        record, fields={"speakers": "陈老师"}, version=record.version, by=city.school_secretary
    )
    activities.submit(record, on=TODAY, by=city.school_secretary)

    assert record.number == "2023-000001"
    assert cell(city, "training") == (0, 1)


def test_sending_back_without_a_reason_is_refused(city):
    record = records.submitted(city.school, by=city.school_secretary)

    with pytest.raises(StepRefused, match="写明原因"):
        activities.send_back(record, note=" ", by=city.office_secretary)


def test_a_voided_record_counts_nowhere_and_stays_readable(city):
    record = records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)

    activities.void(record, note="重复记录", by=city.office_secretary)

    assert cell(city, "training") == (0, 0)
    assert Activity.objects.visible_to(city.school_secretary).get() == record


def test_a_withdrawn_record_is_a_draft_again_and_its_credit_is_gone(city):
    record = records.submitted(city.school, by=city.school_secretary)

    activities.withdraw(record, by=city.school_secretary)

    assert (record.state, Credit.objects.count()) == (ActivityState.DRAFT, 0)


def test_the_second_of_two_reviewers_is_told_that_it_is_done(city):
    record = records.submitted(city.school, by=city.school_secretary)
    stale = Activity.objects.get(pk=record.pk)
    activities.accept(record, by=city.office_secretary)

    with pytest.raises(StepRefused, match="别人"):
        activities.send_back(stale, note="缺照片", by=city.bureau_staff)


def test_of_two_people_typing_the_later_sees_what_stands(city):
    draft = records.draft(city.school, by=city.school_secretary)
    activities.save_draft(draft, fields={"title": "甲的题目"}, version=1, by=city.school_secretary)

    with pytest.raises(activities.EditedMeanwhile) as clash:
        activities.save_draft(draft, fields={"title": "乙的题目"}, version=1, by=city.party_contact)

    assert clash.value.current.title == "甲的题目"


def test_an_office_entering_for_a_school_is_named_as_such(city):
    record = records.draft(city.school, by=city.office_secretary)

    assert record.source == ActivitySource.PROXY


def test_a_record_carries_the_office_of_its_own_day(city):
    record = records.submitted(city.school, by=city.school_secretary)

    assert (record.office, record.city) == (city.office, city.bureau)


def test_the_bureaus_own_record_needs_nobody_above(city):
    record = records.submitted(city.bureau, by=city.bureau_staff)

    assert record.state == ActivityState.ACCEPTED


def test_the_trail_tells_the_story_in_order(city):
    record = records.submitted(city.school, by=city.school_secretary)
    activities.send_back(record, note="请补", by=city.office_secretary)
    activities.submit(record, on=TODAY, by=city.school_secretary)
    activities.accept(record, by=city.office_secretary)

    verbs = list(trail_of(record).values_list("verb", flat=True))[::-1]
    assert verbs == [
        "activity.submit", "activity.send_back", "activity.submit", "activity.accept",
    ]  # fmt: skip


def test_a_declined_credit_leaves_the_cell_with_its_reason_and_comes_back(city):
    record = records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    credit = record.credits.get()

    credits.decline(credit, reason="是教研活动，不是关工学习", by=city.office_secretary)
    assert cell(city, "training") == (0, 0)
    credits.settle(record, by=None)  # settling anew respects what somebody decided
    assert record.credits.get().state == CreditState.DECLINED

    credit.refresh_from_db()
    credits.restore(credit, by=city.office_secretary)
    assert cell(city, "training") == (1, 0)


def test_putting_a_set_in_force_credits_records_that_were_there_before(city):
    record = records.accepted(
        city.school,
        by=city.school_secretary,
        reviewer=city.office_secretary,
        held_on=date(2022, 5, 1),
    )
    assert record.credits.count() == 0

    set_of_2022 = records.put_standard_set_in_force(city.bureau, year=2022)

    assert record.credits.get().item.obligation_set == set_of_2022


def test_the_database_refuses_a_submitted_record_without_a_title(city):
    record = records.submitted(city.school, by=city.school_secretary)

    with pytest.raises(IntegrityError, match="activity_past_draft_is_whole"), transaction.atomic():
        Activity.objects.filter(pk=record.pk).update(title="")


def test_the_database_refuses_a_published_set_that_changes(city):
    with pytest.raises(IntegrityError, match="published and cannot change"), transaction.atomic():
        city.obligation_set.items.update(min_count=3)


@pytest.mark.parametrize(
    ("persona", "edits", "reviews"),
    [
        ("school_secretary", True, False),
        ("party_contact", True, False),
        ("office_secretary", True, True),
        ("bureau_staff", True, True),
        ("bureau_leader", False, False),
        ("sibling_secretary", False, False),
        ("other_office_secretary", False, False),
        ("auditor", False, False),
        ("judge", False, False),
    ],
)
def test_who_may_write_and_who_may_judge(city, persona, edits, reviews):
    user = city.users[persona]
    draft = records.draft(city.school, by=city.school_secretary)
    waiting = records.submitted(city.school, by=city.school_secretary)

    assert (may_edit(user, draft), may_withdraw(user, waiting)) == (edits, edits)
    assert may_review(user, waiting) is reviews


def test_an_office_does_not_accept_its_own_record(city):
    own = records.submitted(city.office, by=city.office_secretary)

    assert may_review(city.office_secretary, own) is False
    assert may_review(city.bureau_staff, own) is True
    assert may_void(city.office_secretary, own) is False


def test_a_draft_is_seen_by_its_unit_and_not_by_readers(city):
    draft = records.draft(city.school, by=city.school_secretary)

    def seen_by(name: str) -> bool:
        return Activity.objects.visible_to(city.users[name]).filter(pk=draft.pk).exists()

    assert seen_by("school_secretary")
    assert seen_by("office_secretary")
    assert not seen_by("bureau_leader")
    assert not seen_by("sibling_secretary")
