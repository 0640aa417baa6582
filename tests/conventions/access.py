"""Who may open which address: the expected answer for every URL name of the project.

One `Row` an address, kept in `access_rows/<app>.py`. Every persona of `tests.personas` falls into
one of three classes: it is let in, it is told who can (403), or the thing is not there (404). Each
address is asked with each of its methods; what a POST does is rolled back before the next persona.
"""

from collections.abc import Callable, Iterator, Set
from copy import deepcopy
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from tests.conventions import access_rows
from tests.personas import PERSONAS, World

ALLOWED = {200, 302, 409, 422}
ANONYMOUS = "anonymous"

EVERYBODY = frozenset(PERSONAS)
OFFICES = frozenset({"office_secretary", "other_office_secretary"})
SCHOOLS = frozenset(
    {
        "school_secretary",
        "sibling_secretary",
        "other_school_secretary",
        "kindergarten_secretary",
    }
)
# Who sees the school of the world at all: its own people and everybody above it.
AROUND_SCHOOL = frozenset(
    {
        "bureau_leader",
        "bureau_staff",
        "auditor",
        "office_secretary",
        "school_secretary",
        "party_contact",
    }
)
# Who has a unit to look after or to look at; the others judge, teach and enter contests.
UNIT_PEOPLE = AROUND_SCHOOL | OFFICES | SCHOOLS


@dataclass(frozen=True)
class Row:
    """`forbidden` are told who can; personas in neither set find nothing there.

    `query` and `data` may depend on the things of the world the address is about.
    """

    allowed: Set[str]
    forbidden: Set[str] = frozenset()
    given: Callable[[World], dict[str, Any]] = lambda city: {}
    methods: tuple[str, ...] = ("GET",)
    query: str | Callable[[World], str] = ""
    data: dict[str, Any] | Callable[[World], dict[str, Any]] = field(default_factory=dict)
    is_public: bool = False

    def expected(self, persona: str) -> str:
        if persona == ANONYMOUS:
            if self.is_public and not self.allowed:
                return "404"  # there for a machine with a token, and for no person
            return "allowed" if self.is_public else "sign in"
        if persona in self.allowed:
            return "allowed"
        return "403" if persona in self.forbidden else "404"


@dataclass(frozen=True)
class Address:
    """A URL name; `key` adds the route where a name stands for two of them."""

    name: str
    route: str
    key: str

    @property
    def app(self) -> str:
        return self.name.partition(":")[0]


def addresses() -> list[Address]:
    """Every named address of the project, in the order of the address book."""
    found = list(_walk(get_resolver().url_patterns, "", ""))
    names = [name for name, _ in found]
    return [
        Address(name, route, name if names.count(name) == 1 else f"{name} {route}")
        for name, route in found
    ]


def _walk(patterns: list[Any], namespace: str, prefix: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", route
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, route)


def rows() -> dict[str, Row]:
    """All rows of all apps."""
    found: dict[str, Row] = {}
    for module in iter_modules(access_rows.__path__):
        mine = import_module(f"{access_rows.__name__}.{module.name}").ROWS
        assert not found.keys() & mine.keys(), f"{module.name} repeats a row"
        found |= mine
    return found


Cookies = dict[str, SimpleCookie]


def sign_in_everybody(city: World) -> Cookies:
    """What each browser holds after signing in: once for all addresses, as it costs most."""
    held: Cookies = {ANONYMOUS: SimpleCookie()}
    for persona in PERSONAS:
        client = Client()
        client.force_login(city.users[persona])
        held[persona] = client.cookies
    return held


def mismatches(city: World, address: Address, row: Row, cookies: Cookies) -> list[str]:
    """Ask the address as everybody, and tell each answer that is not the expected one."""
    found: list[str] = []
    with transaction.atomic():
        url = reverse(address.name, kwargs=row.given(city))
        url += row.query(city) if callable(row.query) else row.query
        data = row.data(city) if callable(row.data) else row.data
        for persona in (*PERSONAS, ANONYMOUS):
            for method in row.methods:
                got = _answer(cookies[persona], method, url, data)
                expected = row.expected(persona)
                if got != expected:
                    found.append(f"{address.key} {method} as {persona}: {got}, not {expected}")
        transaction.set_rollback(True)
    return found


# What each answer of the portal carries, pages, partials, files and refusals alike.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
}


def lacking_headers(answer: Any) -> list[str]:
    """Which headers an answer lacks; its policy for scripts allows none inside of pages."""
    found = [name for name, value in HEADERS.items() if answer.headers.get(name) != value]
    policy = answer.headers.get("Content-Security-Policy", "")
    if "script-src 'self'" not in policy or "unsafe" in policy or "*" in policy:
        found.append("Content-Security-Policy")
    return found


def _answer(cookies: SimpleCookie, method: str, url: str, data: dict[str, Any]) -> str:
    client = Client(raise_request_exception=False)
    client.cookies = deepcopy(cookies)
    with transaction.atomic():
        ask = client.get if method == "GET" else client.post
        answer = ask(url, data if method == "POST" else None)
        if answer.streaming:
            list(answer.streaming_content)  # reading to the end closes the file
        transaction.set_rollback(True)
    if lacking := lacking_headers(answer):
        return f"an answer without {lacking}"
    if answer.status_code == 302 and answer.headers["Location"].startswith("/login/?next="):
        return "sign in"
    return "allowed" if answer.status_code in ALLOWED else str(answer.status_code)
