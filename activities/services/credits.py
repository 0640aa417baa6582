"""Credits follow the record: they wait with it, count with it, and fall back with it."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from activities.choices import ActivityState, CoHostState, CreditState, RequiredField
from activities.models import Activity, Credit, CreditRule
from activities.models.activities import ActivityQuerySet
from committees.models import ObligationItem, ObligationSet, Unit, UnitSuccession
from portal.kernel import audit
from portal.kernel.errors import Refused

STATE_OF_CREDIT = {
    ActivityState.SUBMITTED: CreditState.PENDING,
    ActivityState.ACCEPTED: CreditState.COUNTED,
}


# One place where a record counts: item (0 for a line), target, line, unit. Sorts; once each.
Place = tuple[int, str, str, int]


def rules_for(activity: Activity, unit: Unit | None = None) -> list[CreditRule]:
    """The obligation rules in force that this record meets for a unit, by default its own.

    In the order of the matrix.
    """
    kind = (unit or activity.unit).kind
    return [
        rule
        for rule in _rules_of_kind(activity)
        if rule.item and kind in rule.asked_kinds and not missing_for(rule, activity)
    ]


def _rules_of_kind(activity: Activity) -> list[CreditRule]:
    """Rules in force for this kind of record in the month it was held: of items, then of lines."""
    if activity.held_on is None or activity.kind_id is None:
        return []
    year, month = activity.held_on.year, activity.held_on.month
    current = ObligationSet.objects.current(activity.city, year)
    targets = Q(item__isnull=True, city=activity.city_id, year=year)
    if current is not None:
        targets |= Q(item__obligation_set=current)
    rules = CreditRule.objects.in_force().filter(
        targets, kind=activity.kind_id, first_month__lte=month, last_month__gte=month
    )
    return list(
        rules.select_related("item__obligation_set", "kind").order_by(
            "item__position", "target", "line", "pk"
        )
    )


def missing_for(rule: CreditRule, activity: Activity) -> list[str]:
    """What the record still lacks for this rule, in words."""
    return [RequiredField(name).label for name in rule.requires if not _holds(activity, name)]


def _holds(activity: Activity, name: str) -> bool:
    if name == RequiredField.FILES:
        return activity.files.exists()
    return bool(str(getattr(activity, name)).strip())


@transaction.atomic
def settle(activity: Activity, *, by: Any) -> None:
    """Make the credits of this record what its state, kind, date and hosts now say.

    It counts for the record's unit and for every co-host that confirmed, once each; whoever
    carries on for such a unit in the record's year stands in its place. A credit somebody
    declined stays declined while its rule still matches. Cells follow by trigger; they are touched
    in one order, by item and unit, so that two settlings never wait crosswise.
    """
    hold_rules(activity.city_id)
    held_on, state = activity.held_on, STATE_OF_CREDIT.get(ActivityState(activity.state))
    heirs = _Heirs((held_on or date.min).year)
    wanted = _wanted(activity, heirs) if state else {}
    stand = _standing(activity, heirs, wanted)
    with audit.acting("credit.settled", by=by):
        for place in sorted({*wanted, *stand}):
            rule, credits = wanted.get(place), stand.get(place, [])
            if rule is None or state is None or held_on is None:
                _remove(credits)
                continue
            item, target, line, unit = place
            told = {"state": state, "held_on": held_on, "rule": rule, "unit_id": unit}
            told |= {"item_id": item or None}
            if credits:
                _remove(credits[1:])
                _correct(credits[0], told)
            else:
                Credit.objects.create(activity=activity, target=target, line=line, **told)


class _Heirs(dict[int, int]):
    """Unit → whose duties of the year its work counts for, each looked up once."""

    def __init__(self, year: int) -> None:
        self.year = year

    def of(self, unit: Unit) -> int:
        if unit.pk not in self:
            self[unit.pk] = UnitSuccession.objects.heir_of(unit, year=self.year).pk
        return self[unit.pk]


def _wanted(activity: Activity, heirs: _Heirs) -> dict[Place, CreditRule]:
    """Where the record counts now, and by which rule."""
    met = [rule for rule in _rules_of_kind(activity) if not missing_for(rule, activity)]
    if not met:
        return {}
    confirmed = activity.cohosts.filter(state=CoHostState.CONFIRMED).select_related("unit")
    hosts = [activity.unit, *(cohost.unit for cohost in confirmed)]
    return {
        (rule.item_id or 0, rule.target, rule.line, heirs.of(host)): rule
        for host in hosts
        for rule in met
        if host.kind in rule.asked_kinds
    }


def _standing(
    activity: Activity, heirs: _Heirs, wanted: dict[Place, CreditRule]
) -> dict[Place, list[Credit]]:
    """The credits there are, by where they belong now: a declined one follows its unit's heir.

    It follows its item too: a later version of the year's set holds an item of the same code.
    """
    now = {rule.item.code: rule.item for rule in wanted.values() if rule.item}
    found: dict[Place, list[Credit]] = {}
    credits = activity.credits.select_related("unit", "item__obligation_set").order_by(
        "item_id", "unit_id", "pk"
    )
    for credit in credits.select_for_update(of=("self",)):
        item = _same_item(credit, now) or credit.item_id or 0
        place = (item, credit.target, credit.line, heirs.of(credit.unit))
        found.setdefault(place, []).append(credit)
    return found


def _same_item(credit: Credit, now: dict[str, ObligationItem]) -> int | None:
    """The item that stands for the credit's own in the set now in force."""
    if credit.item is None:
        return None
    item = now.get(credit.item.code)
    same_year = item and item.obligation_set.year == credit.item.obligation_set.year
    return item.pk if item and same_year else None


def _remove(credits: Iterable[Credit]) -> None:
    for credit in credits:
        credit.delete()


def _correct(credit: Credit, told: dict[str, Any]) -> None:
    if credit.state == CreditState.DECLINED:
        told = told | {"state": credit.state}
    changed = [name for name, value in told.items() if getattr(credit, name) != value]
    if changed:
        for name in changed:
            setattr(credit, name, told[name])
        credit.save(update_fields=changed)


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
    audit.record("credit.declined", credit.activity, by=by, note=f"{credit.label}：{reason}")


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
    audit.record("credit.restored", record, by=by, note=credit.label)


def settle_year(
    city: Unit, *, year: int, by: Any, say: Callable[[int, int], None] | None = None
) -> int:
    """Settle anew every waiting or accepted record of the year that counts or could count.

    Returns how many; `say(done, total)` is told on the way.
    """
    current = ObligationSet.objects.current(city, year)
    rules = CreditRule.objects.in_force().filter(
        Q(item__obligation_set=current) | Q(item__isnull=True, city=city, year=year)
    )
    mine = Credit.objects.filter(unit__city=city)
    records = (
        Activity.objects.filter(city=city)
        .in_year(year)
        .filter(Q(kind__in=rules.values("kind")) | Q(pk__in=mine.values("activity")))
    )
    return settle_all(records, by=by, say=say)


def settle_all(
    records: ActivityQuerySet, *, by: Any, say: Callable[[int, int], None] | None = None
) -> int:
    """Settle those of the records that wait or were accepted; return how many."""
    records = (
        records.filter(state__in=list(STATE_OF_CREDIT))
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
