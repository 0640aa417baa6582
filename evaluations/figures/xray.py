"""What somebody should look at twice before a campaign's points are frozen; nothing is changed.

A finding is a question and no verdict: it says what does not go together and where to look.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import fmean
from typing import Any

from django.db.models import QuerySet

from committees.figures import DIRECT
from evaluations.choices import Column
from evaluations.figures import facts
from evaluations.models import Appraisal, AppraisalEntry, AppraisalEvidence, Campaign, VisitMark

FAR = Decimal(2)  # points of one criterion between two columns
MOST_LINES = 3  # criteria one paper may reasonably speak for
PEERS_APART = 3.0  # points of the total between one office's mean deduction and the others'
FEWEST = 2  # offices or marks below which nobody can be far from the rest


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind` in words, whom it is about, what stands there; `appraisal` and `code` say where."""

    kind: str
    about: str
    words: str
    appraisal: int | None = None
    code: str = ""


def xray(campaign: Campaign, seen: QuerySet[Appraisal], *, on: date, far: Decimal) -> list[Finding]:
    """Every finding in what this person may see; a fixed number of queries."""
    its = list(seen.filter(campaign=campaign).select_related("unit__office").order_by("unit__path"))
    entries: dict[int, list[AppraisalEntry]] = defaultdict(list)
    for entry in AppraisalEntry.objects.filter(appraisal__in=its).order_by("code", "pk"):
        entries[entry.appraisal_id].append(entry)
    papers = list(
        AppraisalEvidence.objects.filter(appraisal__in=its).order_by("appraisal", "code", "pk")
    )
    return [
        *_full_without_evidence(campaign, its, entries, papers, on=on),
        *_one_paper_for_much(its, papers),
        *_outside_the_year(campaign, its, papers),
        *_far_from_self(its, entries, far),
        *_offices_apart(its),
        *_assessors_apart(its),
    ]


def _full_without_evidence(
    campaign: Campaign, its: Sequence[Appraisal], entries: dict[int, list[AppraisalEntry]],
    papers: Sequence[AppraisalEvidence], *, on: date,
) -> Iterator[Finding]:  # fmt: skip
    """A full mark for something the records would know of, and know nothing of."""
    known = facts.facts_of([it.unit for it in its], year=campaign.year, on=on)
    backed = {(paper.appraisal_id, paper.code) for paper in papers}
    for it in its:
        last = {entry.code: entry for entry in entries[it.pk]}
        for code, entry in last.items():
            if not entry.applies or entry.score < entry.maximum or (it.pk, code) in backed:
                continue
            claimed = [
                key
                for key, value in entry.values.items()
                if value not in (False, "", "0", 0, None)
                and facts.suggested(known[it.unit_id], key) in (False, 0, "")
                and not _counts_faults(key)
            ]
            if claimed and entry.maximum:
                yield Finding(
                    "满分没有依据", it.unit.name,
                    f"{code} 给了满分，系统里没有记录，也没有添材料", it.pk, code,
                )  # fmt: skip


def _counts_faults(key: str) -> bool:
    """A question answered with how much is missing: 0 is the good answer."""
    return "vacant_posts" in facts.sources().get(key, {})


def _one_paper_for_much(
    its: Sequence[Appraisal], papers: Sequence[AppraisalEvidence]
) -> Iterator[Finding]:
    names = {it.pk: it.unit.name for it in its}
    lines: dict[tuple[int, str], set[str]] = defaultdict(set)
    owners: dict[int, set[int]] = defaultdict(set)
    called: dict[tuple[int, str], str] = {}
    for paper in papers:
        thing = f"file {paper.file_id}" if paper.file_id else f"record {paper.activity_id}"
        lines[paper.appraisal_id, thing].add(paper.code)
        called[paper.appraisal_id, thing] = paper.name
        if paper.file_id:
            owners[paper.file_id].add(paper.appraisal_id)
    for (pk, thing), codes in lines.items():
        if len(codes) > MOST_LINES:
            yield Finding(
                "一份材料管得太多", names[pk],
                f"“{called[pk, thing]}”同时证明 {len(codes)} 条：{'、'.join(sorted(codes))}", pk,
                min(codes),
            )  # fmt: skip
    for own in owners.values():
        if len(own) > 1:
            several = "、".join(sorted(names[pk] for pk in own))
            yield Finding("几家用同一份材料", several, "材料一模一样，请看看是谁的", min(own))


def _outside_the_year(
    campaign: Campaign, its: Sequence[Appraisal], papers: Sequence[AppraisalEvidence]
) -> Iterator[Finding]:
    names = {it.pk: it.unit.name for it in its}
    for paper in papers:
        if paper.proves_on.year != campaign.year:
            yield Finding(
                "材料不是这一年的", names[paper.appraisal_id],
                f"“{paper.name}”证明的是 {paper.proves_on.year} 年的事", paper.appraisal_id,
                paper.code,
            )  # fmt: skip


def _far_from_self(
    its: Sequence[Appraisal], entries: dict[int, list[AppraisalEntry]], far: Decimal
) -> Iterator[Finding]:
    for it in its:
        own = {e.code: e.score for e in entries[it.pk] if e.column == Column.SELF}
        later = {
            (e.code, e.column): e for e in entries[it.pk] if e.column != Column.SELF and e.applies
        }
        told: set[str] = set()
        for (code, column), entry in sorted(later.items(), reverse=True):
            apart = entry.score - own.get(code, entry.score)
            if abs(apart) > far and code not in told:
                told.add(code)
                yield Finding(
                    "和自评差得多", it.unit.name,
                    f"{code} 自评 {own[code].normalize():f} 分，{Column(column).label}"
                    f" {entry.score.normalize():f} 分", it.pk, code,
                )  # fmt: skip


def _offices_apart(its: Sequence[Appraisal]) -> Iterator[Finding]:
    """An office whose mean deduction lies far from the mean of the other offices'."""
    took: dict[str, list[float]] = defaultdict(list)
    for it in its:
        if it.office_total is not None and it.self_total is not None:
            office = it.unit.office.name if it.unit.office else DIRECT
            took[office].append(float(it.self_total - it.office_total))
    means = {office: fmean(values) for office, values in took.items()}
    if len(means) < FEWEST:
        return
    for office, mean in means.items():
        others = fmean(value for name, value in means.items() if name != office)
        if abs(mean - others) > PEERS_APART:
            looser = "松" if mean < others else "严"
            yield Finding(
                "评得和别处不一样", office,
                f"初评平均扣 {mean:.1f} 分，别的教办平均扣 {others:.1f} 分，偏{looser}",
            )  # fmt: skip


def _assessors_apart(its: Sequence[Appraisal]) -> Iterator[Finding]:
    """Whoever marks lower or higher than their companion nearly every time."""
    marks = VisitMark.objects.filter(visit__appraisal__in=its).select_related("assessor")
    by_line: dict[tuple[int, str], list[VisitMark]] = defaultdict(list)
    for mark in marks.order_by("pk"):
        by_line[mark.visit_id, mark.code].append(mark)
    apart: dict[str, list[float]] = defaultdict(list)
    for given in by_line.values():
        for mark in given if len(given) > 1 else ():
            others = fmean(float(one.score) for one in given if one is not mark)
            apart[f"{mark.assessor}"].append(float(mark.score) - others)
    for name, values in sorted(apart.items()):
        if len(values) >= 5 and abs(fmean(values)) > 0.5:
            looser = "高" if fmean(values) > 0 else "低"
            yield Finding(
                "评得和同组不一样", name,
                f"{len(values)} 条里平均比同组{looser} {abs(fmean(values)):.1f} 分",
            )  # fmt: skip


def by_kind(found: Sequence[Finding]) -> list[tuple[str, int]]:
    return Counter(one.kind for one in found).most_common()


def rows(found: Sequence[Finding]) -> list[list[Any]]:
    return [[one.kind, one.about, one.code, one.words] for one in found]
