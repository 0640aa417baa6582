"""What a period amounts to, and which of its records a bulletin may use."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Length

from activities.models import Activity
from committees.choices import UnitKind
from committees.models import Unit
from portal.kernel.calendar import Period


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """Accepted records of a branch in a period: each record counted once."""

    activities: int
    units: int
    attendance: int
    elders: int
    youth: int


def records_of(unit: Unit, period: Period) -> QuerySet[Activity]:
    """Accepted records of the unit and everything that stood under it on the day they were held."""
    field = {UnitKind.BUREAU: "city", UnitKind.OFFICE: "office"}.get(UnitKind(unit.kind), "unit")
    return Activity.objects.accepted().filter(
        **{field: unit}, held_on__gte=period.starts_on, held_on__lte=period.ends_on
    )


def period_figures(unit: Unit, period: Period) -> PeriodFigures:
    found = records_of(unit, period).aggregate(
        activities=Count("pk"),
        units=Count("unit", distinct=True),
        attendance=Sum("attendance", default=0),
        elders=Sum("elders", default=0),
        youth=Sum("youth", default=0),
    )
    return PeriodFigures(**found)


def candidates(unit: Unit, period: Period) -> QuerySet[Activity]:
    """Records a bulletin may use: recommended ones first, then the newest."""
    return (
        records_of(unit, period)
        .select_related("unit", "kind")
        .order_by("-for_bulletin", "-held_on", "-pk")
    )


MOST_ARTICLES = 8
FEWEST_ARTICLES = 4


def suggested(unit: Unit, period: Period) -> list[Activity]:
    """A first choice for an issue: what was recommended, else the fullest records, a unit once.

    Up to eight recommended ones; when fewer than four were, the best told others fill up. In the
    order they were held.
    """
    told = records_of(unit, period).select_related("unit", "kind").prefetch_related("files")
    fullest = told.order_by(Length("minutes").desc(), "-attendance", "pk")
    chosen = list(fullest.filter(for_bulletin=True)[:MOST_ARTICLES])
    units = {record.unit_id for record in chosen}
    for record in fullest.filter(for_bulletin=False)[: FEWEST_ARTICLES * 10]:
        if len(chosen) >= FEWEST_ARTICLES:
            break
        if record.unit_id not in units:
            units.add(record.unit_id)
            chosen.append(record)
    return sorted(chosen, key=lambda record: (record.held_on, record.pk))
