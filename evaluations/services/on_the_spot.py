"""From a visit to the city's column: what was seen is offered, and a person confirms it."""

from collections.abc import Mapping
from decimal import Decimal

from evaluations.choices import Column
from evaluations.figures.visits import Seen
from evaluations.models import Appraisal
from evaluations.scoring import NOT_APPLICABLE, plain
from evaluations.services.appraisals import MORE, Entries, EntryDraft, scored

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
