"""The trail as a person may read it: whose lines, narrowed how, with what changed in the rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet
from django.http import Http404

from committees.models import RoleGrant, User
from committees.models.scoping import reaches, scope_q
from committees.policy import Can
from portal.kernel import audit
from portal.kernel.calendar import date_cn
from portal.kernel.models import AuditEvent
from portal.web.audit_words import CHILDREN, GROUPS

ROOT = "unit_path"
# Answers of the portal that stand as the note of a line 被拦下.
WHY = {"403": "没有这项权限", "404": "不在管辖范围内", "409": "当时已经变了，或者不合规定"}


def visible_to(user: User) -> QuerySet[AuditEvent]:
    """Lines about units the user looks after; those about no unit, by who acted or was acted on."""
    if not reaches(user, Can.AUDIT_VIEW):
        return AuditEvent.objects.none()
    grants = RoleGrant.objects.filter(scope_q(user, Can.AUDIT_VIEW, "unit__path"))
    people = grants.order_by().values("user_id")
    nowhere = Q(unit_path="") & (
        Q(actor_id__in=people)
        | Q(target_type="committees.user", target_id__in=people)
        | Q(verb="account.sign_in_refused", target_id=None)
    )
    return AuditEvent.objects.filter(scope_q(user, Can.AUDIT_VIEW, ROOT) | nowhere)


def narrowed(
    found: QuerySet[AuditEvent], *, words: str = "", group: str = "", since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditEvent]:  # fmt: skip
    """By who or what it is about, by kind, and by days, both ends included."""
    if words:
        found = found.filter(
            Q(actor_name__icontains=words)
            | Q(target_label__icontains=words)
            | Q(origin__startswith=words)
        )
    if group in GROUPS:
        begins = Q(pk__in=[])
        for start in GROUPS[group][1]:
            begins |= Q(verb__startswith=start)
        found = found.filter(begins)
    if since:
        found = found.filter(at__date__gte=since)
    if until:
        found = found.filter(at__date__lt=until + timedelta(days=1))
    return found


def about_children(user: User) -> QuerySet[AuditEvent]:
    return visible_to(user).filter(verb__in=CHILDREN)


def get_or_404(user: User, pk: int) -> AuditEvent:
    found = visible_to(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


# --- what changed in the row itself -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One field of the row before and after the act, as a person reads it."""

    label: str
    before: str
    after: str


def changes_of(event: AuditEvent) -> list[Change]:
    """What the trigger-written history of the row says of this act: before and after.

    Found by the row, the verb and the minute, since the history carries the same verb in its
    context. A table without history, and an act that changed no row of its own, give nothing.
    """
    history = _history_of(event)
    if history is None:
        return []
    near = history.filter(
        pgh_created_at__range=(event.at - timedelta(seconds=60), event.at + timedelta(seconds=60)),
        pgh_context__metadata__verb=event.verb,
    )
    after = near.order_by("-pk").first()
    if after is None:
        return []
    first = near.order_by("pk").first()
    before = history.filter(pk__lt=first.pk).order_by("-pk").first()
    return list(_differences(before, after))


def _history_of(event: AuditEvent) -> Any:
    try:
        table = apps.get_model(event.target_type)
    except (LookupError, ValueError):
        return None
    return None if event.target_id is None else audit.history_of(table, event.target_id)


def _differences(before: Model | None, after: Model) -> Iterator[Change]:
    table: Any = type(after)
    for field in table._meta.fields:
        if field.name.startswith("pgh_") or field.primary_key:
            continue
        old = getattr(before, field.attname) if before is not None else None
        new = getattr(after, field.attname)
        if old != new:
            yield Change(_label(table, field), _said(before, field), _said(after, field))


def _label(table: Any, field: Any) -> str:
    """The field's own word; a name nobody gave one stays as the table has it."""
    try:
        tracked = table.pgh_tracked_model._meta.get_field(field.name)
    except (AttributeError, FieldDoesNotExist):
        tracked = field
    return str(tracked.verbose_name)


def _said(row: Model | None, field: Any) -> str:
    if row is None:
        return ""
    value: Any = getattr(row, field.attname)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, date):
        return date_cn(value)
    return str(value)[:500]
