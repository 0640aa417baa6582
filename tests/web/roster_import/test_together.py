"""Mentors and partners through the same door as units and people, and back out unchanged."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activities.imports.partners import partner_kind, term
from activities.models import LectureTopic, Mentor, MentorTeam, Partner, PartnerAgreement
from activities.services import mentors
from committees.models import ImportRun, Person
from portal.kernel.errors import Refused
from portal.web.roster_import import runs
from tests.factories import committees as factory
from tests.factories import together as made
from tests.web.roster_import.test_runs import workbook

MENTORS = ["姓名", "单位", "专题", "手机", "讲师团", "能走多远", "一学期最多几场"]
PARTNERS = ["名称", "类别", "联系人", "电话", "协议期限", "联系单位"]


def import_now(data: bytes, city) -> runs.Result:
    return runs.import_file(
        data, name="名册.xlsx", city=city.bureau, at=timezone.now(), by=city.bureau_staff
    )


def unchanged(result: runs.Result, noun: str, count: int) -> bool:
    return result.verdicts[noun] == {"new": 0, "updated": 0, "unchanged": count}


@pytest.fixture
def mentor_file(city):
    row = [city.school.name, "家风家教、心理健康", "13855550001", "云河讲师团", "本片区", "6场"]
    return workbook(导师=[MENTORS, ["陈国栋", *row]])


@pytest.fixture
def partner_file(city):
    return workbook(
        合作伙伴=[
            PARTNERS,
            ["云山社区", "社区", "林小云", 13857712345, "2022年9月—2025年8月", city.school.name],
            ["云河退教协会", "退休教育工作者协会", "周老师", None, "2023-2025年", None],
        ]
    )


def test_a_mentor_sheet_registers_the_person_and_the_mentor(city, mentor_file):
    result = import_now(mentor_file, city)

    mentor = Mentor.objects.get()
    assert (mentor.person.name, mentor.person.unit) == ("陈国栋", city.school)
    assert mentor.person.is_mentor
    assert {topic.name for topic in mentor.topics.all()} == {"家风家教", "心理健康"}
    assert (mentor.team.name, mentor.travel, mentor.most_a_term) == ("云河讲师团", "own_office", 6)
    assert result.counts["mentors"] == 1


def test_the_same_mentor_sheet_again_changes_nothing(city, mentor_file):
    import_now(mentor_file, city)

    again = import_now(mentor_file, city)

    assert unchanged(again, "mentors", 1)
    assert (again.entries, Mentor.objects.count(), Person.objects.count()) == ([], 1, 1)


def test_the_exported_register_of_mentors_comes_back_without_a_change(client, city, mentor_file):
    import_now(mentor_file, city)
    client.force_login(city.bureau_staff)
    exported = client.get(reverse("activities:mentors_export"))

    again = import_now(exported.content, city)

    assert unchanged(again, "mentors", 1)
    assert again.entries == []
    assert again.findings == []


def test_corrected_topics_are_taken_back_to_the_old_ones(city, mentor_file):
    import_now(mentor_file, city)
    row = ["陈国栋", city.school.name, "法治安全、心理健康", "", "", "", ""]
    import_now(workbook(导师=[MENTORS, row]), city)
    assert {t.name for t in Mentor.objects.get().topics.all()} == {"法治安全", "心理健康"}

    runs.undo(ImportRun.objects.latest("pk"), at=timezone.now(), by=city.bureau_staff)

    mentor = Mentor.objects.get()
    assert {topic.name for topic in mentor.topics.all()} == {"家风家教", "心理健康"}
    assert mentor.most_a_term == 6


def test_a_first_import_of_mentors_is_taken_back_whole(city, mentor_file):
    import_now(mentor_file, city)

    runs.undo(ImportRun.objects.get(), at=timezone.now(), by=city.bureau_staff)

    left = (Mentor, Person, MentorTeam, LectureTopic)
    assert [table.objects.count() for table in left] == [0, 0, 0, 0]


def test_a_word_that_is_no_topic_is_named_and_not_invented(city):
    row = ["陈国栋", city.school.name, "家风家教、广场舞", "", "", "", ""]

    result = import_now(workbook(导师=[MENTORS, row]), city)

    assert [topic.name for topic in Mentor.objects.get().topics.all()] == ["家风家教"]
    assert [finding.code for finding in result.findings] == ["topic_unknown"]


def test_who_left_the_team_is_not_brought_back_by_an_old_sheet(city, mentor_file):
    import_now(mentor_file, city)
    mentors.leave(Mentor.objects.get(), on=date(2023, 5, 1), by=None)

    result = import_now(mentor_file, city)

    assert Mentor.objects.get().left_on == date(2023, 5, 1)
    assert [finding.code for finding in result.findings] == ["mentor_left"]


def test_a_partner_sheet_brings_partners_with_their_agreements(city, partner_file):
    result = import_now(partner_file, city)

    near, far = Partner.objects.order_by("-unit__path")
    assert (near.unit, near.kind, near.phone) == (city.school, "community", "13857712345")
    assert (far.unit, far.kind) == (city.bureau, "retired")
    agreed = PartnerAgreement.objects.get(partner=near)
    assert (agreed.first_day, agreed.last_day) == (date(2022, 9, 1), date(2025, 8, 31))
    assert far.agreements.get().last_day == date(2025, 12, 31)
    assert result.counts["partners"] == 2


def test_the_same_partner_sheet_again_changes_nothing(city, partner_file):
    import_now(partner_file, city)

    again = import_now(partner_file, city)

    assert unchanged(again, "partners", 2)
    assert again.entries == []


def test_the_exported_list_of_partners_comes_back_without_a_change(client, city, partner_file):
    import_now(partner_file, city)
    made.make_partner(city.kindergarten, "云山图书馆", kind="base", phone="0574-62345678",
                      place="云山路 1 号", offers="绘本 2000 册")  # fmt: skip
    client.force_login(city.bureau_staff)
    exported = client.get(reverse("activities:partners_export"))

    again = import_now(exported.content, city)

    assert unchanged(again, "partners", 3)
    assert again.entries == []
    assert again.findings == []


def test_an_import_of_partners_is_taken_back_until_something_was_built_on_it(city, partner_file):
    import_now(partner_file, city)
    partner = Partner.objects.get(name="云河退教协会")
    studio = made.make_studio(city.school, co_sponsor=partner)
    run = ImportRun.objects.get()
    with pytest.raises(Refused, match="工作室"):
        runs.undo(run, at=timezone.now(), by=city.bureau_staff)
    studio.delete()

    runs.undo(run, at=timezone.now(), by=city.bureau_staff)

    assert not Partner.objects.exists()
    assert not PartnerAgreement.objects.exists()


def test_a_partner_of_an_unknown_unit_and_an_unreadable_term_are_told(city):
    data = workbook(
        合作伙伴=[
            PARTNERS,
            ["甲社区", "社区", "", "", "", "云山小学堂"],
            ["乙社区", "社区", "", "", "三年", city.school.name],
        ]
    )

    result = import_now(data, city)

    assert [partner.name for partner in Partner.objects.all()] == ["乙社区"]
    assert {finding.code for finding in result.findings} == {"unit_unknown", "term_doubt"}
    assert not PartnerAgreement.objects.exists()


def test_units_people_mentors_and_partners_come_in_one_file(city, mentor_file):
    people = ["姓名", "手机", "任职关工委", "关工委职务"]
    factory.make_person(city.school, "李明华", phone="13855550002")
    data = workbook(
        五老名册=[people, ["李明华", "13855550002", city.school.name, "副主任"]],
        导师=[MENTORS, ["李明华", city.school.name, "家风家教", "13855550002", "", "", ""]],
        合作伙伴=[PARTNERS, ["云山社区", "社区", "", "", "", ""]],
    )

    result = import_now(data, city)

    assert (result.counts["people"], result.counts["mentors"], result.counts["partners"]) == (
        1,
        1,
        1,
    )
    assert Mentor.objects.get().person == Person.objects.get(name="李明华")


DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@given(DAYS, DAYS, st.sampled_from(["至", "到", "—", "－", "~", " 至 "]))
def test_a_term_in_any_spelling_reads_as_its_days(one, other, between):
    first, last = min(one, other), max(one, other)
    spelled = [
        f"{first}{between}{last}",
        f"{first.year}年{first.month}月{first.day}日{between}{last.year}年{last.month}月{last.day}日",
        f"{first.year}.{first.month}.{first.day}{between}{last.year}.{last.month}.{last.day}",
    ]

    for words in spelled:
        assert term(words).value == ((first, last) if first < last else None), words


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_a_term_or_a_kind(words):
    assert term(words).value is None or term(words).value[0] < term(words).value[1]
    assert partner_kind(words).value
