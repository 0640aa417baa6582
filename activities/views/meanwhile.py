"""Two people wrote one record: both texts side by side, and one of them chosen."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from activities.models import Activity
from activities.permissions import may_edit
from activities.views.pages import rows_of
from committees.http import PortalRequest


def both_versions(
    request: PortalRequest,
    form: forms.Form,
    fields: Mapping[str, Any],
    current: Activity,
    *,
    save_url: str,
    what: str = "这条记录",
) -> HttpResponse:
    """Show `fields`, as this person wrote them, beside what stands; nothing is written yet.

    The button sends the same answers to `save_url` again, now knowing of the other ones.
    """
    mine = Activity(unit=current.unit, city=current.city)
    for name, value in fields.items():
        setattr(mine, name, value)
    ours, theirs = (
        {row["label"]: row["value"] for row in rows_of(each)} for each in (mine, current)
    )
    both = [
        {"label": label, "mine": ours.get(label, ""), "theirs": theirs.get(label, ""),
         "differs": ours.get(label, "") != theirs.get(label, "")}
        for label in dict.fromkeys([*theirs, *ours])
    ]  # fmt: skip
    answers = [(name, value) for name, value in request.POST.items() if name in form.fields
               or name == "held_on_day"]  # fmt: skip
    page = {
        "activity": current,
        "both": both,
        "answers": answers,
        "save_url": save_url,
        "what": what,
        "may_edit": may_edit(request.user, current),
    }
    return render(request, "activities/both_versions.html", page, status=409)
