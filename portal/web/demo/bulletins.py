"""The demo city's 教育关工简报: two printed issues and one being edited."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from activities.models import Activity
from committees.choices import UnitKind
from evaluations.choices import Cadence
from evaluations.models import BulletinIssue, BulletinSeries
from evaluations.services import bulletins, series
from portal.kernel.calendar import Period, period_of
from portal.web.demo.city import City

SLUG = "jiaoyu-guangong"
NOTES = (
    "规定的事要办，办了的事要记。本期选登几个单位的做法，话不多，都是具体事，供各地参考。",
    "“五老”讲课受不受欢迎，孩子的眼睛看得最清楚。本期几篇来稿都写到了课堂里的细节，值得一读。",
)
# One article of each, so that an issue speaks of more than meetings; from whom it comes.
WANTED = (
    ("promotion_meeting", UnitKind.OFFICE),
    ("lecture", UnitKind.SCHOOL),
    ("reading", UnitKind.SCHOOL),
    ("parent_school", UnitKind.KINDERGARTEN),
    ("care", UnitKind.SCHOOL),
    ("partnership", UnitKind.SCHOOL),
)


def publish(city: City, records: Iterable[Activity], *, on: date) -> list[BulletinIssue]:
    """Print the two quarters that are over and start this one's issue."""
    editor = city.bureau.account
    made = series.open_series(
        city.bureau.unit,
        slug=SLUG,
        fields={
            "name": "教育关工简报",
            "publisher": "云州市教育局关工委办公室",
            "cadence": Cadence.QUARTER,
            "report_to": "市关工委，局党委",
            "send_to": "市退教协会，局有关科室",
            "issue_to": "各教办、市直属学校（幼儿园）关工委",
            "copies": 120,
            "earlier_issues": 37,
            "opens_day": 1,
        },
        by=editor,
    )
    printable = [record for record in records if record.reviewed_at and not record.return_reason]
    this = period_of(on, Cadence.QUARTER)
    last = period_of(this.starts_on - timedelta(days=1), Cadence.QUARTER)
    before = period_of(last.starts_on - timedelta(days=1), Cadence.QUARTER)
    issues = []
    for period, note in zip((before, last), NOTES, strict=True):
        issue = _compose(made, period, printable, note, on=on, by=editor)
        bulletins.submit(issue, by=editor)
        day = min(period.ends_on + timedelta(days=9), on)
        issues.append(bulletins.issue_now(made, period=period.code, on=day, by=editor))
    _compose(made, this, printable, "", on=on, by=editor)
    return issues


def _compose(
    made: BulletinSeries,
    period: Period,
    records: list[Activity],
    note: str,
    *,
    on: date,
    by: Any,
) -> BulletinIssue:
    issue = bulletins.open_issue(made, period=period.code, on=on, by=by)
    bulletins.choose(issue, activities=_choice(records, period), by=by)
    bulletins.set_editor_note(issue, text=note, by=by)
    return issue


def _choice(records: list[Activity], period: Period) -> Iterator[Activity]:
    """One record for each of WANTED, recommended ones with photos first, no unit twice."""
    units: set[int] = set()
    within = [r for r in records if r.held_on and period.starts_on <= r.held_on <= period.ends_on]
    within.sort(key=lambda record: (not record.for_bulletin, -len(record.minutes), record.pk))
    for slug, kind in WANTED:
        for record in within:
            is_kind = record.kind is not None and record.kind.slug == slug
            if is_kind and record.unit.kind == kind and record.unit_id not in units:
                units.add(record.unit_id)
                yield record
                break
