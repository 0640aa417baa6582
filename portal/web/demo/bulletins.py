"""The demo city's 教育关工简报: two printed issues, a supplement, and one being edited.

The first article of each carries a 按语, and the second puts a number of the first one right.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from activities.models import Activity
from committees.choices import UnitKind
from committees.models import User
from committees.policy import Role
from evaluations.choices import Cadence
from evaluations.models import BulletinArticle, BulletinIssue, BulletinSeries
from evaluations.services import articles, bulletins, series
from evaluations.tasks import print_issue
from portal.kernel.calendar import Period, period_of
from portal.web.demo.city import City

SLUG = "jiaoyu-guangong"
NOTES = (
    "规定的事要办，办了的事要记。本期选登几个单位的做法，话不多，都是具体事，供各地参考。",
    "“五老”讲课受不受欢迎，孩子的眼睛看得最清楚。本期几篇来稿都写到了课堂里的细节，值得一读。",
)
COMMENT = "小事做实，就有分量。这篇写的都是看得见、摸得着的做法，各单位可以照着做。"
TOPIC = "老同志讲家乡故事"
STORY = (
    "暑假前后，各教办请老同志给孩子讲家乡的桥、家乡的路、家乡的老房子。听众不多，一场二三十个孩子，"
    "坐在老槐树下，听一位老人讲一件自己经历过的事。\n"
    "讲的人有退休教师，也有老支书。他们约定：只讲自己见过的，不念稿子，讲完留一刻钟让孩子问。"
    "孩子问得最多的是“那时候你们怕不怕”。\n"
    "这样的故事会不用布置会场，搬几把椅子就能办。各校可以从离学校最近的一位老人请起。"
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
    """Print the two quarters that are over and a supplement, and start this one's issue."""
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
    issues: list[BulletinIssue] = []
    for period, note in zip((before, last), NOTES, strict=True):
        issue = _compose(made, period, printable, note, on=on, by=editor)
        _comment(issue, by=editor)
        if issues:
            _put_right(issue, issues[-1], by=editor)
        bulletins.submit(issue, by=editor)
        day = min(period.ends_on + timedelta(days=9), on)
        issues.append(bulletins.issue_now(made, period=period.code, on=day, by=editor))
    issues.append(_supplement(city, made, on=min(last.ends_on, on)))
    _compose(made, this, printable, "", on=on, by=editor)
    return issues


def _comment(issue: BulletinIssue, *, by: Any) -> None:
    """A 按语 over the first article."""
    first = issue.articles.order_by("position", "pk").first()
    if first is not None:
        words = {name: getattr(first, name) for name in articles.WORDS} | {"comment": COMMENT}
        articles.edit_article(
            first, words=words, photos=first.photos.all(), version=first.version, by=by
        )


def _put_right(issue: BulletinIssue, printed: BulletinIssue, *, by: Any) -> None:
    """A 更正: the first head count in the printed issue was one short."""
    wrong: BulletinArticle
    for wrong in printed.articles.select_related("issue__series").order_by("position", "pk"):
        said = re.search(r"[一-龥]{2,6}(\d+)(?=[名人])", wrong.body)
        if said is not None:
            right = said[0].removesuffix(said[1]) + str(int(said[1]) + 1)
            articles.correct(issue, wrong=wrong, said=f"{said[0]}人", right=f"{right}人", by=by)
            return


def _supplement(city: City, made: BulletinSeries, *, on: date) -> BulletinIssue:
    """A 增刊 of one article that no record tells, signed by the leader and printed."""
    editor = city.bureau.account
    leader = User.objects.get(grants__role=Role.BUREAU_LEADER, grants__unit=city.bureau.unit)
    issue = bulletins.open_supplement(made, topic=TOPIC, on=on, by=editor)
    bulletins.write_article(
        issue, title="老槐树下的故事会", body=STORY, contributor="本刊编辑部", by=editor
    )
    bulletins.submit(issue, by=editor)
    issue.refresh_from_db()
    bulletins.sign(issue, on=on, by=leader)
    return print_issue(issue.pk, by=leader)


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
