"""Signing in through an identity service: a real one on this machine, honest and dishonest."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlparse

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from committees.models import User
from portal.web.models import PortalSession
from tests.personas import World

CLIENT, SECRET = "yuanding", "a secret of this test"
START, BACK = "/login/sso/", "/login/sso/back/"


@dataclass
class Service:
    """`said` goes over the claims of the token; `asked` is what the token page was sent."""

    url: str = ""
    key: Any = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    signs_with: Any = None
    said: dict[str, Any] = field(default_factory=dict)
    nonce: str = ""
    asked: dict[str, list[str]] = field(default_factory=dict)

    def token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url, "aud": CLIENT, "sub": "77", "iat": now, "exp": now + 300,
            "nonce": self.nonce, "preferred_username": "school_secretary", **self.said,
        }  # fmt: skip
        return jwt.encode(claims, self.signs_with or self.key, "RS256", headers={"kid": "one"})

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}


@pytest.fixture
def service(settings) -> Iterator[Service]:
    made = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            made.asked = parse_qs(self.rfile.read(length).decode())
            self.answer({"access_token": "x", "token_type": "Bearer", "id_token": made.token()})

        def do_GET(self) -> None:
            self.answer(made.keys())

        def answer(self, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    settings.OIDC_ISSUER = made.url
    settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET = CLIENT, SECRET
    settings.OIDC_OP_AUTHORIZATION_ENDPOINT = f"{made.url}/authorize"
    settings.OIDC_OP_TOKEN_ENDPOINT = f"{made.url}/token"
    settings.OIDC_OP_USER_ENDPOINT = f"{made.url}/userinfo"
    settings.OIDC_OP_JWKS_ENDPOINT = f"{made.url}/keys"
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def go(client: Client, service: Service, *, target: str = "", state: str = "") -> Any:
    """To the service and back, as a browser goes."""
    there = client.get(START, {"next": target} if target else {})
    asked = parse_qs(urlparse(there.headers["Location"]).query)
    service.nonce = asked["nonce"][0]
    return client.get(BACK, {"code": "c", "state": state or asked["state"][0]})


@pytest.mark.django_db
def test_who_has_an_account_here_comes_in_and_it_is_noted(
    client: Client, city: World, service: Service
) -> None:
    assert "用统一身份认证登录" in client.get("/login/").text

    answer = go(client, service, target="/activities/?year=2023")

    assert answer.headers["Location"] == "/activities/?year=2023"
    assert client.get("/todo/").status_code == 200
    assert PortalSession.objects.get().way == "sso"
    # The code alone is worth nothing to whoever catches it: the verifier goes along.
    assert service.asked["code_verifier"][0]
    assert "access_token" not in str(dict(client.session))


@pytest.mark.django_db
def test_a_foreign_address_behind_next_is_not_followed(
    client: Client, city: World, service: Service
) -> None:
    answer = go(client, service, target="https://evil.example/")

    assert answer.headers["Location"] == "/"


LIES: dict[str, dict[str, Any]] = {
    "of another issuer": {"iss": "https://evil.example"},
    "for another portal": {"aud": "another"},
    "run out": {"exp": int(time.time()) - 3600},
    "of an earlier sign-in": {"nonce": "old"},
    "of nobody who has an account": {"preferred_username": "stranger"},
    "with a pattern for a name": {"preferred_username": "school%"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_token_that_does_not_hold_opens_nothing(
    client: Client, city: World, service: Service, lie: dict[str, Any]
) -> None:
    users = User.objects.count()
    service.said = lie

    answer = go(client, service)

    assert answer.headers["Location"] == "/login/?sso=no"
    assert client.get("/todo/").status_code == 302
    assert User.objects.count() == users


@pytest.mark.django_db
def test_a_token_signed_by_somebody_else_opens_nothing(
    client: Client, city: World, service: Service
) -> None:
    service.signs_with = rsa.generate_private_key(65537, 2048)

    assert go(client, service).headers["Location"] == "/login/?sso=no"
    assert client.get("/todo/").status_code == 302


@pytest.mark.django_db
def test_an_answer_nobody_asked_for_opens_nothing(
    client: Client, city: World, service: Service
) -> None:
    """Sign-in forgery: the attacker sends the victim's browser to our callback."""
    assert go(client, service, state="made-up").headers["Location"] == "/login/?sso=no"
    assert Client().get(BACK, {"code": "c", "state": "s"}).headers["Location"] == "/login/?sso=no"


@pytest.mark.django_db
def test_a_stopped_account_stays_out(client: Client, city: World, service: Service) -> None:
    User.objects.filter(username="school_secretary").update(is_active=False)

    assert go(client, service).headers["Location"] == "/login/?sso=no"


@pytest.mark.django_db
def test_an_account_stopped_meanwhile_is_out_at_once(
    client: Client, city: World, service: Service
) -> None:
    go(client, service)
    User.objects.filter(username="school_secretary").update(is_active=False)

    assert client.get("/todo/").status_code == 302


@pytest.mark.django_db
def test_without_the_setting_there_is_no_such_door(client: Client, city: World) -> None:
    assert client.get(START).headers["Location"] == "/login/"
    assert client.get(BACK, {"code": "c", "state": "s"}).headers["Location"] == "/login/"
    # A name and password beside a code and state asks no service either.
    page = client.post(
        "/login/?code=c&state=s", {"username": "school_secretary", "password": "wrong"}
    )
    assert page.status_code == 422
