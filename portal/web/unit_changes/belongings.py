"""What a unit has going, counted: what goes along with it of itself, or stays where it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Model, QuerySet
from django.urls import reverse

from activities.choices import ActivityState
from activities.models import Activity
from activities.services import carried_work
from committees.models import Person, Unit
from committees.services import five_haves
from portal.web.services import requests
from portal.web.unit_changes.written import Link
from reading_program.choices import PlanState
from reading_program.models import Entry, ImplementationPlan
from reading_program.services import successions

SHOWN = 4  # single things named with a link of their own


@dataclass(frozen=True, slots=True)
class Belonging:
    """So many things of one sort, and where they can be looked at."""

    word: str
    count: int
    measure: str
    links: tuple[Link, ...] = ()

    @property
    def words(self) -> str:
        return f"{self.word} {self.count} {self.measure}"


def belongings(unit: Unit, *, on: date) -> list[Belonging]:
    """What `unit` has going on that day; sorts of which there is nothing are left out."""
    one = [unit]
    lectures = carried_work.lectures_open(one)
    studios = carried_work.studios_open(one)
    checks = five_haves.unfinished_of(one, on=on)
    plans = ImplementationPlan.objects.filter(
        unit=unit, edition__ends_on__gte=on, state=PlanState.SUBMITTED
    )
    works = successions.under_way(one, on=on)
    told = carried_work.told_tasks(one, on=on)
    records = Activity.objects.filter(unit=unit)
    waiting = records.filter(state=ActivityState.SUBMITTED)
    found = [
        Belonging("名册上的同志", _count(Person.objects.filter(unit=unit)), "位", _people(unit)),
        Belonging("待审核的记录", _count(waiting), "条", _records(unit)),
        Belonging(
            "还没讲的宣讲", _count(lectures), "场",
            _each(lectures.select_related("topic", "course"), "activities:lecture"),
        ),
        Belonging(
            "在聘的导师", _count(carried_work.appointments_in_force(one, on=on)), "人次",
            _appointments(unit),
        ),
        Belonging("工作室", _count(studios), "个", _each(studios, "activities:studio")),
        Belonging("等它确认的共办活动", _count(carried_work.words_asked_for(one)), "条"),
        Belonging(
            "没办完的“五有”自查", _count(checks), "份",
            tuple(_link(str(it), "committees:five_haves_unit", it.year, unit.pk) for it in checks),
        ),
        Belonging("待审核的读书活动方案", _count(plans), "份"),
        Belonging("还没公布结果的参评作品", _count(works), "件", _works(unit, works)),
        Belonging("点名由它承担的要点任务", _count(carried_work.named_tasks(one, on=on)), "项"),
        Belonging("已经反馈过的要点任务", _count(told), "项"),
        Belonging(
            "还没答复的材料", _count(requests.waiting_of(one)), "份",
            tuple(
                _link(str(it.request), "web:data_request", it.request_id)
                for it in requests.waiting_of(one).select_related("request")[:SHOWN]
            ),
        ),
    ]  # fmt: skip
    return [each for each in found if each.count]


def links_of(units: Iterable[Unit]) -> list[Link]:
    """The lists of what the units have, for whoever wants to look before saying yes."""
    return [
        link for unit in units for link in (*_records(unit), *_people(unit), *_appointments(unit))
    ]


def lines_of(found: Sequence[Belonging], tail: str) -> list[str]:
    return [f"{each.words}，{tail}" for each in found]


def _count(rows: QuerySet) -> int:
    return rows.count()


def _each(rows: "QuerySet[Model]", view: str) -> tuple[Link, ...]:
    return tuple(_link(str(row).strip("“”"), view, row.pk) for row in rows.order_by("pk")[:SHOWN])


def _link(text: str, view: str, *args: int) -> Link:
    return (text, reverse(view, args=args))


def _records(unit: Unit) -> tuple[Link, ...]:
    return ((f"{unit}的活动记录", f"{reverse('activities:activities')}?q={unit.name}"),)


def _people(unit: Unit) -> tuple[Link, ...]:
    return ((f"{unit}的名册", f"{reverse('committees:people')}?unit={unit.pk}"),)


def _appointments(unit: Unit) -> tuple[Link, ...]:
    return ((f"{unit}的聘任", f"{reverse('activities:appointments')}?unit={unit.pk}"),)


def _works(unit: Unit, works: QuerySet[Entry]) -> tuple[Link, ...]:
    editions = works.order_by("edition").values_list("edition", "edition__name").distinct()
    return tuple(
        (
            f"{unit}的《{name}》作品",
            f"{reverse('reading_program:entries', args=[pk])}?unit={unit.pk}",
        )
        for pk, name in editions
    )
