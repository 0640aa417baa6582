"""The laws of credit: what is counted is what the records that stand are worth, each once."""

from datetime import date
from typing import Any

from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.choices import CreditTarget
from activities.models import Activity, Credit, CreditRule, ObligationCell
from activities.services import activities, corrections
from committees.models import ObligationItem
from tests.factories import activities as records
from tests.personas import World

KINDS = ("training", "promotion_meeting", "lecture")
KIND = st.sampled_from(KINDS)
MONTH = st.integers(1, 12)
RULES = st.sets(st.tuples(KIND, st.sampled_from(("training", "promotion_meeting", "line"))))
DEEDS = st.lists(st.tuples(st.sampled_from(("kind", "held_on", "attendance", "void")),
                           st.integers(0, 2), KIND, MONTH), max_size=4)  # fmt: skip


def make_rules(city: World, wanted: set[tuple[str, str]], window: tuple[int, int]) -> None:
    """A rule set of any shape: several kinds for one item, one kind for several places."""
    CreditRule.objects.all().delete()
    for kind, target in sorted(wanted):
        place: dict[str, Any] = (
            {"target": CreditTarget.STATISTIC, "city": city.bureau, "year": 2023, "line": "x",
             "line_name": "统计"}
            if target == "line"
            else {"item": ObligationItem.objects.get(code=target)}
        )  # fmt: skip
        first, last = sorted(window)
        CreditRule.objects.create(
            kind=records.kind(kind), first_month=first, last_month=last, **place
        )


def worth(wanted: set[tuple[str, str]], window: tuple[int, int]) -> int:
    """Counted anew from the records alone: each once for each place its kind and month reach."""
    first, last = sorted(window)
    return sum(
        len({target for kind, target in wanted if record.kind and record.kind.slug == kind})
        for record in Activity.objects.accepted().select_related("kind")
        if record.held_on and record.held_on.year == 2023 and first <= record.held_on.month <= last
    )


@settings(max_examples=8, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(wanted=RULES, window=st.tuples(MONTH, MONTH), held=st.lists(st.tuples(KIND, MONTH),
       min_size=3, max_size=3), deeds=DEEDS)  # fmt: skip
def test_total_credited_is_the_sum_over_distinct_records_whatever_is_put_right_or_voided(
    city: World,
    wanted: set[tuple[str, str]],
    window: tuple[int, int],
    held: list[tuple[str, int]],
    deeds: list[tuple[str, int, str, int]],
) -> None:
    Activity.objects.filter(state="draft").delete()
    done_before = [record.pk for record in Activity.objects.accepted()]
    for pk in done_before:
        activities.void(Activity.objects.get(pk=pk), note="x", by=city.office_secretary)
    Credit.objects.all().delete()
    make_rules(city, wanted, window)
    made = [
        records.accepted(
            city.school, by=city.school_secretary, reviewer=city.office_secretary, slug=kind,
            held_on=date(2023, month, 5),
        )
        for kind, month in held
    ]  # fmt: skip

    for deed, which, kind, month in deeds:
        record = Activity.objects.select_related("unit", "kind").get(pk=made[which].pk)
        if record.state != "accepted":
            continue
        value: Any = {"kind": records.kind(kind), "held_on": date(2023, month, 5),
                      "attendance": month}.get(deed)  # fmt: skip
        if deed == "void":
            activities.void(record, note="重复", by=city.office_secretary)
        elif value != getattr(record, deed):
            corrections.ask(
                record, field=deed, value=value, reason="核对过", by=city.office_secretary
            )

        credited = Credit.objects.filter(state="counted")
        assert credited.count() == worth(wanted, window)
        places = credited.values_list("activity", "item", "target", "line", "unit")
        assert len(set(places)) == len(places)
        cells = ObligationCell.objects.aggregate(total=Sum("counted"))["total"] or 0
        assert cells == credited.filter(item__isnull=False).count()
