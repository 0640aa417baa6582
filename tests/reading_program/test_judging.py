"""Judging from the codes to the last mark."""

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.kernel.errors import Refused
from reading_program.choices import CopyState, RoundState, SheetState
from reading_program.models import Edition, ScoreSheet
from reading_program.services import copies
from reading_program.services import judging as services
from tests.factories import judging, reading_program
from tests.personas import World

FULL = (27, 25, 18, 16)


@pytest.fixture
def edition(city: World) -> Edition:
    return reading_program.published_edition(city.bureau)


def test_names_in_the_text_wait_for_the_registrar(city: World, edition: Edition) -> None:
    judging.city_entry(
        edition, city.school, nominee="林小雨", body=f"{city.school.name}的林小雨在读书。"
    )
    judging.judges(edition, 2)
    here = judging.prepared_round(edition)
    copy = here.copies.get()

    assert copy.state == CopyState.WAITING
    assert copy.words == sorted([city.school.name, "林小雨"])
    with pytest.raises(Refused, match="没有核对姓名"):
        services.open_round(here, by=city.bureau_staff)

    copies.clear_copy(copy, cover=True, by=city.bureau_staff)
    copy.refresh_from_db()
    assert copy.text == "××××的×××在读书。"
    services.open_round(here, by=city.bureau_staff)
    assert here.state == RoundState.OPEN


def test_a_school_judges_none_of_its_own_and_too_few_judges_are_named(
    city: World, edition: Edition
) -> None:
    judging.city_entry(edition, city.school)
    near, *_ = judging.judges(edition, 2)
    near.school = city.schools[1]  # another school of the same office
    near.save()
    here = judging.prepared_round(edition)

    with pytest.raises(Refused, match=r"要 2 位评委，只有 1 位能评.*本教办作品"):
        services.open_round(here, by=city.bureau_staff)
    here.refresh_from_db()
    assert here.state == RoundState.PREPARING

    judging.judges(edition, 1)
    services.open_round(here, by=city.bureau_staff)
    assert near.pk not in ScoreSheet.objects.values_list("judge_id", flat=True)


def test_others_marks_open_once_ones_own_are_in(
    city: World, edition: Edition, client: Client
) -> None:
    judging.city_entry(edition, city.school)
    judging.judges(edition, 2, first=city.judge)
    here = judging.open_round(edition)
    mine = ScoreSheet.objects.get(copy__round=here, judge__account=city.judge)
    judging.mark(ScoreSheet.objects.exclude(pk=mine.pk).get(), 29, 28, 17, 15)
    client.force_login(city.judge)

    assert "89.00" not in client.get(f"/reading/judge/{mine.pk}/").content.decode()
    answer = client.post(
        f"/reading/judge/{mine.pk}/",
        {"mark_0": "27", "mark_1": "25", "mark_2": "18", "mark_3": "16.5", "version": mine.version,
         "hand_in": "1"},
    )  # fmt: skip

    assert answer.status_code == 302
    assert "89.00 分" in client.get(f"/reading/judge/{mine.pk}/").content.decode()
    mine.refresh_from_db()
    assert (mine.state, mine.total) == (SheetState.SUBMITTED, Decimal("86.50"))


def test_a_draft_keeps_what_there_is_and_a_mark_too_high_is_said(
    city: World, edition: Edition, client: Client
) -> None:
    judging.city_entry(edition, city.school)
    judging.judges(edition, 2, first=city.judge)
    judging.open_round(edition)
    mine = ScoreSheet.objects.get(judge__account=city.judge)
    client.force_login(city.judge)
    url = f"/reading/judge/{mine.pk}/"

    client.post(url, {"mark_0": "27", "version": 1, "keep": "1"})
    mine.refresh_from_db()
    assert (mine.marks, mine.state, mine.version) == (["27", "", "", ""], SheetState.DRAFT, 2)

    refused = client.post(url, {"mark_0": "31", "version": 2, "keep": "1"})
    assert refused.status_code == 422
    assert "“主题思想”最高 30 分" in refused.content.decode()
    assert (
        "每一项都打了分才能交"
        in client.post(url, {"mark_0": "27", "version": 2, "hand_in": "1"}).content.decode()
    )

    stale = client.post(url, {"mark_0": "20", "version": 1, "keep": "1"})
    assert stale.status_code == 409
    assert "另一个窗口" in stale.content.decode()


def test_two_marks_far_apart_call_a_third_judge(city: World, edition: Edition) -> None:
    judging.city_entry(edition, city.school)
    judging.judges(edition, 3)
    here = judging.open_round(edition, gap=Decimal(10))
    one, two = ScoreSheet.objects.filter(copy__round=here)

    judging.mark(one, 28, 28, 18, 18)
    judging.mark(two, 20, 20, 15, 15)

    third = ScoreSheet.objects.get(is_third=True)
    assert third.judge_id not in {one.judge_id, two.judge_id}
    with pytest.raises(Refused, match="还有 1 份没有交分"):
        services.close_round(here, by=city.bureau_staff)


def test_who_knows_the_writer_gives_the_work_back(city: World, edition: Edition) -> None:
    judging.city_entry(edition, city.school)
    judging.judges(edition, 3)
    here = judging.open_round(edition)
    sheet = ScoreSheet.objects.filter(copy__round=here)[0]

    services.give_back(sheet, note="是我班上的", by=sheet.judge.account)

    standing = ScoreSheet.objects.filter(copy__round=here).exclude(state=SheetState.DECLINED)
    assert standing.count() == 2
    assert sheet.judge_id not in standing.values_list("judge_id", flat=True)


def test_the_score_book_goes_out_and_comes_back(
    city: World, edition: Edition, client: Client
) -> None:
    from openpyxl import load_workbook

    for school in city.schools[:3]:
        judging.city_entry(edition, school)
    judging.judges(edition, 2, first=city.judge)
    here = judging.open_round(edition)
    client.force_login(city.judge)
    book = load_workbook(
        io.BytesIO(client.get(f"/reading/judge/rounds/{here.pk}/scores.xlsx").content)
    )
    sheet = book.active
    for row in (2, 3, 4):
        for at, mark in enumerate(FULL):
            sheet.cell(row, 3 + at, mark)
    made = io.BytesIO()
    book.save(made)

    def bring() -> str:
        upload = SimpleUploadedFile("评分表.xlsx", made.getvalue())
        url = f"/reading/judge/rounds/{here.pk}/scores/"
        return client.post(url, {"upload": upload}, follow=True).content.decode()

    assert "读到 3 行，改了 3 份" in bring()
    versions = list(ScoreSheet.objects.order_by("pk").values_list("version", flat=True))
    assert "没有要改的" in bring()
    assert list(ScoreSheet.objects.order_by("pk").values_list("version", flat=True)) == versions
    mine = ScoreSheet.objects.filter(judge__account=city.judge)
    assert {tuple(each.marks) for each in mine} == {("27.0", "25.0", "18.0", "16.0")}

    sheet.cell(3, 3, 99)
    made.seek(0)
    book.save(made)
    assert "第 3 行“主题思想”要写 0 到 30 的分数" in bring()
