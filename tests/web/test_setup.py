"""A new city: who may make it, once, and what is still to do."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from committees.models import RoleGrant, Unit, User
from committees.policy import Role
from portal.kernel.errors import Refused
from portal.web.services import setup
from tests.personas import World

PAGE = "/setup/"
TOLD = {"name": "新泉市教育局", "person": "周敏", "username": "zhoumin", "password": "qinghe-2026"}


def told(**changes: str) -> dict[str, str]:
    return {**TOLD, "key": setup.key(), **changes}


def test_with_the_key_a_city_is_made_and_its_first_user_signed_in(client: Client, db: None) -> None:
    assert "先建一个" in client.get("/login/").text

    answer = client.post(PAGE, told(key=setup.key().upper().replace("-", " ")), follow=True)

    assert answer.redirect_chain == [("/start/", 302)]
    assert "4 步里做好了 0 步" in answer.content.decode()
    bureau = Unit.objects.get()
    grant = RoleGrant.objects.get()
    assert (bureau.name, bureau.city_id) == ("新泉市教育局", bureau.pk)
    assert (grant.user.username, grant.role, grant.unit) == ("zhoumin", Role.BUREAU_STAFF, bureau)
    assert not grant.user.must_change_password
    assert client.get("/todo/").status_code == 200
    assert client.get("/imports/").status_code == 200
    assert "先建一个" not in Client().get("/login/").text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"key": "aaaa-bbbb-cccc-dddd"}, "和这台服务器的钥匙对不上"),
        ({"key": ""}, "写上开城钥匙"),
        ({"name": ""}, "写上市教育局的全称"),
        ({"username": "周敏"}, "登录名只用小写字母和数字"),
        ({"password": "12345678"}, "换一个"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_made(
    client: Client, db: None, changes: dict[str, str], sentence: str
) -> None:
    answer = client.post(PAGE, told(**changes))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Unit.objects.exists()
    assert not User.objects.exists()


def test_where_a_city_stands_no_other_is_made(client: Client, city: World) -> None:
    before = Unit.objects.count()

    assert client.post(PAGE, told()).headers["Location"] == "/start/"
    with pytest.raises(Refused, match="已经有一个城市"):
        setup.found_city(**TOLD, on=city.bureau.periods.get().period.lower)
    assert Unit.objects.count() == before


def test_the_steps_tell_what_is_there(client: Client, city: World) -> None:
    client.force_login(city.bureau_staff)

    page = client.get("/start/").content.decode()

    assert "4 步里做好了 2 步" in page  # units and accounts stand
    assert page.count("还没有做") == 2  # what is asked this year, and its plan


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_makes_the_city() -> None:
    from datetime import date

    refused: list[str] = []

    def make(username: str) -> None:
        try:
            setup.found_city(**{**TOLD, "username": username}, on=date(2026, 1, 1))
        except Refused as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    makers = [threading.Thread(target=make, args=[name]) for name in ("one", "two")]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()

    assert Unit.objects.count() == 1
    assert len(refused) == 1


def test_the_console_tells_the_key_only_while_the_portal_is_empty(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("setup_key")
    assert setup.key() in capsys.readouterr().out
    Unit.objects.add_root({"kind": "bureau", "name": "新泉市教育局"})
    call_command("setup_key")
    assert setup.key() not in capsys.readouterr().out
