"""Obligation sets: drafted as data, published once, then frozen."""

from datetime import date
from typing import Any, TypedDict

from django.db import transaction
from django.utils import timezone

from committees.choices import ObligationKind, UnitKind
from committees.models import ObligationItem, ObligationSet, Unit
from portal.kernel import audit
from portal.kernel.errors import Refused


class ItemData(TypedDict):
    group: str
    code: str
    name: str
    text: str
    kind: str
    min_count: int
    due: tuple[int, int]


# 三个同 (同研究、同部署、同考核) and 三个一 (每年至少听取一次汇报、组织一次专题学习培训、召开一次
# 推进会): the seed document, item 4. Dates are a proposal and stay editable until published.
THREE_TOGETHERS_THREE_ONES: list[ItemData] = [
    {"group": "三个同", "code": "study_together", "name": "同研究",
     "text": "党组织把关工委工作与党建工作一同研究",
     "kind": "flag", "min_count": 1, "due": (3, 31)},
    {"group": "三个同", "code": "deploy_together", "name": "同部署",
     "text": "纳入党建工作计划，一同部署",
     "kind": "flag", "min_count": 1, "due": (3, 31)},
    {"group": "三个同", "code": "assess_together", "name": "同考核",
     "text": "纳入党建责任制督查考核，一同考核",
     "kind": "flag", "min_count": 1, "due": (12, 20)},
    {"group": "三个一", "code": "report_heard", "name": "听取汇报",
     "text": "每年至少听取一次关工委工作汇报",
     "kind": "event", "min_count": 1, "due": (11, 30)},
    {"group": "三个一", "code": "training", "name": "学习培训",
     "text": "每年组织一次关工同志专题学习培训",
     "kind": "event", "min_count": 1, "due": (9, 30)},
    {"group": "三个一", "code": "promotion_meeting", "name": "推进会",
     "text": "每年召开一次关工委工作推进会",
     "kind": "event", "min_count": 1, "due": (11, 30)},
]  # fmt: skip

ASKED_OF = [UnitKind.OFFICE, UnitKind.SCHOOL, UnitKind.KINDERGARTEN]


@transaction.atomic
def draft_set(
    city: Unit,
    *,
    year: int,
    name: str = "“三个同”“三个一”",
    basis: str = "",
    items: list[ItemData] = THREE_TOGETHERS_THREE_ONES,
    by: Any,
) -> ObligationSet:
    """Write the next version of the city's set for the year, open to change until published."""
    last = ObligationSet.objects.filter(city=city, year=year).order_by("-version").first()
    made = ObligationSet.objects.create(
        city=city, year=year, version=last.version + 1 if last else 1, name=name, basis=basis
    )
    ObligationItem.objects.bulk_create(
        ObligationItem(
            obligation_set=made,
            position=position,
            group=item["group"],
            code=item["code"],
            name=item["name"],
            text=item["text"],
            kind=ObligationKind(item["kind"]),
            min_count=item["min_count"],
            due_on=date(year, *item["due"]),
            unit_kinds=[kind.value for kind in ASKED_OF],
        )
        for position, item in enumerate(items, start=1)
    )
    audit.record("obligations.drafted", made, by=by)
    return made


@transaction.atomic
def publish_set(obligation_set: ObligationSet, *, by: Any) -> None:
    """Freeze the set; from now on credits may point at it."""
    if obligation_set.published_at:
        raise Refused("这套义务已经发布，不能再改；要改就另起一个版本")
    if not obligation_set.items.exists():
        raise Refused("还没有一条义务，先加上再发布")
    obligation_set.published_at = timezone.now()
    with audit.acting("obligations.published", by=by):
        obligation_set.save(update_fields=["published_at"])
    audit.record("obligations.published", obligation_set, by=by)
