"""Take the pictures of the handbook and of the README afresh from a portal with the demo.

    .venv/bin/python scripts/handbook.py                # starts a portal in a folder of its own
    .venv/bin/python scripts/handbook.py --at http://127.0.0.1:8054 [--only record,todo]

What is to be seen stands beside the step that needs it, in docs/handbook/*.toml: `user` who looks
(none: nobody signed in), `path`, `click` words to press on the way, `phone`, `large`. Needs
Chromium and pdftoppm (packages chromium and poppler-utils).
"""

import argparse
import io
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")  # servers of this run alone

import django  # noqa: E402

django.setup()

from portal.web.demo.accounts import PASSWORD  # noqa: E402
from tests.browser.conftest import FLAGS, chromium  # noqa: E402
from tests.browser.crawl import portal_at  # noqa: E402

HANDBOOK = ROOT / "docs" / "handbook"
README = ROOT / "docs" / "pictures"
LARGEST = {HANDBOOK / "pictures": 90_000, README: 300_000}  # bytes: read over slow lines too
PHONE = (390, 640)
SCREEN = (1100, 660)
PAPER = "#d9d5cc"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--at", help="address of a running portal with the demo")
    asked.add_argument("--only", help="names of pictures, with commas", default="")
    given = asked.parse_args()
    only = {name for name in given.only.split(",") if name}
    with portal_at(given.at) as address:
        take_all(address, only)


def take_all(address: str, only: set[str]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        visitors: dict[tuple[str, bool], Page] = {}
        for told in pictures():
            if not only or told["name"] in only:
                chapter_picture(browser, address, told, visitors)
        if not only or "readme" in only:
            page = visitor(browser, address, "ju", width=1280, height=1010)
            page.goto("/obligations/")
            save(screen(page), README, "matrix")
            save(bulletin(page), README, "bulletin")
            save(phone(browser, address), README, "phone")
        browser.close()


def pictures() -> list[dict]:
    """What the chapters ask for, in the order of the chapters."""
    found = []
    for path in sorted(HANDBOOK.glob("*.toml")):
        for part in tomllib.loads(path.read_text(encoding="utf-8"))["parts"]:
            told = [step["picture"] for step in part["steps"] if isinstance(step, dict)]
            found += [picture for picture in told if not picture.get("document")]
    return found


def chapter_picture(
    browser: Browser, address: str, told: dict, visitors: dict[tuple[str, bool], Page]
) -> None:
    is_phone = told.get("phone", False)
    who = told.get("user", "")
    if (who, is_phone) not in visitors:
        width, height = PHONE if is_phone else SCREEN
        visitors[who, is_phone] = visitor(browser, address, who, width=width, height=height)
    page = visitors[who, is_phone]
    answer = page.goto(told["path"])
    if answer is None or answer.status != 200:
        sys.exit(f"{told['name']}: {told['path']} does not open for {who or 'nobody'}")
    for words in told.get("click", []):
        page.locator("main").get_by_text(words).first.click()
        page.wait_for_load_state()
    if told.get("large"):
        page.evaluate("document.documentElement.classList.add('big')")
    if "to" in told:
        page.locator("main").get_by_text(told["to"]).first.evaluate(
            "it => scrollBy(0, it.getBoundingClientRect().top - 90)"
        )
    save(screen(page), HANDBOOK / "pictures", told["name"])


def visitor(browser: Browser, address: str, username: str, *, width: int, height: int) -> Page:
    """Somebody of the demo, signed in; nobody in particular where no name is given."""
    context = browser.new_context(
        base_url=address, locale="zh-CN", viewport={"width": width, "height": height}
    )
    page = context.new_page()
    if username:
        page.goto("/login/")
        page.get_by_label("登录名").fill(username)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
    return page


def screen(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def bulletin(page: Page) -> Image.Image:
    """The first two pages of the newest printed issue, side by side."""
    page.goto("/bulletins/")
    page.get_by_role("row", name=re.compile("已印发")).first.get_by_role("link").first.click()
    sheet = page.request.get(
        page.get_by_role("link", name="打开 PDF 打印").get_attribute("href") or ""
    ).body()
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder, "sheet.pdf")
        pdf.write_bytes(sheet)
        command = ["pdftoppm", "-r", "76", "-l", "2", "-png", pdf, pdf.with_suffix("")]
        subprocess.run(command, check=True)
        pages = [Image.open(path).convert("RGB") for path in sorted(Path(folder).glob("*.png"))]
        return side_by_side(pages)


def phone(browser: Browser, address: str) -> Image.Image:
    """A school secretary's phone: what is due, and the five answers."""
    page = visitor(browser, address, "xuexiao", width=390, height=844)
    shots = []
    for path in ("/todo/", "/activities/new/"):
        page.goto(path)
        shots.append(screen(page))
    return side_by_side(shots)


def side_by_side(shots: list[Image.Image], gap: int = 18) -> Image.Image:
    width = sum(picture.width + gap for picture in shots) + gap
    board = Image.new("RGB", (width, shots[0].height + 2 * gap), PAPER)
    x = gap
    for picture in shots:
        board.paste(picture, (x, gap))
        x += picture.width + gap
    return board


def save(picture: Image.Image, folder: Path, name: str) -> None:
    """Write a PNG with as many colours as the size allows."""
    folder.mkdir(parents=True, exist_ok=True)
    for colours in (256, 128, 64, 32, 16):
        buffer = io.BytesIO()
        few = picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE)
        few.save(buffer, "PNG", optimize=True)
        if buffer.tell() <= LARGEST[folder]:
            break
    (folder / f"{name}.png").write_bytes(buffer.getvalue())
    print(f"{name}.png  {buffer.tell() / 1000:.0f} kB")


if __name__ == "__main__":
    main()
