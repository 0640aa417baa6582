"""更正: the record says what is true now, the row what was said before, and all else follows."""

from datetime import date
from typing import Any

import pytest
from django.db import InternalError, transaction

from activities.choices import CorrectionState
from activities.figures import work_by_office
from activities.models import Activity, Correction, Credit, KindField, ObligationCell
from activities.services import activities, corrections
from portal.kernel.errors import Refused
from portal.kernel.models import Notice
from tests.factories import activities as records
from tests.personas import World


def accepted(city: World, **fields: Any) -> Activity:
    return records.accepted(
        city.school, by=city.school_secretary, reviewer=city.office_secretary, **fields
    )


def put_right(city: World, record: Activity, field: str, value: Any) -> Correction:
    asked = corrections.ask(
        record, field=field, value=value, reason="录错了", by=city.school_secretary
    )
    corrections.agree(asked, by=city.office_secretary)
    record.refresh_from_db()
    return asked


def counted(city: World, code: str = "training") -> int:
    cells = ObligationCell.objects.filter(unit=city.school, item__code=code)
    return sum(cells.values_list("counted", flat=True))


def test_nothing_changes_until_the_office_agrees(city: World) -> None:
    record = accepted(city)

    asked = corrections.ask(
        record, field="attendance", value=81, reason="写反了", by=city.school_secretary
    )

    assert Activity.objects.get(pk=record.pk).attendance == 18
    assert Notice.objects.filter(user=city.office_secretary, text__contains="更正").exists()
    corrections.agree(asked, by=city.office_secretary)
    assert Activity.objects.get(pk=record.pk).attendance == 81
    one = Correction.objects.get()
    assert (one.old, one.new, one.reason) == ("18", "81", "写反了")
    assert (one.asked_by, one.answered_by) == (city.school_secretary, city.office_secretary)


def test_a_refused_one_leaves_the_record_and_says_why(city: World) -> None:
    record = accepted(city)
    asked = corrections.ask(
        record, field="title", value="别的", reason="写错了", by=city.school_secretary
    )

    corrections.refuse(asked, note="会标上就是这个", by=city.office_secretary)

    assert Activity.objects.get(pk=record.pk).title == record.title
    assert Correction.objects.get().state == CorrectionState.REFUSED
    with pytest.raises(Refused):
        corrections.agree(Correction.objects.get(), by=city.office_secretary)


def test_another_kind_or_another_year_moves_the_credit(city: World) -> None:
    record = accepted(city)
    assert counted(city) == 1

    put_right(city, record, "kind", records.kind("promotion_meeting"))
    assert (counted(city), counted(city, "promotion_meeting")) == (0, 1)

    put_right(city, record, "kind", records.kind("training"))
    put_right(city, record, "held_on", date(2022, 12, 30))
    assert (counted(city), Credit.objects.filter(activity=record).count()) == (0, 0)

    put_right(city, record, "held_on", date(2023, 5, 4))
    assert (counted(city), record.credits.get().held_on) == (1, date(2023, 5, 4))


def test_the_statistics_count_the_corrected_numbers(city: World) -> None:
    record = accepted(city)
    before = work_of(city)

    put_right(city, record, "attendance", 28)

    assert work_of(city) - before == 10


def work_of(city: World) -> int:
    work = work_by_office(
        Activity.objects.visible_to(city.bureau_staff).in_year(2023).accepted(), standing="then"
    )
    return sum(row.attendance or 0 for row in work)


def test_a_decision_put_right_is_the_one_that_is_followed(city: World) -> None:
    record = accepted(city, decisions="办展览")

    put_right(city, record, "decisions", "办画展")

    assert [one.text for one in record.tracked.all()] == ["办画展"]


def test_an_answer_of_the_kinds_own_fields_can_be_put_right(city: World) -> None:
    hours = KindField.objects.get(kind__slug="training", label="培训学时")
    record = accepted(city, extra={hours.key: 2})

    one = put_right(city, record, f"extra-{hours.pk}", 4)

    assert (record.extra, one.label, one.old) == ({hours.key: 4}, "培训学时", "2")


def test_an_accepted_record_is_written_over_by_nobody(city: World) -> None:
    record = accepted(city)

    with pytest.raises(InternalError), transaction.atomic():
        Activity.objects.filter(pk=record.pk).update(attendance=99)
    put_right(city, record, "attendance", 19)
    with pytest.raises(InternalError), transaction.atomic():
        Correction.objects.update(old="没写过")
    with pytest.raises(InternalError), transaction.atomic():
        Correction.objects.all().delete()


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("attendance", 18, "和现在的一样"),
    ("title", " ", "不能空着"),
    ("held_on", date(2999, 1, 1), "今天以前"),
    ("state", "draft", "不能更正"),
    ("extra-999999", "x", "不能更正"),
])  # fmt: skip
def test_what_cannot_be_put_right_is_refused_with_a_sentence(
    city: World, field: str, value: Any, sentence: str
) -> None:
    record = accepted(city)

    with pytest.raises(Refused, match=sentence):
        corrections.ask(record, field=field, value=value, reason="x", by=city.school_secretary)


def test_one_fact_waits_for_one_answer_and_an_old_question_is_not_answered_late(
    city: World,
) -> None:
    record = accepted(city)
    asked = corrections.ask(
        record, field="attendance", value=81, reason="x", by=city.school_secretary
    )
    with pytest.raises(Refused, match="正在等上级同意"):
        corrections.ask(record, field="attendance", value=82, reason="x", by=city.party_contact)

    activities.void(record, note="重复", by=city.office_secretary)

    with pytest.raises(Refused, match="已通过"):
        corrections.agree(asked, by=city.office_secretary)


def test_the_office_puts_right_at_once_what_it_would_agree_to(city: World) -> None:
    record = accepted(city)

    one = corrections.ask(
        record, field="attendance", value=20, reason="核对过", by=city.office_secretary
    )

    one.refresh_from_db()
    assert one.state == CorrectionState.AGREED
    assert Activity.objects.get(pk=record.pk).attendance == 20
