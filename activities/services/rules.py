"""Credit rules as data: what a change would gain and lose, and the change itself.

A change is written down first (RuleChange), looked at, then applied in the background. Nobody's
records move before that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from activities.choices import ActivityState, CoHostState, CreditTarget, RequiredField, RuleAct
from activities.models import (
    Activity,
    ActivityFile,
    ActivityKind,
    CoHost,
    Credit,
    CreditRule,
    RuleChange,
)
from activities.models.activities import ActivityQuerySet
from activities.services import credits
from committees.models import ObligationItem, ObligationSet, Unit
from portal.kernel import audit, jobs
from portal.kernel.errors import Refused
from portal.kernel.models import Job
from portal.kernel.refusals import speaking_for

APPLY = "rules.apply"  # the job; what it does stands in activities/schedule.py
COUNTED_STATES = [ActivityState.ACCEPTED, ActivityState.SUBMITTED]
_HAS_WORDS = r"[^\s\u00a0\u3000]"


@dataclass(frozen=True, slots=True)
class Terms:
    """Which records a rule takes: kind, months (both included), fields, kinds of unit."""

    kind: ActivityKind
    year: int
    asked_kinds: tuple[str, ...]
    requires: tuple[str, ...] = ()
    first_month: int = 1
    last_month: int = 12


def of(rule: CreditRule) -> Terms:
    return Terms(
        rule.kind,
        rule.of_year,
        tuple(rule.asked_kinds),
        tuple(rule.requires),
        rule.first_month,
        rule.last_month,
    )


def met_by(asked: Terms) -> Q:
    """The records such a rule takes, as a filter; co-hosts that confirmed count as hosts."""
    kinds = list(asked.asked_kinds)
    joined = CoHost.objects.filter(
        activity=OuterRef("pk"), state=CoHostState.CONFIRMED, unit__kind__in=kinds
    )
    last = date(asked.year + asked.last_month // 12, asked.last_month % 12 + 1, 1)
    met = Q(kind=asked.kind) & (Q(unit__kind__in=kinds) | Q(Exists(joined)))
    met &= Q(held_on__gte=date(asked.year, asked.first_month, 1), held_on__lt=last)
    for name in asked.requires:
        met &= _holds(name)
    return met


def _holds(name: str) -> Q:
    if name == RequiredField.FILES:
        return Q(Exists(ActivityFile.objects.filter(activity=OuterRef("pk"))))
    return Q(**{f"{name}__regex": _HAS_WORDS})


# --- a change, written down ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule as a form gives it; `item` for an obligation, else `line` and `line_name`."""

    target: str
    kind: ActivityKind
    item: ObligationItem | None = None
    line: str = ""
    line_name: str = ""
    requires: tuple[str, ...] = ()
    first_month: int = 1
    last_month: int = 12
    unit_kinds: tuple[str, ...] = ()

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "target": self.target,
            "item": self.item,
            "line": self.line,
            "line_name": self.line_name,
            "kind": self.kind,
            "requires": list(self.requires),
            "first_month": self.first_month,
            "last_month": self.last_month,
            "unit_kinds": list(self.unit_kinds),
        }


FACTS = ("target", "item", "line", "line_name", "kind", "requires", "first_month", "last_month",
         "unit_kinds")  # fmt: skip


@transaction.atomic
def propose(
    city: Unit, *, year: int, draft: RuleDraft, rule: CreditRule | None = None, by: Any
) -> RuleChange:
    """Write down a new rule, or what `rule` is to say from now on. Nothing counts anew yet."""
    if (draft.target == CreditTarget.OBLIGATION) != (draft.item is not None):
        raise Refused("选一下这条规则计入哪一项")
    if draft.item is None and not draft.line:
        raise Refused("写一下这一项的代号，例如 reading-3")
    if draft.first_month > draft.last_month:
        raise Refused("起始月份要在截止月份以前")
    if rule is not None:
        _still_in_force(rule)
    after = CreditRule(**_on_rule(draft.facts, city, year)).sentence
    change = RuleChange.objects.create(
        city=city,
        year=year,
        act=RuleAct.EDIT if rule else RuleAct.ADD,
        rule=rule,
        before=rule.sentence[:300] if rule else "",
        after=after[:300],
        made_by=by,
        **draft.facts,
    )
    audit.record("rule.proposed", change, by=by)
    return change


@transaction.atomic
def propose_retiring(rule: CreditRule, *, city: Unit, by: Any) -> RuleChange:
    """Write down that the rule is to end; its credits fall away when the change is applied."""
    _still_in_force(rule)
    change = RuleChange.objects.create(
        city=city,
        year=rule.of_year,
        act=RuleAct.RETIRE,
        rule=rule,
        before=rule.sentence[:300],
        made_by=by,
        **{name: getattr(rule, name) for name in FACTS},
    )
    audit.record("rule.proposed", change, by=by)
    return change


def gained_by(change: RuleChange) -> ActivityQuerySet:
    """Records that do not count for the target now and would."""
    records = _of_year(change)
    if change.act == RuleAct.RETIRE:
        return records.none()
    return records.filter(met_by(_terms(change))).exclude(Exists(_credits_there(change)))


def lost_by(change: RuleChange) -> ActivityQuerySet:
    """Records that this rule counts now and would not any more."""
    records = _of_year(change)
    if change.rule is None:
        return records.none()
    mine = Credit.objects.filter(rule=change.rule, activity=OuterRef("pk"))
    records = records.filter(Exists(mine))
    if change.act == RuleAct.RETIRE:
        return records
    return records.exclude(pk__in=_of_year(change).filter(met_by(_terms(change))).values("pk"))


def _of_year(change: RuleChange) -> ActivityQuerySet:
    records = Activity.objects.filter(city=change.city_id, state__in=COUNTED_STATES)
    return records.in_year(change.year)


def _terms(change: RuleChange) -> Terms:
    return of(CreditRule(**_on_rule(_facts(change), change.city, change.year)))


def _credits_there(change: RuleChange) -> Any:
    place = {"item": change.item} if change.item else {"target": change.target, "line": change.line}
    there = Credit.objects.filter(activity=OuterRef("pk"), **place)
    return there if change.item else there.filter(item__isnull=True)


# --- a change, applied --------------------------------------------------------------------------


def start_apply(change: RuleChange, *, return_url: str, by: Any) -> Job:
    return jobs.start(
        APPLY,
        key=f"{APPLY}:{change.pk}",
        title=str(change)[:120],
        arguments={"change": change.pk},
        return_url=return_url,
        by=by,
    )


@transaction.atomic
def apply_change(
    change: RuleChange, *, by: Any, say: Callable[[int, int], None] | None = None
) -> int:
    """Put the change in force and settle every record it touches; return how many.

    The city's rules are held alone meanwhile: a record handed in at that moment waits for the
    new rule. All or nothing.
    """
    credits.hold_rules(change.city_id, alone=True)
    held = RuleChange.objects.select_for_update(of=("self",)).select_related("city", "rule", "item")
    change = held.get(pk=change.pk)
    if change.applied_at is not None:
        raise Refused("这次修改已经生效了")
    _check_item(change)
    kinds = {change.kind_id} | ({change.rule.kind_id} if change.rule else set())
    touched = list(
        _of_year(change).filter(kind__in=kinds).values_list("pk", flat=True)
        if change.rule is None
        else _of_year(change)
        .filter(Q(kind__in=kinds) | Q(credits__rule=change.rule))
        .values_list("pk", flat=True)
        .distinct()
    )
    with speaking_for(CreditRule), audit.acting("rule.applied", by=by):
        _write(change)
    change.applied_at = timezone.now()
    change.save(update_fields=["rule", "applied_at"])
    both = " → ".join(filter(None, (change.before, change.after)))
    audit.record("rule.applied", change, by=by, note=both)
    return credits.settle_all(Activity.objects.filter(pk__in=touched), by=by, say=say)


def _write(change: RuleChange) -> None:
    facts = _on_rule(_facts(change), change.city, change.year)
    if change.act == RuleAct.ADD:
        change.rule = CreditRule.objects.create(**facts)
        return
    rule = change.rule
    assert rule is not None  # noqa: S101 - change_names_its_rule
    _still_in_force(rule)
    if rule.sentence[:300] != change.before:
        raise Refused("这条规则在您预览以后又有人改过，请重新修改、重新预览")
    if change.act == RuleAct.RETIRE:
        rule.retired_at = timezone.now()
        rule.save(update_fields=["retired_at"])
        return
    for name, value in facts.items():
        setattr(rule, name, value)
    rule.save()


def _check_item(change: RuleChange) -> None:
    if change.item is None:
        return
    current = ObligationSet.objects.current(change.city, change.year)
    if current is None or change.item.obligation_set_id != current.pk:
        raise Refused("这套义务已经换了新的一版，请在新的一版上修改规则")


def _still_in_force(rule: CreditRule) -> None:
    if CreditRule.objects.filter(pk=rule.pk, retired_at__isnull=False).exists():
        raise Refused("这条规则已经停用，不能再改。需要的话新增一条")


def _facts(change: RuleChange) -> dict[str, Any]:
    return {name: getattr(change, name) for name in FACTS}


def _on_rule(facts: dict[str, Any], city: Unit, year: int) -> dict[str, Any]:
    """The facts as a rule's own columns: an item knows its city and year already."""
    place = {"city": None, "year": None} if facts["item"] else {"city": city, "year": year}
    return facts | place
