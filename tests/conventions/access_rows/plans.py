"""The year's work points: read by every unit of the city, written by the bureau's own staff."""

from typing import Any

from activities.models import PlanNode, PlanTask, WorkPlan
from activities.services import plan_work
from portal.kernel import files
from tests.conventions.access import AROUND_SCHOOL, EVERYBODY, UNIT_PEOPLE, Row
from tests.factories import plans as factory
from tests.personas import World

BOTH = ("GET", "POST")
POST = ("POST",)
STAFF = {"bureau_staff"}
OUTSIDERS = EVERYBODY - UNIT_PEOPLE


def draft(city: World) -> dict[str, Any]:
    return {"year": factory.draft(city.bureau, by=city.bureau_staff).year}


def item(city: World) -> dict[str, Any]:
    factory.draft(city.bureau, by=city.bureau_staff)
    return {"pk": PlanNode.objects.get(number="2").pk}


def published(city: World) -> dict[str, Any]:
    return {"year": factory.published(city.bureau, by=city.bureau_staff).year}


def unit(city: World) -> dict[str, Any]:
    return published(city) | {"pk": city.school.pk}


def task(city: World) -> dict[str, Any]:
    return published(city) | {"pk": PlanTask.objects.get(node__number="1").pk}


def original(city: World) -> dict[str, Any]:
    plan = factory.published(city.bureau, by=city.bureau_staff)
    WorkPlan.objects.filter(pk=plan.pk).update(source=files.store(b"text", "text/plain"))
    return {"pk": plan.pk}


def told(city: World) -> dict[str, Any]:
    given = task(city) | {"unit": city.school.pk}
    asked = PlanTask.objects.get(pk=given["pk"])
    plan_work.tell(asked, city.school, told="under_way", feedback="", by=city.school_secretary)
    return given


ROWS = {
    "activities:plan_tell": Row(
        {"bureau_staff", "office_secretary", "school_secretary", "party_contact"},
        AROUND_SCHOOL,
        told,
        methods=BOTH,
    ),
    "activities:plan_reply": Row(STAFF, AROUND_SCHOOL, told, methods=BOTH),
    "activities:plan_amend": Row(STAFF, EVERYBODY - STAFF, published, methods=POST),
    "activities:plan_copy": Row(STAFF, EVERYBODY - STAFF, published, methods=POST),
    "activities:plan_export": Row(UNIT_PEOPLE, given=published),
    "activities:plans": Row(UNIT_PEOPLE, OUTSIDERS),
    "activities:plan": Row(UNIT_PEOPLE, OUTSIDERS, published),
    "activities:plan_unit": Row(AROUND_SCHOOL, given=unit),
    "activities:plan_offices": Row(UNIT_PEOPLE, OUTSIDERS, published),
    "activities:plan_task": Row(UNIT_PEOPLE, given=task),
    "activities:plan_source": Row(UNIT_PEOPLE, given=original),
    "activities:plan_upload": Row(STAFF, EVERYBODY - STAFF, methods=BOTH),
    "activities:plan_draft": Row(STAFF, given=draft),
    "activities:plan_heading": Row(STAFF, given=draft, methods=BOTH),
    "activities:plan_publish": Row(STAFF, given=draft, methods=BOTH),
    "activities:plan_discard": Row(STAFF, given=draft, methods=BOTH),
    "activities:plan_node": Row(STAFF, given=item, methods=BOTH),
    "activities:plan_node_checked": Row(STAFF, given=item, methods=POST),
    "activities:plan_node_add": Row(STAFF, given=item, methods=POST),
    "activities:plan_node_merge": Row(STAFF, given=item, methods=POST),
}
