"""The register of 五老 and other members: who is in it, corrected by whom, whose phone was seen."""

from typing import Any

from django.db import transaction

from committees.models import Person, Unit
from portal.kernel import audit
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


def reveal_phone(person: Person, *, by: Any) -> str:
    """Return the telephone number and leave on record who looked at it."""
    audit.record("person.phone_seen", person, by=by)
    return person.phone
