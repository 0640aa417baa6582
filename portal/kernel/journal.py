"""What one work made and changed, row by row, so that it can be taken back whole or not at all."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models

Entry = dict[str, Any]


@dataclass(slots=True)
class Journal:
    """Entries are plain JSON: ``{"made": label, "pk": 5}`` or ``{"changed": label, "pk": 5,
    "before": {field: text}, "after": {field: text}}``, in the order things happened."""

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
            found += _pointing_at(relation, label, pks, made, harmless)
    for entry in entries:
        if "changed" not in entry or entry["pk"] in made.get(entry["changed"], ()):
            continue
        row = _row(entry["changed"], entry["pk"])
        if row is not None and snapshot(row, entry["after"]) != entry["after"]:
            found.append(Obstacle(row=None, held=row))
    return found


def _pointing_at(
    relation: Any,
    label: str,
    pks: set[int],
    made: Mapping[str, set[int]],
    harmless: Collection[str],
) -> list[Obstacle]:
    table = relation.related_model
    other = table._meta.label
    if hasattr(table, "pgh_tracked_model") or other in harmless or relation.many_to_many:
        return []
    name = relation.field.name
    rows = table._base_manager.filter(**{f"{name}__in": pks}).exclude(pk__in=made.get(other, ()))
    count = rows.count()
    if not count:
        return []
    first = rows.select_related(name).order_by("pk")[0]
    return [Obstacle(first, getattr(first, name), count)]


def take_back(entries: Iterable[Entry]) -> None:
    """Undo in reverse order: restore changed fields, delete what was made. Ask `obstacles` first.

    Rows that are already gone are passed over. Call inside a transaction.
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
    for name, written in entry["before"].items():
        column = _column(row, name)
        setattr(row, column.attname, None if written is None else column.to_python(written))
    row.save(update_fields=list(entry["before"]))


def _row(label: str, pk: int) -> models.Model | None:
    found: models.Model | None = apps.get_model(label)._base_manager.filter(pk=pk).first()
    return found
