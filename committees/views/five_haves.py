"""五有: the board of a year with its gaps, one unit's check, filling it in, looking at it."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from committees import figures
from committees.choices import CheckState, UnitKind
from committees.exports import teams as team_exports
from committees.figures import five_haves as five_haves_figures
from committees.forms.five_haves import DueForm, FillForm, ReviewForm
from committees.http import PortalRequest, form_page, require
from committees.models import FiveHavesAnswer, FiveHavesCheck, Unit
from committees.permissions import (
    city_of,
    home_unit,
    may_anywhere,
    may_edit_unit,
    may_fill_five_haves,
    may_review_five_haves,
    only_own_unit,
)
from committees.policy import Can
from committees.services import five_haves
from committees.views.lists import action
from portal.kernel import audit, calendar, files
from portal.kernel.calendar import date_cn
from portal.kernel.errors import Refused

WHO_READS = "“五有”自查由各单位关工委和上级来看"
BY_UNIT = "“五有”自查由本单位秘书或党组织联系人填写，教办可以代填"
BY_BUREAU = "哪天前交由局关工委工作人员来定"
BY_ABOVE = "复核由上级来做，不复核自己单位的"
TONES = {
    CheckState.DRAFT: "draft",
    CheckState.SUBMITTED: "waiting",
    CheckState.RETURNED: "returned",
    CheckState.CONFIRMED: "done",
}


@require_GET
def now(request: PortalRequest) -> HttpResponse:
    return redirect("committees:five_haves", calendar.today().year)


@require_GET
def board(request: PortalRequest, year: int) -> HttpResponse:
    """Above: how far the units are, and who lacks what. A unit goes straight to its own check."""
    require(may_anywhere(request.user, Can.FIVE_HAVES_VIEW), WHO_READS)
    root = home_unit(request.user)
    assert root is not None  # noqa: S101 - a power comes from a grant
    if only_own_unit(request.user):
        return redirect("committees:five_haves_unit", year, root.pk)
    rows = five_haves_figures.rows(_asked(request), request.user, year=year)
    due, today = five_haves_figures.due_of(root, year), calendar.today()
    if "xlsx" in request.GET:
        audit.record("five_haves.exported", root, by=request.user, note=str(year))
        content = team_exports.five_haves_workbook(rows, year=year, due=due, on=today)
        return files.made(content, f"{year}年五有自查.xlsx")
    export = action("导出表格", "five_haves", year, icon="download")
    export["url"] += "?xlsx=1"
    actions = [export]
    if may_anywhere(request.user, Can.FIVE_HAVES_FILL):
        actions.append(action("交回改好的表", "list_return", "five_haves", icon="upload"))
    if root.city is not None and may_edit_unit(request.user, root.city):
        actions.insert(0, action("定交的日子", "five_haves_due", year, icon="calendar"))
    chosen = request.GET.get("office") or (str(root.pk) if root.kind == UnitKind.OFFICE else "")
    shown = [row for row in rows if five_haves_figures.key_of(row[0]) == chosen]
    page = {
        "year": year,
        "root": root,
        "chosen": _label(shown[0][0]) if shown else "",
        "offices": five_haves_figures.by_office(rows, due=due, on=today),
        "due": due,
        "gaps": five_haves_figures.gaps(rows),
        "haves": five_haves_figures.by_have(rows),
        "rows": [
            _row(year, unit, check) | {"timing": five_haves_figures.timing(check, due, on=today)}
            for unit, check in shown
        ],
        "actions": actions,
    }
    return render(request, "committees/five_haves.html", page)


def due(request: PortalRequest, year: int) -> HttpResponse:
    """The bureau says by when; one day for the whole city and year."""
    city = city_of(request.user)
    require(city is not None and may_edit_unit(request.user, city), BY_BUREAU)
    assert city is not None  # noqa: S101 - required above
    standing = five_haves_figures.due_of(city, year)
    form = DueForm(request.POST or None, initial={"due_on": standing})
    if form.is_valid():
        due_on = form.cleaned_data["due_on"]
        five_haves.set_due(city, year=year, due_on=due_on, by=request.user)
        messages.success(request, f"定好了：{date_cn(due_on)}前交，快到期时各单位的待办里会有")
        return redirect("committees:five_haves", year)
    return form_page(
        request,
        form,
        title=f"{year}年“五有”自查哪天前交",
        lead="全市一个日子。先交后退回补充的，按第一次交的那天算",
        button="定下来",
        back_url=reverse("committees:five_haves", args=[year]),
        back_text="“五有”自查",
    )


def _asked(request: PortalRequest) -> QuerySet[Unit]:
    """Every open unit below that a committee serves, and the offices themselves."""
    today = calendar.today()
    found: QuerySet[Unit] = (
        Unit.objects.reachable_by(request.user, Can.FIVE_HAVES_VIEW)
        .exclude(kind=UnitKind.BUREAU)
        .open_on(today)
        .filter(figures.served_on(today))
        .select_related("office")
        .order_by("path")
    )
    return found


def _label(unit: Unit) -> str:
    return unit.office.name if unit.office else figures.DIRECT


def _row(year: int, unit: Unit, check: FiveHavesCheck | None) -> dict[str, Any]:
    return {
        "unit": unit,
        "url": reverse("committees:five_haves_unit", args=[year, unit.pk]),
        "word": check.get_state_display() if check else "没有填",
        "tone": TONES[CheckState(check.state)] if check else "none",
        "lacking": five_haves_figures.lacking(check) if check else "",
    }


@require_GET
def unit(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    it, check = _of_unit(request, year, pk)
    may_fill = may_fill_five_haves(request.user, it)
    state = check.state if check else CheckState.DRAFT
    due = five_haves_figures.due_of(it, year)
    page = {
        "unit": it,
        "year": year,
        "due": due,
        "timing": five_haves_figures.timing(check, due, on=calendar.today()),
        "check": check,
        "word": check.get_state_display() if check else "还没有填",
        "tone": TONES[CheckState(state)] if check else "none",
        "answers": five_haves_figures.in_order(check) if check else [],
        "may_fill": may_fill and state in {CheckState.DRAFT, CheckState.RETURNED},
        "may_withdraw": may_fill and state == CheckState.SUBMITTED,
        "may_review": check is not None and may_review_five_haves(request.user, check),
        "back_url": _back_url(request, year),
    }
    return render(request, "committees/five_haves_unit.html", page)


def _back_url(request: PortalRequest, year: int) -> str:
    """The board, for whoever has one."""
    if only_own_unit(request.user) or not may_anywhere(request.user, Can.FIVE_HAVES_VIEW):
        return ""
    return reverse("committees:five_haves", args=[year])


def fill(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """Kept as far as it goes; handed in by the second button, when all five are answered."""
    it, _ = _of_unit(request, year, pk)
    require(may_fill_five_haves(request.user, it), BY_UNIT)
    blank = [FiveHavesAnswer(have=have) for have in five_haves_figures.HAVES]
    standing = _with_answers(FiveHavesCheck.objects.filter(unit=it, year=year)).first()
    answers = five_haves_figures.in_order(standing) if standing else blank
    word = standing.own_word if standing else ""
    form = FillForm(request.POST or None, request.FILES or None, answers=answers, word=word)
    if form.is_valid():
        check = five_haves.begin(it, year=year, by=request.user)
        try:
            own_word = form.cleaned_data["own_word"]
            five_haves.fill_in(check, own_word=own_word, answers=form.own(), by=request.user)
            if "submit" in request.POST:
                five_haves.submit(check, at=timezone.now(), by=request.user)
                messages.success(request, "已经交上去了，上级复核以后这里看得到结果")
            else:
                messages.success(request, "已经存好，还没有交。填完再交")
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("committees:five_haves_unit", year, it.pk)
    page = {
        "form": form,
        "title": f"{it}{year}年“五有”自查",
        "lead": standing.return_reason if standing and standing.state == "returned" else "",
        "back_url": reverse("committees:five_haves_unit", args=[year, it.pk]),
        "buttons": [("save", "先存着", False), ("submit", "填好了，交上去", True)],
    }
    status = 422 if form.errors else 200
    return render(request, "committees/five_haves_form.html", page, status=status)


@require_POST
def withdraw(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    it, check = _of_unit(request, year, pk)
    require(may_fill_five_haves(request.user, it), BY_UNIT)
    if check is not None:
        five_haves.withdraw(check, by=request.user)
        messages.success(request, "已经撤回，改好再交")
    return redirect("committees:five_haves_unit", year, it.pk)


def review(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    it, check = _of_unit(request, year, pk)
    allowed = check is not None and may_review_five_haves(request.user, check)
    require(allowed, BY_ABOVE)
    assert check is not None  # noqa: S101 - required above
    form = ReviewForm(request.POST or None, answers=five_haves_figures.in_order(check))
    if form.is_valid():
        try:
            _review(request, check, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("committees:five_haves", year)
    page = {
        "form": form,
        "title": f"复核{it}{year}年“五有”自查",
        "lead": f"本单位小结：{check.own_word}" if check.own_word else "",
        "back_url": reverse("committees:five_haves_unit", args=[year, it.pk]),
        "buttons": [("send_back", "退回补充", False), ("confirm", "保存复核结果", True)],
    }
    status = 422 if form.errors else 200
    return render(request, "committees/five_haves_form.html", page, status=status)


def _review(request: PortalRequest, check: FiveHavesCheck, form: ReviewForm) -> None:
    word, at = form.cleaned_data["word"], timezone.now()
    if "send_back" in request.POST:
        five_haves.send_back(check, note=word, found=form.found(), at=at, by=request.user)
        messages.success(request, f"已经退回{check.unit}，他们看得到要补什么")
    else:
        five_haves.confirm(check, word=word, found=form.found(), at=at, by=request.user)
        messages.success(request, f"{check.unit}的复核结果已经存好")


@require_GET
def evidence(request: PortalRequest, pk: int) -> FileResponse:
    seen = FiveHavesCheck.objects.visible_to(request.user)
    found = FiveHavesAnswer.objects.filter(check_of__in=seen, file__isnull=False)
    answer = get_object_or_404(found.select_related("file"), pk=pk)
    assert answer.file is not None  # noqa: S101 - asked of the query
    return files.response(answer.file, answer.file_name, inline=True)


def _of_unit(request: PortalRequest, year: int, pk: int) -> tuple[Unit, FiveHavesCheck | None]:
    units = Unit.objects.reachable_by(request.user, Can.FIVE_HAVES_VIEW).select_related("office")
    seen = FiveHavesCheck.objects.visible_to(request.user).filter(unit=pk, year=year)
    check = _with_answers(seen).first()
    # Who handed it in reads it after a 换人 too, when the unit itself is no longer in reach.
    it = units.filter(pk=pk).first() or (check.unit if check else None)
    if it is None:
        raise Http404
    return it, check


def _with_answers(checks: QuerySet[FiveHavesCheck]) -> QuerySet[FiveHavesCheck]:
    answers = FiveHavesAnswer.objects.select_related("file")
    return checks.select_related("unit").prefetch_related(Prefetch("answers", queryset=answers))
