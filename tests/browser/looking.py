"""What is asked of every page that is opened: in both widths and both sizes of letters."""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
from django.contrib.staticfiles import finders
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HEAVIEST = 200 * 1024  # bytes that travel before images
AXE = (Path(axe_playwright_python.__path__[0]) / "axe.min.js").resolve().read_text(encoding="utf-8")


@dataclass(frozen=True)
class Mode:
    width: int
    large: bool

    @property
    def name(self) -> str:
        return f"{self.width}{'-large' if self.large else ''}"


MODES = (Mode(1280, False), Mode(1280, True), Mode(360, True), Mode(360, False))

# Contrast is asked at 7:1 (AAA), which is more than what the AA rule asks of the same words.
ASK_AXE = """async (rules) => {
  const found = await axe.run({
    runOnly: { type: "tag", values: rules },
    rules: { "color-contrast": { enabled: false }, "color-contrast-enhanced": { enabled: true } },
    resultTypes: ["violations"],
  });
  return found.violations.map((rule) =>
    `${rule.id}: ${rule.nodes.slice(0, 2).map((node) => node.html.slice(0, 150)).join(" ; ")}`);
}"""
SET_MODE = """(large) => {
  document.documentElement.classList.toggle("big", large);
  return document.documentElement.scrollWidth > innerWidth;
}"""
# The parts that stick out, but for those in a strip that scrolls by itself.
STICKING_OUT = """() => [...document.querySelectorAll("body *")]
  .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1
    && !e.closest(".table-scroll"))
  .slice(0, 3).map((e) => `${e.tagName}.${e.getAttribute("class")}`)"""
INLINE = """() => {
  const scripts = [...document.querySelectorAll("script:not([src])")]
    .filter((e) => e.type !== "application/json").map((e) => e.outerHTML.slice(0, 100));
  const handlers = [...document.querySelectorAll("*")].filter((e) =>
    e.getAttributeNames().some((name) => name.startsWith("on")))
    .map((e) => e.outerHTML.slice(0, 100));
  return [...scripts, ...handlers];
}"""
TRAVELLED = """() => [...performance.getEntriesByType("navigation"),
    ...performance.getEntriesByType("resource")]
  .map((entry) => [entry.name, entry.encodedBodySize])"""
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg", ".ico")
# What of a page decides axe's answer, but for words and lengths: which kinds of things it holds.
KINDS = """() => [...new Set([...document.querySelectorAll("body *")].map((e) => {
  const name = (x) => `${x.tagName}.${x.getAttribute("class") || ""}`;
  const marks = e.getAttributeNames().filter((n) => !["value", "href"].includes(n)).join();
  return `${name(e.parentElement)}>${name(e)}[${marks}]${e.type || ""}${e.role || ""}`;
}))]"""


def sideways(page: Page, mode: Mode) -> list[str]:
    """Put the open page in this mode, and name what runs off to the right."""
    if page.viewport_size != {"width": mode.width, "height": 800}:
        page.set_viewport_size({"width": mode.width, "height": 800})
    if not page.evaluate(SET_MODE, mode.large):
        return []
    return [f"sideways: {part}" for part in page.evaluate(STICKING_OUT) or ["?"]]


def objections(page: Page) -> list[str]:
    """What axe says of the page as it stands."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE)
    return [f"axe {words}" for words in page.evaluate(ASK_AXE, RULES)]


def once(page: Page) -> list[str]:
    """What does not depend on the mode: no script in the page itself, no heavy load."""
    faults = [f"inline: {part}" for part in page.evaluate(INLINE)]
    weight = travelled(page)
    if weight > HEAVIEST:
        faults.append(f"heavy: {weight // 1024} KB before images")
    return faults


def travelled(page: Page) -> int:
    """Bytes as they travel, without images; a copy in the browser's cache counts too."""
    total = 0
    for address, size in page.evaluate(TRAVELLED):
        path = urlsplit(address).path
        if not path.endswith(PICTURES) and "/photos/" not in path:
            total += squeezed(path) or size
    return total


@cache
def squeezed(path: str) -> int:
    """The size of a static file as the portal sends it; a test server sends it unsqueezed."""
    found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
    if not isinstance(found, str):
        return 0
    with open(found, "rb") as file:
        return len(gzip.compress(file.read()))


def kinds(page: Page) -> frozenset[Any]:
    return frozenset(page.evaluate(KINDS))
