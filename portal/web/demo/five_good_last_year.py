"""Last year's “五好” in the demo: one town's schools on the whole way to their titles."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from committees.models import Unit, User
from evaluations.choices import Asking, Column
from evaluations.models import Campaign, Rubric, Title
from evaluations.services import appraisals, campaigns, publicity
from evaluations.services.appraisals import EntryDraft, keys_of

NAMED = "excellent"
# What each school fell short of, by criterion; the last one by too much to be named.
SHORT: Sequence[frozenset[str]] = (
    frozenset(),
    frozenset({"2.2.2"}),
    frozenset({"1.1.2", "3.3.1"}),
    frozenset({"1.1.1", "2.1.1", "3.2.1", "4.1.1", "5.1.1"}),
)


def remember(
    table: Rubric, units: Sequence[Unit], *, title: str, on: date, by: User | None
) -> list[Title]:
    """A campaign from the self-appraisal to the end, over before the year was."""
    year = on.year - 1
    days = {
        "self_due": date(year, 11, 10), "office_due": date(year, 11, 20),
        "city_due": date(year, 11, 30),
    }  # fmt: skip
    campaign = campaigns.prepare(
        table.city, year=year, name=f"{year}年“五好”关工委创建", rubric=table, days=days, by=by,
        asking=Asking.INVITED,
    )  # fmt: skip
    campaigns.open_for(campaign, units=list(units[: len(SHORT)]), by=by)
    _walk(campaign, at=timezone.make_aware(datetime.combine(date(year, 11, 8), time(15))), by=by)
    publicity.freeze(campaign, by=by)
    publicity.publish(campaign, start=date(year, 12, 4), until=date(year, 12, 11), by=by)
    named = campaigns.name_units(
        campaign, grade=NAMED, title=title, document=f"云教关工委〔{year}〕12号",
        on=date(year, 12, 18), by=by,
    )  # fmt: skip
    publicity.close(campaign, by=by)
    return named


def _walk(campaign: Campaign, *, at: datetime, by: User | None) -> None:
    criteria = [criterion for _, _, criterion in campaign.rubric.criteria()]
    its = campaign.appraisals.select_related("unit", "campaign__rubric").order_by("unit__path")
    for it, short in zip(its, SHORT, strict=False):
        drafts = {
            criterion["code"]: EntryDraft(
                {key: _answer(criterion, key, fell_short=criterion["code"] in short)
                 for key in keys_of(criterion)}
            )
            for criterion in criteria
        }  # fmt: skip
        appraisals.save_entries(it, column=Column.SELF, drafts=drafts, version=it.version, by=by)
        appraisals.agree(it, at=at, by=by)
        appraisals.submit(it, signed_name="李明华", at=at, by=by)
        for column in (Column.OFFICE, Column.CITY):
            appraisals.complete(it, column, by=by)


def _answer(criterion: dict[str, Any], key: str, *, fell_short: bool) -> object:
    rule = next(r for r in criterion["rules"] if r.get("key") == key)
    if rule["type"] == "grade":
        levels = sorted(rule["points"], key=lambda level: float(rule["points"][level]))
        return levels[0 if fell_short else -1]
    if rule["type"] == "each":
        return "2" if fell_short else "0"
    if rule["type"] == "shortfall":
        return "1" if fell_short else rule["target"]
    if rule["type"] == "ratio":
        return "80" if fell_short else "96"
    # One thing lacking is enough: the first question of the criterion stays answered with yes.
    return not fell_short or key == keys_of(criterion)[0]
