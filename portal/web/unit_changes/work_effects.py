"""What a change did to the work in hand, in sentences, read from the rows it wrote."""

from collections.abc import Iterable
from typing import Any

from activities.models import (
    Appointment,
    CoHost,
    Lecture,
    ObligationRelief,
    Partner,
    PlanTask,
    Studio,
    TaskWork,
)
from committees.models import FiveHavesCheck
from portal.kernel.journal import Entry
from portal.web.models import DataAnswer, DataRequest
from portal.web.unit_changes.written import Section, Written, counted, item_words, names_of

NAMED = PlanTask.units.through._meta.label


def sections_of_work(entries: list[Entry]) -> list[Section]:
    return [
        Section("宣讲、聘任和工作室", [*_lectures(entries), *_mentors(entries), *_houses(entries)]),
        Section(
            "义务、要点任务、“五有”和材料",
            [*_reliefs(entries), *_tasks(entries), *_papers(entries)],
        ),
    ]


def _lectures(entries: list[Entry]) -> list[str]:
    moved = Written(entries, Lecture._meta.label).of_changed("unit")
    return counted(moved, "unit_id", "{count} 场宣讲（点了还没讲的、这天以后讲的）归“{unit}”")


def _mentors(entries: list[Entry]) -> list[str]:
    written = Written(entries, Appointment._meta.label)
    moved, ended = written.of_changed("unit"), written.of_changed("period")
    lines = counted(moved, "unit_id", "{count} 份聘任继续有效，受聘单位改为“{unit}”，编号不变")
    if ended:
        lines.append(f"{len(ended)} 份聘任到这天为止：{names_of(str(it.mentor) for it in ended)}")
    return lines


def _houses(entries: list[Entry]) -> list[str]:
    studios = Written(entries, Studio._meta.label)
    cohosts = Written(entries, CoHost._meta.label)
    lines = [f"工作室“{it}”设在“{it.unit}”" for it in studios.of_changed("unit")]
    lines += [f"工作室“{it}”停办" for it in studios.of_changed("closed_on")]
    lines += counted(
        Written(entries, Partner._meta.label).of_changed("unit"),
        "unit_id", "{count} 家合作伙伴由“{unit}”联系",
    )  # fmt: skip
    moved = cohosts.of_changed("unit")
    lines += counted(moved, "unit_id", "{count} 次共办活动由“{unit}”来确认、记在它名下")
    follows = [row for row in cohosts.of_changed("office") if row not in moved]
    lines += counted(follows, "office_id", "{count} 次这天及以后的共办，当时隶属改为“{unit}”")
    if cohosts.removed:
        lines.append(f"{len(cohosts.removed)} 次共办成了同一家单位的事，不再另外列出")
    return lines


def _tasks(entries: list[Entry]) -> list[str]:
    named, told = Written(entries, NAMED), Written(entries, TaskWork._meta.label)
    lines = counted(
        [*named.of_made(), *named.of_changed("unit")],
        "unit_id", "{count} 项点名的要点任务改由“{unit}”承担",
    )  # fmt: skip
    lines += counted(
        told.of_changed("unit"), "unit_id", "{count} 项要点任务的反馈（走得最远的）转给“{unit}”"
    )
    return lines


def _reliefs(entries: list[Entry]) -> list[str]:
    return [
        f"{item_words(it)}{it.words}，“{it.unit}”接着用"
        for it in Written(entries, ObligationRelief._meta.label).of_made()
    ]


def _papers(entries: list[Entry]) -> list[str]:
    checks = Written(entries, FiveHavesCheck._meta.label).of_changed("unit")
    answers = Written(entries, DataAnswer._meta.label)
    lines = [
        f"{it.year}年“五有”自查（{it.get_state_display()}）由“{it.unit}”接着办" for it in checks
    ]
    lines += counted(answers.of_changed("unit"), "unit_id", "{count} 份还没答复的材料由“{unit}”填")
    if gone := answers.removed:
        lines.append(f"{len(gone)} 份还没答复的材料不再要了：{_requests(gone.values())}")
    return lines


def _requests(rows: Iterable[dict[str, Any]]) -> str:
    from_rows = {row["request"] for row in rows}
    titles = DataRequest.objects.filter(pk__in=from_rows)
    return "、".join(f"《{title}》" for title in titles.values_list("title", flat=True))
