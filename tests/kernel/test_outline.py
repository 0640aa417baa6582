"""Numbered items are found in every official style, with and without line breaks."""

import json
import re
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.numbering import INLINE, Style, circled, han_numeral, han_value, normal_form
from portal.kernel.outline import MAX_MARKS, Node, TooManyMarks, read_outline, split_title
from tests.shared import shared


def tree(nodes: tuple[Node, ...]) -> list:
    return [[n.number, n.title, tree(n.children)] for n in nodes]


def numbers(text: str) -> list[str]:
    return [node.number for node in read_outline(text).walk()]


# --- the real plan -----------------------------------------------------------------------------


@pytest.mark.shared
def test_the_scanned_plan_without_line_breaks_has_its_two_parts_and_seven_items() -> None:
    text = shared("data/work-points-2023.raw.txt").read_text("utf-8")

    outline = read_outline(text)

    assert outline.preamble == "XX市教育局关工委2023年工作要点"
    assert [(n.number, n.title) for n in outline.nodes] == [("一", "指导思想"), ("二", "重点工作")]
    first, second = outline.nodes[1].children
    assert [first.number, second.number] == ["（一）", "（二）"]
    assert [n.number for n in first.children] == ["1", "2", "3"]
    assert [n.number for n in second.children] == ["4", "5", "6", "7"]
    assert first.children[0].doubts == ("编号在原文里是“L”，按“1”读，请核对",)


# --- single traps ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一、目标\n二、任务\n（一）学习\n1.读书\n2．讨论\n（二）活动", "一 二 （一） 1 2 （二）"),
        ("1、学习。2、宣讲。3、读书。", "1 2 3"),
        ("(1)学习；（2）宣讲；3）读书。", "（1） （2） （3）"),
        ("①学习；②宣讲；③读书。", "① ② ③"),
        ("⒈学习。⒉宣讲。", "1 2"),
        ("㈠学习。㈡宣讲。", "（一） （二）"),
        ("１．学习。２．宣讲。", "1 2"),
        ("要做到：一是认真学习，二是积极宣讲，三是用心读书。", "一是 二是 三是"),
        ("第一，认真学习。第二，积极宣讲。", "第一 第二"),
        ("各学校一要加强领导，二要落实经费，三要抓好总结。", "一要 二要 三要"),
        ("第一部分 总体要求\n坚持。\n第二部分 任务\n一、学习\n二、宣讲\n第三部分 保障",
         "第一部分 第二部分 一 二 第三部分"),
        ("一：学习\n二：宣讲", "一 二"),
        ("一、学习\n第一，读书。第二，讨论。\n二、宣讲", "一 第一 第二 二"),
        ("一 学习贯彻\n读书。\n二 宣讲\n讲课。", "一 二"),
        ("一、学习\n二、宣讲\n" + "".join(f"{han_numeral(n)}、条\n" for n in range(3, 24)),
         " ".join(han_numeral(n) for n in range(1, 24))),
    ],
)  # fmt: skip
def test_each_style_is_read(text: str, expected: str) -> None:
    assert numbers(text) == expected.split()


@pytest.mark.parametrize(
    "text",
    [
        "全年开展45所学校的活动，参加6.5万人次，2023年3月1日前完成。",
        "根据X(2022)X号和（2022）8号文件精神落实三个一、三个同。",
        "面向小学一、二年级和高一（1）班、高一（2）班开展活动。",
        "设一、二、三等奖若干名，统一、规范评选，质量第一，安全之一。",
        "依据“一、学习二、宣讲”的口号开展工作。",
        "周一、周二开会，五一、国庆放假，进一步改进。",
        "图1.校园；表2.名单；附件1.回执。",
        "使用WPS 1.2版和GB/T 9704标准。",
        "比分是2:1，逐一是，统一是。",
        "统一要求，一要素，二要么。",
        "",
        "\n\n",
    ],
)
def test_what_only_looks_like_a_number_is_left_alone(text: str) -> None:
    assert numbers(text) == []


def test_a_number_before_a_year_still_opens_its_line() -> None:
    assert numbers("1.2023年春季学期开展读书。\n2.2023年秋季学期开展宣讲。") == ["1", "2"]


def test_a_decimal_inside_a_sentence_is_not_the_next_item() -> None:
    text = "1.学习。2.覆盖3.5万人。3.宣讲。4.读书。"
    assert numbers(text) == ["1", "2", "3", "4"]


@pytest.mark.parametrize("letter", ["L", "l", "I", "L.", "l、", "I．", "|."])
def test_a_letter_read_for_one_is_mended_and_flagged(letter: str) -> None:
    outline = read_outline(f"（一）学习{letter}读原著。2.悟原理。3.讲体会。（二）宣讲")

    first = outline.nodes[0].children[0]
    assert first.number == "1"
    assert first.doubts[0].startswith(f"编号在原文里是“{letter[0]}”")


def test_other_letters_read_for_digits_are_mended_where_they_count_on() -> None:
    text = "1.甲。Z.乙。3.丙。4.丁。S.戊。6.己。7.庚。B.辛。9.壬。l0.癸。ll.子。12.丑。"

    outline = read_outline(text)

    assert [n.number for n in outline.nodes] == [str(n) for n in range(1, 13)]
    assert [n.number for n in outline.nodes if n.doubts] == ["2", "5", "8", "10", "11"]


def test_a_dash_read_for_one_is_mended_and_flagged() -> None:
    outline = read_outline("(-)学习\n(二)宣讲\n(三)读书")

    assert [n.number for n in outline.nodes] == ["（一）", "（二）", "（三）"]
    assert "按“（一）”读" in outline.nodes[0].doubts[0]


def test_a_lost_number_is_named() -> None:
    outline = read_outline("1.学习\n2.宣讲\n4.读书\n5.帮扶")

    assert [n.number for n in outline.nodes] == ["1", "2", "4", "5"]
    assert "没有找到编号“3”" in outline.nodes[2].doubts[0]


def test_a_repeated_number_is_named() -> None:
    outline = read_outline("一、学习\n二、宣讲\n二、读书\n三、帮扶")

    assert [n.number for n in outline.nodes] == ["一", "二", "二", "三"]
    assert "和上一条相同" in outline.nodes[2].doubts[0]


def test_numbering_may_start_again_or_run_on_under_the_next_heading() -> None:
    again = "（一）甲\n1.学习\n2.宣讲\n（二）乙\n1.读书\n2.帮扶"
    on = "（一）甲\n1.学习\n2.宣讲\n（二）乙\n3.读书\n4.帮扶"

    for text, last in ((again, ["1", "2"]), (on, ["3", "4"])):
        outline = read_outline(text)
        assert [n.number for n in outline.nodes[1].children] == last
        assert not any(n.doubts for n in outline.walk())


def test_a_second_inline_list_in_one_item_is_kept_beside_the_first() -> None:
    text = "1.学习。一是读书；二是讨论。还要：一是宣讲；二是走访。\n2.帮扶。"

    assert numbers(text) == ["1", "一是", "二是", "一是", "二是", "2"]


def test_a_list_of_one_is_flagged() -> None:
    outline = read_outline("一、学习\n（一）读书\n二、宣讲")

    assert outline.nodes[0].children[0].doubts == ("“一”下面只有一条，请核对编号",)


def test_an_unpaired_quotation_mark_is_flagged() -> None:
    node = read_outline("1.落实“三个同”“三个一\n2.学习").nodes[0]

    assert any("引号" in doubt for doubt in node.doubts)


def test_more_marks_than_a_document_can_have_are_refused() -> None:
    with pytest.raises(TooManyMarks):
        read_outline("1.学习\n" * (MAX_MARKS + 1))


LONG = "根据文件精神各教办和学校党组织务必将关怀下一代工作纳入党建工作计划和党建责任制考核内容"

# --- titles ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lead", "parent", "title", "text", "guessed"),
    [
        ("加强学习\n组织读书。", False, "加强学习", "组织读书。", False),
        ("指导思想以党的大精神为指导，推进工作。", False,
         "指导思想", "以党的大精神为指导，推进工作。", False),
        ("学习宣传，站位新高度", True, "学习宣传，站位新高度", "", False),
        ("加强学习。组织读书。", False, "加强学习", "组织读书。", False),
        ("强化“五好”建设。组织读书。", False, "强化“五好”建设", "组织读书。", False),
        ("", False, "", "", False),
        ("健全工作机制" + LONG, False, "健全工作机制", LONG, True),
    ],
)  # fmt: skip
def test_a_title_is_cut_from_what_follows(
    lead: str, parent: bool, title: str, text: str, guessed: bool
) -> None:
    assert split_title(lead, parent=parent) == (title, text, guessed)


# --- numerals ----------------------------------------------------------------------------------


@given(st.integers(1, 99))
def test_a_numeral_reads_back(value: int) -> None:
    assert han_value(han_numeral(value)) == value


@pytest.mark.parametrize("numeral", ["", "十十", "一一", "二三", "百", "十二三", "一二十"])
def test_what_is_no_numeral_has_no_value(numeral: str) -> None:
    assert han_value(numeral) is None


def test_numerals_stop_where_documents_do() -> None:
    assert [circled(1), circled(20), circled(21), circled(35)] == ["①", "⑳", "㉑", "㉟"]
    with pytest.raises(ValueError, match="100"):
        han_numeral(100)


# --- any tree, printed and read back -------------------------------------------------------------


@dataclass
class Item:
    words: str
    children: list["Item"] = field(default_factory=list)
    number: str = ""


NOISE = [
    "到2023年", "共45所学校", "依据（2022）8号文件", "落实三个一", "约6.5万人", "占30%",
    "高一（1）班", "小学一、二年级", "“三个同”", "设一、二等奖", "12月5日", "统一、规范",
    "面向15万青少年", "《意见（试行）》", "进一步", "质量第一",
]  # fmt: skip
PLAIN = st.text(
    "学习宣传贯彻读书活动开展关爱青少年组织建设推动落实立德树人", min_size=4, max_size=12
)


@st.composite
def sentences(draw: st.DrawFn) -> str:
    noisy = [draw(st.sampled_from(NOISE)) + draw(PLAIN) for _ in range(draw(st.integers(0, 2)))]
    return "，".join([draw(PLAIN), *noisy]) + "。"


@st.composite
def items(draw: st.DrawFn, depth: int) -> list[Item]:
    made = []
    for _ in range(draw(st.integers(2, 4))):
        children = draw(items(depth - 1)) if depth > 1 and draw(st.booleans()) else []
        heading = draw(PLAIN) if children else draw(PLAIN) + "。" + draw(sentences())
        made.append(Item(heading, children))
    return made


@st.composite
def documents(draw: st.DrawFn) -> tuple[list[Item], list[Style], bool]:
    levels = draw(
        st.lists(
            st.sampled_from([style for style in Style if style not in INLINE]),
            min_size=1,
            max_size=3,
            unique=True,
        ).map(sorted)
    )
    if draw(st.booleans()):
        levels.append(draw(st.sampled_from(INLINE)))
    return draw(items(len(levels))), levels, draw(st.booleans())


def printed(style: Style, value: int, variant: int) -> str:
    han = han_numeral(value)
    return {
        Style.PART: [f"第{han}部分 ", f"第{han}部分：", f"第{han}部分"],
        Style.MUST: [f"{han}要"],
        Style.HAN: [f"{han}、", f"{han}．", f"{han}、 "],
        Style.HAN_PAREN: [f"（{han}）", f"({han})", f"（{han}) "],
        Style.ARABIC: [f"{value}.", f"{value}．", f"{value}、", f"{value} . "],
        Style.ARABIC_PAREN: [f"（{value}）", f"({value})", f"({value}）"],
        Style.CIRCLE: [circled(value)],
        Style.ORDINAL: [f"第{han}，", f"第{han},", f"第{han}、"],
        Style.IS: [f"{han}是"],
    }[style][variant % {Style.CIRCLE: 1, Style.IS: 1, Style.MUST: 1, Style.ARABIC: 4}.get(style, 3)]


def write(
    made: list[Item], levels: list[Style], *, run_on: bool, gap: str, variant: int,
    counts: dict[Style, int] | None = None,
) -> str:  # fmt: skip
    """Print the items and note on each the number it got."""
    counts = {} if counts is None else counts
    style, out = levels[0], []
    # Only 1. runs on across headings in the plans we have seen.
    if not (run_on and style is Style.ARABIC):
        counts[style] = 0
    for item in made:
        counts[style] = counts.get(style, 0) + 1
        item.number = normal_form(style, counts[style])
        out.append(printed(style, counts[style], variant) + item.words)
        if item.children:
            below = write(
                item.children, levels[1:], run_on=run_on, gap=gap, variant=variant, counts=counts
            )
            out.append(below)
    return gap.join(out)


def bare(text: str) -> str:
    return re.sub(r"[\s。]", "", text)


def shape(nodes: tuple[Node, ...]) -> list:
    return [[n.number, bare(n.title + n.text), shape(n.children)] for n in nodes]


def wanted(made: list[Item]) -> list:
    return [[i.number, bare(i.words), wanted(i.children)] for i in made]


@pytest.mark.parametrize("gap", ["\n", ""], ids=["lines", "unbroken"])
@settings(max_examples=300)
@given(document=documents(), variant=st.integers(0, 11))
def test_any_outline_reads_back(
    gap: str, document: tuple[list[Item], list[Style], bool], variant: int
) -> None:
    made, levels, run_on = document
    text = write(made, levels, run_on=run_on, gap=gap, variant=variant)

    outline = read_outline("某市2024年工作要点" + gap + text)

    assert shape(outline.nodes) == wanted(made), json.dumps(text, ensure_ascii=False)
    assert bare(outline.preamble) == "某市2024年工作要点"


@settings(max_examples=150)
@given(st.text("一二十、（）()1234lL.．①②第是，。“”\n 学习", max_size=120))
def test_no_text_breaks_the_reading_and_none_of_it_is_lost(text: str) -> None:
    outline = read_outline(text)

    kept = [outline.preamble, *(n.printed + n.title + n.text for n in outline.walk())]
    drop = r"[\s。；;：:，,、.．]"
    assert re.sub(drop, "", "".join(kept)) == re.sub(drop, "", text)
