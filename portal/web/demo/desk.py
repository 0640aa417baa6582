"""What the demo city asked beside the work, who left an address, and this week's messages."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from committees.models import User
from portal.kernel import messages
from portal.kernel.models import Address, MessageKind
from portal.web.demo.accounts import SIGN_INS
from portal.web.demo.city import City
from portal.web.models import DataAnswer
from portal.web.services import reminders, requests


def furnish(city: City, *, now: datetime) -> int:
    """Two data requests, one of them answered from the records alone; a ceiling; addresses."""
    on, bureau, by = timezone.localdate(now), city.bureau.unit, city.bureau.account
    requests.set_ceiling(bureau, minutes=60, by=by)
    basics = requests.draft(
        bureau, title="关工委基本情况", basis=f"{on.year}年工作要点第2条", due_on=on,
        unit_kinds=["school", "kindergarten"],
        questions=[("学生人数", "number", ""), ("五老人数", "number", "")], by=by,
    )  # fmt: skip
    requests.send(basics, on=on - timedelta(days=40), now=now - timedelta(days=40), by=by)
    spring = requests.draft(
        bureau, title="家长学校开展情况", basis=f"{on.year}年工作要点第9条",
        due_on=on + timedelta(days=10), unit_kinds=["school"],
        questions=[
            ("家长学校上课次数", "number", ""), ("活动次数", "number", ""),
            ("最受家长欢迎的一课", "text", ""),
        ], by=by,
    )  # fmt: skip
    requests.send(spring, on=on - timedelta(days=3), now=now - timedelta(days=3), by=by)
    _answer_some(now)
    _addresses()
    return _remind(on, now)


def _answer_some(now: datetime) -> None:
    """Every third school has answered."""
    waiting = DataAnswer.objects.waiting().select_related("request").order_by("unit__path")
    for answer in waiting[::3]:
        own = answer.request.fields.filter(source="")
        values = {
            str(field.pk): "3" if field.kind == "number" else "怎样陪孩子读一本书" for field in own
        }
        requests.answer(answer, values=values, now=now, by=None)


def _addresses() -> None:
    """Two in three of those who sign in left an address that leads nowhere."""
    names = [sign_in.username for sign_in in SIGN_INS]
    for place, user in enumerate(User.objects.filter(username__in=names).order_by("pk")):
        if place % 3:
            Address.objects.create(user=user, email=f"{user.username}@example.com")


def _remind(on: date, now: datetime) -> int:
    """This week's message lies in the portal of those who sign in; the demo sends no mail."""
    monday = on - timedelta(days=on.weekday())
    at = timezone.localtime(now).replace(
        year=monday.year, month=monday.month, day=monday.day, hour=9, minute=5
    )
    names = [sign_in.username for sign_in in SIGN_INS]
    told = 0
    for person in User.objects.filter(username__in=names).order_by("pk"):
        draft = reminders.draft_for(person, on=on)
        made = messages.put(person, MessageKind.WEEKLY, draft, now=at)
        if made is not None and draft is not None:
            made.sent_at = at
            made.save(update_fields=["sent_at"])
            told += 1
    return told
