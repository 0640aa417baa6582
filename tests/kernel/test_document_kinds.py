"""Each kind of document is one folder that prints by itself: its sample, our fonts, PDF/A."""

import re
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from portal.kernel import pdf
from tests.document_samples import KINDS, sample
from tests.pdf_text import open_pdf


def printed(kind: str) -> bytes:
    _, context, names = sample(kind)
    buffer = BytesIO()
    Image.new("RGB", (120, 90), "#884422").save(buffer, "PNG")
    images = dict.fromkeys(names, buffer.getvalue())
    return pdf.render(f"documents/{kind}/page.html", context, images=images)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_prints_its_sample_inside_the_page_with_our_fonts_as_tagged_pdf_a(kind):
    content = printed(kind)

    with open_pdf(content) as document:
        white = [page.page_number for page in document.pages if not page.chars]
        assert white == ([2] if kind == "volume" else [])  # the back of a cover
        for page in document.pages:
            for char in page.chars:
                assert -0.5 <= char["x0"]
                assert char["x1"] <= page.width + 0.5
                assert -0.5 <= char["top"]
                assert char["bottom"] <= page.height + 0.5
    reader = PdfReader(BytesIO(content))
    root = reader.root_object
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    [intent] = root["/OutputIntents"]
    assert intent.get_object()["/S"] == "/GTS_PDFA1"
    described = root["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="2"' in described
    assert 'pdfaid:conformance="A"' in described
    assert reader.metadata is not None
    assert reader.metadata.title
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            child = font.get_object()["/DescendantFonts"][0].get_object()
            assert re.fullmatch(r"/[A-Z]{6}\+Yuanding-?\w+", child["/BaseFont"]), "not a subset"
            described_font = child["/FontDescriptor"].get_object()
            assert any(f"/FontFile{n}" in described_font for n in ("2", "3"))


def test_the_page_of_kinds_shows_each_by_its_name_and_picture():
    docs = pdf.DOCUMENTS.parents[1] / "docs"
    told = (docs / "documents.md").read_text(encoding="utf-8")

    for kind in KINDS:
        name, _, _ = sample(kind)
        assert f"### {name} (`{kind}`)" in told, "run scripts/document_pictures.py"
        with Image.open(docs / "pictures" / "documents" / f"{kind}.png") as picture:
            assert picture.width > 400
    assert told.count("\n### ") == len(KINDS)


def test_a_sample_holds_nothing_the_page_needs_from_the_database():
    assert {"bulletin", "annual", "minutes", "official", "naming", "letter"} <= set(KINDS)
    assert all((pdf.DOCUMENTS / kind / "sample.json").is_file() for kind in KINDS)
