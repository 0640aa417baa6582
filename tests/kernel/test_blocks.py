"""Paragraphs that keep their names: what came back, what is taken of it."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.blocks import (
    Block,
    Part,
    Sheet,
    apply,
    as_json,
    changes,
    from_json,
    lines_of,
    rename,
)


def sheet(**parts: str) -> Sheet:
    """甲=“k1:一 k2:二” is a part with two blocks; its title is its name."""
    return tuple(
        Part(name, {"title": name}, tuple(Block(*pair.split(":")) for pair in text.split()))
        for name, text in parts.items()
    )


BASE = sheet(a="k1:甲一 k2:甲二 k3:甲三", b="k4:乙一 k5:乙二")


def kinds(base: Sheet, now: Sheet, back: Sheet) -> list[tuple[str, str, bool]]:
    return [(change.kind, change.id, change.conflict) for change in changes(base, now, back)]


def test_a_sheet_that_comes_back_as_it_went_changes_nothing() -> None:
    assert changes(BASE, BASE, BASE) == []


def test_what_was_done_here_meanwhile_is_left_alone() -> None:
    now = sheet(a="k1:甲一改 k9:甲新 k3:甲三", c="k7:丙", b="k4:乙一 k5:乙二")

    assert changes(BASE, now, BASE) == []


def test_each_kind_of_change_is_told_apart() -> None:
    back = sheet(b="k5:乙二 n1:新的 k4:乙一", a="k1:甲一改了 k3:甲三")

    assert sorted(kinds(BASE, BASE, back)) == [
        ("added", "add-n1", False),
        ("changed", "text-k1", False),
        ("moved", "move-k5", False),
        ("order", "order", False),
        ("removed", "cut-k2", False),
    ]


def test_a_paragraph_changed_on_both_sides_is_a_conflict() -> None:
    now = sheet(a="k1:甲一网上改 k2:甲二 k3:甲三", b="k4:乙一 k5:乙二")
    back = sheet(a="k1:甲一文里改 k2:甲二 k3:甲三", b="k4:乙一 k5:乙二")

    (change,) = changes(BASE, now, back)
    assert (change.conflict, change.before, change.after) == (True, "甲一网上改", "甲一文里改")
    assert apply(now, back, [])[0].blocks[0].text == "甲一网上改"
    assert apply(now, back, [change])[0].blocks[0].text == "甲一文里改"


def test_a_paragraph_rewritten_there_and_cut_here_is_offered_again() -> None:
    now = sheet(a="k1:甲一 k3:甲三", b="k4:乙一 k5:乙二")
    back = sheet(a="k1:甲一 k2:甲二改 k3:甲三", b="k4:乙一 k5:乙二")

    (change,) = changes(BASE, now, back)
    assert (change.kind, change.conflict) == ("added", True)
    assert [b.key for b in apply(now, back, [change])[0].blocks] == ["k1", "k2", "k3"]


def test_a_move_alone_brings_no_new_words() -> None:
    back = sheet(a="k2:甲二 k3:甲三", b="k4:乙一 k1:甲一改 k5:乙二")
    move = next(change for change in changes(BASE, BASE, back) if change.kind == "moved")

    after = apply(BASE, back, [move])

    assert [b.text for b in after[0].blocks] == ["甲二", "甲三"]
    assert [b.text for b in after[1].blocks] == ["乙一", "甲一", "乙二"]


def test_a_part_taken_out_there_goes_only_when_ticked() -> None:
    (change,) = changes(BASE, BASE, BASE[:1])

    assert change.before == "乙一\n乙二"
    assert apply(BASE, BASE[:1], []) == BASE
    assert apply(BASE, BASE[:1], [change]) == BASE[:1]


def test_a_part_added_here_stays_behind_its_neighbour_when_the_order_changes() -> None:
    now = sheet(a="k1:甲一 k2:甲二 k3:甲三", c="k7:丙", b="k4:乙一 k5:乙二")
    back = (BASE[1], BASE[0])

    after = apply(now, back, changes(BASE, now, back))

    assert [part.name for part in after] == ["b", "a", "c"]


def test_a_shortened_paragraph_keeps_its_name_and_a_foreign_one_gets_its_own() -> None:
    known = [Block("k1", "三月一日，学校请来两位老同志讲家乡故事，孩子们听得入神。"),
             Block("k2", "会议议定：每周一课。")]  # fmt: skip

    after = rename("学校请来两位老同志讲家乡故事。\n完全不相干的一句话", known, make=lambda: "new")

    assert [block.key for block in after] == ["k1", "new"]


TEXTS = st.sampled_from(["春天", "夏天到了", "秋收", "冬藏", "四季歌", "一个很长的句子"])


@st.composite
def edited(draw: st.DrawFn) -> tuple[Sheet, Sheet]:
    """A sheet, and the same after any cutting, rewriting, adding and moving in a word processor."""
    keys = [f"k{n}" for n in range(draw(st.integers(1, 7)))]
    base = _dealt(draw, ["a", "b", "c"], [Block(key, draw(TEXTS)) for key in keys])
    kept = draw(st.lists(st.sampled_from(keys), unique=True))
    blocks = [Block(key, draw(TEXTS)) for key in kept]
    blocks += [Block(f"new{n}", draw(TEXTS)) for n in range(draw(st.integers(0, 3)))]
    return base, _dealt(draw, draw(st.permutations(["a", "b", "c"])), draw(st.permutations(blocks)))


def _dealt(draw: st.DrawFn, names: Sequence[str], blocks: Sequence[Block]) -> Sheet:
    homes = [draw(st.sampled_from(names)) for _ in blocks]
    return tuple(
        Part(name, {"title": draw(TEXTS)},
             tuple(b for b, home in zip(blocks, homes, strict=True) if home == name))
        for name in names
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(edited())
def test_all_ticked_gives_what_came_back_and_none_ticked_what_stood(pair) -> None:
    base, back = pair
    found = changes(base, base, back)

    assert apply(base, back, found) == back
    assert apply(base, back, []) == base
    assert len({change.id for change in found}) == len(found)
    assert from_json(as_json(back)) == back


@settings(max_examples=100, deadline=None)
@given(edited(), st.data())
def test_any_choice_loses_no_paragraph_that_was_not_ticked_away(pair, data) -> None:
    base, back = pair
    found = changes(base, base, back)
    ticked = [change for change in found if data.draw(st.booleans())]

    after = [block.key for part in apply(base, back, ticked) for block in part.blocks]

    cut = {change.where for change in ticked if change.kind == "removed"}
    added = {change.where for change in ticked if change.kind == "added"}
    stood = {block.key for part in base for block in part.blocks}
    assert sorted(after) == sorted((stood - cut) | added)


@settings(max_examples=50, deadline=None)
@given(st.lists(TEXTS, max_size=6))
def test_naming_a_text_again_by_itself_changes_no_name(lines: list[str]) -> None:
    known = [Block(f"k{number}", line) for number, line in enumerate(lines)]

    assert rename("\n".join(lines), known) == known
    assert lines_of("\n\n ".join(lines)) == lines
