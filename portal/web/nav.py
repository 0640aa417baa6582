"""The one menu: six groups, the same words everywhere, only what exists and this user may open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from committees.permissions import may_anywhere
from committees.policy import Can


@dataclass(frozen=True, slots=True)
class Place:
    """One page of the menu. `needs` is the power that opens it, None for everybody signed in."""

    label: str
    icon: str
    route: str
    needs: Can | None = None
    takes_year: bool = False


@dataclass(slots=True)
class NavEntry:
    label: str
    icon: str
    url: str
    current: bool = False
    count: int = 0


@dataclass(slots=True)
class NavGroup:
    name: str
    entries: list[NavEntry] = field(default_factory=list)


MENU: Sequence[tuple[str, Sequence[Place]]] = (
    (
        "工作台",
        (
            Place("待办", "list", "web:todo"),
            Place("电话单", "phone", "web:calls", Can.CALL_LIST),
            Place("数据收集", "upload", "web:requests", Can.BURDEN_VIEW),
            Place("减负账本", "clock", "web:burden", Can.BURDEN_VIEW),
            Place("工作总览", "home", "web:overview", Can.OBLIGATION_VIEW),
        ),
    ),
    (
        "组织队伍",
        (
            Place("单位与关工委", "units", "committees:units", Can.UNIT_VIEW),
            Place("五老、导师与工作室", "people", "committees:people", Can.PEOPLE_VIEW),
            Place("老园丁工作室", "book", "activities:studios", Can.STUDIO_VIEW),
            Place("合作伙伴", "flag", "activities:partners", Can.PARTNER_VIEW),
        ),
    ),
    (
        "年度工作",
        (
            Place("工作要点", "flag", "activities:plans", Can.PLAN_VIEW),
            Place("年度要求", "grid", "activities:obligations", Can.OBLIGATION_VIEW),
            Place("活动记录", "pen", "activities:activities", Can.ACTIVITY_VIEW),
            Place("例会", "clock", "activities:series", Can.ACTIVITY_VIEW),
            Place("议定事项", "list", "activities:decisions", Can.ACTIVITY_VIEW),
            Place("宣讲预约", "speaker", "activities:lectures", Can.LECTURE_VIEW),
            Place("我的宣讲", "speaker", "activities:my_lectures", Can.LECTURE_GIVE),
        ),
    ),
    (
        "品牌活动",
        (
            Place("读书活动", "book", "reading_program:editions", Can.READING_VIEW),
            Place("评作品", "pen", "reading_program:my_sheets", Can.JUDGE),
        ),
    ),
    (
        "考评与简报",
        (
            Place("“五有”自查", "check", "committees:five_haves_now", Can.FIVE_HAVES_VIEW),
            Place("“五好”创建", "star", "evaluations:five_good", Can.OBLIGATION_VIEW),
            Place("工作简报", "bulletin", "evaluations:bulletins", Can.BULLETIN_VIEW),
            Place("年度简报", "book", "evaluations:annual", Can.BULLETIN_VIEW),
            Place("文件", "list", "evaluations:papers", Can.UNIT_VIEW),
            Place("台账", "list", "evaluations:ledgers", Can.LEDGER_VIEW),
            Place("统计年报", "chart", "evaluations:statistics", Can.STATISTICS_VIEW),
        ),
    ),
    (
        "管理",
        (
            Place("导入数据", "import", "web:imports", Can.IMPORT_RUN),
            Place("新城市怎样开始", "flag", "web:start", Can.IMPORT_RUN),
            Place("用户与权限", "key", "committees:accounts", Can.ACCOUNT_MANAGE),
            Place("单位变动", "units", "web:unit_changes", Can.UNIT_EDIT),
            Place("年度结转", "shield", "evaluations:years", Can.YEAR_CLOSE),
            Place("活动类型", "grid", "activities:kinds", Can.KIND_EDIT),
            Place("数据核对", "check", "web:integrity", Can.UNIT_EDIT),
            Place("操作日志", "shield", "web:audit", Can.AUDIT_VIEW),
        ),
    ),
)

BOTTOM: Sequence[tuple[str, str]] = (
    ("待办", "web:todo"),
    ("活动", "activities:activities"),
    ("我的宣讲", "activities:my_lectures"),
    ("评作品", "reading_program:my_sheets"),
    ("关工委", "committees:units"),
)


def groups_for(
    request: HttpRequest, *, counts: Mapping[str, int], named: Mapping[str, str]
) -> list[NavGroup]:
    """Groups that hold at least one entry, by route: how much waits for this user in `counts`,
    and in `named` what the city calls the place.
    """
    groups = []
    for name, places in MENU:
        entries = [
            entry
            for place in places
            if (entry := _entry(request, place, counts, named)) is not None
        ]
        if entries:
            groups.append(NavGroup(name, entries))
    return groups


def bottom_bar(request: HttpRequest, groups: Sequence[NavGroup]) -> list[NavEntry]:
    """Three places of the menu and 更多, for the thumb."""
    known = {entry.url: entry for group in groups for entry in group.entries}
    bar = []
    for label, route in BOTTOM:
        entry = known.get(_url(route, request) or "")
        if entry is not None:
            bar.append(NavEntry(label, entry.icon, entry.url, current=entry.current))
    menu = reverse("web:menu")
    bar.append(NavEntry("更多", "menu", menu, current=request.path == menu))
    return bar


def _entry(
    request: HttpRequest, place: Place, counts: Mapping[str, int], named: Mapping[str, str]
) -> NavEntry | None:
    user: Any = request.user
    if place.needs is not None and not may_anywhere(user, place.needs):
        return None
    url = _url(place.route, request)
    if url is None:
        return None
    return NavEntry(
        named.get(place.route, place.label),
        place.icon,
        url,
        current=request.path.startswith(url),
        count=counts.get(place.route, 0),
    )


def _url(route: str, request: HttpRequest) -> str | None:
    """The address, or None while the page is not built."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return None


def search_url() -> str:
    try:
        return reverse("web:search")
    except NoReverseMatch:
        return ""
