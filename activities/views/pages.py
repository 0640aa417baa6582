"""Pieces that several pages of a record show."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from activities.choices import (
    ActivityState,
    CorrectionState,
    DecisionState,
    FileRole,
    RequiredField,
)
from activities.models import (
    Activity,
    ActivityFile,
    ActivityKind,
    Correction,
    CreditRule,
    Decision,
    KindField,
    ObligationCell,
)
from activities.models.minutes import current_minutes
from activities.permissions import may_correct, may_log
from committees.models import ObligationSet, Unit
from portal.kernel.calendar import date_cn, weekday_cn

MOST_HEARD = 10  # of what earlier meetings left open, beside the form
TONES = {
    ActivityState.DRAFT: "draft",
    ActivityState.SUBMITTED: "waiting",
    ActivityState.RETURNED: "returned",
    ActivityState.ACCEPTED: "done",
    ActivityState.VOIDED: "void",
}


PICTURES = {FileRole.PHOTO, FileRole.SHEET}


def tone_of(activity: Activity) -> str:
    return TONES[ActivityState(activity.state)]


def rows_of(activity: Activity, *, change_url: str = "") -> list[dict[str, Any]]:
    """The record as label and value, in the order of the form; `change_url` leads to each."""
    weekday = f"（{weekday_cn(activity.held_on)}）" if activity.held_on else ""
    facts: list[tuple[str, str, Any]] = [
        ("kind", "活动类型", str(activity.kind or "")),
        ("held_on", "日期", activity.held_label and f"{activity.held_label}{weekday}"),
        ("title", "主题", activity.title),
        ("attendance", "到场人数", _people(activity.attendance)),
        ("minutes", "说了哪些事", activity.minutes),
        ("place", "地点", activity.place),
        ("host", "主办", activity.host),
        ("chair", "主持人", activity.chair),
        ("speakers", "主讲人", activity.speakers),
        ("attendees", "到场名单", activity.attendees),
        ("decisions", "议定事项", activity.decisions),
        ("elders", "其中“五老”", _people(activity.elders, "人次")),
        ("youth", "受教育青少年", _people(activity.youth, "人次")),
    ]
    facts += own_facts(activity)
    return [
        {
            "label": label,
            "value": value,
            "field": name,
            "change_url": f"{change_url}#div_id_{name}" if change_url else "",
        }
        for name, label, value in facts
    ]


def own_facts(activity: Activity) -> list[tuple[str, str, str]]:
    """(form name, label, answer) of what only this kind asks; a retired field where answered."""
    if activity.kind_id is None:
        return []
    fields = KindField.objects.filter(kind=activity.kind_id)
    return [
        (f"extra-{field.pk}", field.label, field.shown(activity.extra.get(field.key)))
        for field in fields
        if field.retired_at is None or field.key in activity.extra
    ]


def _people(count: int | None, unit: str = "人") -> str:
    return "" if count is None else f"{count:,} {unit}"


def file_cards(files: Iterable[ActivityFile], *, removable: bool) -> list[dict[str, Any]]:
    """What templates/components/file_card.html wants to know, photos numbered."""
    cards, photo = [], 0
    for attached in files:
        is_photo = attached.role in PICTURES
        photo += attached.role == FileRole.PHOTO
        cards.append(
            {
                "pk": attached.pk,
                "name": attached.name,
                "is_photo": is_photo,
                "alt": attached.caption or _alt(attached, photo),
                "url": reverse("activities:file", args=[attached.pk]),
                "thumb_url": reverse("activities:small", args=[attached.pk]) if is_photo else "",
                "remove_url": reverse("activities:remove_file", args=[attached.pk])
                if removable
                else "",
            }
        )
    return cards


def _alt(attached: ActivityFile, photo: int) -> str:
    words = {FileRole.PHOTO: f"活动照片第 {photo} 张", FileRole.SHEET: "签到表"}
    return words.get(FileRole(attached.role), attached.name)


def prospects(unit: Unit, kind: ActivityKind | None, *, on: date) -> list[dict[str, Any]]:
    """What a record of this kind, held that year, would count for; and how that item stands."""
    current = ObligationSet.objects.current(unit.city, on.year) if unit.city and kind else None
    if current is None:
        return []
    rules = CreditRule.objects.in_force().filter(
        item__obligation_set=current,
        kind=kind,
        first_month__lte=on.month,
        last_month__gte=on.month,
    )
    counted = dict(
        ObligationCell.objects.filter(unit=unit, item__obligation_set=current).values_list(
            "item_id", "counted"
        )
    )
    return [
        {
            "item": rule.item,
            "needs": "、".join(RequiredField(name).label for name in rule.requires),
            "is_met": counted.get(rule.item.pk, 0) >= rule.item.min_count,
        }
        for rule in rules.select_related("item")
        if rule.item and unit.kind in rule.asked_kinds
    ]


def left_open(unit: Unit, activity: Activity | None) -> list[Decision]:
    """What earlier meetings of the unit decided and is not done: this one hears about it."""
    meeting = activity if activity is not None else Activity(unit=unit)
    earlier = Decision.objects.before(meeting).by_urgency()
    return list(earlier.select_related("activity")[:MOST_HEARD])


def last_of(unit: Unit) -> Activity | None:
    """The record the unit may want to write once more."""
    done = Activity.objects.filter(unit=unit).exclude(
        state__in=[ActivityState.DRAFT, ActivityState.VOIDED]
    )
    return done.newest().first()


def after_meeting(record: Activity, user: Any) -> dict[str, Any]:
    """The record's facts, each with what it said before it was put right, and what followed."""
    corrections = list(record.corrections.select_related("asked_by", "answered_by"))
    before: dict[str, Correction] = {}
    for one in reversed(corrections):  # the first agreed one of each holds what was accepted
        if one.state == CorrectionState.AGREED:
            before.setdefault(one.field, one)
    tracked = list(record.tracked.values_list("state", flat=True))
    rows = [
        row | {"before": _said_before(before.get(row["field"]))}
        for row in rows_of(record)
        if row["value"] or row["field"] in before
    ]
    return {
        "rows": rows,
        "corrections": corrections,
        "may_correct": may_correct(user, record),
        "may_log": may_log(user, record.unit),
        "minutes": current_minutes(record),
        "tracked": len(tracked),
        "tracked_open": tracked.count(DecisionState.OPEN),
    }


def _said_before(one: Correction | None) -> str:
    if one is None or one.answered_at is None:
        return ""
    day = date_cn(timezone.localdate(one.answered_at))
    return f"{day}更正，原来写的是：{one.old or '没有填'}"
