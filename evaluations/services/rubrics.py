"""Tables of points: read from a file, drafted as a new version, published for good."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from committees.choices import UnitKind
from committees.models import Unit
from evaluations.models import Rubric
from evaluations.scoring import score
from evaluations.scoring_input import Malformed, no_doubles, printable
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
def publish(rubric: Rubric, *, by: Any) -> None:
    """From now on nothing in this version changes; the database sees to it."""
    RUBRIC.advance(rubric, "publish", by=by, published_by=by, published_at=timezone.now())


def as_json(rubric: Rubric) -> bytes:
    return json.dumps(rubric.content, ensure_ascii=False, indent=2).encode()
