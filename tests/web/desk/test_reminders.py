"""One message a person and week; whom it does not reach stands on the call list."""

import json
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from committees.models import User
from portal.kernel import messages
from portal.kernel.models import Address, AuditEvent, Message, MessageKind, Notice
from portal.web.call_list import calls_for
from portal.web.services.reminders import remind_urgently, remind_weekly
from tests.factories import activities as records
from tests.factories import committees as factory
from tests.pdf_text import open_pdf
from tests.personas import World

MONDAY = datetime.fromisoformat("2023-10-16T09:05:00+08:00")


def beat(at: datetime) -> None:
    """What the schedule does on that moment."""
    with time_machine.travel(at, tick=False):
        remind_weekly(now=at)
        remind_urgently(now=at)
        messages.send_waiting(now=at)


@pytest.mark.timeout(400)
def test_a_year_never_brings_more_than_one_routine_message_a_week(city: World) -> None:
    told = [city.school_secretary, city.office_secretary, city.bureau_staff]
    for user in told:
        Address.objects.create(user=user, email=f"{user.username}@example.com")
    User.objects.exclude(pk__in=[user.pk for user in told]).update(is_active=False)
    records.draft(city.school, by=city.school_secretary, title="一直没写完")
    day = date(2023, 1, 1)
    while day.year == 2023:
        for clock in ("07:00", "09:05", "21:00"):
            beat(datetime.fromisoformat(f"{day}T{clock}:00+08:00"))
        day += timedelta(days=1)

    sent = Message.objects.exclude(items=[])
    counted = Counter(sent.values_list("person", "week", "kind"))
    assert set(counted.values()) == {1}
    mine = [one for one in mail.outbox if one.to == ["school_secretary@example.com"]]
    weekly = sent.filter(person=city.school_secretary, kind=MessageKind.WEEKLY).count()
    urgent = sent.filter(person=city.school_secretary, kind=MessageKind.URGENT).count()
    assert weekly >= 50
    assert 0 < urgent <= 10
    assert len(mine) == weekly + urgent
    assert all(not messages.is_quiet(one.sent_at) for one in sent)


def test_a_message_names_what_is_open_and_no_more_than_five(city: World) -> None:
    Address.objects.create(user=city.school_secretary, email="wang@example.com")
    for number in range(8):
        records.draft(city.school, by=city.school_secretary, title=f"草稿{number}")

    beat(MONDAY)

    (letter,) = mail.outbox
    assert letter.body.count("\n1. ") == letter.body.count("\n5. ") == 1
    assert "\n6. " not in letter.body
    assert "还有" in letter.body
    assert Notice.objects.filter(user=city.school_secretary).count() == 1


def test_nobody_is_told_at_night_or_on_a_sunday(city: World) -> None:
    Address.objects.create(user=city.school_secretary, email="wang@example.com")
    for at in ("2023-10-16T07:30:00+08:00", "2023-10-16T21:00:00+08:00",
               "2023-10-22T10:00:00+08:00"):  # fmt: skip
        beat(datetime.fromisoformat(at))

    assert mail.outbox == []
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_send_once(city: World) -> None:
    for user in city.users.values():
        Address.objects.create(user=user, email=f"{user.username}@example.com")
    ready = Barrier(2)

    def one() -> None:
        ready.wait()
        try:
            remind_weekly(now=MONDAY)
            messages.send_waiting(now=MONDAY)
        finally:
            connection.close()

    threads = [Thread(target=one) for _ in range(2)]
    with time_machine.travel(MONDAY, tick=True):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    told = Counter(letter.to[0] for letter in mail.outbox)
    assert told["school_secretary@example.com"] == 1
    assert set(told.values()) == {1}


def test_a_short_message_leaves_by_the_gateway_of_the_city(
    city: World, settings: Any, tmp_path: Path
) -> None:
    settings.SMS_GATEWAY = "portal.kernel.sms.FileGateway"
    settings.SMS_FILE = tmp_path / "sms.jsonl"
    Address.objects.create(user=city.school_secretary, phone="13800001234")

    beat(MONDAY)

    (line,) = settings.SMS_FILE.read_text(encoding="utf-8").splitlines()
    sent = json.loads(line)
    assert sent["phone"] == "13800001234"
    assert sent["text"].startswith("本周有")
    assert Message.objects.get(person=city.school_secretary).ways == ["sms"]


def test_a_mail_server_that_is_away_is_tried_again(city: World, settings: Any) -> None:
    Address.objects.create(user=city.school_secretary, email="wang@example.com")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    beat(MONDAY)
    assert Message.objects.get(person=city.school_secretary).sent_at is None

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    beat(MONDAY + timedelta(hours=1))

    assert len(mail.outbox) == 1
    assert Message.objects.get(person=city.school_secretary).sent_at == MONDAY + timedelta(hours=1)


@time_machine.travel(MONDAY, tick=False)
def test_who_has_no_address_is_on_the_list_with_what_is_open(city: World) -> None:
    Address.objects.create(user=city.sibling_secretary, email="li@example.com")
    records.draft(city.school, by=city.school_secretary, title="推进会")

    calls = {call.person: call for call in calls_for(city.office_secretary, now=timezone.now())}

    assert city.school_secretary in calls
    assert city.sibling_secretary not in calls
    assert city.other_school_secretary not in calls
    assert any("推进会" in item for item in calls[city.school_secretary].items)


def test_who_did_not_look_is_on_the_list_until_they_do(client: Client, city: World) -> None:
    Address.objects.create(user=city.school_secretary, email="wang@example.com")
    beat(MONDAY)

    def listed(at: datetime) -> bool:
        with time_machine.travel(at, tick=False):
            user = type(city.office_secretary).objects.get(pk=city.office_secretary.pk)
            return city.school_secretary in {call.person for call in calls_for(user, now=at)}

    assert not listed(MONDAY + timedelta(hours=3))
    assert listed(MONDAY + timedelta(days=3))
    with time_machine.travel(MONDAY + timedelta(days=3), tick=False):
        client.force_login(city.school_secretary)
        client.get("/todo/")
    assert not listed(MONDAY + timedelta(days=3, hours=1))


@time_machine.travel(MONDAY, tick=False)
def test_whole_numbers_stand_on_the_paper_alone_and_the_print_is_kept(
    client: Client, city: World
) -> None:
    factory.make_person(city.school, "王老师", phone="13800001234", account=city.school_secretary)
    client.force_login(city.office_secretary)

    page = client.get("/reminders/calls/")
    printed = client.post("/reminders/calls/list.pdf")

    assert "138****1234" in page.text
    assert "13800001234" not in page.text
    assert "138 0000 1234" in open_pdf(printed.content).pages[0].extract_text()
    kept = AuditEvent.objects.get(verb="call_list.printed")
    assert city.school_secretary.name in kept.note


def test_an_address_is_ones_own_and_may_be_empty(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)

    wrong = client.post("/account/reminders/", {"email": "wang", "phone": ""})
    right = client.post("/account/reminders/", {"email": "wang@example.com", "phone": ""})

    assert wrong.status_code == 422
    assert "邮箱里要有 @" in wrong.text
    assert right.headers["Location"] == "/todo/"
    assert Address.objects.get(user=city.school_secretary).email == "wang@example.com"
