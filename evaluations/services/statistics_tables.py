"""Forms of the 统计年报: the standard one taken over, the next drafted, published for good."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from committees.models import Unit
from evaluations.choices import TableLevel, TableState
from evaluations.figures.statistics_form import check_form, standard, standard_above
from evaluations.figures.statistics_sources import SOURCES
from evaluations.models import StatisticsTable
from evaluations.workflow import TABLE
from portal.kernel import audit
from portal.kernel.errors import BadFile, Refused


@transaction.atomic
def draft(
    city: Unit, *, name: str, content: Mapping[str, Any], level: str, basis: str, by: Any
) -> StatisticsTable:
    """The next version of the city's form of this name, as a draft."""
    _check(content, level)
    Unit.objects.select_for_update().get(pk=city.pk)  # versions are counted one after another
    mine = StatisticsTable.objects.filter(city=city, name=name)
    last = mine.aggregate(last=Max("version"))["last"] or 0
    with audit.acting("statistics_table.drafted", by=by):
        made = StatisticsTable.objects.create(
            city=city,
            name=name,
            level=level,
            version=last + 1,
            content=deepcopy(dict(content)),
            basis=basis,
            created_by=by,
        )
    audit.record("statistics_table.drafted", made, by=by)
    return made


@transaction.atomic
def draft_standard(city: Unit, *, by: Any) -> StatisticsTable:
    """The form the portal comes with, to be looked over and published."""
    return draft(
        city, name=standard()["name"], content=standard(), level=TableLevel.CITY, basis="", by=by
    )


@transaction.atomic
def draft_above(city: Unit, *, by: Any) -> StatisticsTable:
    """The form of the level above the portal comes with: the city's own total, in its lines."""
    content = standard_above()
    return draft(
        city, name=content["name"], content=content, level=TableLevel.ABOVE, basis="", by=by
    )


@transaction.atomic
def copy(table: StatisticsTable, *, by: Any) -> StatisticsTable:
    """另存一版: a draft that starts as this version is; the version itself stays."""
    return draft(
        table.city, name=table.name, content=table.content, level=table.level, basis=table.basis,
        by=by,
    )  # fmt: skip


@transaction.atomic
def revise(table: StatisticsTable, *, code: str, line: Mapping[str, Any], by: Any) -> None:
    """Write one line of a draft anew; a new code goes to the section it begins with."""
    held = _draft(table)
    sections = held.content["section"]
    for section in sections:
        for place, one in enumerate(section["indicator"]):
            if one["code"] == code:
                section["indicator"][place] = dict(line)
                return _keep(held, table, note=code, by=by)
    home = next((one for one in sections if code.startswith(one["code"])), None)
    if home is None:
        raise Refused("代码的第一个字母要是报表里的一个部分，例如 C10")
    home["indicator"].append(dict(line))
    return _keep(held, table, note=code, by=by)


@transaction.atomic
def drop(table: StatisticsTable, *, code: str, by: Any) -> None:
    """Take a line out of a draft, and the checks that need it."""
    held = _draft(table)
    for section in held.content["section"]:
        section["indicator"] = [one for one in section["indicator"] if one["code"] != code]
    held.content["check"] = [
        one for one in held.content.get("check", ()) if code not in {*one["left"], *one["right"]}
    ]
    _keep(held, table, note=code, by=by)


def _draft(table: StatisticsTable) -> StatisticsTable:
    held = StatisticsTable.objects.select_for_update().get(pk=table.pk)
    if held.state != TableState.DRAFT:
        raise Refused("这一版已经发布，不能改；请另存一版来改")
    return held


def _check(content: Mapping[str, Any], level: str) -> None:
    """A form of the level above asks nobody: each of its lines takes some of the city's own."""
    form = check_form(content, sources=SOURCES)
    for one in form.indicators():
        if (level == TableLevel.ABOVE) != bool(one.takes):
            raise BadFile(
                f"{one.code} {one.label}：写上取自本市报表的哪几项，例如 C8、C9" if not one.takes
                else f"{one.code} {one.label}：本市用的报表不能取自别的报表"
            )  # fmt: skip


def _keep(held: StatisticsTable, table: StatisticsTable, *, note: str, by: Any) -> None:
    _check(held.content, held.level)
    with audit.acting("statistics_table.revised", by=by, note=note):
        held.save(update_fields=["content"])
    audit.record("statistics_table.revised", held, by=by, note=note)
    table.content = held.content


@transaction.atomic
def publish(table: StatisticsTable, *, by: Any) -> None:
    """From now on nothing in this version changes; the database sees to it."""
    TABLE.advance(table, "publish", by=by, published_by=by, published_at=timezone.now())
