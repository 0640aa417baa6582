"""Entries on the city's desk, judges, and rounds walked to their state by the services."""

from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from committees.models import Unit, User
from committees.policy import Role
from portal.kernel import files
from reading_program.choices import EntryState, ScoreRule
from reading_program.models import (
    Edition,
    Entry,
    EntryAdviser,
    EntryFile,
    Judge,
    JudgingRound,
    ScoreSheet,
)
from reading_program.services import judging
from tests.factories.committees import make_user

_numbers = count(1)


def city_entry(
    edition: Edition,
    unit: Unit,
    *,
    nominee: str = "",
    adviser: str = "",
    body: str = "书是一扇窗，窗外有山有海。",
    title: str = "书是一扇窗",
    **facts: Any,
) -> Entry:
    """An essay of the first group that has come up to the city."""
    number = next(_numbers)
    now = timezone.now()
    entry = Entry.objects.create(
        edition=edition,
        track=edition.tracks.get(code="essay"),
        group=edition.groups.first(),
        unit=unit,
        office=unit.office,
        city=edition.city,
        number=number,
        title=title,
        body=body,
        nominee_name=nominee or f"学生{number}",
        pledge=True,
        consent=True,
        state=EntryState.CITY,
        submitted_at=now,
        reviewed_at=now,
        **facts,
    )
    EntryAdviser.objects.create(entry=entry, position=1, name=adviser or f"老师{number}")
    return entry


def with_paper(entry: Entry, content: bytes, kind: str, name: str = "作品.docx") -> Entry:
    """The entry with its work as a file."""
    EntryFile.objects.create(entry=entry, file=files.store(content, kind), name=name)
    return entry


def judges(edition: Edition, amount: int, *, first: User | None = None) -> list[Judge]:
    accounts = [] if first is None else [first]
    while len(accounts) < amount:
        accounts.append(make_user(edition.city, Role.JUDGE, name=f"评委{len(accounts)}"))
    return [judging.appoint_judge(edition, account=account, by=None) for account in accounts]


def prepared_round(
    edition: Edition, *, each: int = 2, gap: Decimal | None = None, rule: str = ScoreRule.MEAN
) -> JudgingRound:
    return judging.prepare_round(
        edition.tracks.get(code="essay"),
        name="复评",
        rule=rule,
        judges_each=each,
        gap=gap,
        by=None,
    )


def open_round(edition: Edition, **facts: Any) -> JudgingRound:
    here = prepared_round(edition, **facts)
    judging.open_round(here, by=None)
    return here


def mark(sheet: ScoreSheet, *marks: int, hand_in: bool = True) -> None:
    sheet.refresh_from_db()
    judging.save_sheet(
        sheet,
        marks=[Decimal(mark) for mark in marks],
        comment="",
        version=sheet.version,
        hand_in=hand_in,
        by=sheet.judge.account,
    )
