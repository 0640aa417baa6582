"""不是同一个人: two entries of the register that look like one person and are two."""

from typing import Any

from django.db import transaction

from committees.models import DistinctPeople, Person
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for


@transaction.atomic
def mark(one: Person, other: Person, *, by: Any) -> DistinctPeople:
    """Keep in mind that these are two people; the pair is offered for merging no more."""
    if one.pk == other.pk:
        raise Refused("这是同一条登记，请另选一条")
    first, second = sorted((one, other), key=lambda person: person.pk)
    with audit.acting("person.distinct", by=by), speaking_for(DistinctPeople):
        made = DistinctPeople.objects.create(first=first, second=second, marked_by=by)
    for person, twin in ((first, second), (second, first)):
        audit.record("person.distinct", person, by=by, note=f"{twin}（{twin.unit}）")
    return made


@transaction.atomic
def take_back(marked: DistinctPeople, *, by: Any) -> None:
    """The two may be compared again."""
    audit.record("person.distinct_undone", marked.first, by=by, note=str(marked.second))
    with audit.acting("person.distinct_undone", by=by):
        DistinctPeople.objects.filter(pk=marked.pk).delete()
