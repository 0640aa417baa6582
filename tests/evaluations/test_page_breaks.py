"""Where pages break, read out of the prints of many generated papers: whatever is written.

No single line of a paragraph stands alone on a page, no heading at its foot, no signature or
imprint without text above it; pictures stay between their neighbours; tables repeat their head.
"""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from activities.documents.records import Minutes, minutes_pdf
from evaluations import documents
from evaluations.documents import annual, papers
from portal.kernel import gongwen, pdf
from tests.page_flow import Said, faults
from tests.pdf_text import BOTTOM, LEFT, RIGHT, open_pdf

# Of each kind some twenty pages; a fault is shown as found: making it smaller prints hundreds.
few = settings(max_examples=6, phases=(Phase.explicit, Phase.reuse, Phase.generate))
SENTENCE = (
    "学校关工委组织退休教师走进课堂，讲述“家乡故事”12次，引导青少年听党话、跟党走；"
    "大家说：“好！”（共86人次）"
)
NUMERALS = "一二三四五六七八九十"
HEADS = [
    "工作回顾", "召开推进会布置下一步工作安排",
    "关于进一步做好老同志进校园进课堂讲述家乡故事的几点考虑",
]  # fmt: skip
ISSUER, DAY = "云州市教育局关心下一代工作委员会", "2023年3月1日"

lengths = st.one_of(st.integers(2, 30), st.integers(20, 90), st.integers(60, 420))
blocks = st.tuples(st.sampled_from(["h2", "h3", "lead", "p", "p", "p"]), lengths)
with_pictures = st.one_of(blocks, blocks, blocks, st.tuples(st.just("picture"), st.integers(0, 3)))
texts = st.lists(blocks, min_size=1, max_size=12)
illustrated = st.lists(with_pictures, min_size=1, max_size=12)
SHAPES = [(160, 120), (160, 106), (90, 160), (400, 60)]


def words(length: int) -> str:
    start = length % 17
    return (SENTENCE * 12)[start : start + length].strip("，。、；：？！）”（“") + "。"


def written(body: list[tuple[str, int]]) -> tuple[str, list[Said]]:
    """The text as it is typed, and what of it must stand on paper; it ends with a paragraph."""
    lines, said, pictures = [], [], 0
    for at, (kind, size) in enumerate([*body, ("p", 40)]):
        number = NUMERALS[at % 10]
        if kind == "picture":
            pictures += 1
            lines.append(f"〔图{pictures}〕")
            said.append(Said("picture"))
            continue
        line = {
            "h2": f"{number}、{HEADS[size % 3]}", "h3": f"（{number}）{HEADS[size % 2]}",
            "lead": f"（{number}）讲课。{words(size)}", "p": words(size),
        }[kind]  # fmt: skip
        lines.append(line)
        said.append(Said("heading" if kind in {"h2", "h3"} else "p", line))
    return "\n".join(lines), said


def checked(content: bytes, said: list[Said]) -> None:
    with open_pdf(content) as document:
        assert faults(document.pages, said) == []
        for number, page in enumerate(document.pages, start=1):
            below = [char for char in page.chars if char["top"] > BOTTOM]
            assert "".join(char["text"] for char in below) == f"— {number} —"
            outside = below[-1]["x1"] > RIGHT - 20 if number % 2 else below[0]["x0"] < LEFT + 20
            assert outside
            above = [char for char in page.chars if char["top"] <= BOTTOM]
            assert above, f"page {number} is white"
            assert min(char["x0"] for char in above) >= LEFT - 1
            assert max(char["x1"] for char in above) <= RIGHT + 1
            for picture in page.images:
                assert picture["x0"] >= LEFT - 0.5
                assert picture["x1"] <= RIGHT + 0.5


def article(place: int, body: list[tuple[str, int]], comment: int) -> tuple[Any, list[Said]]:
    text, said = written(body)
    kinds = [size for kind, size in body if kind == "picture"]
    shapes = [SHAPES[size] for size in kinds]
    title = f"{HEADS[len(body) % 3]}{NUMERALS[place]}号"
    above = [words(comment)] if comment else []
    made = {
        "title": title, "comment": above, "body": text, "source": "城东小学",
        "photos": [
            {"file": f"{wide}", "caption": "活动现场", "alt": "现场", "width": wide, "height": high}
            for wide, high in shapes
        ],
    }  # fmt: skip
    first = [Said("heading", f"按语：{line}") for line in above]  # it goes with its article
    return made, [*first, Said("heading", title), *said, Said("p", "（供稿：城东小学）")]


@pytest.mark.parametrize("closing", ["", "据统计，一季度共开展活动286次，参加11286人次。"])
@given(
    bodies=st.lists(st.tuples(illustrated, st.sampled_from([0, 0, 60])), min_size=1, max_size=3),
    note=st.sampled_from([0, 50, 200]),
)
@few
def test_a_bulletin_breaks_well_whatever_it_holds(bodies, note, closing):
    made = [article(at, body, comment) for at, (body, comment) in enumerate(bodies)]
    said = [Said("p", f"编者按：{words(note)}")] if note else []
    if len(made) > 1:
        said.append(Said("heading", "本期要目"))
        said += [Said("p", one["title"]) for one, _ in made]
    for _, lines in made:
        said += lines
    said += [Said("p", closing)] if closing else []
    said[-1] = Said("heading", said[-1].text)  # what stands last has the readers below it
    said.append(Said("p", "报：市关工委"))
    page = {
        "name": "教育关工简报", "number_line": "第1期（总第5期）", "dated": "2023年3月31日",
        "publisher": "市教育局关工委办公室", "editor_note": [words(note)] if note else [],
        "articles": [one for one, _ in made], "closing": [closing] if closing else [],
        "copies": 120, "sent_to": [{"label": "报", "names": "市关工委"}],
    }  # fmt: skip
    content = pdf.render(
        documents.TEMPLATE,
        {"page": documents._laid_out(page)},
        images={f"{wide}": photo(wide, high) for wide, high in SHAPES},
    )
    checked(content, said)


def photo(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "#447766").save(buffer, "PNG")
    return buffer.getvalue()


@given(texts, st.lists(texts, max_size=2), st.sampled_from([0, 3, 120]))
@few
def test_a_paper_breaks_well_whatever_it_holds(body, annexes, names):
    text, said = written(body)
    title = "关于表扬先进单位的决定"
    laid = [written(one) for one in annexes]
    if names:  # a commendation: a list of names goes over pages
        listed = "、".join(f"云山小学{at}" for at in range(names))
        laid.append(
            (f"一、先进单位\n{listed}", [Said("heading", "一、先进单位"), Said("p", listed)])
        )
    called = [f"名单{NUMERALS[at]}" for at in range(len(laid))]
    every = [Said("heading", title), Said("p", "各校："), *said]
    labels = [f"附件{at}" if len(laid) > 1 else "附件" for at in range(1, len(laid) + 1)]
    every += [Said("p", one) for one in called]
    # The signature never stands alone: what is above it comes along.
    every[-1] = Said("heading", every[-1].text) if laid else every[-1]
    every += [Said("heading", ISSUER), Said("p", DAY)]
    for at, (_, lines) in enumerate(laid):
        every += [Said("heading", labels[at]), Said("heading", called[at]), *lines]
    every.append(Said("p", "抄送：市关工委"))
    page = {
        "issuer": ISSUER, "number": "云教关工委〔2023〕1号", "title": title, "addressees": "各校",
        "body": text, "dated": DAY, "note": "", "copy_to": "市关工委",
        "printed_by": f"{ISSUER}办公室", "copies": 120,
        "annexes": [{"title": name, "body": it[0]} for name, it in zip(called, laid, strict=True)],
    }  # fmt: skip
    checked(papers.paper_pdf(page), every)


@pytest.mark.parametrize("lines", range(25, 33))
def test_no_page_of_a_paper_is_white_wherever_its_text_ends(lines):
    page = {
        "issuer": ISSUER, "number": "云教关工委〔2023〕1号", "title": "通知", "addressees": "各校",
        "body": "一行。\n" * lines, "dated": DAY, "note": "", "copy_to": "市关工委",
        "printed_by": f"{ISSUER}办公室", "copies": 120, "annexes": [],
    }  # fmt: skip
    with open_pdf(papers.paper_pdf(page)) as document:
        inside = [page.within_bbox((0, 0, page.width, BOTTOM)) for page in document.pages]

    assert all(page.chars for page in inside)
    assert len(inside) % 2 == 0
    assert "抄送" in inside[-1].extract_text()


@given(texts, lengths, st.integers(0, 60))
@few
def test_minutes_break_well_whatever_was_said(body, opening, people):
    text, said = written(body)
    present = "、".join(f"王老师{at}" for at in range(people))
    made = Minutes(
        title="云山小学关工委工作推进会纪要", opening=words(opening), blocks=gongwen.blocks(text),
        present=present, issuer="云山小学关工委", dated=DAY, code="1000 0011",
    )  # fmt: skip
    every = [Said("heading", made.title), Said("p", made.opening), *said]
    every += [Said("p", f"出席：{present}")] if present else []
    every += [Said("heading", made.issuer), Said("heading", DAY), Said("p", "记录编号")]
    checked(minutes_pdf(made), every)


@given(st.lists(texts, min_size=1, max_size=3))
@few
def test_a_yearly_bulletin_breaks_well_whatever_it_holds(sections):
    title = "云山小学关工委2023年度简报"
    every, laid = [Said("heading", title), Said("heading", "（2023年12月1日）")], []
    for number, body in enumerate(sections):
        text, said = written(body)
        heading = f"{NUMERALS[number]}、特色亮点"
        laid.append({"heading": heading, "blocks": annual._blocks(text)})
        every += [Said("heading", heading), *said]
    page = {
        "title": title, "title_lines": [title], "unit": "云山小学", "year": 2023,
        "dated": "2023年12月1日", "sections": laid,
    }  # fmt: skip
    checked(pdf.render(annual.TEMPLATE, {"pages": [page], "in_volume": False}), every)


@pytest.mark.parametrize("kind", ["naming", "mending", "minutes"])
@pytest.mark.parametrize("lines", [19, 20, 21])
def test_the_signature_of_a_paper_is_never_alone_on_a_page(kind, lines):
    given = json.loads((pdf.DOCUMENTS / kind / "sample.json").read_text(encoding="utf-8"))
    if kind == "naming":
        given["offices"] = [["云山教办", ["云山小学"] * (lines * 5)]]
    elif kind == "mending":
        given["items"] = [["名册没有更新", "2023年9月30日"]] * (lines - 4)
    else:
        given["minutes"]["blocks"] = gongwen.blocks("一行。\n" * (lines - 6))

    with open_pdf(pdf.render(f"documents/{kind}/page.html", given)) as document:
        last = document.pages[-1].extract_text().splitlines()
        foot = BOTTOM - 20
        for page in document.pages:
            assert max(char["top"] for char in page.chars if char["top"] < BOTTOM) <= foot + 20

    place = next(at for at, line in enumerate(last) if line.rstrip().endswith("关工委"))
    assert place > 0, last


# --- tables --------------------------------------------------------------------------------------

HEADINGS = ["甲列", "乙列"]


def rows_of(section: int) -> list[list[str]]:
    """From two rows to a page and more, so that breaks fall at every place."""
    return [[f"第{section}节", f"{row}行"] for row in range(2 + section * 5 % 23)]


def tables() -> bytes:
    made = [{"name": f"名称{at}表", "headings": HEADINGS, "rows": rows_of(at)} for at in range(16)]
    page = {"title": "清单", "who": "共十六张", "tables": made}
    return pdf.render("documents/tables/page.html", page)


def ledger() -> bytes:
    entry = {
        "number": 1, "title": "名称推进会表", "facts": [["日期", DAY], ["地点", "会议室"]],
        "paragraphs": [words(130)], "papers": ["会议照片.jpg"],
    }  # fmt: skip
    sections = [
        {"anchor": f"s{at}", "name": f"名称{at}表", "headings": HEADINGS, "rows": rows_of(at)}
        if at % 2 else {"anchor": f"s{at}", "name": f"名称{at}表", "entries": [entry] * (at % 7)}
        for at in range(1, 18)
    ]  # fmt: skip
    box = {"anchor": "b", "number": 1, "name": "组织", "holds": "文件", "count": 9}
    page = {"unit": "云山小学", "year": 2023, "dated": DAY,
            "chapters": [{**box, "sections": sections}]}  # fmt: skip
    return pdf.render("documents/ledger/page.html", page)


def statistics() -> bytes:
    given = json.loads((pdf.DOCUMENTS / "statistics/sample.json").read_text(encoding="utf-8"))
    row = {"code": "201", "label": "甲列", "unit": "人", "value": "1", "own": "1", "before": "1"}
    given["sections"] = [
        [{"code": "一", "name": f"名称{at}表"}, [row] * len(rows_of(at))] for at in range(16)
    ]
    return pdf.render("documents/statistics/page.html", given)


@pytest.mark.parametrize(
    ("made", "head", "skipped"),
    [(tables, "甲列 乙列", 0), (ledger, "甲列 乙列", 3), (statistics, "代码 指标", 0)],
    ids=["tables", "ledger", "statistics"],
)
def test_tables_break_with_their_head_and_no_heading_stays_behind(
    made: Callable[[], bytes], head: str, skipped: int
) -> None:
    with open_pdf(made()) as document:
        pages = [
            [
                line for line in (page.extract_text() or "").splitlines()
                if not line.startswith(("— ", "第 "))
            ]
            for page in document.pages[skipped:]
        ]  # fmt: skip
    assert len(pages) > 5
    for number, lines in enumerate(pages[:-1]):
        last = lines[-1]
        assert "名称" not in last, (number, last)
        assert not last.startswith(head), (number, last)
        assert not last.startswith("日期："), (number, last)
    torn = 0
    for number, lines in enumerate(pages[1:], start=1):
        body = [line for line in lines if not line.startswith(("云山小学 ", "中小学"))]
        cells = [
            at for at, line in enumerate(body) if line.endswith("行") or line.startswith("201")
        ]
        if cells and cells[0] <= 1 and pages[number - 1][-1].endswith(("行", "1 1")):
            torn += 1
            assert any(head in line for line in body[: cells[0]]), body[:3]
    assert torn > 2
