"""Nothing written is lost: on a small phone, without a net, and with two people at one record."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from activities.choices import ActivityState
from activities.models import Activity
from tests.browser import walking
from tests.factories import activities as records
from tests.factories.committees import PASSWORD
from tests.personas import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "关工委第四季度工作推进会"
MINUTES = "常务副主任通报前一段工作，布置读书活动颁奖，各年级组长表态落实。"


@pytest.fixture
def on_the_road(browser: Browser, live_portal: str) -> Iterator[Page]:
    """A visitor whose net comes and goes: htmx says so on the console, and that is no fault."""
    context = browser.new_context(locale="zh-CN", base_url=live_portal, viewport=walking.PHONE)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def strip_says(page: Page, state: str) -> None:
    expect(page.locator("[data-autosave-strip]")).to_have_attribute("data-state", state)


def test_a_meeting_is_logged_on_a_small_phone_with_at_most_six_fields(city: World, page: Page):
    page.set_viewport_size(walking.SMALLEST_PHONE)
    walking.sign_in(page, "school_secretary", PASSWORD)
    page.goto("/activities/new/")
    fields = [
        lambda: page.get_by_role("radio", name="工作推进会").check(),
        lambda: page.get_by_role("radio", name="今天").check(),
        lambda: page.get_by_label("3. 主题").fill(TITLE),
        lambda: page.get_by_label("4. 到场多少人？").fill("18"),
        lambda: page.get_by_label("5. 说了哪些事？").fill(MINUTES),
    ]

    labels = page.locator("#record .question__label:visible").all_inner_texts()
    for fill in fields:
        fill()
    page.get_by_role("button", name="下一步：核对一遍").click()
    walking.hand_in(page)

    assert len(fields) <= 6
    assert len([label for label in labels if "选填" not in label]) == len(fields)
    assert Activity.objects.get().state == ActivityState.SUBMITTED
    extra = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert extra <= 0


def test_a_draft_survives_a_closed_tab(city: World, page: Page):
    walking.sign_in(page, "school_secretary", PASSWORD)
    page.goto("/activities/new/")
    page.get_by_label("3. 主题").fill(TITLE)
    strip_says(page, "saved")
    context = page.context
    page.close()

    again = context.new_page()
    again.goto("/activities/")
    again.get_by_role("link", name=re.compile("接着写|" + TITLE)).first.click()

    expect(again.get_by_label("3. 主题")).to_have_value(TITLE)


def test_words_written_without_a_net_survive_a_closed_tab(city: World, on_the_road: Page):
    page = on_the_road
    walking.sign_in(page, "school_secretary", PASSWORD)
    page.goto("/activities/new/")
    page.get_by_label("3. 主题").fill(TITLE)
    strip_says(page, "saved")
    address = page.url
    context = page.context
    context.set_offline(True)
    page.get_by_label("5. 说了哪些事？").fill(MINUTES)
    page.get_by_label("4. 到场多少人？").fill("18")
    strip_says(page, "offline")
    page.close()
    assert Activity.objects.get().minutes == ""

    context.set_offline(False)
    again = context.new_page()
    again.goto(address)

    expect(again.get_by_label("5. 说了哪些事？")).to_have_value(MINUTES)
    strip_says(again, "saved")
    record = Activity.objects.get()
    assert (record.title, record.minutes, record.attendance) == (TITLE, MINUTES, 18)
    again.reload()
    expect(again.get_by_label("5. 说了哪些事？")).to_have_value(MINUTES)
    again.wait_for_load_state("networkidle")
    assert Activity.objects.get().version == record.version  # what is saved is not sent again


def test_a_net_that_comes_back_takes_the_words_by_itself(city: World, on_the_road: Page):
    page = on_the_road
    walking.sign_in(page, "school_secretary", PASSWORD)
    page.goto("/activities/new/")
    page.context.set_offline(True)
    page.get_by_label("3. 主题").fill(TITLE)
    strip_says(page, "offline")
    assert not Activity.objects.exists()

    page.context.set_offline(False)

    strip_says(page, "saved")
    assert Activity.objects.get().title == TITLE


def test_words_kept_in_the_browser_are_shown_to_nobody_else(city: World, on_the_road: Page):
    page = on_the_road
    walking.sign_in(page, "school_secretary", PASSWORD)
    page.goto("/activities/new/")
    page.context.set_offline(True)
    page.get_by_label("3. 主题").fill(TITLE)
    strip_says(page, "offline")
    page.context.set_offline(False)
    page.goto("about:blank")

    walking.sign_in(page, "party_contact", PASSWORD)
    page.goto("/activities/new/")

    expect(page.get_by_label("3. 主题")).to_have_value("")


def test_two_people_at_one_record_both_see_it_and_nothing_is_lost(
    city: World, page: Page, browser: Browser, live_portal: str
):
    record = records.draft(city.school, by=city.school_secretary, title="原来的题目")
    edit = f"/activities/{record.pk}/edit/"
    walking.sign_in(page, "school_secretary", PASSWORD)
    page.goto(edit)
    context = browser.new_context(locale="zh-CN", base_url=live_portal)
    context.set_default_timeout(15_000)
    other = context.new_page()
    walking.sign_in(other, "party_contact", PASSWORD)
    other.goto(edit)

    page.get_by_label("3. 主题").fill("秘书写的题目")
    strip_says(page, "saved")
    other.get_by_label("3. 主题").fill("联络员写的题目")
    strip_says(other, "conflict")
    other.get_by_role("button", name="下一步：核对一遍").click()

    expect(other.get_by_role("heading", name="这条记录刚才有人改过")).to_be_visible()
    expect(other.get_by_text("秘书写的题目")).to_be_visible()
    expect(other.get_by_text("联络员写的题目")).to_be_visible()
    record.refresh_from_db()
    assert record.title == "秘书写的题目"
    other.get_by_role("button", name="用我刚写的").click()
    expect(other.get_by_role("heading", name="核对一遍再交")).to_be_visible()

    page.get_by_label("3. 主题").fill("秘书又改的题目")
    strip_says(page, "conflict")  # now the first one is told
    page.get_by_role("button", name="下一步：核对一遍").click()
    expect(page.get_by_text("秘书又改的题目")).to_be_visible()
    expect(page.get_by_text("联络员写的题目")).to_be_visible()
    context.close()


def test_minutes_survive_a_closed_tab_and_a_lost_connection(city: World, on_the_road: Page):
    page = on_the_road
    record = records.submitted(city.school, by=city.school_secretary)
    walking.sign_in(page, "school_secretary", PASSWORD)
    edit = f"/activities/{record.pk}/minutes/edit/"
    page.goto(edit)
    page.get_by_label("纪要正文").fill("会议开始")
    strip_says(page, "saved")
    page.close()

    page = page.context.new_page()
    page.goto(edit)
    expect(page.get_by_label("纪要正文")).to_have_value("会议开始")
    page.context.set_offline(True)
    page.get_by_label("纪要正文").fill("会议开始，通报工作")
    strip_says(page, "offline")
    page.close()
    assert record.minutes_drafts.get().text == "会议开始"

    page.context.set_offline(False)
    page = page.context.new_page()
    page.goto(edit)
    expect(page.get_by_label("纪要正文")).to_have_value("会议开始，通报工作")
    strip_says(page, "saved")
    assert record.minutes_drafts.get().text == "会议开始，通报工作"
    page.get_by_role("button", name="存成新的一稿").click()
    expect(page.get_by_text("存好了，这是第 1 稿")).to_be_visible()
    assert record.minutes_versions.get().text == "会议开始，通报工作"
    assert not record.minutes_drafts.exists()
