"""整改: asked for with a day, told by the unit, ticked off by who asked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from evaluations import notices
from evaluations.models import Appraisal, Mending
from evaluations.workflow import MENDING
from portal.kernel import audit, calendar
from portal.kernel.errors import Refused


@transaction.atomic
def ask(
    appraisal: Appraisal, *, words: Sequence[str], code: str, due_on: date, by: Any
) -> list[Mending]:
    """One task for each line of words, all due on the same day."""
    lines = [line.strip() for line in words if line.strip()]
    if not lines:
        raise Refused("请写要整改什么，一行写一件")
    if due_on <= calendar.today():
        raise Refused("整改的截止日期要在今天以后")
    with audit.acting("mending.asked", by=by):
        made = [
            Mending.objects.create(
                appraisal=appraisal, code=code, words=line, due_on=due_on, asked_by=by
            )
            for line in lines
        ]
    audit.record("mending.asked", appraisal, by=by, note=f"{len(made)} 件")
    notices.tell_mending(appraisal, len(made), due_on)
    return made


def tell(mending: Mending, *, words: str, by: Any) -> None:
    """The unit says how it was put right."""
    MENDING.advance(
        mending, "tell", by=by, note=words, answer=words.strip(), answered_at=timezone.now(),
        remark="",
    )  # fmt: skip


def again(mending: Mending, *, words: str, by: Any) -> None:
    MENDING.advance(mending, "again", by=by, note=words, remark=words.strip())


def finish(mending: Mending, *, by: Any) -> None:
    MENDING.advance(mending, "finish", by=by)
