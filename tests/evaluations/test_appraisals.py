import copy
import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InternalError, transaction

from activities.choices import CreditTarget
from activities.models import CreditRule
from evaluations.choices import AppraisalState, Column, TitleState
from evaluations.figures import facts
from evaluations.figures.campaigns import standard
from evaluations.models import AppraisalEntry, Rubric, Title
from evaluations.permissions import may_agree, may_write, writing_column
from evaluations.scoring import score
from evaluations.services import appraisals, campaigns, rubrics
from evaluations.services.appraisals import EntryDraft
from portal.kernel.errors import BadFile, Refused
from tests.factories import activities as activity_factory
from tests.factories import five_good as factory
from tests.factories.evaluations import photo
from tests.personas import YEAR


class TestTables:
    def test_a_published_version_never_changes_and_the_next_one_counts_up(self, city):
        first = factory.table(city)
        with pytest.raises(InternalError), transaction.atomic():
            Rubric.objects.filter(pk=first.pk).update(name="改过")
        with pytest.raises(InternalError), transaction.atomic():
            first.delete()
        assert factory.table(city).version == 2

    def test_a_new_version_leaves_old_results_as_they_were(self, city):
        it = factory.submitted(city, c2_2_2=EntryDraft({"meetings": "3"}))
        before = json.dumps(_result(it), sort_keys=True)
        other = copy.deepcopy(standard())
        other["dimensions"][0]["items"][0]["criteria"][0]["max"] = "10"
        factory.table(city, dimensions=other["dimensions"])
        it.refresh_from_db()
        assert json.dumps(_result(it), sort_keys=True) == before

    def test_a_table_goes_out_as_json_and_comes_back_the_same(self, city):
        assert rubrics.read_json(rubrics.as_json(factory.table(city))) == standard()

    @pytest.mark.parametrize("data", [b"no json", b"[]", b'{"total": "100"}', b"\xff\xfe"])
    def test_a_file_that_is_no_table_is_refused_with_a_sentence(self, data):
        with pytest.raises(BadFile):
            rubrics.read_json(data)


def _result(it):
    entries = appraisals.entries_of(it).values()
    found = appraisals.findings_of(it, Column.SELF, entries)
    return score(it.campaign.rubric.content, found)


class TestPrefilling:
    def test_counts_and_papers_come_from_accepted_records_of_the_year(self, city):
        for slug in ("training", "full_meeting", "full_meeting"):
            activity_factory.accepted(
                city.school, by=city.school_secretary, slug=slug, reviewer=city.office_secretary
            )
        activity_factory.draft(city.school, by=city.school_secretary, slug="full_meeting")
        found = facts.facts_of(city.schools, year=YEAR, on=date(YEAR, 12, 1))
        own = found[city.school.pk]
        assert facts.suggested(own, "full_meetings") == 2
        assert facts.suggested(own, "meetings") == 3
        assert facts.suggested(own, "training") is True
        assert facts.suggested(own, "training_material") is False
        assert facts.suggested(own, "report_heard") is False
        assert facts.suggested(own, "satisfaction") is None
        assert facts.suggested(found[city.other_school.pk], "meetings") == 0

    def test_a_rule_of_the_bureau_says_which_records_answer_a_question(self, city):
        for line in ("meetings", "training"):
            CreditRule.objects.create(
                kind=activity_factory.kind("lecture"), first_month=1, last_month=6,
                target=CreditTarget.RUBRIC, city=city.bureau, year=YEAR, line=line, line_name="会",
            )  # fmt: skip
        by = {"by": city.school_secretary, "reviewer": city.office_secretary}
        activity_factory.accepted(city.school, slug="lecture", **by)
        activity_factory.accepted(city.school, slug="lecture", held_on=date(YEAR, 9, 1), **by)
        activity_factory.accepted(city.school, slug="full_meeting", **by)

        found = facts.facts_of(city.schools, year=YEAR, on=date(YEAR, 12, 1))

        own, other = found[city.school.pk], found[city.other_school.pk]
        assert [facts.suggested(own, key) for key in ("meetings", "training")] == [1, True]
        assert [facts.suggested(other, key) for key in ("meetings", "training")] == [0, False]
        assert facts.suggested(own, "full_meetings") == 1  # no rule: as the data says

    def test_the_form_opens_with_them_and_later_columns_with_the_one_before(self, city):
        it = factory.appraisal(city)
        known = facts.facts_of([it.unit], year=YEAR, on=date(YEAR, 12, 1))[it.unit_id]
        start = appraisals.starting_values(it, Column.SELF, known=known, entries={})
        assert start["2.2.2"].values == {"meetings": 0}
        it = factory.submitted(city, it, c2_2_2=EntryDraft({"meetings": "3"}))
        entries = appraisals.entries_of(it)
        for column in (Column.OFFICE, Column.CITY):
            start = appraisals.starting_values(it, column, known=known, entries=entries)
            assert start["2.2.2"].values == {"meetings": "3"}

    def test_the_number_of_units_does_not_change_the_number_of_queries(
        self, city, django_assert_num_queries
    ):
        assert city.school.city == city.bureau  # read before, by whoever asks for a unit's facts
        for units in (city.schools[:1], city.schools):
            with django_assert_num_queries(16):
                facts.facts_of(units, year=YEAR, on=date(YEAR, 12, 1))

    def test_every_question_the_records_answer_is_asked_in_the_standard_table(self):
        asked = {
            key
            for dimension in standard()["dimensions"]
            for item in dimension["items"]
            for criterion in item["criteria"]
            for key in appraisals.keys_of(criterion)
        }
        assert facts.sources().keys() <= asked


class TestThreeColumns:
    def test_they_are_filled_one_after_another_and_none_overwrites_another(self, city):
        it = factory.submitted(city)
        assert it.self_total == 100
        took = {"2.2.2": EntryDraft({"meetings": "2"}, reason="只查到 2 次会议记录")}
        appraisals.save_entries(
            it, column=Column.OFFICE, drafts=took, version=it.version, by=city.office_secretary
        )
        appraisals.complete(it, Column.OFFICE, by=city.office_secretary)
        assert (it.state, it.self_total, it.office_total) == ("office_done", 100, 99)
        appraisals.complete(it, Column.CITY, by=city.bureau_staff)
        points = {entry.column: entry.score for entry in it.entries.filter(code="2.2.2")}
        assert points == {"self": 2, "office": 1, "city": 1}
        assert it.entries.get(column="city", code="2.2.2").reason == "只查到 2 次会议记录"
        assert it.grade == "excellent"

    def test_points_taken_off_without_a_reason_are_refused_by_service_and_database(self, city):
        it = factory.submitted(city)
        took = {"2.2.2": EntryDraft({"meetings": "2"})}
        with pytest.raises(Refused, match="理由"):
            appraisals.save_entries(
                it, column=Column.OFFICE, drafts=took, version=it.version, by=city.office_secretary
            )
        assert not it.entries.filter(column="office").exists()
        with pytest.raises(IntegrityError), transaction.atomic():
            AppraisalEntry.objects.create(
                appraisal=it, column="office", code="2.2.2", score=1, maximum=2
            )

    def test_a_taken_over_deduction_brings_the_rules_own_reason(self, city):
        it = factory.submitted(city, c2_2_2=EntryDraft({"meetings": "3"}))
        appraisals.complete(it, Column.OFFICE, by=city.office_secretary)
        assert "3" in it.entries.get(column="office", code="2.2.2").reason

    def test_of_two_who_write_at_once_the_second_is_told(self, city):
        it = factory.filled(city)
        version = it.version
        one = {"2.2.2": EntryDraft({"meetings": "4"})}
        appraisals.save_entries(
            it, column=Column.SELF, drafts=one, version=version, by=city.school_secretary
        )
        with pytest.raises(Refused, match="别人改过"):
            appraisals.save_entries(
                it, column=Column.SELF, drafts=one, version=version, by=city.party_contact
            )

    def test_a_column_is_closed_once_it_was_handed_on(self, city):
        it = factory.submitted(city)
        with pytest.raises(Refused, match="不能改"):
            appraisals.save_entries(
                it, column=Column.SELF, drafts={}, version=it.version, by=city.school_secretary
            )

    def test_a_veto_forces_the_last_grade_and_leaves_the_points(self, city):
        it = factory.filled(city)
        veto = {"V1": EntryDraft({"stands": True}, reason="材料是抄的")}
        appraisals.save_entries(
            it, column=Column.SELF, drafts=veto, version=it.version, by=city.school_secretary
        )
        assert (it.self_total, it.grade) == (100, "fail")
        nothing = {"V1": EntryDraft({"stands": True})}
        with pytest.raises(Refused, match="理由"):
            appraisals.save_entries(
                it, column=Column.SELF, drafts=nothing, version=it.version, by=city.school_secretary
            )

    def test_bonus_points_stop_at_their_cap(self, city):
        it = factory.filled(city)
        bonus = {"B2": EntryDraft({"count": 9})}
        appraisals.save_entries(
            it, column=Column.SELF, drafts=bonus, version=it.version, by=city.school_secretary
        )
        assert it.self_total == 105


class TestBeyondTheRules:
    def test_a_reviewer_takes_more_off_with_a_reason_and_it_stays_explained(self, city):
        it = factory.submitted(city)
        best = factory.all_done(it.campaign.rubric)["2.2.2"].values
        took = {"2.2.2": EntryDraft(best | {appraisals.MORE: "0.5"}, reason="记录是后补的")}
        appraisals.save_entries(
            it, column=Column.OFFICE, drafts=took, version=it.version, by=city.office_secretary
        )
        assert it.entries.get(column="office", code="2.2.2").score == Decimal("1.5")
        appraisals.complete(it, Column.OFFICE, by=city.office_secretary)
        appraisals.complete(it, Column.CITY, by=city.bureau_staff)
        assert (it.self_total, it.city_total) == (100, Decimal("99.5"))
        entries = appraisals.entries_of(it)
        found = appraisals.findings_of(it, Column.CITY, entries.values())
        result = appraisals.scored(it.campaign.rubric.content, found)["criteria"]["2.2.2"]
        assert [one["reason"] for one in result["deductions"]] == ["评分人另外扣分，扣0.5分"]

    def test_it_needs_a_reason_and_stops_at_nothing(self, city):
        it = factory.submitted(city)
        asked = {"column": Column.OFFICE, "by": city.office_secretary, "version": it.version}
        best = factory.all_done(it.campaign.rubric)["2.2.2"].values
        drafts = {"2.2.2": EntryDraft(best | {appraisals.MORE: "0.5"})}
        with pytest.raises(Refused, match="理由"):
            appraisals.save_entries(it, drafts=drafts, **asked)
        drafts = {"2.2.2": EntryDraft(best | {appraisals.MORE: "9"}, reason="全是假的")}
        appraisals.save_entries(it, drafts=drafts, **asked)
        assert it.entries.get(column="office", code="2.2.2").score == 0


class TestHandingIn:
    def test_the_party_organisation_agrees_to_the_words_as_they_stand(self, city):
        it = factory.filled(city)
        with pytest.raises(Refused, match="党组织"):
            appraisals.submit(it, signed_name="王", at=factory.NOW, by=city.school_secretary)
        appraisals.agree(it, at=factory.NOW, by=city.party_contact)
        change = {"2.2.2": EntryDraft({"meetings": "3"})}
        appraisals.save_entries(
            it, column=Column.SELF, drafts=change, version=it.version, by=city.school_secretary
        )
        assert it.agreed_at is None

    def test_every_question_is_answered_and_one_person_signs(self, city):
        it = factory.filled(city, c2_2_2=EntryDraft({}))
        appraisals.agree(it, at=factory.NOW, by=city.party_contact)
        with pytest.raises(Refused, match=r"2\.2\.2"):
            appraisals.submit(it, signed_name="王", at=factory.NOW, by=city.school_secretary)
        it = factory.filled(city, it)
        appraisals.agree(it, at=factory.NOW, by=city.party_contact)
        with pytest.raises(Refused, match="签名人"):
            appraisals.submit(it, signed_name=" ", at=factory.NOW, by=city.school_secretary)

    def test_a_returned_one_is_changed_and_handed_in_again(self, city):
        it = factory.submitted(city)
        appraisals.send_back(it, note="缺会议记录", by=city.office_secretary)
        it = factory.submitted(city, it)
        assert (it.state, it.return_reason) == (AppraisalState.SUBMITTED, "")

    def test_a_paper_proves_a_day_of_the_year(self, city):
        it = factory.appraisal(city)
        paper = appraisals.add_paper(
            it, code="1.1.3", upload=photo(), proves_on=date(YEAR, 3, 1), by=city.school_secretary
        )
        assert paper.proves_on == date(YEAR, 3, 1)
        with pytest.raises(Refused, match=str(YEAR)):
            appraisals.add_paper(
                it, code="1.1.3", upload=SimpleUploadedFile("a.pdf", b"%PDF-1.4"),
                proves_on=date(YEAR - 1, 3, 1), by=city.school_secretary,
            )  # fmt: skip


class TestWhoMay:
    def test_each_column_has_its_writer(self, city):
        it = factory.submitted(city)
        assert writing_column(city.office_secretary, it) == Column.OFFICE
        assert writing_column(city.school_secretary, it) == ""
        assert writing_column(city.other_office_secretary, it) == ""
        appraisals.complete(it, Column.OFFICE, by=city.office_secretary)
        assert writing_column(city.bureau_staff, it) == Column.CITY
        assert writing_column(city.office_secretary, it) == ""

    def test_nobody_scores_a_unit_they_fill_in_for(self, city):
        from committees.policy import Role
        from tests.factories import committees as people

        both = people.make_user(city.school, Role.SCHOOL_SECRETARY, name="两头", username="both")
        people.grant(both, city.office, Role.OFFICE_SECRETARY)
        it = factory.submitted(city)
        assert not may_write(both, it, Column.OFFICE)

    def test_the_party_contact_agrees_and_nobody_else_where_there_is_one(self, city):
        it = factory.filled(city)
        assert may_agree(city.party_contact, it)
        assert not may_agree(city.school_secretary, it)


class TestTitles:
    def test_every_decided_unit_of_a_grade_is_named_once(self, city):
        it = factory.decided(city)
        factory.public(it, city=city)
        asked = {"grade": "excellent", "title": "“五好”关工委", "document": "云教关工委〔2023〕9号"}
        [title] = campaigns.name_units(
            it.campaign, **asked, on=date(YEAR, 12, 25), by=city.bureau_staff
        )
        assert (title.unit, title.state) == (city.school, TitleState.KEPT)
        it.refresh_from_db()
        assert it.state == AppraisalState.NAMED
        with pytest.raises(Refused, match="优秀"):
            campaigns.name_units(it.campaign, **asked, on=date(YEAR, 12, 25), by=city.bureau_staff)

    def test_a_title_lapses_by_a_recheck_that_says_why_and_may_be_given_again(self, city):
        title = Title.objects.create(unit=city.school, name="五好", named_on=date(YEAR - 1, 12, 1))
        asked = {"on": date(YEAR, 6, 1), "by": city.bureau_staff}
        with pytest.raises(Refused, match="原因"):
            campaigns.recheck(title, state="warned", note="", mend_by=None, **asked)
        with pytest.raises(Refused, match="哪一天"):
            campaigns.recheck(title, state="warned", note="活动少", mend_by=None, **asked)
        campaigns.recheck(title, state="revoked", note="停办", mend_by=None, **asked)
        title.refresh_from_db()
        with pytest.raises(Refused, match="再命名"):
            campaigns.recheck(title, state="kept", note="", mend_by=None, **asked)
        Title.objects.create(unit=city.school, name="五好", named_on=date(YEAR, 12, 1))
        with pytest.raises(IntegrityError), transaction.atomic():
            Title.objects.create(unit=city.school, name="五好", named_on=date(YEAR, 12, 2))


def test_total_is_the_engines_to_the_hundredth(city):
    it = factory.filled(city, c4_1_1=EntryDraft({}, applies=False, reason="当年新办"))
    assert it.self_total == Decimal(_result(it)["total"]) == 100
