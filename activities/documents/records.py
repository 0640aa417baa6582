"""A record on paper: the record itself, its sign-in sheet, its minutes as 纪要, and blank forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from activities.models import Activity, ActivityKind, Attendee, Decision, Lecture, PaperForm
from portal.kernel import codes, docx, gongwen, pdf
from portal.kernel.calendar import date_cn, weekday_cn
from portal.kernel.codes import Code, Sheet

ROWS_A_SHEET = 20
QR = "qr"


def code_of(it: Activity | PaperForm | Lecture) -> Code:
    sheet = {Activity: Sheet.RECORD, PaperForm: Sheet.PAPER_FORM, Lecture: Sheet.LECTURE}[type(it)]
    return Code(sheet, it.pk)


def code_images(code: Code, site: str) -> dict[str, bytes]:
    """`site` is the portal's address without a path: a telephone opens the code with it."""
    return {QR: codes.qr_svg(f"{site}{code.path}")}


# --- the record ----------------------------------------------------------------------------------


def record_pdf(
    activity: Activity, rows: Sequence[dict[str, Any]], names: Sequence[Attendee], *, site: str
) -> bytes:
    """活动记录 on A4; `rows` are label and value as the page shows them, empty ones left out."""
    code = code_of(activity)
    page = {
        "activity": activity,
        "rows": [row for row in rows if row["value"]],
        "names": [_named(one) for one in names],
        "code": str(code),
    }
    return pdf.render("documents/record/page.html", page, images=code_images(code, site))


def _named(one: Attendee) -> dict[str, str]:
    late = ""
    if one.is_late:
        at = timezone.localtime(one.added_at)
        late = f"补签 {date_cn(at.date())} {one.added_by or ''}"
    return {"name": str(one), "late": late}


# --- the sign-in sheet ---------------------------------------------------------------------------


def sign_in_pdf(activity: Activity, names: Sequence[str], *, site: str) -> bytes:
    """签到表: twenty rows a sheet, at least 11 mm high, the names of `names` printed first."""
    code = code_of(activity)
    count = max(1, -(-(len(names) + 2) // ROWS_A_SHEET))  # room for two guests at least
    every = [*names, *[""] * (count * ROWS_A_SHEET - len(names))]
    page = {
        "activity": activity,
        "when": _day(activity),
        "code": str(code),
        "sheets": [
            [(at + 1, every[at]) for at in range(first, first + ROWS_A_SHEET)]
            for first in range(0, len(every), ROWS_A_SHEET)
        ],
    }
    return pdf.render("documents/sign_in_sheet/page.html", page, images=code_images(code, site))


def _day(activity: Activity) -> str:
    if activity.held_on is None:
        return ""
    return f"{activity.held_label}（{weekday_cn(activity.held_on)}）"


# --- a form to fill in by hand -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Box:
    """One numbered box; `squares` is how many there are for digits, 0 for words."""

    number: int
    label: str
    value: str = ""
    squares: int = 0
    lines: int = 1
    answers: Sequence[str] = ()  # to draw a circle around one of

    @property
    def rules(self) -> range:
        return range(self.lines)

    @property
    def comb(self) -> str:
        """One character a square, the number at the right as people write it."""
        return self.value.rjust(self.squares) if len(self.value) <= self.squares else self.value


def form_pdf(
    form: PaperForm,
    kinds: Sequence[ActivityKind],
    boxes: Sequence[Box],
    *,
    site: str,
) -> bytes:
    """活动记录表 to fill in by hand, its boxes numbered as the screen asks them."""
    code = code_of(form)
    kind_pk = form.activity.kind_id if form.activity else form.kind_id
    page = {
        "unit": form.unit,
        "kinds": [
            {"at": at, "name": kind.name, "chosen": kind.pk == kind_pk}
            for at, kind in enumerate(kinds, 1)
            if form.kind_id is None or kind.pk == kind_pk  # a form of one kind names that alone
        ],
        "boxes": boxes,
        "code": str(code),
        "printed": date_cn(timezone.localdate(form.printed_at)),
    }
    return pdf.render("documents/paper_form/page.html", page, images=code_images(code, site))


# --- the minutes ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Minutes:
    """纪要 as it stands on paper, whichever program prints it."""

    title: str
    opening: str
    blocks: list[gongwen.Block]
    present: str
    issuer: str
    dated: str
    code: str

    @property
    def title_lines(self) -> list[str]:
        return gongwen.title_lines(self.title)


def minutes_of(
    activity: Activity, text: str, decisions: Sequence[Decision], names: Sequence[Attendee]
) -> Minutes:
    """Put a record into the order of a 纪要: when and who, what was said, decided, who was there.

    `text` are the minutes that stand; tracked decisions come before the record's own lines.
    """
    title = activity.title if activity.title.endswith("纪要") else f"{activity.title}纪要"
    blocks = gongwen.blocks(text)
    decided = [_decided(one) for one in decisions] or activity.decisions.splitlines()
    decided = [line.strip() for line in decided if line.strip()]
    if decided:
        blocks.append(gongwen.Block("p", "会议议定以下事项："))
        for at, line in enumerate(decided, 1):
            plain = line.lstrip("0123456789.、．（）() \u3000")
            blocks.append(gongwen.Block("p", f"{at}. {plain or line}"))
    present = "、".join(str(one) for one in names) or "、".join(activity.attendees.split())
    if present and activity.attendance:
        present = f"{present}（共{activity.attendance}人）"
    return Minutes(
        title=title,
        opening=_opening(activity),
        blocks=blocks,
        present=present,
        issuer=activity.host or f"{activity.unit.name}关工委",
        dated=date_cn(activity.held_on) if activity.held_on else "",
        code=str(code_of(activity)),
    )


def _opening(activity: Activity) -> str:
    place = f"在{activity.place}" if activity.place else ""
    day = activity.held_label
    said = f"{day}{'，' if day else ''}{activity.host or activity.unit.name + '关工委'}{place}"
    met = activity.title.endswith(("会", "会议"))
    said += f"召开{activity.title}。" if met else f"举办“{activity.title}”。"
    if activity.chair:
        said += f"{activity.chair}主持。"
    if activity.speakers:
        said += f"{activity.speakers}主讲。"
    return said


def _decided(one: Decision) -> str:
    words = one.text.rstrip("。；;")
    if one.who:
        words += f"，由{one.who}负责"
    if one.due_on:
        words += f"，{date_cn(one.due_on)}前完成"
    return f"{words}。"


def minutes_pdf(minutes: Minutes) -> bytes:
    return pdf.render("documents/minutes/page.html", {"minutes": minutes})


def minutes_docx(minutes: Minutes) -> bytes:
    """The same 纪要 for Word and WPS, with the fonts offices there have."""
    lines = [docx.Line("title", line) for line in minutes.title_lines]
    lines.append(docx.Line("blank", ""))
    lines.append(docx.Line("p", minutes.opening))
    lines += [
        docx.Line(block.kind, block.text, block.lead, block.lead_kind)
        for block in minutes.blocks
        if block.kind != "picture"
    ]
    if minutes.present:
        lines.append(docx.Line("p", minutes.present, "出席：", "h2"))
    lines += [docx.Line("blank", ""), docx.Line("right", minutes.issuer)]
    lines.append(docx.Line("right", minutes.dated))
    return docx.official(lines, title=minutes.title, foot=f"记录编号 {minutes.code}")
