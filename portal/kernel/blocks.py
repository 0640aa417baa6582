"""Paragraphs that keep their names while several hands edit the text around them: pure.

A sheet is an ordered list of parts, each with fields (one text each) and blocks (paragraphs). A
part is known by its name, a block by its key, unique in the sheet. `changes` compares the sheet
that went out, the one that stands now and the one that came back; `apply` takes what was ticked.
"""

import secrets
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Literal

ALIKE = 0.5  # a paragraph as like another as this is the same one, rewritten

_EDGE = " \t\u3000\u00a0\ufeff"


@dataclass(frozen=True, slots=True)
class Block:
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    fields: Mapping[str, str]
    blocks: tuple[Block, ...]


Sheet = tuple[Part, ...]
Kind = Literal["changed", "added", "removed", "moved", "order"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that came back different. `id` names it on the form.

    `before` is what stands now, `after` what came back; `where` is the field or the block's key.
    `conflict`: it was changed here too since the sheet went out.
    """

    id: str
    kind: Kind
    part: str
    where: str = ""
    before: str = ""
    after: str = ""
    conflict: bool = False
    names: tuple[str, ...] = field(default=())


def new_key() -> str:
    return secrets.token_hex(5)


def lines_of(text: str) -> list[str]:
    """The paragraphs of a typed text: its lines without outer spaces, empty ones left out."""
    return [line for raw in text.splitlines() if (line := raw.strip(_EDGE))]


def blocks_of(text: str, keys: Sequence[str] = (), *, stem: str = "n") -> list[Block]:
    """Name each paragraph; where keys are missing its place behind the stem does."""
    return [
        Block(keys[number] if number < len(keys) else f"{stem}{number}", line)
        for number, line in enumerate(lines_of(text))
    ]


def text_of(blocks: Iterable[Block]) -> str:
    return "\n".join(block.text for block in blocks)


def rename(text: str, known: Sequence[Block], *, make: Callable[[], str] = new_key) -> list[Block]:
    """Give each paragraph of a text typed anew the key of the known one it was made from.

    The same words first, then the likest; what is like none is new and gets a key of its own.
    """
    lines = lines_of(text)
    found = match(lines, known)
    return [Block(found.get(number) or make(), line) for number, line in enumerate(lines)]


def match(lines: Sequence[str], known: Sequence[Block]) -> dict[int, str]:
    """Which line is which known block: no block twice, the likest pairs first."""
    found: dict[int, str] = {}
    free = {block.key: block.text for block in known}
    for number, line in enumerate(lines):
        same = next((key for key, text in free.items() if text == line), None)
        if same is not None:
            found[number] = same
            del free[same]
    rest = [number for number in range(len(lines)) if number not in found]
    pairs = [
        (likeness, number, key)
        for number in rest
        for key, text in free.items()
        if (likeness := alike(text, lines[number])) >= ALIKE
    ]
    for _, number, key in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
        if number not in found and key in free:
            found[number] = key
            del free[key]
    return found


def alike(one: str, two: str) -> float:
    """0 to 1: how much of the shorter text stands in the other; a cut paragraph is its own."""
    if not one or not two:
        return 0.0
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    if matcher.quick_ratio() < ALIKE / 3:
        return 0.0
    same = sum(run.size for run in matcher.get_matching_blocks() if run.size > 1)
    return same / min(len(one), len(two))


# --- what came back ------------------------------------------------------------------------------


def changes(base: Sheet, now: Sheet, back: Sheet) -> list[Change]:
    """What the returned sheet did to the one that went out, against what stands now.

    Parts added or taken out here since then are left alone; a sheet that came back as it went out
    changes nothing, whatever was done here meanwhile.
    """
    standing, went = _by_name(now), _by_name(base)
    found: list[Change] = []
    order = _order(base, now, back)
    if order is not None:
        found.append(order)
    moved = _moved(base, back)
    for part in back:
        if part.name in standing and part.name in went:
            found += _of_fields(went[part.name], standing[part.name], part)
        if part.name in standing:
            found += _of_blocks(base, now, part, moved)
    found += _removed(base, now, back)
    came = _by_name(back)
    found += [
        Change(f"drop-{part.name}", "removed", part.name, before=text_of(part.blocks),
               conflict=part != went[part.name])
        for part in now
        if part.name in went and part.name not in came
    ]  # fmt: skip
    return found


def _by_name(sheet: Sheet) -> dict[str, Part]:
    return {part.name: part for part in sheet}


def _texts(sheet: Sheet) -> dict[str, str]:
    return {block.key: block.text for part in sheet for block in part.blocks}


def _homes(sheet: Sheet) -> dict[str, str]:
    return {block.key: part.name for part in sheet for block in part.blocks}


def _order(base: Sheet, now: Sheet, back: Sheet) -> Change | None:
    common = {part.name for part in base} & {part.name for part in now}
    common &= {part.name for part in back}
    went, stands, came = (
        tuple(part.name for part in sheet if part.name in common) for sheet in (base, now, back)
    )
    if came in (went, stands):
        return None
    return Change("order", "order", "", names=came, conflict=stands != went)


def _of_fields(went: Part, stands: Part, came: Part) -> list[Change]:
    return [
        Change(f"field-{came.name}-{name}", "changed", came.name, name,
               before=stands.fields.get(name, ""), after=text,
               conflict=stands.fields.get(name, "") != went.fields.get(name, ""))
        for name, text in came.fields.items()
        if text not in (went.fields.get(name, ""), stands.fields.get(name, ""))
    ]  # fmt: skip


def _of_blocks(base: Sheet, now: Sheet, part: Part, moved: Set[str]) -> list[Change]:
    went, stands = _texts(base), _texts(now)
    found: list[Change] = []
    for block in part.blocks:
        key, text = block.key, block.text
        if key not in stands:
            # New, or cut here while it was rewritten there.
            if key not in went or went[key] != text:
                found.append(Change(f"add-{key}", "added", part.name, key, after=text,
                                    conflict=key in went))  # fmt: skip
            continue
        if key in went and text not in (went[key], stands[key]):
            found.append(Change(f"text-{key}", "changed", part.name, key, stands[key], text,
                                conflict=stands[key] != went[key]))  # fmt: skip
        if key in moved:
            found.append(Change(f"move-{key}", "moved", part.name, key, stands[key], text))
    return found


def _removed(base: Sheet, now: Sheet, back: Sheet) -> list[Change]:
    came, went, parts = _texts(back), _texts(base), _by_name(back)
    return [
        Change(f"cut-{block.key}", "removed", part.name, block.key, before=block.text,
               conflict=block.text != went[block.key])
        for part in now
        for block in part.blocks
        if part.name in parts and block.key in went and block.key not in came
    ]  # fmt: skip


def _moved(base: Sheet, back: Sheet) -> set[str]:
    """Blocks that came back in another part, or out of their order within their own."""
    homes = _homes(base)
    moved: set[str] = set()
    ranks = {b.key: n for part in base for n, b in enumerate(part.blocks)}
    for part in back:
        here = [b.key for b in part.blocks if homes.get(b.key) == part.name]
        moved |= {b.key for b in part.blocks if homes.get(b.key, part.name) != part.name}
        moved |= set(here) - _in_order(here, ranks)
    return moved


def _in_order(keys: Sequence[str], ranks: Mapping[str, int]) -> set[str]:
    """The longest run of keys, not necessarily neighbours, that kept their order."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, key in enumerate(keys):
        place = bisect_left(tails, ranks[key])
        before.append(ends[place - 1] if place else -1)
        if place == len(tails):
            tails.append(ranks[key])
            ends.append(at)
        else:
            tails[place], ends[place] = ranks[key], at
    kept: set[str] = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        kept.add(keys[at])
        at = before[at]
    return kept


# --- what was ticked -----------------------------------------------------------------------------


def apply(now: Sheet, back: Sheet, taken: Iterable[Change]) -> Sheet:
    """Return the sheet that stands now with the ticked changes in it and nothing else."""
    ticked = {change.id: change for change in taken}
    texts = {c.where: c.after for i, c in ticked.items() if i.startswith("text-")}
    gone = {c.where for c in ticked.values() if c.kind == "removed"}
    placed = {c.where for c in ticked.values() if c.kind in ("added", "moved")}
    stand = {
        part.name: [
            Block(b.key, texts.get(b.key, b.text))
            for b in part.blocks
            if b.key not in gone and b.key not in placed
        ]
        for part in now
    }
    came = _texts(back)
    standing = _texts(now)
    for part in back:
        if part.name in stand:
            _place(stand[part.name], part, placed, lambda key: texts.get(
                key, standing.get(key, came[key])))  # fmt: skip
    parts = [
        _with_fields(part, tuple(stand[part.name]), ticked)
        for part in now
        if f"drop-{part.name}" not in ticked
    ]
    return _in_new_order(parts, ticked["order"].names) if "order" in ticked else tuple(parts)


def _place(blocks: list[Block], came: Part, placed: Set[str], text: Callable[[str], str]) -> None:
    """Put each ticked block behind the one it came back behind, as far as that one is here."""
    behind = ""  # the last block of the returned part that stands in this one
    for block in came.blocks:
        here = next((n for n, b in enumerate(blocks) if b.key == block.key), None)
        if here is None and block.key in placed:
            at = next((n for n, b in enumerate(blocks) if b.key == behind), -1)
            blocks.insert(at + 1, Block(block.key, text(block.key)))
            here = at + 1
        if here is not None:
            behind = block.key


def _with_fields(part: Part, blocks: tuple[Block, ...], ticked: Mapping[str, Change]) -> Part:
    fields = {
        name: ticked[f"field-{part.name}-{name}"].after
        if f"field-{part.name}-{name}" in ticked
        else text
        for name, text in part.fields.items()
    }
    return Part(part.name, fields, blocks)


def _in_new_order(parts: Sequence[Part], names: Sequence[str]) -> Sheet:
    """The named parts in this order; one that is not named stays behind its neighbour."""
    behind: dict[str, list[Part]] = {"": []}
    last = ""
    for part in parts:
        if part.name in names:
            last = part.name
            behind[last] = [part]
        else:
            behind[last].append(part)
    return tuple(p for name in ("", *names) for p in behind.get(name, ()))


# --- kept as JSON --------------------------------------------------------------------------------


def as_json(sheet: Sheet) -> list[dict[str, Any]]:
    return [
        {
            "name": part.name,
            "fields": dict(part.fields),
            "blocks": [[block.key, block.text] for block in part.blocks],
        }
        for part in sheet
    ]


def from_json(data: Iterable[Mapping[str, Any]]) -> Sheet:
    return tuple(
        Part(part["name"], part["fields"], tuple(Block(*pair) for pair in part["blocks"]))
        for part in data
    )
