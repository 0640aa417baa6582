"""Pages of teams: vacancies, terms, candidates, merging, taking lists back, handing over."""

import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from committees.models import (
    Committee,
    FiveHavesCheck,
    Handover,
    Person,
    PersonMerge,
    RoleGrant,
    TeamInvitation,
    User,
)
from committees.services import committees
from portal.kernel.sheets import read_workbook
from tests.factories import committees as factory
from tests.personas import World


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, name: str, *args: Any, query: str = "") -> str:
    answer = as_(user).get(reverse(name, args=args) + query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def committee_of(city: World) -> Committee:
    return city.committees[city.school.pk]


def test_an_empty_post_shows_on_the_offices_list_with_its_days(city: World) -> None:
    person = factory.make_person(city.school, "陈国栋")
    post = committees.appoint(
        person, committee_of(city), position="director", since_day=date(2019, 1, 1), by=None
    )
    committees.end_post(post, on=date(2020, 1, 1), by=None)

    text = page(city.office_secretary, "committees:vacancies")

    assert "2020年1月1日" in text
    assert "超期" in text
    assert "石桥" not in text


def test_the_vacancy_workbook_says_what_is_counted(city: World) -> None:
    answer = as_(city.bureau_staff).get(reverse("committees:vacancies") + "?xlsx=1")

    sheets = {sheet.name: sheet for sheet in read_workbook(answer.content)}
    assert list(sheets) == ["职务空缺", "届满", "没有人能登录的单位", "口径"]
    posts = 3 * len(city.committees)
    assert len(sheets["职务空缺"].rows) == 1 + posts


def test_vacancies_stay_under_twelve_queries(
    city: World, django_assert_max_num_queries: Any
) -> None:
    client = as_(city.bureau_staff)
    with django_assert_max_num_queries(16):  # session, account, grants and the frame included
        client.get(reverse("committees:vacancies"))


def test_a_term_is_opened_on_a_page_with_its_paper(city: World) -> None:
    person = factory.make_person(city.school, "陈国栋")
    post = committees.appoint(
        person, committee_of(city), position="member", since_day=date(2019, 1, 1), by=None
    )
    answer = as_(city.school_secretary).post(
        reverse("committees:term_new", args=[committee_of(city).pk]),
        {
            "number": "二", "starts_on": "2023-3-1", f"post_{post.pk}": "deputy",
            "title": "云山小学〔2023〕3号",
        },
    )  # fmt: skip
    assert answer.status_code == 422

    answer = as_(city.school_secretary).post(
        reverse("committees:term_new", args=[committee_of(city).pk]),
        {
            "number": "2", "starts_on": "2023-3-1", f"post_{post.pk}": "deputy",
            "title": "云山小学〔2023〕3号",
            "upload": SimpleUploadedFile("批复.pdf", b"%PDF-1.7 made for a test"),
        },
    )  # fmt: skip
    assert answer.status_code == 302
    text = page(city.school_secretary, "committees:terms", committee_of(city).pk)
    assert "第2届" in text
    assert "云山小学〔2023〕3号" in text
    assert "副主任 陈国栋" in text


def test_a_term_with_a_paper_nobody_can_open_changes_nothing(city: World) -> None:
    answer = as_(city.school_secretary).post(
        reverse("committees:term_new", args=[committee_of(city).pk]),
        {
            "number": "2", "starts_on": "2023-3-1",
            "upload": SimpleUploadedFile("a.exe", b"MZ\x00"),
        },
    )  # fmt: skip
    assert answer.status_code == 422
    assert "不能上传" in answer.content.decode()
    assert not committee_of(city).terms.exists()


def test_newly_free_heads_and_honoured_teachers_are_listed_once_a_term(city: World) -> None:
    last_summer = {"retired_on": date(2023, 8, 31), "work_status": "retired"}
    factory.make_person(city.school, "特级甲", honour="特级教师", **last_summer)
    factory.make_person(city.school, "普通乙", **last_summer)
    factory.make_person(
        city.school, "校长丙", original_post="云山小学书记、校长", stepped_back_on=date(2023, 8, 1)
    )
    factory.make_person(
        city.school, "副职丁", original_post="云山小学副校长", stepped_back_on=date(2023, 8, 1)
    )
    factory.make_person(city.school, "导师戊", honour="特级教师", is_mentor=True, **last_summer)
    factory.make_person(city.other_school, "别处己", honour="特级教师", **last_summer)

    text = page(city.office_secretary, "committees:candidates", query="?half=2023-1")

    assert [name for name in ("特级甲", "校长丙") if name not in text] == []
    assert [name for name in ("普通乙", "副职丁", "导师戊", "别处己") if name in text] == []


def test_an_invitation_is_noted_and_answered(city: World) -> None:
    person = factory.make_person(city.school, "校长丙")
    client = as_(city.office_secretary)
    client.post(reverse("committees:invite", args=["2023-1", person.pk]), {"note": "登门邀请"})
    asked = TeamInvitation.objects.get()
    url = reverse("committees:invitation_answer", args=[asked.pk])

    assert client.post(url, {"answer": "decline", "note": ""}).status_code == 409
    client.post(url, {"answer": "accept", "note": ""})

    asked.refresh_from_db()
    person.refresh_from_db()
    assert (asked.state, person.is_mentor) == ("accepted", True)


def test_twins_are_found_previewed_merged_and_parted(city: World) -> None:
    kept = factory.make_person(city.school, "陈国栋", phone="13800001234")
    gone = factory.make_person(city.school, "陈国栋", phone="13800001234", honour="特级教师")
    client = as_(city.school_secretary)
    url = reverse("committees:person_merge", args=[kept.pk, gone.pk])
    assert url in page(city.school_secretary, "committees:duplicates")
    preview = client.get(url).content.decode()
    assert "名特优称号：特级教师" in preview
    assert "13800001234" not in preview

    client.post(url)
    assert client.get(reverse("committees:person", args=[gone.pk])).status_code == 404
    client.post(reverse("committees:merge_undo", args=[PersonMerge.objects.get().pk]))
    assert client.get(reverse("committees:person", args=[gone.pk])).status_code == 200


def test_the_register_goes_out_and_comes_back_on_pages(city: World) -> None:
    person = factory.make_person(city.school, "陈国栋", strengths="书法")
    client = as_(city.school_secretary)
    data = client.get(reverse("committees:people_export")).content
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    sheet.cell(2, headings.index("特长") + 1).value = "朗诵"
    out = io.BytesIO()
    book.save(out)

    answer = client.post(
        reverse("committees:list_return", args=["people"]),
        {"file": SimpleUploadedFile("名册.xlsx", out.getvalue())},
        follow=True,
    )
    text = answer.content.decode()
    assert "书法" in text
    assert "朗诵" in text
    client.post(answer.redirect_chain[-1][0])
    assert Person.objects.get(pk=person.pk).strengths == "朗诵"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"not a table"])
def test_a_file_that_is_no_list_of_ours_gets_a_sentence(city: World, content: bytes) -> None:
    answer = as_(city.school_secretary).post(
        reverse("committees:list_return", args=["people"]),
        {"file": SimpleUploadedFile("名册.xlsx", content)},
    )
    assert answer.status_code == 422


def test_a_role_is_handed_over_with_a_slip_and_a_sheet(city: World) -> None:
    grant = RoleGrant.objects.get(user=city.school_secretary)
    answer = as_(city.office_secretary).post(
        reverse("committees:hand_over", args=[grant.pk]),
        {"new_name": "周小雨", "on": "2023-9-1", "note": "钥匙在门卫"},
    )
    text = answer.content.decode()
    assert "初始密码" in text

    sheet = page(city.office_secretary, "web:handover", Handover.objects.get().pk)
    assert "钥匙在门卫" in sheet
    assert "周小雨" in sheet
    assert as_(city.school_secretary).get(
        reverse("web:handover", args=[Handover.objects.get().pk])
    ).status_code == 404  # fmt: skip


def test_a_unit_fills_in_its_check_step_by_step(city: World) -> None:
    client = as_(city.school_secretary)
    url = reverse("committees:five_haves_fill", args=[2023, city.school.pk])
    assert client.get(url).status_code == 200
    assert not FiveHavesCheck.objects.exists()

    client.post(url, {"people_result": "met", "people_evidence": "发了文", "save": "1"})
    answer = client.post(url, {"people_result": "met", "people_evidence": "发了文", "submit": "1"})
    assert answer.status_code == 422
    assert "还没有选" in answer.content.decode()

    whole = {f"{have}_result": "met" for have in
             ("people", "tasks", "conditions", "resources", "enthusiasm")}  # fmt: skip
    assert client.post(url, whole | {"submit": "1"}).status_code == 302
    assert FiveHavesCheck.objects.get().state == "submitted"
