"""Partners from outside: the list, one page each, their agreements."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from activities import exports
from activities.forms.together import AgreementForm, DayForm, PartnerFilter, PartnerForm
from activities.models import Activity, Partner, PartnerAgreement
from activities.models.partners import AGREEMENT_NOTICE_DAYS
from activities.permissions import may_edit_partner, may_read_agreement, may_reveal_partner
from activities.services import partners
from activities.views.choosing import pick_unit, unit_for
from activities.views.pages import tone_of
from committees.figures import mask_phone
from committees.http import PortalRequest, form_page, require
from committees.permissions import may_anywhere
from committees.policy import Can
from committees.views.lists import applied_words, pager_urls
from portal.kernel import calendar, files
from portal.kernel.calendar import date_cn
from portal.kernel.errors import BadFile
from portal.kernel.paging import read_page

WHO_KEEPS = "合作伙伴由联系的单位、教办和局关工委来维护"


@require_GET
def partner_list(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.PARTNER_VIEW))
    form, found = _filtered(request)
    page = read_page(
        found.select_related("unit"), by=["unit__path", "pk"], after=request.GET.get("after", "")
    )
    context = {
        "form": form,
        "applied": applied_words(request, form),
        "count_sentence": f"共 {found.count()} 家",
        "rows": _rows(page.rows),
        "may_add": may_anywhere(request.user, Can.PARTNER_EDIT),
        "query": request.GET.urlencode(),
        **pager_urls(request, page),
    }
    return render(request, "activities/partners/list.html", context)


@require_GET
def export(request: PortalRequest) -> HttpResponse:
    """The same list whole; headed so that it can be imported again without a change."""
    require(may_anywhere(request.user, Can.PARTNER_VIEW))
    _, found = _filtered(request)
    rows = _rows(list(found.select_related("unit").order_by("unit__path", "pk")))
    return files.made(exports.partner_workbook(rows), "合作伙伴.xlsx")


@require_GET
def partner(request: PortalRequest, pk: int) -> HttpResponse:
    return _partner_page(request, _partner(request, pk), phone="")


@require_POST
def phone(request: PortalRequest, pk: int) -> HttpResponse:
    """The page again with the whole number on it; that it was seen stays on record."""
    it = _partner(request, pk)
    require(may_reveal_partner(request.user, it), WHO_KEEPS)
    response = _partner_page(request, it, phone=partners.reveal_phone(it, by=request.user))
    response["Cache-Control"] = "no-store"
    return response


def new(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.PARTNER_EDIT), WHO_KEEPS)
    unit = unit_for(request, Can.PARTNER_EDIT)
    if unit is None:
        back_url = reverse("activities:partners")
        return pick_unit(request, Can.PARTNER_EDIT, title="由哪个单位来联系？", back_url=back_url)
    form = PartnerForm(request.POST or None)
    if form.is_valid():
        made = partners.enter(unit, **form.facts(), by=request.user)
        messages.success(request, f"{made} 已经登记，{unit}来联系")
        return redirect("activities:partner", made.pk)
    return form_page(
        request, form, title="登记一家合作伙伴", lead=f"由{unit}联系，全市各单位都能看到、用到",
        button="登记", back_url=reverse("activities:partners"), back_text="合作伙伴",
    )  # fmt: skip


def edit(request: PortalRequest, pk: int) -> HttpResponse:
    it = _editable(request, pk)
    form = PartnerForm(request.POST or None, partner=it)
    if form.is_valid():
        changed = partners.correct(it, **form.facts(), by=request.user)
        messages.success(request, "已经改好了" if changed else "没有要改的，资料还是原样")
        return redirect("activities:partner", it.pk)
    return form_page(
        request, form, title=f"修改{it}的资料", button="保存",
        back_url=reverse("activities:partner", args=[it.pk]), back_text=it.name,
    )  # fmt: skip


def end(request: PortalRequest, pk: int) -> HttpResponse:
    it = _editable(request, pk)
    form = DayForm(request.POST or None, initial={"on": calendar.today()})
    if form.is_valid():
        partners.end(it, on=form.day(), by=request.user)
        messages.success(request, f"和{it}停止合作了，以前的活动和协议都留着")
        return redirect("activities:partner", it.pk)
    return form_page(
        request, form, title=f"和{it}停止合作", button="停止合作",
        lead="以后记活动时不再列出来，以前的记录不变",
        back_url=reverse("activities:partner", args=[it.pk]), back_text=it.name,
    )  # fmt: skip


@require_POST
def resume(request: PortalRequest, pk: int) -> HttpResponse:
    it = _editable(request, pk)
    partners.resume(it, by=request.user)
    messages.success(request, f"和{it}恢复合作了")
    return redirect("activities:partner", it.pk)


def agree(request: PortalRequest, pk: int) -> HttpResponse:
    it = _editable(request, pk)
    form = AgreementForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        data = dict(form.cleaned_data)
        upload = data.pop("document")
        try:
            partners.agree(it, **data, upload=upload, by=request.user)
        except BadFile as refusal:
            form.add_error("document", str(refusal))
        else:
            messages.success(request, "协议登记好了，到期前 60 天会提醒")
            return redirect("activities:partner", it.pk)
    return form_page(
        request, form, title=f"登记和{it}的协议", button="登记协议",
        back_url=reverse("activities:partner", args=[it.pk]), back_text=it.name,
    )  # fmt: skip


@require_GET
def document(request: PortalRequest, pk: int) -> FileResponse:
    """The paper of an agreement, to whoever keeps the partner or stands above."""
    it = _agreement(request, pk)
    require(may_read_agreement(request.user, it.partner), "协议原件由联系单位和上级单位来看")
    if it.document is None:
        raise Http404
    return files.response(it.document, it.document_name, inline=True)


def agreement_remove(request: PortalRequest, pk: int) -> HttpResponse:
    it = _agreement(request, pk)
    partner = it.partner
    require(may_edit_partner(request.user, partner), WHO_KEEPS)
    back_url = reverse("activities:partner", args=[partner.pk])
    if request.method == "POST":
        partners.remove_agreement(it, by=request.user)
        messages.success(request, "这份协议去掉了")
        return redirect(back_url)
    page = {
        "title": "去掉登记错的协议",
        "sentence": f"去掉和{partner}从{date_cn(it.first_day)}到{date_cn(it.last_day)}的协议？",
        "consequence": "只在登记错了的时候去掉。到期的协议不用去掉，留着备查。",
        "button": "去掉",
        "back_url": back_url,
    }
    return render(request, "committees/confirm_page.html", page)


# --- what the views above share -----------------------------------------------------------------


def _partner_page(request: PortalRequest, it: Partner, *, phone: str) -> HttpResponse:
    today = calendar.today()
    work = Activity.objects.visible_to(request.user).filter(partner_work__partner=it)
    agreements = it.agreements.order_by("-period", "-pk")
    page = {
        "partner": it,
        "facts": [
            {"label": "类别", "value": it.get_kind_display()},
            {"label": "联系单位", "value": it.unit.name},
            {"label": "地址", "value": it.place},
            {"label": "能提供什么", "value": it.offers},
            {"label": "联系人", "value": it.contact},
        ],
        "masked": mask_phone(it.phone),
        "phone": phone,
        "may_reveal": may_reveal_partner(request.user, it),
        "may_edit": may_edit_partner(request.user, it),
        "may_read": may_read_agreement(request.user, it),
        "agreements": [{"agreement": one, **standing(one, today)} for one in agreements],
        "work": [
            {"activity": one, "tone": tone_of(one)}
            for one in work.select_related("unit", "kind").newest()[:12]
        ],
        "studios": it.studios.visible_to(request.user).select_related("unit"),
    }
    return render(request, "activities/partners/partner.html", page)


def standing(agreement: PartnerAgreement | None, today: Any) -> dict[str, str]:
    """How an agreement stands on that day, in a word and its tone."""
    if agreement is None:
        return {"word": "没有协议", "tone": "none"}
    if agreement.last_day < today:
        return {"word": "已到期", "tone": "late"}
    days = (agreement.last_day - today).days
    if agreement.first_day > today:
        return {"word": "还没开始", "tone": "later"}
    if days <= AGREEMENT_NOTICE_DAYS:
        return {"word": f"还有 {days} 天到期", "tone": "soon"}
    return {"word": "有效", "tone": "done"}


def _rows(found: list[Partner]) -> list[dict[str, Any]]:
    """Each partner with the agreement that ends last, in one query for all of them."""
    today = calendar.today()
    latest: dict[int, PartnerAgreement] = {}
    for agreement in PartnerAgreement.objects.filter(partner__in=found).order_by("period"):
        known = latest.get(agreement.partner_id)
        if known is None or agreement.last_day >= known.last_day:
            latest[agreement.partner_id] = agreement
    return [
        {
            "partner": it,
            "masked": mask_phone(it.phone),
            "agreement": latest.get(it.pk),
            **standing(latest.get(it.pk), today),
        }
        for it in found
    ]


def _filtered(request: PortalRequest) -> tuple[PartnerFilter, Any]:
    form = PartnerFilter(request.GET or None)
    found = Partner.objects.visible_to(request.user)
    asked: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    today, part = calendar.today(), asked.get("part")
    if words := asked.get("q", "").strip():
        found = found.filter(Q(name__icontains=words) | Q(unit__name__icontains=words))
    if asked.get("kind"):
        found = found.filter(kind=asked["kind"])
    current = PartnerAgreement.objects.current(today).filter(partner=OuterRef("pk"))
    soon = PartnerAgreement.objects.expiring(today).filter(partner=OuterRef("pk"))
    if part == "ended":
        return form, found.exclude(ended_on=None)
    found = found.open()
    if part == "current":
        found = found.filter(Exists(current))
    elif part == "none":
        found = found.filter(~Exists(current))
    elif part == "expiring":
        found = found.filter(Exists(soon))
    return form, found


def _partner(request: PortalRequest, pk: int) -> Partner:
    found = Partner.objects.visible_to(request.user).select_related("unit")
    return get_object_or_404(found, pk=pk)


def _editable(request: PortalRequest, pk: int) -> Partner:
    it = _partner(request, pk)
    require(may_edit_partner(request.user, it), WHO_KEEPS)
    return it


def _agreement(request: PortalRequest, pk: int) -> PartnerAgreement:
    found = PartnerAgreement.objects.filter(
        partner__in=Partner.objects.visible_to(request.user)
    ).select_related("partner__unit", "document")
    return get_object_or_404(found, pk=pk)
