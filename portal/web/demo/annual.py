"""Last year's 年度简报 of the demo city: most came, some are appraised, one went back."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from evaluations.choices import AnnualSection
from evaluations.models import AnnualBulletin
from evaluations.services import annual
from portal.web.demo.city import DEMO_SCHOOL, City

APPRAISED, WAITING = 4, 3  # of the schools with a committee; one more went back
COMMENTS = (
    "人和事都写得具体。",
    "做法说清楚了，效果再补两个例子更好。",
    "数字和活动记录对得上。",
    "",
)


def publish(city: City, random: Random, *, on: date) -> str:
    """Ask for last year's, let some schools draft theirs from the records, appraise a few."""
    year, bureau = on.year - 1, city.bureau
    for asked in (year, on.year):
        annual.set_round(
            bureau.unit,
            year=asked,
            due_on=date(asked, 12, 20),
            office_reads=False,
            grades=["优秀", "良好", "合格", "内容不足"],
            missing_grade="内容不足",
            by=bureau.account,
        )
    due = date(year, 12, 20)
    hosts = [one for one in city.institutions if one.committee is not None and one.account]
    hosts.sort(key=lambda one: one.unit.name != DEMO_SCHOOL)
    for number, school in enumerate(hosts[: APPRAISED + WAITING + 1]):
        made = annual.start(school.unit, year=year, on=due, by=school.account)
        annual.submit(made, by=school.account)
        came = timezone.make_aware(datetime.combine(due - timedelta(days=number), time(9, 20)))
        AnnualBulletin.objects.filter(pk=made.pk).update(submitted_at=came, first_submitted_at=came)
        if number < APPRAISED:
            found: dict[str, tuple[str, str]] = {
                section: (random.choice(["优秀", "良好"]), random.choice(COMMENTS))
                for section in AnnualSection
            }
            annual.appraise(made, found=found, word="", by=bureau.account)
        elif number == APPRAISED + WAITING:
            annual.send_back(made, note="“先进典范”写一个具体的人", by=bureau.account)
    # The one whose secretary signs in by the printed table has this year's draft open.
    own = city.named(DEMO_SCHOOL)
    annual.start(own.unit, year=on.year, on=on, by=own.account)
    return f"年度简报：交了 {APPRAISED + WAITING} 份，评好 {APPRAISED} 份"
