import json

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from activities.imports.ledger import LEDGER, read_ledger
from committees.choices import Position, SchoolStage
from committees.imports import words
from committees.imports.columns import ROSTER_KINDS
from committees.imports.roster import read_roster
from committees.imports.words import CommitteeForm, CommitteeState
from portal.kernel.findings import Severity, refused_places
from portal.kernel.sheets import Row, Sheet, read_workbook
from portal.kernel.tables import find_layout
from tests.rosters import messy_roster
from tests.shared import shared


def read(sheets: list[Sheet]):
    tables = [(sheet, find_layout(sheet, (*ROSTER_KINDS, LEDGER))) for sheet in sheets]
    roster = read_roster(
        [(s, layout) for s, layout in tables if layout and layout.kind is not LEDGER]
    )
    ledger = read_ledger([(s, layout) for s, layout in tables if layout and layout.kind is LEDGER])
    return roster, ledger


def counts(data: bytes) -> dict[str, int]:
    roster, ledger = read(read_workbook(data))
    findings = roster.findings + ledger.findings
    duplicates = {f.place for f in findings if f.code == "duplicate"}
    return {
        "offices": len(roster.offices),
        "schools": len(roster.schools),
        "kindergartens": len(roster.kindergartens),
        "students": roster.students,
        "school_committees": roster.school_committees,
        "duplicates": len(duplicates),
        "people": len(roster.people),
        "activities": len(ledger.activities),
        "bad_rows": len(refused_places(findings) - duplicates),
    }


@pytest.mark.shared
def test_the_real_roster_holds_what_it_truly_holds():
    truth = json.loads(shared("data/roster-messy.truth.json").read_text())
    assert counts(shared("data/roster-messy.xlsx").read_bytes()) == truth


@settings(max_examples=25, phases=[Phase.generate])  # a seed does not shrink
@given(
    seed=st.integers(0, 10**6), offices=st.integers(1, 6), schools=st.integers(1, 9),
    shuffled=st.booleans(), titles=st.integers(0, 3),
)  # fmt: skip
def test_any_untidy_roster_is_counted_truly(seed, offices, schools, shuffled, titles):
    data, truth = messy_roster(
        seed, offices=offices, schools=schools, shuffled=shuffled, titles=titles
    )
    assert counts(data) == truth


def test_the_title_tells_bureau_and_school_year():
    roster, _ = read(read_workbook(messy_roster(3)[0]))
    assert (roster.bureau, roster.figures_year) == ("海陵市教育局", 2022)


def rows(*cells: tuple[object, ...], name: str = "中小学") -> Sheet:
    return Sheet(name, [Row(n, row) for n, row in enumerate(cells, start=1)])


HEAD = ("所属教办", "单位名称", "单位代码", "类别", "学生数", "关工委是否成立", "成立时间")


def test_an_office_written_once_a_group_is_carried_down_and_said():
    sheet = rows(
        HEAD,
        ("东镇教办", "甲校"),
        (None, "乙校"),
        (None, "丙校"),
        ("西镇教办", "丁校"),
        (None, "戊校"),
    )
    sheet = Sheet(
        "中小学", [Row(r.number, (*r.cells, *[None] * (7 - len(r.cells)))) for r in sheet.rows]
    )
    roster, _ = read([sheet])
    assert [row.office for row in roster.schools] == ["东镇教办"] * 3 + ["西镇教办"] * 2
    assert [f.place.row for f in roster.findings if f.code == "office_carried"] == [3, 4, 6]


def test_a_single_missing_office_is_refused_not_guessed():
    sheet = rows(
        HEAD,
        *[("东镇教办", f"第{n}校", None, "小学", 1, "否", None) for n in range(4)],
        (None, "丁校", None, "小学", 1, "否", None),
    )
    roster, _ = read([sheet])
    refused = [f for f in roster.findings if f.severity is Severity.REFUSED]
    assert [(f.code, f.place.row) for f in refused] == [("office_needed", 6)]
    assert len(roster.schools) == 4


def test_a_doubtful_cell_leaves_the_row_in_and_says_so():
    sheet = rows(HEAD, ("东镇教办", "甲校", None, "大学", "很多", "是", "去年"))
    roster, _ = read([sheet])
    school = roster.schools[0]
    assert (school.stage, school.students, school.established_on) == (None, None, None)
    assert school.state is CommitteeState.ESTABLISHED
    codes = {f.code for f in roster.findings}
    assert codes == {"stage_doubt", "students_doubt", "established_on_doubt", "established_undated"}


def test_the_same_name_in_another_office_needs_its_full_name():
    sheet = rows(HEAD, ("东镇教办", "中心小学", *[None] * 5), ("西镇教办", "中心小学", *[None] * 5))
    roster, _ = read([sheet])
    assert [f.code for f in roster.findings if f.severity is Severity.REFUSED] == ["name_taken"]


def test_a_code_given_twice_is_refused_the_second_time():
    sheet = rows(
        HEAD, ("东镇教办", "甲校", "33", *[None] * 4), ("东镇教办", "乙校", 33, *[None] * 4)
    )
    roster, _ = read([sheet])
    assert [f.code for f in roster.findings if f.severity is Severity.REFUSED] == ["code_taken"]


def test_a_school_directly_under_the_bureau_has_no_office():
    roster, _ = read([rows(HEAD, ("市直属", "甲校", *[None] * 5))])
    assert roster.schools[0].office == ""
    assert roster.offices == []


def test_two_activities_alike_in_all_but_the_number_are_two():
    head = ("日期", "单位", "活动类别", "活动名称", "受教育青少年人次")
    line = ("2022.1", "甲校", "主题宣讲", "宣讲", 10)
    _, ledger = read([rows(head, line, (*line[:4], 11), ("2022年1月", *line[1:]), name="台账")])
    assert [row.youth for row in ledger.activities] == [10, 11]
    assert [f.code for f in ledger.findings] == ["duplicate"]


def test_an_activity_without_a_readable_date_is_refused():
    head = ("日期", "单位", "活动类别", "活动名称", "受教育青少年人次")
    _, ledger = read([rows(head, ("春天", "甲校", "主题宣讲", "宣讲", 10), name="台账")])
    assert ledger.activities == []
    assert [f.code for f in ledger.findings] == ["held_needed"]
    assert "春天" in ledger.findings[0].sentence


@pytest.mark.parametrize(
    ("written", "stage"),
    [
        ("职高", SchoolStage.VOCATIONAL),
        (" 九年 一贯制 ", SchoolStage.NINE_YEAR),
        ("初级中学", SchoolStage.JUNIOR_HIGH),
        ("", None),
    ],
)
def test_school_kinds_are_read_by_all_their_names(written, stage):
    assert words.stage(written).value == stage
    assert words.stage(written).warning == ""


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("√", "established"),
        ("已成立", "established"),
        ("是 ", "established"),
        ("×", "none"),
        ("未成立", "none"),
        ("筹建", "preparing"),
        (None, None),
    ],
)
def test_a_committee_stands_is_planned_or_is_not(written, state):
    assert words.committee_state(written).value == state


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("联合(挂靠中心园)", CommitteeForm.JOINT),
        ("独立设立", CommitteeForm.OWN),
        ("未成立", CommitteeForm.NONE),
    ],
)
def test_the_three_ways_a_kindergarten_has_its_committee(written, form):
    assert words.committee_form(written).value is form


def test_positions_are_read_by_their_printed_names():
    assert [words.position(label).value for label in Position.labels] == list(Position)
    assert words.position("总司令").value is None
