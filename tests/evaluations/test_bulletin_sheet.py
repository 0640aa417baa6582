"""The printed sheet of a bulletin, measured."""

from io import BytesIO

import pytest
from PIL import Image

from evaluations import documents
from portal.kernel import files
from tests.pdf_text import BOTTOM, LEFT, PITCH, RIGHT, TOP, lines_of, open_pdf

SENTENCE = "学校关工委组织退休教师走进课堂讲述家乡故事引导青少年听党话跟党走做新时代好少年。"
TEXT = "\n".join(
    ["一、前一阶段工作", SENTENCE * 4, "（一）读书活动", SENTENCE * 3, "1.抓落实", SENTENCE * 5] * 3
)
COLOPHON_SIZE = 14
HEADER = 7 * PITCH

pytestmark = pytest.mark.django_db


def photo(width: int, height: int) -> dict[str, object]:
    buffer = BytesIO()
    Image.new("RGB", (width, height), "#447766").save(buffer, "JPEG")
    stored = files.store(buffer.getvalue(), "image/jpeg")
    return {"file": stored.sha256, "caption": "活动现场", "alt": "活动现场",
            "width": width, "height": height}  # fmt: skip


def sheet(*articles: dict[str, object], **changes: object):
    page = {
        "name": "教育关工简报",
        "number_line": "第1期（总第5期）",
        "publisher": "市教育局关工委办公室",
        "dated": "2023年3月31日",
        "editor_note": [],
        "articles": list(articles),
        "closing": ["据统计，共开展活动3次。"],
        "copies": 120,
        "sent_to": [{"label": "报", "names": "市关工委"}, {"label": "发", "names": "各校关工委"}],
    } | changes
    return open_pdf(documents.bulletin_pdf(page))


def article(title: str = "城东小学召开推进会", body: str = TEXT, **changes: object):
    return {"title": title, "body": body, "source": "城东小学", "photos": []} | changes


@pytest.mark.parametrize("body", [SENTENCE, SENTENCE * 6, TEXT, TEXT * 3])
def test_the_colophon_stands_once_at_the_foot_of_the_last_page_clear_of_the_text(body):
    with sheet(article(body=body)) as document:
        texts = [page.extract_text() for page in document.pages]
        last = document.pages[-1]
        rules = [rect for rect in last.rects if rect["width"] > 400 and rect["top"] > TOP + 250]
        upper, lower = min(r["top"] for r in rules), max(r["bottom"] for r in rules)
        foot = [char for char in last.chars if upper <= char["top"] < lower]
        above = [char for char in last.chars if char["top"] < upper]

    assert [text.count("报：市关工委") for text in texts] == [0] * (len(texts) - 1) + [1]
    assert lower == pytest.approx(BOTTOM, abs=0.1)
    assert {round(char["size"]) for char in foot} == {COLOPHON_SIZE}
    assert above, "a last page holds text of its own"
    assert max(char["bottom"] for char in above) < upper


def test_the_grid_runs_on_past_titles_headings_and_pictures():
    two = [photo(1600, 1200), photo(1600, 1067)]
    first = article(body=TEXT.replace("1.抓落实", "〔图1〕\n〔图2〕\n1.抓落实", 1), photos=two)
    with sheet(first, article("第二篇"), editor_note=["按语一段。"]) as document:
        offsets = []
        for number, page in enumerate(document.pages):
            below = TOP + HEADER * (number == 0)
            for line in lines_of(page):
                top = min(char["top"] for char in line)
                if round(line[0]["size"]) == 16 and top > below:
                    offsets.append((top - TOP) / PITCH % 1)

    assert len(offsets) > 60
    assert max(offsets) - min(offsets) < 0.02


def test_a_full_page_inside_an_article_has_22_lines_of_28_characters():
    with sheet(article(body=SENTENCE * 60)) as document:
        lines = lines_of(document.pages[1])

    assert len(lines) == 22
    assert sum(len(line) == 28 for line in lines) >= 18
    assert max(len(line) for line in lines) == 28


@pytest.mark.parametrize("shape", [(1600, 1200), (900, 2400), (4000, 300), (60, 40)])
def test_text_and_pictures_never_leave_the_block(shape):
    with sheet(article(photos=[photo(*shape)] * 3)) as document:
        shown = 0
        for page in document.pages:
            for picture in page.images:
                shown += 1
                assert picture["x0"] >= LEFT - 0.5
                assert picture["x1"] <= RIGHT + 0.5
                assert picture["top"] >= TOP - 0.5
                assert picture["bottom"] <= BOTTOM + 0.5
            for line in lines_of(page):
                assert min(char["x0"] for char in line) >= LEFT - 1
                assert max(char["x1"] for char in line) <= RIGHT + 1

    assert shown == 3


@pytest.mark.parametrize("filler", range(0, 24, 2))
def test_no_heading_is_left_alone_at_the_foot_of_a_page(filler):
    body = "\n".join([*["一行。"] * filler, "一、小标题", SENTENCE])
    with sheet(article(body=body), article("第二篇", "一句。")) as document:
        lasts = [
            "".join(char["text"] for char in lines_of(page)[-1]) for page in document.pages[:-1]
        ]

    assert "一、小标题" not in lasts
    assert "第二篇" not in lasts


def test_the_list_of_contents_names_each_article_with_its_page():
    with sheet(article("甲校听取汇报"), article("乙校走访慰问", "一句。")) as document:
        first = document.pages[0].extract_text()
        pages = [n for n, page in enumerate(document.pages, 1)
                 if n > 1 and "乙校走访慰问" in page.extract_text()]  # fmt: skip

    assert "本期要目" in first.replace(" ", "")
    assert f"乙校走访慰问{'.' * 3}" in first.replace(" ", "")
    [entry] = [line for line in first.splitlines() if line.startswith("◆乙校") or "乙校" in line]
    assert entry.endswith(str(pages[0]))


def test_one_article_needs_no_list_of_contents():
    with sheet(article()) as document:
        assert "要目" not in document.pages[0].extract_text().replace(" ", "")
