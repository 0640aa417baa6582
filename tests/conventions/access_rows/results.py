"""Results and certificates: the bureau decides, schools read their own, anybody may check."""

from typing import Any

from reading_program.models import Certificate, Honour, JudgingRound
from reading_program.services import recommendations
from tests.conventions.access import EVERYBODY, UNIT_PEOPLE, Row
from tests.factories import reading_program
from tests.factories import results as factory
from tests.personas import World

BOTH, POST = ("GET", "POST"), ("POST",)
STAFF = {"bureau_staff"}
READERS = UNIT_PEOPLE | {"teacher"}
# Who sees entries at all, and who sees those of the school of the world.
ENTRY_READERS = {
    "bureau_leader", "bureau_staff", "office_secretary", "other_office_secretary",
    "school_secretary", "sibling_secretary", "other_school_secretary", "kindergarten_secretary",
}  # fmt: skip
OF_SCHOOL = {"bureau_leader", "bureau_staff", "office_secretary", "school_secretary"}


def edition(city: World) -> dict[str, Any]:
    return {"pk": reading_program.published_edition(city.bureau).pk}


def on_track(city: World) -> dict[str, Any]:
    return {**edition(city), "code": "essay"}


def pending(city: World) -> dict[str, Any]:
    return {"pk": factory.decided(city).pk}


def closed_round(city: World) -> dict[str, Any]:
    factory.decided(city)
    here = JudgingRound.objects.get()
    return {"pk": here.pk}


def pending_result(city: World) -> dict[str, Any]:
    return {"pk": factory.decided(city).results.get(place=1).pk}


def public(city: World) -> dict[str, Any]:
    return {"pk": factory.published(city).pk}


def public_result(city: World) -> dict[str, Any]:
    return {"pk": factory.first_of(factory.published(city)).pk}


def final_result(city: World) -> dict[str, Any]:
    return {"pk": factory.first_of(factory.final(city)).pk}


def public_honour(city: World) -> dict[str, Any]:
    factory.published(city)
    return {"pk": Honour.objects.filter(unit=city.school).order_by("pk")[0].pk}


def an_objection(city: World) -> dict[str, Any]:
    return {"pk": factory.objection(factory.published(city)).pk}


def of_final(city: World) -> dict[str, Any]:
    return {"pk": factory.final(city).edition_id}


def certified(city: World) -> dict[str, Any]:
    return {"pk": factory.certified(city)[0].edition_id}


def certificate(city: World) -> dict[str, Any]:
    factory.certified(city)
    return {"pk": Certificate.objects.filter(unit=city.school).order_by("pk")[0].pk}


def token(city: World) -> dict[str, Any]:
    return {"token": factory.certified(city)[0].token}


def recommended(city: World) -> dict[str, Any]:
    result = factory.first_of(factory.final(city))
    made = recommendations.recommend(result, words="同意推荐", by=city.bureau_staff)
    return {"pk": made.pk}


def with_recommended(city: World) -> dict[str, Any]:
    result = factory.first_of(factory.final(city))
    recommendations.recommend(result, words="同意推荐", by=city.bureau_staff)
    return {"pk": result.list.edition_id}


ROWS = {
    "reading_program:results": Row(STAFF, READERS, given=edition),
    "reading_program:results_publish": Row(STAFF, READERS, given=edition, methods=BOTH),
    "reading_program:honour_rules": Row(STAFF, READERS, given=edition, methods=BOTH),
    "reading_program:award_levels": Row(STAFF, READERS, given=on_track, methods=BOTH),
    "reading_program:round_decide": Row(STAFF, given=closed_round, methods=POST),
    "reading_program:result_list": Row(STAFF, given=pending),
    "reading_program:result_ties": Row(STAFF, given=pending, methods=POST, data={"ties": "up"}),
    "reading_program:result_adjust": Row(STAFF, given=pending_result, methods=BOTH),
    "reading_program:result_revoke": Row(
        STAFF, OF_SCHOOL, given=public_result, methods=BOTH, data={"reason": "抄袭"}
    ),
    "reading_program:result_late": Row(STAFF, OF_SCHOOL, given=public_result, methods=BOTH),
    "reading_program:recommend": Row(
        STAFF, OF_SCHOOL, given=final_result, methods=BOTH, data={"words": "同意推荐"}
    ),
    "reading_program:honour_revoke": Row(
        STAFF, OF_SCHOOL, given=public_honour, methods=BOTH, data={"reason": "不符合条件"}
    ),
    "reading_program:publicity": Row(STAFF, given=public),
    "reading_program:publicity_end": Row(STAFF, given=public, methods=POST),
    "reading_program:objection": Row(STAFF, given=an_objection, methods=BOTH),
    "reading_program:awards": Row(ENTRY_READERS, READERS, given=of_final),
    "reading_program:awards_xlsx": Row(ENTRY_READERS, READERS, given=of_final),
    "reading_program:certificates": Row(ENTRY_READERS, READERS, given=certified, methods=BOTH),
    "reading_program:certificates_make": Row(STAFF, READERS, given=of_final, methods=BOTH),
    "reading_program:certificate": Row(OF_SCHOOL, given=certificate),
    "reading_program:certificate_void": Row(STAFF, OF_SCHOOL, given=certificate, methods=BOTH),
    "reading_program:recommended": Row(STAFF, READERS, given=of_final),
    "reading_program:recommended_xlsx": Row(STAFF, READERS, given=with_recommended),
    "reading_program:recommended_pdf": Row(STAFF, READERS, given=with_recommended),
    "reading_program:recommended_docx": Row(STAFF, READERS, given=with_recommended),
    "reading_program:recommended_remove": Row(STAFF, given=recommended, methods=POST),
    "reading_program:public_list": Row(EVERYBODY, given=public, is_public=True),
    "reading_program:public_objection": Row(EVERYBODY, given=public, methods=BOTH, is_public=True),
    "reading_program:check": Row(EVERYBODY, is_public=True),
    "reading_program:check_one": Row(EVERYBODY, given=token, is_public=True),
}
