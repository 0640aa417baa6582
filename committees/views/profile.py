"""The one-screen profile of a unit."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from committees import figures
from committees.choices import Position, UnitKind
from committees.http import PortalRequest
from committees.models import Committee, CommitteeService, Person, TeamRules, Unit
from committees.permissions import (
    may,
    may_appoint,
    may_edit_unit,
    may_establish,
    may_open_account,
    only_own_unit,
)
from committees.policy import Can
from committees.services.rules import rules_of
from committees.views.lists import Action
from portal.kernel import calendar
from portal.kernel.calendar import date_cn


@require_GET
def unit(request: PortalRequest, pk: int) -> HttpResponse:
    found = Unit.objects.visible_to(request.user).select_related("office", "city")
    it: Unit = get_object_or_404(found, pk=pk)
    today = calendar.today()
    committee = it.committees.filter(dissolved_on=None).first()
    posts = figures.current_posts(committee, on=today) if committee else []
    is_open = it.periods.filter(period__contains=today).exists()
    page = {
        "unit": it,
        "lead": _lead(it),
        "back_url": "" if only_own_unit(request.user) else reverse("committees:units"),
        "actions": _actions(it) if may_edit_unit(request.user, it) else [],
        "facts": _facts(it),
        "is_open": is_open,
        "committee": committee,
        "founded": committee and _founded(committee),
        "posts": posts,
        "lacking": _lacking(posts, rules_of(it)) if committee else [],
        "served_by": _served_by(it, today),
        "serves": _serves(committee, it, today),
        "history": _history(it),
        "carries_on": _carries_on(request, it, today),
        "people_count": Person.objects.filter(unit=it).count(),
        "mentor_count": Person.objects.filter(unit=it, is_mentor=True).count(),
        "below": _below(it, today),
        "sees_list": not only_own_unit(request.user),
        "may_edit": may_edit_unit(request.user, it),
        "may_establish": is_open and committee is None and may_establish(request.user, it),
        "may_appoint": committee is not None and may_appoint(request.user, committee),
        "may_serve": committee is not None and may_establish(request.user, it),
        "may_people": may(request.user, Can.PEOPLE_VIEW, it),
        "may_party_phone": bool(it.party_phone) and may(request.user, Can.PHONE_REVEAL, it),
        "may_account": is_open and may_open_account(request.user, it),
        "may_face": is_open and may(request.user, Can.FACE_EDIT, it),
        "may_records": may(request.user, Can.ACTIVITY_VIEW, it),
        "this_year": today.year,
        "may_overview": may(request.user, Can.OBLIGATION_VIEW, it),
    }
    return render(request, "committees/unit.html", page)


def _lead(it: Unit) -> str:
    words = [it.get_stage_display() or it.get_kind_display()]
    if it.is_institution:
        words.append(it.office.name if it.office else "市教育局直属")
    return "，".join(words)


def _actions(it: Unit) -> list[Action]:
    if it.depth == 1:
        return []
    url = reverse("web:unit_change_new", args=[it.pk])
    return [Action(label="单位变动", url=url, icon="units", primary=False)]


def _facts(it: Unit) -> list[dict[str, Any]]:
    latest = it.years.order_by("-year").first()
    rows: list[tuple[str, object]] = [("单位代码", it.code)]
    if it.kind == UnitKind.SCHOOL:
        rows.append(("学段", it.get_stage_display()))
    if it.is_institution:
        rows.append(("主管", it.office or "市教育局直属"))
    if it.kind == UnitKind.KINDERGARTEN:
        rows.append(("镇（街道）中心园", "是" if it.is_central else "否"))
    party = [it.party_secretary, figures.mask_phone(it.party_phone)]
    rows += [("党组织", it.party_org), ("党组织书记", "，".join(filter(None, party)))]
    rows.append(("联系电话", it.phone))
    if it.is_institution:
        rows.append(("在校学生", _students(latest)))
    return [{"label": label, "value": value} for label, value in rows]


def _students(latest: Any) -> str:
    if latest is None or latest.students is None:
        return ""
    more = [f"{latest.classes} 个班"] if latest.classes is not None else []
    more += [f"教职工 {latest.staff} 人"] if latest.staff is not None else []
    return "，".join([f"{latest.students:,} 人", *more]) + f"（{latest.year}学年）"


def _founded(committee: Committee) -> str:
    if committee.established_on is None:
        return ""
    return date_cn(committee.established_on, committee.established_precision)


def _lacking(posts: list[Any], rules: TeamRules) -> list[str]:
    """Posts the city says every committee must have, and nobody holds."""
    held = {post.position for post in posts}
    return [Position(each).label for each in rules.required_posts if each not in held]


def _served_by(it: Unit, today: date) -> CommitteeService | None:
    """The committee of another unit that covers this one."""
    return (
        it.served_by.filter(period__contains=today)
        .exclude(committee__host=it)
        .select_related("committee__host")
        .first()
    )


def _serves(committee: Committee | None, it: Unit, today: date) -> list[CommitteeService]:
    if committee is None:
        return []
    others = committee.services.filter(period__contains=today).exclude(unit=it)
    return list(others.select_related("unit").order_by("unit__path"))


def _carries_on(request: PortalRequest, it: Unit, today: date) -> list[Unit]:
    """Closed units whose work this one took over, as far as they may be read."""
    gone = it.precessions.filter(carries_duties=True, period__contains=today)
    seen = Unit.objects.visible_to(request.user).filter(pk__in=gone.values("predecessor"))
    return list(seen)


def _history(it: Unit) -> list[str]:
    """What the dated links tell, newest first."""
    lines = [
        (link.period.lower, f"起由{link.parent}主管")
        for link in it.memberships.select_related("parent")
        if link.period.lower
    ]
    lines += [
        (
            link.period.lower,
            f"由“{link.successor}”承接" if link.carries_duties else f"分出“{link.successor}”",
        )
        for link in it.successions.select_related("successor")
    ]
    lines += [
        (
            link.period.lower,
            f"承接“{link.predecessor}”" if link.carries_duties else f"从“{link.predecessor}”分出",
        )
        for link in it.precessions.select_related("predecessor")
    ]
    for opened in it.periods.all():
        days = ((opened.period.lower, "开办"), (opened.period.upper, "撤销"))
        lines += [(day, words) for day, words in days if day]
    lines.sort(key=lambda line: line[0], reverse=True)
    return [f"{date_cn(day)}{words}" for day, words in lines]


def _below(it: Unit, today: date) -> figures.Coverage | None:
    """A bureau or office also shows how many of its institutions are covered."""
    return None if it.is_institution else figures.coverage(it, on=today)
