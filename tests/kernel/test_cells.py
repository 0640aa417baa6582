import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel import cells
from portal.kernel.cells import PartialDate, Precision

FULL = str.maketrans("0123456789", "０１２３４５６７８９")
DAYS = st.dates(dt.date(1930, 1, 1), dt.date(2060, 12, 31))
ANY_CELL = (
    st.none() | st.text() | st.integers() | st.floats() | st.booleans() | st.dates()
    | st.datetimes() | st.times() | st.timedeltas()
)  # fmt: skip


@pytest.mark.parametrize(
    "reader", [cells.count, cells.when, cells.yes_no, cells.phone, cells.code, cells.person_name]
)
@given(cell=ANY_CELL)
def test_no_cell_whatever_breaks_a_reader_and_a_lost_one_is_explained(reader, cell):
    read = reader(cell)
    if read.value is None and not cells.is_nothing(cell):
        assert read.warning.endswith("。")


@given(st.integers(0, 999_999))
def test_a_count_is_the_same_however_it_is_written(n):
    spellings = [n, float(n), str(n), f" {n} ", f"{n}人", f"{n:,}", f"{n:,}人", f"\u3000{n}\n"]
    spellings += [str(n).translate(FULL), f"{n:,}".translate(FULL).replace(",", "，") + "名"]
    assert {cells.count(spelling) for spelling in spellings} == {cells.Read(n)}


@given(DAYS)
def test_a_day_is_the_same_in_all_spellings(day):
    y, m, d = day.year, day.month, day.day
    spellings = [
        day, dt.datetime(y, m, d), (day - dt.date(1899, 12, 30)).days, f"{y}-{m}-{d}",
        f"{day:%Y/%m/%d}",
        f"{y}.{m}.{d}", f"{y}年{m}月{d}日", f" {y} 年 {m} 月 {d} 日", f"{day:%Y%m%d}",
        f"{y}年{m}月{d}日".translate(FULL), f"{day:%Y-%m-%d} 00:00:00", f"{y}年{m}月{d}日（周三）",
    ]  # fmt: skip
    assert {cells.when(spelling) for spelling in spellings} == {cells.Read(PartialDate(day))}


@given(DAYS)
def test_a_month_stays_a_month(day):
    y, m = day.year, day.month
    wanted = PartialDate(day.replace(day=1), Precision.MONTH)
    spellings = [
        f"{y}.{m}",
        f"{y}.{m:02d}",
        f"{y}年{m}月",
        f"{y}-{m:02d}",
        f"{y}/{m}",
        f"{y}{m:02d}",
        f"{y}年{m}月份",
    ]
    assert {cells.when(spelling) for spelling in spellings} == {cells.Read(wanted)}


def test_a_year_stays_a_year():
    wanted = PartialDate(dt.date(2019, 1, 1), Precision.YEAR)
    assert [cells.when(c).value for c in ("2019年", "2019", 2019, "２０１９")] == [wanted] * 4


@pytest.mark.parametrize(("written", "month"), [(2019.5, 5), (2019.12, 12), (2019.1, 1)])
def test_a_month_typed_as_a_number_is_read_and_october_doubted(written, month):
    read = cells.when(written)
    assert read.value == PartialDate(dt.date(2019, month, 1), Precision.MONTH)
    assert bool(read.warning) == (written == 2019.1)


@pytest.mark.parametrize(
    "written", ["2022.3.1-3.5", "2022.3.1—2022.3.5", "2022年3月1日至5日", "2022/3/1~2022/3/5"]
)
def test_a_range_counts_from_its_first_day_with_a_doubt(written):
    read = cells.when(written)
    assert read.value == PartialDate(dt.date(2022, 3, 1))
    assert "一段时间" in read.warning


@pytest.mark.parametrize(
    "written", ["2019-02-30", "2019.13", "去年", "5月3日", "19.5", "3019-01-01", True]
)
def test_what_is_no_date_is_said_to_be_none(written):
    read = cells.when(written)
    assert read.value is None
    assert read.warning


@pytest.mark.parametrize("written", ["1,24", "12-15", "很多", "65.5", "-3", "99999999"])
def test_what_is_no_count_is_said_to_be_none(written):
    read = cells.count(written)
    assert read.value is None
    assert read.warning


@pytest.mark.parametrize(("written", "number"), [("约300", 300), ("300余人", 300), ("2万", 20000)])
def test_a_round_number_is_taken_with_a_doubt(written, number):
    read = cells.count(written)
    assert read.value == number
    assert "约数" in read.warning


@given(st.integers(10_000_000, 99_999_999))
def test_a_mobile_is_the_same_however_it_is_written(tail):
    n = f"139{tail}"
    spellings = [
        n,
        int(n),
        float(n),
        f"{n[:3]}-{n[3:7]}-{n[7:]}",
        f"{n[:3]} {n[3:7]} {n[7:]}",
        n.translate(FULL),
        f"+86 {n}",
    ]
    assert {cells.phone(spelling) for spelling in spellings} == {cells.Read(n)}


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0574-62345678", "0574-62345678"),
        ("(0574)62345678", "0574-62345678"),
        ("62345678转801", "62345678转801"),
    ],
)
def test_a_landline_keeps_its_parts(written, number):
    assert cells.phone(written) == cells.Read(number)


def test_of_two_phones_the_first_is_kept_and_said():
    assert cells.phone("13920743481/13920743482").value == "13920743481"
    assert "几个号码" in cells.phone("13920743481、0574-62345678").warning


@pytest.mark.parametrize("written", ["1.39E+10", "139207434", "1392074348199"])
def test_a_broken_phone_is_not_kept(written):
    assert cells.phone(written).value is None
    assert cells.phone(written).warning


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("周 桂 晓", "周桂晓"),
        ("周　晓", "周晓"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽 ‧ 买买提", "阿依古丽·买买提"),
        ("阿依古丽.买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("John  Smith", "John Smith"),
        ("J. Smith", "J. Smith"),
        ("𠮷㛃䶮", "𠮷㛃䶮"),
        ("欧阳娜娜\u200b", "欧阳娜娜"),
    ],
)
def test_a_name_is_tidied_but_kept(written, name):
    assert cells.person_name(written) == cells.Read(name)


@pytest.mark.parametrize("written", ["张三、李四", "张三3", "甲" * 26])
def test_what_is_no_single_name_is_said_so(written):
    assert cells.person_name(written).value is None
    assert cells.person_name(written).warning


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("√", True),
        ("是 ", True),
        (True, True),
        ("×", False),
        ("否", False),
        ("", None),
        (None, None),
    ],
)
def test_ticks_and_words_are_read_as_yes_or_no(written, answer):
    assert cells.yes_no(written) == cells.Read(answer)


def test_a_code_typed_as_a_number_is_text():
    assert cells.code(3302820014.0) == cells.code(" 3302820014 ") == cells.Read("3302820014")
    assert cells.code("3.30E+09").value is None


def test_a_partial_date_prints_what_it_knows():
    day = dt.date(2023, 3, 1)
    assert [str(PartialDate(day, p)) for p in Precision] == ["2023年3月1日", "2023年3月", "2023年"]
