"""What a change did to the reading programme, in sentences; and what keeps the old name."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from committees.models import Unit
from portal.kernel.journal import Entry
from portal.web.unit_changes.written import Section, Written, counted, unit_name
from reading_program.models import (
    Certificate,
    EntryBatch,
    EntryGroup,
    Honour,
    ImplementationPlan,
    Judge,
    Quota,
    Result,
    Track,
)
from reading_program.models import Entry as ReadingEntry
from reading_program.models.results import TOLD

FORMER = Judge.former_schools.through._meta.label


def sections_of_reading(entries: list[Entry]) -> list[Section]:
    return [
        Section(
            "读书活动",
            [*_plans(entries), *_works(entries), *_places(entries), *_judges(entries)],
        )
    ]


def kept_names(units: Sequence[Unit]) -> list[str]:
    """One sentence a unit whose published results and certificates stand as they are."""
    lines = []
    for unit in units:
        results = Result.objects.awarded().filter(entry__unit=unit, list__state__in=TOLD).count()
        honours = Honour.objects.standing().filter(unit=unit).count()
        papers = Certificate.objects.valid().filter(unit=unit).count()
        told = [
            f"{word} {count} {measure}"
            for word, count, measure in (
                ("读书活动已公布的奖", results, "件"),
                ("指导奖和组织奖", honours, "项"),
                ("证书", papers, "份"),
            )
            if count
        ]
        if told:
            lines.append(f"{'、'.join(told)}，仍写“{unit}”的校名，不改")
    return lines


def _plans(entries: list[Entry]) -> list[str]:
    plans = Written(entries, ImplementationPlan._meta.label).of_changed("unit")
    return [
        f"《{plan.edition}》的方案（{plan.get_state_display()}）转给“{plan.unit}”" for plan in plans
    ]


def _works(entries: list[Entry]) -> list[str]:
    works = Written(entries, ReadingEntry._meta.label)
    moved, alike = works.of_changed("unit"), works.of_changed("is_sole")
    followed = [row for row in works.of_changed("office") if row not in moved]
    return [
        *counted(moved, "unit_id", "{count} 件还没公布结果的作品归“{unit}”，编号和分数不变"),
        *counted(followed, "office_id", "{count} 件还没公布结果的作品以后由“{unit}”审核"),
        *counted(
            alike,
            "unit_id",
            "其中 {count} 件和“{unit}”已有的同名同班，都带过去，请核对是不是报了两次",
        ),
        *counted(
            Written(entries, EntryBatch._meta.label).of_changed("unit"),
            "unit_id",
            "{count} 次批量登记归“{unit}”",
        ),
    ]


def _places(entries: list[Entry]) -> list[str]:
    rows = Written(entries, Quota._meta.label)
    made = [
        f"“{row.unit}”{_of(row.track_id, row.group_id)}的名额定为 {row.places} 个"
        for row in rows.of_made()
    ]
    changed = [
        f"“{row.unit}”{_of(row.track_id, row.group_id)}的名额由 {rows.before(row, 'places')} 个"
        f"改为 {row.places} 个"
        for row in rows.of_changed("places")
    ]
    gone = [
        f"“{unit_name(_key(row['unit']))}”{_of(_key(row['track']), _key(row['group']))}的名额"
        f"（{_amount(row)}）不再单列，归接着办的学校，或退给上一级"
        for row in rows.removed.values()
    ]
    return [*made, *changed, *gone]


def _of(track: int | None, group: int | None) -> str:
    name = Track.objects.get(pk=track or 0).name
    return f"{name}{EntryGroup.objects.get(pk=group).name if group else ''}"


def _key(written: Any) -> int | None:
    return int(written) if written else None


def _amount(row: dict[str, Any]) -> str:
    return f"{row['places']} 个" if row["places"] else f"{row['percent']}%"


def _judges(entries: list[Entry]) -> list[str]:
    judges = Written(entries, Judge._meta.label).of_changed("school")
    names = Counter(judge.school_id for judge in judges)
    told = [
        f"{count} 位评委的所在学校改为“{unit_name(school)}”，身份和已给的分不变，仍回避本校作品"
        for school, count in names.items()
    ]
    former = Written(entries, FORMER).of_made()
    return told + counted(former, "unit_id", "{count} 位在这里工作过的评委，也回避“{unit}”的作品")
