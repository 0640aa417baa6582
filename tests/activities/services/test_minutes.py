"""会议纪要: nothing that was saved is ever lost, whoever else was writing."""

import pytest
from django.db import InternalError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import MinutesVersion
from activities.models.minutes import current_minutes
from activities.services import activities, minutes
from activities.services.minutes import WrittenElsewhere
from portal.kernel.errors import Refused
from tests.factories import activities as records
from tests.personas import World


def test_each_save_is_a_version_and_the_same_text_is_none(city: World) -> None:
    record = records.draft(city.school, by=city.school_secretary)

    first = minutes.save(record, text="一", based_on=0, by=city.school_secretary)
    again = minutes.save(record, text="一\r\n", based_on=0, by=city.school_secretary)
    second = minutes.save(record, text="一二", based_on=1, by=city.party_contact)

    assert (first.number, again.pk, second.number) == (1, first.pk, 2)
    assert [one.text for one in record.minutes_versions.order_by("number")] == ["一", "一二"]
    assert current_minutes(record) == second


def test_two_who_began_from_the_same_version_both_keep_their_text(city: World) -> None:
    record = records.draft(city.school, by=city.school_secretary)
    minutes.save(record, text="一", based_on=0, by=city.school_secretary)
    hers = minutes.save(record, text="一，她写的", based_on=1, by=city.school_secretary)

    his = minutes.save(record, text="一，他写的", based_on=1, by=city.party_contact)

    assert (his.is_aside, current_minutes(record)) == (True, hers)
    joined = minutes.save(record, text="一，两人写的", based_on=2, by=city.party_contact)
    assert current_minutes(record) == joined
    assert record.minutes_versions.count() == 4


@settings(max_examples=15, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(saves=st.lists(st.tuples(st.integers(0, 8), st.sampled_from("甲乙丙丁")), max_size=8))
def test_whatever_the_order_every_text_is_there(city: World, saves: list[tuple[int, str]]) -> None:
    record = records.draft(city.school, by=city.school_secretary)
    for based_on, text in saves:
        minutes.save(record, text=text, based_on=based_on, by=city.school_secretary)

    kept = list(record.minutes_versions.order_by("number"))
    assert {one.text for one in kept} == {text for _, text in saves}
    assert [one.number for one in kept] == list(range(1, len(kept) + 1))


def test_the_database_changes_no_version(city: World) -> None:
    record = records.draft(city.school, by=city.school_secretary)
    minutes.save(record, text="一", based_on=0, by=city.school_secretary)

    with pytest.raises(InternalError), transaction.atomic():
        MinutesVersion.objects.update(text="二")


def test_a_voided_record_gets_no_further_minutes(city: World) -> None:
    record = records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    activities.void(record, note="重复", by=city.office_secretary)

    with pytest.raises(Refused, match="作废"):
        minutes.save(record, text="一", based_on=0, by=city.school_secretary)


def test_minutes_begin_with_what_the_record_knows(city: World) -> None:
    record = records.draft(
        city.school, by=city.school_secretary, chair="王老师", decisions="办展览"
    )

    text = minutes.first_text(record)

    assert "时间：2023年3月1日（星期三）" in text
    assert "主持：王老师" in text
    assert text.index(record.minutes) < text.index("办展览")


def test_unsaved_words_are_each_writers_own_and_go_when_saved_as_a_version(city: World) -> None:
    record = records.draft(city.school, by=city.school_secretary)
    hers = minutes.keep_draft(record, text="她", based_on=0, version=0, by=city.school_secretary)
    minutes.keep_draft(record, text="他", based_on=0, version=0, by=city.party_contact)
    hers = minutes.keep_draft(
        record, text="她写的", based_on=0, version=hers.version, by=city.school_secretary
    )

    minutes.save(
        record, text="她写的", based_on=0, draft_version=hers.version, by=city.school_secretary
    )

    assert list(record.minutes_drafts.values_list("author", "text")) == [
        (city.party_contact.pk, "他")
    ]


def test_an_old_window_writes_over_no_newer_words(city: World) -> None:
    record = records.draft(city.school, by=city.school_secretary)
    by = city.school_secretary
    first = minutes.keep_draft(record, text="一", based_on=0, version=0, by=by)
    minutes.keep_draft(record, text="一二", based_on=0, version=first.version, by=by)

    with pytest.raises(WrittenElsewhere):
        minutes.keep_draft(record, text="一，旧窗口", based_on=0, version=first.version, by=by)
    minutes.save(record, text="一，旧窗口", based_on=0, draft_version=first.version, by=by)

    assert record.minutes_drafts.get().text == "一二"
    assert current_minutes(record).text == "一，旧窗口"  # type: ignore[union-attr]
