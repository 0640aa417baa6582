"""A new city: its first page, and what to do next, as far as it is done."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from activities.choices import PlanState
from activities.models import WorkPlan
from committees.http import PortalRequest, form_page, require
from committees.models import ObligationSet, RoleGrant, Unit
from committees.permissions import city_of, may_anywhere
from committees.policy import Can
from portal.kernel import calendar
from portal.web.forms.setup import CityForm
from portal.web.services import setup as setup_services
from portal.web.views.account import enter


@dataclass(frozen=True, slots=True)
class Stage:
    title: str
    words: str
    url: str
    button: str
    is_done: bool


@login_not_required
@never_cache
@sensitive_post_parameters("key", "password")
def setup(request: HttpRequest) -> HttpResponse:
    """Asked once, while the portal is empty; afterwards it only shows the way."""
    if not setup_services.is_new():
        return redirect("web:start")
    form = CityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        user = setup_services.found_city(
            name=told["name"],
            person=told["person"],
            username=told["username"],
            password=told["password"],
            on=calendar.today(),
        )
        enter(request, user, way="password")
        messages.success(request, f"{told['name']}已经建好。照着下面一步一步做，随时可以停下")
        return redirect("web:start")
    return form_page(
        request,
        form,
        title="把一个新城市办起来",
        lead="这台服务器上还没有城市。填这五项，两分钟，只填一次",
        button="建好这个城市",
        back_url=reverse("web:handbook"),
        back_text="使用手册",
    )


@require_GET
def start(request: PortalRequest) -> HttpResponse:
    """The steps of a new city; what is done follows from what is there: one may stop anywhere."""
    require(may_anywhere(request.user, Can.IMPORT_RUN), "新城市由局关工委办来办")
    city = city_of(request.user)
    assert city is not None  # noqa: S101 - a power comes from a grant
    stages = _stages(city, calendar.today().year)
    page = {
        "city": city,
        "stages": stages,
        "next": next((stage for stage in stages if not stage.is_done), None),
        "done": sum(stage.is_done for stage in stages),
    }
    return render(request, "portal/start.html", page)


def _stages(city: Unit, year: int) -> list[Stage]:
    others = RoleGrant.objects.filter(unit__city=city).exclude(unit=city)
    units = Unit.objects.filter(city=city).exclude(pk=city.pk)
    plans = WorkPlan.objects.filter(city=city, year=year, state=PlanState.PUBLISHED)
    return [
        Stage(
            "导入单位和五老名册",
            "用现成的 Excel 表。先检查，看清了再导，导错了可以整批撤销",
            reverse("web:imports"), "导入数据", units.exists(),
        ),
        Stage(
            f"定{year}年的要求",
            "“三个同”“三个一”有一份标准的，看一遍，让它生效",
            reverse("activities:obligations"), "年度要求",
            ObligationSet.objects.current(city, year) is not None,
        ),
        Stage(
            f"上传{year}年工作要点",
            "选 Word 文件，系统照编号一条一条分开，核对以后发布",
            reverse("activities:plans"), "工作要点", plans.exists(),
        ),
        Stage(
            "给教办和学校开账号",
            "一次给一片开通，打印条子发下去",
            reverse("committees:accounts"), "用户与权限", others.exists(),
        ),
    ]  # fmt: skip
