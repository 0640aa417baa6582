"""What the watchers of the machines are told when a part of the portal is away."""

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client, override_settings

pytestmark = pytest.mark.django_db
READY = "/health/ready/"


def test_a_whole_portal_is_ready(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"

    answer = client.get(READY)

    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": True, "broker": True, "disk": True}
    assert "no-store" in answer["Cache-Control"]


def test_each_part_that_is_away_is_named_and_the_process_still_lives(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    def away(*words: Any) -> None:
        raise OperationalError("the server closed the connection")

    (tmp_path / "files").write_text("a file where the folder should be")
    settings.MEDIA_ROOT = tmp_path / "files"
    nobody = {"BACKEND": "django.core.cache.backends.redis.RedisCache"}
    with (
        override_settings(CACHES={"default": {**nobody, "LOCATION": "redis://127.0.0.1:1/0"}}),
        connection.execute_wrapper(away),
    ):
        answer = client.get(READY)
        lives = client.get("/health/live/")

    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": False, "broker": False, "disk": False}
    assert lives.json() == {"live": True}
