"""An exported list that comes back: unchanged is nothing, an edit is one cell, a clash is shown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel import cells
from portal.kernel.errors import BadFile
from portal.kernel.returned import AS_GIVEN, NUMBER, compare, read, sheets_for
from portal.kernel.sheets import read_workbook
from portal.kernel.workbooks import NewSheet, write_workbook

FIELDS = ["姓名", "特长"]
TEXT = st.text(alphabet="陈国栋=+-@' 0123AB，、", max_size=12).map(cells.text)


def texts(name: str, strength: str) -> dict[str, str]:
    return {"姓名": name, "特长": strength}


def edited(shown: list[tuple[str, ...]], given_out: list[tuple[str, ...]]) -> bytes:
    headings = [NUMBER, *FIELDS]
    return write_workbook(
        [NewSheet("名册", headings, shown), NewSheet(AS_GIVEN, headings, given_out, is_hidden=True)]
    )


@settings(max_examples=25)
@given(st.lists(st.tuples(TEXT.filter(bool), TEXT), min_size=1, max_size=6))
def test_a_list_that_comes_back_untouched_changes_nothing(rows: list[tuple[str, str]]) -> None:
    now = {pk: texts(*row) for pk, row in enumerate(rows, start=1)}
    data = write_workbook(sheets_for("名册", FIELDS, now.items()))

    found = compare(read(data, "a.xlsx", FIELDS), now, editable=FIELDS)

    assert (found.changed, found.new, found.unknown) == ([], [], [])
    assert found.untouched == len(rows)


def test_numbers_are_hidden_and_so_is_the_copy() -> None:
    data = write_workbook(sheets_for("名册", FIELDS, [(7, texts("陈国栋", ""))]))

    shown, copy = read_workbook(data)
    assert (shown.hidden, copy.name, copy.hidden) == (False, AS_GIVEN, True)


def test_an_edit_here_and_there_of_one_cell_is_a_conflict_of_another_is_not() -> None:
    data = edited([("7", "陈国栋", "朗诵")], [("7", "陈国栋", "书法")])

    found = compare(read(data, "a.xlsx", FIELDS), {7: texts("陈国东", "书法")}, editable=FIELDS)
    [cell] = found.changed[0].cells
    assert (cell.field, cell.is_conflict) == ("特长", False)

    found = compare(read(data, "a.xlsx", FIELDS), {7: texts("陈国栋", "摄影")}, editable=FIELDS)
    [cell] = found.changed[0].cells
    assert (cell.given, cell.returned, cell.now, cell.is_conflict) == ("书法", "朗诵", "摄影", True)


def test_what_both_sides_changed_to_the_same_is_done() -> None:
    data = edited([("7", "陈国栋", "朗诵")], [("7", "陈国栋", "书法")])

    found = compare(read(data, "a.xlsx", FIELDS), {7: texts("陈国栋", "朗诵")}, editable=FIELDS)
    assert found.changed == []


def test_a_row_left_out_is_left_alone_and_a_row_out_of_reach_is_told() -> None:
    data = edited([("8", "王秀英", "")], [("7", "陈国栋", "书法"), ("8", "王秀英", "")])

    found = compare(read(data, "a.xlsx", FIELDS), {7: texts("陈国栋", "书法")}, editable=FIELDS)
    assert (found.changed, found.unknown) == ([], [2])


@pytest.mark.parametrize(
    "data",
    [
        write_workbook([NewSheet("名册", FIELDS, [("陈国栋", "")])]),
        write_workbook([NewSheet("名册", [NUMBER, *FIELDS], [("7", "陈国栋", "")])]),
        edited([("7", "陈国栋", ""), ("7", "陈国东", "")], [("7", "陈国栋", "")]),
    ],
    ids=["another table", "without the copy", "a row copied with its number"],
)
def test_a_file_that_cannot_be_compared_is_refused(data: bytes) -> None:
    with pytest.raises(BadFile):
        read(data, "a.xlsx", FIELDS)
