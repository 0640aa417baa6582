"""Accounts by post: opened one by one or for a whole office, reset, ended."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_otp.plugins.otp_totp.models import TOTPDevice

from committees import figures
from committees.choices import UnitKind
from committees.exports import teams as team_exports
from committees.forms.accounts import AccountFilterForm, AccountForm, AccountUnitForm
from committees.http import PortalRequest, form_page, require
from committees.models import RoleGrant, Unit, User
from committees.permissions import (
    helps_by_looking,
    home_unit,
    may_anywhere,
    may_end_grant,
    may_open_account,
    may_reset_password,
    roles_to_give,
)
from committees.policy import Can, Role
from committees.services import accounts as account_services
from committees.services.accounts import Slip
from committees.views.lists import Action, action, applied_words, pager_urls
from portal.kernel import audit, calendar, files
from portal.kernel.paging import read_page

FROM_ABOVE = "账号由教办和局关工委开通。忘了密码，请打电话给教办重设"


@require_GET
def accounts(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.ACCOUNT_MANAGE), FROM_ABOVE)
    form = AccountFilterForm(request.GET or None, offices=_offices(request))
    found = _filtered(request, form)
    page = read_page(
        found.select_related("user", "unit__office").annotate(has_code=_code_of_account()),
        by=["unit__path", "pk"],
        after=request.GET.get("after", ""),
    )
    context = {
        "form": form,
        "applied": applied_words(request, form),
        "count_sentence": f"共 {found.count()} 个账号角色",
        "page": page,
        "rows": [_row(request.user, grant) for grant in page.rows],
        "missing": _missing_by_office(request),
        "actions": _list_actions(request),
        **pager_urls(request, page),
    }
    return render(request, "committees/accounts.html", context)


def _list_actions(request: PortalRequest) -> list[Action]:
    export = action("导出表格", "accounts_export", icon="download")
    export["url"] += f"?{request.GET.urlencode()}" if request.GET else ""
    return [
        export,
        action("交回改好的表", "list_return", "accounts", icon="upload"),
        action("开通账号", "account_new", icon="plus", primary=True),
    ]


@require_GET
def accounts_export(request: PortalRequest) -> HttpResponse:
    """The same list with the same filter, whole; names may come back corrected."""
    require(may_anywhere(request.user, Can.ACCOUNT_MANAGE), FROM_ABOVE)
    form = AccountFilterForm(request.GET or None, offices=_offices(request))
    found = _filtered(request, form).select_related("user", "unit__office")
    rows = list(found.order_by("unit__path", "pk"))
    words = "；".join(word for word, _ in applied_words(request, form))
    root, today = home_unit(request.user), calendar.today()
    assert root is not None  # noqa: S101 - a power comes from a grant
    audit.record("accounts.exported", root, by=request.user, note=f"{len(rows)} 个 {words}")
    content = team_exports.accounts_workbook(rows, on=today, filtered=words)
    return files.made(content, f"账号名单{today.isoformat()}.xlsx")


@never_cache
def account_new(request: PortalRequest) -> HttpResponse:
    """First at which unit, then for whom; the first password is shown once, on the answer."""
    require(may_anywhere(request.user, Can.ACCOUNT_MANAGE), FROM_ABOVE)
    units = _units(request)
    wanted = request.GET.get("unit", "")
    if not wanted.isdecimal():
        return form_page(
            request,
            AccountUnitForm(units=units),
            title="开通账号",
            button="下一步",
            back_url=reverse("committees:accounts"),
            back_text="用户与权限",
            method="get",
        )
    unit = get_object_or_404(units, pk=wanted)
    form = AccountForm(request.POST or None, roles=roles_to_give(request.user, unit))
    if form.is_valid():
        return _receipt(request, [_open(request, unit, form)])
    return form_page(
        request,
        form,
        title=f"给{unit}开通账号",
        button="开通账号",
        back_url=reverse("committees:accounts"),
        back_text="用户与权限",
    )


@never_cache
def accounts_missing(request: PortalRequest, pk: int) -> HttpResponse:
    """One press opens an account for every school of the office that has none."""
    offices = Unit.objects.visible_to(request.user).filter(
        kind__in=[UnitKind.OFFICE, UnitKind.BUREAU]
    )
    office = get_object_or_404(offices, pk=pk)
    require(_may_open_below(request.user, office), FROM_ABOVE)
    today, role = calendar.today(), Role.SCHOOL_SECRETARY
    if request.method == "POST":
        slips = account_services.open_missing(office, role=role, since_day=today, by=request.user)
        if slips:
            return _receipt(request, slips)
        messages.success(request, "各校都已经有账号了，没有要开通的")
        return redirect("committees:accounts")
    units = list(figures.units_without_account(office, role=role, on=today))
    page = {
        "units": units,
        "title": f"给{office}的学校（幼儿园）开通账号",
        "sentence": f"给这 {len(units)} 家还没有账号的学校（幼儿园）各开通一个账号？",
        "button": f"给 {len(units)} 家开通",
    }
    return render(request, "committees/accounts_missing.html", page)


def account_for(request: PortalRequest, pk: int) -> User:
    """An account with a role, of today or earlier, that the asker looks after; else a 404."""
    grants = RoleGrant.objects.visible_to(request.user)
    return get_object_or_404(User.objects.filter(grants__in=grants).distinct(), pk=pk)


@never_cache
def account_reset(request: PortalRequest, pk: int) -> HttpResponse:
    account = account_for(request, pk)
    require(may_reset_password(request.user, account), "这个账号的密码要由局关工委重设")
    grants = RoleGrant.objects.visible_to(request.user).filter(user=account)
    grant = grants.select_related("unit").order_by("-pk")[0]
    if request.method == "POST":
        password = account_services.reset_password(account, by=request.user)
        slip = Slip(grant.unit, Role(grant.role), account.name, account.username, password)
        return _receipt(request, [slip])
    page = {
        "title": f"给{account}重设密码",
        "sentence": f"给“{account}”（登录名 {account.username}）换一个新的初始密码？",
        "consequence": "原来的密码马上不能用了。新密码只显示一次，请当场抄下或打印给本人。",
        "button": "重设密码",
        "back_url": reverse("committees:accounts"),
    }
    return render(request, "committees/confirm_page.html", page)


def grant_end(request: PortalRequest, pk: int) -> HttpResponse:
    found = RoleGrant.objects.visible_to(request.user).select_related("user", "unit")
    grant = get_object_or_404(found, pk=pk)
    require(may_end_grant(request.user, grant), FROM_ABOVE)
    if request.method == "POST":
        account_services.end_grant(grant, on=calendar.today(), by=request.user)
        messages.success(request, f"{grant.user} 不再是{grant.unit}的{grant.get_role_display()}")
        return redirect("committees:accounts")
    page = {
        "title": f"停用{grant.user}的账号",
        "sentence": f"让“{grant.user}”不再担任{grant.unit}的{grant.get_role_display()}？",
        "consequence": "从现在起不能再用这个身份登录办事；以前的记录都留着，需要时可以另开账号。",
        "button": "停用",
        "back_url": reverse("committees:accounts"),
    }
    return render(request, "committees/confirm_page.html", page)


def _open(request: PortalRequest, unit: Unit, form: AccountForm) -> Slip:
    role, name = Role(form.cleaned_data["role"]), form.cleaned_data["name"]
    username = form.cleaned_data["username"] or account_services.propose_username(unit, role)
    _, password = account_services.open_account(
        unit=unit,
        role=role,
        name=name,
        username=username,
        since_day=calendar.today(),
        by=request.user,
    )
    return Slip(unit, role, name, username, password)


def _receipt(request: PortalRequest, slips: list[Slip]) -> HttpResponse:
    """Answer the POST itself: a first password is never written anywhere to be fetched later."""
    title = f"{slips[0].name}的登录名和密码" if len(slips) == 1 else f"开通了 {len(slips)} 个账号"
    page = {
        "title": title,
        "slips": slips,
        "address": request.build_absolute_uri(reverse("web:login")),
    }
    return render(request, "committees/account_slips.html", page)


def _units(request: PortalRequest) -> QuerySet[Unit]:
    found: QuerySet[Unit] = (
        Unit.objects.reachable_by(request.user, Can.ACCOUNT_MANAGE)
        .open_on(calendar.today())
        .order_by("path")
    )
    return found


def _offices(request: PortalRequest) -> QuerySet[Unit]:
    found: QuerySet[Unit] = (
        Unit.objects.visible_to(request.user).filter(kind=UnitKind.OFFICE).order_by("path")
    )
    return found


def _may_open_below(user: User, office: Unit) -> bool:
    """An office opens for its schools, which it stands above; the bureau for every office."""
    below = Unit.objects.below(office).institutions().first()
    return below is not None and may_open_account(user, below)


def _missing_by_office(request: PortalRequest) -> list[tuple[Unit, int]]:
    """Offices with schools that have nobody to sign in, and how many."""
    today = calendar.today()
    counted = figures.accounts_missing_by_office(
        _units(request), role=Role.SCHOOL_SECRETARY, on=today
    )
    offices = Unit.objects.in_bulk(counted)
    return sorted(
        ((offices[pk], count) for pk, count in counted.items()), key=lambda each: each[0].path
    )


def _filtered(request: PortalRequest, form: AccountFilterForm) -> QuerySet[RoleGrant]:
    today = calendar.today()
    found = RoleGrant.objects.visible_to(request.user).filter(period__contains=today)
    chosen: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    if words := chosen.get("q", "").strip():
        found = found.filter(
            Q(user__name__icontains=words)
            | Q(user__username__startswith=words.lower())
            | Q(unit__name__icontains=words)
        )
    if chosen.get("role"):
        found = found.filter(role=chosen["role"])
    if chosen.get("office"):
        found = found.filter(unit__path__startswith=chosen["office"].path)
    return found


def _code_of_account() -> Exists:
    """Whether a code of the telephone is asked of the account, so that it can be lost."""
    return Exists(TOTPDevice.objects.filter(user=OuterRef("user"), confirmed=True))


def _row(user: User, grant: Any) -> dict[str, Any]:
    """`grant` carries `has_code`."""
    return {
        "grant": grant,
        "may_end": may_end_grant(user, grant),
        "may_reset": grant.user_id != user.pk,
        "may_drop_code": grant.has_code and grant.user_id != user.pk,
        "may_look": grant.user_id != user.pk and helps_by_looking(user, Role(grant.role)),
    }
