"""Units merge, part, close and open again: what the organisation's own rows make of it.

Each function does one side of a change and assumes that the caller has one transaction for all of
it; portal.web.unit_changes puts them together with the records and plans of the other apps.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from committees.choices import ReopenCommittee, UnitKind
from committees.models import (
    Committee,
    CommitteeService,
    Person,
    RoleGrant,
    Unit,
    UnitMembership,
    UnitPeriod,
    UnitSuccession,
)
from committees.services import committees, units
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.ranges import between, since
from portal.kernel.refusals import speaking_for


@transaction.atomic
def merge_into(
    target: Unit, *, sources: Sequence[Unit], on: date, note: str, accounts: bool, by: Any
) -> None:
    """The sources close that day; the target carries on for them.

    People are registered with the target. Where `accounts`, whoever had a role at a source has it
    at the target; otherwise the roles just end.
    """
    for source in sources:
        _check_merger(source, target)
    _hand_on_committees(sources, target, on=on, note=note, by=by)
    for source in sources:
        carry_on(source, target, on=on, by=by)
        _register_with(source, target, by=by)
        if accounts:
            _give_same_roles(source, target, on=on, by=by)
        units.close_unit(source, on=on, note=note, by=by)


@transaction.atomic
def part(unit: Unit, *, into: Sequence[Unit], on: date, note: str, closes: bool, by: Any) -> None:
    """New units leave `unit`. If it closes, the first of them takes over what it had."""
    if not unit.is_institution:
        raise Refused("只有学校和幼儿园可以分设")
    for made in into:
        if not closes:
            carry_on(unit, made, on=on, carries_duties=False, by=by)
    if closes:
        first, *others = into
        for made in others:
            carry_on(unit, made, on=on, carries_duties=False, by=by)
        merge_into(first, sources=[unit], on=on, note=note, accounts=True, by=by)


@transaction.atomic
def reopen(unit: Unit, *, under: Unit, on: date, by: Any) -> None:
    """A closed unit opens again that day; who carried on for it does so no longer."""
    units.lock_tree(unit)
    opening = Unit.objects.select_for_update().get(pk=unit.pk)
    if UnitPeriod.objects.filter(unit=opening, period__upper_inf=True).exists():
        raise Refused(f"“{opening}”正开办着，不用恢复")
    target = Unit.objects.select_for_update().get(pk=under.pk)
    if target.city_id != opening.city_id:
        raise Refused("只能由本市的教办主管，或为市直属")
    units.check_place(opening.kind, target)
    with speaking_for(UnitPeriod, UnitMembership):
        UnitPeriod.objects.create(unit=opening, period=since(on))
        UnitMembership.objects.create(unit=opening, parent=target, period=since(on))
    with audit.acting("unit.reopened", by=by):
        if Unit.objects.get_parent(opening) != target:
            Unit.objects.move(opening, target, "last-child")
        office = target if target.kind == UnitKind.OFFICE else None
        if opening.is_institution:
            Unit.objects.filter(pk=opening.pk).update(office=office)
        for link in UnitSuccession.objects.filter(predecessor=opening, period__upper_inf=True):
            committees.end_or_drop(link, on, by=by)
    unit.refresh_from_db()
    audit.record("unit.reopened", unit, by=by)


def heir_keeper(unit: Unit) -> Committee | None:
    """The living committee that covers who carried on for the closed unit, if anybody did."""
    heirs = UnitSuccession.objects.filter(predecessor=unit, carries_duties=True)
    found = CommitteeService.objects.filter(
        unit__in=heirs.values("successor"), period__upper_inf=True, committee__dissolved_on=None
    )
    link = found.select_related("committee").order_by("-pk").first()
    return link.committee if link else None


def last_roles(unit: Unit) -> QuerySet[RoleGrant]:
    """The roles that ended on the day the unit last closed, of accounts that still sign in."""
    closed = UnitPeriod.objects.filter(unit=unit).order_by("-period").first()
    day = closed.period.upper if closed else None
    held = RoleGrant.objects.filter(unit=unit, period__endswith=day, user__is_active=True)
    return held.select_related("user").order_by("pk")


@transaction.atomic
def give_back(
    unit: Unit, *, committee: str, grants: Sequence[RoleGrant], on: date, note: str, by: Any
) -> None:
    """A unit that opened again that day gets what was chosen for it, from that day."""
    if committee == ReopenCommittee.OWN:
        committees.establish(unit, established_on=on, document=note[:120], by=by)
    elif committee == ReopenCommittee.HEIR:
        keeper = heir_keeper(unit)
        if keeper is None:
            raise Refused("承接过它的单位现在没有关工委，选“再设自己的”或“以后再定”")
        Committee.objects.filter(pk=keeper.pk).update(is_joint=True)
        committees.serve(keeper, unit, since_day=on, by=by)
    with audit.acting("grant.given", by=by):
        for held in grants:
            RoleGrant.objects.create(user=held.user, role=held.role, unit=unit, period=since(on))


@transaction.atomic
def carry_on(
    predecessor: Unit, successor: Unit, *, on: date, carries_duties: bool = True, by: Any
) -> UnitSuccession:
    """From that day the one stands where the other stood."""
    with audit.acting("unit.succeeded", by=by), speaking_for(UnitSuccession):
        link = UnitSuccession.objects.create(
            predecessor=predecessor,
            successor=successor,
            period=since(on),
            carries_duties=carries_duties,
        )
    audit.record("unit.succeeded", predecessor, by=by, after=successor.name[:40])
    return link


@transaction.atomic
def put_back(unit: Unit, *, path: str, by: Any) -> None:
    """Set a leaf of the tree back to where it hung; its old place may be taken by now."""
    here = Unit.objects.get(pk=unit.pk)
    if here.path == path:
        return
    above = Unit.objects.get(path=path[: -Unit.steplen])
    if Unit.objects.filter(path=path).exists():
        Unit.objects.move(here, above, "last-child")
        return
    left = here.path[: -Unit.steplen]
    with audit.acting("unit.put_back", by=by):
        Unit.objects.filter(pk=here.pk).update(path=path, depth=len(path) // Unit.steplen)
        for parent in {left, above.path}:
            below = Unit.objects.filter(
                path__startswith=parent, depth=len(parent) // Unit.steplen + 1
            )
            Unit.objects.filter(path=parent).update(numchild=below.count())


def _check_merger(source: Unit, target: Unit) -> None:
    if source.pk == target.pk:
        raise Refused(f"“{source}”不能并入它自己")
    if source.city_id != target.city_id:
        raise Refused("只能合并本市的单位")
    if not source.is_institution or not target.is_institution:
        raise Refused("只有学校和幼儿园可以合并；教办的单位请先逐家改换主管单位")
    for unit in (source, target):
        if not UnitPeriod.objects.filter(unit=unit, period__upper_inf=True).exists():
            raise Refused(f"“{unit}”已经撤销了，不能再合并")


def _hand_on_committees(
    sources: Sequence[Unit], target: Unit, *, on: date, note: str, by: Any
) -> None:
    """Whom the sources' committees covered besides themselves is covered by the target's keeper.

    The keeper is the target's own committee, or the one of a third unit that covers it. Where there
    is none, the target founds one if a source had one, or joins the one that covered a source.
    """
    old = list(Committee.objects.filter(host__in=sources, dissolved_on=None))
    services = CommitteeService.objects.filter(period__upper_inf=True)
    others = list(
        services.filter(committee__in=old).exclude(unit__in=sources).select_related("unit")
    )
    keeper = _keeper(target, leaving=sources)
    joined = services.filter(unit__in=sources).exclude(committee__in=old).first()
    with audit.acting("committee.service_ended", by=by, note=note):
        for link in others:
            committees.end_or_drop(link, on, by=by)
    beside = [link.unit for link in others if link.unit_id != target.pk]
    if keeper is None and old:
        keeper = committees.establish(
            target, established_on=on, document=note[:120], is_joint=bool(beside), by=by
        )
    elif keeper is None and joined is not None:
        keeper = joined.committee
        committees.serve(keeper, target, since_day=on, by=by)
    if keeper is None:
        return
    if beside and not keeper.is_joint:
        Committee.objects.filter(pk=keeper.pk).update(is_joint=True)
    for unit in beside:
        committees.serve(keeper, unit, since_day=on, by=by)


def _keeper(target: Unit, *, leaving: Iterable[Unit]) -> Committee | None:
    own = Committee.objects.filter(host=target, dissolved_on=None)
    serving = Committee.objects.filter(
        Q(services__unit=target, services__period__upper_inf=True), dissolved_on=None
    ).exclude(host__in=list(leaving))
    return own.first() or serving.first()


def _register_with(source: Unit, target: Unit, *, by: Any) -> None:
    with audit.acting("person.registered", by=by, note=f"{source}并入{target}"):
        Person.objects.filter(unit=source).update(unit=target)


def _give_same_roles(source: Unit, target: Unit, *, on: date, by: Any) -> None:
    """A role the person already has at the target is not given twice."""
    with audit.acting("grant.given", by=by):
        for held in RoleGrant.objects.filter(unit=source, period__upper_inf=True):
            again = RoleGrant.objects.filter(user=held.user_id, role=held.role, unit=target)
            if not again.filter(period__overlap=since(on)).exists():
                begins = max(held.period.lower, on) if held.period.lower else on
                RoleGrant.objects.create(
                    user=held.user, role=held.role, unit=target, period=between(begins, None)
                )
