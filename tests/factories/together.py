"""Studios, partners and joint records, made by the services themselves."""

from datetime import date
from itertools import count
from typing import Any

from activities.models import CoHost, Partner, PartnerAgreement, Studio, StudioMember
from activities.services import activities, joint, partners, studios
from committees.models import Unit
from tests.factories import activities as records
from tests.factories import committees as factory

_numbers = count(1)


def make_partner(unit: Unit, name: str = "", **facts: Any) -> Partner:
    whole = {"kind": "community", "phone": "13857712345", "contact": "林小云"} | facts
    return partners.enter(unit, name=name or f"第{next(_numbers)}社区", by=None, **whole)


def make_agreement(partner: Partner, **facts: Any) -> PartnerAgreement:
    whole = {"first": date(2022, 9, 1), "last": date(2025, 8, 31)} | facts
    return partners.agree(partner, by=None, **whole)


def make_studio(unit: Unit, name: str = "", **facts: Any) -> Studio:
    return studios.open_studio(unit, name=name or f"第{next(_numbers)}工作室", by=None, **facts)


def make_member(studio: Studio, **facts: Any) -> StudioMember:
    person = factory.make_person(studio.unit, **facts)
    return studios.join(studio, person, on=date(2022, 3, 1), by=None)


def make_cohost(unit: Unit, other: Unit, *, by: Any, submit: bool = True) -> CoHost:
    """A record of `unit` that names `other`, handed in unless told otherwise."""
    record = records.draft(unit, by=by)
    cohost = joint.invite(record, other, by=by)
    if submit:
        activities.submit(record, on=records.TODAY, by=by)
    return CoHost.objects.select_related("unit", "activity__unit").get(pk=cohost.pk)
