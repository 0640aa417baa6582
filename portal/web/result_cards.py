"""Cards of the reading programme's results: to publish, to answer, to certify, to print."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from committees.models.scoping import grants_of
from committees.permissions import may_anywhere, roles_of
from committees.policy import Can, Role
from portal.kernel.calendar import date_cn
from portal.kernel.wording import quoted
from portal.web.cards import MOST_OF_A_KIND, Card
from reading_program.models import Certificate, Edition, Objection

FRESH = timedelta(days=60)  # a school prints its certificates in the weeks after they are made


def results(user: Any, *, on: date) -> Iterator[Card]:
    if may_anywhere(user, Can.READING_EDIT):
        yield from _to_publish(user)
        yield from _objections(user)
    elif Role.SCHOOL_SECRETARY in roles_of(user):
        yield from _to_print(user, on=on)


def _to_publish(user: Any) -> Iterator[Card]:
    found = Edition.objects.visible_to(user).annotate(
        pending=Count("result_lists", filter=Q(result_lists__state="pending"))
    )
    for edition in found.filter(pending__gt=0).order_by("-starts_on", "pk")[:MOST_OF_A_KIND]:
        yield Card(
            f"公布《{edition}》的结果",
            reverse("reading_program:results", args=[edition.pk]),
            "结果待公布",
            "waiting",
            "公布以前只有局关工委看得到",
            edition.pending,
            "个名单",
            minutes=10,
            at_hand="评委会的意见",
            button="去看一遍",
        )


def _objections(user: Any) -> Iterator[Card]:
    waiting = Objection.objects.visible_to(user).waiting().select_related("publicity")
    for one in waiting.order_by("received_at", "pk")[:MOST_OF_A_KIND]:
        yield Card(
            f"处理异议：{quoted(one)}",
            reverse("reading_program:objection", args=[one.pk]),
            "异议待处理",
            "late",
            f"公示到{date_cn(one.publicity.ends_on)}",
            minutes=20,
            at_hand="参评作品和核实的材料",
            button="去处理",
            due_on=one.publicity.ends_on,
        )


def _to_print(user: Any, *, on: date) -> Iterator[Card]:
    """The own unit's certificates, in the weeks after they were made."""
    units = [unit_id for _, _, unit_id in grants_of(user)]
    made = Certificate.objects.valid().filter(unit__in=units, made_at__date__gte=on - FRESH)
    counts = made.values("edition", "edition__name").annotate(sheets=Count("pk"))
    for row in counts.order_by("-edition")[:MOST_OF_A_KIND]:
        yield Card(
            f"打印《{row['edition__name']}》的证书",
            reverse("reading_program:certificates", args=[row["edition"]]),
            "证书可打印",
            "soon",
            "发给学生和老师",
            row["sheets"],
            "份",
            minutes=5,
            at_hand="A4 卡纸",
            button="去打印",
        )
