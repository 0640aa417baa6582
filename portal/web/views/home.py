"""Where one lands, and the whole menu as a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def home(request: HttpRequest) -> HttpResponse:
    return redirect("web:todo")


def menu(request: HttpRequest) -> HttpResponse:
    """Everything this user may open: 更多 on a phone, 菜单 in the large-type view."""
    return render(request, "portal/menu.html")


def todo(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/todo.html", {"groups": []})
