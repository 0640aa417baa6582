"""Tables of points: out and back as workbook, changed in a draft, tried on past answers."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations.documents.rubrics import rubric_rows
from evaluations.figures.campaigns import standard
from evaluations.imports import read_rubric_workbook
from evaluations.models import Rubric
from evaluations.services import rubrics
from portal.kernel.errors import BadFile, Refused
from portal.kernel.workbooks import NewSheet, write_workbook
from tests.factories import five_good as factory
from tests.personas import World


def client(user: object) -> Client:
    made = Client()
    made.force_login(user)
    return made


def out_and_back(content: dict) -> dict:
    book = write_workbook([NewSheet(*sheet) for sheet in rubric_rows(content)])
    return read_rubric_workbook(book)


def test_the_standard_table_comes_back_from_its_workbook_the_same() -> None:
    assert out_and_back(standard()) == standard()


values = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8),
    st.integers(0, 99),
    st.booleans(),
    st.lists(st.text("ab", max_size=2), max_size=2),
)


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.sampled_from(["text", "rule", "evidence", "x y", "注"]), values))
def test_whatever_a_criterion_holds_comes_back(extra: dict) -> None:
    content = standard()
    content["dimensions"][0]["items"][0]["criteria"][0] |= extra
    content["remark"] = extra
    assert out_and_back(content) == content


def spoilt(sheet: str, cell: str, value: str) -> bytes:
    from openpyxl import load_workbook

    book = load_workbook(
        io.BytesIO(write_workbook([NewSheet(*one) for one in rubric_rows(standard())]))
    )
    book[sheet][cell] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "words"),
    [
        ("方面", "A1", "代号", "少了“编号”"),
        ("项目", "A2", "9", "没有这个编号"),
        ("扣分规则", "K2", "{", "第 2 行"),
        ("评分要点", "D2", "很多", r"rubric\.dimensions\[0\]"),
    ],
)
def test_a_fault_in_the_workbook_is_told_with_its_place_and_nothing_is_kept(
    city: World, sheet: str, cell: str, value: str, words: str
) -> None:
    from evaluations.imports import read_rubric

    book = spoilt(sheet, cell, value)
    with pytest.raises(BadFile, match=words):
        read_rubric(book, "表.xlsx")
    upload = SimpleUploadedFile("表.xlsx", book)
    answer = client(city.bureau_staff).post(
        "/five-good/rubrics/new/", {"name": "新", "unit_kinds": ["school"], "file": upload}
    )
    assert answer.status_code == 422
    assert not Rubric.objects.exists()


def test_a_published_version_is_copied_changed_and_tried_before_it_is_published(
    city: World,
) -> None:
    it = factory.decided(city)
    old = it.campaign.rubric
    staff = client(city.bureau_staff)
    new = Rubric.objects.get(
        pk=staff.post(f"/five-good/rubrics/{old.pk}/copy/").url.rstrip("/").rpartition("/")[2]
    )
    url = f"/five-good/rubrics/{new.pk}/lines/2.2.2/"
    page = staff.get(url).content.decode()
    assert "要求几次" in page
    asked = {"text": "会议", "max": "2", "rule": "少一次扣一分", "evidence": "记录"}
    bad = staff.post(url, asked | {"r0__minus": "很多", "r0__target": "6"})
    assert bad.status_code == 422
    staff.post(url, asked | {"r0__minus": "1", "r0__target": "6"})
    new.refresh_from_db()
    [changed] = rubrics.preview(new, campaign=it.campaign)
    assert (changed.unit, changed.before, changed.after) == ("云山小学", 100, 98)
    page = staff.get(f"/five-good/rubrics/{new.pk}/preview/").content.decode()
    assert "1 家会变" in page
    it.refresh_from_db()
    assert it.city_total == 100
    with pytest.raises(Refused, match="另存一版"):
        rubrics.revise(old, code="2.2.2", words={}, numbers={}, by=city.bureau_staff)


def test_the_sums_above_a_criterion_follow_its_maximum(city: World) -> None:
    it = factory.table(city, publish=False)
    rubrics.revise(it, code="2.2.2", words={"max": "2.5"}, numbers={}, by=city.bureau_staff)
    dimension = it.content["dimensions"][1]
    assert (dimension["items"][1]["max"], dimension["max"]) == ("5.5", "20.5")
