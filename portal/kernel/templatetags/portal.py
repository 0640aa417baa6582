"""The few words every template may use; they are builtins, so no page loads them."""

from datetime import date, datetime
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import RequestContext
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.kernel import bundles, calendar

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing of static/img/icons.svg. A word must stand beside it: it is hidden from readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def bundled(name: str) -> list[str]:
    """The addresses of a bundle: its own, or where nothing was collected those of its parts."""
    return bundles.addresses(name)


@register.filter
def date_cn(day: date | datetime | None, precision: str = "day") -> str:
    """2023年3月1日."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    return calendar.date_cn(day, precision)


@register.filter
def weekday_cn(day: date | datetime | None) -> str:
    """星期三."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    return calendar.weekday_cn(day)


@register.filter
def moment_cn(at: datetime | None) -> str:
    """2023年3月1日 9:41, in China's time."""
    if at is None:
        return ""
    here = timezone.localtime(at)
    return f"{calendar.date_cn(here.date())} {here.hour}:{here:%M}"


@register.filter
def thousands(value: int | None) -> str:
    """12,345; nothing for nothing. Django's own filter asks the locale, which groups nothing."""
    return "" if value is None else f"{value:,}"


@register.filter
def percent(part: int | None, whole: int | None) -> int:
    """Whole percent of `part` in `whole`, 0 when there is no whole; a full bar means all of it."""
    if not part or not whole:
        return 0
    return min(100, part * 100 // whole)


@register.filter
def phone_cn(number: str) -> str:
    """138 0000 0000; anything that is not a mobile number stays as written."""
    digits = number.replace(" ", "").replace("-", "")
    if len(digits) == 11 and digits.isdigit() and digits.startswith("1"):
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    return number


@register.simple_tag(takes_context=True)
def query_with(context: RequestContext, **changes: Any) -> str:
    """The page's query string with these keys changed; an empty value drops the key."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = value
    return f"?{query.urlencode()}" if query else "?"


YEARS_BACK = 4


@register.inclusion_tag("components/year_picker.html", takes_context=True)
def year_picker(context: RequestContext) -> dict[str, Any]:
    """The same page in another work year, on pages whose view gives `year`; else nothing."""
    year, request = context.get("year"), context.get("request")
    if not isinstance(year, int) or request is None:
        return {"years": []}
    this = calendar.today().year
    years = sorted({year, *range(this - YEARS_BACK, this + 1)}, reverse=True)
    return {"year": year, "years": [(each, _in_year(request, each)) for each in years]}


def _in_year(request: HttpRequest, year: int) -> str:
    match = request.resolver_match
    if match is not None and "year" in match.kwargs:
        return reverse(match.view_name, kwargs={**match.kwargs, "year": year})
    query = request.GET.copy()
    query["year"] = str(year)
    return f"{request.path}?{query.urlencode()}"
