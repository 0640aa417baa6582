"""Signing in and out, one's own password, the size of the letters."""

import pytest
from django.conf import settings
from django.test import Client

from committees.services import accounts
from tests.factories.committees import PASSWORD
from tests.personas import World

LOGIN = "/login/"


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: str) -> object:
    return client.post(LOGIN, {"username": username, "password": password, **more}, follow=True)


def test_everything_but_the_sign_in_page_asks_who_it_is(client: Client, db: None) -> None:
    answer = client.get("/activities/?year=2023")

    assert answer.headers["Location"] == f"{LOGIN}?next=/activities/%3Fyear%3D2023"
    assert client.get(LOGIN).status_code == 200


def test_signing_in_leads_to_the_page_that_was_asked_for(client: Client, city: World) -> None:
    page = sign_in(client, "school_secretary", next="/activities/?year=2023")

    assert page.redirect_chain == [("/activities/?year=2023", 302)]  # type: ignore[attr-defined]


def test_a_foreign_address_is_not_followed(client: Client, city: World) -> None:
    page = sign_in(client, "school_secretary", next="https://example.org/")

    assert page.redirect_chain[0] == ("/", 302)  # type: ignore[attr-defined]


def test_wrong_words_are_answered_with_what_to_look_at(client: Client, city: World) -> None:
    page = client.post(LOGIN, {"username": "school_secretary", "password": "wrong"})

    assert page.status_code == 422
    assert "登录名和密码对不上" in page.text
    assert settings.OFFICE_PHONE in page.text


def test_five_wrong_passwords_stop_for_ten_minutes_and_say_so(client: Client, city: World) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        page = client.post(LOGIN, {"username": "school_secretary", "password": "wrong"})
    right = client.post(LOGIN, {"username": "school_secretary", "password": PASSWORD})

    assert page.status_code == right.status_code == 429
    assert "过十分钟再登录" in right.text
    assert settings.OFFICE_PHONE in right.text


@pytest.mark.parametrize(("shared", "ends_with_browser"), [("on", True), ("", False)])
def test_a_shared_computer_forgets_when_the_browser_closes(
    client: Client, city: World, shared: str, ends_with_browser: bool
) -> None:
    sign_in(client, "school_secretary", **({"shared": shared} if shared else {}))

    assert client.session.get_expire_at_browser_close() is ends_with_browser


def test_signing_out_takes_a_press_and_ends_it(client: Client, city: World) -> None:
    sign_in(client, "school_secretary")

    assert client.get("/logout/").status_code == 405
    client.post("/logout/")
    assert client.get("/todo/").status_code == 302


def test_a_first_password_is_changed_before_anything_else(client: Client, city: World) -> None:
    first = accounts.reset_password(city.school_secretary, by=city.office_secretary)

    page = sign_in(client, "school_secretary", first)
    assert page.request["PATH_INFO"] == "/account/password/"  # type: ignore[attr-defined]
    assert "先换一个自己的密码" in page.text  # type: ignore[attr-defined]
    assert "old_password" not in page.context["form"].fields  # type: ignore[attr-defined]

    done = client.post("/account/password/", {"new_password1": "chun-hua-48"}, follow=True)
    assert done.request["PATH_INFO"] == "/todo/"
    assert "密码已经改好" in done.text


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"old_password": "no", "new_password1": "chun-hua-48"}, "和现在用的密码对不上"),
        ({"old_password": PASSWORD, "new_password1": "short"}, "密码太短，写 8 位以上"),
        ({"old_password": PASSWORD, "new_password1": ""}, "写上新密码"),
    ],
)
def test_a_password_that_will_not_do_says_why(
    client: Client, city: World, answers: dict[str, str], sentence: str
) -> None:
    sign_in(client, "school_secretary")

    page = client.post("/account/password/", answers)

    assert page.status_code == 422
    assert sentence in page.text


def test_the_text_size_stays_with_the_account_and_the_page(client: Client, city: World) -> None:
    sign_in(client, "school_secretary")

    page = client.post(
        "/account/text-size/", {"size": "large", "next": "/activities/?year=2023"}, follow=True
    )

    assert page.redirect_chain[0] == ("/activities/?year=2023", 302)
    assert '<html lang="zh-CN" class="big">' in page.text
    elsewhere = Client()
    sign_in(elsewhere, "school_secretary")
    assert 'class="big"' in elsewhere.get("/todo/").text


def test_before_sign_in_the_text_size_stays_on_this_machine(client: Client, db: None) -> None:
    client.post("/account/text-size/", {"size": "large", "next": LOGIN})

    assert '<html lang="zh-CN" class="big">' in client.get(LOGIN).text
    assert 'class="big"' not in Client().get(LOGIN).text


def test_inside_wechat_a_page_says_where_files_can_be_kept(client: Client, city: World) -> None:
    client.force_login(city.office_secretary)
    wechat = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/120 MicroMessenger/8.0"}

    assert "在浏览器打开" in client.get("/accounts/", headers=wechat).text
    assert "在浏览器打开" not in client.get("/accounts/").text
    book = client.get("/accounts/export/", headers=wechat)
    assert book.headers["Content-Disposition"].startswith("attachment")
