"""What stands beside the year's duties: line rules, a unit let off, longer days, silence."""

from datetime import date
from typing import Any

from activities.choices import CreditTarget
from activities.models import ActivityKind, CreditRule
from activities.services import obligation_cases as cases
from activities.services import silence
from committees.models import ObligationSet, Unit
from committees.services import workdays
from portal.web.demo.city import DEMO_OFFICE, City, House

# target, line, its name, kind of record, months, what it must hold
LINES: tuple[tuple[CreditTarget, str, str, str, tuple[int, int], list[str]], ...] = (
    (CreditTarget.STATISTIC, "lectures", "宣讲场次", "lecture", (1, 12), []),
    (CreditTarget.RUBRIC, "parents", "家庭教育指导", "parent_school", (1, 12), ["minutes"]),
    (CreditTarget.BULLETIN, "joint-work", "共建亮点", "partnership", (3, 11), ["minutes"]),
)


def name_lines(city: Unit, *, year: int) -> None:
    """Rules beside the obligations; the records that follow are counted by them."""
    kinds = {kind.slug: kind for kind in ActivityKind.objects.all()}
    CreditRule.objects.bulk_create(
        CreditRule(
            target=target, city=city, year=year, line=line, line_name=name, kind=kinds[slug],
            requires=requires, first_month=first, last_month=last,
        )
        for target, line, name, slug, (first, last), requires in LINES
    )  # fmt: skip


def decide(city: City, *, on: date, by: Any) -> str:
    """Two units let off, two given longer, one item opened again, holidays, ten days of silence."""
    year, bureau = on.year, city.bureau.unit
    current = ObligationSet.objects.current(bureau, year)
    assert current is not None  # noqa: S101 - put in force before
    items = {item.code: item for item in current.items.all()}
    near = [house for house in city.institutions if _is_near(house)]
    far = [house for house in city.institutions if house.is_served and not _is_near(house)]
    for house in far[:2]:
        cases.waive(house.unit, items["promotion_meeting"], reason="今年校舍重建，暂停办", by=by)
    for house in (near[0], far[2]):
        cases.extend(
            house.unit, items["training"], due_on=date(year, 11, 30),
            reason="秘书换人，秋季补办", by=by,
        )  # fmt: skip
    cases.reopen(
        bureau, items["deploy_together"], opens_on=date(year, 4, 10), closes_on=date(year, 4, 30),
        reason="文件下发晚了，统一补办一次", by=by,
    )  # fmt: skip
    if year in workdays.PUBLISHED:
        workdays.fill_year(bureau, year=year, by=by)
    silence.set_rules(bureau, silent_days=10, on=on, by=by)
    return "延期 2 家，不要求 2 家，补办期 1 个；10 个工作日没有答复自动通过"


def _is_near(house: House) -> bool:
    """A served unit of the office people sign in to."""
    in_office = house.office is not None and house.office.unit.name == DEMO_OFFICE
    return in_office and house.is_served
