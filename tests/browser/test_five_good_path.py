"""“五好” in the browser: self → office → city → publicity → naming → recheck."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from evaluations.models import Campaign, Title
from portal.kernel import calendar
from tests.browser.walking import looks_right, sign_in
from tests.factories import five_good as factory
from tests.factories.committees import PASSWORD
from tests.personas import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def enter(page: Page, city: World, persona: str) -> None:
    sign_in(page, getattr(city, persona).username, PASSWORD)


def test_one_school_on_the_whole_way_to_its_title(
    page: Page, city: World, shot: Callable[[Page, str], Path]
) -> None:
    it = factory.filled(city)
    here, campaign = f"/five-good/{it.pk}/", f"/five-good/campaigns/{it.campaign_id}/"

    enter(page, city, "school_secretary")
    page.goto(f"/five-good/{it.pk}/self/2/")
    page.get_by_label("学习、培训、会议：次数（要求 4 次）").fill("3")
    page.get_by_role("button", name="存好，先到这里").click()
    expect(page.get_by_text("自评 99.5 分")).to_be_visible()

    enter(page, city, "party_contact")
    page.goto(here)
    page.get_by_role("link", name="党组织同意").click()
    page.get_by_role("button", name="党组织同意").click()
    enter(page, city, "school_secretary")
    page.goto(here)
    page.get_by_role("link", name="提交自评").click()
    page.get_by_label("签名人").fill("王校长")
    page.get_by_role("button", name="提交").click()

    enter(page, city, "office_secretary")
    page.goto(f"/five-good/{it.pk}/office/3/")
    page.get_by_label("没做到（这一条不得分）").first.check()
    page.locator("[name=c3_2_1__reason]").fill("没有查到推进会记录")
    page.get_by_role("button", name="存好，先到这里").click()
    page.get_by_role("link", name="完成初评").click()
    page.get_by_role("button", name="完成").click()
    expect(page.get_by_text("没有查到推进会记录")).to_be_visible()

    enter(page, city, "bureau_staff")
    page.goto(here)
    page.get_by_role("link", name="完成复评").click()
    page.get_by_role("button", name="完成").click()
    page.goto(campaign)
    page.get_by_role("link", name="定分").click()
    page.get_by_role("button", name="定分").click()
    page.get_by_role("link", name="公示").click()
    until = calendar.today() + timedelta(days=7)
    page.get_by_label("公示到哪一天").fill(until.isoformat())
    page.get_by_role("button", name="公示").click()

    enter(page, city, "other_school_secretary")
    page.goto(f"{campaign}publicity/")
    page.get_by_role("link", name=re.compile("提异议.*云山小学")).click()
    page.get_by_label("异议内容").fill("听说报告会没有开")
    page.get_by_role("button", name="提交异议").click()
    shot(page, "five-good-publicity")
    looks_right(page)

    enter(page, city, "bureau_staff")
    page.goto(f"{campaign}publicity/")
    page.get_by_role("link", name="去答复").click()
    page.get_by_label("核实过，分数不变").check()
    page.get_by_label("答复").fill("查了会议记录和签到，开过")
    page.get_by_role("button", name="答复").click()
    passed = calendar.today() - timedelta(days=1)  # eight days later
    Campaign.objects.update(public_from=passed - timedelta(days=7), public_until=passed)
    page.goto(campaign)
    page.get_by_role("link", name="命名", exact=True).click()
    page.get_by_label("优秀：1 家等着命名").check()
    page.get_by_label("命名文件").fill("云教关工委〔2023〕9号")
    page.get_by_role("button", name="命名").click()
    expect(page.get_by_role("link", name="命名决定（PDF）")).to_be_visible()
    shot(page, "five-good-named")
    looks_right(page)

    page.goto("/five-good/titles/")
    page.get_by_role("link", name=re.compile("复核.*云山小学")).click()
    page.get_by_label("限期整改").check()
    page.get_by_label("说明").fill("上半年没有活动")
    page.get_by_label("整改到").fill(until.isoformat())
    page.get_by_role("button", name="存下复核结果").click()
    expect(page.get_by_text("上半年没有活动")).to_be_visible()
    assert Title.objects.get().state == "warned"
