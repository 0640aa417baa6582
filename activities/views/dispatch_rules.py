"""What a city's dispatching goes by: topics, limits, seasons and teams, kept by the bureau."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from activities.choices import DayPart
from activities.forms.mentors import RulesForm, SeasonForm, TopicForm
from activities.models import DispatchSeason, LectureTopic
from activities.services import mentors
from committees.choices import SchoolStage
from committees.http import PortalRequest, form_page, require
from committees.models import Unit
from committees.permissions import city_of, may_edit_unit

BY_BUREAU = "专题和派单规则由局关工委来定"


@require_GET
def rules(request: PortalRequest) -> HttpResponse:
    city = _city(request)
    mentors.ensure_topics(city, by=request.user)
    page = {
        "rules": mentors.rules_of(city),
        "topics": city.lecture_topics.all(),
        "seasons": [_season(season) for season in city.dispatch_seasons.all()],
    }
    return render(request, "activities/mentors/rules.html", page)


def edit(request: PortalRequest) -> HttpResponse:
    city = _city(request)
    now = mentors.rules_of(city)
    names = ("answer_days", "most_a_term", "rest_days", "asks_next_itself")
    form = RulesForm(request.POST or None, initial={name: getattr(now, name) for name in names})
    if form.is_valid():
        mentors.set_rules(city, by=request.user, **form.cleaned_data)
        return _done(request, "规则改好了，以后派单按它来")
    return _form(request, form, "派单规则", "保存")


def topic_new(request: PortalRequest) -> HttpResponse:
    city = _city(request)
    form = TopicForm(request.POST or None)
    if form.is_valid():
        mentors.save_topic(city, **form.cleaned_data, by=request.user)
        return _done(request, "加上了")
    return _form(request, form, "加一个专题", "加上")


def topic_edit(request: PortalRequest, pk: int) -> HttpResponse:
    city = _city(request)
    topic = get_object_or_404(LectureTopic.objects.filter(city=city), pk=pk)
    initial = {"name": topic.name, "is_open": topic.is_open}
    form = TopicForm(request.POST or None, initial=initial)
    if form.is_valid():
        mentors.save_topic(city, topic=topic, **form.cleaned_data, by=request.user)
        return _done(request, "改好了")
    return _form(request, form, f"修改专题：{topic}", "保存")


def season_new(request: PortalRequest) -> HttpResponse:
    city = _city(request)
    form = SeasonForm(request.POST or None)
    if form.is_valid():
        mentors.add_season(city, **form.cleaned_data, by=request.user)
        return _done(request, "加上了，这些日子不派导师出去")
    return _form(request, form, "加一段不安排的日子", "加上")


@require_POST
def season_remove(request: PortalRequest, pk: int) -> HttpResponse:
    season = get_object_or_404(DispatchSeason.objects.filter(city=_city(request)), pk=pk)
    mentors.remove_season(season, by=request.user)
    return _done(request, f"“{season.name}”去掉了")


def _season(season: DispatchSeason) -> dict[str, Any]:
    def said(key: int) -> str:
        return f"{key // 100}月{key % 100}日"

    stages = "、".join(SchoolStage(stage).label for stage in season.stages)
    return {
        "season": season,
        "days": f"每年{said(season.first)}至{said(season.last)}",
        "parts": "、".join(DayPart(part).label for part in season.parts),
        "stages": stages or "所有单位",
    }


def _city(request: PortalRequest) -> Unit:
    city = city_of(request.user)
    require(city is not None and may_edit_unit(request.user, city), BY_BUREAU)
    assert city is not None  # noqa: S101 - just asked
    return city


def _done(request: PortalRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("activities:dispatch_rules")


def _form(request: PortalRequest, form: forms.Form, title: str, button: str) -> HttpResponse:
    return form_page(
        request, form, title=title, button=button,
        back_url=reverse("activities:dispatch_rules"), back_text="专题和派单规则",
    )  # fmt: skip
