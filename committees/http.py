"""The request our views are given: its user is ours."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from committees.models import User


class PortalRequest(HttpRequest):
    user: User
    htmx: object


def require(answer: bool, reason: str = "这件事要由有权限的同志来办") -> None:  # noqa: FBT001
    """Answer 403 with a sentence that says who can."""
    if not answer:
        raise PermissionDenied(reason)
