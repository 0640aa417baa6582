"""Forms of the 统计年报: their versions, one version's lines, a draft changed and published."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, form_page, require
from committees.permissions import city_of, may_anywhere
from committees.policy import Can
from evaluations.choices import TableLevel, TableState
from evaluations.figures.statistics_form import read_form
from evaluations.forms.statistics import LineForm
from evaluations.models import StatisticsTable
from evaluations.permissions import may_edit_statistics
from evaluations.services import statistics_tables as services
from evaluations.views.shared import posted
from evaluations.views.statistics import BY_BUREAU, READERS
from portal.kernel.errors import BadFile, Refused


@require_GET
def tables(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.STATISTICS_VIEW), READERS)
    seen = StatisticsTable.objects.visible_to(request.user).order_by("level", "name", "-version")
    page = {
        "tables": list(seen.prefetch_related("rounds")),
        "may_edit": may_edit_statistics(request.user, city_of(request.user)),
    }
    return render(request, "evaluations/statistics/tables.html", page)


@require_POST
def standard(request: PortalRequest) -> HttpResponse:
    """Take a form the portal comes with over as a draft: the city's own, or the one for above."""
    city = city_of(request.user)
    require(may_edit_statistics(request.user, city), BY_BUREAU)
    assert city is not None  # noqa: S101 - required above
    is_above = request.POST.get("level") == TableLevel.ABOVE
    made = (services.draft_above if is_above else services.draft_standard)(city, by=request.user)
    messages.success(request, "标准报表放进来了，看一遍再发布")
    return redirect("evaluations:statistics_table", made.pk)


@require_GET
def table(request: PortalRequest, pk: int) -> HttpResponse:
    it = _table(request, pk)
    edits = may_edit_statistics(request.user, it.city)
    page = {
        "it": it,
        "form": read_form(it.content),
        "may_copy": edits,
        "may_publish": edits and it.state == TableState.DRAFT,
    }
    return render(request, "evaluations/statistics/table.html", page)


@require_POST
def copy(request: PortalRequest, pk: int) -> HttpResponse:
    it = _table(request, pk)
    require(may_edit_statistics(request.user, it.city), BY_BUREAU)
    made = services.copy(it, by=request.user)
    messages.success(request, "另存成了新的一版草稿，点一项就能改")
    return redirect("evaluations:statistics_table", made.pk)


@require_POST
def publish(request: PortalRequest, pk: int) -> HttpResponse:
    it = _table(request, pk)
    require(may_edit_statistics(request.user, it.city), BY_BUREAU)
    services.publish(it, by=request.user)
    is_above = it.level == TableLevel.ABOVE
    messages.success(
        request, "发布好了，在全市合计里打开它" if is_above else "发布好了，可以布置给各单位"
    )
    return redirect("evaluations:statistics_table", pk)


def line(request: PortalRequest, pk: int, code: str = "") -> HttpResponse:
    """One line of a draft, or a new one."""
    it = _table(request, pk)
    require(may_edit_statistics(request.user, it.city), BY_BUREAU)
    standing = read_form(it.content).find(code)
    if code and standing is None:
        raise Http404
    is_above = it.level == TableLevel.ABOVE
    form = LineForm(posted(request), standing=standing, is_above=is_above)
    back = reverse("evaluations:statistics_table", args=[pk])
    if form.is_valid():
        written = form.line()
        try:
            services.revise(it, code=written["code"], line=written, by=request.user)
        except (BadFile, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{written['code']} 存好了")
            return redirect(back)
    return form_page(
        request,
        form,
        title=f"改 {code}" if code else "添一项",
        lead=str(it),
        button="存好",
        back_url=back,
        back_text="返回报表",
        note="" if it.state == TableState.DRAFT else "这一版已经发布，不能改；请另存一版来改",
    )


@require_POST
def drop(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    it = _table(request, pk)
    require(may_edit_statistics(request.user, it.city), BY_BUREAU)
    services.drop(it, code=code, by=request.user)
    messages.success(request, f"{code} 拿掉了")
    return redirect("evaluations:statistics_table", pk)


def _table(request: PortalRequest, pk: int) -> StatisticsTable:
    seen = StatisticsTable.objects.visible_to(request.user).select_related("city")
    return get_object_or_404(seen, pk=pk)
