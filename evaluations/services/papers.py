"""发文: drafted, checked, signed with its number, printed, received, withdrawn."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.urls import reverse
from django.utils import timezone

from committees.models import Unit
from evaluations import notices, tasks
from evaluations.choices import PaperState as S
from evaluations.models import OfficialPaper, PaperAnnex, PaperReceipt
from evaluations.workflow import PAPER
from portal.kernel import audit, counters, fonts, jobs
from portal.kernel.errors import Refused
from portal.kernel.models import Job
from portal.kernel.pdf import MissingGlyphs

MOST_ANNEXES = 20


class PaperWrittenMeanwhile(Refused):
    """Somebody saved the paper first; `current` is what is kept now."""

    def __init__(self, current: OfficialPaper) -> None:
        self.current = current
        super().__init__("这份文件刚才有人改过")


@transaction.atomic
def draft(
    unit: Unit, *, fields: Mapping[str, Any], chosen: Iterable[Unit], by: Any
) -> OfficialPaper:
    paper = OfficialPaper(unit=unit, **fields)
    with audit.acting("paper.drafted", by=by):
        paper.save()
    paper.chosen.set(chosen)
    audit.record("paper.drafted", paper, by=by)
    return paper


@transaction.atomic
def edit(
    paper: OfficialPaper,
    *,
    fields: Mapping[str, Any],
    chosen: Iterable[Unit],
    version: int,
    by: Any,
) -> None:
    """Keep what was written into a draft, or raise PaperWrittenMeanwhile and keep nothing."""
    with audit.acting("paper.edited", by=by):
        changed = OfficialPaper.objects.filter(pk=paper.pk, version=version, state=S.DRAFT).update(
            **fields, version=F("version") + 1, updated_at=timezone.now()
        )
    if not changed:
        raise PaperWrittenMeanwhile(OfficialPaper.objects.select_related("unit").get(pk=paper.pk))
    paper.chosen.set(chosen)


@transaction.atomic
def add_annex(
    paper: OfficialPaper, *, title: str, body: str, by: Any, source: str = ""
) -> PaperAnnex:
    """Put an annex behind those that are there."""
    locked = _editable(paper)
    last = locked.annexes.aggregate(last=Max("position"))["last"] or 0
    if last >= MOST_ANNEXES:
        raise Refused(f"一份文件最多 {MOST_ANNEXES} 个附件，请合并几个")
    with audit.acting("paper.annex_added", by=by):
        return PaperAnnex.objects.create(
            paper=locked, position=last + 1, title=title, body=body, source=source
        )


@transaction.atomic
def edit_annex(annex: PaperAnnex, *, title: str, body: str, by: Any) -> None:
    _editable(annex.paper)
    annex.title, annex.body = title, body
    with audit.acting("paper.annex_edited", by=by):
        annex.save(update_fields=["title", "body"])


@transaction.atomic
def remove_annex(annex: PaperAnnex, *, by: Any) -> None:
    """Take an annex out; those behind it move up."""
    locked = _editable(annex.paper)
    behind = locked.annexes.filter(position__gt=annex.position)
    with audit.acting("paper.annex_removed", by=by):
        annex.delete()
        behind.update(position=F("position") - 1)


def _editable(paper: OfficialPaper) -> OfficialPaper:
    locked = OfficialPaper.objects.select_for_update(of=("self",)).get(pk=paper.pk)
    if locked.state != S.DRAFT:
        raise Refused(f"“{locked}”{locked.get_state_display()}，现在不能改。要改请先退回修改")
    return locked


@transaction.atomic
def submit(paper: OfficialPaper, *, by: Any) -> None:
    """Hand it in for checking, if every character can be printed and somebody gets it."""
    locked = _editable(paper)
    if not tasks.recipients(locked):
        raise Refused("还没有一家单位会收到这份文件，先改一下“发给谁”")
    texts = [locked.title, locked.code, locked.addressees, locked.body, locked.note]
    texts += [locked.copy_to, locked.unit.name]
    for annex in locked.annexes.all():
        texts += [annex.title, annex.body]
    if missing := fonts.missing(texts):
        raise MissingGlyphs(missing)
    PAPER.advance(paper, "submit", by=by, submitted_by=by)
    notices.tell_paper_signers(paper)


@transaction.atomic
def approve(paper: OfficialPaper, *, by: Any) -> None:
    PAPER.advance(paper, "approve", by=by)


@transaction.atomic
def send_back(paper: OfficialPaper, *, note: str, by: Any) -> None:
    PAPER.advance(paper, "send_back", by=by, note=note)
    notices.tell_paper_returned(paper, note)


@transaction.atomic
def sign(paper: OfficialPaper, *, on: date, by: Any) -> Job:
    """Sign it: today's date and the next number of its code and year, then to the press.

    The counter's row is locked until the end, so that two signatures wait for each other and an
    undone one gives its number back. A numbered paper is never deleted: the next number is the
    highest one and one more, behind those given before the portal.
    """
    counters.take(f"paper:{paper.unit_id}:{paper.code}:{on.year}")
    given = OfficialPaper.objects.filter(unit=paper.unit_id, code=paper.code, year=on.year)
    last = given.aggregate(last=Max("number"))["last"] or paper.earlier
    PAPER.advance(paper, "sign", by=by, signed_by=by, dated_on=on, year=on.year, number=last + 1)
    return ask_print(paper, by=by)


def ask_print(paper: OfficialPaper, *, by: Any) -> Job:
    """Queue the printing of a signed paper; asking twice prints once."""
    return jobs.start(
        tasks.PAPER,
        key=tasks.paper_key(paper),
        title=f"排印“{paper}”",
        by=by,
        arguments={"paper": paper.pk},
        return_url=reverse("evaluations:paper", args=[paper.pk]),
    )


@transaction.atomic
def receive(receipt: PaperReceipt, *, by: Any) -> None:
    """Note that the unit has it; the first one counts."""
    now = timezone.now()
    PaperReceipt.objects.filter(pk=receipt.pk, received_at=None).update(
        received_at=now, received_by=by
    )


@transaction.atomic
def withdraw(paper: OfficialPaper, *, note: str, by: Any) -> None:
    """Take an issued paper back; its number stays its own, and its readers are told why."""
    PAPER.advance(
        paper, "withdraw", by=by, note=note, withdrawn_at=timezone.now(), withdraw_reason=note
    )
    notices.tell_paper_withdrawn(paper)
