"""What a period amounts to, and which of its records a bulletin may use."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet
from django.db.models.functions import Length

from activities.figures.lines import is_recommended
from activities.models import Activity
from committees.choices import UnitKind
from committees.models import Unit
from evaluations.models import AnnualBulletin, ArticleSource, BulletinArticle, BulletinIssue
from portal.kernel.calendar import Period


def records_of(unit: Unit, period: Period) -> QuerySet[Activity]:
    """Accepted records of the unit and everything that stood under it on the day they were held."""
    field = {UnitKind.BUREAU: "city", UnitKind.OFFICE: "office"}.get(UnitKind(unit.kind), "unit")
    return Activity.objects.accepted().filter(
        **{field: unit}, held_on__gte=period.starts_on, held_on__lte=period.ends_on
    )


def used_records(issue: BulletinIssue) -> set[int]:
    """Records that an article of the issue was made from, or one of its paragraphs was."""
    whole = issue.articles.filter(source__isnull=False).values_list("source_id", flat=True)
    parts = ArticleSource.objects.filter(article__issue=issue, activity__isnull=False)
    return {*whole, *parts.values_list("activity_id", flat=True)}


def put_right(issue: BulletinIssue) -> dict[int, list[BulletinIssue]]:
    """For each article of a printed issue the later printed ones that correct it."""
    found: dict[int, list[BulletinIssue]] = defaultdict(list)
    later = BulletinArticle.objects.filter(corrects__issue=issue, issue__state="issued")
    for row in later.select_related("issue__series").order_by("issue__issued_at", "pk"):
        found[row.corrects_id or 0].append(row.issue)
    return found


def annuals_for(issue: BulletinIssue) -> QuerySet[AnnualBulletin]:
    """Yearly bulletins of the branch appraised in the year of the issue: a section may go in."""
    unit = issue.unit
    field = {UnitKind.BUREAU: "unit__city", UnitKind.OFFICE: "unit__office"}.get(
        UnitKind(unit.kind), "unit"
    )
    found = AnnualBulletin.objects.filter(
        **{field: unit}, state="accepted", accepted_at__year=issue.year
    )
    return found.select_related("unit").order_by("-accepted_at", "pk")[:MOST_ANNUALS]


MOST_ANNUALS = 30
MOST_ARTICLES = 8
FEWEST_ARTICLES = 4
MOST_OF_A_KIND = 2
LOOKED_THROUGH = 60  # records read to choose from


def suggested(unit: Unit, period: Period) -> list[Activity]:
    """A first choice for an issue: what was recommended, else the fullest records.

    Up to eight recommended ones; when fewer than four were, the best told others fill up. No unit
    twice and no kind more than twice, so that an issue speaks of many things. In the order held.
    """
    told = records_of(unit, period).select_related("unit", "kind").prefetch_related("files")
    fullest = told.order_by(Length("minutes").desc(), "-attendance", "pk")
    chosen: list[Activity] = []
    _pick(chosen, fullest.filter(is_recommended())[:LOOKED_THROUGH], most=MOST_ARTICLES)
    if len(chosen) < FEWEST_ARTICLES:
        _pick(chosen, fullest.exclude(is_recommended())[:LOOKED_THROUGH], most=FEWEST_ARTICLES)
    return sorted(chosen, key=lambda record: (record.held_on, record.pk))


def _pick(chosen: list[Activity], records: Iterable[Activity], *, most: int) -> None:
    for record in records:
        if len(chosen) >= most:
            return
        is_new = all(record.unit_id != other.unit_id for other in chosen)
        kin = sum(record.kind_id == other.kind_id for other in chosen)
        if is_new and kin < MOST_OF_A_KIND:
            chosen.append(record)
