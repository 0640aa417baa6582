"""What every answer tells the browser. The access matrix asks the same of every address."""

import re

import pytest
from django.test import Client

from portal.stack.environment import ROOT
from tests.conventions.access import lacking_headers
from tests.personas import World

INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.I
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/login/", "/health/live/", "/nowhere/", "/todo/", "/reading/check/", "/logout/"]
)
def test_answers_before_sign_in_carry_every_header(client: Client, path: str) -> None:
    assert lacking_headers(client.get(path)) == []


@pytest.mark.django_db
def test_a_refused_form_carries_them_too(city: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.school_secretary)

    answer = client.post("/account/text-size/", {"size": "large"})

    assert answer.status_code == 403
    assert lacking_headers(answer) == []


def test_no_page_holds_a_script_or_a_style_of_its_own() -> None:
    """Documents for paper are left out: no browser opens them."""
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in (ROOT / "templates").rglob("*.html")
        if "documents" not in path.parts
        for match in INLINE.finditer(path.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("SECURE_HSTS_SECONDS", 31536000),
        ("SECURE_HSTS_INCLUDE_SUBDOMAINS", True),
        ("SECURE_SSL_REDIRECT", True),
        ("SESSION_COOKIE_SECURE", True),
        ("CSRF_COOKIE_SECURE", True),
        ("SESSION_COOKIE_HTTPONLY", True),
        ("CSRF_COOKIE_HTTPONLY", True),
        ("SESSION_COOKIE_SAMESITE", "Lax"),
        ("SESSION_COOKIE_NAME", "__Host-session"),
        ("CSRF_COOKIE_NAME", "__Host-csrf"),
        ("DEBUG", False),
    ],
)
def test_behind_tls_cookies_and_transport_are_strict(
    behind_tls: dict[str, object], setting: str, expected: object
) -> None:
    assert behind_tls[setting] == expected


@pytest.fixture(scope="module")
def behind_tls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The settings as a city runs them, read in a process of their own."""
    import json
    import os
    import subprocess
    import sys

    code = (
        "import json; from portal import settings as s; "
        "print(json.dumps({n: v for n, v in vars(s).items()"
        " if n.isupper() and isinstance(v, (bool, int, str))}))"
    )
    var = tmp_path_factory.mktemp("var")
    environment = {
        **os.environ, "BEHIND_TLS": "1", "ALLOWED_HOSTS": "yuanding.example.cn",
        "YUANDING_VAR": str(var),
    }  # fmt: skip
    for name in ("DEBUG", "SECRET_KEY", "PRODUCTION"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.django_db
def test_hsts_and_the_way_to_tls(client: Client, settings, behind_tls: dict[str, object]) -> None:
    for name in ("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_SSL_REDIRECT"):
        setattr(settings, name, behind_tls[name])
    settings.SECURE_REDIRECT_EXEMPT = [r"^health/"]
    fresh = Client()  # middleware reads its settings once

    answer = fresh.get("/login/", secure=True)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert fresh.get("/login/").headers["Location"].startswith("https://")
    assert fresh.get("/health/live/").status_code == 200


@pytest.mark.django_db
def test_the_session_cookie_is_no_script_s_business(client: Client, city: World) -> None:
    from tests.factories.committees import PASSWORD

    client.post("/login/", {"username": "school_secretary", "password": PASSWORD})

    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_form_sent_from_elsewhere_is_refused_also_in_parts(
    city: World, headers: dict[str, str]
) -> None:
    """Cross-site request forgery, as a page and as an htmx part."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.school_secretary)

    answer = client.post("/account/text-size/", {"size": "large"}, headers=headers)

    assert answer.status_code == 403
    city.school_secretary.refresh_from_db()
    assert not city.school_secretary.large_type


@pytest.mark.django_db
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example",
        "javascript:alert(1)", "https:evil.example", " //evil.example", "http:///evil.example",
        "/todo/\r\nSet-Cookie: a=b", "https://testserver@evil.example/",
    ],
)  # fmt: skip
def test_no_page_sends_people_elsewhere(client: Client, city: World, target: str) -> None:
    """Open redirects and broken headers by next=, at both doors that follow it."""
    from tests.factories.committees import PASSWORD

    answers = [
        client.post("/account/text-size/", {"size": "large", "next": target}),
        client.post(
            f"/login/?next={target}", {"username": "teacher", "password": PASSWORD, "next": target}
        ),
    ]

    for answer in answers:
        assert answer.status_code == 302
        assert not re.match(r"(?i)\s*(https?:|javascript:|[/\\]{2}|[/\\]\\)", answer["Location"])
        assert "evil" not in answer["Location"]
        assert "\r" not in answer["Location"]
        assert "Set-Cookie" not in answer.headers


@pytest.mark.django_db
def test_a_wrong_host_header_is_not_believed(client: Client, db: None) -> None:
    assert client.get("/login/", headers={"host": "evil.example"}).status_code == 400
