"""The register of 五老 and other members: who is in it, corrected by whom, whose phone was seen."""

from typing import Any

from django.db import transaction

from committees.models import Person, Unit, User
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.fields import labels_of


@transaction.atomic
def register(unit: Unit, *, by: Any, **facts: Any) -> Person:
    """Enter a person into the unit's register."""
    with audit.acting("person.registered", by=by):
        person = Person.objects.create(unit=unit, **facts)
    audit.record("person.registered", person, by=by)
    return person


@transaction.atomic
def correct(person: Person, *, by: Any, **facts: Any) -> list[str]:
    """Set changed facts and return the names of the fields that really changed."""
    changed = [name for name, value in facts.items() if getattr(person, name) != value]
    if changed:
        for name in changed:
            setattr(person, name, facts[name])
        with audit.acting("person.corrected", by=by):
            person.save(update_fields=changed)
        audit.record("person.corrected", person, by=by, note=labels_of(Person, changed))
    return changed


@transaction.atomic
def join_account(person: Person, account: User, *, by: Any) -> None:
    """The account is this person's: each belongs to one at most."""
    held = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if held.account_id is not None:
        raise Refused(f"{person}已经连着一个账号了，先断开再连别的")
    if other := Person.objects.filter(account=account).first():
        raise Refused(f"“{account}”这个账号已经连着{other}（{other.unit}），一个账号只归一位")
    held.account = account
    with audit.acting("person.account_joined", by=by):
        held.save(update_fields=["account"])
    audit.record("person.account_joined", person, by=by, note=account.username)


@transaction.atomic
def part_account(person: Person, *, by: Any) -> None:
    """The account goes on as it is, and is said to be nobody's of the register."""
    account = person.account
    if account is None:
        raise Refused(f"{person}没有连着账号，刷新页面看看")
    with audit.acting("person.account_parted", by=by):
        Person.objects.filter(pk=person.pk).update(account=None)
    audit.record("person.account_parted", person, by=by, note=account.username)


def reveal_phone(person: Person, *, by: Any) -> str:
    """Return the telephone number and leave on record who looked at it."""
    audit.record("person.phone_seen", person, by=by)
    return person.phone
