"""A new city: one bureau and its first account, while the portal holds no unit at all."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from committees.models import Unit, User
from committees.policy import Role
from committees.services import accounts, committees, units
from portal.kernel.codes import DIGITS, LETTERS
from portal.kernel.errors import Refused

ALPHABET = LETTERS + DIGITS
GROUPS, IN_A_GROUP = 4, 4  # about 79 bits


def is_new() -> bool:
    """True while nobody has made a city here."""
    return not Unit.objects.exists()


def key() -> str:
    """What only who runs the machine can read: it follows from the portal's own secret."""
    digest = salted_hmac("portal.web.setup", settings.SECRET_KEY, algorithm="sha256").digest()
    letters = [ALPHABET[byte % len(ALPHABET)] for byte in digest[: GROUPS * IN_A_GROUP]]
    cut = range(0, len(letters), IN_A_GROUP)
    return "-".join("".join(letters[at : at + IN_A_GROUP]) for at in cut)


def fits(written: str) -> bool:
    """Is this the key? Dashes, gaps and capitals do not matter."""
    bare = "".join(letter for letter in written.lower() if letter.isalnum())
    return constant_time_compare(bare, key().replace("-", ""))


@transaction.atomic
def found_city(
    *, name: str, person: str, username: str, password: str, on: date, by: Any = None
) -> User:
    """Make the bureau, its committee and the first account; the second of two is refused."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE committees_unit IN SHARE ROW EXCLUSIVE MODE")
    if not is_new():
        raise Refused("这里已经有一个城市了。请用发给您的登录名登录")
    bureau = units.open_bureau(name=name, by=by)
    committees.establish(bureau, by=by)
    user, _ = accounts.open_account(
        unit=bureau, role=Role.BUREAU_STAFF, name=person, username=username, since_day=on, by=by
    )
    accounts.change_password(user, password=password, by=user)
    return user
