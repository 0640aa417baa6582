"""年度简报: from the records to the appraisal, and who reads what on the way."""

from datetime import date

import pytest
from django.db import Error, transaction

from committees.models import Person
from evaluations.choices import AnnualSection, AnnualState, PeerWord
from evaluations.figures.annual import sections_of
from evaluations.figures.facts import facts_of, suggested
from evaluations.models import AnnualBulletin, AnnualReview, BulletinArticle
from evaluations.services import annual, bulletins
from portal.kernel.errors import Refused
from portal.kernel.models import Notice
from portal.kernel.workflow import StepRefused
from tests.factories import annual as factory
from tests.factories import evaluations as issues
from tests.personas import YEAR

S = AnnualSection


def test_the_draft_says_what_the_records_know_and_from_where(city):
    told = issues.record(
        city, title="老校长讲校史", minutes="老校长讲了建校的故事。", for_bulletin=True, youth=40
    )
    Person.objects.create(unit=city.school, name="陈国栋", honour="省特级教师")

    made = annual.start(city.school, year=YEAR, on=factory.DUE, by=city.school_secretary)

    assert "全年开展活动1次" in made.main_work
    assert "受教育青少年40人次" in made.main_work
    assert "老校长讲了建校的故事" in made.highlights
    assert "陈国栋，省特级教师。" in made.role_models
    highlights = next(one for one in sections_of(made) if one.section == S.HIGHLIGHTS)
    assert [source.activity_id for source in highlights.paragraphs[0].sources] == [told.pk]


def test_a_paragraph_keeps_its_source_while_it_is_edited_and_loses_it_when_rewritten(city):
    issues.record(city, title="讲校史", minutes="老校长讲了建校的故事，孩子们问个不停。",
                  for_bulletin=True)  # fmt: skip
    made = annual.start(city.school, year=YEAR, on=factory.DUE, by=city.school_secretary)
    kept = "今年最难忘的一课：老校长讲了建校的故事，孩子们问个不停。"

    annual.save(made, texts={S.HIGHLIGHTS: kept}, version=1, by=city.school_secretary)
    told = next(one for one in sections_of(made) if one.section == S.HIGHLIGHTS)
    assert len(told.paragraphs[0].sources) == 1

    annual.save(made, texts={S.HIGHLIGHTS: "另起炉灶写别的"}, version=2, by=city.school_secretary)
    told = next(one for one in sections_of(made) if one.section == S.HIGHLIGHTS)
    assert (told.paragraphs[0].sources, len(told.unused)) == ((), 1)


def test_two_people_writing_at_once_lose_nothing(city):
    made = factory.written(city)

    with pytest.raises(annual.WrittenMeanwhile) as meanwhile:
        annual.save(made, texts={S.TEAM: "另一份"}, version=1, by=city.school_secretary)

    assert meanwhile.value.current.team == factory.TEXTS[S.TEAM]


def test_one_with_all_sections_empty_is_not_handed_in(city):
    made = factory.written(city, **dict.fromkeys(S, ""))

    with pytest.raises(Refused, match="至少写一栏"):
        annual.submit(made, by=city.school_secretary)


def test_sent_back_and_handed_in_again_it_is_as_early_as_it_first_came(city):
    made = factory.handed_in(city, on=date(2023, 12, 1))
    annual.send_back(made, note="典范写具体一点", by=city.bureau_staff)
    assert Notice.objects.filter(user=city.school_secretary, text__contains="典范").exists()

    annual.submit(made, by=city.school_secretary)

    made.refresh_from_db()
    assert made.first_submitted_at.date() == date(2023, 12, 1)
    assert (made.state, made.return_reason) == (AnnualState.SUBMITTED, "")


def test_an_appraisal_takes_every_section_and_only_words_of_the_scale(city):
    factory.asked(city)
    made = factory.handed_in(city)
    found = dict.fromkeys(S, ("良好", ""))

    with pytest.raises(Refused, match="先进典范没有评"):
        annual.appraise(made, found={s: g for s, g in found.items() if s != S.ROLE_MODELS},
                        word="", by=city.bureau_staff)  # fmt: skip
    with pytest.raises(Refused, match="不在这一年的等次里"):
        annual.appraise(made, found=found | {S.TEAM: ("甲", "")}, word="", by=city.bureau_staff)
    assert not AnnualReview.objects.exists()

    annual.appraise(made, found=found, word="", by=city.bureau_staff)
    assert AnnualReview.objects.filter(bulletin=made, grade="良好").count() == 5
    with pytest.raises(StepRefused):
        annual.send_back(made, note="再改", by=city.bureau_staff)
    with pytest.raises(Refused, match="等次的叫法不能再改"):
        factory.asked(city, grades=["甲", "乙"], missing_grade="")


def test_an_appraised_bulletin_and_its_appraisal_are_frozen_by_the_database(city):
    factory.asked(city)
    made = factory.appraised(city)

    with pytest.raises(Error, match="Cannot update"), transaction.atomic():
        AnnualBulletin.objects.filter(pk=made.pk).update(team="改了")
    with pytest.raises(Error, match="frozen"), transaction.atomic():
        AnnualReview.objects.filter(bulletin=made).update(grade="合格")
    with pytest.raises(annual.WrittenMeanwhile):
        annual.save(made, texts={S.TEAM: "改了"}, version=made.version, by=city.school_secretary)


def test_a_draft_is_its_units_alone_and_an_appraised_one_everybodys(city):
    factory.asked(city)
    made = factory.written(city)
    seen = AnnualBulletin.objects

    assert seen.visible_to(city.school_secretary).exists()
    for other in (city.sibling_secretary, city.office_secretary, city.bureau_staff):
        assert not seen.visible_to(other).exists()

    annual.submit(made, by=city.school_secretary)
    for above in (city.office_secretary, city.bureau_staff, city.bureau_leader, city.auditor):
        assert seen.visible_to(above).exists()
    for other in (city.sibling_secretary, city.other_office_secretary):
        assert not seen.visible_to(other).exists()

    found = dict.fromkeys(S, ("优秀", ""))
    annual.appraise(made, found=found, word="", by=city.bureau_staff)
    assert seen.visible_to(city.other_school_secretary).exists()
    assert not seen.visible_to(city.judge).exists()


def test_a_word_of_thanks_reaches_the_unit_once(city):
    factory.asked(city)
    made = factory.appraised(city)
    word = {"unit": city.other_school, "kind": PeerWord.THANKS, "by": city.other_school_secretary}

    annual.say(made, text="图书角我们也想办一个", **word)
    with pytest.raises(Refused, match="已经留过"):
        annual.say(made, text="再谢一次", **word)

    assert Notice.objects.filter(user=city.school_secretary, text__contains="图书角").count() == 1


def test_a_chosen_section_goes_into_an_issue_with_its_unit(city):
    factory.asked(city)
    made, issue = factory.appraised(city), issues.draft(city)
    chosen = {"section": S.HIGHLIGHTS, "issue": issue, "by": city.bureau_staff}

    article = annual.choose_section(made, **chosen)
    with pytest.raises(Refused, match="已经在这一期里了"):
        annual.choose_section(made, **chosen)

    assert (article.contributor, article.annual, article.section) == (
        city.school.name, made, S.HIGHLIGHTS,
    )  # fmt: skip
    assert article.body == factory.TEXTS[S.HIGHLIGHTS]
    assert Notice.objects.filter(user=city.school_secretary, text__contains="选进了").exists()


def test_a_section_of_a_bulletin_goes_into_print_as_any_other_article(city):
    factory.asked(city)
    made, issue = factory.appraised(city), issues.draft(city)
    annual.choose_section(made, section=S.TEAM, issue=issue, by=city.bureau_staff)
    bulletins.submit(issue, by=city.bureau_staff)

    assert BulletinArticle.objects.filter(issue=issue, annual=made).count() == 1


@pytest.mark.parametrize(
    ("came", "grade", "in_time", "lacking"),
    [
        (factory.DUE, "优秀", True, 0),
        (date(2023, 12, 16), "优秀", False, 0),
        (factory.DUE, "内容不足", True, 5),
    ],
)
def test_the_appraisal_answers_the_questions_of_the_rubric(city, came, grade, in_time, lacking):
    factory.asked(city)
    made = factory.handed_in(city, on=came)
    found = dict.fromkeys(S, (grade, ""))
    annual.appraise(made, found=found, word="", by=city.bureau_staff)

    facts = facts_of([city.school], year=YEAR, on=date(2024, 1, 5))[city.school.pk]

    assert suggested(facts, "bulletin_in_time") is in_time
    assert suggested(facts, "missing_sections") == lacking


def test_an_unwritten_bulletin_lacks_everything_only_after_its_day(city):
    factory.asked(city)

    before = facts_of([city.school], year=YEAR, on=factory.DUE)[city.school.pk]
    after = facts_of([city.school], year=YEAR, on=date(2023, 12, 16))[city.school.pk]

    assert suggested(before, "missing_sections") is None
    assert suggested(after, "missing_sections") == 5
    assert suggested(after, "bulletin_in_time") is False


def test_an_empty_section_counts_as_lacking_before_any_appraisal(city):
    factory.asked(city)
    factory.handed_in(city, **{S.INNOVATION: ""})

    facts = facts_of([city.school], year=YEAR, on=date(2023, 12, 20))[city.school.pk]

    assert suggested(facts, "missing_sections") == 1
