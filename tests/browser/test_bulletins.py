"""A bulletin from ticked records to the printed sheet, with a real worker and a real browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from committees.models import User
from evaluations.models import BulletinIssue
from evaluations.services import bulletins
from tests.factories import evaluations as factory
from tests.factories.committees import PASSWORD
from tests.factories.evaluations import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, user: User) -> None:
    page.context.clear_cookies()
    page.goto("/login/")
    page.get_by_label("登录名").fill(user.username)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_records_become_a_signed_and_printed_bulletin(
    page: Page, city, worker: object, shot: Callable[[Page, str], Path]
):
    series = factory.series(city)
    factory.record(city, title="走访慰问退休教师", photo=True, for_bulletin=True)
    factory.record(city, title="关爱导师进课堂", minutes="一、讲家乡\n张老师讲了家乡故事。")
    issue = bulletins.open_issue(series, period="2023-Q1", on=TODAY, by=city.bureau_staff)

    sign_in(page, city.bureau_staff)
    page.goto(f"/bulletins/{issue.pk}/gather/")
    page.get_by_label("选云山小学的走访慰问退休教师").check()
    page.get_by_label("选云山小学的关爱导师进课堂").check()
    shot(page, "bulletin-gather")
    page.get_by_role("button", name="把勾好的加进这一期").click()
    expect(page.get_by_text("加了 2 篇")).to_be_visible()
    shot(page, "bulletin-compose")
    page.get_by_role("link", name=re.compile("修改.*走访慰问")).click()
    shot(page, "bulletin-article")
    page.get_by_label("标题").fill("云山小学走访慰问退休教师")
    page.get_by_role("button", name="存好，回到这一期").click()
    page.get_by_role("button", name=re.compile("往前移.*进课堂")).click()

    page.get_by_role("button", name="排校样看看").click()
    expect(page.get_by_role("link", name="打开 PDF")).to_be_visible(timeout=30_000)
    shot(page, "bulletin-proof")
    page.get_by_role("link", name="返回这一期").click()
    page.get_by_role("link", name="送审").click()
    page.get_by_role("button", name="送审").click()
    expect(page.get_by_text("送审了")).to_be_visible()

    sign_in(page, city.bureau_leader)
    page.goto(f"/bulletins/{issue.pk}/")
    page.get_by_role("link", name="签发").click()
    shot(page, "bulletin-sign")
    page.get_by_role("button", name="签发").click()
    # The page polls the job and turns into the printed issue by itself.
    expect(page.get_by_role("link", name="打开 PDF 打印")).to_be_visible(timeout=30_000)
    shot(page, "bulletin-issued")

    sign_in(page, city.school_secretary)
    page.goto("/bulletins/")
    expect(page.get_by_text("2023年第1期（总第1期）")).to_be_visible()
    shot(page, "bulletin-list")
    sheet = page.request.get(f"/bulletins/{issue.pk}/bulletin.pdf")
    assert sheet.headers["content-type"] == "application/pdf"
    assert sheet.body().startswith(b"%PDF-")
    printed = BulletinIssue.objects.get()
    assert [article["title"] for article in printed.content["articles"]] == [
        "云山小学关爱导师进课堂",
        "云山小学走访慰问退休教师",
    ]
