"""What several lists of this app show: the filter in words, their buttons and pages."""

from typing import Protocol, TypedDict

from django import forms
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse


class Action(TypedDict):
    """What templates/components/page_head.html wants to know of a button."""

    label: str
    url: str
    icon: str
    primary: bool


def applied_words(request: HttpRequest, form: forms.Form) -> list[tuple[str, str]]:
    """Each filter in force as its word, and the address of the page without it."""
    if not form.is_bound or not form.is_valid():
        return []
    found = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value in (None, ""):
            continue
        query = request.GET.copy()
        query.pop(name, None)
        query.pop("after", None)
        found.append((_word(field, value), f"?{query.urlencode()}"))
    return found


def _word(field: forms.Field, value: object) -> str:
    if isinstance(value, Model):
        return str(value)
    choices = dict(getattr(field, "choices", ()))
    return str(choices[value]) if value in choices else f"{field.label}“{value}”"


class Paged(Protocol):
    """What a pager needs to know of a page; `Page` is one."""

    @property
    def older(self) -> str: ...

    @property
    def is_first(self) -> bool: ...


def pager_urls(request: HttpRequest, page: Paged) -> dict[str, str]:
    """Addresses of the first and of the following page, with the filters kept."""
    query = request.GET.copy()
    query.pop("after", None)
    first = f"?{query.urlencode()}" if query else request.path
    older = query.copy()
    older["after"] = page.older
    return {
        "newer_url": "" if page.is_first else first,
        "older_url": f"?{older.urlencode()}" if page.older else "",
    }


def action(label: str, route: str, *args: object, icon: str = "", primary: bool = False) -> Action:
    """A button of the page head; `route` is a name of this app."""
    return {
        "label": label,
        "url": reverse(f"committees:{route}", args=args),
        "icon": icon,
        "primary": primary,
    }
