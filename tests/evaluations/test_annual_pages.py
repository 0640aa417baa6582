"""The pages of the yearly bulletins, walked as the people who use them."""

from datetime import date, timedelta
from io import BytesIO

from pypdf import PdfReader

from evaluations.choices import AnnualSection, AnnualState
from evaluations.models import AnnualBulletin
from portal.web import bulletin_cards
from tests.factories import annual as factory
from tests.factories import evaluations as issues
from tests.personas import YEAR

S = AnnualSection


def url(city, name: str = "") -> str:
    return f"/annual/{YEAR}/{city.school.pk}/{name}"


def test_a_secretary_starts_writes_and_hands_in(city, client):
    factory.asked(city)
    client.force_login(city.school_secretary)
    assert "开始写" in client.get(f"/annual/{YEAR}/", follow=True).content.decode()

    client.post(url(city, "start/"))
    made = AnnualBulletin.objects.get()
    saved = client.post(url(city, "autosave/"), {"version": 1, "team": "班子配齐了"}).json()
    assert (saved["version"], saved["unsaved"]) == (2, "")
    stale = client.post(url(city, "autosave/"), {"version": 1, "team": "旧的一页"})
    assert stale.status_code == 409
    both = client.post(url(city, "write/"), {"version": 1, "team": "旧的一页"})
    assert both.status_code == 409
    assert all(word in both.content.decode() for word in ("班子配齐了", "旧的一页"))

    client.post(url(city, "write/"), {"version": 2, "team": "班子配齐了，分了工"})
    assert "算缺栏" in client.get(url(city, "submit/")).content.decode()
    client.post(url(city, "submit/"))
    made.refresh_from_db()
    assert (made.state, made.team) == (AnnualState.SUBMITTED, "班子配齐了，分了工")
    assert client.get(url(city, "write/")).status_code == 403


def test_where_the_office_reads_first_the_bureau_waits_for_it(city, client):
    factory.asked(city, office_reads=True)
    made = factory.handed_in(city)
    client.force_login(city.bureau_staff)
    assert client.get(url(city, "appraise/")).status_code == 403

    client.force_login(city.office_secretary)
    client.post(url(city, "pass/"), {"word": "属实"})
    made.refresh_from_db()
    assert (made.state, made.office_word) == (AnnualState.READ, "属实")

    client.force_login(city.bureau_staff)
    page = client.get(url(city, "appraise/")).content.decode()
    assert "属实" in page
    answers = {f"{section}_grade": "良好" for section in S}
    half = client.post(url(city, "appraise/"), answers | {"team_grade": "", "word": "留住这句"})
    assert half.status_code == 422
    assert "留住这句" in half.content.decode()
    client.post(url(city, "appraise/"), answers | {"team_comment": "分工清楚"})
    made.refresh_from_db()
    assert made.state == AnnualState.ACCEPTED


def test_grades_are_seen_by_the_unit_and_not_by_its_peers(city, client):
    factory.asked(city)
    factory.appraised(city, grade="合格")

    client.force_login(city.school_secretary)
    own = client.get(url(city)).content.decode()
    assert "合格" in own
    assert "继续做下去" in own

    client.force_login(city.other_school_secretary)
    page = client.get(url(city)).content.decode()
    assert factory.TEXTS[S.HIGHLIGHTS] in page
    assert "合格" not in page
    assert "继续做下去" not in page
    listed = client.get(f"/annual/{YEAR}/read/?q=云山小学").content.decode()
    assert url(city) in listed
    client.post(url(city, "word/"), {"kind": "advice", "text": "可以多拍几张照片"})

    client.force_login(city.school_secretary)
    assert "可以多拍几张照片" in client.get(url(city)).content.decode()


def test_an_editor_takes_a_section_into_an_issue(city, client):
    factory.asked(city)
    factory.appraised(city)
    issue = issues.draft(city)
    client.force_login(city.bureau_staff)

    answer = client.post(url(city, "choose/"), {"section": "highlights", "issue": issue.pk})

    assert answer["Location"] == f"/bulletins/{issue.pk}/"
    assert "看年度简报" in client.get(f"/bulletins/{issue.pk}/").content.decode()


def test_the_board_counts_by_office_in_the_same_number_of_queries(
    city, client, django_assert_max_num_queries
):
    factory.asked(city)
    factory.handed_in(city)
    client.force_login(city.bureau_staff)

    with django_assert_max_num_queries(14):
        page = client.get(f"/annual/{YEAR}/?office={city.office.pk}").content.decode()

    assert "应交 7 家，已交 1 家，已评议 0 家" in page
    assert "按时交的" in page
    assert "云山二小" in page
    book = client.get(f"/annual/{YEAR}/annual.xlsx")
    assert book.content.startswith(b"PK")


def test_the_scale_is_checked_before_it_is_kept(city, client):
    client.force_login(city.bureau_staff)
    answers = {"due_on": "2023-12-15", "grades": "优、良、差", "missing_grade": "缺"}

    refused = client.post(f"/annual/{YEAR}/round/", answers)
    assert refused.status_code == 422
    assert "这一档要在上面写的等次里" in refused.content.decode()

    client.post(f"/annual/{YEAR}/round/", answers | {"missing_grade": "差"})
    assert "2023年12月15日前交" in client.get(f"/annual/{YEAR}/").content.decode()


def test_the_print_has_the_five_headings_in_order(city, client):
    factory.asked(city)
    factory.handed_in(city)
    client.force_login(city.school_secretary)

    printed = client.get(url(city, "bulletin.pdf")).content
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(printed)).pages)

    headings = ["一、班子建设", "二、主要工作", "三、特色亮点", "四、创新业绩", "五、先进典范"]
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)


def test_what_is_to_write_and_to_appraise_stands_on_the_home_of_who_does_it(city):
    factory.asked(city)
    soon = factory.DUE - timedelta(days=10)

    own = [card.title for card in bulletin_cards.annual(city.school_secretary, on=soon)]
    assert own == ["交2023年度简报"]
    assert list(bulletin_cards.annual(city.school_secretary, on=date(2023, 9, 1))) == []

    factory.handed_in(city)
    assert list(bulletin_cards.annual(city.school_secretary, on=soon)) == []
    waiting = list(bulletin_cards.annual(city.bureau_staff, on=soon))
    assert [(card.title, card.count) for card in waiting] == [("评议2023年度简报", 1)]
    assert list(bulletin_cards.annual(city.office_secretary, on=soon)) == []
