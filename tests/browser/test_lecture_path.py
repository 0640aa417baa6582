"""A lecture, as the people of it walk it on a telephone: ordered, sent, agreed, given, rated."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from playwright.sync_api import Page, expect

from activities.models import Lecture
from portal.kernel import calendar
from tests.browser import walking
from tests.factories import lectures as factory
from tests.factories.committees import PASSWORD
from tests.personas import build_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 360, "height": 740}


def as_user(page: Page, username: str) -> None:
    page.context.clear_cookies()
    walking.sign_in(page, username, PASSWORD)
    page.set_viewport_size(PHONE)


def days_pass(lecture: Lecture, days: int) -> None:
    """The agreed day comes: everything dated of this lecture moves that far into the past."""
    back = timedelta(days=days)
    for row in (lecture, lecture.invitations.get()):
        start, end = row.period.lower - back, row.period.upper - back
        row.period = DateTimeTZRange(start, end)
        row.save(update_fields=["period"])
    lecture.day -= back
    lecture.save(update_fields=["day"])


@pytest.mark.timeout(120)
def test_a_lecture_from_the_order_to_the_rating_on_a_telephone(
    page: Page, shot: Callable[[Page, str], Path]
) -> None:
    city = build_city()
    factory.course(factory.mentor(city.office, "陈国栋"))
    wish = calendar.today() + timedelta(days=10)

    as_user(page, city.school_secretary.username)
    page.goto(reverse("activities:lecture_new"))
    page.get_by_label("心理健康").first.check()
    page.locator("[name=audience][value=pupils]").check()
    page.locator("[name=wish1_on]").fill(wish.isoformat())
    page.locator("[name=wish1_part][value=afternoon]").check()
    page.locator("[name=place]").fill("报告厅")
    page.locator("[name=contact]").fill("李老师")
    page.locator("[name=contact_phone]").fill("13900001111")
    shot(page, "lecture-1-order")
    page.get_by_role("button", name="点好了").click()
    expect(page.get_by_text("点好了，编号")).to_be_visible()
    lecture = Lecture.objects.get()

    as_user(page, city.office_secretary.username)
    page.goto(reverse("activities:lecture", args=[lecture.pk]))
    page.locator("[name=choice]").first.check()
    page.get_by_role("button", name="请这位导师").click()
    expect(page.get_by_role("button", name="电话里答应了")).to_be_visible()
    walking.looks_right(page)
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="电话里答应了").click()
    expect(page.get_by_text("陈国栋答应了")).to_be_visible()
    shot(page, "lecture-2-agreed")

    lecture.refresh_from_db()
    days_pass(lecture, 11)
    as_user(page, city.school_secretary.username)
    page.goto(reverse("activities:lecture_feedback", args=[lecture.pk]))
    page.locator("[name=attendance]").fill("86")
    page.get_by_role("button", name="填好了").click()
    expect(page.get_by_text("已经成了本单位的活动记录")).to_be_visible()
    page.goto(reverse("activities:lecture_feedback", args=[lecture.pk]))
    for name in ("content", "expression", "fit"):
        page.locator(f"[name={name}][value='5']").check()
    page.locator("[name=words]").fill("下次还请您来")
    page.get_by_role("button", name="评好了").click()
    expect(page.get_by_text("谢谢您的评分")).to_be_visible()
    walking.looks_right(page)
    shot(page, "lecture-3-rated")

    lecture.refresh_from_db()
    assert (lecture.state, lecture.rated_content) == ("delivered", 5)
    assert lecture.activity is not None
    assert lecture.activity.attendance == 86
