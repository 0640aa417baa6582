"""Accounts by post: opened and reset by the office above, never by self-registration."""

import secrets
from datetime import date
from typing import Any

from django.db import transaction

from committees.models import RoleGrant, Unit, User
from committees.policy import Role
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.ranges import since

# Read aloud over the telephone without confusion: no 0/o, 1/l/i.
LETTERS = "abcdefghjkmnpqrstuvwxyz"
DIGITS = "23456789"


def first_password() -> str:
    """Three letters, a dash, five digits: about 36 bits, changed at the first sign-in."""
    word = "".join(secrets.choice(LETTERS) for _ in range(3))
    number = "".join(secrets.choice(DIGITS) for _ in range(5))
    return f"{word}-{number}"


@transaction.atomic
def open_account(
    *, unit: Unit, role: Role, name: str, username: str, since_day: date, by: Any
) -> tuple[User, str]:
    """Open an account with one role at one unit; return it and its first password, shown once."""
    if User.objects.filter(username=username).exists():
        raise Refused(f"登录名“{username}”已经有人用了，换一个，例如在后面加一个数字")
    password = first_password()
    with audit.acting("account.opened", by=by):
        user = User.objects.create_user(username, password, name=name, must_change_password=True)
        RoleGrant.objects.create(user=user, role=role, unit=unit, period=since(since_day))
    audit.record("account.opened", user, by=by, note=f"{role.label} · {unit}")
    return user, password


@transaction.atomic
def reset_password(user: User, *, by: Any) -> str:
    """Give a new first password; the old one stops working at once."""
    password = first_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    audit.record("account.password_reset", user, by=by)
    return password


@transaction.atomic
def change_password(user: User, *, password: str, by: Any) -> None:
    """The owner sets an own password; every other sign-in of the account ends with it."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record("account.password_changed", user, by=by)


def keep_text_size(user: User, *, large: bool, by: Any) -> None:
    User.objects.filter(pk=user.pk).update(large_type=large)
