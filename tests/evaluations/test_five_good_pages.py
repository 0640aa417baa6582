import pytest
from django.test import Client
from django.urls import reverse

from evaluations.choices import Column
from evaluations.models import Campaign, Rubric, Title
from evaluations.services import appraisals
from portal.kernel.sheets import read_workbook
from tests.factories import five_good as factory


def client(user):
    made = Client()
    made.force_login(user)
    return made


def text(answer):
    return answer.content.decode()


def test_from_a_table_to_a_title_in_pages(city):
    """The bureau prepares; the school fills in; the office and the bureau follow; one is named."""
    staff, school = client(city.bureau_staff), client(city.school_secretary)
    answer = staff.post("/five-good/rubrics/new/", {"name": "五好评分表", "unit_kinds": ["school"]})
    table = Rubric.objects.get()
    assert answer.url == reverse("evaluations:rubric", args=[table.pk])
    staff.post(f"/five-good/rubrics/{table.pk}/publish/")
    days = {"self_due": "2099-12-1", "office_due": "2099-12-10", "city_due": "2099-12-20"}
    staff.post("/five-good/campaigns/new/", {"name": "创建", "rubric": table.pk, **days})
    campaign = Campaign.objects.get()
    staff.post(f"/five-good/campaigns/{campaign.pk}/open/")
    it = campaign.appraisals.get(unit=city.school)

    assert school.get("/five-good/").url == f"/five-good/{it.pk}/"
    for code in ("1", "2", "3", "4", "5", "extra"):
        _fill(school, it, "self", code)
    assert it.self_total == 100
    client(city.party_contact).post(f"/five-good/{it.pk}/steps/agree/")
    school.post(f"/five-good/{it.pk}/steps/submit/", {"signed_name": "王校长"})
    client(city.office_secretary).post(f"/five-good/{it.pk}/steps/complete/")
    staff.post(f"/five-good/{it.pk}/steps/complete/")
    it.refresh_from_db()
    assert (it.state, it.city_total, it.grade) == ("decided", 100, "excellent")
    staff.post(f"/five-good/campaigns/{campaign.pk}/steps/freeze/")
    staff.post(f"/five-good/campaigns/{campaign.pk}/steps/publish/", {"until": "2099-12-31"})
    Campaign.objects.update(public_from="2023-01-01", public_until="2023-01-08")
    named = {"grade": "excellent", "title": "“五好”关工委", "document": "云教关工委〔2023〕9号"}
    staff.post(f"/five-good/campaigns/{campaign.pk}/name/", named)
    title = Title.objects.get()
    staff.post(f"/five-good/titles/{title.pk}/recheck/", {"state": "warned", "note": "活动少",
                                                         "mend_by": "2099-6-30"})  # fmt: skip
    assert "限期整改" in text(school.get("/five-good/titles/"))


def _fill(school, it, column, code):
    """Answer every question of a part as well as can be."""
    url = f"/five-good/{it.pk}/{column}/{code}/"
    data = {"version": it.version}
    for dimension, _, criterion in it.campaign.rubric.criteria():
        if dimension["code"] != code:
            continue
        for key in appraisals.keys_of(criterion):
            value = factory.best(criterion, key)
            name = f"c{criterion['code'].replace('.', '_')}__{key}"
            data[name] = "yes" if value is True else value
    assert school.post(url, data).status_code == 302
    it.refresh_from_db()


def test_a_deduction_without_a_reason_is_told_and_nothing_typed_is_lost(city):
    it = factory.submitted(city)
    office = client(city.office_secretary)
    url = f"/five-good/{it.pk}/office/2/"
    data = {"version": it.version, "c2_2_2__meetings": "2", "c2_1_1__register": "yes"}
    answer = office.post(url, data)
    assert answer.status_code == 422
    assert "请写明理由" in text(answer)
    assert 'value="2"' in text(answer)
    assert not it.entries.filter(column=Column.OFFICE).exists()


def test_two_at_one_table_the_second_sees_it_and_may_save_again(city):
    it = factory.filled(city)
    school = client(city.school_secretary)
    data = {"version": it.version - 1}
    answer = school.post(f"/five-good/{it.pk}/self/1/", data)
    assert answer.status_code == 422
    assert "别人改过" in text(answer)
    assert f'name="version" value="{it.version}"' in text(answer)


def test_the_gap_page_names_points_and_what_to_do(city):
    it = factory.filled(city, c3_2_1=appraisals.EntryDraft({}), c1_1_1=appraisals.EntryDraft({}),
                        c5_2_1=appraisals.EntryDraft({}))  # fmt: skip
    page = text(client(city.school_secretary).get(f"/five-good/{it.pk}/gap/"))
    assert "现在 88 分，良好" in page
    assert "到“优秀”（90 分）" in page
    assert "最省事的 1 步" in page


def test_the_board_and_its_workbook_show_the_same(city):
    it = factory.decided(city)
    staff = client(city.bureau_staff)
    url = f"/five-good/campaigns/{it.campaign_id}/"
    assert "优秀：1 家" in text(staff.get(url))
    board = read_workbook(staff.get(url + "?xlsx=1").content)[0]
    rows = {row.cells[0]: row.cells for row in board.rows[1:]}
    assert rows[city.school.name][3:8] == (100, 100, 100, 0, "优秀")
    assert len(rows) == 6


@pytest.mark.parametrize("units", [1, 6])
def test_the_board_asks_the_same_number_of_queries_at_any_size(
    city, units, django_assert_max_num_queries
):
    campaign = factory.campaign(city)
    keep = campaign.appraisals.values_list("pk", flat=True)[:units]
    campaign.appraisals.exclude(pk__in=list(keep)).delete()
    staff = client(city.bureau_staff)
    with django_assert_max_num_queries(14):
        staff.get(f"/five-good/campaigns/{campaign.pk}/")


def test_a_line_shows_the_records_and_every_columns_reason(city):
    from tests.factories import activities

    it = factory.submitted(city)
    activities.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    took = {"2.2.2": appraisals.EntryDraft({"meetings": "1"}, reason="只有一次")}
    appraisals.save_entries(
        it, column=Column.OFFICE, drafts=took, version=it.version, by=city.office_secretary
    )
    page = text(client(city.school_secretary).get(f"/five-good/{it.pk}/lines/2.2.2/"))
    assert "关工同志学习培训" in page
    assert "只有一次" in page
    assert "扣 1.5 分" in page
