"""Kinds ask their own few questions; no answer is ever lost, none is ever a condition."""

import pytest

from activities.choices import STANDARD_FIELDS, STANDARD_KINDS, FieldType
from activities.models import Activity, KindField
from activities.models.kinds import MOST_FIELDS
from activities.services import activities, kinds
from portal.kernel.errors import Refused
from tests.factories import activities as records
from tests.factories.activities import TODAY
from tests.personas import World


def own(slug: str) -> list[KindField]:
    return list(KindField.objects.in_use().filter(kind__slug=slug))


def test_every_standard_kind_but_the_last_asks_a_few_questions_of_its_own(city: World) -> None:
    asked = {slug: [field.label for field in own(slug)] for slug, *_ in STANDARD_KINDS}

    assert asked == {
        slug: [label for label, _, _ in STANDARD_FIELDS.get(slug, [])]
        for slug, *_ in STANDARD_KINDS
    }
    assert all(1 <= len(labels) <= 4 for slug, labels in asked.items() if slug != "other")


def test_a_record_is_handed_in_without_any_of_them(city: World) -> None:
    record = records.submitted(city.school, by=city.school_secretary, slug="care")

    assert record.extra == {}


def test_an_answer_must_be_one_its_field_can_hold(city: World) -> None:
    pairs, group, _, following = own("care")
    draft = records.draft(city.school, by=city.school_secretary, slug="care")

    def keep(extra: dict[str, object]) -> None:
        activities.save_draft(
            draft, fields={"extra": extra}, version=draft.version, by=city.school_secretary
        )

    keep({pairs.key: 6, group.key: "留守儿童", following.key: "2023-09-01"})
    for wrong in ({pairs.key: "六"}, {pairs.key: -1}, {following.key: "下周"}, {"999999": "x"}):
        with pytest.raises(Refused):
            keep(wrong)

    assert Activity.objects.get(pk=draft.pk).extra[pairs.key] == 6


def test_a_retired_field_keeps_what_was_answered(city: World) -> None:
    pairs = own("care")[0]
    record = records.submitted(
        city.school, by=city.school_secretary, slug="care", extra={pairs.key: 6}
    )

    kinds.retire_field(pairs, by=city.bureau_staff)

    assert pairs.label not in [field.label for field in own("care")]
    assert Activity.objects.get(pk=record.pk).extra == {pairs.key: 6}
    kinds.reopen_field(pairs, by=city.bureau_staff)
    assert pairs.label in [field.label for field in own("care")]


def test_fields_change_places_and_stay_in_order(city: World) -> None:
    first, second, third = own("training")

    kinds.move_field(third, up=True, by=city.bureau_staff)
    kinds.move_field(first, up=True, by=city.bureau_staff)

    assert own("training") == [first, third, second]


def test_a_name_twice_and_a_field_too_many_are_refused_with_a_sentence(city: World) -> None:
    kind = records.kind("training")
    with pytest.raises(Refused, match="同名"):
        kinds.add_field(
            kind, label=own("training")[0].label, field_type=FieldType.TEXT, answers=[],
            by=city.bureau_staff,
        )  # fmt: skip
    for number in range(MOST_FIELDS - len(own("training"))):
        kinds.add_field(
            kind, label=f"第{number}项", field_type=FieldType.TEXT, answers=[], by=city.bureau_staff
        )
    with pytest.raises(Refused, match="最多"):
        kinds.add_field(
            kind, label="再一项", field_type=FieldType.TEXT, answers=[], by=city.bureau_staff
        )


def test_the_next_record_starts_from_the_last_one(city: World) -> None:
    before = records.accepted(
        city.school, by=city.school_secretary, reviewer=city.office_secretary, chair="王老师",
        minutes="上次说的", decisions="上次定的",
    )  # fmt: skip

    draft = activities.copy(before, by=city.school_secretary)

    same = ("kind_id", "title", "place", "chair")
    assert [getattr(draft, name) for name in same] == [getattr(before, name) for name in same]
    assert (draft.held_on, draft.attendance, draft.minutes, draft.decisions) == (None, None, "", "")
    assert activities.missing_to_submit(draft, on=TODAY)
