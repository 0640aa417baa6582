"""Beside the record, in real sessions: two who write at once, own questions, what was put right."""

import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from activities.models import Activity, Correction, KindField, MinutesVersion
from activities.services import corrections, decisions, series
from tests.factories import activities as records
from tests.factories.activities import kind
from tests.personas import World


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_two_people_who_write_minutes_at_once_both_see_both_and_nothing_is_lost(
    city: World,
) -> None:
    record = records.submitted(city.school, by=city.school_secretary)
    hers, his = signed_in(city.school_secretary), signed_in(city.party_contact)
    url = f"/activities/{record.pk}/minutes/edit/"
    based_on = [client.get(url).context["based_on"] for client in (hers, his)]

    first = hers.post(url, {"text": "她写的纪要", "based_on": based_on[0]})
    second = his.post(url, {"text": "他写的纪要", "based_on": based_on[1]}, follow=True)

    assert first.status_code == 302
    assert second.status_code == 409
    both = second.content.decode()
    assert "有人同时也写了纪要" in both
    assert set(MinutesVersion.objects.values_list("text", "is_aside")) == {
        ("她写的纪要", False), ("他写的纪要", True),
    }  # fmt: skip
    seen = hers.get(f"/activities/{record.pk}/minutes/").content.decode()
    assert "还没有合到一起" in seen
    his.post(url, {"text": "两人的纪要", "based_on": second.context["standing"].number})
    assert "还没有合到一起" not in hers.get(f"/activities/{record.pk}/minutes/").content.decode()


def test_words_not_saved_as_a_version_wait_and_the_other_writer_reads_them(city: World) -> None:
    record = records.submitted(city.school, by=city.school_secretary)
    hers, his = signed_in(city.school_secretary), signed_in(city.party_contact)
    draft, edit = (f"/activities/{record.pk}/minutes/{name}/" for name in ("draft", "edit"))

    kept = hers.post(draft, {"text": "写到一半", "based_on": 0, "version": 0}).json()
    his.post(edit, {"text": "他写的纪要", "based_on": 0})
    told = hers.post(draft, {"text": "写到一半多", "based_on": 0, "version": kept["version"]})

    assert "刚存了第 1 稿" in told.json()["meanwhile"]
    assert "写到一半多" in his.get(edit).content.decode()
    again = hers.get(edit)
    assert again.context["form"]["text"].value() == "写到一半多"
    both = hers.post(
        edit, {"text": "写完了", "based_on": 0, "version": again.context["version"]}, follow=True
    )
    assert both.status_code == 409
    assert {"他写的纪要", "写完了"} == set(MinutesVersion.objects.values_list("text", flat=True))
    assert not record.minutes_drafts.exists()


def test_one_press_puts_the_outline_of_the_kind_below_what_is_written(city: World) -> None:
    record = records.draft(city.school, by=city.school_secretary, minutes="先写了一句")
    outline = record.kind.outline  # type: ignore[union-attr]
    client = signed_in(city.school_secretary)
    edit = f"/activities/{record.pk}/edit/"
    assert "把提纲填进" in client.get(edit).content.decode()

    fields = {"kind": record.kind_id, "minutes": "先写了一句", "action": "outline"}
    answer = client.post(edit, fields | {"version": record.version})
    client.post(edit, fields | {"minutes": Activity.objects.get().minutes,
                                "version": Activity.objects.get().version})  # fmt: skip

    assert answer["Location"] == f"{edit}#div_id_minutes"
    assert Activity.objects.get().minutes == f"先写了一句\n\n{outline}"

    write = f"/activities/{record.pk}/minutes/edit/"
    client.post(write, {"text": "正文", "based_on": 0, "version": 0, "action": "outline"})
    assert client.get(write).context["form"]["text"].value() == f"正文\n\n{outline}"


def test_the_form_asks_what_the_kind_asks_and_keeps_the_answers(city: World) -> None:
    pairs = KindField.objects.get(kind__slug="care", label="结对几对")
    client = signed_in(city.school_secretary)
    page = client.get(f"/activities/new/?kind={kind('care').pk}").content.decode()
    assert "结对几对" in page
    assert f'name="extra-{pairs.pk}"' in page

    client.post("/activities/new/", {
        "kind": kind("care").pk, "title": "走访", f"extra-{pairs.pk}": "６对", "action": "keep",
    })  # fmt: skip
    assert Activity.objects.get().extra == {}  # not a number: the rest of the draft is kept

    draft = Activity.objects.get()
    client.post(f"/activities/{draft.pk}/edit/", {
        "kind": kind("care").pk, "title": "走访", f"extra-{pairs.pk}": "６", "version": 1,
        "action": "keep",
    })  # fmt: skip
    assert Activity.objects.get().extra == {pairs.key: 6}


def test_the_record_shows_its_value_with_what_it_said_before(city: World) -> None:
    record = records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    school, office = signed_in(city.school_secretary), signed_in(city.office_secretary)
    school.post(f"/activities/{record.pk}/correct/attendance/", {"value": "81", "reason": "写反了"})
    assert Activity.objects.get(pk=record.pk).attendance == 18
    assert "写反了" in office.get("/corrections/").content.decode()

    office.post(f"/corrections/{Correction.objects.get().pk}/agree/")

    page = school.get(f"/activities/{record.pk}/").content.decode()
    assert "81 人" in page
    assert "原来写的是：18" in page


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_of_decisions_costs_the_same_however_many(
    city: World, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    record = records.submitted(city.school, by=city.school_secretary)
    for number in range(count):
        one = decisions.add(record, text=f"第{number}件", by=city.school_secretary)
        decisions.report(one, text="在办", state="open", on=records.TODAY, by=city.school_secretary)
    client = signed_in(city.office_secretary)
    client.get("/decisions/")

    with django_assert_num_queries(8):
        client.get("/decisions/")


def test_the_workbook_says_what_was_put_right_and_what_the_kind_asked(city: World) -> None:
    hours = KindField.objects.get(kind__slug="training", label="培训学时")
    record = records.accepted(
        city.school, by=city.school_secretary, reviewer=city.office_secretary,
        extra={hours.key: 3},
    )  # fmt: skip
    corrections.ask(record, field="attendance", value=20, reason="漏数", by=city.office_secretary)
    client = signed_in(city.office_secretary)

    chosen = client.get(f"/activities/export.xlsx?year=2023&kind={kind('training').pk}")

    assert chosen.status_code == 200
    rows = sheets(chosen)[0]
    told = dict(zip(rows[0], rows[1], strict=True))
    assert told["培训学时"] == 3
    assert "18 → 20" in str(told["更正"])


def test_the_workbook_of_series_holds_each_turn_held_or_left_out(city: World) -> None:
    by = city.school_secretary
    made = series.start(
        city.school, name="工作例会", kind=kind("full_meeting"), rhythm="monthly",
        starts_on=date(2023, 1, 31), place="会议室", chair="", agenda="", by=by,
    )  # fmt: skip
    series.hold(made, planned_on=date(2023, 1, 31), by=by)
    series.skip(made, planned_on=date(2023, 2, 28), reason="放寒假", by=by)
    asked = "/series/export.xlsx"

    lines, held = sheets(signed_in(city.office_secretary).get(asked))
    (line,) = lines[1:]
    turns = [row[2:] for row in held[1:]]

    assert line[:2] == ("工作例会", "云山小学")
    assert line[6].date() == date(2023, 3, 31)  # the 31st of a month that has one
    assert [str(turn[0])[:10] for turn in turns] == ["2023-01-31", "2023-02-28"]
    assert (turns[0][3], turns[0][5]) == ("2023年1月工作例会", "草稿")
    assert (turns[1][5], turns[1][6]) == ("没有开", "放寒假")
    assert len(sheets(signed_in(city.other_school_secretary).get(asked))[0]) == 1


def sheets(answer: Any) -> list[list[tuple[Any, ...]]]:
    """Each sheet of the workbook an address gave, row by row."""
    from openpyxl import load_workbook

    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    book = load_workbook(io.BytesIO(content))
    return [list(one.iter_rows(values_only=True)) for one in book.worksheets]
