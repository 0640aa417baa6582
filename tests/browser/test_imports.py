"""The roster walks in by the browser, carried by a real worker, and out again."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from committees.models import ImportRun, Unit
from tests.factories.committees import PASSWORD
from tests.personas import build_city
from tests.rosters import messy_roster

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
WAIT = 90_000  # the real worker shares two cores with everything else


def sign_in(page: Page, name: str) -> None:
    page.goto("/login/")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def looks_right(page: Page, shot, name: str) -> None:
    """No sideways scroll on a phone in either size, nothing for axe; pictures to look at."""
    shot(page, f"imports-{name}")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.set_viewport_size({"width": 360, "height": 800})
    shot(page, f"imports-{name}-phone")
    assert page.evaluate(TOO_WIDE) <= 0
    page.evaluate("document.documentElement.classList.add('big')")
    shot(page, f"imports-{name}-phone-big")
    assert page.evaluate(TOO_WIDE) <= 0
    page.evaluate("document.documentElement.classList.remove('big')")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_roster_is_imported_and_taken_back(page: Page, worker, shot, tmp_path: Path):
    city = build_city()
    data, truth = messy_roster(8)
    roster = tmp_path / "海陵名册.xlsx"
    roster.write_bytes(data)
    sign_in(page, "bureau_staff")

    page.goto("/imports/")
    looks_right(page, shot, "1-choose")
    page.get_by_label("名册文件").set_input_files(roster)
    page.get_by_role("button", name="下一步：对列").click()

    expect(page.get_by_role("heading", name="看看列对得对不对")).to_be_visible()
    expect(page.get_by_label("“学生数 (人)”这一列是")).to_have_value("students")
    looks_right(page, shot, "2-map")
    page.get_by_role("button", name="列对好了，开始检查").click()

    expect(page.get_by_role("heading", name="检查好了，还没有导入")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("只取那一行")).to_be_visible()
    assert Unit.objects.count() == 10
    looks_right(page, shot, "3-check")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载带检查结果的原表").click()
    assert download.value.suggested_filename == "海陵名册-检查结果.xlsx"
    page.get_by_role("button", name=f"导入到{city.bureau.name}").click()

    expect(page.get_by_role("heading", name="导入好了")).to_be_visible(timeout=WAIT)
    assert Unit.objects.count() == 10 + 3 + truth["schools"] + truth["kindergartens"]
    looks_right(page, shot, "4-done")
    page.get_by_role("link", name="撤销这次导入").click()
    looks_right(page, shot, "5-undo")
    page.get_by_role("button", name="撤销导入").click()

    expect(page.get_by_role("heading", name="这次导入已经撤销")).to_be_visible(timeout=WAIT)
    assert Unit.objects.count() == 10
    assert ImportRun.objects.get().state == "undone"


def test_a_file_that_is_no_workbook_is_told_so_on_the_page(page: Page, shot, tmp_path: Path):
    build_city()
    text = tmp_path / "名册.xlsx"
    text.write_text("姓名,电话", encoding="utf-8")
    sign_in(page, "bureau_staff")
    page.goto("/imports/")
    page.get_by_label("名册文件").set_input_files(text)
    page.get_by_role("button", name="下一步：对列").click()
    expect(page.get_by_text("另存为").first).to_be_visible()
    looks_right(page, shot, "6-bad-file")
    assert not ImportRun.objects.exists()
