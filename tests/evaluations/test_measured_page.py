"""The page of GB/T 9704-2012, measured in the print of every kind of 公文 there is."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from activities.documents.records import Minutes, minutes_pdf
from evaluations import documents
from evaluations.documents import papers
from portal.kernel import gongwen, pdf
from tests.pdf_text import BOTTOM, LEFT, MM, PITCH, RIGHT, TOP, lines_of, open_pdf

RED = (0.878431, 0)
HAN = "关心下一代工作委员会教育局学校幼儿园"
BODY = "\n".join(
    ["一、工作回顾", HAN * 30, "（一）读书活动", HAN * 34, HAN * 60, "二、工作安排", HAN * 40]
)


def bulletin(body: str) -> bytes:
    return documents.bulletin_pdf(
        {
            "name": "教育关工简报", "number_line": "第1期（总第5期）",
            "publisher": "市教育局关工委办公室", "dated": "2023年3月31日", "editor_note": [],
            "articles": [{"title": "一篇文章", "body": body, "source": "", "photos": []}],
            "closing": [], "copies": 120, "sent_to": [{"label": "报", "names": "市关工委"}],
        }
    )  # fmt: skip


def annual(body: str) -> bytes:
    page = {
        "title": "云山小学关工委2023年度简报", "title_lines": ["云山小学关工委2023年度简报"],
        "unit": "云山小学", "year": 2023, "dated": "2023年12月1日",
        "sections": [{"heading": "一、班子建设", "blocks": gongwen.blocks(body)}],
    }  # fmt: skip
    return pdf.render("documents/annual/page.html", {"pages": [page], "in_volume": False})


def official(body: str, **changes: Any) -> bytes:
    page = {
        "issuer": "云州市教育局关心下一代工作委员会", "number": "云教关工委〔2023〕1号",
        "title": "关于做好本学期关心下一代工作的通知", "addressees": "各教办，各学校、幼儿园关工委",
        "body": body, "annexes": [], "dated": "2023年3月1日", "note": "", "copy_to": "市关工委",
        "printed_by": "云州市教育局关工委办公室", "copies": 120,
    }  # fmt: skip
    return papers.paper_pdf(page | changes)


def commendation(body: str) -> bytes:
    names = "一、先进单位\n" + "云山小学、" * 200 + "石桥小学"
    annexes = [{"title": "先进单位名单", "body": names}]
    return official(body, title="关于表扬先进单位的决定", annexes=annexes)


def minutes(body: str) -> bytes:
    made = Minutes(
        title="云山小学关工委工作推进会纪要", opening="会议在三楼会议室召开。",
        blocks=gongwen.blocks(body),
        present="王老师、李老师", issuer="云山小学关工委", dated="2023年3月1日", code="1000 0011",
    )  # fmt: skip
    return minutes_pdf(made)


def naming(body: str) -> bytes:
    """The decision that gives titles: a long list of names under each office."""
    page = {
        "city": "云州市教育局", "year": 2023, "title": "“五好”关工委", "count": 240,
        "number": "云教关工委〔2023〕9号", "dated": "2023年12月25日", "public": "",
        "offices": [(f"{name}教办", ["云山中心小学"] * 120) for name in ("云山", "石桥")],
    }  # fmt: skip
    return pdf.render("documents/naming/page.html", page)


def mending(body: str) -> bytes:
    items = [(line, "2023年9月30日") for line in body.splitlines()]
    page = {
        "unit": "云山小学", "campaign": "2023年“五好”创建", "city": "云州市教育局",
        "items": items, "dated": "2023年6月1日",
    }  # fmt: skip
    return pdf.render("documents/mending/page.html", page)


KINDS: dict[str, Callable[[str], bytes]] = {
    "简报": bulletin, "年度简报": annual, "通知": official, "表彰决定": commendation,
    "纪要": minutes, "命名决定": naming, "整改通知书": mending,
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_page_is_the_block_of_156_by_225_with_28_characters_in_22_lines(kind):
    with open_pdf(KINDS[kind](BODY)) as document:
        assert all(abs(page.width - 210 * MM) < 0.1 for page in document.pages)
        assert all(abs(page.height - 297 * MM) < 0.1 for page in document.pages)
        pages = [lines_of(page) for page in document.pages]
    full = [lines for lines in pages if len(lines) == gongwen.BLOCK_LINES]
    assert full, [len(lines) for lines in pages]
    for lines in full:
        wide = [line for line in lines if len(line) == gongwen.LINE_CHARACTERS]
        assert len(wide) >= 10
        for line in wide:
            assert {round(char["size"], 1) for char in line} == {16.0}
            assert line[0]["x0"] == pytest.approx(LEFT, abs=0.5 * MM)
            assert line[-1]["x1"] == pytest.approx(RIGHT, abs=0.5 * MM)
            assert line[-1]["x1"] - line[0]["x0"] == pytest.approx(156 * MM, abs=0.5 * MM)
        middles = [(line[0]["top"] + line[0]["bottom"]) / 2 for line in lines]
        assert all(b - a == pytest.approx(PITCH, abs=0.15) for a, b in pairwise(middles))
        first, last = middles[0] - PITCH / 2, middles[-1] + PITCH / 2
        assert first == pytest.approx(TOP, abs=0.5 * MM)
        assert last - first == pytest.approx(225 * MM, abs=0.5 * MM)
        assert last <= BOTTOM + 0.5 * MM


@pytest.mark.parametrize("kind", KINDS)
def test_page_numbers_stand_7_mm_below_the_block_outside(kind):
    with open_pdf(KINDS[kind](BODY)) as document:
        below = [[c for c in page.chars if c["top"] > BOTTOM] for page in document.pages]

    for number, chars in enumerate(below, start=1):
        assert "".join(char["text"] for char in chars) == f"— {number} —"
        assert {round(char["size"], 1) for char in chars} == {14.0}
        middle = (chars[0]["top"] + chars[0]["bottom"]) / 2  # a dash lies in the middle of its box
        assert middle == pytest.approx(BOTTOM + 7 * MM, abs=1.2 * MM)
        if number % 2:
            assert max(char["x1"] for char in chars) == pytest.approx(RIGHT - 14, abs=1)
        else:
            assert min(char["x0"] for char in chars) == pytest.approx(LEFT + 14, abs=1)


def test_the_red_name_begins_35_mm_below_the_top_of_the_block_over_a_line_as_wide_as_it():
    with open_pdf(official(HAN * 8)) as document:
        page = document.pages[0]
        red = [c for c in page.chars if c["non_stroking_color"][:2] == RED]
        rules = [r for r in page.rects if r["width"] > 440 and r["top"] < 400]

    assert min(char["top"] for char in red) == pytest.approx(TOP + 35 * MM, abs=1.5 * MM)
    rule = max(rules, key=lambda one: one["bottom"])
    assert rule["width"] == pytest.approx(156 * MM, abs=0.5 * MM)


def rules_of(page: Any, colour: tuple[float, ...]) -> list[tuple[float, float]]:
    """Upper and lower edge of each line across; one is drawn between two boxes of equal width."""
    boxes = [box for box in page.rects if box["non_stroking_color"][:2] == colour]
    found = set()
    for inner, outer in zip(boxes[::2], boxes[1::2], strict=True):
        if inner["top"] - outer["top"] > 0.1:
            found.add((outer["top"], inner["top"]))
        if outer["bottom"] - inner["bottom"] > 0.1:
            found.add((inner["bottom"], outer["bottom"]))
    return sorted(found)


@pytest.mark.parametrize(("made", "above"), [(official, "〔2023〕1号"), (bulletin, "3月31日")])
def test_the_red_line_lies_4_mm_below_the_characters_above_it(made, above):
    with open_pdf(made(HAN * 8)) as document:
        page = document.pages[0]
        [(upper, lower)] = rules_of(page, RED)
        wide = [r["width"] for r in page.rects if r["non_stroking_color"][:2] == RED]
        line = [c for c in page.chars if upper - 30 < c["bottom"] < upper]

    assert above in "".join(char["text"] for char in line)
    gap = upper - max(char["bottom"] for char in line)
    assert gap == pytest.approx(4 * MM, abs=0.3 * MM)
    assert wide == [pytest.approx(156 * MM, abs=0.5 * MM)] * 2
    assert 1.4 <= lower - upper <= 2.1


@pytest.mark.parametrize("kind", KINDS)
def test_title_headings_and_body_are_set_in_the_faces_and_sizes_of_the_standard(kind):
    with open_pdf(KINDS[kind](BODY)) as document:
        lines = [line for page in document.pages for line in lines_of(page)]
    seen = {
        (char["fontname"].split("+")[1].removeprefix("Yuanding").strip("-"), round(char["size"]))
        for line in lines for char in line if char["text"] not in " \u200b"
    }  # fmt: skip
    sizes = {size for face, size in seen if face == "Title"} - {22}
    assert ("Title", 22) in seen
    assert len(sizes) <= 1, seen  # the red name, where there is one
    assert {size for face, size in seen if face == "Fang"} <= {16, 14, 12}
    assert {face for face, _ in seen} <= {"Title", "Fang", "Hei", "Kai", "Latin", "Rare"}
    if kind in {"简报", "通知", "纪要", "表彰决定"}:
        for starts, face in (("一、工作回顾", "Hei"), ("（一）读书活动", "Kai")):
            [head] = [at for at in lines if "".join(c["text"] for c in at).strip() == starts]
            assert {char["fontname"].split("+")[1] for char in head} == {f"Yuanding-{face}"}
            assert {round(char["size"]) for char in head} == {16}
            assert head[0]["x0"] == pytest.approx(LEFT + 2 * 156 * MM / 28, abs=0.6 * MM)


@pytest.mark.parametrize("copies", [0, 120])
def test_the_imprint_has_thick_outer_and_thin_inner_lines_as_wide_as_the_block(copies):
    with open_pdf(official(HAN * 8, copies=copies)) as document:
        page = document.pages[-1]
        rules = rules_of(page, (0, 0))
        said = [c for c in page.chars if rules[0][0] < c["top"] < BOTTOM]
        wide = {round(r["width"] / MM, 1) for r in page.rects}

    heights = [round((lower - upper) / MM, 2) for upper, lower in rules]
    assert heights == [0.35, 0.25, 0.35]
    assert wide == {156.0}
    below = 24 if copies else 0  # the number of copies stands under the last line
    assert rules[-1][1] + below == pytest.approx(BOTTOM, abs=0.5 * MM)
    assert {round(char["size"]) for char in said} == {14}
    assert min(char["x0"] for char in said) == pytest.approx(LEFT + 14, abs=1)
    assert max(char["x1"] for char in said) <= RIGHT - 13


def test_issuer_and_date_stand_over_each_other_four_characters_from_the_right_edge():
    with open_pdf(official(HAN * 8)) as document:
        lines = [line for page in document.pages for line in lines_of(page)]
    ends = [line for line in lines if "".join(c["text"] for c in line).strip() == "2023年3月1日"]
    [day] = ends
    issuer = lines[lines.index(day) - 1]
    right = max(issuer[-1]["x1"], day[-1]["x1"])
    middles = [(line[0]["x0"] + line[-1]["x1"]) / 2 for line in (issuer, day)]
    assert middles[0] == pytest.approx(middles[1], abs=1)
    assert right <= RIGHT + 1
    assert day[-1]["x1"] <= RIGHT - 4 * 16 + 1


@pytest.mark.parametrize("length", [2, 30, 60])
def test_the_imprint_stands_at_the_foot_of_an_even_last_page(length):
    with open_pdf(official(HAN * 8 + "\n" + HAN * length)) as document:
        assert len(document.pages) % 2 == 0
        texts = [page.extract_text() for page in document.pages]
        last = document.pages[-1]
        rules = sorted(r["top"] for r in last.rects if r["width"] > 440)

    assert [text.count("抄送：") for text in texts] == [0] * (len(texts) - 1) + [1]
    assert rules[-1] > BOTTOM - 40
    assert "印发" in texts[-1]
