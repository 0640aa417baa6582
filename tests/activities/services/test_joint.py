"""Joint activities: each host's own word, one credit a unit, and everybody counted once."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import Activity, CoHost, Credit, ObligationCell
from activities.models.joint import Work, total_work, work_by_unit
from activities.services import activities, credits, joint
from portal.kernel.errors import Refused
from portal.kernel.models import Notice
from tests.factories import activities as records
from tests.factories.activities import TODAY
from tests.personas import World, build_city


def with_sibling(city: World, **fields: object) -> CoHost:
    record = records.draft(city.school, by=city.school_secretary, **fields)
    return joint.invite(record, city.schools[1], by=city.school_secretary)


def counted(unit) -> int:
    cell = ObligationCell.objects.filter(unit=unit, item__code="training").first()
    return cell.counted if cell else 0


def test_a_cohost_is_asked_when_the_record_is_handed_in_and_not_before(city):
    cohost = with_sibling(city)
    assert not Notice.objects.filter(user=city.sibling_secretary).exists()

    activities.submit(cohost.activity, on=TODAY, by=city.school_secretary)

    told = Notice.objects.get(user=city.sibling_secretary)
    assert "请您确认" in told.text
    assert told.link == f"/activities/{cohost.activity_id}/"


def test_a_joint_activity_counts_for_the_unit_that_confirmed_and_only_once_it_did(city):
    cohost = with_sibling(city)
    record = cohost.activity
    activities.submit(record, on=TODAY, by=city.school_secretary)
    activities.accept(record, by=city.office_secretary)
    assert (counted(city.school), counted(city.schools[1])) == (1, 0)

    joint.confirm(cohost, by=city.sibling_secretary)

    assert (counted(city.school), counted(city.schools[1])) == (1, 1)


def test_what_was_confirmed_first_counts_when_the_office_accepts(city):
    cohost = with_sibling(city)
    activities.submit(cohost.activity, on=TODAY, by=city.school_secretary)
    joint.confirm(cohost, by=city.sibling_secretary)
    assert counted(city.schools[1]) == 0

    activities.accept(Activity.objects.get(pk=cohost.activity_id), by=city.office_secretary)

    assert counted(city.schools[1]) == 1


def test_a_unit_that_had_no_part_says_why_and_the_author_reads_it(city):
    cohost = with_sibling(city)
    activities.submit(cohost.activity, on=TODAY, by=city.school_secretary)
    with pytest.raises(Refused, match="写明原因"):
        joint.decline(cohost, reason=" ", by=city.sibling_secretary)

    joint.decline(cohost, reason="那天我们没有去", by=city.sibling_secretary)

    assert Notice.objects.filter(
        user=city.school_secretary, text__contains="那天我们没有去"
    ).exists()
    assert Credit.objects.filter(unit=city.schools[1]).count() == 0


def test_a_unit_may_take_its_word_back_and_the_credit_goes_with_it(city):
    cohost = with_sibling(city)
    activities.submit(cohost.activity, on=TODAY, by=city.school_secretary)
    activities.accept(cohost.activity, by=city.office_secretary)
    joint.confirm(cohost, by=city.sibling_secretary)

    joint.decline(cohost, reason="点错了", by=city.sibling_secretary)

    assert (counted(city.school), counted(city.schools[1])) == (1, 0)


def test_nobody_confirms_a_draft_or_a_voided_record(city):
    cohost = with_sibling(city)
    with pytest.raises(Refused, match="还没有交上去"):
        joint.confirm(cohost, by=city.sibling_secretary)
    activities.submit(cohost.activity, on=TODAY, by=city.school_secretary)
    activities.accept(cohost.activity, by=city.office_secretary)
    activities.void(cohost.activity, note="重复", by=city.office_secretary)

    with pytest.raises(Refused, match="作废"):
        joint.confirm(cohost, by=city.sibling_secretary)


def test_the_hosts_of_a_handed_in_record_stay_as_they_are(city):
    cohost = with_sibling(city)
    activities.submit(cohost.activity, on=TODAY, by=city.school_secretary)

    with pytest.raises(Refused, match="先撤回来"):
        joint.invite(cohost.activity, city.kindergarten, by=city.school_secretary)
    with pytest.raises(Refused, match="先撤回来"):
        joint.uninvite(cohost, by=city.school_secretary)


def test_a_cohost_is_named_once_never_oneself_and_never_of_another_city(city):
    cohost = with_sibling(city)
    elsewhere = build_city("新州市教育局", prefix="新")

    with pytest.raises(Refused, match="已经在共办单位里"):
        joint.invite(cohost.activity, city.schools[1], by=city.school_secretary)
    with pytest.raises(Refused, match="不用再选自己"):
        joint.invite(cohost.activity, city.school, by=city.school_secretary)
    with pytest.raises(Refused, match="不在本市"):
        joint.invite(cohost.activity, elsewhere.school, by=city.school_secretary)


def test_an_office_that_declines_its_schools_credit_leaves_the_other_hosts_credit(city):
    record = records.draft(city.school, by=city.school_secretary)
    cohost = joint.invite(record, city.other_school, by=city.school_secretary)
    activities.submit(record, on=TODAY, by=city.school_secretary)
    activities.accept(record, by=city.office_secretary)
    joint.confirm(cohost, by=city.other_school_secretary)

    theirs = Credit.objects.get(unit=city.other_school)
    credits.decline(theirs, reason="只派了两个人", by=city.other_office_secretary)
    credits.settle(Activity.objects.get(pk=record.pk), by=None)

    assert (counted(city.school), counted(city.other_school)) == (1, 0)
    assert Credit.objects.get(unit=city.other_school).state == "declined"


def test_a_cohost_and_its_office_see_the_record_but_no_draft_of_it(city):
    record = records.draft(city.school, by=city.school_secretary)
    joint.invite(record, city.other_school, by=city.school_secretary)
    seen = Activity.objects.visible_to
    assert not seen(city.other_school_secretary).exists()

    activities.submit(record, on=TODAY, by=city.school_secretary)

    assert seen(city.other_school_secretary).get() == record
    assert seen(city.other_office_secretary).get() == record
    assert not seen(city.sibling_secretary).exists()


HOSTS = st.lists(
    st.tuples(
        st.integers(0, 5),  # who writes it down
        st.integers(0, 300),  # attendance
        st.none() | st.integers(0, 300),  # youth
        st.lists(
            st.tuples(st.integers(0, 5), st.sampled_from(["confirm", "decline", "leave"])),
            max_size=4,
            unique_by=lambda pair: pair[0],
        ),
    ),
    max_size=6,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTS)
def test_people_are_counted_once_whoever_held_it_together(city, held):
    Activity.objects.all().delete()
    expected, shared = Work(), Work()
    for writer, attendance, youth, others in held:
        record = records.draft(
            city.schools[writer], by=city.bureau_staff, attendance=attendance, youth=youth
        )
        invited = [
            (joint.invite(record, city.schools[other], by=city.bureau_staff), word)
            for other, word in others
            if other != writer
        ]
        activities.submit(record, on=TODAY, by=city.bureau_staff)
        activities.accept(record, by=city.bureau_staff)
        expected += Work(1, attendance, youth or 0)
        for cohost, word in invited:
            if word == "confirm":
                joint.confirm(cohost, by=city.bureau_staff)
                shared += Work(1, attendance, youth or 0)
            elif word == "decline":
                joint.decline(cohost, reason="没有参加", by=city.bureau_staff)

    year = Activity.objects.in_year(2023).accepted()
    by_unit = work_by_unit(year)
    assert total_work(year) == expected
    assert sum((each.own for each in by_unit), Work()) == expected
    assert sum((each.shared for each in by_unit), Work()) == shared
    # Asked through a list that repeats its rows, as a filter over co-hosts does, the sum stands.
    repeated = year.filter(cohosts__isnull=False)
    assert total_work(repeated).records == repeated.values("pk").distinct().count()
    # Each unit's own duty holds one credit a record it wrote or confirmed.
    for each in by_unit:
        assert counted(each.unit) == each.own.records + each.shared.records


def test_the_office_of_a_cohost_is_that_of_the_day(city):
    record = records.draft(city.school, by=city.school_secretary, held_on=date(2023, 3, 1))
    joint.invite(record, city.other_school, by=city.school_secretary)
    activities.submit(record, on=TODAY, by=city.school_secretary)

    assert record.cohosts.get().office == city.offices[1]
