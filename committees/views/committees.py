"""A committee: founding it, whom else it covers, and who holds its posts."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from committees import figures
from committees.choices import Position
from committees.forms.committees import AppointForm, EndForm, EstablishForm, ServeForm
from committees.http import PortalRequest, form_page, require
from committees.models import Committee, CommitteeService, Person, Post, Unit
from committees.permissions import may_appoint, may_establish
from committees.services import committees, people
from portal.kernel import calendar

BY_LEVEL_ABOVE = "关工委成立由教办或局关工委登记。请把成立文件报给教办"
BY_SECRETARY = "班子成员由本单位秘书或上级登记"


def establish(request: PortalRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    require(may_establish(request.user, unit), BY_LEVEL_ABOVE)
    form = EstablishForm(request.POST or None, initial={"name": f"{unit.name}关工委"})
    if form.is_valid():
        committees.establish(unit, **form.facts(), by=request.user)
        messages.success(request, f"“{form.cleaned_data['name']}”已经登记。接下来登记班子成员")
        return redirect("committees:unit", unit.pk)
    return form_page(
        request,
        form,
        title=f"登记{unit}关工委",
        button="登记关工委",
        back_url=reverse("committees:unit", args=[unit.pk]),
        back_text=unit.name,
    )


def serve(request: PortalRequest, pk: int) -> HttpResponse:
    """A joint committee covers one more unit: usually a small kindergarten."""
    committee = _committee(request, pk)
    require(may_establish(request.user, committee.host), BY_LEVEL_ABOVE)
    today = calendar.today()
    free = (
        Unit.objects.visible_to(request.user)
        .institutions()
        .open_on(today)
        .exclude(figures.served_on(today))
        .order_by("path")
    )
    form = ServeForm(request.POST or None, units=free)
    if form.is_valid():
        committees.serve(committee, **form.cleaned_data, by=request.user)
        messages.success(request, f"“{form.cleaned_data['unit']}”已由“{committee}”覆盖")
        return redirect("committees:unit", committee.host_id)
    return form_page(
        request,
        form,
        title=f"{committee}还覆盖哪家",
        button="加上这家单位",
        back_url=reverse("committees:unit", args=[committee.host_id]),
        back_text=committee.host.name,
    )


def service_end(request: PortalRequest, pk: int) -> HttpResponse:
    found = CommitteeService.objects.filter(
        committee__in=Committee.objects.visible_to(request.user)
    ).select_related("committee__host", "unit")
    service = get_object_or_404(found, pk=pk)
    require(may_establish(request.user, service.committee.host), BY_LEVEL_ABOVE)
    form = EndForm(request.POST or None)
    form.fields["on"].label = "从哪天起不再覆盖？"
    if form.is_valid():
        committees.end_service(service, **form.cleaned_data, by=request.user)
        messages.success(request, f"“{service.committee}”不再覆盖“{service.unit}”")
        return redirect("committees:unit", service.committee.host_id)
    return form_page(
        request,
        form,
        title=f"{service.committee}不再覆盖{service.unit}",
        button="从这天起不再覆盖",
        back_url=reverse("committees:unit", args=[service.committee.host_id]),
        back_text="先不改",
    )


def appoint(request: PortalRequest, pk: int) -> HttpResponse:
    committee = _committee(request, pk)
    require(may_appoint(request.user, committee), BY_SECRETARY)
    listed = Person.objects.visible_to(request.user).filter(unit=committee.host).order_by("name")
    wanted = request.GET.get("position", "")
    form = AppointForm(
        request.POST or None,
        people=listed,
        initial={"position": wanted if wanted in Position else Position.MEMBER},
    )
    if form.is_valid():
        _appoint(committee, form, request)
        return redirect("committees:unit", committee.host_id)
    return form_page(
        request,
        form,
        title=f"{committee}：登记一位成员",
        button="登记",
        back_url=reverse("committees:unit", args=[committee.host_id]),
        back_text=committee.host.name,
    )


@transaction.atomic
def _appoint(committee: Committee, form: AppointForm, request: PortalRequest) -> None:
    """A name that is new enters the register with its post, or neither does."""
    data = form.cleaned_data
    person = data["person"] or people.register(
        committee.host, name=data["new_name"], by=request.user
    )
    post = committees.appoint(
        person,
        committee,
        position=data["position"],
        since_day=data["since_day"],
        by=request.user,
    )
    messages.success(request, f"{person} 已登记为{post.get_position_display()}")


def post_end(request: PortalRequest, pk: int) -> HttpResponse:
    found = Post.objects.visible_to(request.user).select_related("committee__host", "person")
    post = get_object_or_404(found, pk=pk)
    require(may_appoint(request.user, post.committee), BY_SECRETARY)
    form = EndForm(request.POST or None)
    if form.is_valid():
        committees.end_post(post, **form.cleaned_data, by=request.user)
        messages.success(request, f"{post.person} 不再担任{post.get_position_display()}")
        return redirect("committees:unit", post.committee.host_id)
    return form_page(
        request,
        form,
        title=f"{post.person}不再担任{post.get_position_display()}",
        button="从这天起不再担任",
        back_url=reverse("committees:unit", args=[post.committee.host_id]),
        back_text="先不改",
    )


def _committee(request: PortalRequest, pk: int) -> Committee:
    found = Committee.objects.visible_to(request.user).select_related("host")
    return get_object_or_404(found, pk=pk)
