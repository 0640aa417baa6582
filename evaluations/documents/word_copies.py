"""An issue as a Word file that may be edited in WPS, and the same file read when it comes back.

Every paragraph carries a bookmark that names it: `_yd_f_` a title, a note or a contributor,
`_yd_b_` a paragraph of the text, `_yd_fixed_` what is not taken back. Programs keep bookmarks and
do not show those that begin with _. A paragraph that lost its own is known by its words.
"""

import io
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from PIL import Image

from evaluations.documents import closing_of
from evaluations.figures.issue_numbers import counted
from evaluations.models import BulletinArticle, BulletinIssue
from portal.kernel import docx, files, gongwen
from portal.kernel.blocks import Block, Part, Sheet, alike, blocks_of, lines_of, match, new_key
from portal.kernel.docx import Line
from portal.kernel.errors import BadFile

NOTE = "note"  # the part that holds the 编者按
COPY = "_yd_copy_"
FIXED, FIELD, BLOCK = "_yd_fixed_", "_yd_f_", "_yd_b_"
HELP = (
    "请在 WPS 里直接改：文字、先后、增删都可以，改好存成 .docx 传回系统，"
    "系统会逐处列出来由您勾选。末尾的统计数字由系统计算，改了不收。"
)
NOTE_LABEL, COMMENT_LABEL = "编者按：", "按语："
_CONTRIBUTOR = re.compile(r"[（(]\s*供稿\s*[：:]\s*(.*?)\s*[）)]", re.S)
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML may hold them
WIDEST = 1000  # pixels; the photo itself stays in the portal
SAME = 0.8  # so like a fixed line that it is this line

Paragraphs = Sequence[tuple[str, tuple[str, ...]]]


def sheet_of(issue: BulletinIssue) -> Sheet:
    """The issue as parts: the editor's note, then each article in order."""
    articles = issue.articles.order_by("position", "pk")
    note = blocks_of(_plain(issue.editor_note), stem=NOTE)
    return (Part(NOTE, {}, tuple(note)), *(_part(article) for article in articles))


def part_name(article: BulletinArticle) -> str:
    return f"a{article.pk}"


def _part(article: BulletinArticle) -> Part:
    fields = {
        "title": _plain(article.title),
        "comment": _plain(article.comment),
        "contributor": _plain(article.contributor),
    }
    blocks = (Block(block.key, _plain(block.text)) for block in article.blocks)
    return Part(part_name(article), fields, tuple(blocks))


def _plain(text: str) -> str:
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n")).strip()


def fixed_lines(issue: BulletinIssue) -> list[str]:
    """What the file says besides the sheet: its head, how to go about it, the numbers."""
    return [issue.series.name, HELP, *closing_of(issue, counted(issue))]


# --- out -----------------------------------------------------------------------------------------


def word_copy(issue: BulletinIssue, sheet: Sheet, fixed: Sequence[str], *, copy: int) -> bytes:
    """Write the file; `copy` is the number by which it is known when it comes back."""
    head, words, *closing = fixed
    lines = [
        Line("title", head, mark=f"{COPY}{copy}"),
        Line("p", words, mark=f"{FIXED}1"),
        Line("blank", ""),
    ]
    photos = _photos(issue)
    for part in sheet:
        lines += _lines(part, photos.get(part.name, []))
    lines += [Line("p", text, mark=f"{FIXED}{n}") for n, text in enumerate(closing, start=2)]
    return docx.official(lines, title=str(issue))


def _lines(part: Part, photos: Sequence[bytes]) -> list[Line]:
    found = []
    if "title" in part.fields:
        found.append(Line("title", part.fields["title"], mark=_field(part, "title")))
    if comment := part.fields.get("comment"):
        found.append(Line("h3", comment, COMMENT_LABEL, "h2", mark=_field(part, "comment")))
    placed: set[int] = set()
    for number, block in enumerate(part.blocks):
        shape = gongwen.blocks(block.text)[0]
        mark = f"{BLOCK}{block.key}"
        if shape.kind == "picture":
            index = shape.number - 1
            picture = photos[index] if index in range(len(photos)) and index not in placed else b""
            placed.add(index)
            found.append(Line("p", block.text, mark=mark, picture=picture))
        elif part.name == NOTE:
            label = "" if number else NOTE_LABEL
            found.append(Line("h3", block.text, label, "h2", mark=mark))
        else:
            found.append(Line(shape.kind, shape.text, shape.lead, shape.lead_kind, mark=mark))
    found += [Line("p", "", picture=p) for n, p in enumerate(photos) if n not in placed]
    if contributor := part.fields.get("contributor"):
        found.append(Line("right", f"（供稿：{contributor}）", mark=_field(part, "contributor")))
    return [*found, Line("blank", "")] if found else []


def _field(part: Part, name: str) -> str:
    return f"{FIELD}{part.name}_{name}"


def _photos(issue: BulletinIssue) -> dict[str, list[bytes]]:
    articles = issue.articles.prefetch_related("photos__file")
    return {
        part_name(article): [_small(photo.file.sha256) for photo in article.photos.all()]
        for article in articles
    }


def _small(digest: str) -> bytes:
    with Image.open(files.path_of(digest)) as picture:
        picture.thumbnail((WIDEST, WIDEST))
        out = io.BytesIO()
        picture.convert("RGB").save(out, "JPEG", quality=78)
    return out.getvalue()


# --- and back ------------------------------------------------------------------------------------


def copy_named(paragraphs: Paragraphs) -> int | None:
    """Which copy the file says it is."""
    for _, marks in paragraphs:
        for mark in marks:
            if mark.startswith(COPY) and mark.removeprefix(COPY).isdecimal():
                return int(mark.removeprefix(COPY))
    return None


def returned_sheet(paragraphs: Paragraphs, *, base: Sheet, fixed: Sequence[str]) -> Sheet:
    """The sheet as it came back. Raises BadFile where nothing of the one that went out is in it."""
    known = _known(base)
    names = _named(paragraphs, known, fixed)
    if known and not any(name in known for name in names):
        raise BadFile("这份 Word 里认不出这一期的文章，请用从这一期下载的那一份来改")
    homes = {f"{BLOCK}{block.key}": part.name for part in base for block in part.blocks}
    titled = {name for name in names if name.endswith("_title")}
    fields: dict[str, dict[str, str]] = defaultdict(dict)
    blocks: dict[str, list[Block]] = {NOTE: []}
    current = NOTE
    for (text, _), name in zip(paragraphs, names, strict=True):
        if name == FIXED:
            continue
        if name.startswith(FIELD):
            part, field = name.removeprefix(FIELD).rsplit("_", 1)
            fields[part][field] = _bare(text, name)
            if field == "title":
                current = part
                blocks.setdefault(current, [])
            continue
        home = homes.get(name, current)
        if home not in blocks and f"{FIELD}{home}_title" not in titled:
            current = home  # its title is gone, it begins with what is left of it
            blocks[current] = []
        key = name.removeprefix(BLOCK) if name else ""
        for line in lines_of(_bare(text, name)):
            blocks[current].append(Block(key or new_key(), line))
            key = ""
    return _parts(base, fields, blocks)


def _known(base: Sheet) -> dict[str, str]:
    """Every marked text that went out, by its mark."""
    texts = {
        _field(part, name): text for part in base for name, text in part.fields.items() if text
    }
    return texts | {f"{BLOCK}{b.key}": b.text for part in base for b in part.blocks}


def _named(paragraphs: Paragraphs, known: Mapping[str, str], fixed: Sequence[str]) -> list[str]:
    """What each paragraph is: a mark that went out, FIXED, or nothing for a new one."""
    names = [""] * len(paragraphs)
    free = dict(known)
    for at, (text, marks) in enumerate(paragraphs):
        # Two paragraphs drawn together carry two marks: the likest is the one that stays.
        mine = sorted((m for m in marks if m in free), key=lambda m: -alike(free[m], text))
        if mine:
            names[at] = mine[0]
            del free[mine[0]]
        elif any(mark.startswith((FIXED, COPY)) for mark in marks):
            names[at] = FIXED
    lost = [at for at, name in enumerate(names) if not name]
    for at in list(lost):
        if any(_is_same(line, paragraphs[at][0]) for line in fixed):
            names[at] = FIXED
            lost.remove(at)
    found = match(
        [_bare(paragraphs[at][0], "") for at in lost],
        [Block(name, text) for name, text in free.items()],
    )
    for number, name in found.items():
        names[lost[number]] = name
    return names


def _is_same(line: str, text: str) -> bool:
    return SequenceMatcher(None, line, text, autojunk=False).ratio() >= SAME


def _bare(text: str, name: str) -> str:
    """Without the label that was printed before it."""
    for label in (NOTE_LABEL, COMMENT_LABEL):
        text = text.removeprefix(label)
    told = _CONTRIBUTOR.fullmatch(text.strip())
    return told[1] if told and not name.startswith(BLOCK) else text.strip()


def _parts(
    base: Sheet, fields: Mapping[str, Mapping[str, str]], blocks: Mapping[str, Sequence[Block]]
) -> Sheet:
    went = {part.name: part for part in base}
    return tuple(
        Part(
            name,
            {
                field: fields.get(name, {}).get(field, text if field == "title" else "")
                for field, text in went[name].fields.items()
            },
            tuple(found),
        )
        for name, found in blocks.items()
    )
