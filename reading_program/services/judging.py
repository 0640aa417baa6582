"""盲评 from the copies to the last mark: prepare, look through, open, mark, give back, close."""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from committees.models import Unit, User
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for
from reading_program.choices import (
    CopyState,
    RoundState,
    SheetState,
)
from reading_program.models import (
    BlindCopy,
    Edition,
    EntryGroup,
    Judge,
    JudgingRound,
    ScoreSheet,
    Track,
)
from reading_program.rules import criteria_of
from reading_program.scoring import aggregation, assignment
from reading_program.services import copies
from reading_program.workflow import ROUND, SHEET

LATE_ORDER = 30_000  # what comes later is mixed in by a number that follows no school


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """A row of a 评分表 brought back; marks in the order of the criteria, None for an empty one."""

    code: str
    marks: list[Decimal | None]
    comment: str


class MarkedMeanwhile(Refused):
    """The sheet was saved in another window after this page was opened."""


@transaction.atomic
def appoint_judge(
    edition: Edition,
    *,
    account: User,
    school: Unit | None = None,
    former_schools: Sequence[Unit] = (),
    by: Any,
) -> Judge:
    with speaking_for(Judge):
        judge = Judge.objects.create(edition=edition, account=account, school=school)
    judge.former_schools.set(former_schools)
    audit.record("judge.appointed", judge, by=by)
    return judge


@transaction.atomic
def prepare_round(
    track: Track,
    *,
    name: str,
    group: EntryGroup | None = None,
    rule: str,
    judges_each: int,
    gap: Decimal | None = None,
    by: Any,
) -> JudgingRound:
    """Draw codes for what has come up to the city, and find words that would tell whose it is."""
    with speaking_for(JudgingRound):
        made = JudgingRound.objects.create(
            edition=track.edition,
            track=track,
            group=group,
            name=name,
            criteria=track.marked_by,
            rule=rule,
            judges_each=judges_each,
            gap=gap,
            seed=secrets.randbelow(2**31),
            created_by=by,
        )
    if not copies.draw(made, by=by):
        raise Refused("这个项目还没有报到市里的作品，等教办报上来再安排评审")
    audit.record("judging_round.prepared", made, by=by)
    return made


@transaction.atomic
def set_criteria(here: JudgingRound, *, rows: Sequence[tuple[str, Decimal]], by: Any) -> None:
    """What a work is marked by, best known before anybody marks; the marks add up to 100."""
    if here.state != RoundState.PREPARING:
        raise Refused("已经开评，评分项不能再改")
    made = criteria_of(rows)
    with audit.acting("judging_round.criteria_set", by=by):
        JudgingRound.objects.filter(pk=here.pk).update(criteria=made)
    audit.record(
        "judging_round.criteria_set", here, by=by, note="、".join(name for name, _ in rows)
    )


@transaction.atomic
def open_round(here: JudgingRound, *, by: Any) -> None:
    """Give every work its judges and let them begin; refuses, naming works, where it cannot."""
    works = list(
        here.copies.select_related("entry__unit", "entry__office").prefetch_related(
            "entry__advisers"
        )
    )
    if waiting := [copy.code for copy in works if copy.state == CopyState.WAITING]:
        raise Refused(
            f"还有 {len(waiting)} 件没有核对姓名（{'、'.join(waiting[:5])}），核对完再开评"
        )
    judges = list(here.edition.judges.filter(left_at=None).select_related("school", "account"))
    made = assignment.assign(
        [_work(copy) for copy in works],
        [_judge(judge) for judge in judges],
        each=here.judges_each,
        seed=here.seed,
    )
    if made.impossible:
        raise Refused(explained(made.impossible, works, judges))
    sheets = [
        ScoreSheet(copy_id=work, judge_id=judge, order=0)
        for work, chosen in made.pairs.items()
        for judge in sorted(chosen)
    ]
    Random(here.seed).shuffle(sheets)  # noqa: S311 - an order, not a secret
    for order, sheet in enumerate(sheets):
        sheet.order = order
    ScoreSheet.objects.bulk_create(sheets)
    ROUND.advance(here, "open", by=by, opened_at=timezone.now())


def explained(
    rows: Sequence[assignment.Impossible], works: Sequence[BlindCopy], judges: Sequence[Judge]
) -> str:
    """Which works cannot have their judges, and who is kept from them why; for the bureau only."""
    codes = {copy.pk: copy.code for copy in works}
    names = {judge.pk: str(judge) for judge in judges}
    told = []
    for row in rows[:3]:
        kept = "、".join(f"{names[key]}（{why}）" for key, why in row.kept_out)
        short = f"作品 {codes[row.work]} 要 {row.wanted} 位评委，只有 {row.free} 位能评"
        told.append(f"{short}，回避的有{kept}" if kept else short)
    more = f"。另有 {len(rows) - 3} 件也是这样" if len(rows) > 3 else ""
    return f"评委不够：{'；'.join(told)}{more}。请再请几位评委，或减少每件的评委人数"


def _work(copy: BlindCopy) -> assignment.Work:
    entry = copy.entry
    advisers = set()
    for adviser in entry.advisers.all():
        advisers |= {adviser.name, f"account:{adviser.account_id}"}
    return assignment.Work(copy.pk, entry.unit_id, entry.office_id, frozenset(advisers))


def _judge(judge: Judge) -> assignment.Judge:
    return assignment.Judge(
        key=judge.pk,
        school=judge.school_id,
        office=judge.school.office_id if judge.school is not None else None,
        former_schools=frozenset(unit.pk for unit in judge.former_schools.all()),
        names=frozenset({judge.account.name, f"account:{judge.account_id}"}),
        declared=frozenset(
            judge.sheets.filter(state=SheetState.DECLINED).values_list("copy_id", flat=True)
        ),
    )


@transaction.atomic
def save_sheet(
    sheet: ScoreSheet,
    *,
    marks: Sequence[Decimal | None],
    comment: str,
    version: int,
    hand_in: bool,
    by: Any,
) -> None:
    """Keep the marks; hand them in when asked and whole. The same marks twice change nothing."""
    here = _locked(sheet)
    if here.copy.round.state != RoundState.OPEN:
        raise Refused("这一轮已经评完，分数不能再改")
    if here.state != SheetState.DRAFT:
        raise Refused("这一件已经交分，不能再改。确实评错了，请告诉局关工委")
    if here.version != version:
        raise MarkedMeanwhile("这一件刚才在另一个窗口里存过，下面是已经存下的分数，请看一下再改")
    words = ["" if mark is None else str(mark) for mark in marks]
    if (words, comment) != (here.marks, here.comment):
        ScoreSheet.objects.filter(pk=here.pk).update(
            marks=words, comment=comment, version=F("version") + 1
        )
    if hand_in:
        given = [mark for mark in marks if mark is not None]
        if len(given) < len(here.copy.round.criteria):
            raise Refused("每一项都打了分才能交")
        total = sum(given, Decimal(0))
        SHEET.advance(here, "submit", by=by, total=total, submitted_at=timezone.now())
        _call_third(here.copy)


def _locked(sheet: ScoreSheet) -> ScoreSheet:
    return (
        ScoreSheet.objects.select_for_update(of=("self",))
        .select_related("copy__round__edition", "judge__edition")
        .get(pk=sheet.pk)
    )


def _call_third(copy: BlindCopy) -> None:
    """Two marks far apart call the least loaded judge who may judge this work."""
    gap = copy.round.gap
    sheets = list(copy.sheets.exclude(state=SheetState.DECLINED))
    totals = [sheet.total for sheet in sheets if sheet.total is not None]
    if gap is None or len(sheets) != 2 or not aggregation.differs_too_much(totals, gap=gap):
        return
    chosen = _free_judge(copy)
    if chosen is not None:
        ScoreSheet.objects.create(
            copy=copy, judge=chosen, order=copy.pk % LATE_ORDER, is_third=True
        )


def _free_judge(copy: BlindCopy) -> Judge | None:
    """The one with the fewest works of this round whom no interest keeps from this one."""
    loads: dict[int, int] = defaultdict(int)
    for key in ScoreSheet.objects.filter(copy__round=copy.round).values_list("judge_id", flat=True):
        loads[key] += 1
    had = set(copy.sheets.values_list("judge_id", flat=True))
    work = _work(copy)
    free = [
        judge
        for judge in copy.round.edition.judges.filter(left_at=None).select_related(
            "school", "account"
        )
        if judge.pk not in had and assignment.interest_of(_judge(judge), work) is None
    ]
    return min(free, key=lambda judge: (loads[judge.pk], judge.pk), default=None)


@transaction.atomic
def give_back(sheet: ScoreSheet, *, note: str, by: Any) -> bool:
    """回避: the judge knows whose work it is; True when another one free of interest took it."""
    here = _locked(sheet)
    SHEET.advance(here, "decline", by=by, note=note)
    other = _free_judge(here.copy)
    if other is None:
        return False
    ScoreSheet.objects.create(copy=here.copy, judge=other, order=here.order)
    return True


@transaction.atomic
def relieve(judge: Judge, *, note: str, by: Any) -> tuple[int, int]:
    """A judge has to stop: marks handed in stay, the rest goes to others, freely and evenly.

    Returns how many works went to another judge, and how many found none.
    """
    if judge.left_at is not None:
        raise Refused(f"{judge}已经不再评了")
    audit.record("judge.left", judge, by=by, note=note)
    judge.left_at = timezone.now()
    judge.save(update_fields=["left_at"])
    undone = judge.sheets.filter(state=SheetState.DRAFT, copy__round__state=RoundState.OPEN)
    passed = [give_back(sheet, note=note, by=by) for sheet in undone.order_by("order", "pk")]
    return sum(passed), len(passed) - sum(passed)


@transaction.atomic
def give_more(here: JudgingRound, *, by: Any) -> int:
    """Works short of judges get one who came later; returns how many sheets were given."""
    if here.state != RoundState.OPEN:
        raise Refused("正在评的时候才能补派评委")
    given, short = 0, []
    for copy in here.copies.select_related("round__edition", "entry").order_by("code"):
        standing = copy.sheets.exclude(state=SheetState.DECLINED).count()
        for _ in range(here.judges_each - standing):
            chosen = _free_judge(copy)
            if chosen is None:
                short.append(copy.code)
                break
            ScoreSheet.objects.create(copy=copy, judge=chosen, order=copy.pk % LATE_ORDER)
            given += 1
    if short and not given:
        raise Refused(f"{'、'.join(short[:5])} 还缺评委，现有的评委都要回避。请再请一位，再补派")
    audit.record("judging_round.judges_added", here, by=by, note=f"补派 {given} 份")
    return given


@transaction.atomic
def close_round(here: JudgingRound, *, by: Any) -> None:
    """End the marking once every work has its marks."""
    open_sheets = ScoreSheet.objects.filter(copy__round=here, state=SheetState.DRAFT)
    if left := open_sheets.count():
        raise Refused(f"还有 {left} 份没有交分，请评委交齐再结束")
    short = [
        copy.code
        for copy in here.copies.prefetch_related("sheets")
        if sum(s.state == SheetState.SUBMITTED for s in copy.sheets.all()) < here.judges_each
    ]
    if short:
        raise Refused(f"{'、'.join(short[:5])} 的评委不够 {here.judges_each} 位，请再请一位评委")
    ROUND.advance(here, "close", by=by, closed_at=timezone.now())


@transaction.atomic
def keep_rows(
    here: JudgingRound, *, rows: Sequence[MarkedRow], sheets: Sequence[ScoreSheet], by: Any
) -> int:
    """Put marks brought back in a workbook into the drafts of `sheets`; the number changed."""
    if here.state != RoundState.OPEN:
        raise Refused("这一轮已经评完，分数不能再改")
    by_code = {sheet.copy.code: sheet for sheet in sheets}
    if strange := [row.code for row in rows if row.code not in by_code]:
        raise Refused(f"表里的编号 {strange[0]} 不是分给您的作品，核对一下是不是拿错了表")
    changed = 0
    for row in rows:
        sheet = by_code[row.code]
        words = ["" if mark is None else str(mark) for mark in row.marks]
        is_same = words == (sheet.marks or [""] * len(words)) and row.comment == sheet.comment
        if sheet.state == SheetState.DRAFT and not is_same:
            save_sheet(
                sheet,
                marks=row.marks,
                comment=row.comment,
                version=sheet.version,
                hand_in=False,
                by=by,
            )
            changed += 1
    return changed
