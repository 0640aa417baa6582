"""The year's 五有 as a list that may come back edited: an office fills it in for its schools.

A unit may have nothing yet, so a row is numbered by its unit and the year together.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from committees.choices import Have, HaveResult
from committees.figures import five_haves as figures
from committees.imports.returned_lists import ReturnedList, wanted
from committees.models import FiveHavesAnswer, FiveHavesCheck, Unit
from committees.permissions import may_fill_five_haves
from committees.policy import Can
from committees.services import five_haves
from committees.services.five_haves import Own
from portal.kernel.journal import Journal, snapshot
from portal.kernel.returned import EditedRow, Texts

UNIT, YEAR, WORD = "单位", "年度", "本单位小结"
OWN = {f"{have.label}（自查）": have for have in Have}
EVIDENCE = {f"{have.label}（依据）": have for have in Have}
EDITABLE = [*OWN, *EVIDENCE, WORD]
FIELDS = [
    "教办", UNIT, YEAR, "情况", "交得怎么样",
    *(f"{have.label}（{part}）" for have in Have for part in ("自查", "依据", "复核", "说明")),
    WORD,
]  # fmt: skip
LONGEST = {**dict.fromkeys(EVIDENCE, 1000), WORD: 2000}
_RESULTS = {"": "", **{label: value for value, label in HaveResult.choices}}


def number_of(unit: Unit, year: int) -> int:
    return unit.pk * 10_000 + year


def texts_of(unit: Unit, check: FiveHavesCheck | None, *, year: int, timing: str = "") -> Texts:
    """One row as the sheet shows it, whether anything was filled in or not."""
    answers = {each.have: each for each in check.answers.all()} if check else {}
    texts = {
        "教办": unit.office.name if unit.office else "市直属",
        UNIT: unit.name,
        YEAR: str(year),
        "情况": check.get_state_display() if check else "没有填",
        "交得怎么样": timing,
        WORD: check.own_word if check else "",
    }
    for have in Have:
        texts |= _of_answer(have, answers.get(have))
    return texts


def _of_answer(have: Have, answer: FiveHavesAnswer | None) -> Texts:
    told = {
        "自查": answer.get_own_result_display() if answer else "",
        "依据": answer.evidence if answer else "",
        "复核": answer.get_result_display() if answer else "",
        "说明": answer.reviewer_note if answer else "",
    }
    return {f"{have.label}（{part}）": text for part, text in told.items()}


def rows(numbers: Collection[int], by: Any) -> dict[int, Texts]:
    by_year: dict[int, list[int]] = defaultdict(list)
    for number in numbers:
        pk, year = divmod(number, 10_000)
        by_year[year].append(pk)
    units = Unit.objects.reachable_by(by, Can.FIVE_HAVES_VIEW).select_related("office")
    found: dict[int, Texts] = {}
    for year, pks in by_year.items():
        of_year = units.filter(pk__in=pks).order_by("path")
        for unit, check in figures.rows(of_year, by, year=year):
            found[number_of(unit, year)] = texts_of(unit, check, year=year)
    return found


def change(
    row: EditedRow, take: Mapping[str, bool], journal: Journal, *, by: Any
) -> tuple[bool, str]:
    pk, year = divmod(row.pk, 10_000)
    unit = Unit.objects.select_related("office").get(pk=pk)
    if not may_fill_five_haves(by, unit):
        return False, "由本单位秘书或党组织联系人填写，教办可以代填"
    taken = wanted(row, take)
    if not taken:
        return False, ""
    for heading, written in taken.items():
        if heading in OWN and written not in _RESULTS:
            return False, f"{heading}：写“{'”“'.join(filter(None, _RESULTS))}”里的一个"
        if len(written) > LONGEST.get(heading, 1000):
            return False, f"{heading}：最多 {LONGEST[heading]} 个字"
    _fill_in(unit, year, taken, journal, by=by)
    return True, ""


def _fill_in(unit: Unit, year: int, taken: Mapping[str, str], journal: Journal, *, by: Any) -> None:
    is_new = not FiveHavesCheck.objects.filter(unit=unit, year=year).exists()
    check = five_haves.begin(unit, year=year, by=by)
    standing = {Have(each.have): each for each in check.answers.all()}
    if is_new:
        journal.made(check, *standing.values())
    before = {have: snapshot(each, ["own_result", "evidence"]) for have, each in standing.items()}
    word_before = snapshot(check, ["own_word"])
    own = {
        have.value: Own(
            _RESULTS[taken.get(f"{have.label}（自查）", each.get_own_result_display())],
            taken.get(f"{have.label}（依据）", each.evidence),
        )
        for have, each in standing.items()
    }
    five_haves.fill_in(check, own_word=taken.get(WORD, check.own_word), answers=own, by=by)
    if is_new:
        return
    journal.changed(check, word_before)
    for each in check.answers.all():
        journal.changed(each, before[Have(each.have)])


LIST = ReturnedList(
    fields=FIELDS,
    editable=EDITABLE,
    power=Can.FIVE_HAVES_FILL,
    rows=rows,
    title=lambda texts: f"{texts[UNIT]}{texts[YEAR]}年",
    change=change,
    no_new="列出的是要填的单位，新单位请先在“登记新单位”里登记",
)
