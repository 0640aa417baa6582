"""Work in hand of one unit: one thing of every sort that a change of units carries along."""

from datetime import UTC, date, datetime
from typing import Any

from activities.choices import ToldState
from activities.models import PlanTask
from activities.services import plan_work
from committees.models import Unit
from committees.services import five_haves
from portal.web.services import requests
from tests.factories import lectures as factory
from tests.factories import plans, together
from tests.personas import World


def in_hand(city: World, unit: Unit, *, by: Any, number: int = 1) -> None:
    """Open, agreed or waiting things of `unit`; `number` keeps two units' things apart."""
    mentor = factory.mentor(city.kindergarten, f"导师{number}")
    own = factory.mentor(unit, f"本校导师{number}")
    factory.ordered(unit, by=by)
    factory.appointed(mentor, unit)
    factory.appointed(own, unit)
    together.make_studio(unit, "老园丁工作室")
    together.make_partner(unit, f"第{number}社区")
    together.make_cohost(city.kindergarten, unit, by=city.kindergarten_secretary)
    check = five_haves.begin(unit, year=2023, by=by)
    if number == 2:
        check.answers.update(own_result="met")
        five_haves.submit(check, at=datetime(2023, 8, 1, tzinfo=UTC), by=by)


def asked(city: World) -> None:
    """A request to every school, and a plan whose tasks name the first two and were told of."""
    made = requests.draft(
        city.bureau, questions=[("需要几本书", "number", "")], by=city.bureau_staff,
        title="读书用书", basis="文", due_on=date(2023, 12, 1), unit_kinds=["school"],
    )  # fmt: skip
    sent_at = datetime(2023, 8, 1, tzinfo=UTC)
    requests.send(made, on=date(2023, 8, 1), now=sent_at, by=city.bureau_staff)
    plan = plans.published(city.bureau, by=city.bureau_staff)
    for task in PlanTask.objects.filter(node__plan=plan):
        task.units.add(city.schools[0], city.schools[1])
        for school, told in ((0, ToldState.UNDER_WAY), (1, ToldState.DONE)):
            plan_work.tell(
                task, city.schools[school], told=told, feedback="做了一半", by=city.bureau_staff
            )
