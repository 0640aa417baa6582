"""盲评: the bureau runs it, judges mark by codes, nobody else comes near."""

from typing import Any

from reading_program.models import ScoreSheet
from tests.conventions.access import UNIT_PEOPLE, Row
from tests.factories import judging, reading_program
from tests.personas import World

BOTH = ("GET", "POST")
STAFF = {"bureau_staff"}
READERS = UNIT_PEOPLE | {"teacher"}
JUDGE = {"judge"}
OTHERS = READERS | {"mentor"}


def edition(city: World) -> dict[str, Any]:
    return {"pk": reading_program.published_edition(city.bureau).pk}


def a_round(city: World) -> dict[str, Any]:
    it = reading_program.published_edition(city.bureau)
    judging.city_entry(it, city.school)
    judging.judges(it, 2, first=city.judge)
    return {"pk": judging.prepared_round(it).pk}


def a_copy(city: World) -> dict[str, Any]:
    it = reading_program.published_edition(city.bureau)
    judging.city_entry(it, city.school, nominee="林小雨", body="我是林小雨。")
    copy = judging.prepared_round(it).copies.first()
    assert copy is not None
    return {"pk": copy.pk}


def begun(city: World) -> ScoreSheet:
    it = reading_program.published_edition(city.bureau)
    judging.city_entry(it, city.school)
    judging.judges(it, 2, first=city.judge)
    here = judging.open_round(it)
    return ScoreSheet.objects.get(copy__round=here, judge__account=city.judge)


def my_sheet(city: World) -> dict[str, Any]:
    return {"pk": begun(city).pk}


def my_round(city: World) -> dict[str, Any]:
    return {"pk": begun(city).copy.round_id}


ROWS = {
    "reading_program:rounds": Row(STAFF, READERS, given=edition),
    "reading_program:round_new": Row(STAFF, READERS, given=edition, methods=BOTH),
    "reading_program:judge_new": Row(STAFF, READERS, given=edition, methods=BOTH),
    "reading_program:round": Row(STAFF, given=a_round),
    "reading_program:round_open": Row(STAFF, given=a_round, methods=("POST",)),
    "reading_program:round_close": Row(STAFF, given=my_round, methods=("POST",)),
    "reading_program:blind_copy": Row(STAFF, given=a_copy, methods=BOTH),
    "reading_program:my_sheets": Row(JUDGE, OTHERS),
    "reading_program:sheet": Row(JUDGE, given=my_sheet, methods=BOTH),
    "reading_program:sheet_decline": Row(JUDGE, given=my_sheet, methods=BOTH),
    "reading_program:score_book": Row(JUDGE, given=my_round),
    "reading_program:score_book_read": Row(JUDGE, given=my_round, methods=("POST",)),
}
