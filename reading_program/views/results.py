"""Results for the bureau: levels, pending lists, changes with reasons, publishing together."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, form_page, require
from portal.kernel import calendar
from portal.kernel.calendar import date_cn
from portal.kernel.errors import Refused
from reading_program.choices import ListState, RoundState, TieAtCut
from reading_program.figures import results as figures
from reading_program.forms.results import (
    AdjustForm,
    HonourRulesForm,
    LateForm,
    LevelsForm,
    PublishForm,
    ReasonForm,
    TiesForm,
)
from reading_program.models import Edition, JudgingRound, Result, ResultList
from reading_program.permissions import may_edit_edition
from reading_program.services import honours, publicity
from reading_program.services import results as services
from reading_program.views.editions import BY_BUREAU, visible_edition

TONES = {ListState.PENDING: "draft", ListState.PUBLISHED: "waiting", ListState.FINAL: "done"}


@require_GET
def results(request: PortalRequest, pk: int) -> HttpResponse:
    """How far each track and group is, and what comes next."""
    it = _edition(request, pk)
    lists = it.result_lists.select_related("track", "group").annotate(
        works=Count("results"),
        awarded=Count("results", filter=Q(results__level__isnull=False, results__revoked_at=None)),
    )
    rows = list(lists.order_by("track__position", "group__position"))
    settled = {row.track_id for row in rows if row.state != ListState.PENDING}
    closed = it.rounds.filter(state=RoundState.CLOSED).select_related("track", "group")
    page = {
        "edition": it,
        "rows": [{"it": row, "tone": TONES[ListState(row.state)]} for row in rows],
        "rounds": [each for each in closed.order_by("-closed_at") if each.track_id not in settled],
        "pending": sum(row.state == ListState.PENDING for row in rows),
        "publicities": it.publicities.annotate(
            waiting=Count("objections", filter=Q(objections__state="received"))
        ).order_by("-published_at"),
        "tracks": it.tracks.all(),
    }
    return render(request, "reading_program/results/board.html", page)


@require_POST
def decide(request: PortalRequest, pk: int) -> HttpResponse:
    found = JudgingRound.objects.visible_to(request.user).select_related("edition__city", "track")
    here = get_object_or_404(found, pk=pk)
    made = services.decide(here, by=request.user)
    messages.success(request, "按评审的分数定好了，还没有公布，只有局关工委看得到")
    if len(made) == 1:
        return redirect("reading_program:result_list", made[0].pk)
    return redirect("reading_program:results", here.edition_id)


@require_GET
def show(request: PortalRequest, pk: int) -> HttpResponse:
    """The order with its cut lines, equals across them, and what was changed by hand."""
    it = _list(request, pk)
    listed = list(
        it.results.select_related("entry__unit", "level", "by_cut").order_by("place", "pk")
    )
    limits = _limits(it)
    page = {
        "list": it,
        "tone": TONES[ListState(it.state)],
        "rows": [
            {"it": row, "line": limits.get(at), "is_withdrawn": row.entry.state != "city"}
            for at, row in enumerate(listed, start=1)
        ],
        "ties": TieAtCut.choices,
        "is_pending": it.state == ListState.PENDING,
        "is_public": it.publicity is not None and it.publicity.is_shown(on=calendar.today()),
    }
    return render(request, "reading_program/results/list.html", page)


def _limits(it: ResultList) -> dict[int, str]:
    """After which row a level's number is used up, in words."""
    lines: dict[int, str] = {}
    total = 0
    for row in it.cuts:
        total += row["count"]
        if row["count"]:
            lines[total] = f"{row['name']}取 {row['count']} 件，到这里"
    return lines


@require_POST
def ties(request: PortalRequest, pk: int) -> HttpResponse:
    it = _list(request, pk)
    form = TiesForm(request.POST)
    if form.is_valid():
        services.recut(it, ties=TieAtCut(form.cleaned_data["ties"]), by=request.user)
        messages.success(request, "按这个办法重新划线了，手工调整过的也回到了分数的结果")
    return redirect("reading_program:result_list", it.pk)


def adjust(request: PortalRequest, pk: int) -> HttpResponse:
    it = _result(request, pk)
    levels = services.levels_of(it.list.track, it.list.group)
    given = {"level": it.level_id, "reason": it.reason, "version": it.version}
    form = AdjustForm(request.POST or None, levels=levels, initial=given)
    if form.is_valid():
        try:
            services.adjust(it, **form.cleaned_data, by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "改好了，原因记在名单里")
            return redirect("reading_program:result_list", it.list_id)
    return _on_result(request, form, it, title=f"调整{it}的等次", button="改等次")


def revoke(request: PortalRequest, pk: int) -> HttpResponse:
    it = _result(request, pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        publicity.revoke(it, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "撤销了，后面的作品不会自动补上来")
        return redirect("reading_program:result_list", it.list_id)
    return _on_result(request, form, it, title=f"撤销{it}的奖", button="撤销")


def late(request: PortalRequest, pk: int) -> HttpResponse:
    it = _result(request, pk)
    form = LateForm(request.POST or None, levels=services.levels_of(it.list.track, it.list.group))
    if form.is_valid():
        try:
            publicity.award_late(it, **form.cleaned_data, on=calendar.today(), by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "补授了，公示的天数从明天重新算")
            return redirect("reading_program:result_list", it.list_id)
    return _on_result(request, form, it, title=f"给{it}补授", button="补授，重新公示")


def _on_result(
    request: PortalRequest, form: Any, it: Result, *, title: str, button: str
) -> HttpResponse:
    return form_page(
        request, form, title=title, button=button,
        lead=f"{it.entry.unit}，第 {it.place} 名，现在是{it.level or '不授奖'}",
        back_url=reverse("reading_program:result_list", args=[it.list_id]),
        back_text=str(it.list),
    )  # fmt: skip


def levels(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    """Levels of a track; `?group=` those of one group alone."""
    it = _edition(request, pk)
    track = get_object_or_404(it.tracks.select_related("edition__city"), code=code)
    number = request.GET.get("group", "")
    group = it.groups.filter(pk=number).first() if number.isdecimal() else None
    form = LevelsForm(request.POST or None, levels=services.levels_of(track, group))
    if form.is_valid():
        try:
            services.set_levels(track, group=group, rows=form.rows, by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "保存好了，还没公布的名单已经按新的等次划线")
            return redirect("reading_program:results", it.pk)
    return form_page(
        request, form, title=f"{track.name}{group or ''}的等次", button="保存",
        lead="只管这一个组别" if group else "每个组别各按这个比例或个数取",
        back_url=reverse("reading_program:results", args=[it.pk]), back_text="评选结果",
    )  # fmt: skip


def honour_rules(request: PortalRequest, pk: int) -> HttpResponse:
    """The rule, and whom it would give today; nothing is kept before the results are published."""
    it = _edition(request, pk)
    rules = honours.rules_of(it)
    form = HonourRulesForm(request.POST or None, initial=HonourRulesForm.initial_of(rules))
    if form.is_valid():
        honours.set_rules(it, **form.cleaned_data, by=request.user)
        messages.success(request, "保存好了，下面是按它算出来的名单")
        return redirect("reading_program:honour_rules", it.pk)
    pending = Result.objects.filter(list__edition=it, list__state=ListState.PENDING).awarded()
    page = {
        "edition": it,
        "form": form,
        "proposed": honours.proposed(figures.whole_results(pending), rules),
        "given": it.honours.standing().select_related("unit").order_by("kind", "unit__path", "pk"),
    }
    status = 422 if form.errors else 200
    return render(request, "reading_program/results/honours.html", page, status=status)


def publish(request: PortalRequest, pk: int) -> HttpResponse:
    """Look once more at what is published together, then do it."""
    it = _edition(request, pk)
    form = PublishForm(request.POST or None, initial={"starts_on": calendar.today().isoformat()})
    if form.is_valid():
        try:
            made = publicity.publish(it, **form.cleaned_data, now=timezone.now(), by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已经公布，公示到{date_cn(made.ends_on)}，学校都通知到了")
            return redirect("reading_program:publicity", made.pk)
    lists = it.result_lists.filter(state=ListState.PENDING).select_related("track", "group")
    page = {
        "edition": it,
        "form": form,
        "names": [
            f"{each}：{each.awarded} 件获奖"
            for each in lists.annotate(
                awarded=Count("results", filter=Q(results__level__isnull=False))
            ).order_by("track__position", "group__position")
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "reading_program/results/publish.html", page, status=status)


def _edition(request: PortalRequest, pk: int) -> Edition:
    it = visible_edition(request, pk)
    require(may_edit_edition(request.user, it), BY_BUREAU)
    return it


def _list(request: PortalRequest, pk: int) -> ResultList:
    found = ResultList.objects.visible_to(request.user).select_related(
        "edition__city", "track", "group", "publicity"
    )
    return get_object_or_404(found, pk=pk)


def _result(request: PortalRequest, pk: int) -> Result:
    """One the bureau may change; a school that may read its own is told who decides."""
    found: QuerySet[Result] = Result.objects.visible_to(request.user).select_related(
        "list__edition__city", "list__track", "list__group", "list__publicity", "entry__unit",
        "level",
    )  # fmt: skip
    it = get_object_or_404(found, pk=pk)
    require(may_edit_edition(request.user, it.list.edition), BY_BUREAU)
    return it
