"""What a bulletin says, and how it is laid on paper.

``article_from`` drafts an article from a record; ``bulletin_page`` gathers an issue into plain data
that can be kept as JSON; ``bulletin_pdf`` lays such data out and prints it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from PIL import Image

from activities.choices import FileRole
from activities.models import Activity, ActivityFile
from committees.choices import UnitKind
from evaluations.choices import ENDINGS, OTHER_VERB, VERBS
from evaluations.figures import issue_numbers
from evaluations.figures.issue_numbers import PeriodFigures
from evaluations.models import BulletinIssue, BulletinSeries
from portal.kernel import files, gongwen, pdf
from portal.kernel.blocks import lines_of
from portal.kernel.calendar import date_cn, parse_period
from portal.kernel.gongwen import Photo
from portal.kernel.models import StoredFile

TEMPLATE = "documents/bulletin/page.html"
PHOTOS_AN_ARTICLE = 2  # what a draft takes along; an editor may choose others
TITLE_LONGEST = 120


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article as a record suggests it, before anybody has edited it."""

    title: str
    body: str
    contributor: str
    photos: tuple[ActivityFile, ...]
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of an ordinary issue the two numbers, of a supplement its own."""

    issue_no: int | None = None
    total_no: int | None = None
    supplement_no: int | None = None

    @property
    def line(self) -> str:
        if self.supplement_no is not None:
            return f"增刊第{self.supplement_no}期"
        return f"第{self.issue_no}期（总第{self.total_no}期）"


def article_from(activity: Activity) -> ArticleDraft:
    """Draft an article from a record: who did what when, then what was said and decided."""
    unit = activity.unit.name
    said = activity.title.strip() if unit in activity.title else _deed(activity)
    title = said if unit in said else f"{unit}{said}"
    paragraphs = []
    minutes = lines_of(activity.minutes)
    if not (minutes and _tells_the_day(minutes[0], activity.held_on)):
        paragraphs.append(_opening(activity, said))
    paragraphs += minutes
    decisions = lines_of(activity.decisions)
    if decisions:
        paragraphs += [f"会议议定：{decisions[0]}", *decisions[1:]]
    photos = [file for file in activity.files.all() if file.role == FileRole.PHOTO]
    return ArticleDraft(
        title=title[:TITLE_LONGEST],
        body="\n".join(paragraphs),
        contributor=unit,
        photos=tuple(photos[:PHOTOS_AN_ARTICLE]),
    )


def _deed(activity: Activity) -> str:
    """召开关工委工作推进会: the subject, with a verb before it when it has none of its own."""
    title = activity.title.strip().rstrip("。")
    if any(verb in title for verb in VERBS):
        return title
    verbs = (verb for endings, verb in ENDINGS if title.endswith(endings))
    return f"{next(verbs, OTHER_VERB)}{title}"


def _opening(activity: Activity, said: str) -> str:
    day, unit = activity.held_on, activity.unit.name
    when = date_cn(day, activity.held_precision).removeprefix(f"{day.year}年") if day else ""
    where = f"在{activity.place}" if activity.place else ""
    if unit in said or not said.startswith((*VERBS, *(verb for _, verb in ENDINGS))):
        said = f"开展“{said}”活动"
    sentence = f"{when}，{unit}{where}{said}"
    if activity.attendance:
        sentence += f"，共{activity.attendance}人参加"
    sentence += "。"
    if activity.speakers:
        sentence += f"{activity.speakers}主讲。"
    if activity.chair:
        sentence += f"{activity.chair}主持。"
    return sentence


def _tells_the_day(paragraph: str, day: date | None) -> bool:
    return day is not None and f"{day.month}月" in paragraph[:14]


def bulletin_page(
    issue: BulletinIssue, *, numbers: Numbers | None, dated_on: date | None
) -> dict[str, Any]:
    """Gather everything an issue prints; without numbers it is a proof."""
    period = parse_period(issue.period)
    counted = issue_numbers.counted(issue)
    articles = issue.articles.order_by("position", "pk").prefetch_related("photos__file")
    return {
        **_head(issue.series),
        "number_line": numbers.line if numbers else "校样（印发时编号）",
        "dated": date_cn(dated_on) if dated_on else f"{period.label}稿",
        "period": period.label,
        "editor_note": lines_of(issue.editor_note),
        "articles": [
            {
                "title": article.title,
                "comment": lines_of(article.comment),
                "body": article.body,
                "source": article.contributor,
                "photos": [_photo(photo, article.title) for photo in article.photos.all()],
            }
            for article in articles
        ],
        "closing": closing_of(issue, counted),
        "counted": counted,
    }


def signed_page(issue: BulletinIssue, *, numbers: Numbers) -> dict[str, Any]:
    """What was signed, under its numbers; only the head and the readers are those of today."""
    signed = issue.content or bulletin_page(issue, numbers=None, dated_on=issue.dated_on)
    return {**signed, **_head(issue.series), "number_line": numbers.line}


def _head(series: BulletinSeries) -> dict[str, Any]:
    readers = (("报", series.report_to), ("送", series.send_to), ("发", series.issue_to))
    return {
        "name": series.name,
        "publisher": series.publisher,
        "sent_to": [{"label": label, "names": names} for label, names in readers if names],
        "copies": series.copies,
    }


def closing_of(issue: BulletinIssue, counted: issue_numbers.Kept) -> list[str]:
    """The numbers of the period and, where the year began before it, of the year so far.

    A supplement is about one thing and counts nothing.
    """
    if issue.is_supplement:
        return []
    inside, earlier = counted["period"], counted["earlier"]
    told = [closing_sentence(issue, issue_numbers.figures_of(inside))]
    if issue.starts_on > date(issue.year, 1, 1):
        so_far = issue_numbers.figures_of([*earlier, *inside])
        told.append(f"今年以来，累计开展活动{so_far.activities}次，参加{so_far.attendance}人次。")
    return told


def closing_sentence(issue: BulletinIssue, figures: PeriodFigures) -> str:
    """The numbers of the period, computed from its accepted records and never typed."""
    unit = issue.unit
    whole = {
        UnitKind.BUREAU: "全市各级关工委",
        UnitKind.OFFICE: f"{unit.name}及所属各单位关工委",
    }.get(UnitKind(unit.kind), f"{unit.name}关工委")
    label = parse_period(issue.period).label
    units = f"{figures.units}家单位" if unit.kind in {UnitKind.BUREAU, UnitKind.OFFICE} else ""
    sentence = f"据统计，{label}，{whole}"
    sentence += f"共有{units}开展活动" if units else "共开展活动"
    sentence += f"{figures.activities}次，参加{figures.attendance}人次"
    parts = [(figures.youth, "受教育青少年"), (figures.elders, "“五老”")]
    named = "、".join(f"{word}{number}人次" for number, word in parts if number)
    return f"{sentence}，其中{named}。" if named else f"{sentence}。"


def _photo(photo: ActivityFile, title: str) -> dict[str, Any]:
    with Image.open(files.path_of(photo.file.sha256)) as picture:
        width, height = picture.size
    caption = photo.caption.strip()
    return {
        "file": photo.file.sha256, "caption": caption, "alt": caption or f"{title}现场照片",
        "width": width, "height": height,
    }  # fmt: skip


def bulletin_pdf(page: Mapping[str, Any]) -> bytes:
    """Print a page of data; raises MissingGlyphs naming what cannot be printed."""
    wanted = {photo["file"] for article in page["articles"] for photo in article["photos"]}
    images = {digest: files.path_of(digest).read_bytes() for digest in sorted(wanted)}
    return pdf.render(TEMPLATE, {"page": _laid_out(page)}, images=images)


def store_pdf(page: Mapping[str, Any]) -> StoredFile:
    return files.store(bulletin_pdf(page), "application/pdf")


def _laid_out(page: Mapping[str, Any]) -> dict[str, Any]:
    articles = [
        {
            "anchor": f"article-{number}",
            "title": "".join(article["title"].splitlines()),
            "title_lines": gongwen.title_lines(article["title"]),
            "comment": article.get("comment", ()),
            "blocks": article_blocks(article),
            "source": article["source"],
        }
        for number, article in enumerate(page["articles"], start=1)
    ]
    return {
        **page,
        "masthead": gongwen.masthead(page["name"]),
        "articles": articles,
        "contents": articles if len(articles) > 1 else [],
    }


def article_blocks(article: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Set the pictures where 〔图1〕 asks for them, and those nobody asked for at the end."""
    photos = [
        Photo(photo["file"], photo["caption"], photo["width"], photo["height"])
        for photo in article["photos"]
    ]
    laid: list[dict[str, Any]] = []
    waiting: list[Photo] = []
    placed: set[int] = set()

    def flush() -> None:
        if waiting:
            laid.append({"kind": "picture", "rows": gongwen.picture_rows(waiting)})
            waiting.clear()

    for block in gongwen.blocks(article["body"]):
        if block.kind == "picture":
            if 1 <= block.number <= len(photos) and block.number not in placed:
                placed.add(block.number)
                waiting.append(photos[block.number - 1])
            continue
        flush()
        laid.append(
            {
                "kind": block.kind,
                "text": block.text,
                "lead": block.lead,
                "lead_kind": block.lead_kind,
            }
        )
    waiting += [photo for number, photo in enumerate(photos, 1) if number not in placed]
    flush()
    return laid
