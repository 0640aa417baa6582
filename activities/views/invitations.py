"""What a mentor opens: the link with two buttons, the own lectures, the calendar feed.

A token stands for one invitation or one mentor's calendar and for nothing else. It opens no other
page, and its pages are kept by no cache. (The site-wide same-origin referrer keeps the token to
ourselves; a stricter one would send `Origin: null`, and the form could not be posted.)
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from activities.choices import AnsweredVia, InvitationState, LectureState
from activities.forms.lectures import AnswerForm
from activities.forms.mentors import OwnCardForm, PauseForm
from activities.models import Lecture, LectureInvitation, Mentor
from activities.permissions import is_self
from activities.services import lectures
from activities.services.mentors import add_pause, correct_own, remove_pause
from activities.views.lectures import TONES, facts_of, when_of
from committees.figures import mask_phone
from committees.http import PortalRequest, form_page, require
from committees.permissions import may_anywhere
from committees.policy import Can
from portal.kernel import calendar
from portal.kernel.feeds import FeedEvent, calendar_feed


@never_cache
@login_not_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """我去 or 去不了, without signing in."""
    it = get_object_or_404(
        LectureInvitation.objects.select_related(
            "lecture__unit", "lecture__topic", "lecture__course", "lecture__city", "mentor__person",
            "mentor__user",
        ),
        token=token,
    )  # fmt: skip
    can_answer = it.state == InvitationState.WAITING and it.period.lower > timezone.now()
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and can_answer and form.is_valid():
        _answer(it, form, by=request.user)
        return redirect("activities:invitation", token)
    page = {
        "invitation": it,
        "lecture": it.lecture,
        "rows": [row for row in facts_of(it.lecture) if row["label"] != "导师"]
        if it.state in {InvitationState.WAITING, InvitationState.ACCEPTED}
        else [],
        "when": _when(it),
        "can_answer": can_answer,
        "form": form,
        "feed_url": reverse("activities:lecture_feed", args=[it.mentor.feed_token]),
    }
    wrong = request.method == "POST" and can_answer
    response = render(
        request, "activities/lectures/invitation.html", page, status=422 if wrong else 200
    )
    response["X-Robots-Tag"] = "noindex"
    return response


def _answer(it: LectureInvitation, form: AnswerForm, *, by: Any) -> None:
    signed_in = by.is_authenticated and is_self(by, it.mentor)
    via = AnsweredVia.SIGNED_IN if signed_in else AnsweredVia.LINK
    # The link speaks for the mentor, whoever is signed in on that telephone.
    who = by if signed_in else it.mentor.user
    if form.cleaned_data["answer"] == "yes":
        lectures.accept(it, via=via, now=timezone.now(), by=who)
    else:
        reason = form.cleaned_data["reason"]
        lectures.decline(it, reason=reason, via=via, now=timezone.now(), by=who)


def _when(it: LectureInvitation) -> str:
    start, end = (timezone.localtime(at) for at in (it.period.lower, it.period.upper))
    day = calendar.date_cn(start.date())
    return f"{day}（{calendar.weekday_cn(start.date())}）{start:%H:%M}—{end:%H:%M}"


@require_GET
def mine(request: PortalRequest) -> HttpResponse:
    """The mentor's own page: to answer, next, days off, and what was given this year."""
    require(may_anywhere(request.user, Can.LECTURE_GIVE), "这一页给关爱导师用")
    mentor = Mentor.objects.filter(user=request.user).select_related("person__unit").first()
    return _mine(request, mentor, PauseForm())


def _mine(request: PortalRequest, mentor: Mentor | None, form: PauseForm) -> HttpResponse:
    page: dict[str, Any] = {"mentor": mentor, "form": form}
    if mentor is not None:
        now, today = timezone.now(), calendar.today()
        own = Lecture.objects.filter(mentor=mentor).select_related(
            "unit", "topic", "course", "activity"
        )
        coming = own.filter(state=LectureState.CONFIRMED, period__endswith__gt=now)
        page |= {
            "waiting": mentor.invitations.filter(
                state=InvitationState.WAITING, period__startswith__gt=now
            ).select_related("lecture__unit", "lecture__topic", "lecture__course"),
            "coming": [_shown(it) for it in coming.order_by("period")],
            "to_tell": own.filter(
                state=LectureState.CONFIRMED, period__endswith__lte=now, told_at=None
            ).order_by("period"),
            "given": [_shown(it) for it in own.delivered().order_by("-day", "-pk")[:10]],
            "totals": own.delivered().filter(day__year=today.year).totals(),
            "year": today.year,
            "pauses": mentor.pauses.filter(period__endswith__gt=today).order_by("period"),
            "feed_url": request.build_absolute_uri(
                reverse("activities:lecture_feed", args=[mentor.feed_token])
            ),
        }
    return render(
        request, "activities/lectures/mine.html", page, status=422 if form.errors else 200
    )


def _shown(it: Lecture) -> dict[str, Any]:
    return {"lecture": it, "when": when_of(it), "tone": TONES[LectureState(it.state)]}


@require_POST
def pause(request: PortalRequest) -> HttpResponse:
    mentor = _own(request)
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _mine(request, mentor, form)
    add_pause(mentor, **form.cleaned_data, by=request.user)
    messages.success(request, "记下了，这几天不会请您")
    return redirect("activities:my_lectures")


@require_POST
def pause_remove(request: PortalRequest, pk: int) -> HttpResponse:
    it = get_object_or_404(_own(request).pauses, pk=pk)
    remove_pause(it, by=request.user)
    messages.success(request, "去掉了，这几天又可以请您")
    return redirect("activities:my_lectures")


def card(request: PortalRequest) -> HttpResponse:
    """A mentor's own card: telephone, topics and a few words; the limits are the office's."""
    mentor = _own(request)
    masked = mask_phone(mentor.person.phone)
    form = OwnCardForm(request.POST or None, mentor=mentor, masked=masked)
    if form.is_valid():
        correct_own(mentor, **form.cleaned_data, by=request.user)
        messages.success(request, "改好了")
        return redirect("activities:my_lectures")
    return form_page(
        request,
        form,
        title="改我的名片",
        lead="能走多远、讲几场要改，请告诉教办",
        button="保存",
        back_url=reverse("activities:my_lectures"),
        back_text="我的宣讲",
    )


@require_POST
def tell_done(request: PortalRequest, pk: int) -> HttpResponse:
    """讲完报一声; the host fills in the numbers."""
    it = get_object_or_404(Lecture.objects.filter(mentor=_own(request)), pk=pk)
    note = request.POST.get("note", "")[:200]
    lectures.tell_done(it, note=note, now=timezone.now(), by=request.user)
    messages.success(request, "谢谢您！学校会把人数填上")
    return redirect("activities:my_lectures")


def _own(request: PortalRequest) -> Mentor:
    require(may_anywhere(request.user, Can.LECTURE_GIVE), "这一页给关爱导师用")
    return get_object_or_404(Mentor.objects.select_related("person__unit"), user=request.user)


@require_GET
@login_not_required
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The mentor's lectures for a telephone calendar that cannot sign in."""
    mentor = Mentor.objects.filter(feed_token=token, left_on=None).select_related("person").first()
    if mentor is None:
        raise Http404
    shown = [LectureState.INVITED, LectureState.CONFIRMED, LectureState.DELIVERED]
    found = mentor.lectures.filter(state__in=shown).select_related("unit", "topic", "course")
    events = [_event(it) for it in found.order_by("-day", "-pk")[:200]]
    response = HttpResponse(
        calendar_feed(f"{mentor}的宣讲", events), content_type="text/calendar; charset=utf-8"
    )
    response["Cache-Control"] = "private, max-age=600"
    response["X-Robots-Tag"] = "noindex"
    return response


def _event(it: Lecture) -> FeedEvent:
    is_firm = it.state != LectureState.INVITED
    return FeedEvent(
        uid=f"{it.number}-{it.city_id}@yuanding",
        title=f"{'' if is_firm else '（待答复）'}{it.unit.name}宣讲：{it}",
        start=it.period.lower,
        end=it.period.upper,
        place=f"{it.unit.name}{it.place}",
        words=f"联系人：{it.contact} {it.contact_phone}",
        changed_at=it.created_at,
        is_firm=is_firm,
    )
