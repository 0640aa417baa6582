"""Load the demo in one transaction, clear it again, and tell whether something is in the way."""

from collections.abc import Callable
from datetime import date, datetime
from random import Random

from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from activities.services.kinds import ensure_kinds
from activities.services.obligations import draft_standard_set, put_in_force
from committees.models import Unit
from committees.services import units
from portal.web.demo import (
    accounts,
    annual,
    attendance,
    bulletins,
    changes,
    city,
    contest,
    desk,
    duties,
    five_good,
    last_edition,
    lectures,
    ledger,
    meetings,
    papers,
    people,
    photos,
    plan,
    reading,
    statistics,
    teams,
    together,
    years,
)
from portal.web.demo.city import BUREAU_CODE, DEMO_CODES, OTHER_BUREAU_CODE, City
from portal.web.demo.records import Writer
from portal.web.demo.stories import read

SEED = 20230301
OURS = (
    *("kernel", "committees", "activities", "reading_program", "evaluations", "web", "sessions"),
    *("otp_totp", "otp_static"),  # they hold on to accounts
)

Say = Callable[[str], None]


def is_empty() -> bool:
    return not Unit.objects.exists()


def tables_are_behind() -> bool:
    """True when a migration of this version has not run yet."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def has_demo() -> bool:
    return Unit.objects.filter(depth=1, code=BUREAU_CODE).exists()


def other_cities() -> list[str]:
    """Names of bureaus that the demo did not make."""
    roots = Unit.objects.filter(depth=1).exclude(code__in=DEMO_CODES)
    return list(roots.order_by("path").values_list("name", flat=True))


def _tables() -> list[str]:
    """The names of our tables, ready for SQL."""
    ours = [
        connection.ops.quote_name(model._meta.db_table)
        for label in OURS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    return [*ours, connection.ops.quote_name("pghistory_context")]


def clear() -> None:
    """Empty every table of ours; the append-only log has no other way out than TRUNCATE."""
    tables = _tables()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing may wait on what goes away
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@transaction.atomic
def load(*, now: datetime, say: Say) -> City:
    """Make both cities; `now` is the demo's present, and all dates go backwards from it."""
    random, on = Random(SEED), timezone.localdate(now)  # noqa: S311 - the same demo everywhere
    ensure_kinds()
    made = city.build(random, on=on, by=None)
    say(f"单位：{len(made.offices)} 个教办，{len(made.institutions)} 所学校和幼儿园")
    city.found_committees(made, random, by=None)
    people.fill_posts(made, random, on=on, by=None)
    say("关工委、职务和“五老”名册")
    other = units.open_bureau(
        name=f"{read('places')['other_city']}教育局", code=OTHER_BUREAU_CODE, by=None
    )
    accounts.open_accounts(made, other, on=on)
    _put_obligations_in_force(made, on)
    first = plan.publish_plan(made.bureau.unit, on=on, by=made.bureau.account)
    say("账号、“三个同”“三个一”和工作要点")
    records = ledger.save(Writer(made, random, now=now).all_work(), by=None)
    say(f"活动记录：{len(records)} 条")
    _count_the_rows()
    say(f"照片：{photos.attach(records, random)} 张")
    # Its own random numbers: what else the demo shows does not depend on it.
    given = lectures.begin(made, records, Random(SEED), now=now, on=on)  # noqa: S311
    say(f"导师、课程和聘书；宣讲 {given} 场")
    say(teams.show(made, Random(SEED + 1), now=now, on=on))  # noqa: S311
    say(together.show(made, records, Random(SEED + 2), now=now, on=on))  # noqa: S311
    say(attendance.show(made, records, Random(SEED + 3), now=now))  # noqa: S311
    say(meetings.show(made, records, now=now, on=on))
    edition = reading.open_edition(made, random, now=now)
    say(contest.begin(made, edition, Random(SEED + 5), now=now))  # noqa: S311
    say(last_edition.remember(made, Random(SEED + 4), now=now))  # noqa: S311
    issues = bulletins.publish(made, records, on=on)
    say(f"读书活动；简报印好 {len(issues)} 期")
    say(five_good.hold(made, Random(SEED + 3), now=now, on=on))  # noqa: S311
    say(annual.publish(made, Random(SEED + 4), on=on))  # noqa: S311
    say(statistics.publish(made, Random(SEED + 5), on=on))  # noqa: S311
    say(papers.send(made, on=on))
    told = desk.furnish(made, now=now)
    say(f"数据收集 2 次；本周提醒 {told} 人")
    say(duties.decide(made, on=on, by=made.bureau.account))
    say(changes.happen(made, on=on, by=made.bureau.account))
    plan.amend_plan(first, on=on, by=made.bureau.account)
    say(years.close_last(other, on=on, by=None))
    return made


def _count_the_rows() -> None:
    """Tell the planner how large the tables grew: no autovacuum sees an open transaction.

    With the figures of an empty table it may choose nested loops that take minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(_tables())}")


def _put_obligations_in_force(made: City, on: date) -> None:
    for year in (on.year - 1, on.year):
        drafted = draft_standard_set(
            made.bureau.unit, year=year, basis=f"{year}年工作要点第4条", by=made.bureau.account
        )
        put_in_force(drafted, by=made.bureau.account)
    duties.name_lines(made.bureau.unit, year=on.year)
