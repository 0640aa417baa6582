"""The audit trail: one line in words for every act, and the actor's name for the row history."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Value
from django.db.models.functions import Replace
from pghistory.models import Context

from portal.kernel import origin
from portal.kernel.models import AuditEvent


def record(
    verb: str,
    target: models.Model,
    *,
    by: Any,
    note: str = "",
    before: str = "",
    after: str = "",
) -> AuditEvent:
    """Write one append-only line. `by` is a user, or None for the portal itself.

    Whoever looks with somebody else's eyes stands in it by their own name.
    """
    if (looker := origin.looker()) is not None:
        by, note = looker, f"{note}（替{by}看）"
    unit = getattr(target, "unit", None)
    return AuditEvent.objects.create(
        verb=verb,
        actor_id=getattr(by, "pk", None),
        actor_name=str(by) if by is not None else "系统",
        target_type=target._meta.label_lower,
        target_id=target.pk,
        target_label=str(target)[:200],
        unit_path=getattr(unit if unit is not None else target, "path", "") or "",
        note=note,
        before=before,
        after=after,
        origin=origin.current(),
    )


def history_of(table: type[models.Model], pk: Any) -> models.QuerySet[Any] | None:
    """What the trigger wrote of one row, oldest first by pk; None for a table without history."""
    kept: Any = getattr(table, "pgh_event_model", None)
    return None if kept is None else kept._default_manager.filter(pgh_obj_id=pk)


def refused(what: str, *, by: Any, unit_path: str, note: str) -> AuditEvent:
    """Write down that somebody was told no: about which address, and why."""
    return AuditEvent.objects.create(
        verb="request.refused",
        actor_id=by.pk,
        actor_name=str(by),
        target_label=what[:200],
        unit_path=unit_path,
        note=note,
        origin=origin.current(),
    )


@contextmanager
def acting(verb: str, *, by: Any, note: str = "") -> Iterator[None]:
    """Let every row changed inside carry verb, actor and reason in its trigger-written history."""
    with pghistory.context(
        verb=verb,
        actor=getattr(by, "pk", None),
        actor_name=str(by or "系统"),
        note=note,
        origin=origin.current(),
    ):
        yield


def trail_of(target: models.Model) -> models.QuerySet[AuditEvent]:
    """Newest first."""
    return AuditEvent.objects.filter(
        target_type=target._meta.label_lower, target_id=target.pk
    ).order_by("-at", "-pk")


def unname(target: models.Model, *, names: Iterable[str], label: str) -> None:
    """Take people out of what was written about a thing: who did what, and when, stays.

    The one change the trail allows, for names that must not be kept any longer.
    """
    words: Any = models.F("note")
    for name in sorted({*names} - {""}, key=len, reverse=True):
        words = Replace(words, Value(name), Value(label))
    with pgtrigger.ignore("kernel.AuditEvent:append_only"):
        trail_of(target).order_by().update(target_label=label[:200], note=words)


def cover(target: models.Model, *, name: str, cover: str) -> None:
    """Cross one name out of what was written about a thing; the rest of the words stays."""
    with pgtrigger.ignore("kernel.AuditEvent:append_only"):
        trail_of(target).order_by().update(
            target_label=Replace("target_label", Value(name), Value(cover)),
            note=Replace("note", Value(name), Value(cover)),
        )


def unname_history(events: models.QuerySet[Any], *, names: Iterable[str], label: str) -> None:
    """The same for the reasons that stand under these rows of a history."""
    found = Context.objects.filter(pk__in=events.order_by().values("pgh_context"))
    people = sorted({*names} - {""}, key=len, reverse=True)
    for context in found.select_for_update():
        note = said = str(context.metadata.get("note", ""))
        for name in people:
            said = said.replace(name, label)
        if said != note:
            context.metadata["note"] = said
            context.save(update_fields=["metadata"])
