"""From a closed judging to a list of results: decided as pending, looked at, changed with reasons.

Nothing here is seen outside the bureau; publishing is services/publicity.py.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.wording import quoted
from reading_program import figures
from reading_program.choices import (
    STANDARD_LEVELS,
    EntryState,
    ListState,
    RoundState,
    TieAtCut,
)
from reading_program.models import (
    AwardLevel,
    Edition,
    EntryGroup,
    JudgingRound,
    Result,
    ResultList,
    Track,
)
from reading_program.scoring import aggregation
from reading_program.scoring.cuts import Cut, Share, counts_of, cut

FOUR_PLACES = Decimal("0.0001")


class ChangedMeanwhile(Refused):
    """The result was changed in another window after this page was opened."""


@dataclass
class Marked:
    """What the judges gave the works of one list, by entry."""

    marks: dict[int, dict[int, Decimal]] = field(default_factory=dict)
    criteria: dict[int, list[Fraction]] = field(default_factory=dict)


def levels_of(track: Track, group: EntryGroup | None) -> list[AwardLevel]:
    """The group's own levels, or those of the track."""
    found = list(AwardLevel.objects.filter(track=track).order_by("position"))
    own = [level for level in found if group is not None and level.group_id == group.pk]
    return own or [level for level in found if level.group_id is None]


@transaction.atomic
def set_levels(
    track: Track,
    *,
    group: EntryGroup | None,
    rows: Sequence[tuple[str, Decimal | None, int | None]],
    by: Any,
) -> None:
    """Set names and shares, highest first. Pending lists of the track are cut anew by them."""
    _lock(track.edition)
    lists = ResultList.objects.filter(track=track)
    if group is not None:
        lists = lists.filter(group=group)
    if lists.exclude(state=ListState.PENDING).exists():
        raise Refused("这个项目的结果已经公布，等次不能再改")
    if sum(percent or 0 for _, percent, _ in rows) > 100:
        raise Refused("各等的百分比加起来超过了 100，减一些再保存")
    with audit.acting("award_levels.set", by=by):
        for at, (name, percent, places) in enumerate(rows, start=1):
            AwardLevel.objects.update_or_create(
                track=track,
                group=group,
                position=at,
                defaults={"name": name, "percent": percent, "places": places},
            )
        extra = AwardLevel.objects.filter(track=track, group=group, position__gt=len(rows))
        Result.objects.filter(level__in=extra).update(level=None)
        Result.objects.filter(by_cut__in=extra).update(by_cut=None)
        extra.delete()
    audit.record("award_levels.set", track.edition, by=by, note=track.name)
    for each in lists.select_related("track", "group").order_by("pk"):
        recut(each, ties=TieAtCut(each.ties), by=by)


@transaction.atomic
def decide(here: JudgingRound, *, by: Any) -> list[ResultList]:
    """Order the works of a closed round and cut them, a list a group; all stays pending.

    A pending list of the same track and group is made anew; what was changed in it by hand is
    gone. A published one is left alone.
    """
    if here.state != RoundState.CLOSED:
        raise Refused(f"{here}还没有评完，评完再定奖")
    _lock(here.edition)
    found = _marked(here)
    if not found:
        raise Refused("这一轮没有可以定奖的作品，可能都撤下了")
    if not AwardLevel.objects.filter(track=here.track).exists():
        set_levels(
            here.track,
            group=None,
            rows=[(name, Decimal(percent), None) for name, percent in STANDARD_LEVELS],
            by=by,
        )
    before = {each.group_id: each for each in ResultList.objects.filter(track=here.track)}
    made = []
    for group, marked in found.items():
        old = before.get(group.pk if group else None)
        if old is None or old.state == ListState.PENDING:
            ties = TieAtCut(old.ties) if old else TieAtCut.DOWN
            if old is not None:
                old.delete()
            made.append(_list(here, group, marked, ties=ties, by=by))
    if not made:
        raise Refused("这一轮的结果已经公布，不能再算")
    return made


def _lock(edition: Edition) -> None:
    """Deciding, changing and publishing of one edition stand in one line."""
    Edition.objects.select_for_update().get(pk=edition.pk)


def _marked(here: JudgingRound) -> dict[EntryGroup | None, Marked]:
    """The marks split by group; works taken back since they were marked are left out."""
    marks, means = figures.marks_of(here), figures.criteria_means(here)
    copies = here.copies.filter(entry__state=EntryState.CITY, pk__in=marks)
    found: dict[EntryGroup | None, Marked] = defaultdict(Marked)
    for copy in copies.select_related("entry__group").order_by("pk"):
        marked = found[copy.entry.group]
        marked.marks[copy.entry_id] = marks[copy.pk]
        marked.criteria[copy.entry_id] = means[copy.pk]
    return dict(sorted(found.items(), key=lambda pair: pair[0].position if pair[0] else 0))


def _list(
    here: JudgingRound, group: EntryGroup | None, marked: Marked, *, ties: TieAtCut, by: Any
) -> ResultList:
    values = aggregation.results(marked.marks, rule=aggregation.Rule(here.rule), gap=here.gap)
    placed = aggregation.places(values, criteria=marked.criteria)
    with audit.acting("result_list.decided", by=by):
        made = ResultList.objects.create(
            edition=here.edition, track=here.track, group=group, round=here, ties=ties,
            decided_by=by,
        )  # fmt: skip
        Result.objects.bulk_create(
            Result(
                list=made,
                entry_id=row.work,
                place=row.place,
                value=(Decimal(row.value.numerator) / row.value.denominator).quantize(FOUR_PLACES),
                tie_rule=row.tie_rule.value,
            )
            for row in placed
        )
    recut(made, ties=ties, by=by)
    audit.record("result_list.decided", made, by=by)
    return made


@transaction.atomic
def recut(it: ResultList, *, ties: TieAtCut, by: Any) -> None:
    """Give the levels by the shares of today and this rule for equals; changes by hand go."""
    _pending(it)
    levels = levels_of(it.track, it.group)
    results = list(it.results.order_by("place", "pk"))
    counts = counts_of([Share(each.places, each.percent) for each in levels], total=len(results))
    found = _cut(results, counts, ties)
    for result in results:
        at = found.levels.get(result.pk)
        result.by_cut = result.level = levels[at - 1] if at else None
        result.reason, result.adjusted_by, result.adjusted_at = "", None, None
    with audit.acting("result_list.cut", by=by):
        Result.objects.bulk_update(
            results, ["by_cut", "level", "reason", "adjusted_by", "adjusted_at"]
        )
        it.ties = ties
        it.cuts = [
            {"level": level.pk, "name": level.name, "count": count,
             "divided": len(found.divided.get(at, []))}
            for at, (level, count) in enumerate(zip(levels, counts, strict=True), start=1)
        ]  # fmt: skip
        it.save(update_fields=["ties", "cuts"])


def _cut(results: Sequence[Result], counts: Sequence[int], ties: TieAtCut) -> Cut:
    placed = [aggregation.Place(each.pk, each.place, Fraction(each.value)) for each in results]
    return cut(placed, counts=counts, equals_go_up=ties == TieAtCut.UP)


def _pending(it: ResultList) -> None:
    _lock(it.edition)
    if not ResultList.objects.filter(pk=it.pk, state=ListState.PENDING).exists():
        raise Refused(f"{it}的结果已经公布，不能再改。要撤销或补授，在名单里一件一件办")


@transaction.atomic
def adjust(result: Result, *, level: AwardLevel | None, reason: str, version: int, by: Any) -> None:
    """Give a pending result another level than the cut did, and say why."""
    _pending(result.list)
    if not reason.strip():
        raise Refused("写一句为什么这样调整")
    if level is not None and level not in levels_of(result.list.track, result.list.group):
        raise Refused("从这个项目的等次里选")
    with audit.acting("result.adjusted", by=by, note=reason):
        done = Result.objects.filter(pk=result.pk, version=version).update(
            level=level,
            reason=reason.strip(),
            adjusted_by=by,
            adjusted_at=timezone.now(),
            version=F("version") + 1,
        )
    if not done:
        raise ChangedMeanwhile("这一件刚才有人调整过，看一下现在的等次再改")
    told = f"{result.level or '不授奖'}改为{level or '不授奖'}：{reason.strip()}"
    audit.record("result.adjusted", result, by=by, note=told)


def withdrawn_in(lists: Sequence[ResultList]) -> list[Result]:
    """Awarded works that their schools took back after the list was decided."""
    found = Result.objects.filter(list__in=lists, level__isnull=False)
    gone = found.exclude(entry__state=EntryState.CITY).select_related("entry__unit")
    return list(gone.order_by("pk"))


def refuse_withdrawn(lists: Sequence[ResultList]) -> None:
    if gone := withdrawn_in(lists):
        names = "、".join(quoted(each.entry) for each in gone[:3])
        raise Refused(f"{names}定奖以后撤下了，把这个项目重新算一遍再公布")
