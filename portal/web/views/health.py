"""Whether the portal lives and can work, for whoever watches the machines; nothing else is told."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

LEAST_SPACE = 500 * 1024 * 1024  # bytes; below it uploads and bulletins would soon stop


@login_not_required
@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. It asks nobody else, so that a lost database restarts no web server."""
    return JsonResponse({"live": True})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when pages can be served and files kept, 503 with what is missing otherwise."""
    checks = {name: _holds(check) for name, check in CHECKS.items()}
    good = all(checks.values())
    return JsonResponse({"ready": good, **checks}, status=200 if good else 503)


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, RedisError, OSError):
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _broker() -> bool:
    cache.set("health", 1, 10)
    return bool(cache.get("health") == 1)


def _disk() -> bool:
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > LEAST_SPACE


CHECKS = {"database": _database, "broker": _broker, "disk": _disk}
