"""Every address that answers with a page, opened in Chromium: axe, width, weight, no inline script.

Each row of the access table says what the address is about and who may open it. The answer comes
from Django in this process, inside a transaction that is rolled back; the browser is handed it with
the project's own static files. One mode an address, by turns, for axe; all four for the width.
`make crawl` follows every link as every role in all four modes.
"""

import mimetypes
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route

from tests.browser import looking
from tests.conventions import access
from tests.personas import World

pytestmark = pytest.mark.browser

HOUSE = "http://testserver"
# How many of an app's addresses answer with a page; the rest are files, steps and short answers.
AT_LEAST = {"web": 25, "committees": 40, "activities": 60, "reading_program": 40, "evaluations": 60}


class House:
    """A browser page whose only server is the answer that was handed to it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.answer = HttpResponse()
        page.route("**/*", self.fulfil)

    def open(self, url: str, answer: HttpResponse) -> None:
        self.answer = answer
        self.page.goto(HOUSE + url, wait_until="load")

    def fulfil(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if route.request.is_navigation_request():
            route.fulfill(body=self.answer.content, headers=dict(self.answer.headers), status=200)
            return
        is_static = path.startswith("/static/")
        found = finders.find(path.removeprefix("/static/")) if is_static else None
        if not isinstance(found, str):  # a photo, a part fetched later
            route.fulfill(status=204)
            return
        kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
        route.fulfill(body=Path(found).read_bytes(), content_type=kind)


def asked(city: World, row: access.Row, name: str, turn: int) -> tuple[str, str, HttpResponse]:
    """Open the address as one of those who may, each in turn; answer who, where and what came."""
    url = reverse(name, kwargs=row.given(city))
    url += row.query(city) if callable(row.query) else row.query
    client = Client()
    allowed = sorted(row.allowed)
    persona = allowed[turn % len(allowed)] if allowed else access.ANONYMOUS
    if persona != access.ANONYMOUS:
        client.force_login(city.users[persona])
    answer = client.get(url)
    if answer.streaming:
        list(answer.streaming_content)  # reading to the end closes the file
    return persona, url, answer


def is_page(answer: HttpResponse) -> bool:
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    return is_html and answer.status_code == 200 and b"<!doctype" in answer.content[:200].lower()


@pytest.mark.parametrize("app", AT_LEAST)
def test_every_page_of_an_app_is_right(browser: Browser, city: World, app: str) -> None:
    context = browser.new_context(locale="zh-CN", bypass_csp=False)
    house = House(context.new_page())
    faults: dict[str, list[str]] = {}
    opened, rows = 0, access.rows()
    for turn, address in enumerate(access.addresses()):
        row = rows.get(address.key)
        if address.app != app or row is None or "GET" not in row.methods:
            continue
        with transaction.atomic():
            persona, url, answer = asked(city, row, address.name, turn)
            if not answer.streaming and is_page(answer):
                opened += 1
                house.open(url, answer)
            else:
                url = ""
            transaction.set_rollback(True)
        if url and (found := look(house.page, turn)):
            faults[f"{address.key} as {persona}"] = found
    context.close()

    assert faults == {}
    assert opened >= AT_LEAST[app], opened


def look(page: Page, turn: int) -> list[str]:
    found = looking.once(page)
    for place, mode in enumerate(looking.MODES):
        found += looking.sideways(page, mode)
        if place == turn % len(looking.MODES):
            found += looking.objections(page)
    return found
