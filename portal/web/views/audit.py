"""The audit trail in plain words: who did what, when, from where, and what it was before."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from committees.http import PortalRequest, require
from committees.permissions import home_unit, may_anywhere
from committees.policy import Can
from committees.views.lists import applied_words, pager_urls
from portal.kernel import audit, calendar, files
from portal.kernel.models import AuditEvent
from portal.kernel.paging import read_page
from portal.kernel.workbooks import NewSheet, meaning_sheet, write_workbook
from portal.web import audit_trail as trail
from portal.web.audit_words import in_words
from portal.web.forms.audit import AuditFilterForm

WHO_READS = "操作日志由局关工委办和审计的同志查看"
MOST_ROWS = 50_000
NEWEST = ["-at", "-pk"]
MEANING = (
    ("这张表", "谁在什么时候、从哪个网络地址、对什么做了什么。只能加，不能改，也不能删"),
    ("网络地址为空", "系统自己做的，例如夜里的自动任务"),
    ("被拦下", "想看或想改不归自己管的东西，或者交上来的时候已经变了，没有办成"),
    ("原来、现在", "只在状态变了的时候有；各栏的改动在网页上点开这一行看"),
)


@require_GET
def audit_trail(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.AUDIT_VIEW), WHO_READS)
    form = AuditFilterForm(request.GET or None)
    page = read_page(_found(request, form), by=NEWEST, after=request.GET.get("after", ""))
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    context = {
        "form": form,
        "applied": applied_words(request, form),
        "rows": [line(event) for event in page.rows],
        "actions": [
            {"label": "导出表格", "url": reverse("web:audit_export") + query, "icon": "download"},
            {"label": "谁看过孩子的资料", "url": reverse("web:audit_children"), "icon": "shield"},
        ],
        **pager_urls(request, page),
    }
    return render(request, "portal/audit/list.html", context)


def _found(request: PortalRequest, form: AuditFilterForm) -> QuerySet[AuditEvent]:
    found = trail.visible_to(request.user)
    if not (form.is_bound and form.is_valid()):
        return found
    chosen = form.cleaned_data
    return trail.narrowed(
        found,
        words=chosen["q"].strip(),
        group=chosen["group"],
        since=chosen["since"],
        until=chosen["until"],
    )


def line(event: AuditEvent) -> dict[str, Any]:
    """One event as the page and the workbook say it."""
    is_refused = event.verb == "request.refused"
    return {
        "pk": event.pk,
        "at": timezone.localtime(event.at),
        "who": event.actor_name,
        "what": in_words(event.verb),
        "about": event.target_label,
        "note": trail.WHY.get(event.note, event.note) if is_refused else event.note,
        "origin": event.origin,
        "is_refused": is_refused or event.verb == "account.sign_in_refused",
        "before": event.before,
        "after": event.after,
    }


@require_GET
def audit_event(request: PortalRequest, pk: int) -> HttpResponse:
    """One line whole, with each field of the row before and after."""
    require(may_anywhere(request.user, Can.AUDIT_VIEW), WHO_READS)
    event = trail.get_or_404(request.user, pk)
    page = {"line": line(event), "changes": trail.changes_of(event)}
    return render(request, "portal/audit/event.html", page)


@never_cache
@require_GET
def audit_export(request: PortalRequest) -> HttpResponse:
    """The same lines with the same filter; taking them away is a line itself."""
    require(may_anywhere(request.user, Can.AUDIT_VIEW), WHO_READS)
    form = AuditFilterForm(request.GET or None)
    events = list(_found(request, form).order_by(*NEWEST)[:MOST_ROWS])
    root = home_unit(request.user)
    assert root is not None  # noqa: S101 - a power comes from a grant
    said = "；".join(word for word, _ in applied_words(request, form))
    audit.record("audit.exported", root, by=request.user, note=f"{len(events)} 行 {said}".strip())
    name = f"操作日志{calendar.today().isoformat()}.xlsx"
    return files.made(_workbook([line(each) for each in events]), name)


def _workbook(lines: Sequence[dict[str, Any]]) -> bytes:
    headings = ("时间", "谁", "做了什么", "对什么", "说明", "原来", "现在", "网络地址")
    rows = [
        (
            each["at"].strftime("%Y-%m-%d %H:%M:%S"),
            *(each["who"], each["what"], each["about"], each["note"]),
            *(each["before"], each["after"], each["origin"]),
        )
        for each in lines
    ]
    return write_workbook([NewSheet("操作日志", headings, rows), meaning_sheet(MEANING)])


@require_GET
def children_read(request: PortalRequest) -> HttpResponse:
    """Who looked at, printed or took away what is kept of children."""
    require(may_anywhere(request.user, Can.AUDIT_VIEW), WHO_READS)
    found = trail.about_children(request.user)
    page = read_page(found, by=NEWEST, after=request.GET.get("after", ""))
    context = {"rows": [line(each) for each in page.rows], **pager_urls(request, page)}
    return render(request, "portal/audit/children.html", context)
