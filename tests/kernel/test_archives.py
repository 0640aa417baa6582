"""Every way a file can pretend to be an Office document is refused with a sentence."""

import io
import zipfile
from collections.abc import Mapping

import pytest

from portal.kernel.archives import MEGABYTE, OfficeKind, check_office_archive
from portal.kernel.errors import BadFile
from tests.shared import shared

TYPES = b'<?xml version="1.0" encoding="UTF-8"?><Types/>'


def office(
    parts: Mapping[str, bytes] | None = None, *, kind: OfficeKind = "xlsx", types: bytes = TYPES
) -> bytes:
    main = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}[kind]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr(main, b"<root/>")
        for name, body in (parts or {}).items():
            archive.writestr(name, body)
    return out.getvalue()


def refusal(data: bytes, kind: OfficeKind = "xlsx") -> str:
    with pytest.raises(BadFile) as caught:
        check_office_archive(data, kind=kind)
    return str(caught.value)


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_plain_office_file_passes(kind: OfficeKind) -> None:
    check_office_archive(office(kind=kind), kind=kind)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "kind"), [("work-points-2023.docx", "docx"), ("roster-messy.xlsx", "xlsx")]
)
def test_the_real_files_pass(name: str, kind: OfficeKind) -> None:
    check_office_archive(shared(f"data/{name}").read_bytes(), kind=kind)


def test_an_empty_file_is_called_empty() -> None:
    assert "空的" in refusal(b"")


def test_a_text_file_named_xlsx_is_not_a_workbook() -> None:
    assert "这不是Excel 工作簿" in refusal("学校,人数\n".encode())


def test_an_old_or_password_protected_file_asks_for_a_new_copy() -> None:
    assert "密码" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def test_a_word_file_is_not_taken_for_a_workbook() -> None:
    assert refusal(office(kind="docx")).startswith("这是Word 文档")


def test_an_ordinary_zip_is_called_an_archive() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("照片/1.txt", "x")
    assert "压缩包" in refusal(out.getvalue())


def test_a_file_over_the_limit_states_both_sizes() -> None:
    sentence = refusal(b"x" * (21 * MEGABYTE))
    assert "21 MB" in sentence
    assert "20 MB" in sentence


def test_a_sheet_of_three_hundred_megabytes_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("xl/workbook.xml", b"<root/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(300):
                sheet.write(b"<row><c><v>1</v></c></row>  " * (MEGABYTE // 28))
    assert "展开后有 300 MB" in refusal(out.getvalue())


def test_one_part_that_swells_too_much_is_a_bomb() -> None:
    assert "压缩得不正常" in refusal(office({"xl/media/a.bin": b"\0" * (11 * MEGABYTE)}))


def test_a_small_part_may_shrink_as_much_as_it_likes() -> None:
    check_office_archive(office({"xl/media/a.bin": b"\0" * (9 * MEGABYTE)}), kind="xlsx")


def test_too_many_parts_are_refused() -> None:
    assert "5003 个部件" in refusal(office({f"xl/p{n}": b"" for n in range(5001)}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_external_entity_is_refused_in_any_encoding(encoding: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    )
    body = text.encode(encoding)
    assert "外部实体" in refusal(office({"word/document2.xml": body}, kind="docx"), "docx")


def test_a_definition_across_two_reads_is_still_seen() -> None:
    body = b"<x>" + b" " * (MEGABYTE - 8) + b"<!DOCTYPE x><x/>"
    assert "外部实体" in refusal(office({"xl/styles.xml": body}))


def test_a_part_without_a_markup_name_is_searched_too() -> None:
    assert "外部实体" in refusal(office({"xl/custom.bin": b"\xef\xbb\xbf<!DOCTYPE x><x/>"}))


def test_an_encoding_that_hides_letters_is_refused() -> None:
    body = b'<?xml version="1.0" encoding="UTF-7"?><x/>'
    assert "编码" in refusal(office({"xl/styles.xml": body}))


def test_macros_are_refused_by_part_and_by_content_type() -> None:
    assert "宏" in refusal(office({"xl/vbaProject.bin": b"x"}))
    typed = b"<Types>application/vnd.ms-excel.sheet.macroEnabled.main+xml</Types>"
    assert "宏" in refusal(office(types=typed))


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "..\\x.xml", "C:/x.xml"])
def test_a_path_that_leaves_the_archive_is_refused(name: str) -> None:
    assert "路径" in refusal(office({name: b"x"}))


def test_an_encrypted_part_asks_to_take_the_password_off() -> None:
    data = bytearray(office())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        data[at + offset] |= 1
    assert "密码" in refusal(bytes(data))


def test_a_damaged_part_is_called_damaged() -> None:
    data = bytearray(office({"xl/a.bin": bytes(range(256)) * 40}))
    at = data.find(b"xl/a.bin") + 12
    data[at : at + 6] = b"\xff" * 6
    assert "损坏" in refusal(bytes(data))
