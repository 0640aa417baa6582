"""还差什么: the cheapest changes that lift a score to the next grade. Pure, like scoring.py.

Every promise is the engine's own: a step is tried on a copy of the findings and scored again, so
what the page promises is what the change will bring.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from evaluations.scoring import base_of, score

# What a change costs, in rough working hours: a paper is written sooner than a meeting is held.
COSTS = {
    "missing": 1, "each": 1, "require": 3, "shortfall": 3, "all_missing": 2, "grade": 6,
    "ratio": 8, "manual": 8,
}  # fmt: skip
ROUNDING = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Change:
    """Set `key` of a criterion to `value`; `label` says so in words."""

    key: str
    value: Any
    label: str
    cost: int


@dataclass(frozen=True, slots=True)
class GapStep:
    """All that must change in one criterion, and the points the whole then gains by it."""

    code: str
    text: str
    evidence: str
    changes: tuple[Change, ...]
    points: Decimal
    total: Decimal  # the total once this step and those before it are done

    @property
    def cost(self) -> int:
        return sum(change.cost for change in self.changes)


@dataclass(frozen=True, slots=True)
class Path:
    """Steps to the next grade; `reaches` is False where none suffices."""

    goal: str
    goal_min: Decimal
    total: Decimal
    steps: tuple[GapStep, ...]
    reaches: bool


def path_to_next(rubric: Mapping[str, Any], findings: Mapping[str, Any]) -> Path | None:
    """The cheapest way to the grade above, or None when the best one is reached.

    A veto stays in force whatever is done; the path then says how the score would stand without.
    """
    now = score(rubric, {**findings, "vetoes": []})
    total = Decimal(now["total"])
    above = _grade_above(rubric, total)
    if above is None:
        return None
    goal = Decimal(above["min"])
    offers = sorted(
        all_steps(rubric, findings), key=lambda step: (-step.points / step.cost, step.code)
    )
    chosen: list[GapStep] = []
    for offer in offers:
        if _reaches(rubric, findings, chosen, total, goal):
            break
        chosen.append(offer)
    chosen = _without_the_needless(rubric, findings, chosen, total, goal)
    steps = tuple(_in_sequence(rubric, findings, chosen, total))
    reached = steps[-1].total if steps else total
    return Path(above["name"], goal, total, steps, reached >= goal)


def all_steps(rubric: Mapping[str, Any], findings: Mapping[str, Any]) -> list[GapStep]:
    """One step for each criterion below its maximum: what lifts it, alone, and by how much."""
    before = score(rubric, {**findings, "vetoes": []})
    applying = [one for one in before["criteria"].values() if one["applies"]]
    reached = sum((Decimal(one["score"]) for one in applying), Decimal(0))
    possible = sum((Decimal(one["max"]) for one in applying), Decimal(0))
    whole, bonus = Decimal(rubric["total"]), Decimal(before["bonus"])
    found = []
    for criterion in _criteria(rubric):
        stands = before["criteria"][criterion["code"]]
        if not stands["applies"] or Decimal(stands["score"]) >= Decimal(stands["max"]):
            continue
        values = findings.get("criteria", {}).get(criterion["code"], {})
        changes = tuple(_changes(criterion, values))
        gained = _alone(criterion, values, changes) - Decimal(stands["score"])
        total = base_of(reached + gained, possible, whole) + bonus
        points = total - Decimal(before["total"])
        if points > 0:
            evidence = criterion.get("evidence", "")
            text = criterion["text"]
            found.append(GapStep(criterion["code"], text, evidence, changes, points, total))
    return found


def _alone(
    criterion: Mapping[str, Any], values: Mapping[str, Any], changes: tuple[Change, ...]
) -> Decimal:
    """What the engine gives this one criterion once the changes are made."""
    single = {
        "total": criterion["max"],
        "dimensions": [{"code": "0", "items": [{"criteria": [criterion]}]}],
        "grades": [{"code": "0", "name": "0", "min": "0"}],
    }
    after = {**values, **{change.key: change.value for change in changes}}
    result = score(single, {"criteria": {criterion["code"]: after}})
    return Decimal(result["criteria"][criterion["code"]]["score"])


def _changes(criterion: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[Change]:
    seen: set[str] = set()
    for rule in criterion["rules"]:
        for key, value in _wanted(rule, values):
            if key not in seen:
                seen.add(key)
                yield Change(key, value, _words(rule, value), COSTS[rule["type"]])


def _words(rule: Mapping[str, Any], value: Any) -> str:
    """What to reach, in words: 有会议纪要, 学习、培训、会议到 4 次."""
    label = str(rule.get("label", rule["key"]))
    if rule["type"] in {"require", "missing"}:
        return str(rule.get("ask", label))
    if rule["type"] == "shortfall":
        return f"{label}到 {value} 次"
    if rule["type"] == "each":
        return f"{label}补齐"
    if rule["type"] == "ratio":
        return f"{label}到 {value}%"
    return f"{label}达到“{value}”"


def _wanted(rule: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The value that takes nothing off, where the rule takes something off now."""
    kind = rule["type"]
    if kind == "all_missing":
        return  # the single rules beside it ask for each key
    have = values.get(rule["key"])
    if kind in {"require", "missing"} and have is not True:
        yield rule["key"], True
    elif kind == "each" and Decimal(str(have or 0)) > 0:
        yield rule["key"], "0"
    elif kind == "shortfall" and Decimal(str(have or 0)) < Decimal(rule["target"]):
        yield rule["key"], rule["target"]
    elif kind == "ratio" and Decimal(str(have or 0)) < Decimal(rule["full_at"]):
        yield rule["key"], rule["full_at"]
    elif kind == "grade":
        best = max(rule["points"], key=lambda level: Decimal(rule["points"][level]))
        if have != best:
            yield rule["key"], best


def _after(findings: Mapping[str, Any], steps: list[GapStep]) -> dict[str, Any]:
    """The findings once these steps are done; what was given stays as it is."""
    criteria = dict(findings.get("criteria", {}))
    for step in steps:
        criteria[step.code] = {
            **criteria.get(step.code, {}),
            **{change.key: change.value for change in step.changes},
        }
    return {**findings, "vetoes": [], "criteria": criteria}


def _reaches(
    rubric: Mapping[str, Any], findings: Mapping[str, Any], steps: list[GapStep],
    total: Decimal, goal: Decimal,
) -> bool:  # fmt: skip
    """Whether the steps together reach the goal; scored anew only where it could be.

    Steps add up but for the rounding of a re-based total, a hundredth a step.
    """
    hoped = total + sum((step.points + ROUNDING for step in steps), Decimal(0))
    return hoped >= goal and _total(rubric, _after(findings, steps)) >= goal


def _without_the_needless(
    rubric: Mapping[str, Any], findings: Mapping[str, Any], steps: list[GapStep],
    total: Decimal, goal: Decimal,
) -> list[GapStep]:  # fmt: skip
    """Drop, dearest first, every step without which the goal is still reached."""
    kept = list(steps)
    if not _reaches(rubric, findings, kept, total, goal):
        return kept
    for step in sorted(steps, key=lambda one: (-one.cost, one.points)):
        rest = [other for other in kept if other is not step]
        if _reaches(rubric, findings, rest, total, goal):
            kept = rest
    return kept


def _in_sequence(
    rubric: Mapping[str, Any], findings: Mapping[str, Any], steps: list[GapStep], total: Decimal
) -> Iterator[GapStep]:
    """The same steps with the points each brings when it follows those before it."""
    for place, step in enumerate(steps):
        reached = _total(rubric, _after(findings, steps[: place + 1]))
        yield GapStep(step.code, step.text, step.evidence, step.changes, reached - total, reached)
        total = reached


def _grade_above(rubric: Mapping[str, Any], total: Decimal) -> Mapping[str, Any] | None:
    higher = [grade for grade in rubric["grades"] if Decimal(grade["min"]) > total]
    return min(higher, key=lambda grade: Decimal(grade["min"])) if higher else None


def _total(rubric: Mapping[str, Any], findings: Mapping[str, Any]) -> Decimal:
    return Decimal(score(rubric, findings)["total"])


def _criteria(rubric: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for dimension in rubric["dimensions"]:
        for item in dimension["items"]:
            yield from item["criteria"]
