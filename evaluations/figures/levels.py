"""头、中、尾: where each unit stands, how far the next grade is, who is ready for more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max, QuerySet

from evaluations.figures.campaigns import HANDED_IN
from evaluations.models import Appraisal, Campaign, UpperList

HEAD, MIDDLE, TAIL, OUT = "头", "中", "尾", "还没交"
BANDS = (HEAD, MIDDLE, TAIL, OUT)
NEAR = Decimal(5)  # points a year's work can bring, said so that the forecast is no wish


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit: its last total, its band, the grade above and how far it is, the help it had."""

    appraisal: Appraisal
    total: Decimal | None
    band: str
    above: str
    missing: Decimal
    coached: int
    last_coached: date | None


@dataclass(frozen=True, slots=True)
class Readiness:
    """One unit against an upper list: `word` says ready, near or far."""

    appraisal: Appraisal
    total: Decimal
    missing: Decimal

    @property
    def word(self) -> str:
        if self.missing <= 0:
            return "够分了"
        return "再努力一下够得着" if self.missing <= NEAR else "还差得远"

    @property
    def tone(self) -> str:
        return "done" if self.missing <= 0 else "soon" if self.missing <= NEAR else "void"


def last_total(one: Appraisal) -> Decimal | None:
    """The last column's total: 复评, else 初评, else 自评."""
    return next(
        (t for t in (one.city_total, one.office_total, one.self_total) if t is not None), None
    )


def standings(campaign: Campaign, seen: QuerySet[Appraisal]) -> list[Standing]:
    """Every unit in the order of the tree; one query."""
    found = (
        seen.filter(campaign=campaign)
        .select_related("unit__office")
        .annotate(coached=Count("coachings"), last_coached=Max("coachings__day"))
        .order_by("unit__path")
    )
    return [_standing(campaign, one) for one in found]


def _standing(campaign: Campaign, one: Appraisal) -> Standing:
    grades = campaign.rubric.content["grades"]
    total = last_total(one) if one.state in HANDED_IN else None
    if total is None:
        band = OUT
    elif one.grade == grades[-1]["code"]:
        band = TAIL
    else:
        band = HEAD if one.grade == grades[0]["code"] else MIDDLE
    higher = [g for g in grades if total is None or Decimal(g["min"]) > total]
    above = higher[-1] if higher else None
    missing = Decimal(above["min"]) - (total or 0) if above else Decimal(0)
    name = str(above["name"]) if above else ""
    coached, day = one.coached, one.last_coached  # type: ignore[attr-defined]
    return Standing(one, total, band, name, missing, coached, day)


def forecast(upper: UpperList, seen: QuerySet[Appraisal]) -> list[Readiness]:
    """The units of the list's year with points, the readiest first."""
    found = seen.filter(campaign__city=upper.city_id, campaign__year=upper.year)
    made = []
    for one in found.select_related("unit__office", "campaign__rubric").order_by("unit__path"):
        total = last_total(one)
        if total is not None:
            made.append(Readiness(one, total, upper.least - total))
    return sorted(made, key=lambda one: (one.missing, one.appraisal.unit.path))


def within_reach(found: Sequence[Readiness]) -> tuple[int, int]:
    """(ready now, ready or near): the number to hold against the target."""
    ready = sum(one.missing <= 0 for one in found)
    return ready, sum(one.missing <= NEAR for one in found)
