"""Two schools become one on a telephone: every effect is seen first, and one step takes it back."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from committees.models import UnitChange
from portal.web.unit_changes.carrying_out import carry_out
from portal.web.unit_changes.wishes import Close
from tests.browser import walking
from tests.factories.committees import PASSWORD
from tests.personas import build_city
from tests.web.unit_changes.test_carrying_out import busy
from tests.web.unit_changes.worlds import everything

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def looks_right_on_a_phone(page: Page) -> None:
    walking.looks_right(page)
    page.set_viewport_size(walking.SMALLEST_PHONE)


@pytest.mark.timeout(120)
def test_a_merger_is_previewed_confirmed_and_undone_on_a_telephone(
    page: Page, shot: Callable[[Page, str], Path]
) -> None:
    city = build_city()
    busy(city)
    before = everything()
    page.set_viewport_size(walking.SMALLEST_PHONE)
    walking.sign_in(page, city.bureau_staff.username, PASSWORD)

    page.goto(f"/units/{city.school.pk}/")
    page.get_by_role("link", name="单位变动").first.click()
    page.get_by_role("link", name=re.compile("^合并")).click()
    page.get_by_label("并入一家已有的单位").check()
    page.get_by_label("并入哪一家？").fill("云山二小")
    page.locator("[name=on]").last.fill("2023-09-01")
    looks_right_on_a_phone(page)
    page.get_by_role("button", name="看看会有哪些变化").click()
    expect(page.get_by_text("写一句原因或文号").first).to_be_visible()
    assert page.get_by_label("并入哪一家？").input_value() == "云山二小"
    page.get_by_label("原因或文号").fill("教发〔2023〕21号")
    page.get_by_role("button", name="看看会有哪些变化").click()

    expect(page.get_by_text("还没有办。看一遍下面的变化")).to_be_visible()
    expect(page.get_by_text("不再计入应完成数和覆盖率").first).to_be_visible()
    shot(page, "unit-change-preview")
    looks_right_on_a_phone(page)
    assert everything() == before
    page.get_by_role("button", name="确定").click()

    expect(page.get_by_role("link", name="撤回这次变动")).to_be_visible()
    assert everything() != before
    shot(page, "unit-change-done")
    looks_right_on_a_phone(page)
    page.get_by_role("link", name="撤回这次变动").click()
    page.get_by_role("button", name="撤回").click()

    expect(page.get_by_text("已经撤回").first).to_be_visible()
    assert everything() == before
    assert UnitChange.objects.get().undone_at is not None


@pytest.mark.timeout(120)
def test_the_other_wizards_fit_the_smallest_telephone(
    page: Page, shot: Callable[[Page, str], Path]
) -> None:
    city = build_city()
    closed = city.schools[1]
    carry_out(Close(unit=closed, on=date(2023, 9, 1), note="改建"), by=None)
    page.set_viewport_size(walking.SMALLEST_PHONE)
    walking.sign_in(page, city.bureau_staff.username, PASSWORD)

    when = "on=2023-10-01&note=文"
    questions = {
        f"/units/{city.school.pk}/change/move/": f"to={city.offices[1].pk}&{when}",
        f"/units/{city.school.pk}/change/split/": f"first=云山东校&closes=no&{when}",
        f"/units/{closed.pk}/change/reopen/": f"under={city.office.pk}&committee=own&{when}",
    }
    for number, (path, answers) in enumerate(questions.items()):
        page.goto(path)
        shot(page, f"unit-change-form-{number}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.goto(f"{path}?{answers}")
        expect(page.get_by_text("还没有办。看一遍下面的变化")).to_be_visible()
        shot(page, f"unit-change-seen-{number}")
        looks_right_on_a_phone(page)
