"""Nobody touches a mouse: a meeting is logged and a work is marked with the keys of the keyboard.

At every stop it must be seen where one stands: a ring round the thing or its card, and nothing of
the page's own bars lying over it.
"""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from activities.models import Activity
from reading_program.choices import SheetState
from tests.conventions.access_rows.judging import begun
from tests.factories.committees import PASSWORD
from tests.personas import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FAR = 120  # stops; no page has more
# Is the focus seen? The ring may be drawn by the card that holds a hidden radio button.
SEEN = """(e) => {
  const ringed = (x) => {
    const style = getComputedStyle(x), outline = style.outlineStyle !== "none";
    return (outline && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  };
  const rings = [e, e.closest("label"), e.closest(".choice"), e.nextElementSibling]
    .filter(Boolean).some(ringed);
  const holder = getComputedStyle(e).opacity === "0" ? e.closest("label") || e.parentElement : e;
  const box = holder.getBoundingClientRect();
  const middle = document.elementFromPoint(
    box.left + Math.min(box.width, innerWidth) / 2, box.top + Math.min(box.height, 40) / 2);
  const open = middle && (holder.contains(middle) || middle.contains(holder));
  return [rings ? "" : "no ring", open ? "" : "covered"].filter(Boolean).join(", ");
}"""


class Keys:
    """A person with a keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.unseen: list[str] = []

    def go_to(self, target: Locator) -> None:
        """Press Tab until the thing has the focus."""
        wanted = target.element_handle()
        for _ in range(FAR):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate_handle("document.activeElement").as_element()
            if here is None or here.evaluate("(e) => e === document.body"):
                continue
            if fault := here.evaluate(SEEN):
                self.unseen.append(f"{fault}: {here.evaluate('(e) => e.outerHTML')[:160]}")
            if here.evaluate("(e, wanted) => e === wanted", wanted):
                return
        raise AssertionError(f"Tab does not come to {target}")

    def choose(self, group: Locator, wanted: Locator) -> None:
        """Tab into a group of radio buttons and go on by arrows."""
        self.go_to(group.first)
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not come to {wanted}")

    def write(self, field: Locator, words: str) -> None:
        self.go_to(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(words)

    def press(self, button: Locator) -> None:
        self.go_to(button)
        self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()

    def sign_in(self, username: str) -> None:
        self.page.goto("/login/")
        self.write(self.page.get_by_label("登录名"), username)
        self.write(self.page.get_by_label("密码", exact=True), PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page).not_to_have_url(re.compile("/login/"))


def test_a_meeting_is_logged_with_the_keyboard_alone(page: Page, city: World) -> None:
    keys = Keys(page)
    keys.sign_in("school_secretary")
    keys.press(page.get_by_role("link", name="记一次活动").locator("visible=true").first)
    keys.choose(page.locator("[name=kind]"), page.get_by_role("radio", name="工作推进会"))
    keys.choose(page.locator("[name=held_on_day]"), page.get_by_role("radio", name="昨天"))
    keys.write(page.get_by_label("3. 主题"), "第四季度工作推进会")
    keys.write(page.get_by_label("4. 到场多少人？"), "18")
    keys.write(page.get_by_label("5. 说了哪些事？"), "通报前一段工作，布置颁奖和进班级两件事。")
    keys.press(page.get_by_role("button", name="下一步：核对一遍"))
    expect(page.get_by_role("heading", name="核对一遍再交")).to_be_visible()
    keys.press(page.get_by_role("button", name=re.compile("^交给")))
    expect(page.get_by_role("heading", name="已经交上去了")).to_be_visible()

    record = Activity.objects.get()
    assert (record.state, record.kind.name, record.attendance) == ("submitted", "工作推进会", 18)
    assert keys.unseen == []


def test_a_work_is_marked_with_the_keyboard_alone(page: Page, city: World) -> None:
    sheet = begun(city)
    keys = Keys(page)
    keys.sign_in("judge")
    address = reverse("reading_program:sheet", args=[sheet.pk])
    page.goto(reverse("reading_program:my_sheets"))
    keys.press(page.locator(f"main a[href='{address}']").first)
    expect(page.get_by_role("heading", name="评分")).to_be_visible()
    fields = page.locator("main form input[name^=mark_]").all()
    for field in fields:
        keys.write(field, "8")
    keys.press(page.get_by_role("button", name="交分，看下一件"))
    expect(page.get_by_role("heading", name="评分")).to_have_count(0)

    sheet.refresh_from_db()
    assert (sheet.state, sheet.total) == (SheetState.SUBMITTED, 8 * len(fields))
    assert keys.unseen == []
