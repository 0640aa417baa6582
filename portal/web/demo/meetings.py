"""What the demo city's meetings leave behind: series, minutes in versions, decisions, corrections.

They hang on records the demo has written already; nothing of it changes what is counted, but for
the corrections, which settle their record's credits anew.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from activities.choices import ActivityState, DecisionState, Rhythm
from activities.models import (
    Activity,
    ActivityKind,
    KindField,
    MinutesVersion,
    Series,
    SeriesMeeting,
)
from activities.services import corrections, decisions, minutes, series
from portal.web.demo.city import DEMO_OFFICE, DEMO_SCHOOL, City, House

MEETINGS = frozenset({"promotion_meeting", "training", "report_heard", "full_meeting"})
FOLLOWED = 25  # meetings whose decisions are followed
AGENDA = "通报上次议定事项的进展\n汇报各组工作\n商量下一步安排"
TOLD = (
    ("名单已经报给教办", DecisionState.OPEN),
    ("已经办好，材料存档了", DecisionState.DONE),
    ("联系过两次，对方说开学后再定", DecisionState.OPEN),
)
ANSWERS = {
    "care": {"结对几对": 6, "关爱对象": "留守儿童"},
    "training": {"学习文件": "《关于加强新时代关工委工作的意见》", "培训学时": 3},
    "reading": {"共读书目": "《可爱的中国》", "收到作品几件": 42},
    "lecture": {"宣讲专题": "英雄故事", "听讲对象": "小学生", "宣讲场次": 1},
}


def show(city: City, records: Iterable[Activity], *, now: datetime, on: date) -> str:
    """Add what follows meetings to the records there are; return a line for the console."""
    done = [record for record in records
            if record.state == ActivityState.ACCEPTED and record.kind is not None]  # fmt: skip
    done.sort(key=lambda record: (record.held_on or on, record.pk), reverse=True)
    near = [record for record in done if record.office_id == city.named(DEMO_OFFICE).unit.pk]
    held = [record for record in near if record.kind and record.kind.slug in MEETINGS]
    begun = _series(city, done, on=on)
    _minutes(city, held[:3], now=now)
    followed = _decisions(held[:FOLLOWED], on=on)
    _corrections(city, near, on=on)
    return f"例会 {begun} 个，纪要 3 份，议定事项 {followed} 件，更正 3 条"


def answers(kind: ActivityKind) -> dict[str, object]:
    """What a few records say to their kind's own questions."""
    told = ANSWERS.get(kind.slug, {})
    fields = KindField.objects.in_use().filter(kind=kind, label__in=told)
    return {field.key: told[field.label] for field in fields}


def _series(city: City, done: list[Activity], *, on: date) -> int:
    """Of the school and the office of the sign-ins, and of the bureau."""
    plans = (
        (city.named(DEMO_SCHOOL), "关工委工作例会", "full_meeting", Rhythm.MONTHLY, 3),
        (city.named(DEMO_OFFICE), "秘书长碰头会", "promotion_meeting", Rhythm.QUARTERLY, 6),
        (city.bureau, "关工委全体会议", "full_meeting", Rhythm.TERMLY, 20),
    )
    for house, name, slug, rhythm, ahead in plans:
        following = on + timedelta(days=ahead)
        first = date(following.year - 1, following.month, min(following.day, 28))
        made = series.start(
            house.unit, name=name, kind=ActivityKind.objects.get(slug=slug), rhythm=rhythm,
            starts_on=first, place="会议室", chair=house.standing, agenda=AGENDA, by=house.account,
        )  # fmt: skip
        _turns(house, made, done, on=on)
    return len(plans)


def _turns(house: House, made: Series, done: list[Activity], *, on: date) -> None:
    """The turns before now: the last three were held, the earlier ones left no record here."""
    own = [
        record
        for record in done
        if record.unit_id == house.unit.pk and record.kind and record.kind.slug in MEETINGS
    ][:3]
    passed = [turn for turn in map(made.turn, range(13)) if turn < on]
    for place, turn in enumerate(reversed(passed)):
        record = own[place] if place < len(own) else None
        SeriesMeeting.objects.create(
            series=made, planned_on=turn, activity=record, added_by=house.account,
            skipped_because="" if record else "和别的会合并开了",
        )  # fmt: skip


def _minutes(city: City, held: list[Activity], *, now: datetime) -> None:
    """Three sets of minutes, of two versions and three; once two people wrote at the same time."""
    for place, record in enumerate(held):
        first = minutes.first_text(record)
        longer = f"{first}\n\n会议最后，主持人请各位同志把困难写下来，会后一并研究。"
        texts = [(first, 0, False), (longer, 1, False)]
        if place == 0:
            texts.append((f"{first}\n\n与会同志对活动时间提了三条建议。", 1, True))
        MinutesVersion.objects.bulk_create(
            MinutesVersion(
                activity=record, number=number, based_on=based_on, text=text, is_aside=aside,
                saved_by=record.created_by, saved_at=now - timedelta(days=4, hours=-2 * number),
            )
            for number, (text, based_on, aside) in enumerate(texts, 1)
        )  # fmt: skip


def _decisions(held: list[Activity], *, on: date) -> int:
    """Followed from the records; some spoken of since, some late."""
    count = 0
    for place, record in enumerate(held):
        decisions.follow(record, by=record.created_by)
        for number, one in enumerate(record.tracked.all()):
            count += 1
            due = (record.held_on or on) + timedelta(days=30 + 15 * number)
            decisions.edit(
                one, text=one.text, who=record.chair, due_on=due, version=1, by=record.created_by
            )
            if place:  # of the latest meeting nobody has spoken yet
                # Older ones are mostly done: a city where nothing ends is no city to look at.
                text, state = TOLD[1] if place > 4 else TOLD[(place + number) % len(TOLD)]
                decisions.report(one, text=text, state=state, on=on, by=record.created_by)
    return count


def _corrections(city: City, near: list[Activity], *, on: date) -> None:
    """Two agreed and one that waits for the office of the sign-ins."""
    school, office = city.named(DEMO_SCHOOL), city.named(DEMO_OFFICE)
    for record, field, value, reason in _wrong(near, school):
        asked = corrections.ask(
            record, field=field, value=value, reason=reason, on=on, by=school.account
        )
        if field != "place":
            corrections.agree(asked, by=office.account)


def _wrong(near: list[Activity], school: House) -> Iterator[tuple[Activity, str, object, str]]:
    own = [record for record in near if record.unit_id == school.unit.pk]
    for record, field in zip(own[1:4], ("attendance", "held_on", "place"), strict=False):
        if field == "attendance":
            yield record, field, (record.attendance or 0) + 9, "签到表第二页漏数了 9 个人"
        elif field == "held_on" and record.held_on is not None:
            day = record.held_on - timedelta(days=1)
            yield record, field, day, "写成了整理材料的那天，会是前一天开的"
        else:
            yield record, field, f"{school.unit.name}报告厅", "当时换了场地，记录里忘了改"
