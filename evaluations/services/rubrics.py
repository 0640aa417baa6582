"""Tables of points: read from a file, drafted as a new version, published for good."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from committees.choices import UnitKind
from committees.models import Unit
from evaluations.choices import Column, RubricState
from evaluations.models import Campaign, Rubric
from evaluations.scoring import plain, score
from evaluations.scoring_input import Malformed, no_doubles, printable
from evaluations.services import appraisals
from evaluations.workflow import RUBRIC
from portal.kernel import audit
from portal.kernel.errors import BadFile, Refused

MOST_BYTES = 2 * 1024 * 1024


def read_json(data: bytes) -> dict[str, Any]:
    """The table of points in a JSON file, judged by the engine itself; BadFile names the place."""
    if len(data) > MOST_BYTES:
        raise BadFile("评分表文件超过 2 MB，请核对是不是选错了文件")
    try:
        content = json.loads(data.decode("utf-8-sig"), object_pairs_hook=no_doubles)
        printable(content, "rubric")
    except Malformed as fault:
        raise BadFile(f"评分表有一处看不懂：{fault}") from fault
    except (ValueError, RecursionError) as error:
        raise BadFile("这不是 JSON 格式的评分表，请用“下载 JSON”得到的文件来改") from error
    check(content)
    return dict(content)


def check(content: Any) -> None:
    """Score nothing at all with it: every rule is then looked at once."""
    try:
        score(content, {})
    except Malformed as fault:
        raise BadFile(f"评分表有一处看不懂：{fault}") from fault


@transaction.atomic
def draft(
    city: Unit, *, name: str, content: Mapping[str, Any], unit_kinds: Sequence[str], basis: str,
    by: Any,
) -> Rubric:  # fmt: skip
    """The next version of the city's table of this name, as a draft."""
    if not unit_kinds:
        raise Refused("请选这张评分表评哪些单位")
    check(content)
    Unit.objects.select_for_update().get(pk=city.pk)  # versions are counted one after another
    last = Rubric.objects.filter(city=city, name=name).aggregate(last=Max("version"))["last"] or 0
    with audit.acting("rubric.drafted", by=by):
        made = Rubric.objects.create(
            city=city,
            name=name,
            version=last + 1,
            content=dict(content),
            unit_kinds=[UnitKind(kind) for kind in unit_kinds],
            basis=basis,
            created_by=by,
        )
    audit.record("rubric.drafted", made, by=by)
    return made


@transaction.atomic
def copy(rubric: Rubric, *, by: Any) -> Rubric:
    """另存一版: a draft that starts as this version is; the version itself stays."""
    return draft(
        rubric.city, name=rubric.name, content=rubric.content, unit_kinds=rubric.unit_kinds,
        basis=rubric.basis, by=by,
    )  # fmt: skip


@transaction.atomic
def revise(
    rubric: Rubric, *, code: str, words: Mapping[str, str],
    numbers: Mapping[int, Mapping[str, str]], by: Any,
) -> None:  # fmt: skip
    """Change one criterion of a draft: its words, and the numbers of its rules by their place."""
    held = Rubric.objects.select_for_update().get(pk=rubric.pk)
    if held.state != RubricState.DRAFT:
        raise Refused("这一版已经发布，不能改；请另存一版来改")
    criterion = next((c for _, _, c in held.criteria() if c["code"] == code), None)
    if criterion is None:
        raise Refused("评分表里没有这一条")
    criterion |= words
    for place, own in numbers.items():
        criterion["rules"][place] |= own
    add_up(held.content)
    check(held.content)
    with audit.acting("rubric.revised", by=by, note=code):
        held.save(update_fields=["content"])
    audit.record("rubric.revised", held, by=by, note=code)
    rubric.refresh_from_db()


def add_up(content: dict[str, Any]) -> None:
    """What items and dimensions say as their maximum is the sum of what stands in them."""
    for dimension in content["dimensions"]:
        for item in dimension["items"]:
            item["max"] = _sum(item["criteria"])
        dimension["max"] = _sum(dimension["items"])


def _sum(parts: Sequence[Mapping[str, Any]]) -> str:
    try:
        return plain(sum((Decimal(str(part["max"])) for part in parts), Decimal(0)))
    except InvalidOperation as error:
        raise Refused("满分要写成数，例如 4 或者 2.5") from error


@dataclass(frozen=True, slots=True)
class Changed:
    """One unit whose points or grade another table of points would make different."""

    unit: str
    before: Decimal
    after: Decimal
    grade_before: str
    grade_after: str


def preview(rubric: Rubric, *, campaign: Campaign) -> list[Changed]:
    """Every unit of a past campaign scored again by this table, where it makes a difference.

    The answers are those of the unit's last column; nothing is written.
    """
    found = []
    its = campaign.appraisals.select_related("unit", "campaign__rubric").order_by("unit__path")
    for one in its.prefetch_related("entries"):
        entries = list(one.entries.all())
        column = next((c for c in reversed(Column) if any(e.column == c for e in entries)), None)
        if column is None:
            continue
        answers = appraisals.findings_of(one, column, entries)
        known = {veto["code"] for veto in rubric.content.get("vetoes", ())}
        answers["vetoes"] = [code for code in answers["vetoes"] if code in known]
        before = appraisals.scored(campaign.rubric.content, answers)
        after = appraisals.scored(rubric.content, answers)
        changed = Changed(
            one.unit.name, Decimal(before["total"]), Decimal(after["total"]),
            campaign.rubric.grade_name(before["grade"]), rubric.grade_name(after["grade"]),
        )  # fmt: skip
        if (changed.before, changed.grade_before) != (changed.after, changed.grade_after):
            found.append(changed)
    return found


@transaction.atomic
def publish(rubric: Rubric, *, by: Any) -> None:
    """From now on nothing in this version changes; the database sees to it."""
    RUBRIC.advance(rubric, "publish", by=by, published_by=by, published_at=timezone.now())


def as_json(rubric: Rubric) -> bytes:
    return json.dumps(rubric.content, ensure_ascii=False, indent=2).encode()
