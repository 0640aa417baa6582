"""Where one is signed in: the list, one ended, all others ended."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest
from portal.web.models import PortalSession
from portal.web.services import second_step
from portal.web.services import sessions as session_services

WAYS = {"password": "密码", "code": "密码和动态码", "sso": "统一身份认证"}


@never_cache
@require_GET
def sessions(request: PortalRequest) -> HttpResponse:
    rows = PortalSession.objects.living().filter(user=request.user)
    here = request.session.session_key
    page = {
        "rows": [(row, WAYS[row.way], row.session_key == here) for row in rows],
        "others": sum(row.session_key != here for row in rows),
        "has_second_step": second_step.has(request.user),
    }
    return render(request, "account/sessions.html", page)


@require_POST
def sessions_end(request: PortalRequest) -> HttpResponse:
    here = str(request.session.session_key)
    ended = session_services.end_all(request.user, by=request.user, but=here)
    messages.success(request, f"其他 {ended} 处都退出了" if ended else "没有在别处登录")
    return redirect("web:sessions")


@require_POST
def session_end(request: PortalRequest, pk: int) -> HttpResponse:
    mine = PortalSession.objects.filter(user=request.user).select_related("user")
    row = get_object_or_404(mine, pk=pk)
    session_services.end([row], by=request.user)
    messages.success(request, f"{row.device} 已经退出了")
    return redirect("web:sessions")
