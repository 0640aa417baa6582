"""Accounts by post: opened and reset by the office above, never by self-registration."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from committees import figures
from committees.choices import Position
from committees.models import Post, RoleGrant, Unit, User
from committees.policy import Role
from portal.kernel import audit, calendar
from portal.kernel.calendar import date_cn
from portal.kernel.codes import DIGITS, LETTERS
from portal.kernel.errors import Refused
from portal.kernel.ranges import between, since

# A sign-in name is the unit's code and one letter, so that it can be read over the telephone.
LETTER_OF_ROLE = {
    Role.BUREAU_STAFF: "a",
    Role.OFFICE_SECRETARY: "a",
    Role.SCHOOL_SECRETARY: "a",
    Role.PARTY_CONTACT: "b",
    Role.BUREAU_LEADER: "c",
    Role.TEACHER: "d",
    Role.JUDGE: "e",
    Role.MENTOR: "f",
    Role.AUDITOR: "g",
}


@dataclass(frozen=True, slots=True)
class Slip:
    """What is handed to a person on paper: where to sign in as whom, the first time."""

    unit: Unit
    role: Role
    name: str
    username: str
    password: str

    @property
    def until(self) -> date:
        """The last day on which this password lets its holder in to set an own one."""
        return calendar.today() + timedelta(days=settings.FIRST_PASSWORD_DAYS)


def first_password_until() -> datetime:
    """The night in which a slip written today ends."""
    return timezone.now() + timedelta(days=settings.FIRST_PASSWORD_DAYS + 1)


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
    password = first_password()
    with audit.acting("account.opened", by=by):
        try:
            with transaction.atomic():
                user = User.objects.create_user(
                    username,
                    password,
                    name=name,
                    must_change_password=True,
                    first_password_until=first_password_until(),
                )
        except IntegrityError as error:
            taken = f"登录名“{username}”已经有人用了，换一个，例如在后面加一个数字"
            raise Refused(taken) from error
        RoleGrant.objects.create(user=user, role=role, unit=unit, period=since(since_day))
    audit.record("account.opened", user, by=by, note=f"{role.label} · {unit}")
    return user, password


def propose_username(unit: Unit, role: Role) -> str:
    """330281001a; a second of the same kind gets a number behind it."""
    base = f"{unit.code or f'dw{unit.pk}'}{LETTER_OF_ROLE[role]}".lower()
    taken = set(User.objects.filter(username__startswith=base).values_list("username", flat=True))
    tries = (base if number == 1 else f"{base}{number}" for number in count(1))
    return next(name for name in tries if name not in taken)


@transaction.atomic
def open_missing(office: Unit, *, role: Role, since_day: date, by: Any) -> list[Slip]:
    """Open one account for every institution of the office where nobody holds the role yet."""
    Unit.objects.select_for_update().get(pk=office.pk)  # two such openings wait for each other
    units = list(figures.units_without_account(office, role=role, on=since_day))
    names = _names_at(units, on=since_day)
    slips = []
    for unit in units:
        name = names.get(unit.pk, f"{unit.name}关工委")[:60]
        username = propose_username(unit, role)
        _, password = open_account(
            unit=unit, role=role, name=name, username=username, since_day=since_day, by=by
        )
        slips.append(Slip(unit, role, name, username, password))
    return slips


def _names_at(units: list[Unit], *, on: date) -> dict[int, str]:
    """unit pk → the person its committee names as secretary-general or liaison."""
    posts = Post.objects.filter(
        committee__host__in=units,
        period__contains=on,
        position__in=[Position.SECRETARY_GENERAL, Position.LIAISON],
    ).select_related("person", "committee")
    # Read backwards, so that of several the secretary-general named first is kept.
    return {post.committee.host_id: post.person.name for post in reversed(figures.in_order(posts))}


@transaction.atomic
def end_grant(grant: RoleGrant, *, on: date, by: Any) -> None:
    """From that day the role is over; an account with no role left cannot sign in."""
    held = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    if held.period.upper is not None:
        raise Refused(f"这个角色已经在{date_cn(held.period.upper)}停用了")
    with audit.acting("account.role_ended", by=by):
        if held.period.lower is not None and held.period.lower >= on:
            held.delete()
        else:
            held.period = between(held.period.lower, on)
            held.save(update_fields=["period"])
        if not RoleGrant.objects.filter(user=held.user, period__upper_inf=True).exists():
            User.objects.filter(pk=held.user_id).update(is_active=False)
    role = Role(held.role)
    audit.record("account.role_ended", held.user, by=by, note=f"{role.label} · {held.unit}")


@transaction.atomic
def rename(user: User, *, name: str, by: Any) -> bool:
    """The account bears the right name of its holder; say whether it bore another."""
    held = User.objects.select_for_update().get(pk=user.pk)
    if held.name == name:
        return False
    note, user.name = f"{held.name} → {name}", name
    with audit.acting("account.renamed", by=by):
        user.save(update_fields=["name"])
    audit.record("account.renamed", user, by=by, note=note)
    return True


@transaction.atomic
def reset_password(user: User, *, by: Any) -> str:
    """Give a new first password; the old one stops working at once."""
    password = first_password()
    user.set_password(password)
    user.must_change_password = True
    user.first_password_until = first_password_until()
    user.save(update_fields=["password", "must_change_password", "first_password_until"])
    audit.record("account.password_reset", user, by=by)
    return password


@transaction.atomic
def change_password(user: User, *, password: str, by: Any) -> None:
    """The owner sets an own password; every other sign-in of the account ends with it."""
    user.set_password(password)
    user.must_change_password = False
    user.first_password_until = None
    user.save(update_fields=["password", "must_change_password", "first_password_until"])
    audit.record("account.password_changed", user, by=by)


def keep_text_size(user: User, *, large: bool, by: Any) -> None:
    User.objects.filter(pk=user.pk).update(large_type=large)
