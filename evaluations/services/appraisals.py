"""One unit's appraisal: three columns filled one after another, none written over another."""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from activities.models import Activity
from evaluations.choices import CampaignState, Column
from evaluations.figures import facts
from evaluations.figures.facts import UnitFacts
from evaluations.models import Appraisal, AppraisalEntry, AppraisalEvidence
from evaluations.scoring import NOT_APPLICABLE, score
from evaluations.scoring_input import Malformed
from evaluations.workflow import APPRAISAL, COLUMN_STATES, is_writable
from portal.kernel import audit, files
from portal.kernel.errors import Refused

BEFORE = {Column.SELF: (), Column.OFFICE: (Column.SELF,), Column.CITY: (Column.OFFICE, Column.SELF)}


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """What one column says of one code: findings, whether it applies at all, and why."""

    values: Mapping[str, Any] = field(default_factory=dict)
    applies: bool = True
    reason: str = ""


Entries = Mapping[tuple[str, str], AppraisalEntry]


# Points a reviewer takes off beyond what the table asks; kept among the answers of the line.
MORE = "_more"


def scored(content: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """The engine's result, a reviewer's own deductions included."""
    return score(with_more(content, found), found)


def with_more(content: Mapping[str, Any], found: Mapping[str, Any]) -> Mapping[str, Any]:
    """The table with one rule more on each line of which a reviewer took off more.

    As a rule the deduction stops at 0, is explained and re-based like every other; the table
    itself stays as it was published.
    """
    taken = {
        code: answers[MORE]
        for code, answers in found.get("criteria", {}).items()
        if isinstance(answers, Mapping) and answers.get(MORE)
    }
    if not taken:
        return content
    changed = copy.deepcopy(dict(content))
    for dimension in changed["dimensions"]:
        for item in dimension["items"]:
            for criterion in item["criteria"]:
                if criterion["code"] in taken:
                    criterion["rules"].append(
                        {
                            "type": "missing", "key": f"{MORE}_mended",
                            "minus": taken[criterion["code"]], "label": "评分人另外扣分",
                            "ask": "改好评分人指出的问题",
                        }
                    )  # fmt: skip
    return changed


def entries_of(appraisal: Appraisal) -> Entries:
    """All entries by (column, code); one query."""
    return {(entry.column, entry.code): entry for entry in appraisal.entries.all()}


def findings_of(
    appraisal: Appraisal, column: str, entries: Iterable[AppraisalEntry]
) -> dict[str, Any]:
    """One column as the engine reads it (scoring-contract: criteria, bonus, vetoes)."""
    content = appraisal.campaign.rubric.content
    bonus = {item["code"] for item in content.get("bonus", ())}
    vetoes = {item["code"] for item in content.get("vetoes", ())}
    found: dict[str, Any] = {"criteria": {}, "bonus": {}, "vetoes": []}
    for entry in entries:
        if entry.column != column:
            continue
        if entry.code in bonus:
            found["bonus"][entry.code] = entry.values.get("count", 0)
        elif entry.code in vetoes:
            found["vetoes"] += [entry.code] if entry.values.get("stands") else []
        else:
            found["criteria"][entry.code] = entry.values if entry.applies else NOT_APPLICABLE
    return found


def starting_values(
    appraisal: Appraisal, column: str, *, known: UnitFacts, entries: Entries
) -> dict[str, EntryDraft]:
    """What a column's form opens with: its own word, else the column before, else the records."""
    content = appraisal.campaign.rubric.content
    found = {}
    for _, _, criterion in appraisal.campaign.rubric.criteria():
        code = criterion["code"]
        standing = _standing(column, code, entries)
        if standing is not None:
            own = standing.column == column
            found[code] = EntryDraft(
                standing.values, standing.applies, standing.reason if own else ""
            )
            continue
        values = {key: facts.suggested(known, key) for key in keys_of(criterion)}
        found[code] = EntryDraft({key: v for key, v in values.items() if v not in (None, "")})
    for item in [*content.get("bonus", ()), *content.get("vetoes", ())]:
        standing = _standing(column, item["code"], entries)
        found[item["code"]] = EntryDraft(standing.values if standing else {})
    return found


def _standing(column: str, code: str, entries: Entries) -> AppraisalEntry | None:
    for source in (column, *BEFORE[Column(column)]):
        if (source, code) in entries:
            return entries[source, code]
    return None


def keys_of(criterion: Mapping[str, Any]) -> list[str]:
    """The questions one criterion asks, each once, in the order of its rules."""
    keys: dict[str, None] = {}
    for rule in criterion["rules"]:
        keys |= dict.fromkeys(rule["keys"] if "keys" in rule else [rule["key"]])
    return list(keys)


@transaction.atomic
def save_entries(
    appraisal: Appraisal, *, column: str, drafts: Mapping[str, EntryDraft], version: int, by: Any
) -> None:
    """Write this column's answers and score them; `version` is the one the form was shown with."""
    held = _locked(appraisal, column)
    if held.version != version:
        raise Refused("您打开这一页以后，别人改过这份评分。您填的还在下面，核对一下再保存一次")
    entries = entries_of(held)
    column_entries = [entry for (own, _), entry in entries.items() if own == column]
    found = findings_of(held, column, column_entries)
    for code, draft in drafts.items():
        _put(held, found, code, draft)
    result = _scored(held, found)
    with audit.acting("appraisal.filled", by=by):
        for code, draft in drafts.items():
            _write(held, column, code, draft, result, entries.get((column, code)), by=by)
        if column == Column.SELF:
            held.agreed_by = held.agreed_at = None  # the Party organisation agreed to other words
        _total(held, column, result)
        held.version += 1
        held.save()
    appraisal.refresh_from_db()


def _locked(appraisal: Appraisal, column: str) -> Appraisal:
    held = (
        Appraisal.objects.select_for_update(of=("self",))
        .select_related("campaign__rubric", "unit")
        .get(pk=appraisal.pk)
    )
    if held.state not in COLUMN_STATES[Column(column)]:
        label = Column(column).label
        raise Refused(f"现在是“{held.get_state_display()}”，{label}这一栏不能改")
    if not is_writable(column, state=held.state, campaign=held.campaign.state):
        raise Refused("这次创建已经定分，分数不再改；有不同意见，公示的时候可以提异议")
    return held


def _put(held: Appraisal, found: dict[str, Any], code: str, draft: EntryDraft) -> None:
    content = held.campaign.rubric.content
    if any(item["code"] == code for item in content.get("bonus", ())):
        found["bonus"][code] = draft.values.get("count", 0)
    elif any(item["code"] == code for item in content.get("vetoes", ())):
        found["vetoes"] = [one for one in found["vetoes"] if one != code]
        found["vetoes"] += [code] if draft.values.get("stands") else []
    else:
        found["criteria"][code] = dict(draft.values) if draft.applies else NOT_APPLICABLE


def _scored(held: Appraisal, found: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return scored(held.campaign.rubric.content, found)
    except Malformed as fault:
        raise Refused(f"有一处填写的内容不能计分，请核对：{fault}") from fault


def _write(
    held: Appraisal, column: str, code: str, draft: EntryDraft, result: Mapping[str, Any],
    standing: AppraisalEntry | None, *, by: Any,
) -> None:  # fmt: skip
    points, maximum = _points_of(held, code, draft, result)
    reason = draft.reason.strip()
    needs = (
        not draft.applies
        or bool(draft.values.get("stands"))
        or (column != Column.SELF and points < maximum)
    )
    if needs and not reason:
        raise Refused(f"{code} 请写明理由：扣了分、不适用或一票否决，都要让对方知道为什么")
    entry = standing or AppraisalEntry(appraisal=held, column=column, code=code)
    entry.values, entry.applies, entry.reason = dict(draft.values), draft.applies, reason
    entry.score, entry.maximum = points, maximum
    entry.changed_by, entry.changed_at = by, timezone.now()
    entry.save()


def _points_of(
    held: Appraisal, code: str, draft: EntryDraft, result: Mapping[str, Any]
) -> tuple[Decimal, Decimal]:
    """(score, maximum). A bonus takes nothing off, so what it gives is its maximum here."""
    if code in result["criteria"]:
        own = result["criteria"][code]
        return Decimal(own["score"]), Decimal(own["max"])
    for item in held.campaign.rubric.content.get("bonus", ()):
        if item["code"] == code:
            count = Decimal(str(draft.values.get("count", 0)))
            given = min(Decimal(item["each"]) * count, Decimal(item["max"]))
            return given, given
    return Decimal(0), Decimal(0)


def _total(held: Appraisal, column: str, result: Mapping[str, Any]) -> None:
    setattr(held, f"{column}_total", Decimal(result["total"]))
    held.grade = result["grade"]


@transaction.atomic
def agree(appraisal: Appraisal, *, at: datetime, by: Any) -> None:
    """The unit's Party organisation agrees with the self-appraisal as it stands (domain.md 1.4)."""
    held = _locked(appraisal, Column.SELF)
    if held.self_total is None:
        raise Refused("自评还没有填，填好了再请党组织讨论")
    with audit.acting("appraisal.agreed", by=by):
        held.agreed_by, held.agreed_at = by, at
        held.save(update_fields=["agreed_by", "agreed_at"])
    audit.record("appraisal.agreed", held, by=by)
    appraisal.refresh_from_db()


@transaction.atomic
def submit(appraisal: Appraisal, *, signed_name: str, at: datetime, by: Any) -> None:
    """One named person signs and hands the whole in."""
    held = _locked(appraisal, Column.SELF)
    missing = unanswered(held, Column.SELF)
    if missing:
        raise Refused(f"还有没答的：{'、'.join(missing[:8])}，答完再交")
    if held.agreed_at is None:
        raise Refused("党组织还没有同意这份自评，请先请党组织讨论同意")
    if not signed_name.strip():
        raise Refused("请写上签名人的姓名")
    step = "submit" if held.unit.office_id else "submit_direct"
    APPRAISAL.advance(
        held, step, by=by, signed_name=signed_name.strip(), submitted_at=at, return_reason=""
    )
    appraisal.refresh_from_db()


def unanswered(appraisal: Appraisal, column: str) -> list[str]:
    """Codes with a question this column has not answered."""
    entries = entries_of(appraisal)
    found = []
    for _, _, criterion in appraisal.campaign.rubric.criteria():
        entry = entries.get((column, criterion["code"]))
        if entry is None or (
            entry.applies and any(key not in entry.values for key in keys_of(criterion))
        ):
            found.append(criterion["code"])
    return found


@transaction.atomic
def complete(appraisal: Appraisal, column: str, *, by: Any) -> None:
    """End the office's or the city's column; what it left alone it takes over as it stood before.

    A taken-over deduction brings the engine's own sentence as its reason.
    """
    held = _locked(appraisal, column)
    entries = entries_of(held)
    standing = [
        before
        for _, _, criterion in held.campaign.rubric.criteria()
        if (before := _standing(column, criterion["code"], entries)) is not None
        and before.column != column
    ]
    reasons = _own_reasons(held, standing)
    adopted = {one.code: EntryDraft(one.values, one.applies, reasons[one.code]) for one in standing}
    for item in held.campaign.rubric.content.get("bonus", ()):
        before = _standing(column, item["code"], entries)
        if before is not None and before.column != column:
            adopted[item["code"]] = EntryDraft(before.values)
    save_entries(held, column=column, drafts=adopted, version=held.version, by=by)
    held.refresh_from_db()
    APPRAISAL.advance(held, "review" if column == Column.OFFICE else "decide", by=by)
    appraisal.refresh_from_db()


def _own_reasons(held: Appraisal, standing: Iterable[AppraisalEntry]) -> dict[str, str]:
    """By code: the reason given, else the engine's sentences for what came off; one scoring."""
    own = {one.code: one for one in standing}
    found = {code: one.values if one.applies else NOT_APPLICABLE for code, one in own.items()}
    scores = scored(held.campaign.rubric.content, {"criteria": found})["criteria"]
    return {
        code: one.reason or "；".join(took["reason"] for took in scores[code]["deductions"])
        for code, one in own.items()
    }


def send_back(appraisal: Appraisal, *, note: str, by: Any) -> None:
    """Return it to the unit; the columns of others stay as they are."""
    if appraisal.campaign.state != CampaignState.OPEN:
        raise Refused("这次创建已经定分，不能再退回补充")
    APPRAISAL.advance(appraisal, "return", by=by, note=note, return_reason=note.strip())


@transaction.atomic
def add_paper(
    appraisal: Appraisal, *, code: str, upload: UploadedFile, proves_on: date, by: Any
) -> AppraisalEvidence:
    """Keep a paper behind one criterion; it must prove something of the campaign's year."""
    if code not in {criterion["code"] for _, _, criterion in appraisal.campaign.rubric.criteria()}:
        raise Refused("评分表里没有这一条")
    if proves_on.year != appraisal.campaign.year:
        raise Refused(f"这次评的是 {appraisal.campaign.year} 年的工作，材料要能证明这一年的事")
    _locked(appraisal, Column.SELF)
    stored = files.store_paper(upload)
    with audit.acting("appraisal.evidence_added", by=by):
        return AppraisalEvidence.objects.create(
            appraisal=appraisal, code=code, file=stored, name=(upload.name or "材料")[-200:],
            proves_on=proves_on, added_by=by,
        )  # fmt: skip


def records_behind(appraisal: Appraisal, criterion: Mapping[str, Any]) -> list[Activity]:
    """Accepted records of the year that speak for this criterion, at most fifty."""
    keys = keys_of(criterion)
    return list(facts.records_for(appraisal.unit, keys, year=appraisal.campaign.year)[:50])
