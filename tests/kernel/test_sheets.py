from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.kernel import cells
from portal.kernel.errors import BadFile
from portal.kernel.findings import Finding, Place, Severity
from portal.kernel.sheets import read_workbook
from portal.kernel.workbooks import NewSheet, with_error_column, write_workbook

if TYPE_CHECKING:
    from openpyxl import Workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def one_sheet(*rows: list[object]) -> Workbook:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


def opened(data: bytes) -> Workbook:
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(data))


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Return the archive with one part replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return out.getvalue()


def test_merged_areas_are_filled_and_known_as_filled():
    book = one_sheet(["题目", None, None], ["甲", 1, None], [None, 2, "x"])
    book.active.merge_cells("A1:C1")
    book.active.merge_cells("A2:A3")
    rows = read_workbook(saved(book))[0].rows
    assert [row.cells for row in rows] == [("题目",) * 3, ("甲", 1, None), ("甲", 2, "x")]
    assert rows[2].own() == [(1, 2), (2, "x")]


def test_numbers_whole_in_the_sheet_are_whole_and_dates_dates():
    row = read_workbook(saved(one_sheet([13920743481, 2.5, True, "0012"])))[0].rows[0]
    assert row.cells == (13920743481, 2.5, True, "0012")


def test_a_formula_never_computed_is_empty():
    rows = read_workbook(saved(one_sheet([1, 2], ["=SUM(A1:B1)", "x"])))[0].rows
    assert rows[1].cells == (None, "x")


def test_hidden_sheets_are_read_and_marked():
    book = one_sheet(["a"])
    book.create_sheet("藏").append(["b"])
    book["藏"].sheet_state = "hidden"
    assert [(sheet.name, sheet.hidden) for sheet in read_workbook(saved(book))] == [
        ("Sheet", False),
        ("藏", True),
    ]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "空"),
        ("姓名,电话\n".encode(), "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + b"\0" * 600
            + "EncryptedPackage".encode("utf-16-le"),
            "密码",
        ),
        (b"PK\x03\x04" + b"x" * 400, "xlsx"),
    ],
)
def test_what_is_no_workbook_is_refused_with_what_to_do(data, word):
    with pytest.raises(BadFile, match=word):
        read_workbook(data, "名册.xlsx")


def test_a_workbook_without_a_cell_is_refused():
    with pytest.raises(BadFile, match="没有内容"):
        read_workbook(saved(one_sheet()))


def test_a_stray_cell_far_out_is_refused_before_anything_is_laid_out():
    for address, word in [("XFD3", "列"), ("A1048576", "行")]:
        book = one_sheet(["a", "b"])
        book.active[address] = "x"
        with pytest.raises(BadFile, match=word):
            read_workbook(saved(book))


def test_empty_but_coloured_cells_far_out_do_no_harm():
    from openpyxl.styles import PatternFill

    book = one_sheet(["a", "b"])
    book.active["XFD1048576"].fill = PatternFill("solid", fgColor="FFFF0000")
    assert read_workbook(saved(book))[0].rows[0].cells[:2] == ("a", "b")


def test_one_long_text_pointed_at_from_everywhere_is_refused():
    shared = f"<sst xmlns='{MAIN}'><si><t>{'文' * 32_000}</t></si></sst>".encode()
    data = with_part(saved(one_sheet(["a"])), "xl/sharedStrings.xml", shared)
    row = b'<row r="%d">' + b'<c t="s"><v>0</v></c>' * 100 + b"</row>"
    sheet = b"".join(row % number for number in range(1, 101))
    head = f"<worksheet xmlns='{MAIN}'><sheetData>".encode()
    data = with_part(data, "xl/worksheets/sheet1.xml", head + sheet + b"</sheetData></worksheet>")
    with pytest.raises(BadFile, match="文字太多"):
        read_workbook(data)


def test_an_entity_in_a_sheet_is_refused():
    evil = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>'
    data = with_part(saved(one_sheet(["a"])), "xl/worksheets/sheet1.xml", evil)
    with pytest.raises(BadFile):
        read_workbook(data)


def test_a_cut_off_file_is_refused():
    data = saved(one_sheet(["a", "b"] * 50))
    with pytest.raises(BadFile):
        read_workbook(data[: len(data) // 2])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_both_chinese_encodings(encoding):
    sheet = read_workbook("姓名,电话\r\n周晓,139\r\n".encode(encoding), "五老.csv")[0]
    assert sheet.name == "五老"
    assert [row.cells for row in sheet.rows] == [("姓名", "电话"), ("周晓", "139")]


def test_a_picture_named_csv_is_refused():
    with pytest.raises(BadFile):
        read_workbook(b"\x89PNG\0\xff\xfe\0", "a.csv")


@example(["\t0", "\r=1", "'=1", "-", "+86"])
@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_no_text_written_can_run_and_all_come_back(words):
    data = write_workbook([NewSheet("表", [f"列{n}" for n in range(len(words))], [words])])
    written = opened(data)["表"]
    for cell in written[2]:
        assert cell.data_type != "f"
        assert len(str(cell.value or "")) < 2 or str(cell.value)[0] not in "=+-@\t\r"
    back = read_workbook(data)[0].rows
    texts = [cells.text(cell) for cell in back[1].cells] if len(back) > 1 else [""] * len(words)
    kept = [cells.text("".join(c for c in word if c >= " " or c in "\t\n\r")) for word in words]
    assert [t for t in texts if t] == [k for k in kept if k]


def test_the_file_comes_back_with_what_was_found():
    book = one_sheet(["全市名册", None], ["单位", "人数"], ["甲校", 12], ["乙校", "很多"])
    book.active.merge_cells("A1:B1")
    findings = [
        Finding("count", "人数请只填数字。", Place("Sheet", 4)),
        Finding("duplicate", "请删去重复的。", Place("Sheet", 3), Severity.REFUSED),
    ]
    data = with_error_column(saved(book), findings, header_rows={"Sheet": 2})
    again = with_error_column(data, findings[:1], header_rows={"Sheet": 2})
    first, second = opened(data).active, opened(again).active
    assert [cell.value for cell in first["C"]] == [
        None,
        "检查结果",
        "没有导入：请删去重复的。",
        "请核对：人数请只填数字。",
    ]
    assert [cell.value for cell in second["C"]] == [
        None,
        "检查结果",
        None,
        "请核对：人数请只填数字。",
    ]
    assert first["A3"].fill.fgColor.rgb != first["A4"].fill.fgColor.rgb
    assert first.merged_cells.ranges


def test_a_csv_comes_back_as_a_workbook():
    data = with_error_column(
        "单位,人数\n甲校,x\n".encode(), [Finding("c", "请改。", Place("a", 2))], name="a.csv"
    )
    assert read_workbook(data)[0].rows[1].cells == ("甲校", "x", "请核对：请改。")
