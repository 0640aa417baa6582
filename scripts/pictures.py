"""Take the README's pictures afresh: load the demo in a folder of its own, look, and save.

    .venv/bin/python scripts/pictures.py

Needs Chromium and pdftoppm (packages chromium and poppler-utils).
"""

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
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
LARGEST = 300_000  # bytes: a README is read over slow lines too
PAPER = "#d9d5cc"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="yuanding-pictures-") as var, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        env = {**os.environ, "YUANDING_VAR": var, "PORT": str(port)}
        command = [sys.executable, "-m", "portal.stack.supervise"]
        portal = subprocess.Popen(command, cwd=ROOT, env=env)
        try:
            take_all(f"http://127.0.0.1:{port}", portal)
        finally:
            portal.send_signal(signal.SIGINT)
            portal.wait(60)


def take_all(address: str, portal: subprocess.Popen[bytes]) -> None:
    wait_for(address, portal)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = visitor(browser, address, "ju", width=1280, height=1010)
        page.goto("/obligations/")
        save(Image.open(io.BytesIO(page.screenshot())), "matrix")
        save(bulletin(page), "bulletin")
        save(phone(browser, address), "phone")
        browser.close()


def wait_for(address: str, portal: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 300
    while time.monotonic() < until:
        if portal.poll() is not None:
            sys.exit("the portal did not start")
        try:
            with urllib.request.urlopen(f"{address}/login/"):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(1)
    sys.exit("the portal took too long")


def password() -> str:
    source = (ROOT / "portal/web/demo/accounts.py").read_text(encoding="utf-8")
    return re.search(r'^PASSWORD = "(.+?)"', source, re.M)[1]


def visitor(browser: Browser, address: str, username: str, *, width: int, height: int) -> Page:
    """Somebody of the demo, signed in."""
    context = browser.new_context(
        base_url=address, locale="zh-CN", viewport={"width": width, "height": height}
    )
    page = context.new_page()
    page.goto("/login/")
    page.get_by_label("登录名").fill(username)
    page.get_by_label("密码", exact=True).fill(password())
    page.get_by_role("button", name="登录").click()
    return page


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
        shots.append(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
    return side_by_side(shots)


def side_by_side(pictures: list[Image.Image], gap: int = 18) -> Image.Image:
    width = sum(picture.width + gap for picture in pictures) + gap
    board = Image.new("RGB", (width, pictures[0].height + 2 * gap), PAPER)
    x = gap
    for picture in pictures:
        board.paste(picture, (x, gap))
        x += picture.width + gap
    return board


def save(picture: Image.Image, name: str) -> None:
    """Write a PNG with as many colours as the size allows."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for colours in (256, 128, 64, 32):
        buffer = io.BytesIO()
        few = picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE)
        few.save(buffer, "PNG", optimize=True)
        if buffer.tell() <= LARGEST:
            break
    (PICTURES / f"{name}.png").write_bytes(buffer.getvalue())
    print(f"{name}.png  {buffer.tell() / 1000:.0f} kB")


if __name__ == "__main__":
    main()
