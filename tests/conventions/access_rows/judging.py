"""盲评: the bureau runs it, judges mark by codes, nobody else comes near."""

from typing import Any

from portal.kernel import files
from reading_program.models import BlindCopy, ScoreSheet
from reading_program.services import judging as services
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


def a_copy_with_file(city: World) -> dict[str, Any]:
    given = a_copy(city)
    BlindCopy.objects.filter(**given).update(file=files.store(b"%PDF-1.7 x", files.PDF))
    return given


def my_file(city: World) -> dict[str, Any]:
    sheet = begun(city)
    BlindCopy.objects.filter(pk=sheet.copy_id).update(file=files.store(b"%PDF-1.7 x", files.PDF))
    return {"pk": sheet.pk}


def judged(city: World) -> dict[str, Any]:
    sheet = begun(city)
    for each in ScoreSheet.objects.all():
        judging.mark(each, 25, 25, 15, 15)
    services.close_round(sheet.copy.round, by=city.bureau_staff)
    return {"pk": sheet.copy.round_id}


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
    "reading_program:blind_copy_file": Row(STAFF, given=a_copy_with_file),
    "reading_program:blind_copy_replace": Row(
        STAFF, given=a_copy_with_file, methods=("POST",), data={"no_file": "1"}
    ),
    "reading_program:round_clean": Row(STAFF, given=a_round, methods=("POST",)),
    "reading_program:round_criteria": Row(STAFF, given=a_round, methods=BOTH),
    "reading_program:round_fill": Row(STAFF, given=my_round, methods=("POST",)),
    "reading_program:round_relieve": Row(STAFF, given=my_round, methods=BOTH),
    "reading_program:round_report": Row(STAFF, given=judged),
    "reading_program:round_report_pdf": Row(STAFF, given=judged),
    "reading_program:my_sheets": Row(JUDGE, OTHERS),
    "reading_program:sheet": Row(JUDGE, given=my_sheet, methods=BOTH),
    "reading_program:sheet_file": Row(JUDGE, given=my_file),
    "reading_program:sheet_decline": Row(JUDGE, given=my_sheet, methods=BOTH),
    "reading_program:score_book": Row(JUDGE, given=my_round),
    "reading_program:score_book_read": Row(JUDGE, given=my_round, methods=("POST",)),
}
