"""统计年报 on a telephone: the school fills in, its leader signs, the levels add up."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal.kernel import calendar
from tests.browser import walking
from tests.browser.walking import SMALLEST_PHONE, sign_in
from tests.factories import committees as people
from tests.factories import statistics as factory
from tests.factories.committees import PASSWORD
from tests.pdf_text import words_of
from tests.personas import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ASKED = {
    "参加读书活动的学生": "0", "结对帮扶青少年": "3", "资助金额": "2000", "媒体报道": "1",
    "工作经费": "5000", "活动场所": "1",
}  # fmt: skip


def enter(page: Page, city: World, persona: str) -> None:
    sign_in(page, getattr(city, persona).username, PASSWORD)


def looks_right(page: Page) -> None:
    walking.looks_right(page)
    page.set_viewport_size(SMALLEST_PHONE)


def test_a_school_reports_and_the_levels_add_up(
    page: Page, city: World, shot: Callable[[Page, str], Path]
) -> None:
    year = calendar.today().year
    factory.asked(city, year=year, due_on=calendar.today())
    people.make_person(city.school, "陈老师", categories=["teacher"])
    page.set_viewport_size(SMALLEST_PHONE)

    enter(page, city, "school_secretary")
    page.goto("/statistics/")
    expect(page.get_by_role("link", name="“五老”人数 1，看背后的每一行")).to_be_visible()
    page.get_by_role("link", name="填数和改数").click()
    for label, value in ASKED.items():
        page.get_by_label(label).fill(value)
    looks_right(page)
    shot(page, "statistics-fill-360")
    page.get_by_role("button", name="存好，看一遍").click()
    looks_right(page)
    page.get_by_role("link", name="交负责人审签").click()
    page.get_by_role("button", name="交给负责人").click()

    enter(page, city, "party_contact")
    page.goto("/statistics/")
    page.get_by_role("link", name="审签").click()
    looks_right(page)
    page.get_by_role("button", name="签字上报").click()
    expect(page.get_by_text("签好了，报上去了")).to_be_visible()

    enter(page, city, "office_secretary")
    page.goto(f"/statistics/{year}/")
    page.get_by_role("link", name="云山小学").click()
    page.get_by_role("button", name="收下").click()
    page.goto(f"/statistics/{year}/{city.office.pk}/")
    page.get_by_role("link", name="填数和改数").click()
    page.get_by_role("button", name="存好，看一遍").click()
    page.get_by_role("link", name="交负责人审签").click()
    page.get_by_role("button", name="交给负责人").click()
    expect(page.get_by_role("link", name="资助金额 2000，看背后的每一行")).to_have_text("2,000")

    enter(page, city, "bureau_staff")
    page.goto(f"/statistics/{year}/")
    looks_right(page)
    page.get_by_role("link", name="看全市合计").click()
    expect(page.get_by_role("link", name="资助金额 2000，看背后的每一行")).to_have_text("2,000")
    looks_right(page)
    paper = page.get_by_role("link", name="打印盖章").get_attribute("href") or ""
    words = words_of(page.request.get(paper).body())
    for printed in (f"工作统计年报（{year}年）", "资助金额", "2,000", "填表人", "公章"):
        assert printed in words, printed
    page.get_by_role("link", name="“五老”人数 1，看背后的每一行").click()
    expect(page.get_by_role("link", name="陈老师")).to_be_visible()
    looks_right(page)
    shot(page, "statistics-rows-360")
