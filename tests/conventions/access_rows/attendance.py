"""Who was there, and paper: kept by whoever writes for the unit; /s/ is for whoever scanned."""

from typing import Any

from django.utils import timezone

from activities.choices import AttendeeVia
from activities.models import Attendee, PaperForm, SignIn
from activities.services import attendance, papers
from portal.kernel.codes import Code, Sheet
from tests.conventions.access import AROUND_SCHOOL, EVERYBODY, Row
from tests.conventions.access_rows.activities import (
    BOTH,
    LOGGERS,
    POST,
    WRITERS,
    draft,
    photo,
    submitted,
)
from tests.factories import activities as records
from tests.personas import World

READ_ONLY = AROUND_SCHOOL - WRITERS


def opened(city: World) -> SignIn:
    record = records.submitted(city.school, by=city.school_secretary)
    return attendance.open_sign_in(record, starts_at=timezone.now(), by=city.school_secretary)


def with_code(city: World) -> dict[str, Any]:
    return {"pk": opened(city).activity_id}


def token(city: World) -> dict[str, Any]:
    return {"token": opened(city).token}


def attendee(city: World) -> dict[str, Any]:
    record = records.draft(city.school, by=city.school_secretary)
    guest = Attendee.objects.create(activity=record, name="赵永年", via=AttendeeVia.TYPED)
    return {"pk": guest.pk}


def form(city: World) -> PaperForm:
    return papers.print_blank(city.school, by=city.school_secretary)


def a_form(city: World) -> dict[str, Any]:
    return {"pk": form(city).pk}


def record_code(city: World) -> dict[str, Any]:
    return {"digits": Code(Sheet.RECORD, submitted(city)["pk"]).digits}


ROWS = {
    "activities:attendance": Row(WRITERS, READ_ONLY, submitted, methods=BOTH),
    "activities:use_count": Row(WRITERS, given=draft, methods=POST),
    "activities:strike_off": Row(WRITERS, given=attendee, methods=POST),
    "activities:mark_sheet": Row(WRITERS, READ_ONLY, photo, methods=POST, data={"sheet": "1"}),
    "activities:checkin": Row(WRITERS, READ_ONLY, submitted, methods=BOTH),
    "activities:checkin_count": Row(WRITERS, READ_ONLY, with_code),
    "activities:checkin_screen": Row(WRITERS, READ_ONLY, with_code),
    "activities:checkin_close": Row(WRITERS, READ_ONLY, with_code, methods=POST),
    "activities:checkin_extend": Row(WRITERS, READ_ONLY, with_code, methods=POST),
    "activities:sign_in": Row(EVERYBODY, given=token, methods=BOTH, is_public=True),
    "activities:record_pdf": Row(AROUND_SCHOOL, given=submitted),
    "activities:sign_in_sheet": Row(AROUND_SCHOOL, given=submitted),
    "activities:minutes_pdf": Row(AROUND_SCHOOL, given=submitted),
    "activities:minutes_docx": Row(AROUND_SCHOOL, given=submitted),
    "activities:paper_of": Row(WRITERS, given=draft, methods=POST),
    "activities:code": Row(AROUND_SCHOOL, given=record_code),
    "activities:paper": Row(LOGGERS, EVERYBODY, methods=BOTH),
    # Without a unit, or without a photo waiting to be confirmed, there is nothing for anybody.
    "activities:paper_new": Row(set(), given=lambda city: {}, methods=POST),
    "activities:paper_form": Row(WRITERS, given=a_form),
    "activities:typed_back": Row(WRITERS, given=a_form, methods=BOTH),
    "activities:paper_photos": Row(LOGGERS, EVERYBODY, methods=BOTH),
    "activities:paper_attach": Row(set(), methods=POST),
    "activities:paper_photo": Row(set()),
}
