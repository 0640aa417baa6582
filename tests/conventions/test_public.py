"""Whoever has not signed in meets no telephone, birth date or whole name on any page."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from reading_program.models import Certificate, Objection, Publicity, Result
from tests.conventions import access
from tests.factories import results as factory
from tests.personas import World

PUPIL, MEMBER, ADVISER, CLASS = "甄雨", "闻人安", "柏维", "七班雏鹰"
CANARIES = [
    *(f"{PUPIL}{each}" for each in "一二三四五"), MEMBER, *(f"{ADVISER}{n}" for n in range(1, 6)),
    CLASS, "2012-07", "慕容书声", *factory.WHO.values(), factory.FACTS,
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["published", "certified"])
def test_an_anonymous_crawl_of_every_address_finds_none_of_the_planted_names(
    city: World, state: str
) -> None:
    facts = {
        "members": [MEMBER], "class_name": CLASS, "born": "2012-07",
        "extra": {"book": "慕容书声"}, "body": f"我叫{PUPIL}一，指导老师是{ADVISER}1。",
    }  # fmt: skip
    if state == "published":
        factory.objection(factory.published(city, **facts))
    else:
        factory.certified(city, **facts)
    Result.objects.filter(place=1).get()
    numbers = {
        pk
        for table in (Publicity, Result, Certificate, Objection)
        for pk in table.objects.values_list("pk", flat=True)
    } | {Publicity.objects.get().edition_id}
    tokens = list(Certificate.objects.values_list("token", flat=True))

    cache.clear()  # so many questions a minute are answered, and other tests ask too
    client = Client(raise_request_exception=False)
    met: list[str] = []
    opened: set[str] = set()
    for address in access.addresses():
        is_public = access.rows()[address.key].is_public
        for kwargs in _tries(address.route, sorted(numbers) if is_public else [1], tokens):
            try:
                url = reverse(address.name, kwargs=kwargs)
            except NoReverseMatch:
                continue
            answer = client.get(url)
            if answer.status_code == 200:
                opened.add(address.name)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            said = content.decode("utf-8", "replace") + str(answer.headers)
            met += [f"{url}: {name}" for name in CANARIES if name in said]

    assert met == []
    shown = {"reading_program:public_list", "reading_program:public_objection"}
    wanted = shown if state == "published" else {"reading_program:check_one"}
    assert wanted <= opened


def _tries(route: str, numbers: list[int], tokens: list[str]) -> list[dict[str, object]]:
    if "<int:pk>" in route:
        return [{"pk": number} for number in numbers]
    if ":token>" in route:
        return [{"token": token} for token in tokens]
    return [{}]
