"""Score a unit by a rubric of deductions, and explain every half point.

A pure module: no Django, no clock, no binary float. `score(rubric, findings)` takes two dicts as
`evaluations/data/scoring.schema.json` describes them and returns a third. Each criterion starts at
its maximum (or at a graded level) and its rules take points away, never below 0, so that always

    maximum = score + the points of its deductions.

Numbers come in as whole numbers or decimal strings ("0.5") and go out as decimal strings without
trailing zeros. Unknown keys are left alone. A malformed input raises `Malformed`, whose text names
the path of the first fault.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from evaluations.scoring_input import (
    Malformed,
    amount_at,
    list_at,
    mapping_at,
    number_at,
    once,
    text_at,
    well_named,
)

__all__ = ["Malformed", "score"]

ZERO = Decimal(0)
CENT = Decimal("0.01")
NOT_APPLICABLE = "n/a"


@dataclass
class Sheet:
    """One criterion while it is being scored."""

    maximum: Decimal
    left: Decimal
    found: Mapping[str, Any]
    path: str
    deductions: list[dict[str, Any]] = field(default_factory=list)

    def true(self, key: str) -> bool:
        return amount_at(self.found, key, f"{self.path}.{key}") > 0

    def count(self, key: str) -> Decimal:
        return amount_at(self.found, key, f"{self.path}.{key}")

    def take(self, index: int, points: Decimal, reason: str) -> None:
        """Take the points that are still there; what is gone already is not taken twice."""
        taken = min(points, self.left)
        if taken > 0:
            self.left -= taken
            self.deductions.append({"rule": index, "points": plain(taken), "reason": reason})


Rule = Callable[[Sheet, int, Mapping[str, Any], str], None]


def score(rubric: Mapping[str, Any], findings: Mapping[str, Any]) -> dict[str, Any]:
    """Return base, bonus, total, grade, vetoes, dimensions and criteria, as the contract says."""
    with localcontext() as context:
        context.prec = 50
        return _score(mapping_at(rubric, "rubric"), mapping_at(findings, "findings"))


def _score(rubric: Mapping[str, Any], findings: Mapping[str, Any]) -> dict[str, Any]:
    found = mapping_at(findings.get("criteria", {}), "findings.criteria")
    criteria: dict[str, Any] = {}
    dimensions: dict[str, Any] = {}
    reached = possible = ZERO
    for code, dimension, path in _dimensions(rubric):
        got = of = ZERO
        for criterion, where in _criteria(dimension, path):
            own = text_at(criterion, "code", where)
            if own in criteria:
                raise Malformed(f"{where}.code", f"编号“{own}”重复")
            result = _criterion(criterion, found.get(own, {}), where, f"findings.criteria.{own}")
            criteria[own] = result
            if result["applies"]:
                got += Decimal(result["score"])
                of += Decimal(result["max"])
        dimensions[code] = {"score": plain(got), "max": plain(of)}
        reached, possible = reached + got, possible + of
    total = number_at(rubric, "total", "rubric")
    base = base_of(reached, possible, total)
    bonus = _bonus(rubric, mapping_at(findings.get("bonus", {}), "findings.bonus"))
    vetoes = _vetoes(rubric, findings)
    return {
        "base": plain(base),
        "bonus": plain(bonus),
        "total": plain(base + bonus),
        "grade": _grade(rubric, base + bonus, vetoed=bool(vetoes)),
        "vetoes": vetoes,
        "dimensions": dimensions,
        "criteria": criteria,
    }


def base_of(reached: Decimal, possible: Decimal, total: Decimal) -> Decimal:
    """Σ score ÷ Σ max of what applies × total, rounded half up to two places."""
    if not possible:
        return ZERO
    # Multiplied first: a third of a point times three is a point, not 0.999….
    return (reached * total / possible).quantize(CENT, ROUND_HALF_UP)


def _dimensions(rubric: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    seen: set[str] = set()
    for number, entry in enumerate(list_at(rubric, "dimensions", "rubric")):
        path = f"rubric.dimensions[{number}]"
        dimension = well_named(mapping_at(entry, path), path)
        code = once(text_at(dimension, "code", path), seen, path)
        yield code, dimension, path


def _criteria(dimension: Mapping[str, Any], path: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    for i, entry in enumerate(list_at(dimension, "items", path)):
        within = f"{path}.items[{i}]"
        item = well_named(mapping_at(entry, within), within)
        for c, criterion in enumerate(list_at(item, "criteria", within)):
            where = f"{within}.criteria[{c}]"
            yield mapping_at(criterion, where), where


def _criterion(
    criterion: Mapping[str, Any], found: Any, path: str, found_path: str
) -> dict[str, Any]:
    maximum = number_at(criterion, "max", path)
    rules = _rules(criterion, path)
    if found == NOT_APPLICABLE:
        return {"score": "0", "max": plain(maximum), "applies": False, "deductions": []}
    sheet = Sheet(maximum, maximum, mapping_at(found, found_path), found_path)
    # A level or a given number is where the score starts, so it comes before what is taken off.
    ordered = sorted(enumerate(rules), key=lambda entry: entry[1]["type"] not in STARTS)
    for index, rule in ordered:
        RULES[rule["type"]](sheet, index, rule, f"{path}.rules[{index}]")
    return {
        "score": plain(sheet.left),
        "max": plain(maximum),
        "applies": True,
        "deductions": sheet.deductions,
    }


def _rules(criterion: Mapping[str, Any], path: str) -> list[Mapping[str, Any]]:
    rules = []
    for index, entry in enumerate(list_at(criterion, "rules", path)):
        where = f"{path}.rules[{index}]"
        rule = mapping_at(entry, where)
        if text_at(rule, "type", where) not in RULES:
            raise Malformed(f"{where}.type", f"没有“{rule['type']}”这种评分办法")
        CHECKS[rule["type"]](rule, where)
        rules.append(rule)
    return rules


def _require(sheet: Sheet, index: int, rule: Mapping[str, Any], path: str) -> None:
    if not sheet.true(rule["key"]):
        sheet.take(index, sheet.left, f"{_about(rule, '未做到')}，不得分")


def _missing(sheet: Sheet, index: int, rule: Mapping[str, Any], path: str) -> None:
    if not sheet.true(rule["key"]):
        minus = number_at(rule, "minus", path)
        sheet.take(index, minus, f"{_about(rule, '缺一项')}，扣{plain(minus)}分")


def _each(sheet: Sheet, index: int, rule: Mapping[str, Any], path: str) -> None:
    count, minus = sheet.count(rule["key"]), number_at(rule, "minus", path)
    reason = f"{_about(rule, '不符合要求')}{plain(count)}处，每处扣{plain(minus)}分"
    sheet.take(index, minus * count, reason)


def _shortfall(sheet: Sheet, index: int, rule: Mapping[str, Any], path: str) -> None:
    count, target = sheet.count(rule["key"]), number_at(rule, "target", path)
    short, minus = target - count, number_at(rule, "minus", path)
    if short > 0:
        reason = (
            f"{_about(rule, '次数')}应有{plain(target)}，实有{plain(count)}，"
            f"少{plain(short)}，每少1扣{plain(minus)}分"
        )
        sheet.take(index, minus * short, reason)


def _all_missing(sheet: Sheet, index: int, rule: Mapping[str, Any], path: str) -> None:
    if not any(sheet.true(key) for key in rule["keys"]):
        sheet.take(index, sheet.left, f"{_about(rule, '各项')}均缺，不得分")


def _ratio(sheet: Sheet, index: int, rule: Mapping[str, Any], path: str) -> None:
    value, full = sheet.count(rule["key"]), number_at(rule, "full_at", path)
    step, minus = number_at(rule, "step", path), number_at(rule, "minus", path)
    if value < full:
        rounding = ROUND_CEILING if rule.get("round", "down") == "up" else ROUND_FLOOR
        steps = ((full - value) / step).to_integral_value(rounding)
        reason = (
            f"{_about(rule, '比例')}为{plain(value)}，不到{plain(full)}，"
            f"每低{plain(step)}扣{plain(minus)}分"
        )
        sheet.take(index, minus * steps, reason)


def _level(sheet: Sheet, index: int, rule: Mapping[str, Any], path: str) -> None:
    level = sheet.found.get(rule["key"])
    if level is not None and not isinstance(level, str):
        raise Malformed(f"{sheet.path}.{rule['key']}", "等次要写成文字")
    if level is not None and level in rule["points"]:
        points = number_at(rule["points"], level, f"{path}.points")
        reason = f"{_about(rule, '等次')}为“{level}”，得{plain(min(points, sheet.maximum))}分"
    else:
        points, reason = ZERO, f"{_about(rule, '等次')}没有评定，不得分"
    sheet.take(index, sheet.left - min(points, sheet.left), reason)


def _manual(sheet: Sheet, index: int, rule: Mapping[str, Any], path: str) -> None:
    given = min(sheet.count(rule["key"]), sheet.left)
    sheet.take(index, sheet.left - given, f"评分人给{plain(given)}分")


RULES: Mapping[str, Rule] = {
    "require": _require,
    "missing": _missing,
    "each": _each,
    "shortfall": _shortfall,
    "all_missing": _all_missing,
    "ratio": _ratio,
    "grade": _level,
    "manual": _manual,
}
STARTS = {"grade", "manual"}


def _check(*numbers: str) -> Callable[[Mapping[str, Any], str], None]:
    def check(rule: Mapping[str, Any], path: str) -> None:
        text_at(rule, "key", path)
        for name in numbers:
            number_at(rule, name, path)

    return check


def _check_ratio(rule: Mapping[str, Any], path: str) -> None:
    _check("full_at", "step", "minus")(rule, path)
    if number_at(rule, "step", path) == 0:
        raise Malformed(f"{path}.step", "一档的大小要大于0")
    if rule.get("round", "down") not in {"down", "up"}:
        raise Malformed(f"{path}.round", "取整只能写 down 或 up")


def _check_keys(rule: Mapping[str, Any], path: str) -> None:
    keys = list_at(rule, "keys", path)
    if not keys or not all(isinstance(key, str) for key in keys):
        raise Malformed(f"{path}.keys", "要写一组名称")


def _check_points(rule: Mapping[str, Any], path: str) -> None:
    text_at(rule, "key", path)
    points = mapping_at(rule.get("points"), f"{path}.points")
    for level in points:
        number_at(points, level, f"{path}.points")


CHECKS: Mapping[str, Callable[[Mapping[str, Any], str], None]] = {
    "require": _check(),
    "missing": _check("minus"),
    "each": _check("minus"),
    "shortfall": _check("target", "minus"),
    "all_missing": _check_keys,
    "ratio": _check_ratio,
    "grade": _check_points,
    "manual": _check(),
}


def _bonus(rubric: Mapping[str, Any], counts: Mapping[str, Any]) -> Decimal:
    bonus, seen = ZERO, set[str]()
    for index, entry in enumerate(list_at(rubric, "bonus", "rubric", default=[])):
        path = f"rubric.bonus[{index}]"
        item = well_named(mapping_at(entry, path), path)
        code = once(text_at(item, "code", path), seen, path)
        count = amount_at(counts, code, f"findings.bonus.{code}")
        each, most = number_at(item, "each", path), number_at(item, "max", path)
        bonus += min(each * count, most)
    if "bonus_max" in rubric:
        bonus = min(bonus, number_at(rubric, "bonus_max", "rubric"))
    return bonus


def _vetoes(rubric: Mapping[str, Any], findings: Mapping[str, Any]) -> list[str]:
    """The vetoes that stand, in the rubric's order, each once."""
    known, seen = [], set[str]()
    for n, entry in enumerate(list_at(rubric, "vetoes", "rubric", default=[])):
        path = f"rubric.vetoes[{n}]"
        veto = well_named(mapping_at(entry, path), path)
        known.append(once(text_at(veto, "code", path), seen, path))
    standing = list_at(findings, "vetoes", "findings", default=[])
    for index, code in enumerate(standing):
        if code not in known:
            raise Malformed(f"findings.vetoes[{index}]", f"评分表里没有一票否决项“{code}”")
    return [code for code in known if code in standing]


def _grade(rubric: Mapping[str, Any], total: Decimal, *, vetoed: bool) -> str:
    grades: Sequence[Any] = list_at(rubric, "grades", "rubric")
    if not grades:
        raise Malformed("rubric.grades", "至少要有一个等次")
    levels: list[tuple[str, Decimal]] = []
    seen: set[str] = set()
    for index, entry in enumerate(grades):
        path = f"rubric.grades[{index}]"
        grade = well_named(mapping_at(entry, path), path)
        code = once(text_at(grade, "code", path), seen, path)
        levels.append((code, number_at(grade, "min", path)))
        if index and levels[index][1] > levels[index - 1][1]:
            raise Malformed(f"{path}.min", "等次要从高到低排")
    if not vetoed:
        for code, least in levels:
            if total >= least:
                return code
    return levels[-1][0]


def _about(rule: Mapping[str, Any], otherwise: str) -> str:
    """What the rule is about, in the rubric's own words where it gives some."""
    label = rule.get("label")
    return str(label) if label else otherwise


def plain(number: Decimal) -> str:
    """86.50 → "86.5", 90 → "90"."""
    return format(number.normalize(), "f") if number else "0"
