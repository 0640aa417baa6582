"""Every page of every role: sign in as each, follow every link, look at each page in four modes.

    make crawl                                          # starts a demo city of its own
    .venv/bin/python -m tests.browser.crawl --address http://127.0.0.1:8000 [--roles ju,jiaoban]

Writes var/crawl/report.json; exit 1 when anything was found. Of the pages of one view each role
opens at most `SAMPLES` for every set of query words. The width is measured in all four modes.
axe is asked in all four where a page holds a kind of thing no page before had, in one (by turns)
where it only puts known kinds together anew, and not again where the very same kinds stand.
"""

import argparse
import json
import os
import re
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "var" / "crawl" / "report.json"
ROLES = [
    *("ju", "lingdao", "jiaoban", "xuexiao", "youeryuan", "dangzu", "laoshi", "daoshi"),
    *("pingwei", "shenji", "xinju"),
]
SAMPLES = 2
NOT_A_PAGE = re.compile(r"logout|\.(pdf|xlsx|docx|zip|ics|csv|svg)(\?|$)|/export|/media/|/static/")
LINKS = "() => [...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href'))"


@dataclass
class Crawl:
    """What was opened and what was found, of all roles."""

    address: str
    looked: set[frozenset[Any]] = field(default_factory=set)
    known: set[Any] = field(default_factory=set)
    views: Counter[str] = field(default_factory=Counter)
    faults: list[dict[str, Any]] = field(default_factory=list)
    pages: dict[str, int] = field(default_factory=dict)
    asked: int = 0
    heaviest: tuple[int, str] = (0, "")


def view_of(address: str) -> tuple[str, str]:
    """The name of the view and the words of its query: pages of one pair look alike."""
    from django.urls import Resolver404, resolve

    split = urlsplit(address)
    try:
        name = resolve(split.path).view_name
    except Resolver404:
        name = split.path
    return name, ",".join(sorted({key for key, _ in parse_qsl(split.query)}))


def sign_in(page: Any, role: str, password: str) -> None:
    page.goto("/login/")
    page.fill("[name=username]", role)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile(r"^(?!.*/login/)"))


def crawl_as(crawl: Crawl, page: Any, role: str, start: list[str]) -> None:
    from playwright.sync_api import Error

    queue, taken, seen, files = deque(start), Counter[tuple[str, str]](), set(start), set[str]()
    while queue:
        at = queue.popleft()
        view = view_of(at)
        if taken[view] >= SAMPLES or view[0] in files:
            continue
        taken[view] += 1
        try:
            answer = page.goto(at)
        except Error as refused:
            if "Download" not in refused.message and "ERR_ABORTED" not in refused.message:
                raise
            files.add(view[0])
            continue
        if answer is None or "html" not in (answer.headers.get("content-type") or ""):
            files.add(view[0])
            continue
        crawl.views[view[0]] += 1
        crawl.pages[role] = crawl.pages.get(role, 0) + 1
        if crawl.pages[role] % 50 == 0:
            tell(f"{role}: {crawl.pages[role]} pages, at {at}")
        if answer.status >= 400:
            crawl.faults.append({"role": role, "page": at, "found": [f"status {answer.status}"]})
        look_at(crawl, page, role, at)
        for link in page.evaluate(LINKS):
            onward = followed(at, link)
            if onward and onward not in seen:
                seen.add(onward)
                queue.append(onward)


def followed(at: str, link: str) -> str | None:
    """Where a link leads to, when that is a page of ours."""
    link = link.split("#")[0]
    if link.startswith("?"):
        link = at.split("?")[0] + link
    is_page = link.startswith("/") and not link.startswith("//") and not NOT_A_PAGE.search(link)
    return link if is_page else None


def look_at(crawl: Crawl, page: Any, role: str, at: str) -> None:
    from tests.browser import looking

    faults = looking.once(page)
    crawl.heaviest = max(crawl.heaviest, (looking.travelled(page), f"{role} {at}"))
    kinds = looking.kinds(page)
    turn = {looking.MODES[len(crawl.looked) % 4]} if kinds not in crawl.looked else set()
    asked = set(looking.MODES) if kinds - crawl.known else turn
    crawl.looked.add(kinds)
    crawl.known |= kinds
    for mode in looking.MODES:
        found = looking.sideways(page, mode)
        if mode in asked:
            found += looking.objections(page)
            crawl.asked += 1
        faults += [f"{mode.name} {words}" for words in found]
    if faults:
        crawl.faults.append({"role": role, "page": at, "found": faults})
        tell("  ", role, at, *faults)


def tell(*words: str) -> None:
    sys.stdout.write("\n      ".join(words) + "\n")
    sys.stdout.flush()


def crawl_all(address: str, roles: list[str], password: str) -> Crawl:
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import FLAGS, chromium

    crawl = Crawl(address)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for role in ["", *roles]:
            began = time.monotonic()
            context = browser.new_context(locale="zh-CN", base_url=address)
            page = context.new_page()
            if role:
                sign_in(page, role, password)
            crawl_as(crawl, page, role, ["/todo/", "/menu/"] if role else ["/login/", "/"])
            context.close()
            tell(
                f"{role or '-'}: {crawl.pages.get(role, 0)} pages, {time.monotonic() - began:.0f} s"
            )
        browser.close()
    return crawl


@contextmanager
def portal_at(address: str | None) -> Iterator[str]:
    if address:
        yield address
        return
    from tests.browser.demo import demo_portal

    with demo_portal() as started:
        yield started


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--address")
    parser.add_argument("--roles", default=",".join(ROLES))
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from portal.web.demo.accounts import PASSWORD

    began = time.monotonic()
    with portal_at(given.address) as address:
        crawl = crawl_all(address, given.roles.split(","), PASSWORD)
    report = {
        "pages": crawl.pages,
        "opened": sum(crawl.pages.values()),
        "views": len(crawl.views),
        "asked_axe": crawl.asked,
        "heaviest_bytes": crawl.heaviest,
        "seconds": round(time.monotonic() - began),
        "faults": crawl.faults,
        "names_of_views": dict(crawl.views.most_common()),
    }
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    tell(f"{report['opened']} pages of {report['views']} views, axe asked {crawl.asked} times")
    tell(f"{len(crawl.faults)} with faults; see {REPORT.relative_to(ROOT)}")
    return 1 if crawl.faults else 0


if __name__ == "__main__":
    sys.exit(main())
