"""Asking for the 台账 of a unit and year."""

from typing import Any

from django.urls import reverse

from committees.models import Unit
from evaluations import tasks
from portal.kernel import jobs
from portal.kernel.models import Job


def ask_ledger(unit: Unit, *, year: int, by: Any) -> Job:
    """Queue the making of the ledger as things stand; the working copy before it is replaced."""
    return jobs.start(
        tasks.LEDGER,
        key=tasks.ledger_key(unit, year),
        title=f"生成{unit}{year}年台账"[:120],
        by=by,
        arguments={"unit": unit.pk, "year": year},
        return_url=reverse("evaluations:ledger", args=[year, unit.pk]),
        again=True,
    )
