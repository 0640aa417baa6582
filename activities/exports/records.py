"""Workbooks of records, of what they decided and of the series they belong to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils import timezone

from activities.choices import FieldType
from activities.figures.series import proposals
from activities.models import (
    Activity,
    ActivityKind,
    Correction,
    Decision,
    KindField,
    Series,
    SeriesMeeting,
)
from portal.kernel.calendar import date_cn
from portal.kernel.cells import CellValue
from portal.kernel.workbooks import NewSheet, write_workbook

ACTIVITY_HEADINGS = (
    "编号", "日期", "单位", "教办", "类型", "主题", "到场人数", "“五老”人次", "受教育青少年人次",
    "地点", "主办", "主持人", "主讲人", "内容", "议定事项", "状态", "更正",
)  # fmt: skip


def activity_workbook(records: Iterable[Activity], *, kind: ActivityKind | None = None) -> bytes:
    """One row a record, as filtered on the page. Needs unit, office and kind selected.

    Where one kind was chosen each of its own fields has a column; else they share one, as words.
    """
    found = list(records)
    shown = KindField.objects.order_by("kind", "position", "pk")
    fields = list(shown.filter(kind=kind) if kind else shown)
    put_right: dict[int, list[str]] = {}
    for one in Correction.objects.agreed().filter(activity__in=found).order_by("answered_at"):
        put_right.setdefault(one.activity_id, []).append(_correction_words(one))
    own = [field.label for field in fields] if kind else ["这类活动的补充项"]
    lines = (
        [
            *_activity_line(record),
            "；".join(put_right.get(record.pk, [])),
            *_own_cells(record, fields, apart=kind is not None),
        ]
        for record in found
    )
    return write_workbook([NewSheet("活动记录", (*ACTIVITY_HEADINGS, *own), lines)])


def _own_cells(record: Activity, fields: Sequence[KindField], *, apart: bool) -> list[CellValue]:
    answers = record.extra
    if apart:
        return [
            answers.get(field.key)
            if field.field_type == FieldType.NUMBER
            else field.shown(answers.get(field.key))
            for field in fields
        ]
    said = (
        f"{field.label}：{field.shown(answers[field.key])}"
        for field in fields
        if field.kind_id == record.kind_id and field.key in answers
    )
    return ["；".join(said)]


def _correction_words(one: Correction) -> str:
    day = date_cn(timezone.localdate(one.answered_at)) if one.answered_at else ""
    return f"{day}更正{one}（{one.reason}）"


DECISION_HEADINGS = (
    "单位", "教办", "哪次会定的", "会议日期", "定了什么", "谁来办", "哪天以前办完", "进展",
    "最近一次汇报", "汇报日期",
)  # fmt: skip


def decision_workbook(found: Iterable[Decision], *, on: date) -> bytes:
    """As filtered on the page. Needs unit, office and record selected, reports prefetched."""
    lines = (_decision_line(one, on=on) for one in found)
    return write_workbook([NewSheet("议定事项", DECISION_HEADINGS, lines)])


def _decision_line(one: Decision, *, on: date) -> list[CellValue]:
    reports = list(one.reports.all())
    last = reports[-1] if reports else None
    return [
        one.unit.name,
        one.unit.office.name if one.unit.office else "",
        one.activity.title,
        one.activity.held_on,
        one.text,
        one.who,
        one.due_on,
        "过了日子" if one.is_late(on=on) else one.get_state_display(),
        last.text if last else "",
        last.told_on if last else None,
    ]


SERIES_HEADINGS = (
    "例会",
    "单位",
    "教办",
    "活动类型",
    "多久一次",
    "第一次",
    "下一次",
    "地点",
    "主持人",
)
MEETING_HEADINGS = (
    "例会", "单位", "应开日期", "开会日期", "记录编号", "主题", "到场人数", "状态", "没开的原因",
)  # fmt: skip


def series_workbook(found: Sequence[Series], *, on: date) -> bytes:
    """The series and each of their turns. Needs unit, office and kind selected.

    A series that ended has no next day.
    """
    following = {one.series.pk: one.day for one in proposals(found, on=on)}
    meetings = SeriesMeeting.objects.filter(series__in=found).select_related(
        "series__unit", "activity"
    )
    return write_workbook(
        [
            NewSheet("例会", SERIES_HEADINGS, (_series_line(one, following) for one in found)),
            NewSheet(
                "各次会议",
                MEETING_HEADINGS,
                map(_meeting_line, meetings.order_by("series__unit__path", "series", "planned_on")),
            ),
        ]
    )


def _series_line(one: Series, following: Mapping[int, date]) -> list[CellValue]:
    return [
        one.name,
        one.unit.name,
        one.unit.office.name if one.unit.office else "",
        one.kind.name,
        one.get_rhythm_display(),
        one.starts_on,
        following.get(one.pk),
        one.place,
        one.chair,
    ]


def _meeting_line(one: SeriesMeeting) -> list[CellValue]:
    record = one.activity
    return [
        one.series.name,
        one.series.unit.name,
        one.planned_on,
        record.held_on if record else None,
        record.number if record else "",
        record.title if record else "",
        record.attendance if record else None,
        record.get_state_display() if record else "没有开",
        one.skipped_because,
    ]


def _activity_line(record: Activity) -> list[CellValue]:
    return [
        record.number,
        record.held_label,
        record.unit.name,
        record.office.name if record.office else "",
        str(record.kind or ""),
        record.title,
        record.attendance,
        record.elders,
        record.youth,
        record.place,
        record.host,
        record.chair,
        record.speakers,
        record.minutes,
        record.decisions,
        record.get_state_display(),
    ]
