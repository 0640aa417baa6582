"""The mentor team: the register, one card, who joins and who leaves."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from activities import exports
from activities.choices import CourseState, LectureState
from activities.forms.mentors import MentorFilter, MentorForm, PersonSearch
from activities.models import Lecture, LectureTopic, Mentor
from activities.permissions import is_self, may_edit_mentor, may_offer_course
from activities.services import mentors
from activities.views.courses import COURSE_TONES
from activities.views.lectures import TONES, when_of
from committees.choices import UnitKind
from committees.http import PortalRequest, form_page, require
from committees.models import Person, Unit
from committees.permissions import city_of, may_anywhere
from committees.policy import Can
from committees.views.lists import applied_words, pager_urls
from portal.kernel import calendar, files
from portal.kernel.calendar import date_cn, school_term
from portal.kernel.paging import read_page

WHO_KEEPS = "导师名册由教办和局关工委维护"


@require_GET
def register(request: PortalRequest) -> HttpResponse:
    require(
        may_anywhere(request.user, Can.MENTOR_VIEW), "导师名册给各单位用，您的名片在“我的宣讲”里"
    )
    form, found = _filtered(request)
    page = read_page(found, by=["person__unit__path", "pk"], after=request.GET.get("after", ""))
    context = {
        "form": form,
        "applied": applied_words(request, form),
        "count_sentence": f"共 {found.count()} 位",
        "rows": rows_of(page.rows),
        "may_enrol": may_anywhere(request.user, Can.MENTOR_EDIT),
        **pager_urls(request, page),
    }
    return render(request, "activities/mentors/register.html", context)


@require_GET
def export(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.MENTOR_VIEW))
    _, found = _filtered(request)
    rows = rows_of(list(found.order_by("person__unit__path", "pk")))
    return files.made(exports.mentor_workbook(rows), "导师名册.xlsx")


def rows_of(found: Iterable[Mentor]) -> list[dict[str, Any]]:
    """What register and workbook show of each mentor, in three queries for all of them."""
    found = list(found)
    first, last = school_term(calendar.today())
    held = [LectureState.INVITED, LectureState.CONFIRMED, LectureState.DELIVERED]
    in_term = dict(
        Lecture.objects.filter(mentor__in=found, state__in=held, day__range=(first, last))
        .order_by()
        .values_list("mentor_id")
        .annotate(Count("pk"))
    )
    given = {
        pk: (sessions, audience or 0)
        for pk, sessions, audience in Lecture.objects.delivered()
        .filter(mentor__in=found)
        .order_by()
        .values_list("mentor_id")
        .annotate(Count("pk"), Sum("activity__attendance"))
    }
    return [
        {
            "mentor": it,
            "office": it.person.unit.office.name if it.person.unit.office else "市直属",
            "topics": "、".join(topic.name for topic in it.topics.all()),
            "courses": it.on_menu,  # type: ignore[attr-defined]
            "term": in_term.get(it.pk, 0),
            "sessions": given.get(it.pk, (0, 0))[0],
            "audience": given.get(it.pk, (0, 0))[1],
        }
        for it in found
    ]


@require_GET
def mentor(request: PortalRequest, pk: int) -> HttpResponse:
    """The card: what is taught, what was given, the letters in force."""
    it, user = mentor_for(request, pk), request.user
    may_edit, own = may_edit_mentor(user, it), is_self(user, it)
    lectures = Lecture.objects.filter(mentor=it).select_related("unit", "topic", "course")
    today = calendar.today()
    courses = it.courses.select_related("topic").exclude(state=CourseState.RETIRED)
    if not (may_edit or own):
        courses = courses.filter(state=CourseState.APPROVED)
    page = {
        "mentor": it,
        "rows": _facts(it),
        "may_edit": may_edit and it.left_on is None,
        "may_offer": may_offer_course(user, it),
        "is_own": own,
        "sees_all": may_edit or own,
        "courses": [
            {"course": one, "tone": COURSE_TONES[CourseState(one.state)]} for one in courses
        ],
        "totals": lectures.totals(),
        "this_year": lectures.filter(day__year=today.year).totals(),
        "lectures": [
            {"lecture": one, "when": when_of(one), "tone": TONES[LectureState(one.state)]}
            for one in lectures.order_by("-day", "-pk")[:8]
        ]
        if may_edit or own
        else [],
        "appointments": it.appointments.current(today).select_related("unit", "issuer"),
        "pauses": it.pauses.filter(period__endswith__gt=today) if may_edit or own else [],
    }
    return render(request, "activities/mentors/mentor.html", page)


@require_GET
def candidates(request: PortalRequest) -> HttpResponse:
    """People of the register who are no mentors yet, to choose one from."""
    require(may_anywhere(request.user, Can.MENTOR_EDIT), WHO_KEEPS)
    form = PersonSearch(request.GET or None)
    words = form.cleaned_data["q"].strip() if form.is_bound and form.is_valid() else ""
    found = _not_enrolled(request).filter(name__icontains=words).select_related("unit")
    page = read_page(found, by=["unit__path", "pk"], after=request.GET.get("after", ""))
    context = {
        "form": form,
        "applied": applied_words(request, form),
        "people": page.rows,
        "back_url": reverse("activities:mentors"),
        **pager_urls(request, page),
    }
    return render(request, "activities/mentors/candidates.html", context)


def enrol(request: PortalRequest, pk: int) -> HttpResponse:
    require(may_anywhere(request.user, Can.MENTOR_EDIT), WHO_KEEPS)
    person = get_object_or_404(_not_enrolled(request).select_related("unit__city"), pk=pk)
    city = person.unit.city or person.unit
    mentors.ensure_topics(city, by=request.user)
    form = MentorForm(
        request.POST or None, city=city, home=person.unit, initial=_known_of(person, city)
    )
    if form.is_valid():
        made = mentors.enrol(
            person,
            on=calendar.today(),
            topics=form.cleaned_data["topics"],
            by=request.user,
            **form.facts(),
        )
        messages.success(request, f"{made}进了导师名册")
        return redirect("activities:mentor", made.pk)
    return form_page(
        request, form, title=f"登记导师：{person}", lead=person.unit.name, button="登记为导师",
        back_url=reverse("activities:mentor_candidates"), back_text="选人",
    )  # fmt: skip


def _known_of(person: Person, city: Unit) -> dict[str, Any]:
    """What the register says already: strengths that are topics, a line about the person."""
    tags = person.strength_tags
    topics = [
        topic
        for topic in LectureTopic.objects.filter(city=city, is_open=True)
        if any(tag in topic.name or topic.name in tag for tag in tags)
    ]
    held = Mentor.objects.filter(user=person.account_id).exists() if person.account_id else True
    about = "，".join(filter(None, [person.original_post, person.honour]))
    return {"topics": topics, "about": about, "user": None if held else person.account_id}


def edit(request: PortalRequest, pk: int) -> HttpResponse:
    it = mentor_for(request, pk)
    require(may_edit_mentor(request.user, it) and it.left_on is None, WHO_KEEPS)
    home = it.person.unit
    form = MentorForm(request.POST or None, city=home.city or home, home=home, mentor=it)
    if form.is_valid():
        topics = form.cleaned_data["topics"]
        mentors.correct(it, topics=topics, by=request.user, **form.facts())
        messages.success(request, "改好了")
        return redirect("activities:mentor", it.pk)
    return form_page(
        request, form, title=f"修改{it}的导师名片", button="保存",
        back_url=reverse("activities:mentor", args=[pk]), back_text=str(it),
    )  # fmt: skip


@require_POST
def leave(request: PortalRequest, pk: int) -> HttpResponse:
    it = mentor_for(request, pk)
    require(may_edit_mentor(request.user, it), WHO_KEEPS)
    mentors.leave(it, on=calendar.today(), by=request.user)
    messages.success(request, f"{it}退出了导师队伍，讲过的课和聘书都留着")
    return redirect("activities:mentor", it.pk)


def mentor_for(request: PortalRequest, pk: int) -> Mentor:
    wanted = Mentor.objects.visible_to(request.user).select_related(
        "person__unit__office", "person__unit__city", "team", "user"
    )
    return get_object_or_404(wanted, pk=pk)


def _not_enrolled(request: PortalRequest) -> QuerySet[Person]:
    inside = Mentor.objects.serving().values("person")
    return Person.objects.reachable_by(request.user, Can.MENTOR_EDIT).exclude(pk__in=inside)


def _filtered(request: PortalRequest) -> tuple[MentorFilter, QuerySet[Mentor]]:
    city = city_of(request.user)
    offices = Unit.objects.filter(city=city, kind=UnitKind.OFFICE)
    topics = LectureTopic.objects.filter(city=city)
    form = MentorFilter(request.GET or None, topics=topics, offices=offices)
    asked: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found: QuerySet[Mentor] = Mentor.objects.visible_to(request.user).serving()
    if words := asked.get("q", "").strip():
        found = found.filter(person__name__icontains=words)
    if asked.get("topic"):
        found = found.filter(topics=asked["topic"])
    if asked.get("office"):
        found = found.filter(person__unit__path__startswith=asked["office"].path)
    approved = Count("courses", filter=Q(courses__state=CourseState.APPROVED), distinct=True)
    wanted = found.select_related("person__unit__office", "team").prefetch_related("topics")
    return form, wanted.annotate(on_menu=approved)


def _facts(it: Mentor) -> list[dict[str, Any]]:
    home = it.person.unit
    rules = mentors.rules_of(home.city or home)
    most = rules.most_a_term if it.most_a_term is None else it.most_a_term
    rest = rules.rest_days if it.rest_days is None else it.rest_days
    rows = [
        ("单位", home.name),
        ("原工作单位及职务", it.person.original_post),
        ("能讲的专题", "、".join(topic.name for topic in it.topics.all())),
        ("简介", it.about),
        (it.team.get_kind_display() if it.team else "讲师团", it.team.name if it.team else ""),
        ("能走多远", it.get_travel_display()),
        ("最多", f"一学期 {most} 场，两场之间歇 {rest} 天"),
        ("入团日期", date_cn(it.joined_on) if it.joined_on else ""),
        ("退出日期", date_cn(it.left_on) if it.left_on else ""),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]
