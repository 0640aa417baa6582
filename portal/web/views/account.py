"""Signing in, leaving, one's own password, the size of the letters."""

import time
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
from committees.models import User
from committees.services.accounts import change_password, keep_text_size
from portal.kernel import limits, origin
from portal.web import sso
from portal.web.context_processors import LARGE, TEXT_SIZE_COOKIE
from portal.web.forms.account import CodeForm, NewPasswordForm, SignInForm
from portal.web.models import PortalSession
from portal.web.services import second_step, sessions
from portal.web.services.setup import is_new

A_YEAR = 365 * 24 * 3600
HALF_WAY = "half_way"  # in the session of whoever gave the right password and no code yet
HALF_WAY_SECONDS = 600
CROWD = "从这里登录没有对上的次数太多，为了保护大家的账号，先停十分钟"
TOO_MANY_CODES = "动态码写了太多次，为了保护账号，先停十分钟"
MOST_WRONG = 100  # sign-ins that did not succeed, from one address in ten minutes


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("web:home")
    form = SignInForm(request, request.POST or None)
    if request.method == "POST":
        if not form.is_valid():
            return _not_in(request, form)
        user, shared = form.get_user(), form.cleaned_data["shared"]
        if second_step.has(user):
            request.session.cycle_key()
            request.session[HALF_WAY] = [user.pk, shared, _next(request), int(time.time())]
            return redirect("web:login_code")
        enter(request, user, way="password", shared=shared)
        return redirect(_next(request) or "web:home")
    return _sign_in_page(request, form)


def _not_in(request: HttpRequest, form: SignInForm) -> HttpResponse:
    """The same steps for a name that exists and one that does not, so that neither is told."""
    username = str(form.data.get("username", "")).strip()[:40]
    if username:
        user = User.objects.filter(username=username).first()
        sessions.note_refusal(username, user=user, by=None)
    address = origin.current()
    if not limits.within(f"wrong:{address}", most=MOST_WRONG, seconds=600):
        return render(request, "portal/locked_out.html", {"lead": CROWD}, status=429)
    return _sign_in_page(request, form)


def _sign_in_page(request: HttpRequest, form: SignInForm) -> HttpResponse:
    page = {
        "form": form,
        "next": _next(request),
        "is_new": is_new(),
        "sso_name": settings.OIDC_NAME if sso.is_on() else "",
        "is_sso_refused": "sso" in request.GET,
    }
    return render(request, "account/sign_in.html", page, status=422 if form.errors else 200)


def enter(
    request: HttpRequest, user: User, *, way: str, shared: bool = False, backend: str | None = None
) -> None:
    """Let somebody in whose every step was right: a new session key, noted where and with what."""
    login(request, user, backend=backend or "django.contrib.auth.backends.ModelBackend")
    if shared:
        request.session.set_expiry(0)
    request.session.pop(HALF_WAY, None)
    request.session["second_step"] = way != "password"
    request.session.save()
    begun = sessions.begin(
        user,
        session_key=str(request.session.session_key),
        agent=request.headers.get("User-Agent", ""),
        way=way,
        by=user,
    )
    request.session["portal_session"] = begun.pk


@login_not_required
@never_cache
@sensitive_post_parameters("token")
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Second page of signing in, for those who switched the second step on."""
    pk, shared, target, since = request.session.get(HALF_WAY) or (0, False, "", 0)
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or time.time() - since > HALF_WAY_SECONDS:
        request.session.pop(HALF_WAY, None)
        return redirect("web:login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not second_step.may_try(user):
            return render(request, "portal/locked_out.html", {"lead": TOO_MANY_CODES}, status=429)
        if second_step.matches(user, token=form.cleaned_data["token"], by=user):
            enter(request, user, way="code", shared=shared)
            return redirect(target or "web:home")
        sessions.note_refusal(user.username, user=user, by=None)
        form.add_error("token", CodeForm.WRONG)
    status = 422 if form.errors else 200
    return render(request, "account/sign_in_code.html", {"form": form}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    mine = PortalSession.objects.filter(session_key=request.session.session_key)
    sessions.end(list(mine.select_related("user")), by=request.user)
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
        _only_here(request)
        messages.success(request, "密码已经改好，下次用新密码登录")
        return redirect("web:home")
    page = {"form": form, "first": first}
    return render(request, "account/password.html", page, status=422 if form.errors else 200)


def _only_here(request: PortalRequest) -> None:
    """After a new password: the other sign-ins are over, this one goes on under its new key."""
    key = keep_session(request)
    sessions.end_all(request.user, by=request.user, but=key)


def keep_session(request: PortalRequest) -> str:
    """Note the new key of this sign-in, as after a step that proves who one is."""
    request.session.save()
    key = str(request.session.session_key)
    if (pk := request.session.get("portal_session")) is not None:
        sessions.go_on(pk, session_key=key, by=request.user)
    return key


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
