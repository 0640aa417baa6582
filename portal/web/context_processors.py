"""What every page is given: whose house it is, the menu, the text size."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.http import HttpRequest

from activities.figures import waiting_for_review
from committees.models import Unit
from committees.models.obligations import groups_asked, heading_of
from committees.models.scoping import grants_of
from portal.kernel import calendar
from portal.web import nav
from portal.web.handbook.chapters import Chapter, chapter_of

TEXT_SIZE_COOKIE = "text_size"
LARGE = "large"


def portal(request: HttpRequest) -> dict[str, object]:
    page: dict[str, object] = {
        "large_type": is_large(request),
        "office_phone": settings.OFFICE_PHONE,
        "portal_owner": "教育系统关心下一代工作平台",
        "search_url": "",
        "home_unit": None,
        "nav_groups": [],
        "bottom_bar": [],
        "help_chapter": _help_chapter(request),
        "in_wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
        "looking": getattr(request, "looking", None),
    }
    # An error page of a request that never reached the sign-in layer has no user.
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return page
    unit = _home_unit(user)
    if unit is not None and unit.city is not None:
        page["portal_owner"] = f"{unit.city.name}关工委"
    counts = {"activities:activities": waiting_for_review(user)}
    asked = heading_of(getattr(unit, "asked", []))
    named = {"activities:obligations": asked} if asked else {}
    groups = nav.groups_for(request, counts=counts, named=named)
    return page | {
        "home_unit": unit,
        "search_url": nav.search_url(),
        "nav_groups": groups,
        "bottom_bar": nav.bottom_bar(request, groups),
    }


def is_large(request: HttpRequest) -> bool:
    """The signed-in person's own choice; before sign-in, the choice made on this machine."""
    user: Any = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return bool(user.large_type)
    return request.COOKIES.get(TEXT_SIZE_COOKIE) == LARGE


def _help_chapter(request: HttpRequest) -> Chapter | None:
    """The chapter of the handbook about this page; the handbook explains itself."""
    match = getattr(request, "resolver_match", None)
    return chapter_of(match.view_name) if match is not None else None


def _home_unit(user: Any) -> Unit | None:
    grants = grants_of(user)
    if not grants:
        return None
    asked = ArraySubquery(groups_asked("city", calendar.today().year))
    units = Unit.objects.select_related("city").annotate(asked=asked)
    return units.filter(pk=grants[0][2]).first()
