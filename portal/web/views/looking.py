"""替看: begun for a person with a reason, ended by a press."""

from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from committees.http import PortalRequest, form_page, require
from committees.views.accounts import account_for
from portal.web.forms.account import LookForm
from portal.web.permissions import may_look_now
from portal.web.services import looking as services

LOOKING = "looking"  # in the session of who looks
NOT_THIS_ONE = "只能由局关工委工作人员替下面的同志看；局里的同志、自己和正在评分的评委不能替看"


@never_cache
def look(request: PortalRequest, pk: int) -> HttpResponse:
    person = account_for(request, pk)
    require(may_look_now(request.user, person), NOT_THIS_ONE)
    form = LookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        kept = services.begin(person, reason=reason, now=timezone.now(), by=request.user)
        request.session[LOOKING] = kept
        rotate_token(request)  # pages still open from before hand nothing in any more
        return redirect("web:home")
    return form_page(
        request,
        form,
        title=f"替{person}看一看",
        lead="打开以后，您看到的和本人看到的一样。只能看，不能改，最多 30 分钟",
        note="开始和结束都记在操作日志里，本人也会收到一条消息。",
        button="开始看",
        back_url=reverse("committees:accounts"),
        back_text="用户与权限",
    )


@require_POST
def look_end(request: PortalRequest) -> HttpResponse:
    """Asked with one's own eyes: the middleware leaves this address alone."""
    if (kept := request.session.pop(LOOKING, None)) is None:
        return redirect("web:home")
    services.end(kept, why="自己点了结束", by=request.user)
    rotate_token(request)
    messages.success(request, "替看结束了，现在看到的是您自己的页面")
    return redirect("web:home")
