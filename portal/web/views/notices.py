"""One's own messages: everything the portal told this person, week by week."""

from datetime import timedelta
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from committees.http import PortalRequest
from committees.views.lists import pager_urls
from portal.kernel.calendar import date_cn
from portal.kernel.models import Message, Notice
from portal.kernel.paging import read_page

PAGE = 30


@require_GET
def notices(request: PortalRequest) -> HttpResponse:
    """Newest first; a week's reminder shows the lines it held."""
    mine = Notice.objects.filter(user=request.user)
    page = read_page(mine, by=["-created_at", "-pk"], after=request.GET.get("after", ""), size=PAGE)
    told = dict(
        Message.objects.filter(person=request.user, notice__in=page.rows)
        .exclude(notice=None)
        .values_list("notice_id", "body")
    )
    context: dict[str, Any] = {
        "weeks": [
            {"label": label, "notices": [(one, told.get(one.pk, "")) for one in rows]}
            for label, rows in groupby(page.rows, key=_week)
        ],
        "unread": mine.filter(read_at=None).count(),
        **pager_urls(request, page),
    }
    return render(request, "portal/notices.html", context)


def _week(notice: Notice) -> str:
    """Its Monday and Sunday in words."""
    day = timezone.localtime(notice.created_at).date()
    monday = day - timedelta(days=day.weekday())
    return f"{date_cn(monday)}至{date_cn(monday + timedelta(days=6))}"
