"""Founding a committee, saying whom it serves, and who holds which post from when."""

from datetime import date
from typing import Any

from django.db import transaction

from committees.models import Committee, CommitteeService, Person, Post, Unit
from portal.kernel import audit
from portal.kernel.calendar import date_cn
from portal.kernel.errors import Refused
from portal.kernel.ranges import between, since
from portal.kernel.refusals import speaking_for


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
    with speaking_for(Committee):
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


@transaction.atomic
def serve(committee: Committee, unit: Unit, *, since_day: date | None, by: Any) -> CommitteeService:
    """From that day the committee serves the unit (one committee a unit at a time)."""
    with audit.acting("committee.serves", by=by), speaking_for(CommitteeService):
        return CommitteeService.objects.create(
            committee=committee, unit=unit, period=since(since_day)
        )


@transaction.atomic
def end_service(service: CommitteeService, *, on: date, by: Any) -> None:
    """From that day the committee no longer serves the unit."""
    with audit.acting("committee.service_ended", by=by):
        _end(service, on)
    audit.record("committee.service_ended", service.committee, by=by, note=str(service.unit))


@transaction.atomic
def appoint(
    person: Person, committee: Committee, *, position: str, since_day: date | None, by: Any
) -> Post:
    """Give the person the position from that day."""
    with audit.acting("post.given", by=by), speaking_for(Post):
        post = Post.objects.create(
            committee=committee, person=person, position=position, period=since(since_day)
        )
    note = f"{person} · {post.get_position_display()}"
    audit.record("post.given", committee, by=by, note=note)
    return post


@transaction.atomic
def end_post(post: Post, *, on: date, by: Any) -> None:
    """From that day the person no longer holds the position."""
    with audit.acting("post.ended", by=by):
        _end(post, on)
    note = f"{post.person} · {post.get_position_display()}"
    audit.record("post.ended", post.committee, by=by, note=note)


@transaction.atomic
def dissolve(committee: Committee, *, on: date, by: Any) -> None:
    """The committee ends that day, and with it whom it serves and who holds its posts."""
    if committee.dissolved_on is not None:
        raise Refused(f"“{committee}”已经撤销了")
    with audit.acting("committee.dissolved", by=by):
        for links in (committee.services, committee.posts):
            for link in links.filter(period__upper_inf=True):
                end_or_drop(link, on, by=by)
        committee.dissolved_on = on
        committee.save(update_fields=["dissolved_on"])
    audit.record("committee.dissolved", committee, by=by)


@transaction.atomic
def end_all_of(unit: Unit, *, on: date, by: Any) -> None:
    """A unit closes: nobody serves it any more, and its own committee ends."""
    for committee in unit.committees.filter(dissolved_on=None):
        others = committee.services.filter(period__upper_inf=True).exclude(unit=unit)
        if count := others.count():
            raise Refused(
                f"“{committee}”还覆盖另外 {count} 家单位，先为它们另设或另选关工委，再撤销"
            )
        dissolve(committee, on=on, by=by)
    with audit.acting("committee.service_ended", by=by):
        for service in CommitteeService.objects.filter(unit=unit, period__upper_inf=True):
            end_or_drop(service, on, by=by)


def _end(link: Any, on: date) -> None:
    """End an open dated link; `on` is the first day it no longer holds."""
    if link.period.upper is not None:
        raise Refused(f"已经在{date_cn(link.period.upper)}结束了，刷新页面看看")
    if link.period.lower is not None and link.period.lower >= on:
        raise Refused(f"是从{date_cn(link.period.lower)}开始的，结束日期要在这以后")
    link.period = between(link.period.lower, on)
    link.save(update_fields=["period"])


def end_or_drop(link: Any, on: date, *, by: Any) -> None:
    """As `_end`, but a link that would only have begun later never happened."""
    if link.period.lower is not None and link.period.lower >= on:
        with audit.acting("link.never_began", by=by):
            link.delete()
    else:
        _end(link, on)
