"""Importing a roster: the bureau's staff alone, and only into their own city."""

from typing import Any

from django.utils import timezone

from committees.models import ImportRun
from portal.kernel import files
from portal.kernel.models import Job, JobState
from tests.conventions.access import EVERYBODY, Row
from tests.personas import World
from tests.rosters import messy_roster

STAFF = {"bureau_staff"}
OTHERS = EVERYBODY - STAFF
BOTH = ("GET", "POST")


def run(city: World) -> dict[str, Any]:
    """A run whose check has ended and left its file."""
    data = files.store(messy_roster(1, offices=1, schools=1)[0], files.XLSX)
    job = Job.objects.create(
        key="roster_check:row",
        kind="roster_check",
        title="检查",
        state=JobState.DONE,
        ended_at=timezone.now(),
        result_file=data,
        result_name="名册-检查结果.xlsx",
    )
    made = ImportRun.objects.create(
        city=city.bureau, file=data, file_name="名册.xlsx", created_by=city.bureau_staff, job=job
    )
    return {"pk": made.pk}


ROWS = {
    "web:imports": Row(STAFF, OTHERS, methods=BOTH),
    "web:import_template": Row(STAFF, OTHERS),
    "web:import_run": Row(STAFF, OTHERS, run),
    "web:import_map": Row(STAFF, OTHERS, run),
    "web:import_progress": Row(STAFF, OTHERS, run),
    "web:import_start": Row(STAFF, OTHERS, run, methods=("POST",)),
    "web:import_cancel": Row(STAFF, OTHERS, run, methods=("POST",)),
    "web:import_file": Row(STAFF, OTHERS, run),
    "web:import_undo": Row(STAFF, OTHERS, run, methods=BOTH),
}
