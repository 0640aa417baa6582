"""Criteria added to a draft table and taken out of it; the sums above follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from evaluations.choices import RubricState
from evaluations.models import Rubric
from evaluations.services.rubrics import add_up, check
from portal.kernel import audit
from portal.kernel.errors import Refused

# What scoring-contract.md calls the way a kind of rule scores.
METHODS = {
    "require": "threshold", "missing": "per_missing", "all_missing": "per_missing",
    "each": "per_count", "shortfall": "per_count", "ratio": "ratio", "grade": "graded",
    "manual": "manual",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewLine:
    """`words` are text, max, rule and evidence; `numbers` those of the kind of rule.

    `lines` are the parts of an all_missing (有会议记录) or the levels of a grade (市级 3).
    """

    kind: str
    words: Mapping[str, str]
    label: str
    numbers: Mapping[str, str] = field(default_factory=dict)
    lines: Sequence[str] = ()


@transaction.atomic
def add(rubric: Rubric, *, item: tuple[int, int], line: NewLine, by: Any) -> str:
    """Put a criterion at the end of an item (its place: dimension, item); returns its code."""
    held = _draft(rubric)
    dimension, place = item
    own = held.content["dimensions"][dimension]["items"][place]
    code = _next_code(held, own.get("code") or f"{dimension + 1}.{place + 1}")
    rules = rules_of(line, key=f"line_{code.replace('.', '_')}")
    own["criteria"].append({"code": code, **line.words, "method": METHODS[line.kind],
                            "rules": rules})  # fmt: skip
    _keep(held, "rubric.line_added", note=f"{code} {line.words['text']}", by=by)
    rubric.refresh_from_db()
    return code


@transaction.atomic
def take_out(rubric: Rubric, *, code: str, by: Any) -> None:
    """Out of the draft; past versions keep theirs, and its code is not given again."""
    held = _draft(rubric)
    found = next((it for it in held.criteria() if it[2]["code"] == code), None)
    if found is None:
        raise Refused("评分表里没有这一条")
    _, item, criterion = found
    if len(item["criteria"]) == 1:
        raise Refused(
            f"“{item.get('name', '这一项')}”只剩这一条；先添一条新的再拿掉它，或者直接改它的字和分"
        )
    item["criteria"].remove(criterion)
    _keep(held, "rubric.line_taken_out", note=f"{code} {criterion.get('text', '')}", by=by)
    rubric.refresh_from_db()


def rules_of(line: NewLine, *, key: str) -> list[dict[str, Any]]:
    """The rules as scoring.schema.json writes them, with `key` as the name of the question."""
    named = {"type": line.kind, "key": key, "label": line.label}
    if line.kind == "all_missing":
        keys = [f"{key}_{number}" for number in range(1, len(line.lines) + 1)]
        parts = [
            {"type": "missing", "key": own, "minus": line.numbers["minus"], "ask": words,
             "label": f"没做到：{words}"}
            for own, words in zip(keys, line.lines, strict=True)
        ]  # fmt: skip
        return [{"type": "all_missing", "keys": keys, "label": line.label}, *parts]
    if line.kind == "grade":
        return [named | {"points": dict(one.split() for one in line.lines)}]
    if line.kind in {"require", "missing"}:
        return [named | dict(line.numbers) | {"ask": line.label, "label": f"没做到：{line.label}"}]
    return [named | dict(line.numbers)]


def _draft(rubric: Rubric) -> Rubric:
    held = Rubric.objects.select_for_update().get(pk=rubric.pk)
    if held.state != RubricState.DRAFT:
        raise Refused("这一版已经发布，不能改；请另存一版来改")
    return held


def _next_code(held: Rubric, head: str) -> str:
    """The first number behind every one this table has ever given below `head`.

    A code means one thing in all versions: past answers are tried on new tables by it.
    """
    versions = Rubric.objects.filter(city=held.city_id, name=held.name).order_by("version")
    used = {c["code"] for one in [*versions, held] for _, _, c in one.criteria()}
    tails = [code.removeprefix(f"{head}.") for code in used if code.startswith(f"{head}.")]
    last = max((int(tail) for tail in tails if tail.isascii() and tail.isdigit()), default=0)
    return f"{head}.{last + 1}"


def _keep(held: Rubric, what: str, *, note: str, by: Any) -> None:
    add_up(held.content)
    check(held.content)
    with audit.acting(what, by=by, note=note):
        held.save(update_fields=["content"])
    audit.record(what, held, by=by, note=note)
