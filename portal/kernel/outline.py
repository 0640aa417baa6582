"""From a plain text to the tree of its numbered items, with or without line breaks.

Every mark that may be a number is weighed by where it stands (``portal.kernel.numbering``); a beam
search then takes the set of marks that counts best: siblings go up by one, a list opens at one, and
a numbering may run on under the next heading. Doubtful places are named, not hidden.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from portal.kernel.numbering import INLINE, Mark, Style, marks, normal_form

#: More than this is no document but an attack on the search.
MAX_MARKS = 4000
BEAM = 80

NEXT, RUN_ON, OPEN = 3.0, 1.5, -3.0
GAP, LATE, REPEAT, RESTART, INNER_RESTART, NEST, CLIMB = -7.0, -7.0, -4.0, -5.0, -1.0, -4.0, -2.0

#: Headings of official plans that a scan runs together with the sentence behind them.
HEADINGS = (
    "指导思想", "总体要求", "总体思路", "总体目标", "工作思路", "工作目标", "主要目标", "目标任务",
    "基本原则", "工作原则", "重点工作", "重点任务", "主要任务", "工作任务", "工作重点", "主要工作",
    "工作内容", "主要内容", "工作措施", "主要措施", "具体措施", "保障措施", "工作要求", "有关要求",
    "组织领导", "组织保障", "工作保障", "工作安排", "具体安排", "时间安排", "实施步骤", "工作步骤",
)  # fmt: skip
TITLE_LIMIT = 45
_HEADING = re.compile("(" + "|".join(HEADINGS) + r")(?=[\u3400-\u9fff“])")
_TURN = re.compile("(?=根据|按照|依据|围绕|为了|为深入|为进一步|为贯彻|以[^，,]{2,30}为)")


class TooManyMarks(ValueError):
    """The text holds more numbers than a document can."""


@dataclass(frozen=True, slots=True)
class Node:
    """One numbered item. ``text`` is what follows the title; ``doubts`` are Chinese sentences."""

    style: Style
    value: int
    printed: str
    title: str
    text: str
    children: tuple["Node", ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        return normal_form(self.style, self.value)

    def walk(self) -> Iterator["Node"]:
        """The node and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Outline:
    """What stands before the first number, and the numbered items."""

    preamble: str
    nodes: tuple[Node, ...]

    def walk(self) -> Iterator[Node]:
        for node in self.nodes:
            yield from node.walk()


@dataclass(frozen=True, slots=True)
class _Pick:
    mark: Mark
    depth: int
    doubt: str
    before: "_Pick | None"


@dataclass(frozen=True, slots=True)
class _Path:
    score: float
    stack: tuple[Style, ...]
    last: tuple[int, ...]  # by style: the number used last, 0 when none
    pick: _Pick | None


def read_outline(text: str) -> Outline:
    """Return the tree of ``text``; line breaks help but are not needed.

    Raises TooManyMarks when there are more than ``MAX_MARKS`` possible numbers.
    """
    found = marks(text)
    if len(found) > MAX_MARKS:
        raise TooManyMarks(f"{len(found)} marks")
    picks = _best_picks(found)
    ends = [*(pick.mark.start for pick in picks), len(text)][1:]
    leads = [text[pick.mark.end : end] for pick, end in zip(picks, ends, strict=True)]
    preamble = text[: picks[0].mark.start] if picks else text
    broken = "\n" in text.strip()
    flat = [
        _node(pick, lead, parent=is_parent, broken=broken)
        for pick, lead, is_parent in zip(picks, leads, _parents(picks), strict=True)
    ]
    return Outline(_tidy(preamble), _grow(flat, [pick.depth for pick in picks]))


def _best_picks(found: list[Mark]) -> list[_Pick]:
    start = _Path(0.0, (), (0,) * len(Style), None)
    beam = {(start.stack, start.last): start}
    for mark in found:
        grown = dict(beam)
        for path in beam.values():
            if path.pick is not None and path.pick.mark.end > mark.start:
                continue
            for gain, stack, doubt in _moves(path, mark):
                last = (*path.last[: mark.style], mark.value, *path.last[mark.style + 1 :])
                score = path.score + mark.weight + gain
                rival = grown.get((stack, last))
                # On a tie the path found first stays: it holds fewer numbers.
                if rival is None or score > rival.score:
                    chosen = _Pick(mark, len(stack) - 1, doubt, path.pick)
                    grown[stack, last] = _Path(score, stack, last, chosen)
        if len(grown) > BEAM:
            best = sorted(grown.items(), key=lambda item: -item[1].score)[:BEAM]
            grown = dict(best)
        beam = grown
    pick: _Pick | None = max(beam.values(), key=lambda path: path.score).pick
    picks: list[_Pick] = []
    while pick is not None:
        picks.append(pick)
        pick = pick.before
    return picks[::-1]


def _moves(path: _Path, mark: Mark) -> Iterator[tuple[float, tuple[Style, ...], str]]:
    """The ways in which the mark can follow the path: gain, open levels after it, doubt."""
    stack, style = path.stack, mark.style
    if style in stack:
        here = stack[: stack.index(style) + 1]
        yield from ((gain, here, doubt) for gain, doubt in _as_sibling(path, mark))
        return
    home = stack
    while home and home[-1] > style:
        home = home[:-1]
    for gain, doubt in _as_first(path, mark):
        yield (
            gain + (CLIMB if home != stack and not _inline(stack[-1]) else 0.0),
            (*home, style),
            doubt,
        )
        if home != stack and stack[-1] not in INLINE:
            yield gain + NEST, (*stack, style), doubt


def _inline(style: Style) -> bool:
    return style in INLINE


def _as_sibling(path: _Path, mark: Mark) -> Iterator[tuple[float, str]]:
    step = mark.value - path.last[mark.style]
    missing = normal_form(mark.style, mark.value - 1) if mark.value > 1 else ""
    if step == 1:
        yield NEXT, ""
    elif step == 0 and mark.value > 1:
        yield REPEAT, f"编号“{mark.printed}”和上一条相同，请核对"
    elif step in (2, 3):
        yield GAP + (2 - step), f"没有找到编号“{missing}”，请核对前面的文字"
    elif mark.value == 1:
        if mark.style in (*INLINE, Style.CIRCLE):
            yield INNER_RESTART, ""
        else:
            yield RESTART, "编号从头数起，请核对它归在哪一条下面"


def _as_first(path: _Path, mark: Mark) -> Iterator[tuple[float, str]]:
    last = path.last[mark.style]
    if mark.value == 1:
        yield OPEN, ""
    elif last and mark.value == last + 1 and mark.style not in INLINE:
        yield RUN_ON, ""
    elif mark.value in (2, 3):
        missing = normal_form(mark.style, mark.value - 1)
        yield LATE - mark.value + 2, f"没有找到编号“{missing}”，请核对前面的文字"


def _parents(picks: list[_Pick]) -> list[bool]:
    following = [*(pick.depth for pick in picks), -1][1:]
    return [after > pick.depth for pick, after in zip(picks, following, strict=True)]


def _node(pick: _Pick, lead: str, *, parent: bool, broken: bool) -> Node:
    mark = pick.mark
    title, text, guessed = split_title(lead, parent=parent)
    doubts = [pick.doubt] if pick.doubt else []
    if mark.misread:
        printed = mark.printed.rstrip("、.．")
        doubts.append(
            f"编号在原文里是“{printed}”，按“{normal_form(mark.style, mark.value)}”读，请核对"
        )
    elif broken and not mark.opens_line and mark.style < Style.ARABIC_PAREN and mark.weight < 2:
        doubts.append(f"编号“{mark.printed}”在一行的中间，请核对它是不是编号")
    if guessed and mark.style not in INLINE:
        doubts.append("标题是按句子猜的，请核对")
    if title.count("“") + text.count("“") != title.count("”") + text.count("”"):
        doubts.append("引号没有配成对，原文可能缺字，请核对")
    return Node(mark.style, mark.value, mark.printed, title, text, (), tuple(doubts))


def _grow(flat: list[Node], depths: list[int]) -> tuple[Node, ...]:
    """Hang each node below the last one that is less deep; children come before their parent."""
    levels: list[list[Node]] = [[]]
    for node, depth in zip(reversed(flat), reversed(depths), strict=True):
        while len(levels) <= depth + 1:
            levels.append([])
        children = tuple(reversed(levels[depth + 1]))
        levels[depth + 1] = []
        levels[depth].append(_with_children(node, children))
    return tuple(reversed(levels[0]))


def _with_children(node: Node, children: tuple[Node, ...]) -> Node:
    if len(children) == 1 and children[0].style not in INLINE:
        only = children[0]
        doubt = f"“{node.number}”下面只有一条，请核对编号"
        children = (replace(only, doubts=(*only.doubts, doubt)),)
    return replace(node, children=children)


def split_title(lead: str, *, parent: bool) -> tuple[str, str, bool]:
    """Cut what stands behind a number into title and text; the flag says that the cut is a guess.

    The title loses its closing mark. A first line, a known heading or a first sentence is a title;
    failing these, the clauses before a turn such as 根据… are.
    """
    lead = _tidy(lead)
    line, _, rest = lead.partition("\n")
    if rest and len(line) <= 60 and not re.search("[。！？].", line):
        return _closed(line), rest, False
    if heading := _HEADING.match(lead):
        return heading[1], lead[heading.end() :], False
    if parent and len(lead) <= 60 and not re.search("[。！？].", lead):
        return _closed(lead), "", False
    sentence = re.match(r"[^。！？；;\n]*[”’）)]?[。！？；;]?[”’]?", line)
    first = sentence[0] if sentence else line
    if len(_closed(first)) <= TITLE_LIMIT:
        return _closed(first), lead[len(first) :].strip(), False
    cut = _clause(first)
    return first[:cut].rstrip("，,："), lead[cut:].lstrip("，,：").strip(), True


def _clause(sentence: str) -> int:
    """Where the guessed title ends: before a turn, else after the last clause that fits."""
    turn = _TURN.search(sentence, 6, TITLE_LIMIT + 1)
    if turn:
        return turn.start()
    commas = [m.start() for m in re.finditer("[，,：:]", sentence[: TITLE_LIMIT - 15])]
    return commas[-1] if commas else min(len(sentence), TITLE_LIMIT)


def _closed(title: str) -> str:
    return title.strip().rstrip("。；;：:，,").strip()


def _tidy(text: str) -> str:
    lines = (line.strip(" \t\u3000\xa0\r") for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
