"""A set of obligations with its credit rules, put in force for a year."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import transaction

from activities.models import ActivityKind, CreditRule
from activities.services import credits
from activities.services.city_sets import STANDARD, CitySet
from committees.models import ObligationSet, Unit
from committees.services import obligations
from portal.kernel import jobs
from portal.kernel.models import Job


@transaction.atomic
def draft_city_set(city: Unit, *, chosen: CitySet, year: int, by: Any) -> ObligationSet:
    """Draft one of the ready sets for the year, each item with the records that show it."""
    drafted = obligations.draft_set(
        city, year=year, name=chosen.name, basis=chosen.basis, items=chosen.items, by=by
    )
    kinds = {kind.slug: kind for kind in ActivityKind.objects.all()}
    CreditRule.objects.bulk_create(
        CreditRule(item=item, kind=kinds[slug], requires=requires)
        for item in drafted.items.all()
        for slug, requires in chosen.rules.get(item.code, [])
    )
    return drafted


def draft_standard_set(city: Unit, *, year: int, basis: str = "", by: Any) -> ObligationSet:
    """Draft 三个同 and 三个一 for the year."""
    return draft_city_set(city, chosen=replace(STANDARD, basis=basis), year=year, by=by)


FORCE = "obligations.force"  # the job; what it does stands in activities/schedule.py


def start_force(drafted: ObligationSet, *, return_url: str, by: Any) -> Job:
    """Put the set in force in the background: a year's records may be many thousands."""
    return jobs.start(
        FORCE,
        key=f"{FORCE}:{drafted.pk}",
        title=f"让{drafted}生效"[:120],
        arguments={"set": drafted.pk},
        return_url=return_url,
        by=by,
    )


@transaction.atomic
def put_in_force(
    drafted: ObligationSet, *, by: Any, say: Callable[[int, int], None] | None = None
) -> int:
    """Publish the set and settle the year's records by it, as one; return how many were settled."""
    credits.hold_rules(drafted.city_id, alone=True)
    drafted.refresh_from_db(fields=["published_at"])
    obligations.publish_set(drafted, by=by)
    return credits.settle_year(drafted.city, year=drafted.year, by=by, say=say)
