"""Everything a change of units may touch, as comparable values."""

from typing import Any

from django.apps import apps

from activities.models import (
    Activity,
    Appointment,
    CoHost,
    Credit,
    Lecture,
    ObligationCell,
    ObligationRelief,
    Partner,
    PlanTask,
    Studio,
    StudioMember,
    TaskWork,
)
from committees.models import (
    Committee,
    CommitteeService,
    FiveHavesCheck,
    Person,
    Post,
    RoleGrant,
    Unit,
    UnitMembership,
    UnitPeriod,
    UnitSuccession,
)
from portal.web.models import DataAnswer
from reading_program.models import Entry, EntryBatch, ImplementationPlan, Judge, Quota

WATCHED = [
    Unit, UnitPeriod, UnitMembership, UnitSuccession, Committee, CommitteeService, Post, RoleGrant,
    Person, Activity, Credit, ImplementationPlan, Lecture, Appointment, Studio, StudioMember,
    Partner, CoHost, PlanTask.units.through, TaskWork, FiveHavesCheck, DataAnswer,
    ObligationRelief, Entry, EntryBatch, Judge, Judge.former_schools.through, Quota,
]  # fmt: skip


def everything() -> dict[str, Any]:
    """Every row of every watched table; of cells only those in which something counts."""
    found: dict[str, Any] = {
        table._meta.label: sorted(table.objects.order_by("pk").values_list(), key=str)
        for table in WATCHED
    }
    cells = ObligationCell.objects.exclude(counted=0, pending=0)
    found["cells"] = sorted(cells.values_list("unit", "item", "counted", "pending"))
    return found


def count_of(label: str) -> int:
    return apps.get_model(label).objects.count()
