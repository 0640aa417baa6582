"""The teams of committees as a list that may come back edited: since when, until when."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from committees.figures import in_order
from committees.imports.returned_lists import ReturnedList, wanted
from committees.models import Post, Unit
from committees.policy import Can
from committees.services import posts
from portal.kernel import calendar, cells
from portal.kernel.journal import Journal, snapshot
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
    for heading, written in wanted(row, take).items():
        read = cells.when(written)
        if read.value is None and written:
            return (None, None), f"{heading}：{read.warning or '请写成 2023-10-17'}"
        day = read.value.day if read.value else None
        if day is not None and day > calendar.today():
            return (None, None), f"{heading}：日期要在今天或今天以前"
        days[heading] = day
    first, last = days[SINCE], days[UNTIL]
    if first is not None and last is not None and last <= first:
        return (None, None), "结束日期要在开始日期以后"
    return (first, last), ""


def rows(numbers: Collection[int], by: Any) -> dict[int, Texts]:
    units = Unit.objects.reachable_by(by, Can.PEOPLE_EDIT)
    found = Post.objects.filter(
        pk__in=numbers, committee__host__in=units, committee__dissolved_on=None
    ).exclude(period__isempty=True)
    return {each.pk: texts_of(each) for each in found.select_related("committee__host", "person")}


def change(
    row: EditedRow, take: Mapping[str, bool], journal: Journal, *, by: Any
) -> tuple[bool, str]:
    found = Post.objects.select_related("committee", "person").select_for_update(of=("self",))
    post = found.get(pk=row.pk)
    (first, last), sentence = period_of(row, post, take)
    if sentence:
        return False, sentence
    before = snapshot(post, ("period",))
    changed = posts.correct_dates(post, first=first, last=last, by=by)
    journal.changed(post, before)
    return changed, ""


LIST = ReturnedList(
    fields=FIELDS,
    editable=EDITABLE,
    power=Can.PEOPLE_EDIT,
    rows=rows,
    title=lambda texts: texts[COMMITTEE] + texts[POSITION] + texts[NAME],
    change=change,
    no_new="新任职务请在单位页面上登记",
)
