"""Running a judging, for the bureau: rounds, judges, names found in the texts, progress."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, form_page, require
from portal.kernel import anonymous
from portal.kernel.errors import Refused
from portal.kernel.models import Job
from reading_program.choices import CopyState, RoundState, SheetState
from reading_program.forms.judging import JudgeForm, RoundForm
from reading_program.forms.rounds import ReplaceFileForm
from reading_program.models import BlindCopy, Edition, Judge, JudgingRound
from reading_program.permissions import may_edit_edition
from reading_program.services import copies as copy_services
from reading_program.services import judging as services
from reading_program.views.editions import BY_BUREAU, visible_edition
from reading_program.views.rounds import visible_round

AROUND = 12  # characters shown on each side of a name that was found
TONES = {RoundState.PREPARING: "draft", RoundState.OPEN: "waiting", RoundState.CLOSED: "done"}


@require_GET
def rounds(request: PortalRequest, pk: int) -> HttpResponse:
    it = _edition(request, pk)
    listed = it.rounds.select_related("track", "group", "edition").annotate(
        works=Count("copies", distinct=True),
        waiting=Count("copies", filter=Q(copies__state=CopyState.WAITING), distinct=True),
        sheets=Count("copies__sheets", filter=~Q(copies__sheets__state=SheetState.DECLINED)),
        marked=Count("copies__sheets", filter=Q(copies__sheets__state=SheetState.SUBMITTED)),
    )
    page = {
        "edition": it,
        "rounds": [{"it": each, "tone": TONES[RoundState(each.state)]} for each in listed],
        "judges": it.judges.select_related("account", "school").prefetch_related("former_schools"),
    }
    return render(request, "reading_program/judging/rounds.html", page)


def round_new(request: PortalRequest, pk: int) -> HttpResponse:
    it = _edition(request, pk)
    form = RoundForm(request.POST or None, edition=it)
    if form.is_valid():
        data = dict(form.cleaned_data)
        try:
            made = services.prepare_round(data.pop("track"), **data, by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "编号已经排好。看一下文中写到的姓名和校名，再开评")
            return redirect("reading_program:round", made.pk)
    return form_page(
        request,
        form,
        title="安排一轮评审",
        button="排编号，查姓名",
        back_url=reverse("reading_program:rounds", args=[it.pk]),
        back_text="评审",
    )


def judge_new(request: PortalRequest, pk: int) -> HttpResponse:
    it = _edition(request, pk)
    form = JudgeForm(request.POST or None, edition=it)
    if form.is_valid():
        data = dict(form.cleaned_data)
        judge = services.appoint_judge(it, **data, by=request.user)
        messages.success(request, f"已经请{judge}当评委")
        return redirect("reading_program:rounds", it.pk)
    return form_page(
        request,
        form,
        title="请一位评委",
        button="请他当评委",
        back_url=reverse("reading_program:rounds", args=[it.pk]),
        back_text="评审",
    )


@require_GET
def show(request: PortalRequest, pk: int) -> HttpResponse:
    """How far everybody is; who gave which mark is not shown here before the round is closed."""
    it = visible_round(request, pk)
    copies = it.copies.annotate(
        judged=Count("sheets", filter=Q(sheets__state=SheetState.SUBMITTED)),
        asked=Count("sheets", filter=~Q(sheets__state=SheetState.DECLINED)),
    )
    cleaning = sum(copy.file_waits for copy in copies)
    page = {
        "round": it,
        "tone": TONES[RoundState(it.state)],
        "waiting": [copy for copy in copies if copy.state == CopyState.WAITING],
        "cleaning": cleaning,
        "job": _job(it) if cleaning else None,
        "is_short": it.state == RoundState.OPEN and any(c.asked < it.judges_each for c in copies),
        "copies": copies,
        "judges": _progress(it),
    }
    return render(request, "reading_program/judging/round.html", page)


@require_POST
def round_open(request: PortalRequest, pk: int) -> HttpResponse:
    it = visible_round(request, pk)
    services.open_round(it, by=request.user)
    messages.success(request, "已经分给评委，可以开始评了")
    return redirect("reading_program:round", it.pk)


@require_POST
def round_close(request: PortalRequest, pk: int) -> HttpResponse:
    it = visible_round(request, pk)
    services.close_round(it, by=request.user)
    messages.success(request, "这一轮评完了")
    return redirect("reading_program:round", it.pk)


def copy(request: PortalRequest, pk: int) -> HttpResponse:
    """The names found in one text: cross them out, or let them stand."""
    found = BlindCopy.objects.visible_to(request.user).select_related(
        "round__edition__city", "file"
    )
    it = get_object_or_404(found, pk=pk)
    require(it.round.state == RoundState.PREPARING, "已经开评，评委看到的文字不能再改")
    if request.method == "POST":
        copy_services.clear_copy(it, cover="cover" in request.POST, by=request.user)
        messages.success(request, f"{it.code} 已经核对")
        following = it.round.copies.filter(state=CopyState.WAITING).first()
        if following is not None:
            return redirect("reading_program:blind_copy", following.pk)
        return redirect("reading_program:round", it.round_id)
    text = f"{it.title}\n{it.text}"
    page = {
        "copy": it,
        "round": it.round,
        "hits": [_hit(text, hit) for hit in _hits(text, it)],
        "form": ReplaceFileForm(),
        "file_name": copy_services.file_name(it) if it.file else "",
    }
    return render(request, "reading_program/judging/copy.html", page)


def _job(it: JudgingRound) -> Job | None:
    """The job that cleans the files of this round, to look at or to start anew."""
    return Job.objects.filter(key=f"{copy_services.CLEAN}:{it.pk}").first()


@require_POST
def round_clean(request: PortalRequest, pk: int) -> HttpResponse:
    it = visible_round(request, pk)
    job = copy_services.start_cleaning(it, by=request.user)
    return redirect("web:job", job.pk)


def _hits(text: str, it: BlindCopy) -> list[anonymous.Hit]:
    return anonymous.hits(text, it.words)


def _hit(text: str, hit: anonymous.Hit) -> dict[str, str]:
    return {
        "before": text[max(0, hit.start - AROUND) : hit.start],
        "word": text[hit.start : hit.end],
        "after": text[hit.end : hit.end + AROUND],
    }


def _progress(it: JudgingRound) -> list[Any]:
    mine = Q(sheets__copy__round=it) & ~Q(sheets__state=SheetState.DECLINED)
    return list(
        Judge.objects.filter(edition=it.edition_id)
        .select_related("account")
        .annotate(
            asked=Count("sheets", filter=mine),
            done=Count("sheets", filter=mine & Q(sheets__state=SheetState.SUBMITTED)),
        )
        .order_by("pk")
    )


def _edition(request: PortalRequest, pk: int) -> Edition:
    it = visible_edition(request, pk)
    require(may_edit_edition(request.user, it), BY_BUREAU)
    return it
