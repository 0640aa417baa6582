"""Essays that share passages with others of this and earlier editions: told, never refused."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.kernel import audit, jobs, similarity
from portal.kernel.errors import Refused
from portal.kernel.models import Job
from reading_program.choices import EntryState, TrackKind
from reading_program.models import Edition, Entry, EssayPrint, Likeness

COMPARE = "essays.compare"
MOST_CANDIDATES = 20
MOST_NEAR = 60  # looked up, of which some may be drafts or another city's
LEAST_PERCENT = 10  # of the essay; less, and no long passage, is what one theme has in common
LONG_PASSAGE = 60  # characters in one piece
AT_ONCE = 500


@transaction.atomic
def note_essay(entry: Entry, *, by: Any) -> int:
    """Keep the print of an essay that was handed in and look it up; returns how many are alike."""
    if entry.track.kind != TrackKind.ESSAY or not entry.body:
        return 0
    with audit.acting("essay.compared", by=by):
        return _compare(entry, _print_of(entry))


def start_comparing(edition: Edition, *, by: Any) -> Job:
    """Queue the look-up of every essay of the edition, whatever was looked up before."""
    return jobs.start(
        COMPARE,
        key=f"{COMPARE}:{edition.pk}",
        title=f"比对{edition}的征文"[:120],
        by=by,
        arguments={"edition": edition.pk},
        return_url=reverse("reading_program:likenesses", args=[edition.pk]),
        again=True,
    )


def compare_all(edition: Edition, *, progress: jobs.Progress | None = None, by: Any) -> int:
    """Print every essay of the city that has none, then look up those of this edition."""
    essays = handed_in(edition)
    total = essays.count()
    made = make_prints(_unprinted(edition), progress=progress, by=by)
    prints = EssayPrint.objects.filter(entry__in=essays).select_related("entry")
    for at, one in enumerate(prints.order_by("entry").iterator(chunk_size=AT_ONCE), start=1):
        if progress is not None and at % 50 == 1:
            progress.say(made + at, made + total, f"正在比对，{at}/{total} 篇")
        with transaction.atomic(), audit.acting("essay.compared", by=by):
            _compare(one.entry, one.buckets)
    return Likeness.objects.filter(entry__edition=edition).count()


def handed_in(edition: Edition) -> Any:
    return (
        Entry.objects.filter(edition=edition, track__kind=TrackKind.ESSAY, erased_at=None)
        .exclude(state=EntryState.DRAFT)
        .exclude(body="")
    )


def _unprinted(edition: Edition) -> Any:
    """Essays of the city, earlier editions' too, that were never looked up."""
    found = Entry.objects.filter(
        city=edition.city_id, track__kind=TrackKind.ESSAY, essay_print=None, erased_at=None
    )
    return found.exclude(state=EntryState.DRAFT).exclude(body="")


def make_prints(essays: Any, *, progress: jobs.Progress | None = None, by: Any) -> int:
    """Sketch these essays in batches; each batch is kept as soon as it is done."""
    total, done, batch = essays.count(), 0, []
    with audit.acting("essay.printed", by=by):
        for pk, body in essays.order_by("pk").values_list("pk", "body").iterator(AT_ONCE):
            batch.append(EssayPrint(entry_id=pk, buckets=_buckets(body), digest=_digest(body)))
            if len(batch) == AT_ONCE:
                done += _keep(batch)
                batch = []
                if progress is not None:
                    progress.say(done, total, f"正在读入，{done}/{total} 篇")
        return done + _keep(batch)


def _keep(batch: Iterable[EssayPrint]) -> int:
    return len(EssayPrint.objects.bulk_create(batch, ignore_conflicts=True))


def _print_of(entry: Entry) -> list[int]:
    digest = _digest(entry.body)
    known = EssayPrint.objects.filter(entry=entry, digest=digest).first()
    if known is not None:
        return list(known.buckets)
    made = {"buckets": _buckets(entry.body), "digest": digest, "made_at": timezone.now()}
    EssayPrint.objects.update_or_create(entry=entry, defaults=made)
    return list(made["buckets"])  # type: ignore[call-overload]


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _buckets(body: str) -> list[int]:
    return similarity.buckets(similarity.sketch(body))


def candidates(buckets: Sequence[int], *, city: int, but: int) -> list[Entry]:
    """The essays that share most buckets, most first: an index look-up a bucket, then the rows."""
    keys = EssayPrint.objects.nearest(buckets, but=but, most=MOST_NEAR)
    found = Entry.objects.filter(city=city, erased_at=None, pk__in=keys)
    essays = {each.pk: each for each in found.exclude(state=EntryState.DRAFT)}
    return [essays[key] for key in keys if key in essays][:MOST_CANDIDATES]


def _compare(entry: Entry, buckets: Sequence[int]) -> int:
    """Keep the pairs worth a look; the later essay of a pair is the one it is told of."""
    kept = []
    for other in candidates(buckets, city=entry.city_id, but=entry.pk):
        later, earlier = (entry, other) if entry.pk > other.pk else (other, entry)
        found = similarity.passages(later.body, earlier.body)
        percent = round(similarity.share_in_common(later.body, found) * 100)
        longest = max((each.length for each in found), default=0)
        if percent >= LEAST_PERCENT or longest >= LONG_PASSAGE:
            pair, _ = Likeness.objects.update_or_create(
                entry=later, other=earlier, defaults={"percent": percent, "longest": longest}
            )
            kept.append(pair.pk)
    stale = Likeness.objects.filter(entry=entry, looked_at=None).exclude(pk__in=kept)
    stale.delete()
    return len(kept)


@transaction.atomic
def look_at(pair: Likeness, *, note: str, by: Any) -> None:
    """Somebody read both and says what it is; the list keeps the pair as looked at."""
    if not note.strip():
        raise Refused("写一句看过以后怎么办，例如：都引了同一首诗，不算抄")
    Likeness.objects.filter(pk=pair.pk).update(
        note=note.strip()[:200], looked_by=by, looked_at=timezone.now()
    )
    audit.record("likeness.looked_at", pair.entry, by=by, note=note.strip())
