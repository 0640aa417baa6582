"""The pages of the yearly statistics, walked as the people who use them."""

from datetime import date, datetime
from io import BytesIO

import pytest
import time_machine
from pypdf import PdfReader

from evaluations.choices import ReportState
from evaluations.figures import statistics as figures
from evaluations.figures.statistics_form import read_form
from evaluations.figures.statistics_rows import behind
from evaluations.models import AnnualReport, StatisticsTable
from evaluations.services import statistics
from portal.kernel.sheets import read_workbook
from portal.web import statistics_cards
from tests.factories import activities as records
from tests.factories import committees as people
from tests.factories import lectures, together
from tests.factories import statistics as factory
from tests.factories.statistics import ON
from tests.personas import YEAR

TYPED = {f"{code}_value": str(value) for code, value in factory.TYPED.items()}


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel(datetime(2023, 12, 20, 10), tick=False):
        yield


def url(city, name: str = "", unit=None) -> str:
    return f"/statistics/{YEAR}/{(unit or city.school).pk}/{name}"


def as_(client, user):
    client.force_login(user)
    return client


def test_a_school_fills_its_leader_signs_and_the_office_takes_it_in(city, client):
    factory.asked(city)
    records.accepted(
        city.school, by=city.school_secretary, reviewer=city.office_secretary, slug="lecture",
        youth=120,
    )  # fmt: skip
    as_(client, city.school_secretary)
    page = client.get("/statistics/", follow=True).content.decode()
    assert "主题宣讲场次" in page
    assert "还没有填" in page

    wrong = client.post(url(city, "fill/"), TYPED | {"version": 0, "C1_value": "3"})
    assert wrong.status_code == 422
    assert "写一句为什么" in wrong.content.decode()
    client.post(url(city, "fill/"), TYPED | {"version": 0, "G1_value": "5,000元"})
    report = AnnualReport.objects.get()
    assert report.answers["G1"] == {"value": 5000}
    stale = client.post(url(city, "fill/"), TYPED | {"version": 1, "G1_value": "1"})
    assert stale.status_code == 409
    assert "5,000" in stale.content.decode()

    client.post(url(city, "hand-over/"))
    assert client.get(url(city, "fill/")).status_code == 403
    assert client.get(url(city, "sign/")).status_code == 403

    as_(client, city.party_contact)
    assert "属实" in client.get(url(city, "sign/")).content.decode()
    client.post(url(city, "sign/"))
    report.refresh_from_db()
    assert (report.state, report.leader) == (ReportState.SIGNED, "party_contact")

    as_(client, city.office_secretary)
    board = client.get(f"/statistics/{YEAR}/").content.decode()
    assert "已签字上报" in board
    client.post(url(city, "gather/"))
    report.refresh_from_db()
    assert report.state == ReportState.GATHERED
    total = client.get(url(city, unit=city.office)).content.decode()
    assert "下面 4 家应报，1 家签字报上来" in total

    as_(client, city.school_secretary)
    answer = client.post(url(city, "correct/"), {"code": "G1", "after": "6000", "reason": "漏了"})
    assert answer.status_code == 302
    page = client.get(url(city)).content.decode()
    assert "由 5,000 改成 6,000" in page


def test_where_no_leader_has_an_account_the_sheet_is_signed_by_hand(city, client):
    factory.handed_over(city, city.schools[1])
    report = AnnualReport.objects.get()
    AnnualReport.objects.filter(pk=report.pk).update(filled_by=city.sibling_secretary)
    as_(client, city.sibling_secretary)
    own = url(city, "sign/", city.schools[1])
    assert client.post(own, {"leader": "sibling_secretary"}).status_code == 422
    client.post(own, {"leader": "王校长"})
    report.refresh_from_db()
    assert (report.state, report.leader, report.on_paper) == (ReportState.SIGNED, "王校长", True)


def test_an_office_sends_a_signed_report_back_with_its_question(city, client):
    factory.signed(city)
    as_(client, city.office_secretary)
    client.post(url(city, "return/"), {"note": "经费核对一下"})
    as_(client, city.school_secretary)
    assert "经费核对一下" in client.get(url(city)).content.decode()


def everything(city) -> None:
    """A row at least behind every indicator that records answer."""
    school, by = city.school, city.school_secretary
    for slug in ("lecture", "parent_school", "care"):
        records.accepted(
            school, by=by, reviewer=city.office_secretary, slug=slug,
            attendance=90, youth=80, elders=3,
        )  # fmt: skip
    elder = people.make_person(
        school, "陈老师", categories=["cadre", "soldier", "expert", "teacher", "model_worker"],
        is_backbone=True, born_on=date(1950, 5, 1), work_status="retired",
    )  # fmt: skip
    city.committees[school.pk].posts.create(
        person=elder, position="member", period=(date(2020, 1, 1), None)
    )
    school.years.create(year=2023, students=800)
    together.make_studio(school)
    together.make_agreement(together.make_partner(school))
    lectures.appointed(lectures.mentor(school), school)


def test_each_number_is_what_its_rows_add_up_to(city):
    everything(city)
    asked = factory.asked(city)
    whole = figures.whole(asked, city.school, on=ON)
    filled = 0
    for line in whole.lines():
        if line.indicator.source is None:
            continue
        page = behind(line.indicator, line.figure.rows, city.bureau_staff)
        assert page.hidden == 0, line.indicator.code
        assert len(page.rows) == len(line.figure.rows), line.indicator.code
        total = sum(row.amount for row in page.rows)
        assert line.figure.records == (73 if line.indicator.is_mean else total)
        filled += bool(page.rows)
    assert filled >= 22


def test_rows_of_another_unit_are_counted_and_not_shown(city, client):
    other = people.make_person(city.other_school, "别校老师", categories=["teacher"])
    city.committees[city.school.pk].posts.create(
        person=other, position="member", period=(date(2020, 1, 1), None)
    )
    factory.asked(city)
    as_(client, city.school_secretary)
    page = client.get(url(city, "rows/B1/")).content.decode()
    assert "另有 1 行" in page
    assert "别校老师" not in page
    assert client.get(url(city, "rows/Z9/")).status_code == 404


def test_the_workbook_carries_the_numbers_and_what_they_mean(city, client):
    everything(city)
    factory.signed(city)
    as_(client, city.office_secretary)
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(client.get(url(city, "report.xlsx", city.office)).content))
    assert book.sheetnames == [f"{YEAR}年统计年报", "各单位", "口径"]
    rows = {row[0]: row for row in book.worksheets[0].iter_rows(values_only=True)}
    assert rows["G1"][4] == 5000
    assert rows["C6"][4] == 800
    meaning = {row[0]: row[1] for row in book["口径"].iter_rows(values_only=True)}
    assert "只算一次" in meaning["B1 “五老”人数（人）"]
    assert len(meaning) >= 38
    assert [row[0] for row in book["各单位"].iter_rows(values_only=True)] == ["单位", "云山小学"]


def test_the_sheet_for_the_seal_has_both_names(city, client):
    factory.signed(city, C1=(0, ""), B4=0)
    as_(client, city.school_secretary)
    reader = PdfReader(BytesIO(client.get(url(city, "report.pdf")).content))
    text = "".join(page.extract_text() for page in reader.pages).replace(" ", "")
    for said in ("填报单位（公章）：云山小学", "填表人：school_secretary", "负责人：party_contact"):
        assert said in text
    assert "2023年12月20日" in text
    assert len(reader.pages) <= 2


def test_the_bureau_takes_the_standard_form_changes_it_and_asks(city, client):
    as_(client, city.bureau_staff)
    client.post("/statistics/tables/standard/")
    it = StatisticsTable.objects.get()
    base = f"/statistics/tables/{it.pk}/"
    new = {
        "code": "E4", "label": "心理疏导", "unit": "人次", "counts": "times", "up": "sum",
        "meaning": "由单位填写", "source": "",
    }  # fmt: skip
    bad = client.post(f"{base}line/", new | {"code": "Z1"})
    assert bad.status_code == 422
    assert "报表里的一个部分" in bad.content.decode()
    client.post(f"{base}line/", new)
    client.post(f"{base}line/H3/drop/")
    client.post(f"{base}publish/")
    it.refresh_from_db()
    form = read_form(it.content)
    assert form.find("E4").label == "心理疏导"
    assert form.find("H3") is None
    answer = client.post(f"/statistics/{YEAR}/round/", {"table": it.pk, "due_on": "2023-12-25"})
    assert answer.status_code == 302
    assert "2023年12月25日前报" in client.get(f"/statistics/{YEAR}/").content.decode()
    client.post(f"/statistics/{YEAR}/urge/")


def test_cards_say_who_has_what_to_do(city):
    factory.asked(city)
    cards = [card.title for card in statistics_cards.statistics(city.school_secretary, on=ON)]
    assert cards == ["填2023年统计年报"]
    factory.handed_over(city)
    assert list(statistics_cards.statistics(city.school_secretary, on=ON)) == []
    mine = list(statistics_cards.statistics(city.party_contact, on=ON))
    assert [card.button for card in mine] == ["去审签"]
    factory.signed(city, city.schools[1])
    above = list(statistics_cards.statistics(city.office_secretary, on=ON))
    assert [(card.title, card.count) for card in above] == [
        ("填2023年统计年报", 0), ("收2023年统计年报", 1),
    ]  # fmt: skip


def bureau_signs(city) -> AnnualReport:
    """School, office, bureau: each signs what it adds up to."""
    factory.gathered(city)
    for unit, filler in ((city.office, city.office_secretary), (city.bureau, city.bureau_staff)):
        asked = factory.asked(city)
        statistics.save(asked, unit, answers={}, version=0, by=filler)
        report = AnnualReport.objects.select_related("unit", "round__table").get(
            unit=unit, round=asked
        )
        statistics.hand_over(report, on=ON, by=filler)
        statistics.sign(report, on=ON, by=city.bureau_leader)
    return report


def test_the_form_of_the_level_above_is_drawn_from_the_citys_signed_total(city, client):
    form = factory.above(city)
    report = bureau_signs(city)
    total = {code: one["value"] for code, one in report.total.items()}
    bureau = as_(client, city.bureau_staff)
    base = f"/statistics/{YEAR}/above/{form.pk}/"
    assert base in client.get(url(city, unit=city.bureau)).content.decode()

    page = bureau.get(base).content.decode()
    assert "按市局签字的合计" in page
    assert "数还会变" not in page
    assert total["E3"] == 2000
    assert "2,000" in page
    for code in ("C8", "C9"):  # one line, two of the city's; each opens its rows
        assert url(city, f"rows/{code}/", city.bureau) in page

    figures_sheet, meaning = read_workbook(bureau.get(f"{base}above.xlsx").content)
    rows = {row.cells[2]: row.cells for row in figures_sheet.rows[1:]}
    assert rows["资助金额"][4] == total["E3"]
    assert rows["推荐的读书活动作品"][4:] == (total["C8"] + total["C9"], None, "C8、C9")
    assert rows["简报和媒体报道"][4] == total["F1"] + total["F3"] == 1
    assert ("签字", "按市局签字的合计") in [row.cells[:2] for row in meaning.rows]

    paper = "".join(
        one.extract_text()
        for one in PdfReader(BytesIO(bureau.get(f"{base}above.pdf").content)).pages
    )
    assert "报上级" in paper
    assert "2,000" in paper
    assert "其中本级" not in paper


def test_before_the_bureau_signs_the_form_above_says_that_its_numbers_move(city, client):
    form = factory.above(city)
    factory.signed(city)
    base = f"/statistics/{YEAR}/above/{form.pk}/"
    page = as_(client, city.bureau_staff).get(base).content.decode()
    assert "市局的年报还没有审签" in page
    for user in (city.office_secretary, city.school_secretary):
        assert as_(client, user).get(base).status_code == 404


def test_a_form_above_is_written_line_by_line_and_names_what_the_city_lacks(city, client):
    bureau = as_(client, city.bureau_staff)
    factory.signed(city)
    bureau.post("/statistics/tables/standard/", {"level": "above"})
    form = StatisticsTable.objects.get(level="above")
    new = f"/statistics/tables/{form.pk}/line/"
    given = {"code": "D9", "label": "表彰", "unit": "项", "counts": "things", "meaning": "省级以上"}

    twice = bureau.post(new, given | {"counts": "persons", "takes": "B11、B12"})
    assert twice.status_code == 422
    assert "人数只能取一项" in twice.content.decode()
    assert bureau.post(new, given).status_code == 422
    assert bureau.post(new, given | {"takes": "H3、Z1"}).status_code == 302
    added = read_form(StatisticsTable.objects.get(pk=form.pk).content).find("D9")
    assert added is not None
    assert (added.takes, added.up) == (("H3", "Z1"), "none")
    assert "H3、Z1" in bureau.get(f"{new}D9/").content.decode()

    bureau.post(f"/statistics/tables/{form.pk}/publish/")
    page = bureau.get(f"/statistics/{YEAR}/above/{form.pk}/").content.decode()
    assert "本市这一年的报表没有 Z1" in page
