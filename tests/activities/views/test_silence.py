"""The page of 默认通过 and of the days worked, and what schools and offices read of it."""

from datetime import date

import time_machine
from django.test import Client
from django.urls import reverse

from activities.services import silence
from tests.factories import activities as records
from tests.personas import World

PAGE = reverse("activities:silence")


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_the_bureau_switches_it_on_and_the_change_is_kept(city: World) -> None:
    client = signed_in(city.bureau_staff)
    assert "没有开通" in client.get(PAGE).content.decode()
    url = reverse("activities:silence_edit")
    refused = client.post(url, {"switch": "on", "silent_days": ""})
    assert refused.status_code == 422
    assert "写一下几个工作日" in refused.content.decode()
    page = client.post(url, {"switch": "on", "silent_days": "5"}, follow=True).content.decode()
    assert "5 个工作日没有答复，自动通过" in page
    assert "没有开通 → 5 个工作日" in page
    page = client.post(url, {"switch": "off", "silent_days": "5"}, follow=True).content.decode()
    assert "5 个工作日 → 没有开通" in page


def test_holidays_are_filled_added_and_taken_away(city: World) -> None:
    client = signed_in(city.bureau_staff)
    fill = reverse("activities:workdays_fill", args=[2023])
    page = client.post(fill, follow=True).content.decode()
    assert "2023年的放假和调休预填了 33 天，请照国务院办公厅的通知核对一遍" in page
    assert "9月29日至10月6日，8 天" in page
    new = reverse("activities:workdays_new")
    backwards = {
        "name": "校庆日", "first": "2023-11-02", "last": "2023-11-01", "is_workday": "no",
    }  # fmt: skip
    refused = client.post(new, backwards)
    assert refused.status_code == 422
    assert "最后一天要在第一天以后" in refused.content.decode()
    page = client.post(new, backwards | {"last": ""}, follow=True).content.decode()
    assert "校庆日" in page
    assert "11月2日星期四" in page


def test_a_year_without_a_notice_says_what_to_do(city: World) -> None:
    page = signed_in(city.bureau_staff).get(f"{PAGE}?year=2039").content.decode()
    assert "请照国务院办公厅的通知一段一段加" in page


def test_the_school_and_its_office_read_the_last_day_on_the_record(city: World) -> None:
    silence.set_rules(city.bureau, silent_days=3, on=date(2023, 9, 1), by=city.bureau_staff)
    with time_machine.travel("2023-09-11T10:00:00+08:00", tick=False):
        record = records.submitted(city.school, by=city.school_secretary)
    page = signed_in(city.school_secretary).get(reverse("activities:activity", args=[record.pk]))
    assert "2023年9月14日以前没有答复，下一个工作日自动通过" in page.content.decode()
    pane = signed_in(city.office_secretary).get(reverse("activities:review", args=[record.pk]))
    assert "2023年9月14日是答复的最后一天" in pane.content.decode()


def test_records_accepted_so_are_listed_and_the_late_reviewer_is_told_why(city: World) -> None:
    silence.set_rules(city.bureau, silent_days=1, on=date(2023, 9, 1), by=city.bureau_staff)
    with time_machine.travel("2023-09-11T10:00:00+08:00", tick=False):
        record = records.submitted(city.school, by=city.school_secretary)
    for day in (date(2023, 9, 12), date(2023, 9, 13)):
        silence.go_round(on=day)
    page = signed_in(city.bureau_staff).get(PAGE).content.decode()
    assert str(record) in page
    assert "一共 1 条" in page
    late = signed_in(city.office_secretary).get(reverse("activities:review", args=[record.pk]))
    assert late.status_code == 409
    assert "到期自动通过了" in late.content.decode()
    detail = signed_in(city.school_secretary).get(reverse("activities:activity", args=[record.pk]))
    assert "到期自动通过" in detail.content.decode()
