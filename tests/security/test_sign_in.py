"""Signing in: how passwords are kept, the second step, sessions, slips, what an answer tells."""

import re
import time
from datetime import timedelta
from statistics import median

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from committees.models import User
from committees.services import accounts
from portal.kernel.models import AuditEvent
from portal.web import schedule
from portal.web.models import PortalSession
from portal.web.services import second_step, sessions
from tests.factories.committees import PASSWORD
from tests.personas import World

LOGIN, CODE = "/login/", "/login/code/"
STRONG = ["portal.kernel.hashers.Argon2id", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0"
)


@pytest.fixture(autouse=True)
def no_limits_of_other_tests() -> None:
    cache.clear()


def sign_in(client: Client, username: str = "school_secretary", password: str = PASSWORD):
    return client.post(LOGIN, {"username": username, "password": password})


def now_code(user: User, *, steps: int = 0) -> str:
    device = TOTPDevice.objects.get(user_id=user.pk)
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time() + steps * device.step
    return f"{totp.token():06d}"


def switch_on(user: User) -> list[str]:
    second_step.prepare(user, by=user)
    # The code of the step before: that of now is still good for signing in.
    return second_step.confirm(user, token=now_code(user, steps=-1), by=user)


# --- passwords ----------------------------------------------------------------------------------


def test_a_password_is_kept_as_argon2id_and_an_older_one_is_made_anew(settings) -> None:
    settings.PASSWORD_HASHERS = STRONG
    old = make_password("chun-hua-48", hasher="pbkdf2_sha256")
    anew: list[str] = []

    assert make_password("chun-hua-48").startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password("chun-hua-48", old, setter=anew.append)
    assert anew == ["chun-hua-48"]
    assert identify_hasher(make_password("x")).algorithm == "argon2"


def test_the_portal_itself_uses_the_strong_way() -> None:
    from portal import settings as real  # noqa: TID251

    assert real.PASSWORD_HASHERS == STRONG


@pytest.mark.django_db
def test_a_slip_that_lay_about_too_long_lets_nobody_in(client: Client, city: World) -> None:
    first = accounts.reset_password(city.school_secretary, by=city.office_secretary)
    User.objects.filter(pk=city.school_secretary.pk).update(
        first_password_until=timezone.now() - timedelta(minutes=1)
    )

    page = sign_in(client, password=first)

    assert page.status_code == 422
    assert "过了期限" in page.text
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_the_printed_slip_names_its_last_day_and_changing_the_password_lifts_it(
    client: Client, city: World
) -> None:
    client.force_login(city.office_secretary)
    page = client.post(f"/accounts/{city.school_secretary.pk}/password/")
    assert "有效到" in page.text
    assert page.headers["Cache-Control"].find("no-store") >= 0

    accounts.change_password(city.school_secretary, password="qiu-shi-77", by=city.school_secretary)
    assert User.objects.get(pk=city.school_secretary.pk).first_password_until is None


# --- the second step ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_with_the_second_step_a_password_alone_opens_nothing(client: Client, city: World) -> None:
    switch_on(city.school_secretary)

    answer = sign_in(client)

    assert answer.headers["Location"] == CODE
    assert client.get("/todo/").headers["Location"].startswith(LOGIN)
    done = client.post(CODE, {"token": now_code(city.school_secretary)})
    assert done.headers["Location"] == "/"
    assert client.get("/todo/").status_code == 200


@pytest.mark.django_db
def test_a_code_that_was_used_is_not_taken_again(client: Client, city: World) -> None:
    switch_on(city.school_secretary)
    sign_in(client)
    code = now_code(city.school_secretary)
    client.post(CODE, {"token": code})

    other = Client()
    sign_in(other)

    assert other.post(CODE, {"token": code}).status_code == 422
    assert "_auth_user_id" not in other.session


@pytest.mark.django_db
def test_a_spare_code_opens_once(city: World) -> None:
    spare = switch_on(city.school_secretary)[0]
    assert len(spare) == 10

    answers = []
    for _ in range(2):
        client = Client()
        sign_in(client)
        answers.append(client.post(CODE, {"token": spare}).status_code)

    assert answers == [302, 422]
    assert second_step.codes_left(city.school_secretary) == 9


@pytest.mark.django_db
def test_guessing_codes_is_slowed_and_then_stopped(client: Client, city: World) -> None:
    switch_on(city.school_secretary)
    sign_in(client)

    answers = [client.post(CODE, {"token": f"{n:06d}"}).status_code for n in range(11)]

    assert answers[-1] == 429
    assert TOTPDevice.objects.get().throttling_failure_count >= 1
    # The right one is not heard either while the lock lasts.
    right = client.post(CODE, {"token": now_code(city.school_secretary)})
    assert right.status_code == 429


@pytest.mark.django_db
def test_the_second_page_cannot_be_opened_without_the_first(client: Client, city: World) -> None:
    switch_on(city.school_secretary)

    assert client.get(CODE).headers["Location"] == LOGIN
    sign_in(client)
    waiting = client.session["half_way"]
    session = client.session
    session["half_way"] = [*waiting[:3], waiting[3] - 3600]
    session.save()
    assert (
        client.post(CODE, {"token": now_code(city.school_secretary)}).headers["Location"] == LOGIN
    )


@pytest.mark.django_db
def test_the_bureau_switches_it_on_first_where_the_city_asks_for_it(
    client: Client, city: World, settings
) -> None:
    settings.SECOND_STEP_REQUIRED = True
    sign_in(client, "bureau_staff")

    assert client.get("/todo/").headers["Location"] == "/account/second-step/"
    page = client.get("/account/second-step/")
    assert 'src="data:image/png;base64,' in page.text
    on = client.post("/account/second-step/", {"token": now_code(city.bureau_staff)})
    assert len(re.findall(r"<li><code>[a-z2-9]{10}</code></li>", on.text)) == 10
    assert client.get("/todo/").status_code == 200

    school = Client()
    sign_in(school)
    assert school.get("/todo/").status_code == 200


@pytest.mark.django_db
def test_switching_it_off_asks_for_a_code_and_the_office_can_help(
    client: Client, city: World
) -> None:
    switch_on(city.school_secretary)
    client.force_login(city.school_secretary)
    off = "/account/second-step/off/"

    assert client.post(off, {"token": "000000"}).status_code == 422
    assert second_step.has(city.school_secretary)

    office = Client()
    office.force_login(city.office_secretary)
    help_at = f"/accounts/{city.school_secretary.pk}/second-step/"
    assert f'href="{help_at}"' in office.get("/accounts/").text
    office.post(help_at)
    assert f'href="{help_at}"' not in office.get("/accounts/").text
    assert not second_step.has(city.school_secretary)
    line = AuditEvent.objects.get(verb="account.second_step_off")
    assert line.actor_name == "office_secretary"


# --- sessions -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_session_key_planted_before_signing_in_is_worth_nothing_after(
    client: Client, city: World
) -> None:
    """Session fixation: the attacker knows the key the victim's browser carried before."""
    planted = client.session
    planted["mark"] = 1
    planted.save()
    client.cookies["sessionid"] = planted.session_key

    sign_in(client)

    attacker = Client()
    attacker.cookies["sessionid"] = planted.session_key
    assert attacker.get("/todo/").status_code == 302
    assert client.get("/todo/").status_code == 200


@pytest.mark.django_db
def test_everybody_sees_where_they_are_signed_in_and_ends_the_others(city: World) -> None:
    here, there = Client(headers={"user-agent": EDGE}), Client()
    sign_in(here)
    sign_in(there)

    page = here.get("/account/sign-ins/")
    assert "Windows 电脑 · Edge 浏览器" in page.text
    assert page.text.count("退出这一处") == 1

    here.post("/account/sign-ins/end/")
    assert there.get("/todo/").status_code == 302
    assert here.get("/todo/").status_code == 200
    assert PortalSession.objects.count() == 1


@pytest.mark.django_db
def test_nobody_ends_the_session_of_somebody_else(client: Client, city: World) -> None:
    sign_in(client)
    mine = PortalSession.objects.get()
    other = Client()
    sign_in(other, "sibling_secretary")

    assert other.post(f"/account/sign-ins/{mine.pk}/end/").status_code == 404
    assert client.get("/todo/").status_code == 200


@pytest.mark.django_db
def test_a_new_password_ends_every_other_sign_in(city: World) -> None:
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)

    here.post("/account/password/", {"old_password": PASSWORD, "new_password1": "xia-yu-2026-yun"})

    assert there.get("/todo/").status_code == 302
    assert here.get("/todo/").status_code == 200
    assert list(PortalSession.objects.values_list("session_key", flat=True)) == [
        here.session.session_key
    ]


@pytest.mark.django_db
def test_signing_out_leaves_no_session_behind(client: Client, city: World) -> None:
    sign_in(client)
    key = client.session.session_key

    client.post("/logout/")

    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get("/todo/").status_code == 302
    assert not PortalSession.objects.exists()


@pytest.mark.django_db
def test_a_sign_in_that_ran_out_is_forgotten_at_night(client: Client, city: World) -> None:
    sign_in(client)
    sign_in(Client(), "teacher")
    gone = Session.objects.filter(session_key=client.session.session_key)
    gone.update(expire_date=timezone.now() - timedelta(minutes=1))

    assert schedule.forget_sessions() == 1
    assert PortalSession.objects.get().user == city.teacher
    assert not gone.exists()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (EDGE, "Windows 电脑 · Edge 浏览器"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile MicroMessenger/8.0", "安卓手机 · 微信"),
        ("<script>alert(1)</script>", "其他设备"),
        ("", "其他设备"),
    ],
)
def test_a_browser_is_named_as_people_would(agent: str, words: str) -> None:
    assert sessions.device_of(agent) == words


# --- what an answer tells -----------------------------------------------------------------------


@pytest.mark.django_db
def test_a_name_that_exists_is_answered_like_one_that_does_not(city: World) -> None:
    User.objects.filter(pk=city.teacher.pk).update(is_active=False)

    pages = {
        re.sub(r'value="[^"]*"', "", sign_in(Client(), name, "wrong").text)
        for name in ("school_secretary", "nobody_at_all", "teacher")
    }

    assert len(pages) == 1


@pytest.mark.django_db
def test_a_name_that_exists_takes_as_long_as_one_that_does_not(city: World, settings) -> None:
    """The hash is computed for both; the ratio of medians of interleaved tries stays near one."""
    settings.PASSWORD_HASHERS = STRONG
    settings.AXES_ENABLED = False
    city.school_secretary.set_password(PASSWORD)
    city.school_secretary.save()
    taken: dict[str, list[float]] = {"school_secretary": [], "nobody_at_all": []}
    for _ in range(9):
        for name, times in taken.items():
            began = time.process_time()
            sign_in(Client(), name, "wrong")
            times.append(time.process_time() - began)

    ratio = median(taken["school_secretary"]) / median(taken["nobody_at_all"])

    assert 0.6 < ratio < 1.6


@pytest.mark.django_db
def test_trying_many_names_from_one_address_is_stopped(client: Client, city: World, monkeypatch):
    monkeypatch.setattr("portal.web.views.account.MOST_WRONG", 5)

    answers = [sign_in(client, f"guess{n}", "wrong").status_code for n in range(7)]

    assert answers == [422] * 5 + [429] * 2


@pytest.mark.django_db
def test_every_sign_in_and_every_refused_one_stands_in_the_trail_with_its_address(
    client: Client, city: World
) -> None:
    client.post(LOGIN, {"username": "school_secretary", "password": "wrong"},
                REMOTE_ADDR="203.0.113.9")  # fmt: skip
    sign_in(client)

    lines = AuditEvent.objects.filter(verb__startswith="account.sign").order_by("pk")
    assert [(it.verb, it.origin) for it in lines] == [
        ("account.sign_in_refused", "203.0.113.9"),
        ("account.signed_in", "127.0.0.1"),
    ]
    assert "wrong" not in "".join(it.note for it in lines)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.7", "127.0.0.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        (2, "6.6.6.6, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (1, "", "127.0.0.1"),
    ],
)
def test_an_address_the_asker_wrote_is_not_believed(
    rf, settings, proxies: int, forwarded: str, expected: str
) -> None:
    from portal.kernel import origin

    settings.PROXIES = proxies
    request = rf.get("/", HTTP_X_FORWARDED_FOR=forwarded)

    assert origin.address_of(request) == expected
