"""Editions and implementation plans, walked to their state by the services."""

from datetime import date
from typing import Any

from committees.models import Unit
from reading_program.models import Edition, ImplementationPlan
from reading_program.services import editions, plans


def prepared_edition(city: Unit, *, name: str = "主题教育读书活动", **facts: Any) -> Edition:
    whole = {
        "theme": "传承经典，筑梦未来", "starts_on": date(2023, 3, 1), "ends_on": date(2023, 9, 30),
        "plans_due_on": date(2023, 3, 31),
    }  # fmt: skip
    return editions.prepare_edition(city, name=name, **(whole | facts), by=None)


def published_edition(city: Unit, **facts: Any) -> Edition:
    edition = prepared_edition(city, **facts)
    editions.publish_edition(edition, by=None)
    return edition


def draft_plan(edition: Edition, unit: Unit, *, text: str = "一、指导思想……") -> ImplementationPlan:
    return plans.save_plan(edition, unit=unit, text=text, version=0, by=None)


def submitted_plan(edition: Edition, unit: Unit, *, by: Any) -> ImplementationPlan:
    plan = draft_plan(edition, unit)
    plans.submit(plan, by=by)
    plan.refresh_from_db()
    return plan


def accepted_plan(edition: Edition, unit: Unit, *, by: Any, reviewer: Any) -> ImplementationPlan:
    plan = submitted_plan(edition, unit, by=by)
    plans.accept(plan, by=reviewer)
    return plan
