"""What the rows of a 台账's sources say: each reader turns its rows into entries or a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from activities.models import Activity, Appointment, ObligationCell, TaskWork, WorkPlan
from committees.choices import ElderCategory
from committees.models import (
    Committee,
    CommitteeDocument,
    FiveHavesCheck,
    ObligationSet,
    Person,
    Post,
)
from evaluations.models import Appraisal, BulletinArticle, BulletinIssue, Title
from portal.kernel.calendar import date_cn
from portal.kernel.models import StoredFile
from reading_program.models import ImplementationPlan


@dataclass(frozen=True, slots=True)
class Paper:
    """One file as it was handed in."""

    file: StoredFile
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a box: a record, a document, a check."""

    title: str
    day: date | None = None
    facts: tuple[tuple[str, str], ...] = ()
    text: str = ""
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """What one source gives: entries, or a table (roster); never both."""

    name: str
    entries: tuple[Entry, ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def count(self) -> int:
        return len(self.entries) or len(self.rows)


def _span(period: Any) -> str:
    start = date_cn(period.lower) if period.lower else ""
    end = date_cn(period.upper - timedelta(days=1)) if period.upper else "今"
    return f"{start}至{end}" if start else f"至{end}"


def plans(rows: Sequence[WorkPlan]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            row.title,
            timezone.localtime(row.published_at).date() if row.published_at else None,
            (("制发单位", row.issuer), ("版本", f"第{row.version}版")),
            papers=(Paper(row.source, row.source_name),) if row.source else (),
        )
        for row in rows
    )


def asked(rows: Sequence[ObligationSet]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            str(row),
            timezone.localtime(row.published_at).date() if row.published_at else None,
            (("依据", row.basis), ("版本", f"第{row.version}版")),
            "\n".join(
                f"{item.group}·{item.name}：{item.text}，{date_cn(item.due_on)}前"
                for item in row.items.all()
            ),
        )
        for row in rows
    )


def committee_papers(rows: Sequence[CommitteeDocument]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            str(row),
            timezone.localtime(row.added_at).date(),
            (("种类", row.get_paper_display()),),
            papers=(Paper(row.file, row.name),),
        )
        for row in rows
    )


def committees(rows: Sequence[Committee]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            row.name,
            row.established_on,
            (
                ("成立时间", date_cn(row.established_on, row.established_precision)
                 if row.established_on else "没有登记"),
                ("成立文件", row.founding_document or "没有登记"),
            ),
        )
        for row in rows
    )  # fmt: skip


def posts(rows: Sequence[Post]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (row.get_position_display(), row.person.name, row.person.original_post, _span(row.period))
        for row in rows
    )


def elders(rows: Sequence[Person]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            row.name,
            row.get_gender_display(),
            row.original_post,
            "、".join(ElderCategory(one).label for one in row.categories),
            row.strengths,
        )
        for row in rows
    )


def appointments(rows: Sequence[Appointment]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            row.number,
            row.mentor.person.name,
            row.get_role_display(),
            f"{date_cn(row.first_day)}至{date_cn(row.last_day)}",
        )
        for row in rows
    )


def records(rows: Sequence[Activity]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            row.title,
            row.held_on,
            tuple(
                (label, value)
                for label, value in (
                    ("编号", row.number),
                    ("类型", str(row.kind or "")),
                    ("日期", row.held_label),
                    ("地点", row.place),
                    ("主持", row.chair),
                    ("主讲", row.speakers),
                    ("到场", f"{row.attendance}人" if row.attendance is not None else ""),
                )
                if value
            ),
            f"{row.minutes}\n议定事项：{row.decisions}" if row.decisions else row.minutes,
            tuple(Paper(one.file, one.caption or one.name) for one in row.files.all()),
        )
        for row in rows
    )


def reading_plans(rows: Sequence[ImplementationPlan]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            f"{row.edition.name}实施方案",
            timezone.localtime(row.submitted_at).date() if row.submitted_at else None,
            (("审核", row.get_state_display()),),
            row.text,
            (Paper(row.file, row.file_name),) if row.file else (),
        )
        for row in rows
    )


def issues(rows: Sequence[BulletinIssue]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            f"{row.series.name}{row.number_label}",
            row.dated_on,
            papers=(Paper(row.pdf, row.file_name),) if row.pdf else (),
        )
        for row in rows
    )


def articles(rows: Sequence[BulletinArticle]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            row.title,
            row.issue.dated_on,
            (("登在", f"{row.issue.series.name}{row.issue.number_label}"),),
            row.body,
        )
        for row in rows
    )


def five_haves(rows: Sequence[FiveHavesCheck]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            f"{row.year}年“五有”自查",
            timezone.localtime(row.submitted_at).date() if row.submitted_at else None,
            (
                ("到了哪步", row.get_state_display()),
                *((one.get_have_display(),
                   f"自查{one.get_own_result_display() or '没有填'}，"
                   f"复核{one.get_result_display() or '还没有'}")
                  for one in row.answers.all()),
            ),
            "\n".join(
                text for text in (row.own_word, row.reviewer_word and f"复核：{row.reviewer_word}")
                if text
            ),
            tuple(Paper(one.file, one.file_name) for one in row.answers.all() if one.file),
        )
        for row in rows
    )  # fmt: skip


def appraisals(rows: Sequence[Appraisal]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            row.campaign.name,
            timezone.localdate(row.submitted_at) if row.submitted_at else None,
            (
                ("到了哪步", row.get_state_display()),
                *((name, f"{total.normalize():f}分") for name, total in (
                    ("自评", row.self_total), ("初评", row.office_total), ("复评", row.city_total),
                ) if total is not None),
                *((one.name, str(one.activity)) for one in row.evidence.all() if one.activity),
            ),
            "",
            tuple(Paper(one.file, one.name) for one in row.evidence.all() if one.file),
        )
        for row in rows
    )  # fmt: skip


def titles(rows: Sequence[Title]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            row.name,
            row.document or "—",
            date_cn(row.named_on),
            f"{row.get_state_display()}（{date_cn(row.checked_on)}）"
            if row.checked_on
            else row.get_state_display(),
        )
        for row in rows
    )


def honours(rows: Sequence[Person]) -> tuple[tuple[str, ...], ...]:
    return tuple((row.name, row.honour, row.original_post) for row in rows)


def tasks(rows: Sequence[TaskWork]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (row.task.text, row.get_told_display(), row.feedback or "—", row.reply or "—")
        for row in rows
    )


def duties(rows: Sequence[ObligationCell]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            row.item.name,
            f"{date_cn(row.item.due_on)}前{row.item.min_count}次",
            f"{row.counted}次",
            date_cn(row.reached_on) if row.reached_on else "还没有做满",
        )
        for row in rows
    )


def totals(rows: Sequence[Activity]) -> tuple[tuple[str, ...], ...]:
    """One line a kind, then the sum; each record once."""
    kinds: dict[str, list[int]] = {}
    for row in rows:
        sums = kinds.setdefault(str(row.kind or "其他"), [0, 0, 0, 0])
        for place, value in enumerate((1, row.attendance, row.elders, row.youth)):
            sums[place] += value or 0
    if not kinds:
        return ()
    whole = [sum(column) for column in zip(*kinds.values(), strict=True)]
    return tuple(
        (name, *(str(figure) for figure in sums))
        for name, sums in [*kinds.items(), ("合计", whole)]
    )
