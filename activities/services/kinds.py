"""Kinds of activity and their own fields: those a portal starts with, and what a bureau edits."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from activities.choices import STANDARD_FIELDS, STANDARD_KINDS, STANDARD_OUTLINES, FieldType
from activities.models import ActivityKind, KindField
from activities.models.kinds import MOST_FIELDS
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for
from portal.kernel.wording import quoted


@transaction.atomic
def ensure_kinds(*, by: object = None) -> None:
    """Add the standard kinds that are missing, with their fields; leave edited ones alone."""
    there = set(ActivityKind.objects.values_list("slug", flat=True))
    ActivityKind.objects.bulk_create(
        (
            ActivityKind(
                slug=slug,
                name=name,
                hint=hint,
                outline=STANDARD_OUTLINES.get(slug, ""),
                position=position,
                is_common=common,
            )
            for slug, name, hint, position, common in STANDARD_KINDS
        ),
        ignore_conflicts=True,
    )
    added = ActivityKind.objects.exclude(slug__in=there).filter(fields__isnull=True)
    KindField.objects.bulk_create(
        KindField(kind=kind, label=label, field_type=kept, answers=list(answers), position=place)
        for kind in added
        for place, (label, kept, answers) in enumerate(STANDARD_FIELDS.get(kind.slug, []))
    )


def checked(extra: Mapping[str, Any]) -> dict[str, Any]:
    """Answers by field id as they may be kept, or Refused: each must be one its field can hold."""
    ids = [int(key) for key in extra if key.isdecimal()]
    fields = {field.key: field for field in KindField.objects.filter(pk__in=ids)}
    for key, value in extra.items():
        field = fields.get(key)
        if field is None:
            raise Refused("补充项里有一项已经不存在，刷新页面再填")
        if not field.takes(value):
            raise Refused(f"{quoted(field)}填的看不懂，请按提示再填一次")
    return dict(extra)


@transaction.atomic
def add_kind(
    *, name: str, hint: str, outline: str, is_common: bool, is_open: bool, by: Any
) -> ActivityKind:
    """A kind of the bureau's own, after the standard ones; its slug is a number nobody reads."""
    if ActivityKind.objects.filter(name=name).exists():
        raise Refused(f"已经有{quoted(name)}这一类了，改那一类就行")
    last = ActivityKind.objects.exclude(slug="other").aggregate(last=Max("position"))["last"] or 0
    made = ActivityKind.objects.create(
        slug=f"own-{ActivityKind.objects.count() + 1}-{int(timezone.now().timestamp())}",
        name=name,
        hint=hint,
        outline=outline,
        position=last + 10,
        is_common=is_common,
        is_open=is_open,
    )
    audit.record("kind.added", made, by=by)
    return made


@transaction.atomic
def edit_kind(
    kind: ActivityKind,
    *,
    name: str,
    hint: str,
    outline: str,
    is_common: bool,
    is_open: bool,
    by: Any,
) -> None:
    """Name and words of a kind; records keep the kind, whatever it is called."""
    if ActivityKind.objects.filter(name=name).exclude(pk=kind.pk).exists():
        raise Refused(f"已经有{quoted(name)}这一类了，换个名称")
    before = kind.name
    for key, value in {
        "name": name, "hint": hint, "outline": outline, "is_common": is_common, "is_open": is_open,
    }.items():  # fmt: skip
        setattr(kind, key, value)
    kind.save(update_fields=["name", "hint", "outline", "is_common", "is_open"])
    audit.record("kind.edited", kind, by=by, before=before, after=kind.name)


@transaction.atomic
def add_field(
    kind: ActivityKind, *, label: str, field_type: FieldType, answers: Sequence[str], by: Any
) -> KindField:
    """One more question of the kind, at the end; never one that must be answered."""
    ActivityKind.objects.select_for_update().get(pk=kind.pk)
    fields = kind.fields.all()
    if fields.in_use().count() >= MOST_FIELDS:
        raise Refused(
            f"一类活动最多 {MOST_FIELDS} 项补充，先停用一项再加。多一项，每所学校每次都要多看一眼"
        )
    last = fields.aggregate(last=Max("position"))["last"]
    with speaking_for(KindField):
        made = KindField.objects.create(
            kind=kind,
            label=label,
            field_type=field_type,
            answers=list(answers),
            position=0 if last is None else last + 1,
        )
    audit.record("kind.field_added", kind, by=by, note=label)
    return made


@transaction.atomic
def edit_field(field: KindField, *, label: str, answers: Sequence[str], by: Any) -> None:
    """The words of a question and its answers; what it holds stays, for the sake of old answers."""
    before = field.label
    field.label, field.answers = label, list(answers)
    with speaking_for(KindField):
        field.save(update_fields=["label", "answers"])
    audit.record("kind.field_edited", field.kind, by=by, before=before, after=label)


@transaction.atomic
def move_field(field: KindField, *, up: bool, by: Any) -> None:
    """Change places with the question above or below; at the end nothing happens."""
    ActivityKind.objects.select_for_update().get(pk=field.kind_id)
    order = list(KindField.objects.in_use().filter(kind=field.kind_id))
    here = next((place for place, other in enumerate(order) if other.pk == field.pk), None)
    there = None if here is None else here - 1 if up else here + 1
    if here is None or there is None or not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for place, other in enumerate(order):
        KindField.objects.filter(pk=other.pk).update(position=place)
    audit.record("kind.field_moved", field.kind, by=by, note=field.label)


@transaction.atomic
def retire_field(field: KindField, *, by: Any) -> None:
    """Ask it no more; the answers there are stay with their records."""
    changed = KindField.objects.in_use().filter(pk=field.pk).update(retired_at=timezone.now())
    if not changed:
        raise Refused("这一项已经停用了，刷新页面看看")
    audit.record("kind.field_retired", field.kind, by=by, note=field.label)


@transaction.atomic
def reopen_field(field: KindField, *, by: Any) -> None:
    """Ask it again, under the same name; old answers and new ones stand together."""
    ActivityKind.objects.select_for_update().get(pk=field.kind_id)
    if KindField.objects.in_use().filter(kind=field.kind_id).count() >= MOST_FIELDS:
        raise Refused(f"一类活动最多 {MOST_FIELDS} 项补充，先停用一项再恢复")
    with speaking_for(KindField):
        KindField.objects.filter(pk=field.pk).update(retired_at=None)
    audit.record("kind.field_reopened", field.kind, by=by, note=field.label)
