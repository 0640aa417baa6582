"""实施方案 of units that another carries on for: their heir need not write one again."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from committees.models import Unit
from portal.kernel import audit
from reading_program.choices import PlanState
from reading_program.models import Edition, ImplementationPlan

FURTHEST_FIRST = [PlanState.ACCEPTED, PlanState.SUBMITTED, PlanState.RETURNED, PlanState.DRAFT]


@transaction.atomic
def hand_over(sources: Sequence[Unit], target: Unit, *, on: date, by: Any) -> None:
    """In each edition still running, the target takes the plan that has come furthest.

    A target with a plan of its own keeps that one; the others stay where they are.
    """
    running = Edition.objects.filter(city=target.city_id, ends_on__gte=on)
    for edition in running.order_by("pk"):
        if ImplementationPlan.objects.filter(edition=edition, unit=target).exists():
            continue
        plans = list(ImplementationPlan.objects.filter(edition=edition, unit__in=sources))
        plans.sort(key=lambda plan: (FURTHEST_FIRST.index(PlanState(plan.state)), plan.pk))
        if plans:
            with audit.acting("reading_plan.handed_over", by=by):
                ImplementationPlan.objects.filter(pk=plans[0].pk).update(unit=target)
