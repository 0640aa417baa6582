"""The teams of committees as a list that may come back edited: since when, until when."""

from collections.abc import Mapping
from datetime import date

from committees.figures import in_order
from committees.models import Post
from portal.kernel import calendar, cells
from portal.kernel.returned import EditedRow, Texts

COMMITTEE, POSITION, NAME, SINCE, UNTIL = "关工委", "职务", "姓名", "从哪天起", "到哪天为止"
FIELDS = [COMMITTEE, POSITION, NAME, SINCE, UNTIL]
EDITABLE = [SINCE, UNTIL]


def texts_of(post: Post) -> Texts:
    lower, upper = post.period.lower, post.period.upper
    return {
        COMMITTEE: post.committee.name,
        POSITION: post.get_position_display(),
        NAME: post.person.name,
        SINCE: lower.isoformat() if lower else "",
        UNTIL: upper.isoformat() if upper else "",
    }


def in_sheet_order(posts: list[Post]) -> list[Post]:
    """By unit as the tree stands, within it as the field prints posts."""
    return sorted(in_order(posts), key=lambda post: post.committee.host.path)


def period_of(
    row: EditedRow, post: Post, take: Mapping[str, bool]
) -> tuple[tuple[date | None, date | None], str]:
    """(first day, day it ended) with the cells to take, or a sentence on what is wrong."""
    days = {SINCE: post.period.lower, UNTIL: post.period.upper}
    for cell in row.cells:
        if not take.get(cell.field, not cell.is_conflict):
            continue
        read = cells.when(cell.returned)
        if read.value is None and cell.returned:
            return (None, None), f"{cell.field}：{read.warning or '请写成 2023-10-17'}"
        day = read.value.day if read.value else None
        if day is not None and day > calendar.today():
            return (None, None), f"{cell.field}：日期要在今天或今天以前"
        days[cell.field] = day
    first, last = days[SINCE], days[UNTIL]
    if first is not None and last is not None and last <= first:
        return (None, None), "结束日期要在开始日期以后"
    return (first, last), ""
