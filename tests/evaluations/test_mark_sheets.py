"""Sheets of assessors on paper: printed with a code, typed back once, photographed."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from evaluations.models import Assessor, MarkSheet, Visit, VisitMark
from evaluations.services import mark_sheets, visits
from evaluations.services.visits import Mark, Person
from portal.kernel.codes import Code, Sheet
from portal.kernel.errors import Refused
from tests.evaluations.test_visit_pages import TOMORROW, client
from tests.factories import five_good as factory
from tests.kernel.test_codes import jpeg, leaning, sheet_of_paper
from tests.pdf_text import words_of
from tests.personas import World


def there(city: World) -> tuple[Visit, Assessor, Assessor]:
    it = factory.visit(factory.submitted(city), city=city, user=city.other_school_secretary)
    first, second = it.team.assessors.order_by("pk")
    return it, first, second


def photo_of(sheet: MarkSheet) -> SimpleUploadedFile:
    picture = leaning(sheet_of_paper(f"http://testserver{sheet.code.path}"))
    return SimpleUploadedFile("IMG_1.jpg", jpeg(picture), "image/jpeg")


def typed(it: Visit, **changes: str) -> dict[str, str]:
    """A whole sheet with full marks, box by box."""
    full = {
        f"c{c['code'].replace('.', '_')}__score": str(c["max"])
        for _, _, c in it.appraisal.campaign.rubric.criteria()
    }
    return full | {"version": "0"} | changes


def test_the_pack_has_a_sheet_for_each_assessor_and_their_codes_are_on_them(city: World) -> None:
    it, first, second = there(city)
    url = f"/five-good/teams/{it.team_id}/pack-1.pdf"
    printed = words_of(client(city.bureau_staff).get(url).content)
    sheets = MarkSheet.objects.order_by("pk")
    assert {one.assessor for one in sheets} == {first, second}
    assert all(one.code.digits in printed for one in sheets)
    client(city.bureau_staff).get(url)
    alone = client(city.other_school_secretary).get(
        f"/five-good/visits/{it.pk}/sheet-{first.pk}.pdf"
    )
    assert sheets[0].code.digits in words_of(alone.content)
    assert MarkSheet.objects.count() == 2


def test_a_code_opens_exactly_this_units_and_this_assessors_marks(city: World) -> None:
    it, _, second = there(city)
    sheet = mark_sheets.sheet_of(it, second, by=city.bureau_staff)
    staff = client(city.bureau_staff)
    desk = f"/five-good/campaigns/{it.team.campaign_id}/visits/paper/"
    answer = staff.post(desk, {"code": str(sheet.code)})
    assert answer["Location"] == f"/five-good/sheets/{sheet.pk}/"
    scanned = staff.get(sheet.code.path, follow=True)
    assert f"陈秀英给{it.unit.name}打的分" in scanned.content.decode()
    answer = staff.post(f"/five-good/sheets/{sheet.pk}/", typed(it, sum="100"))
    assert answer.status_code == 302, answer.context["form"].errors
    assert VisitMark.objects.filter(visit=it, assessor=second).count() == 30
    assert not VisitMark.objects.exclude(assessor=second).exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda right: right[:-1] + str((int(right[-1]) + 1) % 10), "有一位不对"),
        (lambda right: right[:5], "您输了 5 位"),
        (lambda right: Code(Sheet.RECORD, 7).digits, "4 开头的"),
        (lambda right: Code(Sheet.MARKS, 999999).digits, "没有查到这张评分表"),
        (lambda right: "", "照着纸上的编号"),
    ],
)
def test_a_wrong_code_gets_a_sentence(city: World, wrong: Any, words: str) -> None:
    it, first, _ = there(city)
    right = mark_sheets.sheet_of(it, first, by=city.bureau_staff).code.digits
    answer = client(city.bureau_staff).post(
        f"/five-good/campaigns/{it.team.campaign_id}/visits/paper/", {"code": wrong(right)}
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_sum_that_is_off_names_the_line_that_was_mistyped(city: World) -> None:
    it, first, _ = there(city)
    sheet = mark_sheets.sheet_of(it, first, by=city.bureau_staff)
    slip = {"c2_2_2__score": "1.2", "c2_2_2__remark": "少一次", "sum": "99.7"}
    answer = client(city.bureau_staff).post(f"/five-good/sheets/{sheet.pk}/", typed(it, **slip))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "各条加起来是 99.2 分，纸上的合计是 99.7 分" in page
    assert "2.2.2" in answer.context["form"].errors["sum"][0]
    assert not VisitMark.objects.exists()


def test_a_photo_finds_its_sheet_stays_with_the_marks_and_no_other_sheet_takes_it(
    city: World,
) -> None:
    it, first, second = there(city)
    own, other = (
        mark_sheets.sheet_of(it, first, by=city.bureau_staff),
        mark_sheets.sheet_of(it, second, by=city.bureau_staff),
    )
    staff = client(city.bureau_staff)
    desk = f"/five-good/campaigns/{it.team.campaign_id}/visits/paper/"
    page = staff.post(desk, {"photos": "1", "file": photo_of(own)}).content.decode()
    assert "照片放好了" in page
    kept = own.photos.get()
    school = client(city.school_secretary)
    shown = school.get(f"/five-good/sheet-photos/{kept.pk}/")
    assert b"".join(shown.streaming_content)[:2] == b"\xff\xd8"
    assert (
        client(city.sibling_secretary).get(f"/five-good/sheet-photos/{kept.pk}/").status_code == 404
    )
    assert "刘建国那张纸的照片" in school.get(f"/five-good/visits/{it.pk}/").content.decode()
    answer = staff.post(
        f"/five-good/sheets/{other.pk}/photos/", {"file": photo_of(own)}, follow=True
    )
    assert f"照片上的编号是 {own.code}，不是这一张" in answer.content.decode()
    assert not other.photos.exists()


def test_a_photo_without_a_code_is_refused_on_the_desk_and_taken_on_its_sheet(city: World) -> None:
    it, first, _ = there(city)
    sheet = mark_sheets.sheet_of(it, first, by=city.bureau_staff)
    staff = client(city.bureau_staff)
    blank = jpeg(sheet_of_paper("x").resize((60, 80)))
    desk = f"/five-good/campaigns/{it.team.campaign_id}/visits/paper/"
    page = staff.post(
        desk, {"photos": "1", "file": SimpleUploadedFile("a.jpg", blank, "image/jpeg")}
    ).content.decode()
    assert "没有看清二维码" in page
    staff.post(
        f"/five-good/sheets/{sheet.pk}/photos/",
        {"file": SimpleUploadedFile("a.jpg", blank, "image/jpeg")},
    )
    assert sheet.photos.count() == 1


def test_two_who_type_the_same_sheet_lose_nothing(city: World) -> None:
    it, first, _ = there(city)
    sheet = mark_sheets.sheet_of(it, first, by=city.bureau_staff)
    telephone, staff = client(city.other_school_secretary), client(city.bureau_staff)
    telephone.post(
        f"/five-good/visits/{it.pk}/marks/{first.pk}/2/",
        {"version": "0", "c2_2_2__score": "1.5", "c2_2_2__remark": "少一次",
         "c2_1_1__score": "1", "c2_1_1__remark": "没有牌子"},
    )  # fmt: skip
    stale = typed(it, c2_1_1__score="")
    answer = staff.post(f"/five-good/sheets/{sheet.pk}/", stale)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "刚存的是 1.5 分（少一次）" in page
    assert not VisitMark.objects.filter(code="1.1.1").exists()
    form = answer.context["form"]
    assert (form["c2_2_2__score"].value(), form["c2_1_1__score"].value()) == ("2", "1")
    again = {name: form[name].value() or "" for name in form.fields}
    answer = staff.post(f"/five-good/sheets/{sheet.pk}/", again | {"version": "1"})
    assert answer.status_code == 302
    marks = {one.code: one.score for one in VisitMark.objects.filter(assessor=first)}
    assert (marks["2.2.2"], marks["2.1.1"]) == (Decimal(2), Decimal(1))


def test_a_mark_taken_out_of_the_form_is_gone_unless_another_hand_put_it_there(
    city: World,
) -> None:
    it, first, _ = there(city)
    full = {"2.2.2": Mark(Decimal(2))}
    mark_sheets.fill(it, assessor=first, marks=full, version=0, by=city.bureau_staff)
    mark_sheets.fill(it, assessor=first, marks={"2.2.2": None}, version=0, by=city.bureau_staff)
    assert it.marks.count() == 1
    mark_sheets.fill(it, assessor=first, marks={"2.2.2": None}, version=2, by=city.bureau_staff)
    assert it.marks.count() == 0


def test_a_sheet_printed_before_the_routes_changed_says_so(city: World) -> None:
    it, first, _ = there(city)
    sheet = mark_sheets.sheet_of(it, first, by=city.bureau_staff)
    other = visits.add_team(
        it.team.campaign, people=[Person("周文斌", city.bureau)], by=city.bureau_staff
    )
    visits.move(it, team=other, day=TOMORROW, by=city.bureau_staff)
    answer = client(city.bureau_staff).get(f"/five-good/sheets/{sheet.pk}/")
    assert answer.status_code == 409
    assert "路线改过" in answer.content.decode()
    with pytest.raises(Refused):
        mark_sheets.visit_of(sheet)


def test_a_code_of_marks_never_leads_a_photo_of_a_sign_in_sheet_astray(city: World) -> None:
    it, first, _ = there(city)
    sheet = mark_sheets.sheet_of(it, first, by=city.bureau_staff)
    made = Client()
    made.force_login(city.school_secretary)
    page = made.post("/paper/photos/", {"file": photo_of(sheet)}).content.decode()
    assert f"编号 {sheet.code} 还没有对上记录" in page
