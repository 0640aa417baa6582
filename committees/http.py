"""The request our views are given, and the page of a single form that many of them show."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from committees.models import User


class PortalRequest(HttpRequest):
    user: User
    htmx: object


def require(answer: bool, reason: str = "这件事要由有权限的同志来办") -> None:  # noqa: FBT001
    """Answer 403 with a sentence that says who can."""
    if not answer:
        raise PermissionDenied(reason)


def site_of(request: HttpRequest) -> str:
    """The portal as this asker addresses it, without a path: what a printed code begins with."""
    return request.build_absolute_uri("/").rstrip("/")


def form_page(
    request: HttpRequest,
    form: forms.BaseForm,
    *,
    title: str,
    button: str,
    back_url: str,
    back_text: str = "返回",
    lead: str = "",
    note: str = "",
    method: str = "post",
    cancel: str = "先不办",
) -> HttpResponse:
    """A title, the questions of one form, and a button that says what it does."""
    page: dict[str, Any] = {
        "form": form,
        "title": title,
        "button": button,
        "back_url": back_url,
        "back_text": back_text,
        "lead": lead,
        "note": note,
        "method": method,
        "cancel": cancel,
    }
    status = 422 if form.errors else 200
    return render(request, "form_page.html", page, status=status)
