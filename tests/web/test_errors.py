"""Pages for when something is in the way say what to do, and work when nothing else does."""

import pytest
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError
from django.test import Client, RequestFactory

from portal.web.views import errors
from tests.personas import World


def test_a_page_that_is_not_there_offers_the_search_and_the_way_home(
    client: Client, city: World
) -> None:
    client.force_login(city.school_secretary)

    page = client.get("/nowhere/")

    assert page.status_code == 404
    assert 'action="/search/"' in page.text
    assert "回到待办" in page.text


def test_a_stranger_gets_a_page_too(client: Client, db: None) -> None:
    page = client.get("/nowhere/")

    assert page.status_code == 404
    assert "没有找到这一页" in page.text


def test_a_broken_page_needs_no_database_and_gives_a_number(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = errors.broken(RequestFactory().get("/activities/"))

    assert answer.status_code == 500
    reference = caplog.records[-1].args[0]  # type: ignore[index]
    assert isinstance(reference, str)
    assert reference in answer.content.decode()


def test_an_error_of_the_database_reaches_the_broken_page(
    client: Client, city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    client.force_login(city.school_secretary)

    def fall(*args: object, **kwargs: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr("portal.web.figures.own_year", fall)

    page = client.get("/todo/")

    assert page.status_code == 500
    assert "打电话时报这个号" in page.text


def test_too_much_at_once_says_how_much_is_allowed(rf: RequestFactory, db: None) -> None:
    answer = errors.bad_request(rf.get("/"), RequestDataTooBig())

    assert answer.status_code == 413
    assert "5 MB" in answer.content.decode()


def test_a_request_that_makes_no_sense_changes_nothing(rf: RequestFactory, db: None) -> None:
    answer = errors.bad_request(rf.get("/"), SuspiciousOperation())

    assert answer.status_code == 400
    assert "什么也没有改动" in answer.content.decode()


def test_a_page_left_open_too_long_is_explained(rf: RequestFactory, db: None) -> None:
    answer = errors.csrf_failed(rf.post("/"), "token")

    assert answer.status_code == 403
    assert "这一页放久了" in answer.content.decode()


def test_the_styleguide_shows_every_component(client: Client, city: World) -> None:
    client.force_login(city.bureau_staff)

    page = client.get("/styleguide/")
    with_errors = client.get("/styleguide/?errors")

    assert page.status_code == 200
    for mark in ("work-card__act", "bottom-bar--still", "现在存着的"):
        assert mark in page.text, mark
    assert "还有 4 处要补一下" in with_errors.text


def test_no_page_carries_script_or_style_inside(client: Client, city: World) -> None:
    client.force_login(city.bureau_staff)

    for url in ("/login/", "/todo/", "/menu/", "/styleguide/", "/activities/", "/activities/new/"):
        html = client.get(url, follow=True).text
        assert "style=" not in html, url
        assert "<script>" not in html, url
        assert " onclick=" not in html, url
