"""What a person does in the browser on the main path, one function a stretch of the way."""

import io
import re
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

PHONE = {"width": 390, "height": 844}
SMALLEST_PHONE = {"width": 360, "height": 780}
DESK = {"width": 1280, "height": 900}
OWN_PASSWORD = "wode-mima-2468"


@dataclass(frozen=True)
class Slip:
    """What stands on the paper a new user is handed."""

    username: str
    password: str


def sign_in(page: Page, username: str, password: str) -> None:
    page.context.clear_cookies()
    page.goto("/login/")
    page.get_by_label("登录名").fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录").click()
    expect(page).not_to_have_url(re.compile("/login/"))


def first_sign_in(page: Page, slip: Slip) -> None:
    """Sign in by the slip, and set an own password as the portal asks."""
    sign_in(page, slip.username, slip.password)
    expect(page.get_by_role("heading", name="先换一个自己的密码")).to_be_visible()
    for field in page.locator("main input[type=password]").all():
        field.fill(slip.password if "old" in (field.get_attribute("name") or "") else OWN_PASSWORD)
    page.get_by_role("button", name="就用这个密码").click()
    expect(page).not_to_have_url(re.compile("password"))


def import_roster(page: Page, roster: Path) -> None:
    """Choose, match the columns, check, import; the worker does the two long stretches."""
    page.goto("/imports/")
    page.get_by_label("名册文件").set_input_files(roster)
    page.get_by_role("button", name="下一步：对列").click()
    page.get_by_role("button", name="列对好了，开始检查").click()
    expect(page.get_by_role("heading", name="检查好了，还没有导入")).to_be_visible(timeout=90_000)
    page.get_by_role("button", name=re.compile("^导入到")).click()
    expect(page.get_by_role("heading", name="导入好了")).to_be_visible(timeout=120_000)


def import_work_points(page: Page, document: Path, *, year: int) -> None:
    """Upload the document, look at every doubtful place, publish."""
    page.goto("/plans/new/")
    page.locator("input[type=file]").set_input_files(document)
    page.get_by_label(re.compile("年度|哪一年")).first.fill(str(year))
    page.get_by_role("button", name="上传并核对").click()
    while (checked := page.get_by_role("button", name=re.compile("^核对过了"))).count():
        checked.first.click()
    page.get_by_role("link", name="下一步：发布").first.click()
    page.get_by_role("button", name="发布给全市").click()


def put_obligations_in_force(page: Page, *, year: int) -> None:
    page.goto(f"/obligations/{year}/")
    page.get_by_role("link", name="去起草").click()
    page.get_by_role("button", name="起草").first.click()
    page.get_by_role("link", name="看一遍，让它生效").click()
    page.get_by_role("button", name="让它生效").click()
    expect(page.get_by_text(re.compile("生效了"))).to_be_visible(timeout=60_000)


def open_account(page: Page, unit_pk: int, *, role: str, name: str) -> Slip:
    page.goto(f"/accounts/new/?unit={unit_pk}")
    page.get_by_label(role).check()
    page.get_by_label(re.compile("使用人姓名")).fill(name)
    page.get_by_role("button", name="开通账号").click()
    keys = page.locator(".slip__key")
    expect(keys).to_have_count(2)
    return Slip(keys.nth(0).inner_text(), keys.nth(1).inner_text())


def photo(words: str) -> bytes:
    """A JPEG as a phone would send it."""
    picture = Image.new("RGB", (1600, 1200), "#e9e3d6")
    ImageDraw.Draw(picture).rectangle((200, 120, 1400, 260), fill="#b3191d")
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", comment=words.encode())
    return buffer.getvalue()


def log_meeting(page: Page, *, title: str, minutes: str, with_photo: bool = True) -> None:
    """The five answers of a secretary, a photo, the look over, the hand-in."""
    page.goto("/activities/new/")
    page.get_by_role("radio", name="工作推进会").check()
    page.get_by_role("radio", name="今天").check()
    page.get_by_label("3. 主题").fill(title)
    page.get_by_label("4. 到场多少人？").fill("18")
    page.get_by_label("5. 说了哪些事？").fill(minutes)
    if with_photo:
        shot = {"name": "会场.jpg", "mimeType": "image/jpeg", "buffer": photo(title)}
        page.locator("[data-file-add] input[type=file]:not([capture])").set_input_files([shot])
        expect(page.locator(".file-card img")).to_be_visible()
    page.get_by_role("button", name="下一步：核对一遍").click()
    expect(page.get_by_role("heading", name="核对一遍再交")).to_be_visible()


def hand_in(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^交给")).click()
    expect(page.get_by_role("heading", name="已经交上去了")).to_be_visible()


def accept_next(page: Page, title: str) -> None:
    """The office opens its queue and accepts the record."""
    page.goto("/activities/review/")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    page.get_by_role("button", name="通过，看下一条").click()


def cell_of(page: Page, row: str, column: int) -> Locator:
    """One cell of the matrix of offices, by the row's name and the place of its column."""
    return page.get_by_role("row", name=re.compile(re.escape(row))).get_by_role("cell").nth(column)


def looks_right(page: Page) -> None:
    """axe finds nothing, and nothing runs off a 360 px screen, in normal type and in large."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    page.set_viewport_size(SMALLEST_PHONE)
    for large in (False, True):
        page.evaluate("on => document.documentElement.classList.toggle('big', on)", large)
        extra = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert extra <= 0, f"{page.url} is {extra} px too wide (large type: {large})"
    page.evaluate("document.documentElement.classList.remove('big')")
    page.set_viewport_size(DESK)
