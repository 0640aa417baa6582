"""The second step of signing in: a code of the owner's telephone, or one written down before."""

import secrets
from base64 import b32encode
from typing import Any

from django.db import transaction
from django_otp import match_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from committees.models import User
from portal.kernel import audit, limits
from portal.kernel.codes import DIGITS, LETTERS
from portal.kernel.errors import Refused

CODES = 10
TRIES, TRIES_SECONDS = 10, 600


def has(user: User) -> bool:
    return TOTPDevice.objects.filter(user_id=user.pk, confirmed=True).exists()


def may_try(user: User) -> bool:
    """Whether one more code is looked at; asking counts, whichever page asks."""
    return limits.within(f"code:{user.pk}", most=TRIES, seconds=TRIES_SECONDS)


def matches(user: User, *, token: str, by: Any) -> bool:
    """True once for each code; wrong ones make the next try wait, longer each time."""
    cleaned = token.replace(" ", "").strip().lower()
    return bool(cleaned) and match_token(user, cleaned) is not None


@transaction.atomic
def prepare(user: User, *, by: Any) -> TOTPDevice:
    """The key that waits for its first right code; the same one until then."""
    if has(user):
        raise Refused("动态码已经开着了，要换手机请先停用再开")
    User.objects.select_for_update().get(pk=user.pk)
    waiting = TOTPDevice.objects.filter(user_id=user.pk, confirmed=False).first()
    return waiting or TOTPDevice.objects.create(user=user, name="手机", confirmed=False)


def secret_of(device: TOTPDevice) -> str:
    """As it is typed where no camera is: groups of four letters."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


@transaction.atomic
def confirm(user: User, *, token: str, by: Any) -> list[str]:
    """Switch it on with the first right code; return the codes to write down, or nothing."""
    device = TOTPDevice.objects.select_for_update().filter(user_id=user.pk, confirmed=False).first()
    if device is None or not device.verify_token(token.replace(" ", "")):
        return []
    device.confirmed = True
    device.save()
    audit.record("account.second_step_on", user, by=by)
    return new_codes(user, by=by)


@transaction.atomic
def new_codes(user: User, *, by: Any) -> list[str]:
    """Ten codes for the day the telephone is lost, each good once; those of before end."""
    StaticDevice.objects.filter(user_id=user.pk).delete()
    device = StaticDevice.objects.create(user=user, name="备用码")
    codes = ["".join(secrets.choice(LETTERS + DIGITS) for _ in range(10)) for _ in range(CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    audit.record("account.codes_made", user, by=by)
    return codes


def codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user_id=user.pk).count()


@transaction.atomic
def drop(user: User, *, by: Any) -> None:
    """Off again: by the owner, or by the office where the telephone is lost."""
    for table in (TOTPDevice, StaticDevice):
        table.objects.filter(user_id=user.pk).delete()
    audit.record("account.second_step_off", user, by=by)
