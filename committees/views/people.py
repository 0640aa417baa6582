"""The register of 五老 and other members."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees import figures
from committees.choices import ElderCategory, UnitKind
from committees.exports import teams as team_exports
from committees.forms.people import PersonFilterForm, PersonForm
from committees.http import PortalRequest, form_page, require
from committees.imports import returned_people
from committees.models import Committee, Person, PersonMerge, Post, RoleGrant, Unit, User
from committees.permissions import (
    home_unit,
    may_anywhere,
    may_edit_person,
    may_join_account,
    may_reveal_phone,
    only_own_unit,
)
from committees.policy import Can
from committees.services import people as people_services
from committees.views.lists import Action, action, applied_words, pager_urls
from portal.kernel import audit, calendar, files
from portal.kernel.calendar import date_cn
from portal.kernel.paging import read_page

BY_SECRETARY = "名册由各单位秘书、教办和局关工委维护"


@require_GET
def people(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.PEOPLE_VIEW))
    form = PersonFilterForm(request.GET or None, units=_units(request))
    if only_own_unit(request.user):
        del form.fields["unit"]
    found = _filtered(request, form)
    today = calendar.today()
    posts = Post.objects.filter(period__contains=today).select_related("committee")
    rows = found.select_related("unit").prefetch_related(
        Prefetch("posts", queryset=posts, to_attr="current_posts")
    )
    page = read_page(rows, by=["unit__path", "pk"], after=request.GET.get("after", ""))
    context = {
        "form": form,
        "applied": applied_words(request, form),
        "count_sentence": f"共 {found.count()} 人",
        "page": page,
        "rows": [_row(person) for person in page.rows],
        "lead": "手机号码只显示一部分，要用时点开姓名查看",
        "actions": _list_actions(request, form),
        **pager_urls(request, page),
    }
    return render(request, "committees/people.html", context)


@require_GET
def people_export(request: PortalRequest) -> HttpResponse:
    """The same list with the same filter, whole; it may come back edited."""
    require(may_anywhere(request.user, Can.PEOPLE_VIEW))
    form = PersonFilterForm(request.GET or None, units=_units(request))
    found = returned_people.with_posts(_filtered(request, form)).order_by("unit__path", "pk")
    words = "；".join(word for word, _ in applied_words(request, form))
    rows, root, today = list(found), home_unit(request.user), calendar.today()
    assert root is not None  # noqa: S101 - a power comes from a grant
    audit.record("people.exported", root, by=request.user, note=f"{len(rows)} 人 {words}")
    content = team_exports.people_workbook(rows, on=today, filtered=words)
    return files.made(content, f"五老名册{today.isoformat()}.xlsx")


def _list_actions(request: PortalRequest, form: PersonFilterForm) -> list[Action]:
    export = action("导出表格", "people_export", icon="download")
    export["url"] += f"?{request.GET.urlencode()}" if request.GET else ""
    if not may_anywhere(request.user, Can.PEOPLE_EDIT):
        return [export]
    found = [export, action("交回改好的表", "list_return", "people", icon="upload")]
    found.append(action("查重", "duplicates", icon="search"))
    if may_anywhere(request.user, Can.MENTOR_EDIT):
        found.append(action("导师人选", "candidates", icon="star"))
    return [*found, _add(form)]


def _add(form: PersonFilterForm) -> Action:
    add = action("登记一位同志", "person_new", icon="plus", primary=True)
    chosen = form.cleaned_data.get("unit") if form.is_bound and form.is_valid() else None
    if chosen:
        add["url"] += f"?unit={chosen.pk}"
    return add


@require_GET
def person(request: PortalRequest, pk: int) -> HttpResponse:
    return _person_page(request, _visible(request, pk), phone="")


@require_POST
def person_phone(request: PortalRequest, pk: int) -> HttpResponse:
    """The page again with the whole number on it; that it was seen stays on record."""
    it = _visible(request, pk)
    require(may_reveal_phone(request.user, it), BY_SECRETARY)
    phone = people_services.reveal_phone(it, by=request.user)
    response = _person_page(request, it, phone=phone)
    response["Cache-Control"] = "no-store"
    return response


def person_new(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.PEOPLE_EDIT), BY_SECRETARY)
    editable = Unit.objects.reachable_by(request.user, Can.PEOPLE_EDIT)
    wanted = request.GET.get("unit", "")
    unit = editable.filter(pk=wanted).first() if wanted.isdecimal() else home_unit(request.user)
    unit = get_object_or_404(editable, pk=unit.pk if unit else 0)
    form = PersonForm(request.POST or None, units=_city_units(unit))
    if form.is_valid():
        made = people_services.register(unit, **form.facts(), by=request.user)
        messages.success(request, f"{made} 已经登记到{unit}的名册")
        return redirect("committees:person", made.pk)
    return form_page(
        request,
        form,
        title=f"登记一位同志：{unit}",
        lead="只有姓名一定要写，别的可以以后补",
        button="登记到名册",
        back_url=f"{reverse('committees:people')}?unit={unit.pk}",
        back_text="五老名册",
    )


def person_edit(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    require(may_edit_person(request.user, it), BY_SECRETARY)
    form = PersonForm(request.POST or None, person=it, units=_city_units(it.unit))
    if form.is_valid():
        changed = people_services.correct(it, **form.facts(), by=request.user)
        messages.success(request, "已经改好了" if changed else "没有要改的，资料还是原样")
        return redirect("committees:person", it.pk)
    return form_page(
        request,
        form,
        title=f"修改{it}的资料",
        button="保存",
        back_url=reverse("committees:person", args=[it.pk]),
        back_text=it.name,
    )


def _person_page(request: PortalRequest, it: Person, *, phone: str) -> HttpResponse:
    may_edit = may_edit_person(request.user, it)
    merge = PersonMerge.objects.filter(kept=it, undone_at=None).order_by("-pk").first()
    page = {
        "person": it,
        "facts": _facts(it),
        "posts": [_held(post) for post in _posts_in_reach(request, it)],
        "account": _account_in_reach(request, it),
        "may_account": may_join_account(request.user, it),
        "roles": _roles_in_reach(request, it),
        "mentor": getattr(it, "mentor", None),
        "masked": figures.mask_phone(it.phone),
        "phone": phone,
        "back_url": reverse("committees:people"),
        "actions": [action("修改", "person_edit", it.pk, icon="pen")] if may_edit else [],
        "merge": merge if may_edit else None,
        "may_reveal": bool(it.phone) and may_reveal_phone(request.user, it),
    }
    return render(request, "committees/person.html", page)


def _posts_in_reach(request: PortalRequest, it: Person) -> QuerySet[Post]:
    """One person, many hats: posts at every committee the viewer may see."""
    return (
        it.posts.filter(committee__in=Committee.objects.visible_to(request.user))
        .exclude(period__isempty=True)
        .select_related("committee")
        .order_by("-pk")
    )


def _account_in_reach(request: PortalRequest, it: Person) -> User | None:
    """The sign-in name is for whoever manages accounts where it has a role, or here."""
    if it.account is None:
        return None
    seen = RoleGrant.objects.visible_to(request.user).filter(user=it.account).exists()
    return it.account if seen or may_join_account(request.user, it) else None


def _roles_in_reach(request: PortalRequest, it: Person) -> list[str]:
    """What the person's own account may do, at units whose accounts the viewer manages."""
    if it.account_id is None:
        return []
    today = calendar.today()
    grants = RoleGrant.objects.visible_to(request.user).filter(
        user=it.account_id, period__contains=today
    )
    return [f"{grant.unit}：{grant.get_role_display()}" for grant in grants.select_related("unit")]


def _city_units(unit: Unit) -> QuerySet[Unit]:
    """Where somebody may have worked: any open unit of the city, by name only."""
    found: QuerySet[Unit] = (
        Unit.objects.filter(city=unit.city_id or unit.pk).open_on(calendar.today()).order_by("path")
    )
    return found


def _visible(request: PortalRequest, pk: int) -> Person:
    found = Person.objects.visible_to(request.user).select_related(
        "unit", "original_unit", "account"
    )
    return get_object_or_404(found, pk=pk)


def _units(request: PortalRequest) -> QuerySet[Unit]:
    found: QuerySet[Unit] = (
        Unit.objects.reachable_by(request.user, Can.PEOPLE_VIEW)
        .open_on(calendar.today())
        .exclude(kind=UnitKind.BUREAU)
        .order_by("path")
    )
    return found


def _filtered(request: PortalRequest, form: PersonFilterForm) -> QuerySet[Person]:
    found = Person.objects.visible_to(request.user)
    chosen: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    if words := chosen.get("q", "").strip():
        found = found.filter(name__icontains=words)
    if chosen.get("category"):
        found = found.filter(categories__contains=[chosen["category"]])
    if chosen.get("part") == "mentor":
        found = found.filter(is_mentor=True)
    elif chosen.get("part") == "backbone":
        found = found.filter(is_backbone=True)
    elif chosen.get("part") == "honour":
        found = found.exclude(honour="")
    elif chosen.get("part") == "post":
        held = Post.objects.filter(person=OuterRef("pk"), period__contains=calendar.today())
        found = found.filter(Exists(held))
    if chosen.get("status"):
        found = found.filter(work_status=chosen["status"])
    if tag := chosen.get("tag", "").strip():
        found = found.filter(strengths__icontains=tag)
    if chosen.get("unit"):
        found = found.filter(unit__path__startswith=chosen["unit"].path)
    return found


def _row(it: Person) -> dict[str, Any]:
    held = figures.in_order(it.current_posts)  # type: ignore[attr-defined]
    return {
        "person": it,
        "categories": _categories(it),
        "posts": "、".join(post.get_position_display() for post in held),
        "masked": figures.mask_phone(it.phone),
    }


def _categories(it: Person) -> str:
    return "、".join(ElderCategory(name).label for name in it.categories)


def _facts(it: Person) -> list[dict[str, Any]]:
    rows: list[tuple[str, object]] = [
        ("登记单位", it.unit.name),
        ("性别", it.get_gender_display()),
        ("出生年月", date_cn(it.born_on, "month") if it.born_on else ""),
        ("状态", it.get_work_status_display()),
        ("“五老”类别", _categories(it)),
        ("原工作单位及职务", it.original_post),
        ("原工作单位", it.original_unit.name if it.original_unit else ""),
        ("退居二线时间", _rough(it.stepped_back_on, it.stepped_back_precision)),
        ("退休时间", _rough(it.retired_on, it.retired_precision)),
        ("特长", "、".join(it.strength_tags)),
        ("名特优称号", it.honour),
        ("骨干", "是" if it.is_backbone else "否"),
        ("“关爱导师”", "是" if it.is_mentor else "否"),
    ]
    return [{"label": label, "value": value} for label, value in rows]


def _rough(day: date | None, precision: str) -> str:
    return date_cn(day, precision) if day else ""


def _held(post: Post) -> str:
    """副主任（云山小学关工委，2023年2月1日起至2023年6月1日）."""
    first = f"{date_cn(post.period.lower)}起" if post.period.lower else "早先起"
    last = f"，到{date_cn(post.period.upper)}为止" if post.period.upper else ""
    return f"{post.get_position_display()}（{post.committee}，{first}{last}）"
