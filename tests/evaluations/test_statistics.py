"""The life of a unit's yearly statistics, and the numbers it takes from the records."""

import threading
from datetime import date, datetime

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from activities.models import CoHost
from activities.services import activities, joint
from committees.models import UnitSuccession
from committees.policy import Role
from evaluations.choices import ReportState
from evaluations.figures import facts
from evaluations.figures import statistics as figures
from evaluations.models import AnnualReport
from evaluations.services import statistics, statistics_tables
from portal.kernel.errors import Refused
from tests.factories import activities as records
from tests.factories import committees as people
from tests.factories import statistics as factory
from tests.factories.statistics import ON
from tests.personas import build_city


def values(city, unit=None):
    whole = figures.whole(factory.asked(city), unit or city.school, on=ON)
    return {line.indicator.code: line.value for line in whole.lines()}


def lecture(city, unit=None, **fields):
    return records.accepted(
        unit or city.school, by=city.school_secretary, reviewer=city.office_secretary,
        slug="lecture", **{"attendance": 130, "youth": 120, "elders": 2} | fields,
    )  # fmt: skip


def test_a_report_opens_filled_from_the_records(city):
    lecture(city)
    elder = people.make_person(city.school, "陈老师", categories=["teacher", "cadre"])
    found = values(city)

    assert (found["C1"], found["C2"], found["C5"]) == (1, 120, 2)
    assert (found["B1"], found["B11"], found["B14"], found["B2"]) == (1, 1, 1, 0)
    assert found["A1"] == 1
    assert found["E3"] is None

    elder.is_backbone = True
    elder.save()
    assert values(city)["B2"] == 1


def test_an_elder_of_two_schools_is_one_at_the_office(city):
    person = people.make_person(city.schools[0], "陈老师", categories=["teacher"])
    city.committees[city.schools[1].pk].posts.create(
        person=person, position="member", period=(date(2020, 1, 1), None)
    )
    for school in city.schools[:2]:
        factory.signed(city, school)

    whole = figures.whole(factory.asked(city), city.office, on=ON)
    b1 = whole.find("B1")
    assert (b1.value, b1.added.plain, b1.added.doubles) == (1, 2, 1)
    assert (whole.below, whole.below_signed) == (4, 2)
    assert values(city, city.bureau)["B1"] == 1


def test_a_joint_activity_counts_for_each_host_and_once_above(city):
    record = records.draft(city.school, by=city.school_secretary, slug="lecture", youth=120)
    held = joint.invite(record, city.schools[1], by=city.school_secretary)
    activities.submit(record, on=records.TODAY, by=city.school_secretary)
    joint.confirm(CoHost.objects.get(pk=held.pk), by=city.sibling_secretary)
    activities.accept(record, by=city.office_secretary)
    for school in city.schools[:2]:
        assert (values(city, school)["C1"], values(city, school)["C2"]) == (1, 120)
        factory.signed(city, school)

    whole = figures.whole(factory.asked(city), city.office, on=ON)
    assert [(whole.find(code).value, whole.find(code).added.plain) for code in ("C1", "C2")] == [
        (1, 2), (120, 240),
    ]  # fmt: skip


def test_two_people_sign_and_then_the_numbers_stand(city):
    lecture(city)
    why = "两场在记录系统开通以前"
    report = factory.handed_over(city, C1=(3, why), C3=(3, why))
    with pytest.raises(Refused, match="两个人"):
        statistics.sign(report, on=ON, by=city.school_secretary)
    statistics.sign(report, on=ON, by=city.party_contact)
    report.refresh_from_db()

    assert (report.state, report.leader) == (ReportState.SIGNED, "party_contact")
    kept = report.snapshot["C1"]
    assert (kept["value"], kept["records"], len(kept["rows"])) == (3, 1, 1)
    lecture(city, title="又一场")
    assert values(city)["C1"] == 3

    for change in ({"answers": {}}, {"snapshot": {}}, {"leader": "别人"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            AnnualReport.objects.filter(pk=report.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        report.delete()


def test_what_was_sent_back_is_filled_in_anew_and_keeps_its_first_day(city):
    report = factory.signed(city)
    first = report.first_signed_at
    statistics.send_back(report, note="经费核对一下", by=city.office_secretary)
    report.refresh_from_db()
    assert (report.state, report.snapshot, report.leader) == (ReportState.RETURNED, None, "")

    statistics.save(
        report.round, report.unit, answers=factory.answers(G1=800),
        version=report.version, by=city.school_secretary,
    )  # fmt: skip
    statistics.hand_over(report, on=ON, by=city.school_secretary)
    statistics.sign(report, on=ON, by=city.party_contact)
    report.refresh_from_db()
    assert report.first_signed_at == first
    assert values(city)["G1"] == 800


def test_after_the_office_took_it_in_only_a_dated_correction_changes_a_number(city):
    report = factory.gathered(city)
    with pytest.raises(Refused):
        statistics.send_back(report, note="再改", by=city.office_secretary)
    with pytest.raises(DatabaseError), transaction.atomic():
        AnnualReport.objects.filter(pk=report.pk).update(return_reason="悄悄改")

    made = statistics.correct(
        report, code="G1", after=6000, reason="漏了一笔", on=ON, by=city.school_secretary
    )
    assert (made.before, made.after) == (5000, 6000)
    assert values(city)["G1"] == 6000
    assert values(city, city.office)["G1"] == 6000
    with pytest.raises(Refused, match="不用更正"):
        statistics.correct(
            report, code="G1", after=6000, reason="再来", on=ON, by=city.school_secretary
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


def test_unready_numbers_are_not_handed_over(city):
    asked = factory.asked(city)
    statistics.save(asked, city.school, answers={}, version=0, by=city.school_secretary)
    report = AnnualReport.objects.get(unit=city.school)
    with pytest.raises(Refused, match="没有的填 0"):
        statistics.hand_over(report, on=ON, by=city.school_secretary)

    statistics.save(
        asked, city.school, answers=factory.answers(C7=900), version=2, by=city.school_secretary
    )
    city.school.years.create(year=2023, students=800)
    with pytest.raises(Refused, match="不会比在校学生多"):
        statistics.hand_over(report, on=ON, by=city.school_secretary)


def test_a_number_that_moved_much_wants_a_word(city):
    factory.signed(city, year=2022, G1=1000)
    report = factory.filled(city, G1=5000)
    with pytest.raises(Refused, match="工作经费去年 1,000，今年 5,000"):
        statistics.hand_over(report, on=ON, by=city.school_secretary)

    answers = factory.answers()
    answers["G1"]["note"] = "添了一间活动室"
    statistics.save(report.round, city.school, answers=answers, version=2, by=city.school_secretary)
    statistics.hand_over(report, on=ON, by=city.school_secretary)


def test_the_second_of_two_savers_loses_nothing(city):
    report = factory.filled(city)
    with pytest.raises(statistics.WrittenMeanwhile) as met:
        statistics.save(
            report.round, city.school, answers=factory.answers(G1=1), version=1,
            by=city.party_contact,
        )  # fmt: skip
    assert met.value.current.answers["G1"]["value"] == 5000
    with pytest.raises(statistics.WrittenMeanwhile):
        statistics.save(report.round, city.school, answers={}, version=0, by=city.party_contact)


def test_a_form_in_use_stays_and_a_published_one_never_changes(city):
    report = factory.filled(city)
    table = report.round.table
    other = statistics_tables.copy(table, by=city.bureau_staff)
    with pytest.raises(Refused, match="还是草稿"):
        statistics.set_round(city.bureau, year=2023, table=other, due_on=ON, by=city.bureau_staff)
    statistics_tables.drop(other, code="H3", by=city.bureau_staff)
    statistics_tables.publish(other, by=city.bureau_staff)
    with pytest.raises(Refused, match="不能换"):
        statistics.set_round(city.bureau, year=2023, table=other, due_on=ON, by=city.bureau_staff)
    with pytest.raises(Refused, match="已经发布"):
        statistics_tables.drop(table, code="H3", by=city.bureau_staff)
    with pytest.raises(DatabaseError), transaction.atomic():
        type(table).objects.filter(pk=table.pk).update(content={})


@pytest.mark.parametrize("schools", [2, 49])
def test_a_level_is_added_up_in_the_same_queries(city, schools, django_assert_num_queries):
    units = list(city.schools)
    for number in range(schools - len(units)):
        made = people.make_school(city.office, f"新{number}小")
        people.make_committee(made)
        units.append(made)
    for number, unit in enumerate(units[:schools]):
        people.make_person(unit, f"老{number}", categories=["teacher"])
    asked = factory.asked(city)
    factory.filled(city)

    with django_assert_num_queries(20):
        found = figures.branch(asked, city.bureau, on=ON)
        reports = figures.reports_of(asked, found)
        numbers = figures.figures_of(asked, found, reports, on=ON)
        total = figures.totals(figures.form_of(asked), numbers.values())
    assert total["B1"].value == schools


@pytest.mark.django_db(transaction=True)
def test_two_signers_at_once_sign_once():
    city = build_city()
    report = factory.handed_over(city)
    second = people.make_user(city.school, Role.PARTY_CONTACT, name="副书记", username="second")
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def sign(by):
        try:
            mine = AnnualReport.objects.select_related("unit", "round__table").get(pk=report.pk)
            gate.wait(10)
            statistics.sign(mine, on=ON, by=by)
            outcomes.append("signed")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    both = [threading.Thread(target=sign, args=(by,)) for by in (city.party_contact, second)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert sorted(outcomes) == ["refused", "signed"]


def test_a_report_in_time_is_a_fact_of_the_five_goods(city):
    factory.signed(city)
    late = factory.signed(city, city.schools[1])
    with pgtrigger.ignore("evaluations.AnnualReport:signed_report_stands"):
        AnnualReport.objects.filter(pk=city.school.annual_reports.get().pk).update(
            first_signed_at=timezone.make_aware(datetime(2023, 12, 25, 9))
        )
        AnnualReport.objects.filter(pk=late.pk).update(
            first_signed_at=timezone.make_aware(datetime(2023, 12, 26, 9))
        )

    def in_time(on):
        found = facts.facts_of(city.schools[:3], year=2023, on=on)
        return [facts.suggested(found[unit.pk], "report_in_time") for unit in city.schools[:3]]

    assert in_time(factory.DUE) == [True, False, None]
    assert in_time(date(2023, 12, 28)) == [True, False, False]


def test_what_a_merged_school_did_stands_with_its_heir(city):
    lecture(city, city.schools[1])
    UnitSuccession.objects.create(
        predecessor=city.schools[1], successor=city.school, period=(date(2023, 9, 1), None)
    )
    assert values(city)["C1"] == 1


def test_urging_tells_who_can_move_it_on(city):
    asked = factory.asked(city)
    factory.handed_over(city)
    factory.signed(city, city.schools[1])
    count = statistics.urge(asked, units=city.schools[:3], by=city.office_secretary)

    assert count == 2
    last = city.party_contact.notices.order_by("-pk").first()
    assert "等负责人审签" in last.text
