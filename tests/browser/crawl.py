"""Every page of every role: sign in as each, follow every link, look at each page in four modes.

    make crawl                                          # starts a demo city of its own
    .venv/bin/python -m tests.browser.crawl --address http://127.0.0.1:8000 [--roles ju,jiaoban]

Of each view a role opens at most `SAMPLES` pages. A page is loaded once; the four modes are put on
it where it stands and the width is measured in each. axe is asked in all four where a page holds a
kind of thing no page before had, in one (by turns) where known kinds stand together anew, and not
again where the very same kinds were right before.

A role's answer is written to var/crawl/<role>.json every few pages, so that a run that was cut off
has said what it saw; var/crawl/report.json holds all. The next run takes the roles that were not
finished or not right; when none is left, or with --roles, it begins anew. Exit 1 for faults.
"""

import argparse
import json
import os
import re
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
REPORTS = ROOT / "var" / "crawl"
NOBODY = "nobody"  # who has not signed in
ROLES = [
    *(NOBODY, "xuexiao", "jiaoban", "ju", "lingdao", "youeryuan", "dangzu", "laoshi", "daoshi"),
    *("pingwei", "shenji", "xinju"),
]
SAMPLES = 2
EVERY = 20  # pages between two lines of progress and two writings of the report
NOT_A_PAGE = re.compile(r"logout|\.(pdf|xlsx|docx|zip|ics|csv|svg)(\?|$)|/export|/media/|/static/")
LINKS = "() => [...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href'))"


@dataclass
class Round:
    """What one role opened and what was found there."""

    role: str
    finished: bool = False
    pages: int = 0
    seconds: int = 0
    asked_axe: int = 0
    heaviest: tuple[int, str] = (0, "")
    faults: list[dict[str, Any]] = field(default_factory=list)
    views: dict[str, int] = field(default_factory=dict)

    @property
    def is_right(self) -> bool:
        return self.finished and not self.faults

    @property
    def line(self) -> str:
        stands = "" if self.finished else " (not finished)"
        return (
            f"{self.role}: {self.pages} pages of {len(self.views)} views, {self.seconds} s, "
            f"axe asked {self.asked_axe} times, {len(self.faults)} pages with faults{stands}"
        )

    def found(self, at: str, *words: str) -> None:
        self.faults.append({"page": at, "found": list(words)})
        tell(f"{self.role} {at}", *words)

    def write(self) -> None:
        REPORTS.mkdir(parents=True, exist_ok=True)
        path = REPORTS / f"{self.role}.json"
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")


class Looker:
    """Looks at open pages, and knows which kinds of things and of pages were right."""

    def __init__(self) -> None:
        self.right: set[frozenset[Any]] = set()
        self.known: set[Any] = set()

    def look_at(self, page: Any, round_: Round, at: str) -> None:
        from tests.browser import looking

        round_.heaviest = max(round_.heaviest, (looking.travelled(page), at))
        faults, kinds = looking.once(page), looking.kinds(page)
        turn = round_.pages % len(looking.MODES)
        asked = set(looking.MODES) if kinds - self.known else {looking.MODES[turn]}
        for mode in looking.MODES:
            found = looking.sideways(page, mode)
            if mode in asked and kinds not in self.right:
                found += looking.objections(page)
                round_.asked_axe += 1
            faults += [f"{mode.name} {words}" for words in found]
        if faults:
            round_.found(at, *faults)
        else:
            self.right.add(kinds)
            self.known |= kinds


def view_of(address: str) -> str:
    """The name of the view: pages of one name look alike."""
    from django.urls import Resolver404, resolve

    path = urlsplit(address).path
    try:
        return resolve(path).view_name
    except Resolver404:
        return path


def sign_in(page: Any, role: str, password: str) -> None:
    page.goto("/login/")
    page.fill("[name=username]", role)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile(r"^(?!.*/login/)"))


def crawl_as(round_: Round, looker: Looker, page: Any) -> None:
    """Follow the links from the first pages until no view has a sample left to open."""
    from playwright.sync_api import Error

    start = ["/login/", "/"] if round_.role == NOBODY else ["/todo/", "/menu/"]
    queue, seen = deque(start), set(start)
    taken, files = Counter[str](), set[str]()
    while queue:
        at = queue.popleft()
        view = view_of(at)
        if taken[view] >= SAMPLES or view in files:
            continue
        taken[view] += 1
        try:
            if not opened(round_, page, at):
                files.add(view)
                continue
            round_.views[view] = round_.views.get(view, 0) + 1
            looker.look_at(page, round_, at)
            links = page.evaluate(LINKS)
        except Error as refused:  # one page that cannot be opened does not end the round
            round_.found(at, f"not opened: {refused.message.splitlines()[0]}")
            continue
        onward = {to: None for link in links if (to := followed(at, link)) and to not in seen}
        seen.update(onward)
        queue.extend(onward)


def opened(round_: Round, page: Any, at: str) -> bool:
    """Load a page; False when the address answers with a file."""
    from playwright.sync_api import Error

    try:
        answer = page.goto(at)
    except Error as refused:
        if "Download" in refused.message or "ERR_ABORTED" in refused.message:
            return False
        raise
    if answer is None or "html" not in (answer.headers.get("content-type") or ""):
        return False
    round_.pages += 1
    if answer.status >= 400 and answer.status != 409:  # two texts beside each other are a 409
        round_.found(at, f"status {answer.status}")
    if round_.pages % EVERY == 0:
        round_.write()
        tell(f"{round_.role}: {round_.pages} pages, at {at}")
    return True


def followed(at: str, link: str) -> str | None:
    """Where a link leads to, when that is a page of ours."""
    link = link.split("#")[0]
    if link.startswith("?"):
        link = at.split("?")[0] + link
    is_page = link.startswith("/") and not link.startswith("//") and not NOT_A_PAGE.search(link)
    return link if is_page else None


def tell(*words: str) -> None:
    sys.stdout.write("\n      ".join(words) + "\n")
    sys.stdout.flush()


def crawl_all(address: str, roles: list[str], password: str) -> None:
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import FLAGS, chromium

    looker = Looker()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for role in roles:
            round_, began = Round(role), time.monotonic()
            context = browser.new_context(locale="zh-CN", base_url=address)
            try:
                page = context.new_page()
                if role != NOBODY:
                    sign_in(page, role, password)
                crawl_as(round_, looker, page)
                round_.finished = True
            finally:  # also when somebody ends the run: what was seen stands
                round_.seconds = round(time.monotonic() - began)
                round_.write()
                tell(round_.line)
            context.close()
        browser.close()


def rounds() -> list[Round]:
    """What the roles' files say, of this run and of those before it."""
    files = [path for role in ROLES if (path := REPORTS / f"{role}.json").exists()]
    return [Round(**json.loads(file.read_text(encoding="utf-8"))) for file in files]


def roles_to_do(named: str) -> list[str]:
    if named:
        return named.split(",")
    right = {each.role for each in rounds() if each.is_right}
    left = [role for role in ROLES if role not in right]
    return left or ROLES


def write_report() -> list[Round]:
    done = rounds()
    views = Counter[str]()
    for each in done:
        views.update(each.views)
    report = {
        "rounds": [each.line for each in done],
        "pages": sum(each.pages for each in done),
        "views": len(views),
        "heaviest_bytes": max((each.heaviest for each in done), default=(0, "")),
        "faults": [{"role": each.role, **fault} for each in done for fault in each.faults],
        "names_of_views": dict(views.most_common()),
    }
    REPORTS.mkdir(parents=True, exist_ok=True)
    path = REPORTS / "report.json"
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    tell("", *(each.line for each in done), f"see {path.relative_to(ROOT)}")
    return done


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
    parser.add_argument("--roles", default="")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    import django

    django.setup()
    from portal.web.demo.accounts import PASSWORD

    roles = roles_to_do(given.roles)
    try:
        with portal_at(given.address) as address:
            crawl_all(address, roles, PASSWORD)
    finally:
        done = write_report()
    stands = {each.role: each.is_right for each in done}
    return 0 if all(stands.get(role) for role in roles) else 1


if __name__ == "__main__":
    sys.exit(main())
