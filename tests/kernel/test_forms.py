"""Dates and numbers as people write them."""

from datetime import date, timedelta

import pytest
from django import forms
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel import calendar
from portal.kernel.forms import CountField, DateCards, DayField, NotedChoices, read_day

ON = date(2023, 10, 18)


class Sample(forms.Form):
    held_on = DayField(missing="选一下是哪天办的")
    people = CountField(missing="填写到场人数")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2023-10-17", date(2023, 10, 17)),
        ("2023.10.7", date(2023, 10, 7)),
        ("2023/3/1", date(2023, 3, 1)),
        ("2023年3月1日", date(2023, 3, 1)),
        ("20230301", date(2023, 3, 1)),
        ("10月17日", date(2023, 10, 17)),
        ("10.17", date(2023, 10, 17)),
        ("12月1日", date(2022, 12, 1)),
        ("２０２３－１０－１７", date(2023, 10, 17)),
        (" 2023 年 3 月 1 日 ", date(2023, 3, 1)),
        ("2月30日", None),
        ("2023-13-01", None),
        ("前天", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_it_is_written(written: str, day: date | None) -> None:
    assert read_day(written, on=ON) == day


@given(st.dates(date(1950, 1, 1), date(2999, 12, 31)), st.sampled_from(["-", ".", "/"]))
def test_every_whole_day_is_read_back(day: date, mark: str) -> None:
    written = f"{day.year}{mark}{day.month}{mark}{day.day}"

    assert read_day(written, on=ON) == day


@given(st.text(max_size=12))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert read_day(text, on=ON) is None or isinstance(read_day(text, on=ON), date)


def sample(**answers: str) -> Sample:
    data = QueryDict(mutable=True)
    data.update({"held_on_day": calendar.today().isoformat(), "people": "18", **answers})
    return Sample(data)


def test_a_card_gives_its_day_and_a_typed_day_wins() -> None:
    by_card = sample()
    typed = sample(held_on="2023-10-17")

    assert by_card.is_valid()
    assert by_card.cleaned_data["held_on"] == calendar.today()
    assert typed.is_valid()
    assert typed.cleaned_data["held_on"] == date(2023, 10, 17)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"held_on_day": ""}, "选一下是哪天办的"),
        ({"held_on_day": "other"}, "选一下是哪天办的"),
        ({"held_on": "前天"}, "看不懂“前天”，请写成 2023-10-17 或 10月17日"),
        (
            {"held_on": (calendar.today() + timedelta(days=1)).isoformat()},
            "日期要在今天或今天以前。还没开的会，开完再来记",
        ),
    ],
)
def test_a_day_that_cannot_be_is_answered_with_what_to_do(
    answers: dict[str, str], sentence: str
) -> None:
    assert sample(**answers).errors["held_on"] == [sentence]


@pytest.mark.parametrize(
    ("written", "number"),
    [("18", 18), ("1,245人", 1245), (" ５０９ ", 509), ("0", 0), ("1，245 人次", 1245)],
)
def test_a_count_is_read_as_it_is_written(written: str, number: int) -> None:
    form = sample(people=written)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["people"] == number


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "填写到场人数"),
        ("十八", "只写数字就行，例如 18"),
        ("-3", "数字不能小于 0"),
        ("99999999", "数字不能大于 1000000，核对一下是不是多打了一位"),
    ],
)
def test_a_count_that_cannot_be_says_what_to_write(written: str, sentence: str) -> None:
    assert sample(people=written).errors["people"] == [sentence]


def test_the_cards_mark_the_day_that_is_kept() -> None:
    yesterday = calendar.today() - timedelta(days=1)
    html = DateCards().render("held_on", yesterday, {"id": "id_held_on"})
    long_ago = DateCards().render("held_on", date(2020, 1, 2), {"id": "id_held_on"})

    assert html.count(" checked") == 1
    assert f'value="{yesterday.isoformat()}" id="id_held_on_1" checked' in html
    assert 'value="2020-01-02"' in long_ago


def test_a_card_may_carry_a_note_and_stand_behind_a_lid() -> None:
    widget = NotedChoices(choices=[("1", "学习培训"), ("2", "共建活动")])
    widget.notes, widget.later = {"1": "计入“三个一”"}, {"2"}

    first, second = (option for _, options, _ in widget.optgroups("kind", []) for option in options)

    assert (first["note"], first["later"]) == ("计入“三个一”", False)
    assert (second["note"], second["later"]) == ("", True)
