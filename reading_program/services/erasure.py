"""Children's names and works taken out again: the years of keeping are over, or a family asks.

What stays is that there was an entry, its marks, and the facts of an award that stands (name,
school, title, level, certificate): it was given in public and is checked by others.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import F, Q, QuerySet

from portal.kernel import audit, files
from portal.kernel.anonymous import covered
from portal.kernel.errors import Refused
from portal.kernel.models import StoredFile
from portal.kernel.wording import quoted
from reading_program.choices import (
    BatchState,
    CertificateState,
    EntryState,
    ListState,
    ObjectionState,
    RoundState,
)
from reading_program.models import (
    BlindCopy,
    Certificate,
    Edition,
    Entry,
    EntryBatch,
    EssayPrint,
    Likeness,
    Objection,
    Recommendation,
    Result,
    ScoreSheet,
)
from reading_program.services import entries as contest
from reading_program.services import mentions

GONE = "已删除"
CHUNK = 200  # entries in one transaction: a night cut short goes on the next
OBJECTED = "有人对结果提了异议，处理完再删"
BEING_JUDGED = "正在评审，这一轮结束以后再删"
NOT_PUBLISHED = "结果还没有公布，公布以后再删"


def held_back(found: QuerySet[Entry]) -> dict[int, str]:
    """Entry pk → why its material has to stay for now, as the end of a sentence."""
    waiting = Objection.objects.waiting().filter(
        publicity__edition__in=found.order_by().values("edition")
    )
    refs = [ref.partition(":") for ref in waiting.values_list("ref", flat=True)]
    results = [int(pk) for kind, _, pk in refs if kind == "result"]
    held: dict[int, str] = {}
    for rows, why in (
        (found.filter(copies__round__state=RoundState.OPEN), BEING_JUDGED),
        (found.filter(result__list__state=ListState.PENDING), NOT_PUBLISHED),
        (found.filter(result__in=results), OBJECTED),
    ):
        held |= dict.fromkeys(rows.values_list("pk", flat=True), why)
    return held


# --- a family asks ------------------------------------------------------------------------------


@transaction.atomic
def erase_child(
    chosen: Sequence[Entry],
    *,
    name: str,
    reason: str,
    places: Collection[str] = (),
    on: date,
    now: datetime,
    by: Any,
) -> int:
    """Take one child out of these entries; return how many. What is in a contest leaves it first.

    Of a work made with others and entered under another's name only this name goes. `places` are
    keys of services/mentions.py: other people's words in which the name is crossed out.
    """
    if not reason.strip():
        raise Refused("写一句为什么删，例如家长书面要求")
    rows = _locked(Entry.objects.filter(pk__in=[each.pk for each in chosen]).naming(name))
    if not rows:
        raise Refused("这几件已经删过了，刷新页面看看")
    if held := held_back(Entry.objects.filter(pk__in=[each.pk for each in rows])):
        first = next(each for each in rows if each.pk in held)
        raise Refused(f"{quoted(first)}{held[first.pk]}，现在一件也没有删")
    with audit.acting("entry.erased", by=by, note=reason):
        for entry in rows:
            if entry.nominee_name == name:
                _leave_contest(entry, on=on, by=by)
                _erase(entry, now=now)
            else:
                _take_name_out(entry, name)
            audit.record("entry.erased", entry, by=by, note=reason.strip())
        _forget_trials(rows, name)
        mentions.cover(places, name=name, city=rows[0].edition.city, by=by)
    return len(rows)


def _leave_contest(entry: Entry, *, on: date, by: Any) -> None:
    """An entry nobody has judged yet goes, and the next in reserve moves up."""
    over = {EntryState.WITHDRAWN, EntryState.DECLINED}
    if entry.state in over or entry.edition.is_over(on=on):
        return
    if not Result.objects.filter(entry=entry).exists():
        contest.withdraw(entry, note="", by=by)


def _take_name_out(entry: Entry, name: str) -> None:
    if _is_awarded(entry):
        return
    _unname(entry, {name}, label=covered(str(entry), {name}))
    Entry.objects.filter(pk=entry.pk).update(
        members=[each for each in entry.members if each != name],
        title=covered(entry.title, {name}),
        body=covered(entry.body, {name}),
        version=F("version") + 1,
    )
    for copy in BlindCopy.objects.filter(entry=entry):
        copy.text, copy.title = covered(copy.text, {name}), covered(copy.title, {name})
        copy.words = [each for each in copy.words if name not in str(each)]
        copy.save(update_fields=["text", "title", "words"])
    entry.refresh_from_db()


def _forget_trials(rows: Iterable[Entry], name: str) -> None:
    """Tables still on trial that have the child in them are read in anew without."""
    units = {each.unit_id for each in rows}
    trials = EntryBatch.objects.filter(unit__in=units, state=BatchState.TRIAL)
    _forget_batches(trials.filter(rows__contains=[{"facts": {"nominee_name": name}}]))


# --- the years are over -------------------------------------------------------------------------


def erase_due(*, on: date, now: datetime, by: Any = None) -> int:
    """Every edition whose keeping is over on this day; return how many entries were emptied."""
    over = [it for it in Edition.objects.filter(ends_on__lt=on).order_by("pk")
            if it.kept_until < on]  # fmt: skip
    return sum(erase_edition(each, now=now, by=by) for each in over)


def erase_edition(edition: Edition, *, now: datetime, by: Any) -> int:
    """Empty what is left of an edition; what an objection still needs stays for another night."""
    with transaction.atomic(), audit.acting("edition.erased", by=by):
        _forget_batches(EntryBatch.objects.filter(edition=edition))
        handled = Objection.objects.filter(publicity__edition=edition).exclude(phone="")
        handled.exclude(state=ObjectionState.RECEIVED).update(
            name=GONE, organisation="", phone="", facts=""
        )
    kept = Entry.objects.filter(edition=edition, erased_at=None)
    keys = list(kept.order_by("pk").values_list("pk", flat=True))
    return sum(
        _erase_some(edition, keys[at : at + CHUNK], now=now, by=by)
        for at in range(0, len(keys), CHUNK)
    )


@transaction.atomic
def _erase_some(edition: Edition, keys: Sequence[int], *, now: datetime, by: Any) -> int:
    found = Entry.objects.filter(pk__in=keys)
    held = held_back(found)
    rows = [each for each in _locked(found) if each.pk not in held]
    with audit.acting("edition.erased", by=by):
        for entry in rows:
            _erase(entry, now=now)
    if rows:
        note = f"保留期满，{len(rows)} 件作品的姓名、正文和文件已删除"
        audit.record("edition.erased", edition, by=by, note=note)
    return len(rows)


# --- what both share ----------------------------------------------------------------------------


def _locked(found: QuerySet[Entry]) -> list[Entry]:
    whole = found.filter(erased_at=None).select_related("track", "edition__city", "unit")
    return list(whole.select_for_update(of=("self",)).order_by("pk"))


def _is_awarded(entry: Entry) -> bool:
    return Result.objects.awarded().filter(entry=entry).exists()


def _erase(entry: Entry, *, now: datetime) -> None:
    """Empty the row and all that was made of it; an award that stands keeps its facts."""
    awarded = _is_awarded(entry)
    facts: dict[str, Any] = {
        "grade": None, "class_name": "", "born": "", "body": "", "extra": {}, "video_url": "",
        "video_sha256": "", "is_sole": False, "erased_at": now, "updated_at": now,
    }  # fmt: skip
    if entry.return_reason:
        facts["return_reason"] = GONE
    if not awarded:
        names = {entry.nominee_name, *map(str, entry.members)} if entry.is_of_people else set()
        _unname(entry, names, label=GONE)
        _forget_award(entry)
        entry.advisers.all().delete()
        facts |= {"title": "", "members": []}
        if entry.is_of_people:
            facts["nominee_name"] = GONE
    _forget_judging(entry)
    EssayPrint.objects.filter(entry=entry).delete()
    Likeness.objects.filter(Q(entry=entry) | Q(other=entry)).delete()
    _forget_papers(entry)
    Entry.objects.filter(pk=entry.pk).update(**facts, version=F("version") + 1)
    _history_of(entry).update(grade=None, video_url="", return_reason="")
    entry.refresh_from_db()


def _history_of(entry: Entry) -> QuerySet[Any]:
    events = apps.get_model("reading_program", "EntryEvent")._default_manager
    return events.filter(pgh_obj_id=entry.pk)


def _unname(entry: Entry, names: Iterable[str], *, label: str) -> None:
    """The audit lines of the entry and of what carries its title as their own."""
    names = set(names)
    audit.unname(entry, names=names, label=label)
    audit.unname_history(_history_of(entry), names=names, label=label)
    results = Result.objects.filter(entry=entry)
    alike = Likeness.objects.filter(Q(entry=entry) | Q(other=entry))
    recommended = Recommendation.objects.filter(result__entry=entry)
    for each in [*results, *alike, *recommended]:
        audit.unname(each, names=names, label=label)


def _forget_award(entry: Entry) -> None:
    """No award stands: void certificates and words of recommendation name nobody any more."""
    void = Certificate.objects.filter(result__entry=entry).exclude(state=CertificateState.VALID)
    void.update(holder=F("masked"), text={})
    Recommendation.objects.filter(result__entry=entry).update(words="")


def _forget_judging(entry: Entry) -> None:
    """Marks stay; the copies judges read, and what they wrote about them, go."""
    copies = BlindCopy.objects.filter(entry=entry)
    stored = list(StoredFile.objects.filter(pk__in=copies.exclude(file=None).values("file")))
    copies.filter(round__state=RoundState.PREPARING).delete()
    ScoreSheet.objects.filter(copy__entry=entry).update(comment="")
    copies.update(
        title="", text="", file=None, file_waits=False, file_problem="", video_url="", words=[]
    )
    _discard(stored)


def _forget_papers(entry: Entry) -> None:
    stored = list(StoredFile.objects.filter(pk__in=entry.files.values("file")))
    entry.files.all().delete()
    _discard(stored)


def _forget_batches(batches: QuerySet[EntryBatch]) -> None:
    """Tables on trial go; what was entered keeps its count, not its papers and findings."""
    stored = list(StoredFile.objects.filter(pk__in=batches.values("files")))
    batches.filter(state=BatchState.TRIAL).delete()
    left = batches.exclude(state=BatchState.TRIAL)
    EntryBatch.files.through.objects.filter(entrybatch__in=left).delete()
    left.update(findings={}, table_name="", archive_name="")
    _discard(stored)


def _discard(stored: Iterable[StoredFile]) -> None:
    """Bytes that nothing else holds; a table on trial holds its papers, though weakly."""
    for each in stored:
        if not EntryBatch.objects.filter(files=each, state=BatchState.TRIAL).exists():
            files.discard(each)
