"""Founding a committee, saying whom it serves, and who holds which post from when."""

from datetime import date
from typing import Any

from django.db import transaction

from committees.models import Committee, CommitteeService, Person, Post, Unit
from portal.kernel import audit
from portal.kernel.ranges import since


@transaction.atomic
def establish(
    host: Unit,
    *,
    name: str = "",
    established_on: date | None = None,
    precision: str = "day",
    document: str = "",
    is_joint: bool = False,
    serves_host: bool = True,
    by: Any,
) -> Committee:
    """Found a committee at `host`; it serves its host from that day unless told otherwise."""
    committee = Committee.objects.create(
        host=host,
        name=name or f"{host.name}关工委",
        is_joint=is_joint,
        established_on=established_on,
        established_precision=precision,
        founding_document=document,
    )
    if serves_host:
        serve(committee, host, since_day=established_on, by=by)
    audit.record("committee.established", committee, by=by)
    return committee


def serve(committee: Committee, unit: Unit, *, since_day: date | None, by: Any) -> CommitteeService:
    """From that day the committee serves the unit (one committee a unit at a time)."""
    with audit.acting("committee.serves", by=by):
        return CommitteeService.objects.create(
            committee=committee, unit=unit, period=since(since_day)
        )


def appoint(
    person: Person, committee: Committee, *, position: str, since_day: date | None, by: Any
) -> Post:
    """Give the person the position from that day."""
    with audit.acting("post.given", by=by):
        return Post.objects.create(
            committee=committee, person=person, position=position, period=since(since_day)
        )
