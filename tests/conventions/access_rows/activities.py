"""Records: written by the unit or the office above, reviewed from above, read around the unit."""

import io
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from activities.models import Activity, ActivityFile
from activities.services import activities
from activities.services.credits import decline
from committees.models import SpecialDay
from tests.conventions.access import AROUND_SCHOOL, EVERYBODY, OFFICES, SCHOOLS, UNIT_PEOPLE, Row
from tests.factories import activities as records
from tests.personas import World

BOTH = ("GET", "POST")
POST = ("POST",)
LOGGERS = {"bureau_staff", "party_contact", *OFFICES, *SCHOOLS}
WRITERS = {"bureau_staff", "office_secretary", "school_secretary", "party_contact"}
REVIEWERS = {"bureau_staff", "office_secretary"}
STAFF = {"bureau_staff"}
RETURN = {"words": "写上主讲人"}
REASON = {"note": "重复了"}


def special_day(city: World) -> dict[str, Any]:
    made = SpecialDay.objects.create(
        city=city.bureau, day=date(2023, 10, 20), is_workday=False, name="校庆日"
    )
    return {"pk": made.pk}


def draft(city: World) -> dict[str, Any]:
    return {"pk": records.draft(city.school, by=city.school_secretary).pk}


def submitted(city: World) -> dict[str, Any]:
    return {"pk": records.submitted(city.school, by=city.school_secretary).pk}


def accepted_record(city: World) -> Activity:
    return records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)


def accepted(city: World) -> dict[str, Any]:
    return {"pk": accepted_record(city).pk}


def credit(city: World) -> dict[str, Any]:
    return {"pk": accepted_record(city).credits.get().pk}


def declined(city: World) -> dict[str, Any]:
    given = accepted_record(city).credits.get()
    decline(given, reason="这是校务会", by=city.office_secretary)
    return {"pk": given.pk}


def with_photo(record: Activity, city: World) -> ActivityFile:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30)).save(buffer, "JPEG")
    photo = SimpleUploadedFile("现场.jpg", buffer.getvalue())
    return activities.add_file(record, upload=photo, by=city.school_secretary)


def photo_of_draft(city: World) -> dict[str, Any]:
    record = records.draft(city.school, by=city.school_secretary)
    return {"pk": with_photo(record, city).pk}


def photo(city: World) -> dict[str, Any]:
    record = records.draft(city.school, by=city.school_secretary)
    attached = with_photo(record, city)
    activities.submit(record, on=records.TODAY, by=city.school_secretary)
    return {"pk": attached.pk}


ROWS = {
    "activities:activities": Row(UNIT_PEOPLE, EVERYBODY),
    "activities:export": Row(UNIT_PEOPLE, EVERYBODY),
    "activities:statistics": Row({"bureau_leader", "bureau_staff", "auditor", *OFFICES}, EVERYBODY),
    "activities:new": Row(LOGGERS, EVERYBODY, methods=BOTH),
    "activities:autosave activities/new/draft/": Row(LOGGERS, EVERYBODY, methods=POST),
    "activities:add_file activities/new/files/": Row(LOGGERS, EVERYBODY, methods=POST),
    "activities:prospects": Row(LOGGERS, EVERYBODY),
    "activities:queue": Row({"bureau_staff", *OFFICES}, EVERYBODY),
    "activities:file": Row(AROUND_SCHOOL, given=photo),
    "activities:small": Row(AROUND_SCHOOL, given=photo),
    "activities:remove_file": Row(WRITERS, given=photo_of_draft, methods=POST),
    "activities:decline": Row(REVIEWERS, AROUND_SCHOOL, credit, methods=BOTH, data=REASON),
    "activities:restore": Row(REVIEWERS, AROUND_SCHOOL, declined, methods=POST),
    "activities:activity": Row(AROUND_SCHOOL, given=submitted),
    "activities:edit": Row(WRITERS, given=draft, methods=BOTH),
    "activities:autosave activities/<int:pk>/draft/": Row(WRITERS, given=draft, methods=POST),
    "activities:add_file activities/<int:pk>/files/": Row(WRITERS, given=draft, methods=POST),
    "activities:check": Row(WRITERS, given=draft, methods=BOTH),
    "activities:done": Row(AROUND_SCHOOL, given=submitted),
    "activities:withdraw": Row(WRITERS, AROUND_SCHOOL, submitted, methods=POST),
    "activities:discard": Row(WRITERS, given=draft, methods=BOTH),
    "activities:void": Row(REVIEWERS, AROUND_SCHOOL, accepted, methods=BOTH, data=REASON),
    "activities:review": Row(REVIEWERS, AROUND_SCHOOL, submitted),
    "activities:accept": Row(REVIEWERS, AROUND_SCHOOL, submitted, methods=POST),
    "activities:send_back": Row(REVIEWERS, AROUND_SCHOOL, submitted, methods=POST, data=RETURN),
    "activities:silence": Row(STAFF, EVERYBODY - STAFF),
    "activities:silence_edit": Row(
        STAFF, EVERYBODY - STAFF, methods=BOTH, data={"switch": "on", "silent_days": "5"}
    ),
    "activities:workdays_new": Row(
        STAFF,
        EVERYBODY - STAFF,
        methods=BOTH,
        data={"name": "校庆日", "first": "2023-10-20", "is_workday": "no"},
    ),
    "activities:workdays_fill": Row(
        STAFF, EVERYBODY - STAFF, lambda city: {"year": 2023}, methods=POST
    ),
    "activities:workday_remove": Row(STAFF, EVERYBODY - STAFF, special_day, methods=POST),
}
