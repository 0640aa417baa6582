"""议定事项 followed from the meeting that decided them until they are done."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from activities.choices import DecisionState
from activities.models import Activity, Decision, DecisionReport
from activities.workflow import DECISION
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for

MOST_LETTERS = 300
STEPS = {DecisionState.DONE: "finish", DecisionState.DROPPED: "drop"}


class DecisionEditedMeanwhile(Refused):
    """Somebody saved it after this page was opened."""

    def __init__(self) -> None:
        super().__init__("这件事刚才有人改过，请看一下现在的内容，再改一次")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what a meeting decided, with the name and the day it speaks of."""

    text: str
    who: str = ""
    due_on: date | None = None


def read_line(text: str, *, held_on: date) -> Line:
    """由王老师负责，3月20日前完成 → who and by when; a day that is past belongs to next year."""
    text = re.sub(r"^\s*(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）、.．]\s*)", "", text)
    text = text.strip().rstrip("。；;")[:MOST_LETTERS]
    named = re.search(r"由([^，。；、\s]{2,20}?)(?:负责|牵头|落实|承办|来办)", text)
    dated = re.search(r"(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})日|底)(?:以?前|之前)", text)
    return Line(text, named[1] if named else "", _due(dated, held_on) if dated else None)


def _due(found: re.Match[str], held_on: date) -> date | None:
    month, year = int(found[2]), int(found[1] or held_on.year)
    if not 1 <= month <= 12:
        return None
    try:
        if found[3]:
            due = date(year, month, int(found[3]))
        else:
            following = date(year + month // 12, month % 12 + 1, 1)
            due = date.fromordinal(following.toordinal() - 1)
        if due < held_on and not found[1]:
            due = due.replace(year=due.year + 1)
    except ValueError:
        return None
    return due


@transaction.atomic
def follow(activity: Activity, *, by: Any) -> None:
    """Make the followed items what the record's 议定事项 say, one a line.

    An item nobody has reported on goes when its line is gone; one with a report stays.
    """
    held_on = activity.held_on or timezone.localdate()
    # One a line, or one a clause: “…；…。” is how secretaries write them.
    lines = {line.text: line for raw in re.split(r"[\n；;]", activity.decisions)
             if (line := read_line(raw, held_on=held_on)).text}  # fmt: skip
    there = {found.text: found for found in activity.tracked.all()}
    with audit.acting("decision.followed", by=by):
        gone = [found.pk for text, found in there.items() if text not in lines]
        untouched = activity.tracked.filter(
            pk__in=gone, state=DecisionState.OPEN, version=1, reports__isnull=True
        )
        Decision.objects.filter(pk__in=list(untouched.values_list("pk", flat=True))).delete()
        Decision.objects.bulk_create(
            Decision(
                activity=activity,
                unit_id=activity.unit_id,
                position=place,
                text=line.text,
                who=line.who,
                due_on=line.due_on,
                created_by=by,
            )
            for place, line in enumerate(lines.values())
            if line.text not in there
        )


@transaction.atomic
def add(
    activity: Activity, *, text: str, who: str = "", due_on: date | None = None, by: Any
) -> Decision:
    """One more thing the meeting decided."""
    last = activity.tracked.aggregate(last=Max("position"))["last"]
    with speaking_for(Decision), audit.acting("decision.added", by=by):
        made = Decision.objects.create(
            activity=activity,
            unit_id=activity.unit_id,
            position=0 if last is None else last + 1,
            text=text.strip(),
            who=who.strip(),
            due_on=due_on,
            created_by=by,
            version=2,  # typed by hand: no line of the record stands behind it
        )
    audit.record("decision.added", made, by=by)
    return made


@transaction.atomic
def edit(
    decision: Decision, *, text: str, who: str, due_on: date | None, version: int, by: Any
) -> None:
    """Say more exactly what, who or by when, while it is open."""
    with speaking_for(Decision), audit.acting("decision.edited", by=by):
        changed = Decision.objects.filter(
            pk=decision.pk, version=version, state=DecisionState.OPEN
        ).update(
            text=text.strip(), who=who.strip(), due_on=due_on, version=F("version") + 1
        )  # fmt: skip
    if not changed:
        raise DecisionEditedMeanwhile
    audit.record("decision.edited", decision, by=by, before=decision.text, after=text.strip())


@transaction.atomic
def report(
    decision: Decision,
    *,
    text: str,
    state: str,
    at: Activity | None = None,
    on: date,
    by: Any,
) -> DecisionReport:
    """What the meeting `at` heard of it, or what is known between two; may close it."""
    if not text.strip():
        raise Refused("写一句办得怎么样，下次开会的人看得到")
    if at is not None and at.unit_id != decision.unit_id:
        raise Refused("这件事是别的单位定的，要在那个单位的会上汇报")
    held = Decision.objects.select_for_update().get(pk=decision.pk)
    if held.state != DecisionState.OPEN:
        raise Refused("这件事刚刚已由别人了结，刷新页面看看")
    wanted = DecisionState(state)
    if step := STEPS.get(wanted):
        DECISION.advance(held, step, by=by, note=text.strip(), closed_at=timezone.now())
    else:
        audit.record("decision.reported", held, by=by, note=text.strip())
    return DecisionReport.objects.create(
        decision=held,
        text=text.strip(),
        state=wanted,
        told_at=at,
        told_on=(at.held_on if at is not None and at.held_on else on),
        added_by=by,
    )


@transaction.atomic
def reopen(decision: Decision, *, by: Any) -> None:
    """It was not done after all."""
    DECISION.advance(decision, "reopen", by=by, closed_at=None)
