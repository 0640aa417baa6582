"""What one work made and changed, row by row, so that it can be taken back whole or not at all.

A work notes its entries itself, or takes a `picture` of the rows it may touch before and after and
lets `compare` find them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models

Entry = dict[str, Any]


@dataclass(slots=True)
class Journal:
    """Entries are plain JSON: ``{"made": label, "pk": 5}`` or ``{"changed": label, "pk": 5,
    "before": {field: text}, "after": {field: text}}`` or ``{"removed": label, "pk": 5, "before":
    {field: text}}``, in the order things happened."""

    entries: list[Entry] = field(default_factory=list)

    def made(self, *rows: models.Model) -> None:
        self.entries += [{"made": row._meta.label, "pk": row.pk} for row in rows]

    def changed(self, row: models.Model, before: Mapping[str, str | None]) -> None:
        """Note the fields of `before` (see `snapshot`) that now differ."""
        after = snapshot(row, before)
        moved = [name for name in before if before[name] != after[name]]
        if moved:
            self.entries.append({
                "changed": row._meta.label,
                "pk": row.pk,
                "before": {name: before[name] for name in moved},
                "after": {name: after[name] for name in moved},
            })  # fmt: skip


def snapshot(row: models.Model, names: Iterable[str]) -> dict[str, str | None]:
    """Return the fields as text that `restore` can read back."""
    fields = {name: _column(row, name) for name in names}
    return {
        name: None if column.value_from_object(row) is None else column.value_to_string(row)
        for name, column in fields.items()
    }


Picture = dict[str, dict[int, dict[str, str | None]]]


def picture(rows: Iterable[tuple[models.QuerySet, Collection[str]]]) -> Picture:
    """Return label → key → field → text of these rows; no named fields means all of them."""
    found: Picture = {}
    for queryset, names in rows:
        table = queryset.model
        columns = names or [each.name for each in table._meta.concrete_fields]
        taken = {row.pk: snapshot(row, columns) for row in queryset}
        found.setdefault(table._meta.label, {}).update(taken)
    return found


def compare(before: Picture, after: Picture) -> list[Entry]:
    """The entries that lead from one picture to the other, table by table as `after` has them."""
    entries: list[Entry] = []
    for label, rows in after.items():
        stood = before.get(label, {})
        entries += [
            {"removed": label, "pk": pk, "before": fields}
            for pk, fields in stood.items()
            if pk not in rows
        ]
        for pk, fields in rows.items():
            if pk not in stood:
                entries.append({"made": label, "pk": pk})
            elif moved := [name for name in fields if fields[name] != stood[pk][name]]:
                entries.append({
                    "changed": label,
                    "pk": pk,
                    "before": {name: stood[pk][name] for name in moved},
                    "after": {name: fields[name] for name in moved},
                })  # fmt: skip
    return entries


def _column(row: models.Model, name: str) -> Any:
    """A field of the row's own table; typed loosely, for every kind of field reads its own text."""
    return row._meta.get_field(name)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A row that keeps the work from being taken back, and the row of ours it holds on to."""

    row: models.Model | None
    held: models.Model | None
    count: int = 1


def made_by(entries: Iterable[Entry]) -> dict[str, set[int]]:
    """Return label → primary keys of everything made, in the order first made."""
    made: dict[str, set[int]] = {}
    for entry in entries:
        if "made" in entry:
            made.setdefault(entry["made"], set()).add(entry["pk"])
    return made


def obstacles(entries: Iterable[Entry], *, harmless: Collection[str] = ()) -> list[Obstacle]:
    """Find what was built on the work since: rows that point at it, and fields changed again.

    `harmless` are labels of rows that go with what they point at. History tables never count.
    """
    entries = list(entries)
    made = made_by(entries)
    found: list[Obstacle] = []
    for label, pks in made.items():
        for relation in apps.get_model(label)._meta.related_objects:
            ours = _set_by(entries, relation) | made.get(relation.related_model._meta.label, set())
            found += _pointing_at(relation, label, pks, ours, harmless)
    for entry in entries:
        if "changed" not in entry or entry["pk"] in made.get(entry["changed"], ()):
            continue
        row = _row(entry["changed"], entry["pk"])
        if row is not None and snapshot(row, entry["after"]) != entry["after"]:
            found.append(Obstacle(row=None, held=row))
    return found


def _set_by(entries: Iterable[Entry], relation: Any) -> set[int]:
    """Rows whose pointer the work itself wrote: taking it back turns them away again."""
    label, name = relation.related_model._meta.label, relation.field.name
    return {
        entry["pk"]
        for entry in entries
        if entry.get("changed") == label and name in entry["before"]
    }


def _pointing_at(
    relation: Any,
    label: str,
    pks: set[int],
    ours: set[int],
    harmless: Collection[str],
) -> list[Obstacle]:
    table = relation.related_model
    other = table._meta.label
    if hasattr(table, "pgh_tracked_model") or other in harmless or relation.many_to_many:
        return []
    name = relation.field.name
    rows = table._base_manager.filter(**{f"{name}__in": pks}).exclude(pk__in=ours)
    count = rows.count()
    if not count:
        return []
    first = rows.select_related(name).order_by("pk")[0]
    return [Obstacle(first, getattr(first, name), count)]


def take_back(entries: Iterable[Entry]) -> None:
    """Undo in reverse order: restore changed fields and removed rows, delete what was made.

    Ask `obstacles` first. Rows that are already gone are passed over. Call inside a
    transaction.
    """
    batch_label, batch = "", []
    for entry in reversed(list(entries)):
        if "made" in entry and entry["made"] == batch_label:
            batch.append(entry["pk"])
            continue
        _delete(batch_label, batch)
        batch_label, batch = "", []
        if "made" in entry:
            batch_label, batch = entry["made"], [entry["pk"]]
        elif "removed" in entry:
            _make_again(entry)
        else:
            _restore(entry)
    _delete(batch_label, batch)


def _delete(label: str, pks: list[int]) -> None:
    if pks:
        apps.get_model(label)._default_manager.filter(pk__in=pks).delete()


def _restore(entry: Entry) -> None:
    row = _row(entry["changed"], entry["pk"])
    if row is None:
        return
    _write(row, entry["before"])
    row.save(update_fields=list(entry["before"]))


def _make_again(entry: Entry) -> None:
    """Put a removed row back under its own key."""
    row = apps.get_model(entry["removed"])(pk=entry["pk"])
    _write(row, entry["before"])
    row.save(force_insert=True)


def _write(row: models.Model, fields: Mapping[str, str | None]) -> None:
    for name, written in fields.items():
        column = _column(row, name)
        setattr(row, column.attname, None if written is None else column.to_python(written))


def _row(label: str, pk: int) -> models.Model | None:
    found: models.Model | None = apps.get_model(label)._base_manager.filter(pk=pk).first()
    return found
