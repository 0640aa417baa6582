import random

from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.sheets import Row, Sheet
from portal.kernel.tables import Column, TableKind, find_layout, guess_layout, records, with_mapping

GARDENS = TableKind(
    "gardens",
    "花园",
    (
        Column("name", "名称", ("园名",), required=True),
        Column("count", "人数", ("学生数",)),
        Column("phone", "联系电话", ("电话",)),
        Column("deputy", "副主任"),
        Column("head", "主任"),
    ),
)


def sheet(*rows: tuple[object, ...], filled: dict[int, set[int]] | None = None) -> Sheet:
    return Sheet(
        "表",
        [Row(n, row, frozenset((filled or {}).get(n, ()))) for n, row in enumerate(rows, start=1)],
    )


BODY = [("东园", 12, "1", "甲", "乙"), ("西园", 30, "2", "丙", "丁")]
HEADS = ("名称", "人数\n（人）", "电 话", "副主任", "主任")


@given(st.permutations(range(5)), st.integers(0, 6), st.text(" \n\u3000", max_size=3))
def test_the_table_is_found_in_any_column_order_under_any_titles(order, titles, space):
    heads = [space.join(HEADS[i]) for i in order]
    rows = [(f"标题{n}", None) for n in range(titles)] + [tuple(heads)]
    rows += [tuple(row[i] for i in order) for row in BODY]
    found = sheet(*rows)
    layout = find_layout(found, [GARDENS])
    assert layout is not None
    assert layout.header_row == titles + 1
    read = [
        [record[f] for f in ("name", "count", "phone", "deputy", "head")]
        for record in records(found, layout)
    ]
    assert read == [list(row) for row in BODY]


def test_the_signature_forgets_titles_and_order():
    one = find_layout(sheet(HEADS, *BODY), [GARDENS])
    other = find_layout(sheet(("题",), HEADS[::-1], *BODY), [GARDENS])
    assert one is not None
    assert other is not None
    assert one.signature == other.signature


def test_two_rows_tied_by_merged_cells_are_one_heading():
    rows = (
        ("名称", "班子", "班子", "联系"),
        ("名称", "主任", "副主任", "电话"),
        ("东园", "甲", "乙", "1"),
    )
    layout = find_layout(sheet(*rows, filled={1: {2}, 2: {0}}), [GARDENS])
    assert layout is not None
    assert layout.header_row == 2
    assert layout.columns == {"name": 0, "head": 1, "deputy": 2, "phone": 3}


def test_blank_total_note_and_repeated_heading_rows_are_passed_over():
    rows = [
        HEADS,
        BODY[0],
        (None,) * 5,
        ("小 计", 12),
        HEADS,
        BODY[1],
        ("合计：", 42),
        ("注：以报表为准", None),
        ("清泉教办合计", 3),
    ]
    found = sheet(*rows)
    layout = find_layout(found, [GARDENS])
    assert layout is not None
    assert [record.number for record in records(found, layout)] == [2, 6]


def test_a_row_holding_only_a_merged_value_is_blank():
    found = sheet(HEADS, BODY[0], ("东园", None, None, None, None), filled={3: {0}})
    layout = find_layout(found, [GARDENS])
    assert layout is not None
    assert [record.number for record in records(found, layout)] == [2]


def test_without_its_required_column_a_sheet_is_not_taken_but_still_guessed():
    strange = sheet(("什么园", "人数", "电话"), ("东园", 1, "2"))
    assert find_layout(strange, [GARDENS]) is None
    guess = guess_layout(strange, GARDENS)
    assert guess is not None
    assert [column.field for column in guess.missing] == ["name"]


def test_a_confirmed_mapping_is_used_again_for_the_same_headings():
    strange = sheet(("什么园", "人数", "电话"), ("东园", 1, "2"))
    guess = guess_layout(strange, GARDENS)
    assert guess is not None
    confirmed = with_mapping(guess, {"什么园": "name", "电话": "phone", "人数": ""})
    assert confirmed.columns == {"name": 0, "phone": 2}
    again = find_layout(strange, [GARDENS], {guess.signature: confirmed.by_heading()})
    assert again is not None
    assert again.columns == confirmed.columns
    assert again.remembered


@given(
    st.lists(st.lists(st.none() | st.text(max_size=6) | st.integers(), max_size=6), max_size=12),
    st.randoms(),
)
def test_no_sheet_whatever_breaks_the_search(rows, rnd: random.Random):
    width = max((len(row) for row in rows), default=0)
    grid = [tuple(row) + (None,) * (width - len(row)) for row in rows]
    found = sheet(*grid)
    layout = guess_layout(found, GARDENS)
    if layout is not None:
        list(records(found, layout))
