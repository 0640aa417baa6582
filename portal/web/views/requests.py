"""数据收集: what is asked of units beside their work, drafted, priced, sent, answered."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from committees.choices import UnitKind
from committees.http import PortalRequest, form_page, require
from committees.permissions import city_of, may, may_anywhere
from committees.policy import Can
from committees.views.lists import pager_urls
from portal.kernel import calendar, files
from portal.kernel.errors import Refused
from portal.kernel.models import StoredFile
from portal.kernel.paging import read_page
from portal.web import exports
from portal.web.burden_figures import hours_words, over_ceiling, price, units_asked
from portal.web.catalogue import known_for
from portal.web.choices import FieldKind
from portal.web.forms.requests import AnswerForm, RequestForm
from portal.web.models import DataAnswer, DataRequest
from portal.web.permissions import may_answer, may_edit_request, may_follow_request
from portal.web.services import requests as services

BY_BUREAU = "向学校要数据由局关工委发起"
BY_UNIT = "由单位自己填，填不了的由教办代填"


@require_GET
def requests(request: PortalRequest) -> HttpResponse:
    """What was asked: to a unit its own to fill in, to the bureau what it sent."""
    require(may_anywhere(request.user, Can.BURDEN_VIEW))
    waits = DataAnswer.objects.answerable_by(request.user).waiting()
    found = DataRequest.objects.visible_to(request.user)
    page = read_page(found, by=["-created_at", "-pk"], after=request.GET.get("after", ""))
    context = {
        "waiting": waits.select_related("request", "unit").order_by("request__due_on", "pk")[:50],
        "requests": page.rows,
        "may_ask": may_anywhere(request.user, Can.REQUEST_EDIT),
        **pager_urls(request, page),
    }
    return render(request, "portal/requests/list.html", context)


def request_new(request: PortalRequest) -> HttpResponse:
    city = city_of(request.user)
    require(may(request.user, Can.REQUEST_EDIT, city), BY_BUREAU)
    assert city is not None  # noqa: S101 - the power is over a city
    form = RequestForm(request.POST or None)
    if form.is_valid():
        made = services.draft(city, questions=form.questions(), **form.facts(), by=request.user)
        return redirect("web:data_request", made.pk)
    return _form(request, form, "要一次数据", reverse("web:requests"))


def request_edit(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    require(may_edit_request(request.user, it), "已经发出去了，不能再改。要补问，另发一次")
    form = RequestForm(request.POST or None, request=it)
    if form.is_valid():
        services.redraft(it, questions=form.questions(), **form.facts(), by=request.user)
        return redirect("web:data_request", it.pk)
    return _form(request, form, f"修改“{it}”", reverse("web:data_request", args=[it.pk]))


def _form(request: PortalRequest, form: RequestForm, title: str, back_url: str) -> HttpResponse:
    return form_page(
        request,
        form,
        title=title,
        lead="下一步会告诉您哪些已经有了、要花各单位多少时间，看过再发",
        button="看看要花多少时间",
        back_url=back_url,
    )


@require_GET
def data_request(request: PortalRequest, pk: int) -> HttpResponse:
    """A draft with its price; a sent one with its answers as far as one may see them."""
    it = _visible(request, pk)
    if may_edit_request(request.user, it):
        return _draft(request, it)
    answers = _answers(request, it)
    fields = list(it.fields.all())
    page = {
        "it": it,
        "facts": _facts(it),
        "fields": [{"field": one, "where": exports.source_words(one)} for one in fields],
        "columns": [{"label": "单位"}, *({"label": one.label} for one in fields)],
        "rows": [_row(answer, fields, request.user) for answer in answers],
        "answered": sum(answer.answered_at is not None for answer in answers),
        "total": len(answers),
        "may_close": may_follow_request(request.user, it) and it.closed_at is None,
        "may_follow": may_follow_request(request.user, it),
    }
    return render(request, "portal/requests/sent.html", page)


def _row(answer: DataAnswer, fields: Any, user: Any) -> dict[str, Any]:
    own = may_answer(user, answer) and answer.fields_asked
    url = reverse("web:data_answer", args=[answer.pk]) if own else ""
    cells: list[dict[str, Any]] = [{"text": answer.unit.name, "url": url, "main": True}]
    for field in fields:
        cell: dict[str, Any] = {"text": exports.shown(answer, field) or "还没填"}
        cell["label"] = field.label
        if isinstance(answer.values.get(str(field.pk)), dict):
            cell["url"] = reverse("web:data_file", args=[answer.pk, field.pk])
        cells.append(cell)
    return {"cells": cells}


def _draft(request: PortalRequest, it: DataRequest) -> HttpResponse:
    on, fields = calendar.today(), list(it.fields.all())
    units, cost = units_asked(it, on=on).count(), price(fields)
    ceiling, over = over_ceiling(it, on=on)
    saved = sum(1 for field in fields if field.source)
    page = {
        "it": it,
        "facts": _facts(it),
        "fields": [
            {
                "field": field,
                "known": known_for(field.label) if field.kind != FieldKind.FILE else [],
                "where": exports.source_words(field),
            }
            for field in fields
        ],
        "units": units,
        "cost": cost,
        "each": hours_words(cost.minutes),
        "whole": hours_words(cost.minutes * units),
        "saved": saved,
        "ceiling": ceiling,
        "over": over,
    }
    return render(request, "portal/requests/draft.html", page)


def _facts(it: DataRequest) -> list[dict[str, str]]:
    kinds = "、".join(UnitKind(kind).label for kind in it.unit_kinds)
    return [
        {"label": "依据", "value": it.basis},
        {"label": "向谁要", "value": kinds},
        {"label": "哪天前交", "value": calendar.date_cn(it.due_on)},
    ]


@require_POST
def request_sources(request: PortalRequest, pk: int) -> HttpResponse:
    """Take what is known from the records, or ask for it."""
    it = _visible(request, pk)
    require(may_edit_request(request.user, it), BY_BUREAU)
    sources = {field.pk: request.POST.get(f"source{field.pk}", "") for field in it.fields.all()}
    services.choose_sources(it, sources=sources, by=request.user)
    return redirect("web:data_request", it.pk)


@require_POST
def request_send(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    require(may_edit_request(request.user, it), "已经发出去了")
    count = services.send(it, on=calendar.today(), now=timezone.now(), by=request.user)
    told = f"发给了 {count} 个单位" if count else "全部从记录里取到了，没有麻烦任何单位"
    messages.success(request, told)
    return redirect("web:data_request", it.pk)


@require_POST
def request_close(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    require(may_follow_request(request.user, it), BY_BUREAU)
    services.close(it, now=timezone.now(), by=request.user)
    messages.success(request, "结束了，各单位不用再填")
    return redirect("web:data_request", it.pk)


@require_GET
def request_export(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    require(may_follow_request(request.user, it), BY_BUREAU)
    content = exports.answers_workbook(it, _answers(request, it))
    return files.made(content, f"{it.title}.xlsx")


def answer(request: PortalRequest, pk: int) -> HttpResponse:
    """One unit's answer; what the records knew is not asked."""
    found = DataAnswer.objects.visible_to(request.user).select_related("request", "unit")
    it = get_object_or_404(found, pk=pk)
    if not may_answer(request.user, it) and request.method == "GET" and it.answered_at:
        return _answered(request, it)
    require(may_answer(request.user, it), BY_UNIT)
    form = AnswerForm(request.POST or None, request.FILES or None, answer=it)
    if form.is_valid() and _save(request, it, form):
        messages.success(request, f"“{it.request}”交上去了，谢谢您")
        return redirect("web:requests")
    due, left = calendar.date_cn(it.request.due_on), it.request.fields.exclude(source="").count()
    return form_page(
        request,
        form,
        title=f"{it.request}：{it.unit}",
        lead=f"{due}前交。依据：{it.request.basis}",
        note=f"另有 {left} 项已从记录里取到，不用您填" if left else "",
        button="交上去",
        back_url=reverse("web:requests"),
        back_text="数据收集",
    )


def _answered(request: PortalRequest, it: DataAnswer) -> HttpResponse:
    """What was said, to read: the request is over, or the post has gone to another."""
    said = [
        {"label": one.label, "value": exports.shown(it, one)} for one in it.request.fields.all()
    ]
    page = {
        "it": it,
        "rows": [{"label": "依据", "value": it.request.basis}, *said],
        "back_url": reverse("web:written"),
    }
    return render(request, "portal/requests/answered.html", page)


def _save(request: PortalRequest, it: DataAnswer, form: AnswerForm) -> bool:
    """Keep files and words; a file that is not what it says is told beside its question."""
    values: dict[str, Any] = form.values()
    for key, upload in form.uploads().items():
        try:
            stored = files.store_paper(upload)
        except Refused as refusal:
            form.add_error(f"f{key}", str(refusal))
            return False
        values[key] = {"file": stored.pk, "name": str(upload.name)[:120]}
    services.answer(it, values=values, now=timezone.now(), by=request.user)
    return True


@require_GET
def data_file(request: PortalRequest, pk: int, field_pk: int) -> FileResponse:
    it = get_object_or_404(DataAnswer.objects.visible_to(request.user), pk=pk)
    value = it.values.get(str(field_pk))
    if not isinstance(value, dict):
        raise Http404
    stored = get_object_or_404(StoredFile, pk=value["file"])
    return files.response(stored, value["name"], inline=True)


def _visible(request: PortalRequest, pk: int) -> DataRequest:
    found = DataRequest.objects.visible_to(request.user).select_related("city")
    return get_object_or_404(found, pk=pk)


def _answers(request: PortalRequest, it: DataRequest) -> list[DataAnswer]:
    found = it.answers.all() & DataAnswer.objects.visible_to(request.user)
    return list(found.select_related("unit", "request").order_by("unit__path"))
