"""年度简报: drafted from the year's records, written, handed in, read, appraised, passed on."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from committees.models import Unit
from evaluations import notices
from evaluations.choices import AnnualSection, AnnualState, PeerWord
from evaluations.documents import annual_draft
from evaluations.models import (
    AnnualBulletin,
    AnnualReview,
    AnnualRound,
    AnnualSource,
    AnnualWord,
    BulletinArticle,
    BulletinIssue,
)
from evaluations.services import bulletins
from evaluations.workflow import ANNUAL
from portal.kernel import audit, fonts
from portal.kernel.errors import Refused
from portal.kernel.pdf import MissingGlyphs
from portal.kernel.refusals import speaking_for

LONGEST_SECTION = 6000


class WrittenMeanwhile(Refused):
    """Somebody saved the bulletin after this page was opened; `current` is what stands now."""

    def __init__(self, current: AnnualBulletin) -> None:
        super().__init__("这份简报刚才有人改过。两份都在下面，看一下留哪一份")
        self.current = current


@transaction.atomic
def set_round(
    city: Unit,
    *,
    year: int,
    due_on: date,
    office_reads: bool,
    grades: list[str],
    missing_grade: str,
    by: Any,
) -> AnnualRound:
    """Say by when the city wants the year's bulletins and in which words it appraises them.

    The words stay once one bulletin was appraised by them.
    """
    found, _ = AnnualRound.objects.select_for_update().get_or_create(
        city=city, year=year, defaults={"due_on": due_on}
    )
    if found.grades != grades and _is_appraised(city, year):
        raise Refused("这一年已经有简报评过了，等次的叫法不能再改。别的可以改")
    found.due_on, found.office_reads = due_on, office_reads
    found.grades, found.missing_grade = grades, missing_grade
    with audit.acting("annual.round_set", by=by):
        found.save()
    audit.record("annual.round_set", city, by=by, note=str(found))
    return found


def _is_appraised(city: Unit, year: int) -> bool:
    return AnnualReview.objects.filter(
        bulletin__unit__city=city, bulletin__year=year, bulletin__state=AnnualState.ACCEPTED
    ).exists()


@transaction.atomic
def start(unit: Unit, *, year: int, on: date, by: Any) -> AnnualBulletin:
    """Open the unit's bulletin of the year, its sections drafted from what the records know."""
    bulletin = AnnualBulletin(unit=unit, year=year)
    drafts = annual_draft.draft(unit, year=year, on=on)
    for section, paragraphs in drafts.items():
        setattr(bulletin, section, "\n".join(paragraph.text for paragraph in paragraphs))
    with speaking_for(AnnualBulletin), audit.acting("annual.started", by=by):
        bulletin.save()
    AnnualSource.objects.bulk_create(
        AnnualSource(
            bulletin=bulletin,
            section=section,
            position=position,
            drafted=paragraph.text,
            kind=source.kind,
            label=source.label[:160],
            activity_id=source.activity,
            rows=[list(row) for row in source.rows],
        )
        for section, paragraphs in drafts.items()
        for position, paragraph in enumerate(paragraphs)
        for source in paragraph.sources
    )
    audit.record("annual.started", bulletin, by=by)
    return bulletin


@transaction.atomic
def save(bulletin: AnnualBulletin, *, texts: Mapping[str, str], version: int, by: Any) -> int:
    """Keep what was typed; return the new version, or raise WrittenMeanwhile and keep nothing."""
    given = {section: texts[section].strip() for section in AnnualSection if section in texts}
    with audit.acting("annual.written", by=by):
        changed = AnnualBulletin.objects.filter(
            pk=bulletin.pk, version=version, state__in=[AnnualState.DRAFT, AnnualState.RETURNED]
        ).update(**given, version=F("version") + 1, updated_at=timezone.now())
    if not changed:
        raise WrittenMeanwhile(AnnualBulletin.objects.select_related("unit").get(pk=bulletin.pk))
    for section, text in given.items():
        setattr(bulletin, section, text)
    bulletin.version = version + 1
    return bulletin.version


@transaction.atomic
def submit(bulletin: AnnualBulletin, *, by: Any) -> None:
    """Hand it in; an empty section is said, and is no reason to refuse."""
    locked = AnnualBulletin.objects.select_for_update(of=("self",)).get(pk=bulletin.pk)
    if not locked.filled():
        raise Refused("五个栏目都还空着，至少写一栏再交")
    missing = fonts.missing([getattr(locked, section) for section in AnnualSection])
    if missing:
        raise MissingGlyphs(missing)
    now = timezone.now()
    ANNUAL.advance(
        bulletin,
        "submit",
        by=by,
        submitted_at=now,
        first_submitted_at=locked.first_submitted_at or now,
        submitted_by=by,
        return_reason="",
        read_at=None,
        read_by=None,
    )
    notices.tell_annual_readers(bulletin)


@transaction.atomic
def read(bulletin: AnnualBulletin, *, word: str, by: Any) -> None:
    """The office has read it and passes it on, with a word for the bureau if it has one."""
    ANNUAL.advance(
        bulletin, "read", by=by, note=word, read_at=timezone.now(), read_by=by, office_word=word
    )


@transaction.atomic
def send_back(bulletin: AnnualBulletin, *, note: str, by: Any) -> None:
    ANNUAL.advance(bulletin, "send_back", by=by, note=note, return_reason=note.strip())
    notices.tell_annual_returned(bulletin)


@transaction.atomic
def appraise(
    bulletin: AnnualBulletin,
    *,
    found: Mapping[str, tuple[str, str]],
    word: str,
    by: Any,
) -> None:
    """Grade every section by the year's scale and accept the bulletin; the unit learns of it.

    `found` maps each section to its grade and comment.
    """
    scale = round_of(bulletin.unit, bulletin.year)
    lacking = [section.label for section in AnnualSection if not found.get(section, ("",))[0]]
    if lacking:
        raise Refused(f"还有{'、'.join(lacking)}没有评，五栏都评了才能定")
    for grade, _ in found.values():
        if scale is None or grade not in scale.grades:
            raise Refused(f"“{grade}”不在这一年的等次里，刷新页面再评")
    AnnualReview.objects.filter(bulletin=bulletin).delete()
    AnnualReview.objects.bulk_create(
        AnnualReview(bulletin=bulletin, section=section, grade=grade, comment=comment, by=by)
        for section, (grade, comment) in found.items()
    )
    ANNUAL.advance(
        bulletin,
        "accept",
        by=by,
        accepted_at=timezone.now(),
        accepted_by=by,
        review_word=word.strip(),
    )
    notices.tell_annual_appraised(bulletin)


def round_of(unit: Unit, year: int) -> AnnualRound | None:
    """What the unit's city asks of the year; None where it has not said so yet."""
    return AnnualRound.objects.filter(city=unit.city or unit, year=year).first()


@transaction.atomic
def say(bulletin: AnnualBulletin, *, unit: Unit, kind: PeerWord, text: str, by: Any) -> AnnualWord:
    """Leave a short word for the unit that wrote it."""
    if bulletin.state != AnnualState.ACCEPTED:
        raise Refused("评议以后，别的单位才读得到、才能留话")
    word = AnnualWord(bulletin=bulletin, unit=unit, kind=kind, text=text.strip(), by=by)
    with speaking_for(AnnualWord):
        word.save()
    audit.record("annual.word_left", bulletin, by=by, note=word.text)
    notices.tell_annual_word(word)
    return word


@transaction.atomic
def choose_section(
    bulletin: AnnualBulletin, *, section: AnnualSection, issue: BulletinIssue, by: Any
) -> BulletinArticle:
    """Take one section into an issue being edited; the article keeps whose it is."""
    text = getattr(bulletin, section).strip()
    if bulletin.state != AnnualState.ACCEPTED:
        raise Refused("评议过的简报才能选进市级简报")
    if not text:
        raise Refused(f"“{section.label}”这一栏是空的，没有可选的文字")
    article = bulletins.add_section(
        issue,
        bulletin=bulletin,
        section=section,
        title=f"{bulletin.unit.name}：{section.label}",
        body=text,
        by=by,
    )
    notices.tell_annual_chosen(bulletin, section, issue)
    return article
