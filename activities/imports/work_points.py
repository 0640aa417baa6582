"""Reading the year's work points (工作要点) from a Word or text file. Nothing is stored."""

import re
from pathlib import Path

from activities.imports.duties import Actor, duties, last_actor
from activities.services.plans import NodeDraft, PlanReading
from portal.kernel import docx, files
from portal.kernel.archives import MAX_FILE, MEGABYTE
from portal.kernel.errors import BadFile
from portal.kernel.outline import Node, TooManyMarks, read_outline

#: Work points are three to twenty pages; sixty thousand characters are eighty.
MAX_CHARACTERS = 60_000
MAX_TEXT_FILE = 2 * MEGABYTE
__all__ = ["MAX_FILE", "content_type_of", "read_work_points", "tree", "year_of"]

_KIND = r"(?:工作要点|工作计划|工作意见|工作安排|工作方案|实施方案|行动计划|要点)"
_TITLE = re.compile(rf"[^\n。；]{{0,70}}?{_KIND}[》】]?(?:的通知)?")
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?:[—–~～-]20\d{2})?(?=\D|$)")
_HAN_YEAR = re.compile("二[〇○零O0]([〇○零O0一二三四五六七八九])([〇○零O0一二三四五六七八九])年")
_HAN_DIGITS = {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")} | {
    "○": "0", "零": "0", "O": "0", "0": "0",
}  # fmt: skip
#: Lines below the last item: attachments, who signs, the day, who gets a copy.
_CLOSING = re.compile(
    r"(?:附件?\s*[:：]|抄[送报]|主送|（?此件|印发|.{0,30}(?:年\d{1,2}月\d{1,2}日|月\d{1,2}日印发)）?$"
    r"|[^。；，,]{2,30}(?:委员会|关工委|教育局|办公室)$)"
)
_DAY_AT_END = re.compile(r"(?<=[。；;])[^。；;]{0,40}?20\d{2}年\d{1,2}月\d{1,2}日(?:印发)?$")
_SET_APART = re.compile(r"(?:.{2,60}[：:]$|.*[〔\[(（]20\d{2}[〕\])）].{0,8}号$)")
#: What these say is meant for everyone and asks nothing that could be done and shown.
_BACKGROUND = ("指导思想", "总体要求", "总体思路", "工作思路", "基本原则", "工作原则", "总体目标")


def read_work_points(data: bytes, name: str) -> PlanReading:
    """Read a .docx, or a .txt in UTF-8, UTF-16 or GB 18030, into a plan with draft tasks.

    Raises BadFile with a sentence for the person who chose the file.
    """
    text = _text_of(data, name)
    if len(text) > MAX_CHARACTERS:
        raise BadFile(
            f"文件有 {len(text)} 个字，不像一份工作要点。请只留工作要点的正文，再上传一次。"
        )
    body, closing = _cut_closing(text)
    try:
        outline = read_outline(body)
    except TooManyMarks as error:
        raise BadFile("文件里像编号的地方太多，读不出层次。请核对是不是选错了文件。") from error
    if not outline.nodes:
        raise BadFile(
            "文件里没有找到“一、”“（一）”“1.”这样的编号，分不出条目。"
            "请核对是不是选错了文件；没有编号的，先在 Word 里编好号再上传。"
        )
    title, preface = _head(outline.preamble, name)
    year = year_of(title) or year_of(Path(name).stem) or year_of(preface) or year_of(closing)
    nodes = tuple(_draft(node, year=year) for node in outline.nodes)
    if preface:
        nodes = (NodeDraft(number="", title="前言", text=preface), *nodes)
    doubts = () if year else ("没有读出是哪一年的，请填写年度",)
    return PlanReading(title[:120], year, _issuer(title, closing), _ending(nodes), doubts)


def tree(reading: PlanReading) -> list[dict[str, object]]:
    """The numbered items as plain data, without the preface: what the command prints."""
    return [_branch(node) for node in reading.nodes if node.number]


def year_of(text: str) -> int | None:
    """The first year named, in digits or as 二〇二三年."""
    text = text.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    if match := _YEAR.search(text):
        return int(match[1])
    if match := _HAN_YEAR.search(text):
        return int(f"20{_HAN_DIGITS[match[1]]}{_HAN_DIGITS[match[2]]}")
    return None


def content_type_of(name: str) -> str:
    """The type under which a file that was read is kept."""
    return files.DOCX if name.lower().endswith(".docx") else "text/plain"


def _text_of(data: bytes, name: str) -> str:
    suffix = Path(name).suffix.lower()
    if suffix == ".docx":
        text = "\n".join(docx.paragraphs(data))
    elif suffix == ".txt":
        text = _decoded(data)
    else:
        raise BadFile(
            f"“{name}”不是 Word 文档（.docx）或文本文件（.txt）。"
            "旧版 .doc、PDF 和 WPS 文字请先另存为 .docx，再上传。"
        )
    if not text.strip():
        raise BadFile(
            "文件里没有文字。扫描成图片的文件读不出来，请用有文字的 Word 文档或文本文件。"
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    if len(data) > MAX_TEXT_FILE:
        raise BadFile("文本文件超过 2 MB，不像一份工作要点。请核对是不是选错了文件。")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    for name in (encoding, "gb18030"):
        try:
            text = data.decode(name)
        except UnicodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text):
            return text
    raise BadFile(
        "这个文本文件里不是文字，可能是别的文件改了名。请用 Word 打开原件，另存为 .docx 再上传。"
    )


def _cut_closing(text: str) -> tuple[str, str]:
    """Part what stands below the last item (attachments, signature, day) from the body."""
    lines = [line.strip(" \t\u3000\xa0") for line in text.strip().split("\n")]
    lines = [line for line in lines if line]
    end = len(lines)
    while end > 1 and len(lines[end - 1]) <= 60 and _CLOSING.match(lines[end - 1]):
        end -= 1
    attached = next(
        (i for i, line in enumerate(lines[:end]) if re.match(r"附件?\s*[:：]", line)), end
    )
    if attached > len(lines) // 2:
        end = attached
    body, closing = "\n".join(lines[:end]), "\n".join(lines[end:])
    if not closing and (match := _DAY_AT_END.search(body)):
        return body[: match.start()], match[0]
    return body, closing


def _head(preamble: str, name: str) -> tuple[str, str]:
    """Part the title from what stands between it and the first number."""
    lines = preamble.split("\n") if preamble else []
    for index, line in enumerate(lines):
        match = _TITLE.match(line)
        if not match:
            continue
        title, rest = match[0], [line[match.end() :], *lines[index + 1 :]]
        before = lines[index - 1] if index else ""
        # A long title is set in two lines: who, then the year and the kind.
        if re.match(r"20\d{2}|二[〇○零]|年度|工作", title) and 2 < len(before) <= 30:
            title = before + title if not _SET_APART.match(before) else title
        if quoted := re.search(rf"《([^》]*{_KIND})》", title):
            title = quoted[1]
        kept = [part.strip() for part in rest if part.strip() and not _SET_APART.match(part)]
        return title.strip(), "\n".join(kept)
    if lines and len(lines[0]) <= 60 and not lines[0].endswith("。"):
        return lines[0], "\n".join(line for line in lines[1:] if not _SET_APART.match(line))
    return Path(name).stem, "\n".join(lines)


def _issuer(title: str, closing: str) -> str:
    """Who issues it: what stands before the year in the title, else the line that signs."""
    head = re.split(rf"20\d{{2}}|二[〇○零]|年度|{_KIND}", title)[0].strip("《关于印发 　")
    if len(head) >= 3:
        return head[:80]
    signed = re.search(
        r"^[^\n。；：:]*(?:委员会|关工委|教育局|办公室)(?=$|\n|20\d{2})", closing, re.M
    )
    return signed[0].strip()[:80] if signed else ""


def _draft(
    node: Node, *, year: int | None, actor: Actor | None = None, asks: bool = True
) -> NodeDraft:
    asks = asks and node.title not in _BACKGROUND
    # A one-sentence item has no text: the sentence in its title is the duty.
    said = node.text or ("" if node.children else node.title)
    below = last_actor(said) or actor
    return NodeDraft(
        number=node.number,
        title=node.title[:200],
        text=node.text,
        doubt="；".join(node.doubts),
        children=tuple(_draft(child, year=year, actor=below, asks=asks) for child in node.children),
        tasks=duties(said, year=year, actor=actor) if asks else (),
    )


def _ending(nodes: tuple[NodeDraft, ...]) -> tuple[NodeDraft, ...]:
    """Doubt the last item when the text stops in the middle of a sentence."""
    last = nodes[-1]
    if last.children:
        return (*nodes[:-1], last.with_children(_ending(last.children)))
    if last.text and last.text[-1] not in "。！？”’）)…":
        return (*nodes[:-1], last.doubted("最后一句没有写完，原件后面可能还有内容，请核对"))
    return nodes


def _branch(node: NodeDraft) -> dict[str, object]:
    return {
        "number": node.number,
        "title": node.title,
        "text": node.text,
        "children": [_branch(child) for child in node.children],
    }
