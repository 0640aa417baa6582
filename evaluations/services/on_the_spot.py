"""From a visit to the city's column: what was seen is offered, and a person confirms it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from evaluations.choices import Column
from evaluations.figures.visits import Seen
from evaluations.models import Appraisal
from evaluations.scoring import NOT_APPLICABLE, plain
from evaluations.services.appraisals import MORE, Entries, EntryDraft, save_entries, scored
from portal.kernel.errors import Refused

LONGEST = 500  # characters of a reason


def offered(
    appraisal: Appraisal, start: Mapping[str, EntryDraft], *, seen: Mapping[str, Seen],
    entries: Entries,
) -> dict[str, EntryDraft]:  # fmt: skip
    """The drafts of the city's column with the visit's marks, where the city has no word yet.

    The answers stay as they are. Where the answers give more than the assessors did, the rest is
    offered as points taken off beyond the rules, with the assessors' remarks as the reason. Nobody
    is given more than the answers bear: who saw better than that changes the answer.
    """
    waiting = [code for code in seen if code in start and (Column.CITY, code) not in entries]
    answers = {code: _answers(start[code]) for code in waiting}
    criteria = {
        code: values if start[code].applies else NOT_APPLICABLE for code, values in answers.items()
    }
    by_answers = scored(appraisal.campaign.rubric.content, {"criteria": criteria})["criteria"]
    found = dict(start)
    for code in waiting:
        short = Decimal(by_answers[code]["score"]) - seen[code].score
        if start[code].applies and short > Decimal(str(start[code].values.get(MORE, 0))):
            reason = f"实地看：{seen[code].reason}"[:LONGEST]
            found[code] = EntryDraft(answers[code] | {MORE: plain(short)}, reason=reason)
    return found


def waiting_for_city(entries: Entries, *, seen: Mapping[str, Seen]) -> int:
    """How many criteria were marked there and have no word of the city yet."""
    return sum((Column.CITY, code) not in entries for code in seen)


def _answers(draft: EntryDraft) -> dict[str, object]:
    """What was answered, without what another column took off beyond the rules."""
    return {key: value for key, value in draft.values.items() if key != MORE}


@dataclass(frozen=True, slots=True)
class Taking:
    """One criterion marked there, with all that was said of it before the city gives its word.

    `bears` is what its answers give at most, None where it does not apply.
    """

    code: str
    part: str  # the dimension's code
    text: str
    maximum: Decimal
    own: str
    office: str
    city: str
    seen: Seen
    bears: Decimal | None
    answers: Mapping[str, object]
    why: str

    @property
    def offered(self) -> Decimal:
        """The mean of the marks, as far as the answers bear it."""
        return min(self.seen.score, self.bears or Decimal(0))

    @property
    def held_back(self) -> bool:
        """Whether the marks are above what the answers bear."""
        return self.bears is not None and self.seen.score > self.bears

    @property
    def less(self) -> Decimal:
        """How much the visit is below the points that stand, 0 where it is not."""
        return max(Decimal(self.office or self.own or 0) - self.seen.score, Decimal(0))


@dataclass(frozen=True, slots=True)
class Taken:
    score: Decimal
    reason: str = ""


def takings(
    appraisal: Appraisal, start: Mapping[str, EntryDraft], *, seen: Mapping[str, Seen],
    entries: Entries,
) -> list[Taking]:  # fmt: skip
    """Every criterion marked there, in the order of the table; one scoring."""
    answers = {code: _answers(start[code]) for code in seen if code in start}
    found = {
        code: values if start[code].applies else NOT_APPLICABLE for code, values in answers.items()
    }
    scores = scored(appraisal.campaign.rubric.content, {"criteria": found})["criteria"]
    made = []
    for dimension, _, criterion in appraisal.campaign.rubric.criteria():
        code = criterion["code"]
        if code not in answers:
            continue
        said = {
            column: plain(entries[column, code].score) if (column, code) in entries else ""
            for column in Column
        }
        made.append(
            Taking(
                code, dimension["code"], criterion["text"], Decimal(criterion["max"]),
                said[Column.SELF], said[Column.OFFICE], said[Column.CITY], seen[code],
                Decimal(scores[code]["score"]) if start[code].applies else None, answers[code],
                _why(code, seen[code], entries),
            )
        )  # fmt: skip
    return made


def _why(code: str, seen: Seen, entries: Entries) -> str:
    """The reason a lower score opens with: the city's own, the assessors', else the one before."""
    if (Column.CITY, code) in entries:
        return entries[Column.CITY, code].reason
    if seen.reason:
        return f"实地看：{seen.reason}"[:LONGEST]
    before = entries.get((Column.OFFICE, code)) or entries.get((Column.SELF, code))
    return before.reason if before else ""


def take(
    appraisal: Appraisal, *, offers: Sequence[Taking], wanted: Mapping[str, Taken], version: int,
    by: Any,
) -> int:  # fmt: skip
    """Make these points the city's word in one go; the answers stay, what is less is taken off.

    `version` is the one the page was shown with; Refused where somebody saved meanwhile, or where
    the answers do not bear what is given.
    """
    drafts = {}
    for one in offers:
        given = wanted.get(one.code)
        if given is None or one.bears is None:
            continue
        if given.score > one.bears:
            raise Refused(
                f"{one.code} 按已有的答案最多 {plain(one.bears)} 分；要给更多，请先改这一条的答案"
            )
        short = one.bears - given.score
        values = {**one.answers, MORE: plain(short)} if short else one.answers
        drafts[one.code] = EntryDraft(values, reason=given.reason.strip()[:LONGEST])
    if not drafts:
        raise Refused("没有可以存的：请至少给一条写上复评的分")
    save_entries(appraisal, column=Column.CITY, drafts=drafts, version=version, by=by)
    return len(drafts)
