"""How every page sits: no sideways scroll, letters large enough, nothing axe objects to."""

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page, expect

from activities.choices import ActivityState
from activities.models import Activity
from portal.kernel.notices import notify
from tests.factories import activities as records
from tests.factories.committees import PASSWORD
from tests.personas import World

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALLEST = {"standard": 13.9, "large": 17.9}  # pixels; 14 and 18 less a rounding
# Answers the parts of the page that stick out, and the words whose letters are too small.
MEASURE = """(smallest) => {
  const shown = (e) => e.checkVisibility() && e.getBoundingClientRect().width > 1;
  const wide = document.documentElement.scrollWidth > innerWidth
    ? [...document.querySelectorAll("body *")].filter((e) => shown(e)
        && e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".table-scroll"))
        .map((e) => e.className) : [];
  const small = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.textContent.trim(), holder = walker.currentNode.parentElement;
    if (!words || !shown(holder) || holder.closest(".visually-hidden, option, script")) continue;
    if (parseFloat(getComputedStyle(holder).fontSize) < smallest) small.push(words);
  }
  return { wide, small };
}"""


def sign_in(page: Page, name: str) -> None:
    page.goto("/login/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="您好")).to_be_visible()


def measured(page: Page, size: str) -> dict[str, Any]:
    found = page.evaluate(MEASURE, SMALLEST[size])
    axe = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    found["axe"] = [(rule["id"], rule["nodes"][0]["html"]) for rule in axe.response["violations"]]
    return {name: value for name, value in found.items() if value}


@pytest.fixture
def busy_city(city: World) -> World:
    """A city with something on every page: each state of a record, a message, a late duty."""
    author, reviewer = city.school_secretary, city.office_secretary
    records.accepted(city.school, by=author, reviewer=reviewer, title="听取关工委工作汇报")
    records.submitted(city.school, by=author, title="“我们的红色家书”主题宣讲（初一年级）")
    records.returned(city.school, by=author, reviewer=reviewer, title="敬老月走访")
    records.draft(city.school, by=author, title="第四季度工作推进会")
    notify([author, reviewer, city.bureau_staff], "“敬老月走访”退回来了：请补两张照片", "/todo/")
    return city


@pytest.mark.parametrize("size", ["standard", "large"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_fit_are_legible_and_accessible(
    page: Page, busy_city: World, width: int, size: str
) -> None:
    state = {record.state: record.pk for record in Activity.objects.all()}
    waiting, returned = state[ActivityState.SUBMITTED], state[ActivityState.RETURNED]
    pages = {
        "school_secretary": [
            "/todo/?year=2023", "/activities/?year=2023", "/activities/new/", "/menu/",
            f"/activities/{returned}/edit/", f"/activities/{state['accepted']}/",
            f"/activities/{state['draft']}/check/", f"/activities/{waiting}/done/",
            "/search/?q=云山", "/account/password/", "/nowhere/", "/overview/?year=2023",
        ],
        "office_secretary": ["/todo/?year=2023", f"/activities/{waiting}/review/"],
        "bureau_staff": ["/todo/?year=2023", "/activities/?year=2023&state=accepted",
                         "/overview/?year=2023",
                         "/styleguide/", "/styleguide/?errors"],
    }  # fmt: skip
    page.set_viewport_size({"width": width, "height": 800})
    faults: dict[str, dict[str, Any]] = {}
    page.goto("/login/")
    page.click(f".text-size button[value={size}]")
    faults["/login/"] = measured(page, size)
    for name, addresses in pages.items():
        sign_in(page, name)
        page.click(f".text-size button[value={size}]")
        for address in addresses:
            page.goto(address)
            faults[f"{name} {address}"] = measured(page, size)
        page.context.clear_cookies()

    assert {address: found for address, found in faults.items() if found} == {}


def test_what_is_typed_is_on_the_server_before_anything_is_pressed(page: Page, city: World) -> None:
    sign_in(page, "school_secretary")
    page.goto("/activities/new/")

    page.locator("label.choice", has_text="专题学习培训").click()
    page.fill("[name=title]", "第四季度学习")
    expect(page.locator("[data-autosave-strip]")).to_contain_text("已自动保存")

    draft = Activity.objects.get()
    assert draft.title == "第四季度学习"
    assert page.url.endswith(f"/activities/{draft.pk}/edit/")
    page.reload()
    expect(page.locator("[name=title]")).to_have_value("第四季度学习")


def test_photos_go_up_at_once_and_a_wrong_file_says_why(
    page: Page, city: World, tmp_path: Path
) -> None:
    from PIL import Image

    for number in (1, 2):
        Image.new("RGB", (800, 600), (80 * number, 90, 120)).save(tmp_path / f"{number}.jpg")
    (tmp_path / "名单.txt").write_text("甲\n乙")
    sign_in(page, "school_secretary")
    page.goto("/activities/new/")

    files = [tmp_path / "1.jpg", tmp_path / "2.jpg", tmp_path / "名单.txt"]
    page.locator("label", has_text="从电脑里选").locator("input").set_input_files(files)

    expect(page.locator(".file-card--refused")).to_contain_text("“名单.txt”不能上传")
    expect(page.get_by_text("✓ 已传好")).to_have_count(2)
    assert Activity.objects.get().files.count() == 2
    page.get_by_role("button", name="知道了").click()
    page.get_by_role("button", name=re.compile("^删除")).first.click()
    expect(page.get_by_text("✓ 已传好")).to_have_count(1)
    assert Activity.objects.get().files.count() == 1


def test_a_meeting_is_logged_and_accepted_without_scripts(
    browser: Any, live_portal: str, city: World
) -> None:
    context = browser.new_context(
        base_url=live_portal, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    sign_in(page, "school_secretary")
    page.goto("/activities/new/")
    page.locator("label.choice", has_text="专题学习培训").click()
    page.locator("label.choice", has_text="昨天").click()
    page.fill("[name=title]", "学习会")
    page.fill("[name=minutes]", "学习了文件，讨论了今年的安排。")
    page.get_by_role("button", name="下一步：核对一遍").click()
    page.get_by_role("link", name="填写到场人数").click()
    page.fill("[name=attendance]", "１８人")
    page.get_by_role("button", name="下一步：核对一遍").click()
    page.get_by_role("button", name="交给云山教办审核").click()
    expect(page.get_by_role("heading", name="已经交上去了")).to_be_visible()

    page.context.clear_cookies()
    sign_in(page, "office_secretary")
    page.get_by_role("link", name="审核活动记录").click()
    page.get_by_role("button", name="通过，看下一条").click()
    expect(page.get_by_text("没有等您审核的了")).to_be_visible()
    context.close()

    record = Activity.objects.get()
    assert (record.state, record.attendance) == (ActivityState.ACCEPTED, 18)


def test_the_review_queue_answers_to_the_keyboard(page: Page, city: World) -> None:
    first = records.submitted(city.school, by=city.school_secretary, title="第一条")
    records.submitted(city.schools[1], by=city.sibling_secretary, title="第二条")
    sign_in(page, "office_secretary")
    page.goto(f"/activities/{first.pk}/review/")

    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="第二条")).to_be_visible()
    page.wait_for_load_state()  # keys are heard once the scripts are there
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name="第一条")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_label("再说清楚些").fill("a j k")  # letters in a field are letters
    page.get_by_label("再说清楚些").fill("")
    page.get_by_role("heading", name="第一条").click()
    page.keyboard.press("a")

    expect(page.get_by_role("heading", name="第二条")).to_be_visible()
    first.refresh_from_db()
    assert first.state == ActivityState.ACCEPTED


def test_a_password_can_be_looked_at(page: Page, db: None) -> None:
    page.goto("/login/")
    page.fill("[name=password]", "miao")
    page.get_by_role("button", name="显示").click()

    expect(page.locator("[name=password]")).to_have_attribute("type", "text")
    assert settings.OFFICE_PHONE in page.inner_text("footer")


def test_a_chart_answers_a_finger_and_is_kept_as_a_picture(page: Page, busy_city: World) -> None:
    sign_in(page, "bureau_staff")
    page.goto("/overview/?year=2023")
    assert page.evaluate("window.echarts") is None  # nobody carries the library unasked

    page.get_by_role("button", name="放大细看").first.click()
    expect(page.locator(".chart__live svg")).to_be_visible()
    with page.expect_download() as kept:
        page.get_by_role("button", name="存成图片").first.click()
    assert kept.value.suggested_filename == "每月活动场次.svg"
    assert b"<svg" in Path(kept.value.path()).read_bytes()[:200]
