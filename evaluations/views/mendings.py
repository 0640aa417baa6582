"""整改: asked for, told, ticked off; the notice on paper."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from committees.http import PortalRequest, form_page, require
from evaluations.documents import visits as documents
from evaluations.forms.visits import MendingForm, WordsForm
from evaluations.models import Mending
from evaluations.permissions import may_ask_mending, may_tell_mending
from evaluations.services import mendings as services
from evaluations.views.five_good import appraisal_for
from evaluations.views.shared import posted
from portal.kernel import calendar, files
from portal.kernel.errors import Refused

BY_TURN = "整改由本单位说明，由教办或市局核对销号"
STEPS: Mapping[str, tuple[str, str, bool]] = {
    "tell": ("报整改", "报上去以后由教办或市局核对。", True),
    "again": ("退回再改", "退回以后这件事又回到对方的待办里。", True),
    "finish": ("销号", "销号以后这件事就算改好了。", False),
}


def mending_new(request: PortalRequest, pk: int) -> HttpResponse:
    it = appraisal_for(request, pk)
    require(may_ask_mending(request.user, it), BY_TURN)
    form = MendingForm(posted(request))
    back = reverse("evaluations:mendings", args=[it.pk])
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = services.ask(
                it, words=data["words"].splitlines(), code="", due_on=data["due_on"],
                by=request.user,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"记下 {len(made)} 件，已经在对方的待办里")
            return redirect(back)
    return form_page(
        request, form, title="要整改的事", button="发整改通知", back_url=back, lead=it.unit.name
    )


@require_GET
def mendings(request: PortalRequest, pk: int) -> HttpResponse:
    """What one unit has to put right in one campaign, and how far it is."""
    it = appraisal_for(request, pk)
    found = it.mendings.order_by("due_on", "pk")
    today = calendar.today()
    page = {
        "it": it,
        "rows": [(one, _tone(one, today)) for one in found],
        "may_ask": may_ask_mending(request.user, it),
        "may_tell": may_tell_mending(request.user, it),
    }
    return render(request, "evaluations/five_good/mendings.html", page)


def _tone(one: Mending, today: Any) -> str:
    if one.state == "open":
        return "late" if one.due_on < today else "soon"
    return "waiting" if one.state == "told" else "done"


def mending_step(request: PortalRequest, pk: int, name: str) -> HttpResponse:
    seen = Mending.objects.visible_to(request.user)
    it = get_object_or_404(seen.select_related("appraisal__unit", "appraisal__campaign"), pk=pk)
    if name not in STEPS:
        raise Http404
    may = may_tell_mending if name == "tell" else may_ask_mending
    require(may(request.user, it.appraisal), BY_TURN)
    button, consequence, asks = STEPS[name]
    form = WordsForm(posted(request)) if asks else None
    back = reverse("evaluations:mendings", args=[it.appraisal_id])
    if request.method == "POST" and (form is None or form.is_valid()):
        if form is None:
            services.finish(it, by=request.user)
        else:
            act = services.tell if name == "tell" else services.again
            act(it, words=form.cleaned_data["words"], by=request.user)
        return redirect(back)
    page = {
        "title": button, "sentence": it.words, "consequence": consequence, "button": button,
        "back_url": back, "form": form,
    }  # fmt: skip
    status = 422 if form is not None and form.errors else 200
    return render(request, "committees/confirm_page.html", page, status=status)


@require_GET
def mending_file(request: PortalRequest, pk: int) -> HttpResponse:
    """整改通知书 as PDF."""
    it = appraisal_for(request, pk)
    found = list(it.mendings.order_by("due_on", "pk"))
    if not found:
        raise Refused("没有要整改的事，不用打印通知书")
    content = documents.mending_pdf(it, found, on=calendar.today())
    return files.made(content, f"{it.unit.name}整改通知书.pdf")
