"""Home, sign-in, search, messages, jobs."""

from datetime import date
from typing import Any

from django.utils import timezone

from portal.kernel import audit, files
from portal.kernel.models import Job, JobState, Notice
from portal.web.models import DataAnswer, DataRequest, PortalSession
from portal.web.services import faces, requests
from tests.conventions.access import EVERYBODY, OFFICES, UNIT_PEOPLE, Row
from tests.personas import World

BOTH = ("GET", "POST")
POST = ("POST",)
OWNER = {"school_secretary"}


def notice(city: World) -> dict[str, Any]:
    return {"pk": Notice.objects.create(user=city.school_secretary, text="来了一条消息").pk}


def waiting_job(city: World) -> dict[str, Any]:
    made = Job.objects.create(key="waiting", kind="none", title="等着", owner=city.school_secretary)
    return {"pk": made.pk}


def ended_job(city: World) -> dict[str, Any]:
    made = Job.objects.create(
        key="ended",
        kind="none",
        title="做完了",
        owner=city.school_secretary,
        state=JobState.DONE,
        ended_at=timezone.now(),
        result_file=files.store(b"%PDF-1.7 result", "application/pdf"),
        result_name="结果.pdf",
    )
    return {"pk": made.pk}


def own_account(city: World) -> dict[str, Any]:
    return {"pk": city.school_secretary.pk}


def signed_in(city: World) -> dict[str, Any]:
    made = PortalSession.objects.create(
        user=city.school_secretary, session_key="k" * 32, way="password"
    )
    return {"pk": made.pk}


def audited(city: World) -> dict[str, Any]:
    return {"pk": audit.record("unit.corrected", city.school, by=city.bureau_staff).pk}


def shown_face(city: World) -> dict[str, Any]:
    faces.publish(city.school, sections=["members"], records=[], is_findable=False, version=1,
                  by=city.bureau_staff)  # fmt: skip
    return {"pk": city.school.pk}


AUDITS = {"bureau_leader", "bureau_staff", "auditor"}
WHO_ASKS = {"bureau_staff"}
WHO_ASKED = {"bureau_leader", "bureau_staff", "auditor", "office_secretary", "party_contact",
             "school_secretary", "sibling_secretary", "other_school_secretary",
             "other_office_secretary"}  # fmt: skip
SEES_SCHOOL = {"bureau_leader", "bureau_staff", "auditor", "office_secretary", "party_contact",
               "school_secretary"}  # fmt: skip
ANSWERS = {"office_secretary", "school_secretary", "party_contact"}
NO_UNIT = {"teacher", "judge", "mentor"}


def school_year(city: World) -> dict[str, Any]:
    return {"pk": city.school.pk, "year": 2023}


def drafted(city: World) -> dict[str, Any]:
    return {"pk": _request(city).pk}


def sent(city: World) -> dict[str, Any]:
    made = _request(city)
    requests.send(made, on=date(2023, 10, 18), now=timezone.now(), by=city.bureau_staff)
    return {"pk": made.pk}


def asked(city: World) -> dict[str, Any]:
    return {"pk": DataAnswer.objects.get(request=sent(city)["pk"], unit=city.school).pk}


def handed(city: World) -> dict[str, Any]:
    answer = DataAnswer.objects.get(pk=asked(city)["pk"])
    paper = files.store(b"%PDF-1.7 paper", "application/pdf")
    answer.values = {"1": {"file": paper.pk, "name": "证明.pdf"}}
    answer.save()
    return {"pk": answer.pk, "field_pk": 1}


def _request(city: World) -> DataRequest:
    return requests.draft(
        city.bureau, title="三季度情况", basis="2023年工作要点第4条", due_on=date(2023, 11, 1),
        unit_kinds=["school"], questions=[("最有特色的一件事", "text", "")], by=city.bureau_staff,
    )  # fmt: skip


ROWS = {
    "web:todo_pdf": Row(EVERYBODY),
    "web:address": Row(EVERYBODY, methods=BOTH),
    "web:calls": Row(OFFICES | WHO_ASKS, EVERYBODY - OFFICES - WHO_ASKS),
    "web:calls_pdf": Row(OFFICES | WHO_ASKS, EVERYBODY - OFFICES - WHO_ASKS, methods=POST),
    "web:requests": Row(UNIT_PEOPLE, NO_UNIT),
    "web:data_request_new": Row(WHO_ASKS, EVERYBODY - WHO_ASKS, methods=BOTH),
    "web:data_request": Row(WHO_ASKED, given=sent),
    "web:data_request_edit": Row(WHO_ASKS, given=drafted, methods=BOTH),
    "web:data_request_sources": Row(WHO_ASKS, given=drafted, methods=POST),
    "web:data_request_send": Row(WHO_ASKS, given=drafted, methods=POST),
    "web:data_request_close": Row(WHO_ASKS, WHO_ASKED - WHO_ASKS, given=sent, methods=POST),
    "web:data_request_export": Row(WHO_ASKS, WHO_ASKED - WHO_ASKS, given=sent),
    "web:data_answer": Row(ANSWERS, SEES_SCHOOL - ANSWERS, given=asked, methods=BOTH),
    "web:data_file": Row(SEES_SCHOOL, given=handed),
    "web:burden": Row(UNIT_PEOPLE, NO_UNIT),
    "web:burden_export": Row(UNIT_PEOPLE, NO_UNIT),
    "web:burden_ceiling": Row(WHO_ASKS, EVERYBODY - WHO_ASKS, methods=BOTH),
    "web:home": Row(EVERYBODY),
    "web:todo": Row(EVERYBODY),
    "web:written": Row(EVERYBODY),
    "web:menu": Row(EVERYBODY),
    "web:faces": Row(EVERYBODY, is_public=True),
    "web:face": Row(EVERYBODY, given=shown_face, is_public=True),
    "web:face_edit": Row(
        {"bureau_staff", "party_contact"},
        {"bureau_leader", "auditor", "office_secretary", "school_secretary"},
        given=lambda city: {"pk": city.school.pk},
        methods=BOTH,
        data={"sections": ["members"], "version": "1", "publish": "1"},
    ),
    "web:columns": Row(EVERYBODY, given=lambda _: {"table": "units"}, methods=POST),
    "web:album": Row(SEES_SCHOOL, given=school_year),
    "web:album_print": Row(SEES_SCHOOL, given=school_year, methods=POST),
    "web:overview": Row(UNIT_PEOPLE, NO_UNIT),
    "web:overview_rows": Row(UNIT_PEOPLE, NO_UNIT, given=lambda _: {"what": "given"}),
    # What is found is as far as each may see; the page itself is everybody's.
    "web:search": Row(EVERYBODY, query="?q=小学"),
    "web:notices": Row(EVERYBODY),
    "web:notices_read": Row(EVERYBODY, methods=POST),
    "web:notice_read": Row(OWNER, given=notice, methods=POST),
    "web:handbook": Row(EVERYBODY, query="?q=签到", is_public=True),
    "web:chapter": Row(EVERYBODY, given=lambda city: {"slug": "record"}, is_public=True),
    # With a city in it the page of a new one only shows the way.
    "web:setup": Row(EVERYBODY, methods=BOTH, is_public=True),
    "web:start": Row(WHO_ASKS, EVERYBODY - WHO_ASKS),
    "web:live": Row(EVERYBODY, is_public=True),
    "web:ready": Row(EVERYBODY, is_public=True),
    "web:metrics": Row(set(), is_public=True),  # not there without the token of Prometheus
    "web:login": Row(EVERYBODY, methods=BOTH, is_public=True),
    "web:logout": Row(EVERYBODY, methods=POST),
    "web:password": Row(EVERYBODY, methods=BOTH),
    "web:text_size": Row(EVERYBODY, methods=POST, is_public=True),
    "web:job": Row(OWNER, given=waiting_job),
    "web:job_cancel": Row(OWNER, given=waiting_job, methods=POST),
    "web:job_file": Row(OWNER, given=ended_job),
    "web:login_code": Row(EVERYBODY, methods=BOTH, is_public=True),
    "web:sso": Row(EVERYBODY, is_public=True),
    "web:sso_back": Row(EVERYBODY, is_public=True),
    "web:second_step": Row(EVERYBODY, methods=BOTH),
    "web:second_step_codes": Row(EVERYBODY, methods=POST),
    "web:second_step_off": Row(EVERYBODY, methods=BOTH),
    "web:second_step_reset": Row(
        {"bureau_staff", "office_secretary"}, given=own_account, methods=BOTH
    ),
    "web:sessions": Row(EVERYBODY),
    "web:sessions_end": Row(EVERYBODY, methods=POST),
    "web:session_end": Row(OWNER, given=signed_in, methods=POST),
    "web:look": Row({"bureau_staff"}, {"office_secretary"}, given=own_account, methods=BOTH),
    "web:look_end": Row(EVERYBODY, methods=POST),
    "web:audit": Row(AUDITS, EVERYBODY - AUDITS),
    "web:audit_export": Row(AUDITS, EVERYBODY - AUDITS),
    "web:audit_children": Row(AUDITS, EVERYBODY - AUDITS),
    "web:audit_event": Row(AUDITS, EVERYBODY - AUDITS, given=audited),
    "web:styleguide": Row(EVERYBODY, methods=BOTH),
}
