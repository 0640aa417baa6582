"""Done, on time, late, let off and given longer are separate figures that add up."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from activities import figures
from activities.figures import Tally
from activities.models import Activity, ObligationRelief, ObligationWindow
from activities.services import obligation_cases as cases
from activities.views.obligation_tables import figures_of
from committees.models import ObligationItem, Unit
from portal.kernel.errors import Refused
from tests.factories import activities as records
from tests.personas import World

DUE = date(2023, 9, 30)  # 学习培训
ON = date(2023, 11, 20)


def training(city: World) -> ObligationItem:
    return city.obligation_set.items.get(code="training")


def train(city: World, unit: Unit, day: date) -> Activity:
    return records.accepted(
        unit, by=city.bureau_staff, reviewer=city.bureau_staff, slug="training", held_on=day
    )


def total(city: World, *, by: figures.By = "office", on: date = ON) -> Tally:
    whole = figures.matrix(city.obligation_set, root=city.bureau, by=by, on=on)
    place = [column.item.code for column in whole.columns].index("training")
    return whole.total.cells[place]


def words(city: World, unit: Unit, *, on: date = ON) -> str:
    whole = figures.matrix(city.obligation_set, root=unit, by="unit", on=on)
    place = [column.item.code for column in whole.columns].index("training")
    return whole.columns[place].unit_words(whole.rows[0].cells[place])[0]


def test_a_record_held_after_the_last_day_is_done_and_late(city: World) -> None:
    train(city, city.school, DUE)
    train(city, city.other_school, DUE + timedelta(days=1))

    stand = total(city)
    assert (stand.expected, stand.done, stand.on_time, stand.late, stand.overdue) == (9, 2, 1, 1, 7)
    assert words(city, city.school) == "已完成"
    assert words(city, city.other_school) == "已完成，晚了"


def test_an_earlier_record_logged_later_makes_the_unit_on_time(city: World) -> None:
    train(city, city.school, DUE + timedelta(days=5))
    train(city, city.school, DUE - timedelta(days=5))

    assert (total(city).late, total(city).on_time) == (0, 1)


def test_what_is_held_while_a_window_is_open_again_is_on_time(city: World) -> None:
    train(city, city.school, date(2023, 10, 12))
    cases.reopen(
        city.bureau, training(city), opens_on=date(2023, 10, 10), closes_on=date(2023, 10, 20),
        reason="统一补训", by=city.bureau_staff,
    )  # fmt: skip

    assert (total(city).late, total(city).on_time) == (0, 1)
    assert total(city, on=date(2023, 10, 15)).overdue == 0
    assert words(city, city.other_school, on=date(2023, 10, 15)) == "补办期内"
    assert total(city, on=date(2023, 10, 21)).overdue == 8


def test_a_unit_let_off_is_not_expected_and_a_unit_given_longer_is_not_overdue(city: World) -> None:
    cases.waive(city.school, training(city), reason="暂停办学", by=city.bureau_staff)
    cases.extend(
        city.other_school, training(city), due_on=date(2023, 12, 10), reason="校舍维修",
        by=city.bureau_staff,
    )  # fmt: skip

    stand = total(city)
    assert (stand.expected, stand.waived, stand.extended, stand.overdue) == (8, 1, 1, 7)
    assert words(city, city.school) == "不要求"
    assert words(city, city.other_school, on=date(2023, 10, 5)) == "延期中"
    assert words(city, city.other_school, on=date(2023, 12, 11)) == "已逾期"


def test_reliefs_hold_for_a_later_version_of_the_set(city: World) -> None:
    from activities.services.obligation_drafts import draft_like
    from activities.services.obligations import put_in_force

    cases.waive(city.school, training(city), reason="暂停办学", by=city.bureau_staff)
    city.obligation_set = draft_like(city.obligation_set, year=2023, by=None)
    put_in_force(city.obligation_set, by=None)

    assert total(city).waived == 1


@pytest.mark.parametrize("day", [DUE, date(2024, 1, 5)])
def test_an_extension_leads_past_the_last_day_and_not_past_the_year(city: World, day: date) -> None:
    with pytest.raises(Refused, match="延"):
        cases.extend(city.school, training(city), due_on=day, reason="维修", by=city.bureau_staff)


def test_a_relief_says_why_and_stands_once(city: World) -> None:
    with pytest.raises(Refused, match="原因"):
        cases.waive(city.school, training(city), reason="  ", by=city.bureau_staff)
    cases.waive(city.school, training(city), reason="暂停办学", by=city.bureau_staff)
    with pytest.raises(Refused, match="已经有人定过"):
        cases.waive(city.school, training(city), reason="暂停办学", by=city.bureau_staff)


DAYS = st.sampled_from([DUE - timedelta(days=9), DUE, DUE + timedelta(days=4), date(2023, 11, 5)])


@settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    held=st.lists(st.tuples(st.integers(0, 5), DAYS), max_size=6),
    eased=st.dictionaries(st.integers(0, 5), st.booleans(), max_size=4),
    reopened=st.booleans(),
)
def test_both_boards_agree_and_their_parts_add_up(
    city: World, held: list[tuple[int, date]], eased: dict[int, bool], reopened: bool
) -> None:
    Activity.objects.all().delete()
    ObligationRelief.objects.all().delete()
    ObligationWindow.objects.all().delete()
    for which, day in held:
        train(city, city.schools[which], day)
    for which, is_waived in eased.items():
        if is_waived:
            cases.waive(city.schools[which], training(city), reason="停办", by=None)
        else:
            cases.extend(
                city.schools[which], training(city), due_on=date(2023, 11, 30), reason="维修",
                by=None,
            )  # fmt: skip
    if reopened:
        cases.reopen(
            city.bureau, training(city), opens_on=date(2023, 11, 1), closes_on=date(2023, 11, 10),
            reason="补训", by=None,
        )  # fmt: skip

    offices, units = total(city), total(city, by="unit")
    assert offices == units
    assert offices.expected + offices.waived == 9
    assert offices.on_time + offices.late == offices.done
    assert offices.overdue + offices.done <= offices.expected
    days: dict[int, date] = {}
    for which, day in held:
        days[which] = min(day, days.get(which, day))
    late = 0
    for which, day in days.items():
        last = date(2023, 11, 30) if eased.get(which) is False else DUE
        in_window = reopened and date(2023, 11, 1) <= day <= date(2023, 11, 10)
        late += day > last and not in_window and eased.get(which) is not True
    assert offices.late == late


def test_each_figure_of_a_cell_stands_by_itself() -> None:
    tally = Tally(expected=9, done=7, late=2, waived=1, extended=3)
    assert figures_of(tally) == "按时\u00a05 晚\u00a02 不要求\u00a01 延期\u00a03"
    assert figures_of(Tally(expected=4)) == ""
