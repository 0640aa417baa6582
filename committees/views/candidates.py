"""Whom to ask into the team of mentors this term: who came free, who was asked, what they said."""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from committees import figures
from committees.exports import teams as team_exports
from committees.figures import teams as team_figures
from committees.http import PortalRequest, form_page, require
from committees.models import Person, TeamInvitation
from committees.permissions import home_unit, may_anywhere, may_invite
from committees.policy import Can
from committees.services import invitations
from committees.views.lists import action
from portal.kernel import audit, calendar, files

WHO_INVITES = "导师人选由教办和局关工委来邀请"
TONES = {"invited": "waiting", "accepted": "done", "declined": "later"}


class InviteForm(forms.Form):
    note = forms.CharField(
        label="邀请时说了什么", max_length=200, required=False, help_text="谁去说的，想请讲什么"
    )


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label="怎么答复的？",
        choices=[("accept", "答应了"), ("decline", "暂不参加")],
        widget=forms.RadioSelect,
        error_messages={"required": "选一项答复"},
    )
    note = forms.CharField(
        label="备注",
        max_length=200,
        required=False,
        help_text="暂不参加的，写一句原因，下学期好再问",
    )


@require_GET
def candidates(request: PortalRequest) -> HttpResponse:
    """One half of a school year; the page prints as the invitation list."""
    require(may_anywhere(request.user, Can.MENTOR_EDIT), WHO_INVITES)
    half = _half(request.GET.get("half") or team_figures.half_of(calendar.today()))
    reach = Person.objects.reachable_by(request.user, Can.MENTOR_EDIT)
    asked = {
        each.person_id: each
        for each in TeamInvitation.objects.visible_to(request.user).filter(half=half)
    }
    free = team_figures.candidates(reach, half=half) | reach.filter(pk__in=asked)
    found = list(free.distinct().select_related("unit", "mentor").order_by("unit__path", "pk"))
    if "xlsx" in request.GET:
        root = home_unit(request.user)
        assert root is not None  # noqa: S101 - a power comes from a grant
        audit.record("candidates.exported", root, by=request.user, note=half)
        content = team_exports.candidates_workbook(found, asked, half=half)
        return files.made(content, f"导师人选{half}.xlsx")
    export = action("导出表格", "candidates", icon="download")
    export["url"] += f"?half={half}&xlsx=1"
    earlier = team_figures.half_before(half)
    page = {
        "half": half,
        "label": team_figures.half_label(half),
        "earlier": earlier,
        "earlier_label": team_figures.half_label(earlier),
        "rows": [_row(request, person, asked.get(person.pk)) for person in found],
        "accepted": sum(each.state == "accepted" for each in asked.values()),
        "actions": [export],
        "back_url": reverse("committees:people"),
    }
    return render(request, "committees/candidates.html", page)


def _row(request: PortalRequest, person: Person, asked: TeamInvitation | None) -> dict[str, Any]:
    return {
        "person": person,
        "why": team_figures.why(person),
        "masked": figures.mask_phone(person.phone),
        "asked": asked,
        "tone": TONES[asked.state] if asked else "none",
        "enrol_url": reverse("activities:mentor_enrol", args=[person.pk])
        if asked is not None and asked.state == "accepted" and not is_enrolled(person)
        else "",
        "open": asked is not None and asked.state != "accepted",
    }


def is_enrolled(person: Person) -> bool:
    """The card of a mentor hangs on the person, whichever app keeps it."""
    card = getattr(person, "mentor", None)
    return card is not None and card.left_on is None


def invite(request: PortalRequest, half: str, pk: int) -> HttpResponse:
    half = _half(half)
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    require(may_invite(request.user, person), WHO_INVITES)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        invitations.invite(
            person, half=half, on=calendar.today(), note=form.cleaned_data["note"], by=request.user
        )
        messages.success(request, f"已经记下邀请了{person}，有了答复再来记")
        return redirect(_url(half))
    return form_page(
        request,
        form,
        title=f"邀请{person}做“关爱导师”",
        lead=f"{person.unit}，{person.original_post}",
        button="记下邀请",
        back_url=_url(half),
        back_text="导师人选",
    )


def answer(request: PortalRequest, pk: int) -> HttpResponse:
    found = TeamInvitation.objects.visible_to(request.user).select_related("person__unit")
    asked = get_object_or_404(found, pk=pk)
    require(may_invite(request.user, asked.person), WHO_INVITES)
    form = AnswerForm(request.POST or None, initial={"note": asked.note})
    if form.is_valid():
        note, today = form.cleaned_data["note"], calendar.today()
        if form.cleaned_data["answer"] == "accept":
            invitations.accept(asked, on=today, note=note, by=request.user)
            messages.success(request, f"{asked.person} 已登记为“关爱导师”，接着可以发聘书")
        else:
            invitations.decline(asked, on=today, note=note, by=request.user)
            messages.success(request, f"已经记下，{asked.person} 暂不参加")
        return redirect(_url(asked.half))
    return form_page(
        request,
        form,
        title=f"{asked.person}的答复",
        button="记下答复",
        back_url=_url(asked.half),
        back_text="导师人选",
    )


def _half(written: str) -> str:
    if not re.fullmatch(r"20\d\d-[12]", written):
        raise Http404
    return written


def _url(half: str) -> str:
    return f"{reverse('committees:candidates')}?half={half}"
