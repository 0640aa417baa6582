"""The yearly 五有 check: filled in by the unit, looked at by whoever stands above it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from committees.choices import CheckState, Have
from committees.models import FiveHavesAnswer, FiveHavesCheck, FiveHavesRound, Unit
from committees.workflow import FIVE_HAVES
from portal.kernel import audit, files
from portal.kernel.calendar import date_cn
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for


@dataclass(frozen=True, slots=True)
class Own:
    """What the unit says of one of the five."""

    result: str
    evidence: str
    upload: UploadedFile | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What the reviewer found of one of the five."""

    result: str
    note: str


@transaction.atomic
def begin(unit: Unit, *, year: int, by: Any) -> FiveHavesCheck:
    """Open the unit's check of the year with its five empty answers, or return the open one."""
    standing = FiveHavesCheck.objects.filter(unit=unit, year=year).first()
    if standing is not None:
        return standing
    with audit.acting("five_haves.begun", by=by), speaking_for(FiveHavesCheck):
        check = FiveHavesCheck.objects.create(unit=unit, year=year)
        for have in Have:
            FiveHavesAnswer.objects.create(check_of=check, have=have)
    return check


@transaction.atomic
def fill_in(check: FiveHavesCheck, *, own_word: str, answers: Mapping[str, Own], by: Any) -> None:
    """Keep the unit's side; the reviewer's columns are never touched here."""
    held = FiveHavesCheck.objects.select_for_update().get(pk=check.pk)
    if held.state not in {CheckState.DRAFT, CheckState.RETURNED}:
        raise Refused("这份自查已经交上去了，要改请先撤回，或者请上级退回")
    with audit.acting("five_haves.filled", by=by):
        for answer in held.answers.all():
            own = answers.get(answer.have)
            if own is None:
                continue
            answer.own_result, answer.evidence = own.result, own.evidence
            if own.upload is not None:
                answer.file, answer.file_name = (
                    files.store_paper(own.upload),
                    (own.upload.name or "")[-200:],
                )
            answer.save()
        held.own_word = own_word
        held.save(update_fields=["own_word"])
    check.own_word = own_word


@transaction.atomic
def submit(check: FiveHavesCheck, *, at: datetime, by: Any) -> None:
    """Hand in a check whose five questions are all answered."""
    open_ones = check.answers.filter(own_result="")
    if missing := [answer.get_have_display() for answer in open_ones]:
        raise Refused(f"{'、'.join(missing)}还没有选，选好再交")
    first = check.first_submitted_at or at
    FIVE_HAVES.advance(
        check, "submit", by=by, submitted_at=at, first_submitted_at=first, submitted_by=by
    )


@transaction.atomic
def withdraw(check: FiveHavesCheck, *, by: Any) -> None:
    """Take it back before anybody looked; it counts as handed in when it comes again."""
    FIVE_HAVES.advance(check, "withdraw", by=by, first_submitted_at=None)


@transaction.atomic
def confirm(
    check: FiveHavesCheck, *, word: str, found: Mapping[str, Found], at: datetime, by: Any
) -> None:
    """Keep the reviewer's result of each of the five beside what the unit said."""
    lacking = [have.label for have in Have if have not in found or not found[have].result]
    if lacking:
        raise Refused(f"{'、'.join(lacking)}还没有复核结果，选好再保存")
    _keep_findings(check, found, by=by)
    FIVE_HAVES.advance(check, "confirm", by=by, reviewer_word=word, reviewed_at=at, reviewed_by=by)


@transaction.atomic
def send_back(
    check: FiveHavesCheck, *, note: str, found: Mapping[str, Found], at: datetime, by: Any
) -> None:
    """Give it back to be completed; what the reviewer noted so far goes with it."""
    _keep_findings(check, found, by=by)
    FIVE_HAVES.advance(
        check, "send_back", by=by, note=note, return_reason=note, reviewed_at=at, reviewed_by=by
    )


def _keep_findings(check: FiveHavesCheck, found: Mapping[str, Found], *, by: Any) -> None:
    with audit.acting("five_haves.reviewed", by=by):
        for answer in check.answers.all():
            if seen := found.get(answer.have):
                answer.result, answer.reviewer_note = seen.result, seen.note
                answer.save(update_fields=["result", "reviewer_note"])


FURTHEST_FIRST = [CheckState.SUBMITTED, CheckState.RETURNED, CheckState.DRAFT]


def unfinished_of(units: Sequence[Unit], *, on: date) -> QuerySet[FiveHavesCheck]:
    """Checks of that year and later that somebody still has to do something about."""
    return FiveHavesCheck.objects.filter(
        unit__in=units, year__gte=on.year, state__in=FURTHEST_FIRST
    )


@transaction.atomic
def hand_over(sources: Sequence[Unit], target: Unit, *, on: date, by: Any) -> None:
    """Of each year the target takes the unfinished check that has come furthest, if it has none.

    A confirmed one tells of the unit it was made for, and stays there.
    """
    found = list(unfinished_of(sources, on=on))
    found.sort(key=lambda check: (FURTHEST_FIRST.index(CheckState(check.state)), check.pk))
    has = set(FiveHavesCheck.objects.filter(unit=target).values_list("year", flat=True))
    with audit.acting("five_haves.handed_over", by=by):
        for check in found:
            if check.year not in has:
                has.add(check.year)
                check.unit = target
                check.save(update_fields=["unit"])


@transaction.atomic
def set_due(city: Unit, *, year: int, due_on: date, by: Any) -> None:
    """By when the city's units hand in the check of that work year; a later word replaces it."""
    with audit.acting("five_haves.due_set", by=by):
        FiveHavesRound.objects.update_or_create(city=city, year=year, defaults={"due_on": due_on})
    audit.record("five_haves.due_set", city, by=by, note=f"{year}年：{date_cn(due_on)}")
