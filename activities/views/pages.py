"""Pieces that several pages of a record show."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from activities.choices import ActivityState, FileRole, RequiredField
from activities.models import Activity, ActivityFile, ActivityKind, CreditRule, ObligationCell
from committees.models import ObligationSet, Unit
from portal.kernel.calendar import weekday_cn

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
    return [
        {
            "label": label,
            "value": value,
            "change_url": f"{change_url}#div_id_{name}" if change_url else "",
        }
        for name, label, value in facts
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
