"""定分 → 公示 → 异议 → 命名 → 牌匾: what the services and the pages let happen, and when."""

from datetime import date

import pytest
from django.test import Client

from evaluations.choices import AppraisalState, CampaignState, Column, ObjectionState
from evaluations.models import Campaign, Objection
from evaluations.services import appraisals, campaigns, publicity
from evaluations.visits import stratified
from portal.kernel.errors import Refused
from portal.kernel.sheets import read_workbook
from tests.factories import five_good as factory
from tests.pdf_text import words_of
from tests.personas import YEAR, World

NAMING = {"grade": "excellent", "title": "“五好”关工委", "document": "云教关工委〔2023〕9号"}
AFTER = date(YEAR, 12, 25)


def client(user: object) -> Client:
    made = Client()
    made.force_login(user)
    return made


def test_a_freeze_waits_for_those_on_their_way_and_then_nobody_changes_a_point(city: World) -> None:
    it = factory.submitted(city)
    with pytest.raises(Refused, match="云山小学"):
        publicity.freeze(it.campaign, by=city.bureau_staff)
    appraisals.complete(it, Column.OFFICE, by=city.office_secretary)
    appraisals.complete(it, Column.CITY, by=city.bureau_staff)
    publicity.freeze(it.campaign, by=city.bureau_staff)
    late = it.campaign.appraisals.get(unit=city.other_school)
    with pytest.raises(Refused, match="已经定分"):
        factory.filled(city, late)


def test_a_campaign_without_one_decided_unit_has_nothing_to_freeze(city: World) -> None:
    with pytest.raises(Refused, match="没有分可定"):
        publicity.freeze(factory.campaign(city), by=city.bureau_staff)


def test_naming_waits_for_the_end_of_the_publicity_and_for_every_answer(city: World) -> None:
    it = factory.decided(city)
    asked = NAMING | {"by": city.bureau_staff}
    with pytest.raises(Refused, match="先定分、公示"):
        campaigns.name_units(it.campaign, on=AFTER, **asked)
    campaign = factory.public(it, city=city)
    with pytest.raises(Refused, match="2023年12月19日"):
        campaigns.name_units(campaign, on=date(YEAR, 12, 19), **asked)
    said = publicity.object_to(
        it, told_by="石桥小学王老师", words="会议少一次", by=city.other_school_secretary
    )
    with pytest.raises(Refused, match="1 条异议"):
        campaigns.name_units(campaign, on=AFTER, **asked)
    publicity.answer(
        said, state=ObjectionState.DISMISSED, words="查了记录，四次都在", by=city.bureau_staff
    )
    assert len(campaigns.name_units(campaign, on=AFTER, **asked)) == 1


def test_an_objection_that_was_right_opens_the_citys_column_once_more(city: World) -> None:
    it = factory.decided(city)
    campaign = factory.public(it, city=city)
    said = publicity.object_to(it, told_by="某校", words="多算", by=city.school_secretary)
    publicity.answer(said, state=ObjectionState.UPHELD, words="属实", by=city.bureau_staff)
    it.refresh_from_db()
    assert it.state == AppraisalState.OFFICE_DONE
    with pytest.raises(Refused, match="重新复评"):
        campaigns.name_units(campaign, on=AFTER, by=city.bureau_staff, **NAMING)
    took = {"3.2.1": appraisals.EntryDraft({}, reason="没有开推进会")}
    appraisals.save_entries(
        it, column=Column.CITY, drafts=took, version=it.version, by=city.bureau_staff
    )
    appraisals.complete(it, Column.CITY, by=city.bureau_staff)
    assert (it.state, it.city_total) == (AppraisalState.DECIDED, 96)


def test_every_unit_sees_the_results_and_only_its_own_objections(city: World) -> None:
    it = factory.decided(city)
    campaign = factory.public(it, city=city)
    url = f"/five-good/campaigns/{campaign.pk}/publicity/"
    told = {"told_by": "石桥小学", "words": "少了一次推进会"}
    other = client(city.other_school_secretary)
    answer = other.post(f"/five-good/campaigns/{campaign.pk}/objections/{it.pk}/", told)
    assert answer.status_code == 302
    page = other.get(url).content.decode()
    assert "云山小学" in page
    assert "少了一次推进会" in page
    assert "少了一次推进会" in client(city.school_secretary).get(url).content.decode()
    assert "少了一次推进会" not in client(city.sibling_secretary).get(url).content.decode()
    said = Objection.objects.get()
    empty = client(city.bureau_staff).post(f"/five-good/objections/{said.pk}/", {"state": "upheld"})
    assert empty.status_code == 422
    assert "请写答复" in empty.content.decode()


def test_a_campaign_not_yet_shown_has_no_page_of_publicity(city: World) -> None:
    it = factory.decided(city)
    page = client(city.bureau_staff).get(f"/five-good/campaigns/{it.campaign_id}/publicity/")
    assert page.status_code == 404


def test_the_decision_and_the_list_of_plaques_name_the_same_units(city: World) -> None:
    campaign = factory.public(factory.decided(city), city=city)
    campaigns.name_units(campaign, on=AFTER, by=city.bureau_staff, **NAMING)
    staff = client(city.bureau_staff)
    base = f"/five-good/campaigns/{campaign.pk}"
    printed = words_of(staff.get(f"{base}/naming.pdf").content)
    assert "云教关工委〔2023〕9号" in printed
    assert "云山小学" in printed
    [sheet] = read_workbook(staff.get(f"{base}/plaques.xlsx").content)
    assert [row.cells[1] for row in sheet.rows[1:]] == ["云山小学"]
    assert "云山小学" in words_of(staff.get(f"{base}/plaques.pdf").content)
    publicity.close(campaign, by=city.bureau_staff)
    assert Campaign.objects.get().state == CampaignState.CLOSED


class TestWhoIsAsked:
    def test_a_drawn_share_is_the_same_each_time_and_stays_recorded(self, city: World) -> None:
        made = campaigns.prepare(
            city.bureau, year=YEAR, name="抽查", rubric=factory.table(city), days=factory.DAYS,
            by=city.bureau_staff, asking="sample", share=50, seed="2023-11",
        )  # fmt: skip
        drawn = campaigns.chosen(made, units=city.schools)
        assert len(drawn) == 3
        assert drawn == campaigns.chosen(made, units=city.schools)
        staff = client(city.bureau_staff)
        staff.post(f"/five-good/campaigns/{made.pk}/open/")
        assert {it.unit for it in made.appraisals.all()} == set(drawn)
        page = staff.get(f"/five-good/campaigns/{made.pk}/").content.decode()
        assert "抽签种子 2023-11" in page
        assert "再加进" not in page

    def test_a_draw_from_head_middle_and_tail_takes_some_of_each(self) -> None:
        ranked = list(range(30))
        drawn = stratified(ranked, share=20, seed="a")
        assert [sum(unit // 10 == band for unit in drawn) for band in range(3)] == [2, 2, 2]
        assert stratified(ranked, share=20, seed="a") == drawn
        assert stratified(ranked, share=100, seed="a") == ranked
        assert stratified([], share=20, seed="a") == []

    def test_a_draw_without_share_or_seed_is_refused(self, city: World) -> None:
        with pytest.raises(Refused, match="抽签种子"):
            campaigns.prepare(
                city.bureau, year=YEAR, name="抽查", rubric=factory.table(city),
                days=factory.DAYS, by=city.bureau_staff, asking="strata", share=30,
            )  # fmt: skip

    def test_invited_units_are_ticked_by_name(self, city: World) -> None:
        made = campaigns.prepare(
            city.bureau, year=YEAR, name="点名", rubric=factory.table(city), days=factory.DAYS,
            by=city.bureau_staff, asking="invited",
        )  # fmt: skip
        staff, url = client(city.bureau_staff), f"/five-good/campaigns/{made.pk}/invite/"
        assert staff.post(url, {}).status_code == 422
        staff.post(url, {"units": [city.school.pk]})
        assert [it.unit for it in made.appraisals.all()] == [city.school]
