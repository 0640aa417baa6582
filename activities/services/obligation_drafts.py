"""A set of obligations while it is still a draft: begun from another one, then put right."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max, Q

from activities.choices import ActivityState
from activities.models import Activity, ActivityKind, CreditRule
from activities.services import rules as terms
from committees.choices import ObligationKind
from committees.models import ObligationItem, ObligationSet
from portal.kernel import audit
from portal.kernel.errors import Refused


@transaction.atomic
def draft_like(source: ObligationSet, *, year: int, by: Any) -> ObligationSet:
    """Draft the next version for `year` with the items and rules of another set of the city."""
    versions = ObligationSet.objects.filter(city_id=source.city_id, year=year)
    drafted = ObligationSet.objects.create(
        city_id=source.city_id,
        year=year,
        version=(versions.aggregate(last=Max("version"))["last"] or 0) + 1,
        name=source.name,
        basis=source.basis if year == source.year else "",
        only_served=source.only_served,
    )
    for item in source.items.prefetch_related("rules"):
        rules = [rule for rule in item.rules.all() if rule.retired_at is None]
        item.pk, item.obligation_set, item.due_on = None, drafted, _in_year(item.due_on, year)
        item.save(force_insert=True)
        CreditRule.objects.bulk_create(
            CreditRule(
                item=item,
                kind_id=rule.kind_id,
                requires=rule.requires,
                first_month=rule.first_month,
                last_month=rule.last_month,
                unit_kinds=rule.unit_kinds,
            )
            for rule in rules
        )
    audit.record("obligations.drafted", drafted, by=by, note=f"照{source}起草")
    return drafted


@transaction.atomic
def amend_set(drafted: ObligationSet, *, name: str, basis: str, only_served: bool, by: Any) -> None:
    """Change what the set as a whole says."""
    drafted = _still_a_draft(drafted.pk)
    drafted.name, drafted.basis, drafted.only_served = name, basis, only_served
    with audit.acting("obligations.amended", by=by):
        drafted.save(update_fields=["name", "basis", "only_served"])
    audit.record("obligations.amended", drafted, by=by)


@transaction.atomic
def amend_item(
    item: ObligationItem,
    *,
    facts: dict[str, Any],
    kinds: Iterable[ActivityKind],
    requires: Iterable[str],
    by: Any,
) -> None:
    """Change one item (`facts` by field name) and which records discharge it."""
    drafted = _still_a_draft(item.obligation_set_id)
    for name, value in facts.items():
        setattr(item, name, value)
    with audit.acting("obligations.amended", by=by):
        item.save(update_fields=list(facts))
    item.rules.all().delete()
    CreditRule.objects.bulk_create(
        CreditRule(item=item, kind=kind, requires=list(requires)) for kind in kinds
    )
    audit.record("obligations.amended", drafted, by=by, note=item.name)


@transaction.atomic
def add_item(
    drafted: ObligationSet,
    *,
    facts: dict[str, Any],
    kinds: Iterable[ActivityKind],
    requires: Iterable[str],
    by: Any,
) -> ObligationItem:
    """Put one more item behind the last of its group, or behind all; its code is made up here."""
    drafted = _still_a_draft(drafted.pk)
    items = list(drafted.items.all())
    same = [item.position for item in items if item.group == facts["group"]]
    place = max(same or [item.position for item in items] or [0]) + 1
    codes, number = {item.code for item in items}, len(items) + 1
    while f"own_{number}" in codes:
        number += 1
    with audit.acting("obligations.amended", by=by):
        drafted.items.filter(position__gte=place).update(position=F("position") + 1)
        item = ObligationItem.objects.create(
            obligation_set=drafted,
            position=place,
            code=f"own_{number}",
            kind=ObligationKind.EVENT,
            **facts,
        )
    CreditRule.objects.bulk_create(
        CreditRule(item=item, kind=kind, requires=list(requires)) for kind in kinds
    )
    audit.record("obligations.amended", drafted, by=by, note=f"加上“{item.name}”")
    return item


@transaction.atomic
def remove_item(item: ObligationItem, *, by: Any) -> None:
    """Take one item out of the draft."""
    drafted = _still_a_draft(item.obligation_set_id)
    with audit.acting("obligations.amended", by=by):
        item.delete()
    audit.record("obligations.amended", drafted, by=by, note=f"去掉“{item.name}”")


def _still_a_draft(pk: int) -> ObligationSet:
    """Hold the set until the change is made, so that nobody publishes it half changed."""
    drafted = ObligationSet.objects.select_for_update().get(pk=pk)
    if drafted.published_at:
        raise Refused("这套义务刚才已经生效，不能再改。要改就另起一个版本")
    return drafted


def _in_year(day: date, year: int) -> date:
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


@dataclass(frozen=True, slots=True)
class Gain:
    """What one item of a draft would take into account of the records the year already has."""

    item: ObligationItem
    accepted: int
    waiting: int


def gains_of(drafted: ObligationSet) -> list[Gain]:
    """Say, item by item, how many records would count and wait once the draft is in force.

    The same rules as activities/services/credits.py, read without writing; a test holds the two
    together.
    """
    rules = CreditRule.objects.in_force().filter(item__obligation_set=drafted)
    met: dict[int, Q] = {}
    for rule in rules.select_related("item__obligation_set"):
        if rule.item_id is not None:
            met[rule.item_id] = met.get(rule.item_id, Q(pk__in=[])) | terms.met_by(terms.of(rule))
    found = (
        Activity.objects.filter(city=drafted.city_id)
        .in_year(drafted.year)
        .filter(state__in=[ActivityState.ACCEPTED, ActivityState.SUBMITTED])
        .aggregate(
            **{
                f"{state}_{item}": Count("pk", filter=asks & Q(state=state), distinct=True)
                for item, asks in met.items()
                for state in (ActivityState.ACCEPTED, ActivityState.SUBMITTED)
            }
        )
    )
    return [
        Gain(item, found.get(f"accepted_{item.pk}", 0), found.get(f"submitted_{item.pk}", 0))
        for item in drafted.items.all()
    ]
