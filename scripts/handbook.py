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
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
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
    if given.at:
        take_all(given.at, only)
        return
    with own_portal() as address:
        take_all(address, only)


@contextmanager
def own_portal() -> Iterator[str]:
    """A portal with the demo in a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="yuanding-pictures-") as var, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        env = {**os.environ, "YUANDING_VAR": var, "PORT": str(port)}
        command = [sys.executable, "-m", "portal.stack.supervise"]
        portal = subprocess.Popen(command, cwd=ROOT, env=env)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address, portal)
            yield address
        finally:
            portal.send_signal(signal.SIGINT)
            portal.wait(60)


def wait_for(address: str, portal: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 600
    while time.monotonic() < until:
        if portal.poll() is not None:
            sys.exit("the portal did not start")
        try:
            with urllib.request.urlopen(f"{address}/login/"):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(1)
    sys.exit("the portal took too long")


def take_all(address: str, only: set[str]) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
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
            found += [step["picture"] for step in part["steps"] if isinstance(step, dict)]
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


def password() -> str:
    source = (ROOT / "portal/web/demo/accounts.py").read_text(encoding="utf-8")
    return re.search(r'^PASSWORD = "(.+?)"', source, re.M)[1]


def visitor(browser: Browser, address: str, username: str, *, width: int, height: int) -> Page:
    """Somebody of the demo, signed in; nobody in particular where no name is given."""
    context = browser.new_context(
        base_url=address, locale="zh-CN", viewport={"width": width, "height": height}
    )
    page = context.new_page()
    if username:
        page.goto("/login/")
        page.get_by_label("登录名").fill(username)
        page.get_by_label("密码", exact=True).fill(password())
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
