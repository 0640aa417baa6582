"""Whose account is whose: an entry of the register and a sign-in name, joined and parted."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from committees.http import PortalRequest, form_page, require
from committees.models import Person, RoleGrant, User
from committees.permissions import may_join_account
from committees.services import people
from portal.kernel import calendar
from portal.kernel.forms import narrow

BY_MANAGER = "登录账号由教办和局关工委来管"


class AccountForm(forms.Form):
    account = forms.ModelChoiceField(
        User.objects.none(),
        label="是哪一个账号？",
        empty_label="选一个账号",
        error_messages={"required": "选一个账号", "invalid_choice": "从列表里选一个账号"},
        help_text="只列本单位现在有角色、还没有连到别人的账号",
    )

    def __init__(self, *args: Any, accounts: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "account", accounts)
        field = self.fields["account"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.label_from_instance = _label  # type: ignore[method-assign,assignment]


def _label(user: User) -> str:
    return f"{user.name}（登录名 {user.username}）"


def join(request: PortalRequest, pk: int) -> HttpResponse:
    it = _person(request, pk)
    require(may_join_account(request.user, it), BY_MANAGER)
    form = AccountForm(request.POST or None, accounts=_free(request, it))
    if form.is_valid():
        account = form.cleaned_data["account"]
        people.join_account(it, account, by=request.user)
        messages.success(request, f"连好了，“{account.username}”就是{it}的账号")
        return redirect("committees:person", it.pk)
    return form_page(
        request,
        form,
        title=f"连上{it}的登录账号",
        lead="连上以后，名册里看得到这位同志用哪个账号、在哪里有什么角色",
        button="连上",
        back_url=reverse("committees:person", args=[it.pk]),
        back_text=it.name,
    )


@require_POST
def part(request: PortalRequest, pk: int) -> HttpResponse:
    it = _person(request, pk)
    require(may_join_account(request.user, it), BY_MANAGER)
    people.part_account(it, by=request.user)
    messages.success(request, "已经断开。账号照常能用，要停用请到“用户与权限”")
    return redirect("committees:person", it.pk)


def _person(request: PortalRequest, pk: int) -> Person:
    found = Person.objects.visible_to(request.user).select_related("unit", "account")
    return get_object_or_404(found, pk=pk)


def _free(request: PortalRequest, it: Person) -> QuerySet[User]:
    """Accounts with a role at the person's unit today, the same name first, nobody's so far."""
    grants = RoleGrant.objects.visible_to(request.user).filter(
        unit=it.unit_id, period__contains=calendar.today()
    )
    found = User.objects.filter(pk__in=grants.values("user"), person=None, is_active=True)
    return found.order_by("name", "pk")
