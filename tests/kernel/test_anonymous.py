"""Copies for judges say nothing of whose they are, and still say what they said."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader, PdfWriter

from portal.kernel import anonymous
from portal.kernel.docx import paragraphs
from portal.kernel.errors import BadFile

NAME = "林小雨"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def photo(kind: str = "JPEG") -> bytes:
    exif = Image.Exif()
    exif[0x013B] = "lin-xiaoyu-of-yunshan"
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(made, kind, exif=exif, comment=b"lin-xiaoyu")
    return made.getvalue()


def telling_docx() -> bytes:
    """A Word file that names its writer in every place a name can hide."""
    from docx import Document
    from docx.shared import Pt

    document = Document()
    document.core_properties.author = NAME
    document.core_properties.last_modified_by = NAME
    paragraph = document.add_paragraph("我是云山小学的林")
    paragraph.add_run("小雨").font.size = Pt(14)
    paragraph.add_run("，我爱读书。")
    document.add_comment(paragraph.runs, text=f"{NAME}写得好", author=NAME, initials="LXY")
    hidden = document.add_paragraph().add_run(f"{NAME}藏在这里")
    hidden.font.hidden = True
    document.add_picture(io.BytesIO(photo()))
    document.sections[0].header.paragraphs[0].text = f"作者{NAME}"
    made = io.BytesIO()
    document.save(made)
    return with_revision(made.getvalue())


def with_revision(data: bytes) -> bytes:
    added = f'<w:ins w:author="{NAME}" w:date="2023-05-01T08:00:00Z"><w:r><w:t>新添的</w:t></w:r>'
    taken = f'<w:del w:author="{NAME}"><w:r><w:delText>{NAME}删去的</w:delText></w:r></w:del>'
    marks = f"<w:p {W}>{added}</w:ins>{taken}</w:p>"
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/document.xml":
                part = part.replace(b"<w:body>", b"<w:body>" + marks.encode())
            new.writestr(name, part)
    return made.getvalue()


def everything_in(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(
            name + archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
        )


def test_a_word_file_keeps_its_words_and_loses_its_writer() -> None:
    assert NAME in everything_in(telling_docx())

    made = anonymous.clean_docx(telling_docx(), words=[NAME, "云山小学"])

    inside = everything_in(made)
    for trace in (NAME, "小雨", "云山小学", "LXY", "lin-xiaoyu", "2023-05-01", "comment", "删去"):
        assert trace not in inside
    assert paragraphs(made)[:2] == ["新添的", "我是××××的×××，我爱读书。"]
    from docx import Document

    Document(io.BytesIO(made))  # Word's own reader still opens it


def test_a_pdf_keeps_its_pages_and_loses_its_writer() -> None:
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=300)
    writer.add_metadata({"/Author": "Lin Xiaoyu", "/Title": "Yunshan"})
    writer.add_attachment("lin-xiaoyu.txt", b"Lin Xiaoyu")
    made = io.BytesIO()
    writer.write(made)
    assert b"Lin Xiaoyu" in made.getvalue()

    copy = anonymous.clean_pdf(made.getvalue())

    assert b"Lin" not in copy
    assert b"lin-xiaoyu" not in copy
    read = PdfReader(io.BytesIO(copy))
    assert (len(read.pages), read.metadata, read.attachments) == (1, None, {})


def test_a_photo_inside_a_pdf_loses_its_exif() -> None:
    made = io.BytesIO()
    Image.open(io.BytesIO(photo())).save(made, "PDF")
    with_exif = made.getvalue()

    assert b"lin-xiaoyu" not in anonymous.clean_pdf(with_exif)
    assert b"lin-xiaoyu" not in anonymous._without_segments(photo())
    Image.open(io.BytesIO(anonymous._without_segments(photo()))).load()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_its_pixels_alone(kind: str) -> None:
    made = anonymous.clean_picture(photo(kind))

    assert b"lin-xiaoyu" not in made
    assert Image.open(io.BytesIO(made)).size == (40, 30)


def test_what_is_no_file_is_refused_with_a_sentence() -> None:
    for broken in (b"", b"%PDF-1.7 nothing", b"\x00" * 50):
        with pytest.raises(BadFile, match="打不开"):
            anonymous.clean_pdf(broken)
    with pytest.raises(BadFile, match="打不开"):
        anonymous.clean_picture(b"no picture")


@given(st.text("林小雨山 ，", max_size=40), st.lists(st.text("林小雨", max_size=3), max_size=3))
@settings(max_examples=80)
def test_what_is_covered_is_not_found_again(text: str, words: list[str]) -> None:
    covered = anonymous.covered(text, words)

    assert len(covered) == len(text)
    assert anonymous.hits(covered, words) == []


def test_the_longer_name_is_the_one_that_is_met() -> None:
    found = anonymous.hits("云山小学的林 小雨和云山", ["云山", "云山小学", NAME])

    assert [hit.word for hit in found] == ["云山小学", NAME, "云山"]
