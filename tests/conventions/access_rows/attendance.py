"""Who was there, and paper: kept by whoever writes for the unit; /s/ is for whoever scanned."""

import io
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from activities.choices import AttendeeVia
from activities.models import Attendee, PaperForm, SignIn
from activities.services import attendance, papers
from activities.views.papers import WAITING_PHOTO
from portal.kernel import files
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


def chosen_photo(city: World) -> dict[str, Any]:
    """A photo the school's secretary has sent in, and the code it is to go to."""
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30)).save(buffer, "JPEG")
    stored = files.store_photo(SimpleUploadedFile("签到表.jpg", buffer.getvalue()))
    told = {"file": stored.pk, "name": "签到表.jpg", "by": city.school_secretary.pk}
    photo = signing.dumps(told, salt=WAITING_PHOTO)
    return {"photo": photo, "code": record_code(city)["digits"]}


def asked_photo(city: World) -> str:
    return "?" + urlencode({"photo": chosen_photo(city)["photo"]})


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
    "activities:paper_new": Row(WRITERS, methods=POST, data=lambda city: {"unit": city.school.pk}),
    "activities:paper_form": Row(WRITERS, given=a_form),
    "activities:typed_back": Row(WRITERS, given=a_form, methods=BOTH),
    "activities:paper_photos": Row(LOGGERS, EVERYBODY, methods=BOTH),
    # A photo that waits to be looked at belongs to whoever chose it, and to nobody else.
    "activities:paper_attach": Row({"school_secretary"}, methods=POST, data=chosen_photo),
    "activities:paper_photo": Row({"school_secretary"}, query=asked_photo),
}
