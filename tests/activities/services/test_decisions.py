"""议定事项 come up at each meeting of the unit until somebody says they are done."""

from datetime import date

import pytest

from activities.models import Decision
from activities.services import activities, decisions
from activities.services.decisions import DecisionEditedMeanwhile, read_line
from portal.kernel.errors import Refused
from tests.factories import activities as records
from tests.factories.activities import HELD, TODAY
from tests.personas import World

TWO = "1. 由德育处负责，3月20日前报名单\n2. 办一次书画展"


@pytest.mark.parametrize(("line", "text", "who", "due"), [
    ("1. 由校办负责，3月20日前报", "由校办负责，3月20日前报", "校办", date(2023, 3, 20)),
    ("（二）6月底前办一次展览。", "6月底前办一次展览", "", date(2023, 6, 30)),
    ("2月10日前交总结", "2月10日前交总结", "", date(2024, 2, 10)),
    ("2024年2月30日前交", "2024年2月30日前交", "", None),
    ("13月5日前交", "13月5日前交", "", None),
    ("12月底前办完", "12月底前办完", "", date(2023, 12, 31)),
    ("一、关工委工作列入要点", "关工委工作列入要点", "", None),
])  # fmt: skip
def test_a_line_says_what_who_and_by_when(line: str, text: str, who: str, due: date | None) -> None:
    read = read_line(line, held_on=HELD)

    assert (read.text, read.who, read.due_on) == (text, who, due)


def test_they_are_followed_from_the_moment_the_record_is_handed_in(city: World) -> None:
    record = records.draft(city.school, by=city.school_secretary, decisions=TWO)
    assert not Decision.objects.exists()

    activities.submit(record, on=TODAY, by=city.school_secretary)

    assert [one.who for one in record.tracked.all()] == ["德育处", ""]
    assert Decision.objects.open().count() == 2


def test_the_next_meeting_hears_of_what_is_open_until_it_is_done(city: World) -> None:
    records.submitted(city.school, by=city.school_secretary, decisions=TWO)
    following = records.draft(city.school, by=city.school_secretary, held_on=date(2023, 4, 1))
    elsewhere = records.draft(city.other_school, by=city.other_school_secretary)
    first, second = Decision.objects.before(following).by_urgency()
    assert not Decision.objects.before(elsewhere).exists()

    decisions.report(
        first, text="名单报了", state="done", at=following, on=TODAY, by=city.school_secretary
    )
    decisions.report(
        second, text="在选作品", state="open", at=following, on=TODAY, by=city.school_secretary
    )

    assert list(Decision.objects.before(following)) == [second]
    assert [report.told_on for report in following.decision_reports.all()] == [date(2023, 4, 1)] * 2


def test_a_closed_one_is_closed_once_and_can_be_opened_again(city: World) -> None:
    records.submitted(city.school, by=city.school_secretary, decisions="办展览")
    one = Decision.objects.get()
    decisions.report(one, text="办了", state="done", on=TODAY, by=city.school_secretary)

    with pytest.raises(Refused, match="别人了结"):
        decisions.report(one, text="办了", state="done", on=TODAY, by=city.party_contact)
    one.refresh_from_db()
    decisions.reopen(one, by=city.school_secretary)

    assert Decision.objects.open().get() == one


def test_a_record_rewritten_keeps_what_was_reported_and_drops_lines_that_went(city: World) -> None:
    record = records.submitted(city.school, by=city.school_secretary, decisions="甲\n乙\n丙")
    decisions.report(
        record.tracked.get(text="甲"), text="在办", state="open", on=TODAY, by=city.school_secretary
    )
    activities.withdraw(record, by=city.school_secretary)
    assert not Decision.objects.open().exists()

    activities.save_draft(
        record, fields={"decisions": "丙\n丁"}, version=record.version, by=city.school_secretary
    )
    activities.submit(record, on=TODAY, by=city.school_secretary)

    assert {one.text for one in Decision.objects.open()} == {"甲", "丙", "丁"}


def test_two_who_change_one_at_once_both_see_it(city: World) -> None:
    records.submitted(city.school, by=city.school_secretary, decisions="办展览")
    one = Decision.objects.get()
    decisions.edit(
        one, text="办展览", who="王老师", due_on=None, version=1, by=city.school_secretary
    )

    with pytest.raises(DecisionEditedMeanwhile):
        decisions.edit(
            one, text="办展览", who="李老师", due_on=None, version=1, by=city.party_contact
        )

    assert Decision.objects.get().who == "王老师"


def test_what_a_voided_meeting_decided_waits_for_nobody(city: World) -> None:
    record = records.accepted(
        city.school, by=city.school_secretary, reviewer=city.office_secretary, decisions="办展览"
    )

    activities.void(record, note="重复", by=city.office_secretary)

    assert not Decision.objects.open().exists()
