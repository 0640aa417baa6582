"""A plan document becomes parts, items and draft tasks; whatever was guessed says so."""

import io
from datetime import date

import pytest

from activities.choices import TaskScope
from activities.imports.duties import due, duties
from activities.imports.work_points import MAX_CHARACTERS, read_work_points, tree, year_of
from activities.services.plans import NodeDraft
from portal.kernel.errors import BadFile
from tests.shared import shared

NOTICE = """关于印发《清溪市教育局关心下一代工作委员会
2024年工作要点》的通知
清教关工委〔2024〕2号
各镇（街道）教办、市直各学校：
　　2024年是打基础的一年。全市教育关工委要做好以下工作。
一、总体要求
　　坚持立德树人，要推动工作再上新台阶。
二、主要任务
（一）强化思想引领
1、开展主题教育。各学校每学期至少开展2次主题宣讲，6月底前报送总结。
2、讲好“四史”故事。各教办要抓好三件事：一是组织老同志进校园宣讲；二是征集故事不少于20篇；三是在第三季度举办展示。
（二）关爱困境青少年
3、各教办于3月15日前摸清底数，建立台账。
4、各幼儿园要结合实际，开展家庭教育指导。
三、工作要求
第一，加强领导。各单位要健全机制。
第二，注重宣传。市教育局关工委将编印简报4期。

附件：1.任务分解表
2.联系表

清溪市教育局关心下一代工作委员会
2024年1月8日
"""


def all_nodes(nodes: tuple[NodeDraft, ...]) -> list[NodeDraft]:
    return [found for node in nodes for found in (node, *all_nodes(node.children))]


def outline(nodes: tuple[NodeDraft, ...]) -> list:
    return [[node.number, outline(node.children)] for node in nodes]


PARTS = [["（一）", [["1", []], ["2", []], ["3", []]]], ["（二）", [[n, []] for n in "4567"]]]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["work-points-2023.docx", "work-points-2023.raw.txt"])
def test_both_real_files_become_two_parts_and_seven_items(name: str) -> None:
    reading = read_work_points(shared(f"data/{name}").read_bytes(), name)

    assert (reading.title, reading.year) == ("XX市教育局关工委2023年工作要点", 2023)
    assert reading.issuer == "XX市教育局关工委"
    assert outline(reading.nodes) == [["一", []], ["二", PARTS]]
    printed = tree(reading)
    assert set(printed[0]) == {"number", "title", "text", "children"}
    items = [node for node in all_nodes(reading.nodes) if node.number.isdigit()]
    assert all(item.tasks for item in items)
    assert not reading.nodes[0].tasks


@pytest.mark.shared
def test_the_three_yearly_duties_of_the_real_plan_are_three_tasks_for_everyone() -> None:
    name = "work-points-2023.docx"
    reading = read_work_points(shared(f"data/{name}").read_bytes(), name)

    fourth = reading.nodes[1].children[1].children[0]
    wanted = [(task.evidence, task.due_on, task.scope) for task in fourth.tasks[1:]]
    assert wanted == [
        (evidence, date(2023, 12, 31), TaskScope.ALL_UNITS)
        for evidence in ("“听取工作汇报”记录", "“专题学习培训”记录", "“工作推进会”记录")
    ]
    assert [task.target for task in fourth.tasks[1:]] == ["每年至少一次", "一次", "一次"]


@pytest.mark.shared
def test_a_number_that_lost_its_dash_is_doubted() -> None:
    name = "work-points-2023.raw.txt"
    reading = read_work_points(shared(f"data/{name}").read_bytes(), name)

    sixth = reading.nodes[1].children[1].children[2]
    assert sixth.tasks[0].target == "力争45所"
    assert "“45”可能是“4—5”漏了连接号" in sixth.tasks[0].doubt


def test_a_notice_of_another_city_keeps_title_preface_and_closing_apart() -> None:
    reading = read_work_points(NOTICE.encode("gb18030"), "要点.txt")

    assert reading.title == "清溪市教育局关心下一代工作委员会2024年工作要点"
    assert (reading.year, reading.issuer) == (2024, "清溪市教育局关心下一代工作委员会")
    preface, *numbered = reading.nodes
    assert (preface.number, preface.title) == ("", "前言")
    assert preface.text == "2024年是打基础的一年。全市教育关工委要做好以下工作。"
    assert outline(tuple(numbered)) == [
        ["一", []],
        ["二", [
            ["（一）", [["1", []], ["2", [["一是", []], ["二是", []], ["三是", []]]]]],
            ["（二）", [["3", []], ["4", []]]],
        ]],
        ["三", [["第一", []], ["第二", []]]],
    ]  # fmt: skip
    assert "联系表" not in "".join(node.text for node in all_nodes(reading.nodes))
    assert [branch["number"] for branch in tree(reading)] == ["一", "二", "三"]


def test_tasks_know_who_until_when_and_how_many() -> None:
    reading = read_work_points(NOTICE.encode(), "要点.txt")

    tasks = {
        node.number: [(t.scope, t.due_on, t.target) for t in node.tasks]
        for node in all_nodes(reading.nodes)
    }
    offices = TaskScope.ALL_OFFICES
    assert tasks["1"] == [(TaskScope.ALL_SCHOOLS, date(2024, 6, 30), "每学期至少2次")]
    assert tasks["一是"] == [(offices, None, "")]
    assert tasks["二是"] == [(offices, None, "不少于20篇")]
    assert tasks["三是"] == [(offices, date(2024, 9, 30), "")]
    assert tasks["3"] == [(offices, date(2024, 3, 15), "")]
    assert tasks["4"] == [(TaskScope.ALL_KINDERGARTENS, None, "")]
    assert tasks["第一"] == [(TaskScope.ALL_UNITS, None, "")]
    assert tasks["第二"] == [(TaskScope.CITY, None, "4期")]
    assert tasks["一"] == []


def test_nobody_named_means_the_bureau_with_a_doubt() -> None:
    (task,) = duties("开展走访慰问活动。", year=2024)

    assert task.scope == TaskScope.CITY
    assert "没有写由谁做" in task.doubt
    assert task.evidence == "“关爱帮扶”记录"


def test_a_place_that_is_only_mentioned_is_not_asked() -> None:
    (task,) = duties("教育局关工委将根据教办、学校实际，建立简报机制。", year=2024)

    assert (task.scope, task.doubt) == (TaskScope.CITY, "")


def test_two_kinds_of_unit_are_everyone_with_a_doubt() -> None:
    (task,) = duties("各教办、学校关工委要开展专题学习。", year=2024)

    assert task.scope == TaskScope.ALL_UNITS
    assert "“各教办、学校”" in task.doubt


@pytest.mark.parametrize(
    "text", ["这是当前及今后的首要任务。", "今年是第十个年头。", "“五老”热情很高。", "", "。；。"]
)
def test_a_statement_is_no_duty(text: str) -> None:
    assert duties(text, year=2024) == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3月15日前", date(2024, 3, 15)), ("2月底前", date(2024, 2, 29)),
        ("6月中旬", date(2024, 6, 20)), ("3—5月", date(2024, 5, 31)),
        ("第三季度", date(2024, 9, 30)), ("上半年", date(2024, 6, 30)),
        ("年底前", date(2024, 12, 31)), ("每年至少一次", date(2024, 12, 31)),
        ("13月底前", None), ("2月30日前", None), ("及时", None),
    ],
)  # fmt: skip
def test_deadlines_in_words_become_days(text: str, day: date | None) -> None:
    assert due(text, year=2024) == day


@pytest.mark.parametrize(
    ("text", "year"),
    [("2023年要点", 2023), ("２０２３年", 2023), ("二〇二三年", 2023), ("二○二四年", 2024),
     ("2023-2024学年", 2023), ("12023", None), ("没有", None)],
)  # fmt: skip
def test_the_year_is_read_in_every_spelling(text: str, year: int | None) -> None:
    assert year_of(text) == year


def test_without_a_year_the_reviewer_is_asked() -> None:
    reading = read_work_points("关工委工作要点\n一、学习\n二、宣讲".encode(), "要点.txt")

    assert reading.year is None
    assert reading.doubts == ("没有读出是哪一年的，请填写年度",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_a_text_file_may_come_in_any_usual_encoding(encoding: str) -> None:
    text = "某市2024年工作要点\r\n一、学习\r\n二、宣讲"

    assert outline(read_work_points(text.encode(encoding), "a.TXT").nodes) == [
        ["一", []],
        ["二", []],
    ]


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.docx", "空的"),
        (b"plain", "a.docx", "这不是Word 文档"),
        (b"", "a.txt", "没有文字"),
        (b"\x00\x01\x02\xff" * 50, "a.txt", "不是文字"),
        (b"%PDF-1.7", "a.pdf", "另存为 .docx"),
        ("只有一段话，没有编号。".encode(), "a.txt", "没有找到"),
        (("字" * (MAX_CHARACTERS + 1)).encode(), "a.txt", "不像一份工作要点"),
        (b"a" * (3 * 1024 * 1024), "a.txt", "超过 2 MB"),
        (("1.学习\n" * 5000).encode(), "a.txt", "太多"),
    ],
)
def test_a_file_that_is_no_plan_gets_a_sentence(data: bytes, name: str, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        read_work_points(data, name)


def test_an_empty_word_file_gets_a_sentence() -> None:
    import docx

    out = io.BytesIO()
    docx.Document().save(out)
    with pytest.raises(BadFile, match="没有文字"):
        read_work_points(out.getvalue(), "a.docx")


def test_a_text_that_stops_in_mid_sentence_is_doubted() -> None:
    reading = read_work_points(
        "某市2024年工作要点\n一、学习\n读书。\n二、宣讲\n走进；".encode(), "a.txt"
    )

    assert "没有写完" in reading.nodes[-1].doubt
