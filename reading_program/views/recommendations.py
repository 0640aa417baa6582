"""推荐: the works put forward to the level above, and the papers that go with them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, form_page, require
from portal.kernel import audit, calendar, files
from portal.kernel.errors import Refused
from reading_program import exports
from reading_program.documents import recommendations as documents
from reading_program.figures import results as figures
from reading_program.forms.results import RecommendForm
from reading_program.models import Edition, Recommendation, Result
from reading_program.permissions import may_edit_edition
from reading_program.services import recommendations as services
from reading_program.views.editions import BY_BUREAU, visible_edition


@require_GET
def recommended(request: PortalRequest, pk: int) -> HttpResponse:
    it = _edition(request, pk)
    final = Result.objects.filter(list__edition=it, list__state="final").awarded()
    chosen = {each.result_id: each for each in _chosen(request, it)}
    page = {
        "edition": it,
        "rows": [{"it": row, "chosen": chosen.get(row.pk)} for row in figures.whole_results(final)],
        "count": len(chosen),
    }
    return render(request, "reading_program/results/recommended.html", page)


def recommend(request: PortalRequest, pk: int) -> HttpResponse:
    found = Result.objects.visible_to(request.user).select_related(
        "list__edition__city", "level", "entry__unit"
    )
    it = get_object_or_404(found, pk=pk)
    require(may_edit_edition(request.user, it.list.edition), BY_BUREAU)
    before = Recommendation.objects.filter(result=it).first()
    form = RecommendForm(request.POST or None, initial={"words": before.words if before else ""})
    if form.is_valid():
        try:
            services.recommend(it, words=form.cleaned_data["words"], by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "列入推荐了")
            return redirect("reading_program:recommended", it.list.edition_id)
    return form_page(
        request, form, title=f"推荐{it}", button="列入推荐", lead=f"{it.entry.unit}，{it.level}",
        back_url=reverse("reading_program:recommended", args=[it.list.edition_id]),
        back_text="向上推荐",
    )  # fmt: skip


@require_POST
def take_back(request: PortalRequest, pk: int) -> HttpResponse:
    found = Recommendation.objects.visible_to(request.user).select_related(
        "result__list__edition__city", "result__entry"
    )
    it = get_object_or_404(found, pk=pk)
    services.take_back(it, by=request.user)
    messages.success(request, "不推荐这一件了")
    return redirect("reading_program:recommended", it.result.list.edition_id)


@require_GET
def workbook(request: PortalRequest, pk: int) -> HttpResponse:
    """推荐作品汇总表."""
    it = _edition(request, pk)
    audit.record("recommended.exported", it, by=request.user)
    content = exports.recommended_workbook(_whole(request, it))
    return files.made(content, f"{it}推荐汇总表.xlsx")


@require_GET
def papers(request: PortalRequest, pk: int) -> HttpResponse:
    """推荐表, one page a work, for the seals."""
    it, found = _to_print(request, pk)
    content = documents.papers_pdf(it, found, on=calendar.today())
    return files.made(content, f"{it}推荐表.pdf")


@require_GET
def papers_word(request: PortalRequest, pk: int) -> HttpResponse:
    """The same in Word, to be written in and sent on."""
    it, found = _to_print(request, pk)
    content = documents.papers_docx(it, found, on=calendar.today())
    return files.made(content, f"{it}推荐表.docx")


def _to_print(request: PortalRequest, pk: int) -> tuple[Edition, list[tuple[Result, str]]]:
    it = _edition(request, pk)
    found = _whole(request, it)
    if not found:
        raise Refused("还没有列入推荐的作品，先从获奖作品里选")
    audit.record("recommended.printed", it, by=request.user)
    return it, found


def _chosen(request: PortalRequest, it: Edition) -> list[Recommendation]:
    found = Recommendation.objects.visible_to(request.user).filter(result__list__edition=it)
    return list(found.order_by("pk"))


def _whole(request: PortalRequest, it: Edition) -> list[tuple[Result, str]]:
    words = {each.result_id: each.words for each in _chosen(request, it)}
    results = Result.objects.filter(pk__in=words).awarded()
    return [(each, words[each.pk]) for each in figures.whole_results(results)]


def _edition(request: PortalRequest, pk: int) -> Edition:
    it = visible_edition(request, pk)
    require(may_edit_edition(request.user, it), BY_BUREAU)
    return it
