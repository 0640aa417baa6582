"""Beside the record: minutes, decisions, corrections, series; kinds are the bureau's."""

from typing import Any

from activities.choices import Rhythm
from activities.models import Activity, KindField
from activities.services import corrections, decisions, minutes, series
from tests.conventions.access import AROUND_SCHOOL, EVERYBODY, UNIT_PEOPLE, Row
from tests.conventions.access_rows.activities import LOGGERS, REVIEWERS, WRITERS, accepted_record
from tests.factories.activities import HELD, kind
from tests.personas import World

BOTH = ("GET", "POST")
POST = ("POST",)
STAFF = {"bureau_staff"}
READERS = AROUND_SCHOOL
DECISION = {"text": "请离退休教师协会推荐两名讲师"}
REPORT = {"state": "open", "text": "已经联系"}
SERIES = {"name": "工作例会", "rhythm": "monthly", "starts_on": "2023-01-05"}
MINUTES = {"text": "会议听取了汇报。", "based_on": "0"}
NEW_KIND = {"name": "红色寻访"}
NEW_FIELD = {"label": "寻访地点", "field_type": "text"}


def record(city: World) -> dict[str, Any]:
    return {"pk": accepted_record(city).pk}


def with_versions(city: World) -> Activity:
    """One version, and two people's next one: the later was put aside."""
    one = accepted_record(city)
    minutes.save(one, text="第一稿", based_on=0, by=city.school_secretary)
    minutes.save(one, text="第二稿", based_on=1, by=city.school_secretary)
    minutes.save(one, text="同时写的", based_on=1, by=city.party_contact)
    return one


def compared(city: World) -> dict[str, Any]:
    return {"pk": with_versions(city).pk}


def aside(city: World) -> dict[str, Any]:
    return {"pk": with_versions(city).pk, "number": 3}


def fact(city: World) -> dict[str, Any]:
    return {"pk": accepted_record(city).pk, "field": "attendance"}


def asked(city: World) -> dict[str, Any]:
    one = corrections.ask(
        accepted_record(city), field="attendance", value=81, reason="写反了",
        by=city.school_secretary,
    )  # fmt: skip
    return {"pk": one.pk}


def decision(city: World) -> dict[str, Any]:
    return {"pk": decisions.add(accepted_record(city), text="办一次", by=city.school_secretary).pk}


def done(city: World) -> dict[str, Any]:
    one = decisions.add(accepted_record(city), text="办一次", by=city.school_secretary)
    decisions.report(one, text="办了", state="done", on=HELD, by=city.school_secretary)
    return {"pk": one.pk}


def unit(city: World) -> dict[str, Any]:
    return {"pk": city.school.pk}


def meetings(city: World) -> dict[str, Any]:
    made = series.start(
        city.school, name="例会", kind=kind("training"), rhythm=Rhythm.MONTHLY, starts_on=HELD,
        by=city.school_secretary,
    )  # fmt: skip
    return {"pk": made.pk}


def a_kind(city: World) -> dict[str, Any]:
    return {"pk": kind("training").pk}


def a_field(city: World) -> dict[str, Any]:
    return {"pk": KindField.objects.in_use().filter(kind__slug="training").first().pk}  # type: ignore[union-attr]


def retired_field(city: World) -> dict[str, Any]:
    given = a_field(city)
    KindField.objects.filter(**given).update(retired_at="2023-01-01T00:00:00Z")
    return given


OTHERS = EVERYBODY - STAFF

ROWS = {
    "activities:own_fields": Row(LOGGERS, EVERYBODY),
    "activities:again": Row(WRITERS, AROUND_SCHOOL, record, methods=POST),
    "activities:minutes": Row(READERS, given=record),
    "activities:minutes_edit": Row(WRITERS, AROUND_SCHOOL, record, methods=BOTH, data=MINUTES),
    "activities:minutes_draft": Row(WRITERS, AROUND_SCHOOL, record, methods=POST, data=MINUTES),
    "activities:minutes_undraft": Row(WRITERS, AROUND_SCHOOL, record, methods=POST),
    "activities:minutes_compare": Row(READERS, given=compared, query="?from=1&to=2"),
    "activities:minutes_both": Row(READERS, given=aside),
    "activities:record_decisions": Row(READERS, given=record),
    "activities:decision_new": Row(WRITERS, AROUND_SCHOOL, record, methods=BOTH, data=DECISION),
    "activities:choose_correction": Row(WRITERS, AROUND_SCHOOL, record),
    "activities:correct": Row(WRITERS, AROUND_SCHOOL, fact, methods=BOTH),
    "activities:corrections": Row({"bureau_staff", "office_secretary", "other_office_secretary"},
                                  EVERYBODY),
    "activities:correction_agree": Row(REVIEWERS, AROUND_SCHOOL, asked, methods=POST),
    "activities:correction_refuse": Row(REVIEWERS, AROUND_SCHOOL, asked, methods=BOTH,
                                        data={"note": "签到表上就是 18 人"}),
    "activities:decisions": Row(UNIT_PEOPLE, EVERYBODY),
    "activities:decisions_export": Row(UNIT_PEOPLE, EVERYBODY),
    "activities:unit_decisions": Row(READERS, given=unit),
    "activities:decision": Row(READERS, given=decision),
    "activities:decision_edit": Row(WRITERS, AROUND_SCHOOL, decision, methods=BOTH, data=DECISION),
    "activities:decision_reopen": Row(WRITERS, AROUND_SCHOOL, done, methods=POST),
    "activities:series": Row(UNIT_PEOPLE, EVERYBODY),
    "activities:series_export": Row(UNIT_PEOPLE, EVERYBODY),
    "activities:series_new": Row(LOGGERS, EVERYBODY, methods=BOTH, data=SERIES),
    "activities:one_series": Row(READERS, given=meetings),
    "activities:series_edit": Row(WRITERS, AROUND_SCHOOL, meetings, methods=BOTH, data=SERIES),
    "activities:series_end": Row(WRITERS, AROUND_SCHOOL, meetings, methods=BOTH),
    "activities:series_hold": Row(WRITERS, AROUND_SCHOOL, meetings, methods=POST),
    "activities:series_skip": Row(WRITERS, AROUND_SCHOOL, meetings, methods=BOTH,
                                  data={"reason": "学校放假"}),
    "activities:kinds": Row(STAFF, EVERYBODY),
    "activities:kind_new": Row(STAFF, EVERYBODY, methods=BOTH, data=NEW_KIND),
    "activities:kind": Row(STAFF, EVERYBODY, a_kind),
    "activities:kind_edit": Row(STAFF, EVERYBODY, a_kind, methods=BOTH, data=NEW_KIND),
    "activities:kind_field_new": Row(STAFF, EVERYBODY, a_kind, methods=BOTH, data=NEW_FIELD),
    "activities:kind_field_edit": Row(STAFF, EVERYBODY, a_field, methods=BOTH, data=NEW_FIELD),
    "activities:kind_field_move": Row(STAFF, EVERYBODY, a_field, methods=POST),
    "activities:kind_field_retire": Row(STAFF, EVERYBODY, a_field, methods=POST),
    "activities:kind_field_reopen": Row(STAFF, EVERYBODY, retired_field, methods=POST),
}  # fmt: skip
