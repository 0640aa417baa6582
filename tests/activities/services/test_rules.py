"""Whatever the rules, a record counts once for each thing, and a change is what was previewed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from activities.choices import CreditTarget, RequiredField
from activities.figures.lines import counted_lines, lines_of
from activities.models import Activity, Credit, CreditRule, ObligationCell, RuleChange
from activities.services import activities, joint, rules
from activities.services.credits import STATE_OF_CREDIT, decline
from activities.services.rules import RuleDraft
from portal.kernel.audit import trail_of
from portal.kernel.errors import Refused
from tests.factories import activities as records
from tests.personas import YEAR, World

KINDS = ["training", "lecture", "care"]
LINES = [("rubric", "r-1"), ("rubric", "r-2"), ("statistic", "s-1"), ("bulletin", "candidate")]


def line_draft(slug: str = "lecture", **terms: Any) -> RuleDraft:
    given = {"target": CreditTarget.RUBRIC, "line": "r-1", "line_name": "宣讲", **terms}
    return RuleDraft(kind=records.kind(slug), **given)


def in_force(city: World, draft: RuleDraft, *, rule: CreditRule | None = None) -> CreditRule:
    change = rules.propose(city.bureau, year=YEAR, draft=draft, rule=rule, by=city.bureau_staff)
    rules.apply_change(change, by=city.bureau_staff)
    change.refresh_from_db()
    assert change.rule is not None
    return change.rule


def accept(city: World, **fields: Any) -> Activity:
    given = {"by": city.school_secretary, "reviewer": city.office_secretary, **fields}
    return records.accepted(city.school, **given)


# --- the laws -----------------------------------------------------------------------------------

TERMS = st.fixed_dictionaries({
    "kind": st.sampled_from(KINDS),
    "place": st.sampled_from(LINES),
    "requires": st.lists(st.sampled_from(["decisions", "chair"]), unique=True, max_size=2),
    "months": st.tuples(st.integers(1, 12), st.integers(1, 12)).map(sorted),
    "unit_kinds": st.sampled_from([[], ["school"], ["office", "school"], ["kindergarten"]]),
})  # fmt: skip
RECORDS = st.fixed_dictionaries({
    "slug": st.sampled_from(KINDS),
    "month": st.integers(1, 12),
    "decisions": st.sampled_from(["", "下周去家访"]),
    "chair": st.sampled_from(["", "李明"]),
    "joint": st.booleans(),
    "then": st.sampled_from(["wait", "accept", "void", "decline", "move", "return"]),
})  # fmt: skip


def matches(rule: CreditRule, record: Activity, unit_kind: str) -> bool:
    """The rule read by somebody who does not know our code."""
    return (
        rule.retired_at is None
        and record.held_on is not None
        and record.kind_id == rule.kind_id
        and record.held_on.year == rule.of_year
        and rule.first_month <= record.held_on.month <= rule.last_month
        and (not rule.unit_kinds or unit_kind in rule.unit_kinds)
        and all(getattr(record, name).strip() for name in rule.requires)
    )


def expected() -> set[tuple[int, str, str, int]]:
    """(record, target, line, unit) of every credit there should be, recounted from nothing."""
    found = set()
    lines = CreditRule.objects.filter(item__isnull=True)
    for record in Activity.objects.filter(state__in=list(STATE_OF_CREDIT)):
        hosts = [record.unit, *(each.unit for each in record.cohosts.filter(state="confirmed"))]
        found |= {
            (record.pk, rule.target, rule.line, host.pk)
            for rule in lines
            for host in hosts
            if matches(rule, record, host.kind)
        }
    return found


def play(city: World, story: dict[str, Any]) -> None:
    record = records.draft(
        city.school,
        by=city.school_secretary,
        slug=story["slug"],
        held_on=date(YEAR, story["month"], 5),
        decisions=story["decisions"],
        chair=story["chair"],
    )
    if story["joint"]:
        joint.invite(record, city.kindergarten, by=city.school_secretary)
    activities.submit(record, on=records.TODAY, by=city.school_secretary)
    if story["joint"]:
        joint.confirm(record.cohosts.get(), by=city.kindergarten_secretary)
    record.refresh_from_db()
    if story["then"] in {"accept", "void", "decline"}:
        activities.accept(record, by=city.office_secretary)
    if story["then"] == "void":
        activities.void(record, note="重复", by=city.office_secretary)
    if story["then"] == "decline":
        for credit in record.credits.all()[:1]:
            decline(credit, reason="不算", by=city.office_secretary)
    if story["then"] in {"move", "return"}:
        activities.send_back(record, note="改日期", by=city.office_secretary)
    if story["then"] == "move":
        record.refresh_from_db()
        moved = {"held_on": date(YEAR, 13 - story["month"], 5)}
        activities.save_draft(
            record, fields=moved, version=record.version, by=city.school_secretary
        )
        activities.submit(record, on=records.TODAY, by=city.school_secretary)


@settings(
    max_examples=20,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a city takes too long to shrink
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    before=st.lists(TERMS, max_size=4),
    stories=st.lists(RECORDS, min_size=1, max_size=5),
    after=st.lists(TERMS, min_size=1, max_size=3),
)
def test_total_credited_is_the_sum_over_distinct_records(
    city: World, before: list[Any], stories: list[Any], after: list[Any]
) -> None:
    Activity.objects.all().delete()
    RuleChange.objects.all().delete()
    CreditRule.objects.filter(item__isnull=True).delete()
    put(city, before)
    for story in stories:
        play(city, story)
    put(city, after)

    stand = Credit.objects.filter(item__isnull=True)
    places = list(stand.values_list("activity_id", "target", "line", "unit_id"))
    assert len(places) == len(set(places))  # never twice for a line
    assert set(places) == expected()
    by_line: dict[tuple[str, str], set[int]] = {}
    for credit in stand.filter(state="counted"):
        assert credit.activity.state == "accepted"
        by_line.setdefault((credit.target, credit.line), set()).add(credit.activity_id)
    counted = counted_lines(city.bureau, year=YEAR)
    lines = lines_of(city.bureau, counted, year=YEAR)
    totals = {line.key: line.records for line in lines if line.records}
    assert totals == {place: len(distinct) for place, distinct in by_line.items()}


def put(city: World, wanted: Iterable[dict[str, Any]]) -> None:
    """Add each rule, or change the one that stands at its place; the preview must come true."""
    for terms in wanted:
        target, line = terms["place"]
        kind = records.kind(terms["kind"])
        draft = RuleDraft(
            target=target, kind=kind, line=line, line_name=line,
            requires=tuple(terms["requires"]), first_month=terms["months"][0],
            last_month=terms["months"][1], unit_kinds=tuple(terms["unit_kinds"]),
        )  # fmt: skip
        stands = CreditRule.objects.in_force().filter(target=target, line=line, kind=kind).first()
        change = rules.propose(city.bureau, year=YEAR, draft=draft, rule=stands, by=None)
        gained = set(rules.gained_by(change).values_list("pk", flat=True))
        lost = set(rules.lost_by(change).values_list("pk", flat=True))
        had = held(target, line)
        rules.apply_change(change, by=city.bureau_staff)
        assert held(target, line) == (had | gained) - lost
        assert not gained & had
        assert lost <= had


def held(target: str, line: str) -> set[int]:
    found = Credit.objects.filter(target=target, line=line)
    return set(found.values_list("activity_id", flat=True))


# --- single cases -------------------------------------------------------------------------------


def test_nothing_moves_before_the_change_is_applied(city: World) -> None:
    record = accept(city, slug="lecture")

    change = rules.propose(city.bureau, year=YEAR, draft=line_draft(), by=city.bureau_staff)

    assert list(rules.gained_by(change)) == [record]
    assert not record.credits.exists()
    assert not CreditRule.objects.filter(line="r-1").exists()


def test_an_obligations_rule_narrowed_to_autumn_takes_spring_out_of_its_cell(city: World) -> None:
    accept(city, slug="training", held_on=date(YEAR, 3, 1))
    item = city.obligation_set.items.get(code="training")
    rule = item.rules.get()
    draft = RuleDraft(
        target=CreditTarget.OBLIGATION, item=item, kind=rule.kind, first_month=9, last_month=12
    )

    change = rules.propose(city.bureau, year=YEAR, draft=draft, rule=rule, by=city.bureau_staff)
    assert rules.lost_by(change).count() == 1
    rules.apply_change(change, by=city.bureau_staff)

    cell = ObligationCell.objects.get(unit=city.school, item=item)
    assert (cell.counted, cell.reached_on) == (0, None)
    assert "9月至12月" in CreditRule.objects.get(pk=rule.pk).sentence


def test_a_retired_rule_keeps_its_row_and_loses_its_credits(city: World) -> None:
    rule = in_force(city, line_draft())
    record = accept(city, slug="lecture")
    assert record.credits.get().label == "宣讲"

    change = rules.propose_retiring(rule, city=city.bureau, by=city.bureau_staff)
    rules.apply_change(change, by=city.bureau_staff)

    rule.refresh_from_db()
    assert rule.retired_at is not None
    assert not record.credits.exists()
    assert accept(city, slug="lecture").credits.count() == 0


def test_a_change_is_not_applied_twice(city: World) -> None:
    change = rules.propose(city.bureau, year=YEAR, draft=line_draft(), by=city.bureau_staff)
    rules.apply_change(change, by=city.bureau_staff)

    with pytest.raises(Refused, match="已经生效"):
        rules.apply_change(change, by=city.bureau_staff)


def test_a_rule_somebody_changed_after_the_preview_is_previewed_again(city: World) -> None:
    rule = in_force(city, line_draft())
    mine = rules.propose(
        city.bureau, year=YEAR, draft=line_draft(first_month=9), rule=rule, by=city.bureau_staff
    )
    in_force(city, line_draft(requires=(RequiredField.CHAIR,)), rule=rule)
    mine = RuleChange.objects.get(pk=mine.pk)

    with pytest.raises(Refused, match="重新预览"):
        rules.apply_change(mine, by=city.bureau_staff)


def test_a_second_rule_of_the_same_kind_for_one_line_is_refused(city: World) -> None:
    in_force(city, line_draft())

    with pytest.raises(Refused, match="修改那一条"):
        in_force(city, line_draft(first_month=9))


def test_each_change_is_in_the_trail_with_both_wordings(city: World) -> None:
    rule = in_force(city, line_draft())
    in_force(city, line_draft(first_month=9), rule=rule)

    last = RuleChange.objects.latest("pk")
    line = trail_of(last)[0]
    assert (line.verb, line.note) == ("rule.applied", f"{last.before} → {last.after}")
    assert last.before != last.after


def test_a_declined_credit_stays_declined_when_its_rule_is_reworded(city: World) -> None:
    rule = in_force(city, line_draft())
    record = accept(city, slug="lecture")
    decline(record.credits.get(), reason="这是校务会", by=city.office_secretary)

    in_force(city, line_draft(unit_kinds=("school",)), rule=rule)

    assert record.credits.get().declined_reason == "这是校务会"
