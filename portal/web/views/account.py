"""Signing in, leaving, one's own password, the size of the letters."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from committees.http import PortalRequest
from committees.services.accounts import change_password, keep_text_size
from portal.web.context_processors import LARGE, TEXT_SIZE_COOKIE
from portal.web.forms.account import NewPasswordForm, SignInForm
from portal.web.services.setup import is_new

A_YEAR = 365 * 24 * 3600


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("web:home")
    form = SignInForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        if form.cleaned_data["shared"]:
            request.session.set_expiry(0)
        return redirect(_next(request) or "web:home")
    page = {"form": form, "next": _next(request), "is_new": is_new()}
    return render(request, "account/sign_in.html", page, status=422 if form.errors else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, "已经退出了")
    return redirect(settings.LOGOUT_REDIRECT_URL)


@never_cache
@sensitive_post_parameters("old_password", "new_password1")
def password(request: PortalRequest) -> HttpResponse:
    first = request.user.must_change_password
    form = NewPasswordForm(request.user, request.POST or None, asks_old=not first)
    if request.method == "POST" and form.is_valid():
        change_password(request.user, password=form.cleaned_data["new_password1"], by=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, "密码已经改好，下次用新密码登录")
        return redirect("web:home")
    page = {"form": form, "first": first}
    return render(request, "account/password.html", page, status=422 if form.errors else 200)


@login_not_required
@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """标准 or 大字, kept with the account and on this machine; back to the same page."""
    large = request.POST.get("size") == LARGE
    user: Any = request.user
    if user.is_authenticated:
        keep_text_size(user, large=large, by=user)
    response = redirect(_next(request) or resolve_url("web:home"))
    response.set_cookie(
        TEXT_SIZE_COOKIE, LARGE if large else "standard", max_age=A_YEAR, samesite="Lax"
    )
    return response


def _next(request: HttpRequest) -> str:
    """The asked-for page of this portal, or nothing: a foreign address is not followed."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else ""
