"""Credits follow the record: they wait with it, count with it, and fall back with it."""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from activities.choices import ActivityState, CreditState, RequiredField
from activities.models import Activity, Credit, CreditRule
from committees.models import ObligationSet, Unit
from portal.kernel import audit
from portal.kernel.errors import Refused

STATE_OF_CREDIT = {
    ActivityState.SUBMITTED: CreditState.PENDING,
    ActivityState.ACCEPTED: CreditState.COUNTED,
}


def rules_for(activity: Activity) -> list[CreditRule]:
    """The rules in force that this record meets, in the order of the matrix."""
    if activity.held_on is None or activity.kind_id is None:
        return []
    current = ObligationSet.objects.current(activity.city, activity.held_on.year)
    if current is None:
        return []
    rules = (
        CreditRule.objects.filter(item__obligation_set=current, kind=activity.kind_id)
        .select_related("item__obligation_set", "kind")
        .order_by("item__position")
    )
    return [
        rule
        for rule in rules
        if activity.unit.kind in rule.item.unit_kinds and not missing_for(rule, activity)
    ]


def missing_for(rule: CreditRule, activity: Activity) -> list[str]:
    """What the record still lacks for this rule, in words."""
    return [RequiredField(name).label for name in rule.requires if not _holds(activity, name)]


def _holds(activity: Activity, name: str) -> bool:
    if name == RequiredField.FILES:
        return activity.files.exists()
    return bool(str(getattr(activity, name)).strip())


@transaction.atomic
def settle(activity: Activity, *, by: Any) -> None:
    """Make the credits of this record what its state, kind and date now say.

    A credit somebody declined stays declined while its rule still matches. Cells follow by
    trigger; they are touched in the order of items, so that two settlings never wait crosswise.
    """
    hold_rules(activity.city_id)
    held_on, state = activity.held_on, STATE_OF_CREDIT.get(ActivityState(activity.state))
    rules = {rule.item_id: rule for rule in rules_for(activity)} if state else {}
    with audit.acting("credit.settled", by=by):
        for credit in activity.credits.order_by("item_id").select_for_update():
            rule = rules.pop(credit.item_id, None)
            if rule is None or state is None or held_on is None:
                credit.delete()
                continue
            kept = credit.state if credit.state == CreditState.DECLINED else state
            if (credit.state, credit.held_on, credit.rule_id) != (kept, held_on, rule.pk):
                credit.state, credit.held_on, credit.rule = kept, held_on, rule
                credit.save(update_fields=["state", "held_on", "rule"])
        for item_id in sorted(rules):
            assert state is not None and held_on is not None  # noqa: S101, PT018 - rules_for
            Credit.objects.create(
                rule=rules[item_id],
                activity=activity,
                item_id=item_id,
                unit=activity.unit,
                held_on=held_on,
                state=state,
            )


@transaction.atomic
def decline(credit: Credit, *, reason: str, by: Any) -> None:
    """Say that this record does not count for this item, and why."""
    if not reason.strip():
        raise Refused("写明为什么不计入，学校看得到这句话")
    with audit.acting("credit.declined", by=by, note=reason):
        changed = (
            Credit.objects.filter(pk=credit.pk)
            .exclude(state=CreditState.DECLINED)
            .update(state=CreditState.DECLINED, declined_reason=reason.strip(), declined_by=by)
        )
    if not changed:
        raise Refused("这一项刚刚已由别人处理，刷新页面看看")
    audit.record("credit.declined", credit.activity, by=by, note=f"{credit.item}：{reason}")


@transaction.atomic
def restore(credit: Credit, *, by: Any) -> None:
    """Take a declined credit back into account, in the state its record has now.

    The record is held meanwhile: who accepts or voids it at the same moment comes before or after.
    """
    record = Activity.objects.select_for_update().get(pk=credit.activity_id)
    state = STATE_OF_CREDIT.get(ActivityState(record.state))
    changed = 0
    if state is not None:
        with audit.acting("credit.restored", by=by):
            changed = Credit.objects.filter(pk=credit.pk, state=CreditState.DECLINED).update(
                state=state, declined_reason="", declined_by=None
            )
    if not changed:
        raise Refused("这一项刚刚已由别人处理，刷新页面看看")
    audit.record("credit.restored", record, by=by, note=str(credit.item))


def settle_year(
    city: Unit, *, year: int, by: Any, say: Callable[[int, int], None] | None = None
) -> int:
    """Settle anew every waiting or accepted record of the year that counts or could count.

    Returns how many; `say(done, total)` is told on the way.
    """
    current = ObligationSet.objects.current(city, year)
    kinds = CreditRule.objects.filter(item__obligation_set=current).values("kind")
    records = (
        Activity.objects.filter(city=city, state__in=list(STATE_OF_CREDIT))
        .in_year(year)
        .filter(Q(kind__in=kinds) | Q(pk__in=Credit.objects.values("activity")))
        .select_related("unit", "city")
        .order_by("pk")
    )
    total = records.count() if say else 0
    count = 0
    for activity in records.iterator(chunk_size=500):
        settle(activity, by=by)
        count += 1
        if say and count % 25 == 0:
            say(count, total)
    return count


RULES_LOCK = 7303015  # our own half of an advisory lock key; portal.kernel.jobs has another


def hold_rules(city_id: int, *, alone: bool = False) -> None:
    """Keep the city's rules as they are until the transaction ends.

    Settlings share this. Who puts another set in force holds it alone, or a record accepted at
    that moment would be settled by the old set after the year was settled by the new one.
    """
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s, %s)", [RULES_LOCK, city_id % 2**31])
