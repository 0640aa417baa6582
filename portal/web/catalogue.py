"""What the records know already: figures that nobody needs to ask a school for again.

Each entry says how people call it and where it comes from; a question is compared with those
names by the pairs of characters they share.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from activities.models import Activity
from committees.choices import Position
from committees.models import Person, Post, Unit, UnitYear
from portal.kernel import calendar
from portal.kernel.search import fold

ENOUGH = 0.5  # of the pairs of the shorter name
FILLER = (
    *("请填写", "填报", "上报", "本校", "本单位", "学校", "各校", "目前", "现有"),
    *("全年", "总数"),
)

Values = Mapping[int, str]  # by unit pk


@dataclass(frozen=True, slots=True)
class Known:
    """One figure the portal can give for every unit; `read` takes units and the year."""

    code: str
    name: str
    also: Sequence[str]
    where: str
    read: Callable[[QuerySet[Unit], int], Values]


def _of_year(column: str) -> Callable[[QuerySet[Unit], int], Values]:
    def read(units: QuerySet[Unit], year: int) -> Values:
        rows = UnitYear.objects.filter(unit__in=units).exclude(**{column: None}).order_by("year")
        return {pk: str(value) for pk, value in rows.values_list("unit_id", column)}

    return read


def _people(**only: Any) -> Callable[[QuerySet[Unit], int], Values]:
    def read(units: QuerySet[Unit], year: int) -> Values:
        return _counted(Person.objects.filter(unit__in=units, **only), Count("pk"), units)

    return read


def _records(what: Any, *, kinds: Collection[str] = ()) -> Callable[[QuerySet[Unit], int], Values]:
    def read(units: QuerySet[Unit], year: int) -> Values:
        found = Activity.objects.accepted().in_year(year).filter(unit__in=units)
        if kinds:
            found = found.filter(kind__slug__in=kinds)
        return _counted(found, what, units)

    return read


def _counted(rows: QuerySet[Any], what: Any, units: QuerySet[Unit]) -> Values:
    """A unit without a row has none: nought is an answer too."""
    found = dict(rows.order_by().values_list("unit_id").annotate(what))
    return {pk: str(found.get(pk) or 0) for pk in units.values_list("pk", flat=True)}


def _text(column: str) -> Callable[[QuerySet[Unit], int], Values]:
    def read(units: QuerySet[Unit], year: int) -> Values:
        rows = units.exclude(Q(**{column: ""})).order_by().values_list("pk", column)
        return dict(rows)

    return read


def _holder(position: str) -> Callable[[QuerySet[Unit], int], Values]:
    def read(units: QuerySet[Unit], year: int) -> Values:
        held = Post.objects.filter(
            committee__host__in=units, position=position, period__contains=calendar.today()
        ).annotate(holder=F("person__name"))
        return dict(held.values_list("committee__host_id", "holder"))

    return read


KNOWN: Sequence[Known] = (
    Known("students", "学生数", ("学生人数", "在校生数"), "单位资料", _of_year("students")),
    Known("classes", "班级数", ("班级个数", "教学班数"), "单位资料", _of_year("classes")),
    Known("staff", "教职工数", ("教职工人数", "教师人数"), "单位资料", _of_year("staff")),
    Known("elders", "“五老”人数", ("五老名册人数", "老同志人数"), "五老名册", _people()),
    Known("mentors", "关爱导师人数", ("导师人数",), "五老名册", _people(is_mentor=True)),
    Known("backbone", "骨干人数", ("五老骨干人数",), "五老名册", _people(is_backbone=True)),
    Known("activities", "活动次数", ("活动场次",), "活动记录", _records(Count("pk"))),
    Known(
        "youth", "受教育青少年人次", ("受益学生人次", "青少年人次"), "活动记录",
        _records(Sum("youth")),
    ),
    Known(
        "attendance", "参加活动人次", ("到场人次", "参与人次"), "活动记录",
        _records(Sum("attendance")),
    ),
    Known(
        "lectures", "宣讲场次", ("宣讲次数", "讲座场次"), "活动记录",
        _records(Count("pk"), kinds=["lecture"]),
    ),
    Known(
        "training", "培训次数", ("学习培训次数", "专题培训场次"), "活动记录",
        _records(Count("pk"), kinds=["training"]),
    ),
    Known("party_org", "党组织名称", ("党支部名称",), "单位资料", _text("party_org")),
    Known("party_secretary", "党组织书记姓名", ("支部书记",), "单位资料", _text("party_secretary")),
    Known(
        "director", "关工委主任姓名", ("关工委主任",), "关工委职务",
        _holder(Position.DIRECTOR),
    ),
    Known(
        "secretary", "关工委秘书长姓名", ("关工委秘书", "联系人姓名"), "关工委职务",
        _holder(Position.SECRETARY_GENERAL),
    ),
)  # fmt: skip
BY_CODE: Mapping[str, Known] = {known.code: known for known in KNOWN}


def pairs(text: str) -> frozenset[str]:
    """The neighbouring pairs of characters that say what is asked."""
    plain = fold(text).replace(" ", "")
    for word in FILLER:
        plain = plain.replace(word, "")
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))


def likeness(one: str, other: str) -> float:
    """From 0 to 1: the part of the shorter text's pairs that the other holds too."""
    a, b = pairs(one), pairs(other)
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def known_for(question: str) -> list[Known]:
    """What the records hold already that sounds like the question, the likest first."""
    scored = [
        (max(likeness(question, name) for name in (known.name, *known.also)), -place, known)
        for place, known in enumerate(KNOWN)
    ]
    best = sorted((one for one in scored if one[0] >= ENOUGH), key=lambda one: one[:2])
    return [known for _, _, known in reversed(best)][:3]
