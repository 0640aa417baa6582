"""Two entries of the register that are one person, made one, and made two again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from committees.models import DistinctPeople, Person, PersonMerge, Post, TeamInvitation
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.journal import Journal, obstacles, snapshot, take_back
from portal.kernel.ranges import between

# What an empty answer of the kept entry takes over; each with what tells how exact it is.
TAKEN_TOGETHER = (
    ("gender",), ("born_on",), ("original_post",), ("original_unit",), ("work_status",),
    ("stepped_back_on", "stepped_back_precision"), ("retired_on", "retired_precision"),
    ("honour",), ("phone",), ("account",),
)  # fmt: skip
# What says how entries stand to each other, and is no fact of the person.
NOT_MOVED = (Person, PersonMerge, DistinctPeople)
NEVER = DateRange(empty=True)  # overlaps nothing, contains no day


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do: facts the kept entry gains, rows that come over to it."""

    facts: list[tuple[str, str]]
    rows: list[str]


def preview(kept: Person, merged: Person) -> Preview:
    gained = gains(kept, merged)
    facts = [
        (str(Person._meta.get_field(name).verbose_name), _shown(merged, name))  # type: ignore[union-attr]
        for name in gained
        if not name.endswith("_precision")
    ]
    return Preview(facts, [str(row) for _, row in _rows_of(merged)])


def _shown(person: Person, name: str) -> str:
    if name == "phone":
        return "有号码"
    display = getattr(person, f"get_{name}_display", None)
    return str(display() if display else getattr(person, name))


def gains(kept: Person, merged: Person) -> dict[str, Any]:
    """Facts of `merged` that `kept` lacks; lists and marks are joined."""
    found: dict[str, Any] = {}
    for names in TAKEN_TOGETHER:
        if not getattr(kept, names[0]) and getattr(merged, names[0]):
            found |= {name: getattr(merged, name) for name in names}
    both = list(dict.fromkeys([*kept.categories, *merged.categories]))
    if both != kept.categories:
        found["categories"] = both
    tags = "、".join(dict.fromkeys([*kept.strength_tags, *merged.strength_tags]))[:120]
    if merged.strengths and set(merged.strength_tags) - set(kept.strength_tags):
        found["strengths"] = tags
    for mark in ("is_mentor", "is_backbone"):
        if getattr(merged, mark) and not getattr(kept, mark):
            found[mark] = True
    return found


@transaction.atomic
def merge(kept: Person, merged: Person, *, by: Any) -> PersonMerge:
    """Give `kept` everything that points at `merged`, and take `merged` out of every list."""
    if kept.pk == merged.pk:
        raise Refused("这是同一条登记，请另选一条")
    people = Person.objects.select_for_update(of=("self",)).in_bulk([kept.pk, merged.pk])
    if len(people) < 2:
        raise Refused("其中一条刚刚已经合并过了，刷新页面看看")
    kept, merged = people[kept.pk], people[merged.pk]
    journal = Journal()
    with audit.acting("person.merged", by=by):
        gained = gains(kept, merged)
        # An account belongs to one person at a time: it leaves before it arrives.
        _set(merged, {"merged_into": kept, "account": None}, journal)
        _set(kept, gained, journal)
        for name, row in _rows_of(merged):
            _bring_over(name, row, kept, journal)
        made = PersonMerge.objects.create(
            kept=kept, merged=merged, changes=journal.entries, done_by=by
        )
    audit.record("person.merged", kept, by=by, note=f"{merged}（{merged.unit}）")
    return made


def _set(row: models.Model, facts: dict[str, Any], journal: Journal) -> None:
    if not facts:
        return
    before = snapshot(row, facts)
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=list(facts))
    journal.changed(row, before)


def _rows_of(person: Person) -> list[tuple[str, models.Model]]:
    """(name of the field, row) of everything of any app that points at the person."""
    found: list[tuple[str, models.Model]] = []
    for relation in Person._meta.related_objects:
        table: Any = relation.related_model
        if hasattr(table, "pgh_tracked_model") or table in NOT_MOVED:
            continue
        if relation.many_to_many:
            continue
        name = relation.field.name
        found += [(name, row) for row in table._base_manager.filter(**{name: person})]
    return found


def _bring_over(name: str, row: models.Model, kept: Person, journal: Journal) -> None:
    if isinstance(row, Post) and _join_post(row, kept, journal):
        return
    if isinstance(row, TeamInvitation) and kept.team_invitations.filter(half=row.half).exists():
        return  # asked twice in one term: the kept entry's answer counts
    try:
        with transaction.atomic():
            _set(row, {name: kept}, journal)
    except IntegrityError as error:
        raise Refused(
            f"两条登记都有“{row}”这一类资料，合起来会重复。先把其中一条的改掉或结束，再来合并"
        ) from error


def _join_post(row: Post, kept: Person, journal: Journal) -> bool:
    """One post held by both entries was held once, from the earlier day to the later one."""
    twin = Post.objects.filter(
        person=kept, committee=row.committee_id, position=row.position, period__overlap=row.period
    ).first()
    if twin is None:
        return False
    lower = [row.period.lower, twin.period.lower]
    upper = [row.period.upper, twin.period.upper]
    whole = between(None if None in lower else min(lower), None if None in upper else max(upper))
    _set(row, {"period": NEVER}, journal)
    if (whole.lower, whole.upper) != (twin.period.lower, twin.period.upper):
        _set(twin, {"period": whole}, journal)
    return True


@transaction.atomic
def undo(done: PersonMerge, *, at: datetime, by: Any) -> None:
    """Make two of them again, as long as nothing the merge touched was changed since."""
    done = PersonMerge.objects.select_for_update(of=("self",)).get(pk=done.pk)
    if done.undone_at is not None:
        raise Refused("这次合并已经撤销过了")
    if found := obstacles(done.changes):
        held = found[0].held
        raise Refused(f"合并以后，“{held}”又改动过，不能再撤销。要分开的话，请另外登记一位")
    with audit.acting("person.merge_undone", by=by):
        take_back(done.changes)
        done.undone_at = at
        done.save(update_fields=["undone_at"])
    audit.record("person.merge_undone", done.kept, by=by, note=str(done.merged))
