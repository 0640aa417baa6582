"""抓两头促中间: the board by band, coaching, the list for the level above and its forms."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, form_page, require
from committees.permissions import city_of, may_anywhere, only_own_unit
from committees.policy import Can
from evaluations.choices import RecommendationState
from evaluations.documents import levels as documents
from evaluations.figures import levels as figures
from evaluations.forms.levels import CoachingForm, RecommendForm, UpperListForm
from evaluations.models import Appraisal, Recommendation, UpperList
from evaluations.permissions import may_ask_mending, may_edit_rubrics
from evaluations.services import levels as services
from evaluations.views.five_good import appraisal_for
from evaluations.views.reports import FROM_ABOVE
from evaluations.views.shared import BY_BUREAU, campaign_for, posted
from evaluations.workflow import RECOMMENDATION
from portal.kernel import calendar, files
from portal.kernel.errors import Refused

TONES = {
    RecommendationState.PROPOSED: "draft",
    RecommendationState.SENT: "waiting",
    RecommendationState.AWARDED: "done",
    RecommendationState.DROPPED: "void",
}


@require_GET
def board(request: PortalRequest, pk: int) -> HttpResponse:
    """Every unit by band, what the next grade asks, and the help it has had."""
    it = campaign_for(request, pk)
    require(not only_own_unit(request.user), FROM_ABOVE)
    found = figures.standings(it, Appraisal.objects.visible_to(request.user))
    page = {
        "it": it,
        "bands": [(band, [one for one in found if one.band == band]) for band in figures.BANDS],
        "may_coach": may_anywhere(request.user, Can.FIVE_GOOD_REVIEW),
    }
    return render(request, "evaluations/five_good/board.html", page)


def coaching_new(request: PortalRequest, pk: int) -> HttpResponse:
    it = appraisal_for(request, pk)
    require(may_ask_mending(request.user, it), "走访帮扶由教办和市局来记")
    form = CoachingForm(posted(request), initial={"who": str(request.user)})
    back = reverse("evaluations:level_board", args=[it.campaign_id])
    if form.is_valid():
        services.coach(it, by=request.user, **form.cleaned_data)
        messages.success(request, f"{it.unit.name}：走访帮扶记下了")
        return redirect(back)
    return form_page(
        request, form, title="记一次走访帮扶", button="记下", back_url=back, lead=it.unit.name
    )


@require_GET
def uppers(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.FIVE_GOOD_EDIT), BY_BUREAU)
    page = {"lists": UpperList.objects.visible_to(request.user).order_by("-year", "level")}
    return render(request, "evaluations/five_good/uppers.html", page)


def upper_new(request: PortalRequest) -> HttpResponse:
    city = city_of(request.user)
    require(may_edit_rubrics(request.user, city), BY_BUREAU)
    assert city is not None  # noqa: S101 - a power comes from a grant
    form = UpperListForm(posted(request))
    if form.is_valid():
        try:
            made = services.open_list(
                city, year=calendar.today().year, by=request.user, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("evaluations:upper", made.pk)
    back = reverse("evaluations:uppers")
    return form_page(request, form, title="新的推荐名单", button="存下来", back_url=back)


@require_GET
def upper(request: PortalRequest, pk: int) -> HttpResponse:
    """Target, quota, who is ready, who is put forward."""
    it = get_object_or_404(UpperList.objects.visible_to(request.user), pk=pk)
    standing = it.recommendations.select_related("appraisal__unit__office")
    found = figures.forecast(it, Appraisal.objects.visible_to(request.user))
    ready, reach = figures.within_reach(found)
    on_list = {one.appraisal_id for one in standing}
    page = {
        "it": it,
        "ready": ready,
        "reach": reach,
        "awarded": sum(one.state == RecommendationState.AWARDED for one in standing),
        "standing": [(one, TONES[RecommendationState(one.state)], _steps(one)) for one in standing],
        "forecast": [
            (one, one.missing <= 0 and one.appraisal.state in services.FINAL)
            for one in found
            if one.appraisal.pk not in on_list
        ],
    }
    return render(request, "evaluations/five_good/upper.html", page)


def _steps(one: Recommendation) -> list[tuple[str, str]]:
    return [(name, RECOMMENDATION.steps[name].label) for name in RECOMMENDATION.open_to(one)]


def recommend(request: PortalRequest, pk: int, appraisal_pk: int) -> HttpResponse:
    it = get_object_or_404(UpperList.objects.visible_to(request.user), pk=pk)
    about = appraisal_for(request, appraisal_pk)
    form = RecommendForm(posted(request))
    back = reverse("evaluations:upper", args=[it.pk])
    if form.is_valid():
        try:
            services.recommend(it, about, words=form.cleaned_data["words"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(back)
    return form_page(
        request, form, title=f"推荐{about.unit.name}", button="推荐", back_url=back, lead=str(it)
    )


@require_POST
def recommendation_step(request: PortalRequest, pk: int, name: str) -> HttpResponse:
    it = get_object_or_404(Recommendation.objects.visible_to(request.user), pk=pk)
    if name not in RECOMMENDATION.steps:
        raise Http404
    services.step(it, state=name, by=request.user)
    return redirect("evaluations:upper", it.upper_id)


@require_GET
def recommendation_file(request: PortalRequest, pk: int) -> HttpResponse:
    """推荐表 as PDF."""
    seen = Recommendation.objects.visible_to(request.user).select_related(
        "upper__city", "appraisal__unit__office", "appraisal__campaign__rubric"
    )
    it = get_object_or_404(seen, pk=pk)
    content = documents.recommendation_pdf(it, on=calendar.today())
    return files.made(content, f"{it.appraisal.unit.name}推荐表.pdf")
