"""Each kind of document is one folder that prints by itself: its sample, our fonts, PDF/A."""

import json
import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from portal.kernel import pdf
from tests.pdf_text import open_pdf

KINDS = sorted(path.name for path in pdf.DOCUMENTS.iterdir() if path.name != "shared")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def sample(kind: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The kind's sample and a picture for each name it shows."""
    given = json.loads((pdf.DOCUMENTS / kind / "sample.json").read_text(encoding="utf-8"))
    buffer = BytesIO()
    Image.new("RGB", (120, 90), "#884422").save(buffer, "PNG")
    given.pop("kind")
    return _with_days(given), dict.fromkeys(given.pop("images", []), buffer.getvalue())


def _with_days(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_days(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_days(inner) for inner in value]
    is_day = isinstance(value, str) and DAY.fullmatch(value)
    return date.fromisoformat(value) if is_day else value


def printed(kind: str) -> bytes:
    context, images = sample(kind)
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
        given = json.loads((pdf.DOCUMENTS / kind / "sample.json").read_text(encoding="utf-8"))
        assert f"### {given['kind']} (`{kind}`)" in told, "run scripts/document_pictures.py"
        with Image.open(docs / "pictures" / "documents" / f"{kind}.png") as picture:
            assert picture.width > 400
    assert told.count("\n### ") == len(KINDS)


def test_a_sample_holds_nothing_the_page_needs_from_the_database():
    assert {"bulletin", "annual", "minutes", "official", "naming", "letter"} <= set(KINDS)
    assert all((pdf.DOCUMENTS / kind / "sample.json").is_file() for kind in KINDS)
