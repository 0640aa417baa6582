"""The code of the telephone: switched on, its spare codes, switched off, and by the office."""

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from committees.http import PortalRequest, form_page, require
from committees.permissions import may_reset_password
from committees.views.accounts import account_for
from portal.web.forms.account import CodeForm
from portal.web.services import second_step as services
from portal.web.views.account import keep_session


@never_cache
@sensitive_post_parameters("token")
def second_step(request: PortalRequest) -> HttpResponse:
    """Off: a picture to photograph and one code to prove it. On: what is left, and the way off."""
    if services.has(request.user):
        left = {"is_on": True, "left": services.codes_left(request.user)}
        return render(request, "account/second_step.html", left)
    form = CodeForm(request.POST or None)
    form.fields["token"].help_text = "手机上现在显示的六位数"
    if request.method == "POST" and form.is_valid():
        if codes := _confirmed(request, form):
            return _codes_page(request, codes, is_new=True)
        form.add_error("token", "这个码对不上。等手机上换了下一个六位数，再写一次")
    device = services.prepare(request.user, by=request.user)
    page = {
        "is_on": False,
        "form": form,
        "picture": segno.make(device.config_url, error="m").png_data_uri(scale=6, border=3),
        "secret": services.secret_of(device),
    }
    return render(request, "account/second_step.html", page, status=422 if form.errors else 200)


def _confirmed(request: PortalRequest, form: CodeForm) -> list[str]:
    if not services.may_try(request.user):
        return []
    codes = services.confirm(request.user, token=form.cleaned_data["token"], by=request.user)
    if codes:
        request.session.cycle_key()
        request.session["second_step"] = True
        keep_session(request)
    return codes


def _codes_page(request: PortalRequest, codes: list[str], *, is_new: bool) -> HttpResponse:
    """Answer the POST itself: the codes stand nowhere where they could be fetched later."""
    page = {"codes": codes, "is_new": is_new}
    return render(request, "account/second_step_codes.html", page)


@never_cache
@require_POST
def second_step_codes(request: PortalRequest) -> HttpResponse:
    if not services.has(request.user):
        return redirect("web:second_step")
    return _codes_page(request, services.new_codes(request.user, by=request.user), is_new=False)


@never_cache
@sensitive_post_parameters("token")
def second_step_off(request: PortalRequest) -> HttpResponse:
    """Whoever sits down at a computer left open cannot switch it off: a code is asked."""
    if not services.has(request.user):
        return redirect("web:second_step")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        is_free = services.may_try(request.user)
        token = form.cleaned_data["token"]
        if is_free and services.matches(request.user, token=token, by=request.user):
            services.drop(request.user, by=request.user)
            request.session["second_step"] = False
            messages.success(request, "动态码停用了，以后登录只要密码")
            return redirect("web:second_step")
        form.add_error("token", CodeForm.WRONG)
    return form_page(
        request,
        form,
        title="停用动态码",
        lead="停用以后，登录只要密码",
        button="停用",
        back_url=reverse("web:second_step"),
        back_text="登录动态码",
    )


@never_cache
def second_step_reset(request: PortalRequest, pk: int) -> HttpResponse:
    """The telephone is lost and the spare codes with it: who may give a new password may help."""
    account = account_for(request, pk)
    require(may_reset_password(request.user, account), "这个账号的动态码要由局关工委停用")
    if request.method == "POST":
        services.drop(account, by=request.user)
        messages.success(request, f"{account}的动态码停用了，现在只用密码登录")
        return redirect("committees:accounts")
    page = {
        "title": f"停用{account}的动态码",
        "sentence": f"“{account}”（登录名 {account.username}）的手机和备用码都不在了？",
        "consequence": "停用以后只用密码就能登录。先打电话核对是不是本人，再点停用。",
        "button": "停用动态码",
        "back_url": reverse("committees:account_reset", args=[account.pk]),
    }
    return render(request, "committees/confirm_page.html", page)
