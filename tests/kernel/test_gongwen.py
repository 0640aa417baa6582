"""How plain text falls onto the grid of official paper."""

from hypothesis import given
from hypothesis import strategies as st

from portal.kernel import gongwen
from portal.kernel.gongwen import Block, Photo


def test_numbered_lines_become_headings_of_their_level():
    text = "一、通报工作\n（二）读书活动\n1.按时完成\n\n　　正文一段。"

    assert gongwen.blocks(text) == [
        Block("h2", "一、通报工作"),
        Block("h3", "（二）读书活动"),
        Block("p", "1.按时完成"),
        Block("p", "正文一段。"),
    ]


def test_a_heading_that_runs_into_its_paragraph_leads_it():
    [block] = gongwen.blocks("（一）导师进课堂。张老师讲了家乡故事。")

    assert block == Block("p", "张老师讲了家乡故事。", lead="（一）导师进课堂。", lead_kind="h3")


def test_a_line_that_names_a_picture_keeps_its_place():
    kinds = [(b.kind, b.number) for b in gongwen.blocks("前文。\n〔图2〕\n后文。")]

    assert kinds == [("p", 0), ("picture", 2), ("p", 0)]


def test_a_long_title_breaks_where_a_reader_would_breathe():
    title = "石桥镇中心小学召开四季度推进会布置“老园丁”工作室进班级"

    assert gongwen.title_lines(title) == [
        "石桥镇中心小学召开四季度推进会",
        "布置“老园丁”工作室进班级",
    ]


def test_a_long_title_breaks_between_who_and_what():
    assert gongwen.title_lines("澄塘街道塘下小学组织未成年人保护法律知识专题培训") == [
        "澄塘街道塘下小学",
        "组织未成年人保护法律知识专题培训",
    ]


def test_a_line_end_typed_in_a_title_stays():
    assert gongwen.title_lines("石桥小学\n  召开推进会 \n") == ["石桥小学", "召开推进会"]


@given(st.text(alphabet="关工委教育局召开会议2023Word“”《》，。的 ", max_size=80))
def test_breaking_a_title_loses_no_character_and_no_line_is_too_long(title):
    lines = gongwen.title_lines(title)

    assert "".join("".join(lines).split()) == "".join(title.split())
    assert all(0 < len(line) <= gongwen.TITLE_CHARACTERS for line in lines)


sizes = st.integers(min_value=1, max_value=6000)


@given(st.lists(st.tuples(sizes, sizes, st.integers(0, 40)), max_size=7))
def test_pictures_keep_their_order_shape_and_never_leave_the_block(shapes):
    photos = [Photo(str(n), "图" * c, w, h) for n, (w, h, c) in enumerate(shapes)]

    rows = gongwen.picture_rows(photos)

    placed = [picture for row in rows for picture in row.pictures]
    assert [picture.name for picture in placed] == [photo.name for photo in photos]
    for row in rows:
        assert sum(p.room_mm for p in row.pictures) <= gongwen.BLOCK_WIDTH_MM
        assert row.lines <= gongwen.BLOCK_LINES
        for picture in row.pictures:
            assert picture.width_mm <= picture.room_mm
            assert picture.height_mm < row.height_mm


def test_a_masthead_of_six_characters_is_one_large_line_and_a_long_one_two():
    assert gongwen.masthead("教育关工简报").lines == ("教育关工简报",)
    assert gongwen.masthead("教育关工简报").size == 62.0
    long = gongwen.masthead("江宁市教育局关心下一代工作委员会工作简报")
    assert long.lines == ("江宁市教育局关心下一代", "工作委员会工作简报")
