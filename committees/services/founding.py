"""Corrections of how a committee was founded, as a later and better sheet tells it."""

from datetime import date
from typing import Any

from django.db import transaction

from committees.models import Committee
from portal.kernel import audit
from portal.kernel.calendar import date_cn
from portal.kernel.ranges import between


@transaction.atomic
def correct_founding(
    committee: Committee, *, established_on: date | None, precision: str, by: Any
) -> bool:
    """Set the founding day, and with it since when the committee serves its own unit.

    Return whether anything changed. Links that began on another day keep theirs.
    """
    stood = (committee.established_on, committee.established_precision)
    if stood == (established_on, precision):
        return False
    own = committee.services.filter(unit=committee.host, period__startswith=stood[0])
    if stood[0] is None:
        own = committee.services.filter(unit=committee.host, period__lower_inf=True)
    with audit.acting("committee.corrected", by=by):
        committee.established_on, committee.established_precision = established_on, precision
        committee.save(update_fields=["established_on", "established_precision"])
        for link in own:
            if (
                link.period.upper is None
                or established_on is None
                or established_on < link.period.upper
            ):
                link.period = between(established_on, link.period.upper)
                link.save(update_fields=["period"])
    note = f"成立时间：{date_cn(established_on, precision)}" if established_on else "成立时间：空"
    audit.record("committee.corrected", committee, by=by, note=note)
    return True


@transaction.atomic
def make_joint(committee: Committee, *, by: Any) -> None:
    """The committee is from now on a joint one (联合关工委), serving units beside its host."""
    with audit.acting("committee.corrected", by=by):
        committee.is_joint = True
        committee.save(update_fields=["is_joint"])
    audit.record("committee.corrected", committee, by=by, note="改为联合关工委")
