"""Visits in numbers: the route of each team and day, and where two assessors do not agree."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from evaluations.choices import Column
from evaluations.models import Appraisal, Assessor, MarkSheet, Visit, VisitMark, VisitTeam
from evaluations.scoring import CENT, plain


@dataclass(frozen=True, slots=True)
class Route:
    """One team on one day, in the order of its stops."""

    team: VisitTeam
    day: date
    stops: Sequence[Visit]
    nth: int  # which of the team's days this is, from 1


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion: the self score and each assessor's mark, None where there is none yet."""

    code: str
    text: str
    maximum: str
    own: str
    marks: Sequence[VisitMark | None]

    @property
    def apart(self) -> Decimal:
        """How far the assessors are from one another; 0 where fewer than two have marked."""
        given = [mark.score for mark in self.marks if mark is not None]
        return max(given) - min(given) if len(given) > 1 else Decimal(0)


@dataclass(frozen=True, slots=True)
class Seen:
    """What those who went there gave one criterion, at least one mark."""

    marks: Sequence[VisitMark]

    @property
    def score(self) -> Decimal:
        """The mean of the marks, half up to two places."""
        total = sum((mark.score for mark in self.marks), Decimal(0))
        return (total / len(self.marks)).quantize(CENT, ROUND_HALF_UP)

    @property
    def apart(self) -> Decimal:
        """How far the marks are from one another."""
        given = [mark.score for mark in self.marks]
        return max(given) - min(given)

    @property
    def words(self) -> str:
        """刘建国 1.5 分（少一次），陈秀英 2 分."""
        return "，".join(
            f"{mark.assessor.name} {plain(mark.score)} 分"
            + (f"（{mark.remark}）" if mark.remark else "")
            for mark in self.marks
        )

    @property
    def reason(self) -> str:
        """Why points came off, each remark once."""
        return "；".join(dict.fromkeys(mark.remark for mark in self.marks if mark.remark))


def seen_there(appraisal: Appraisal) -> dict[str, Seen]:
    """The marks of its visit by code; one query."""
    found: dict[str, list[VisitMark]] = defaultdict(list)
    marks = VisitMark.objects.filter(visit__appraisal=appraisal).select_related("assessor")
    for mark in marks.order_by("code", "assessor"):
        found[mark.code].append(mark)
    return {code: Seen(own) for code, own in found.items()}


def routes(visits: Iterable[Visit]) -> list[Route]:
    """`visits` in the order of day, team and place."""
    found: dict[tuple[date, int], list[Visit]] = defaultdict(list)
    for visit in visits:
        found[visit.day, visit.team.number].append(visit)
    days: Counter[int] = Counter()
    made = []
    for (day, number), stops in sorted(found.items()):
        days[number] += 1
        made.append(Route(stops[0].team, day, stops, days[number]))
    return made


def own_scores(visit: Visit) -> dict[str, str]:
    """The self scores by code, as they are printed."""
    entries = visit.appraisal.entries.filter(column=Column.SELF)
    return {e.code: plain(e.score) if e.applies else "不适用" for e in entries}


def sheets(seen: QuerySet[MarkSheet]) -> list[tuple[MarkSheet, int, int]]:
    """(sheet, lines marked, photos), those with nothing typed yet first; one query."""
    marked = Q(assessor__marks__visit__appraisal=F("appraisal"))
    found = (
        seen.select_related("appraisal__unit", "assessor__team")
        .annotate(
            marked=Count("assessor__marks", filter=marked, distinct=True),
            pictures=Count("photos", distinct=True),
        )
        .order_by("marked", "appraisal__unit__path", "assessor")
    )
    return [(one, one.marked, one.pictures) for one in found]


def lines(
    visit: Visit, assessors: Sequence[Assessor]
) -> list[tuple[Mapping[str, Any], list[Line]]]:
    """(dimension, its lines) with one mark an assessor; two queries."""
    own = own_scores(visit)
    given = {(mark.code, mark.assessor_id): mark for mark in visit.marks.all()}
    found: list[tuple[Mapping[str, Any], list[Line]]] = []
    for dimension, _, criterion in visit.appraisal.campaign.rubric.criteria():
        if not found or found[-1][0] is not dimension:
            found.append((dimension, []))
        code = criterion["code"]
        marks = [given.get((code, one.pk)) for one in assessors]
        found[-1][1].append(
            Line(code, criterion["text"], criterion["max"], own.get(code, ""), marks)
        )
    return found


def totals(found: Sequence[tuple[Mapping[str, Any], Sequence[Line]]]) -> list[str]:
    """Each assessor's sum of what they have marked so far, in their order."""
    every = [line for _, own in found for line in own]
    count = len(every[0].marks) if every else 0
    sums = [
        sum((mark.score for line in every if (mark := line.marks[place]) is not None), Decimal(0))
        for place in range(count)
    ]
    return [plain(one) for one in sums]
