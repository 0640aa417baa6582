"""计入规则: the bureau's own staff decide what counts for what."""

from typing import Any

from activities.choices import CreditTarget
from activities.models import CreditRule
from activities.services import rules
from tests.conventions.access import EVERYBODY, OFFICES, Row
from tests.factories.activities import kind
from tests.personas import YEAR, World

BOTH = ("GET", "POST")
STAFF = {"bureau_staff"}
READERS = {"bureau_staff", "bureau_leader", "auditor", *OFFICES}


def year(city: World) -> dict[str, Any]:
    return {"year": YEAR}


def rule(city: World) -> dict[str, Any]:
    return {"year": YEAR, "pk": CreditRule.objects.filter(item__code="training").get().pk}


def change(city: World) -> dict[str, Any]:
    draft = rules.RuleDraft(
        target=CreditTarget.RUBRIC, line="r-1", line_name="宣讲", kind=kind("lecture")
    )
    made = rules.propose(city.bureau, year=YEAR, draft=draft, by=city.bureau_staff)
    return {"year": YEAR, "pk": made.pk}


ROWS = {
    "activities:rules": Row(STAFF, EVERYBODY - STAFF, year),
    "activities:rule_lines": Row(READERS, EVERYBODY - READERS, year),
    "activities:rule_new": Row(STAFF, EVERYBODY - STAFF, year, methods=BOTH),
    "activities:rule_edit": Row(STAFF, EVERYBODY - STAFF, rule, methods=BOTH),
    "activities:rule_retire": Row(STAFF, EVERYBODY - STAFF, rule, methods=BOTH),
    "activities:rule_change": Row(STAFF, EVERYBODY - STAFF, change, methods=BOTH),
}
