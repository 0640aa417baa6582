from decimal import Decimal
from random import Random
from typing import Any

import pytest

from evaluations.figures.campaigns import standard
from evaluations.gaps import all_steps, path_to_next
from evaluations.scoring import score

RUBRIC = standard()


def unit(random: Random) -> dict[str, Any]:
    """The findings of some unit: everything answered by chance, a few lines not applicable."""
    criteria: dict[str, Any] = {}
    quality = random.random()
    for dimension in RUBRIC["dimensions"]:
        for item in dimension["items"]:
            for criterion in item["criteria"]:
                if random.random() < 0.03:
                    criteria[criterion["code"]] = "n/a"
                    continue
                criteria[criterion["code"]] = {
                    key: value
                    for rule in criterion["rules"]
                    for key, value in answers(rule, random, quality)
                }
    return {"criteria": criteria, "bonus": {"B2": random.randrange(3)}}


def answers(rule: dict[str, Any], random: Random, quality: float) -> list[tuple[str, Any]]:
    good = random.random() < quality
    if rule["type"] in {"require", "missing"}:
        return [(rule["key"], good)]
    if rule["type"] == "grade":
        return [(rule["key"], random.choice([*rule["points"], ""]))]
    if rule["type"] == "ratio":
        return [(rule["key"], str(random.randrange(40, 101)))]
    if rule["type"] in {"each", "shortfall"}:
        return [(rule["key"], str(random.randrange(5)))]
    return []


def applied(findings: dict[str, Any], steps: Any) -> dict[str, Any]:
    criteria = dict(findings["criteria"])
    for step in steps:
        criteria[step.code] = criteria[step.code] | {c.key: c.value for c in step.changes}
    return findings | {"criteria": criteria}


def test_promised_points_are_the_points_gained_for_a_thousand_units():
    random, reached = Random(7), 0
    for _ in range(1000):
        findings = unit(random)
        path = path_to_next(RUBRIC, findings)
        before = Decimal(score(RUBRIC, findings)["total"])
        if path is None:
            assert before >= 90
            continue
        after = Decimal(score(RUBRIC, applied(findings, path.steps))["total"])
        assert sum((step.points for step in path.steps), Decimal(0)) == after - before
        assert path.reaches == (after >= path.goal_min)
        reached += path.reaches
    assert reached > 900  # nearly always there is a way


def test_no_step_of_a_path_is_needless():
    random = Random(11)
    for _ in range(100):
        findings = unit(random)
        path = path_to_next(RUBRIC, findings)
        if path is None or not path.reaches:
            continue
        for left_out in path.steps:
            rest = [step for step in path.steps if step is not left_out]
            assert Decimal(score(RUBRIC, applied(findings, rest))["total"]) < path.goal_min


def test_each_step_alone_brings_what_it_says_and_lifts_its_criterion_to_the_full():
    findings = unit(Random(3))
    before = score(RUBRIC, findings)
    for step in all_steps(RUBRIC, findings):
        after = score(RUBRIC, applied(findings, [step]))
        assert Decimal(after["total"]) - Decimal(before["total"]) == step.points
        assert after["criteria"][step.code]["score"] == after["criteria"][step.code]["max"]


def test_what_does_not_apply_is_never_asked_for():
    findings = unit(Random(5)) | {}
    findings["criteria"]["4.1.1"] = "n/a"
    assert "4.1.1" not in {step.code for step in all_steps(RUBRIC, findings)}


def test_nobody_is_sent_higher_than_the_best_grade():
    assert path_to_next(RUBRIC, {"criteria": {}}) is not None
    full = {"criteria": dict.fromkeys(score(RUBRIC, {})["criteria"], "n/a")}
    full["criteria"]["2.2.2"] = {"meetings": "4"}
    assert path_to_next(RUBRIC, full) is None


@pytest.mark.parametrize(
    ("code", "words"),
    [("2.2.2", "学习、培训、会议到 4 次"), ("1.1.3", "有牌子"), ("5.1.1", "学生参与率到 90%")],
)
def test_a_step_says_what_to_reach_in_words(code, words):
    steps = {step.code: step for step in all_steps(RUBRIC, {"criteria": {}})}
    assert words in [change.label for change in steps[code].changes]
