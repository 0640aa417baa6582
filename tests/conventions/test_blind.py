"""A judge learns nowhere whose a work is: not from a page, a file, a refusal or a message."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse

from committees.models import Unit
from portal.kernel import files
from portal.kernel.models import Message, Notice
from reading_program.models import BlindCopy, Entry, JudgingRound, ScoreSheet
from reading_program.services import copies
from reading_program.services import judging as services
from tests.conventions import access
from tests.conventions.blind import BLIND, DECLARED, NONE, OVER
from tests.factories import judging, reading_program
from tests.personas import World

SCHOOL, OFFICE = "夏侯关小学", "夏侯关教办"
PUPIL, ADVISER, MEMBER, CLASS = "甄雨桐", "柏维舟", "闻人安", "七班雏鹰"
EXTRA = "慕容书声"


def test_a_page_a_judge_can_open_says_what_it_shows() -> None:
    rows = access.rows()
    opened = {
        address.key
        for address in access.addresses()
        if address.key in rows and "judge" in rows[address.key].allowed
    }

    assert opened - DECLARED.keys() == set(), "say in tests/conventions/blind.py what it shows"
    assert DECLARED.keys() - opened == set(), "no judge can open this any more"
    assert set(DECLARED.values()) <= {BLIND, NONE, OVER}


def planted(city: World) -> list[str]:
    """A judging begun, with a name of its own in every field that says whose a work is."""
    Unit.objects.filter(pk=city.school.pk).update(name=SCHOOL)
    Unit.objects.filter(pk=city.office.pk).update(name=OFFICE)
    edition = reading_program.published_edition(city.bureau)
    written = judging.city_entry(
        edition,
        Unit.objects.select_related("office").get(pk=city.school.pk),
        nominee=PUPIL,
        adviser=ADVISER,
        members=[MEMBER],
        class_name=CLASS,
        born="2012-07",
        extra={"book": EXTRA},
        title=f"{PUPIL}的窗",
        body=f"我叫甄 雨桐，在{SCHOOL}读书。{ADVISER}老师和{MEMBER}常说，书是一扇窗。",
    )
    judging.with_paper(written, telling_docx(), files.DOCX, f"{SCHOOL}{PUPIL}.docx")
    judging.city_entry(edition, city.other_school, nominee=f"{PUPIL}妹")
    judging.judges(edition, 3, first=city.judge)
    here = judging.prepared_round(edition, each=3)
    copies.clean_round(here, by=city.bureau_staff)
    for copy in here.copies.all():
        copies.clear_copy(copy, cover=True, by=city.bureau_staff)
    services.open_round(here, by=city.bureau_staff)
    return [PUPIL, "甄 雨桐", ADVISER, MEMBER, CLASS, EXTRA, "2012-07", SCHOOL, OFFICE]


def telling_docx() -> bytes:
    """A Word file with names in its text, its header and where nobody looks."""
    from docx import Document

    document = Document()
    document.core_properties.author = ADVISER
    document.core_properties.comments = SCHOOL
    document.add_paragraph(f"{SCHOOL} {PUPIL}")
    document.sections[0].header.paragraphs[0].text = f"指导老师{ADVISER}"
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def asked(city: World) -> Iterator[str]:
    """Every address with every number that could lead to a work, and searches for the names."""
    tables = (Entry, BlindCopy, JudgingRound, ScoreSheet)
    numbers = {pk for table in tables for pk in table.objects.values_list("pk", flat=True)}
    numbers |= {Entry.objects.all()[0].edition_id, city.school.pk}
    for address in access.addresses():
        # What belongs to other apps is shut to a judge whatever its number: one is enough.
        tried = sorted(numbers) if address.app == "reading_program" else [city.school.pk]
        for number in tried:
            kwargs: dict[str, Any] = {"pk": number} if "<int:pk>" in address.route else {}
            try:
                yield reverse(address.name, kwargs=kwargs)
            except NoReverseMatch:
                break
            if not kwargs:
                break
    for name in (PUPIL, ADVISER, SCHOOL):
        for query in ("q", "unit", "office", "search"):
            yield f"/search/?{query}={name}"
            yield f"/reading/judge/?{query}={name}"


@pytest.mark.django_db
def test_a_crawl_as_judge_meets_none_of_the_planted_names(city: World) -> None:
    canaries = planted(city)
    client = Client(raise_request_exception=False)
    client.force_login(city.judge)

    met: list[str] = []
    opened = 0
    for url in asked(city):
        answer = client.get(url)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        opened += answer.status_code == 200
        said = _read(content) + str(answer.headers)
        searched = url.partition("?")[2]  # what was typed comes back in the search field
        met += [f"{url}: {name}" for name in canaries if name in said and name not in searched]

    assert met == []
    assert opened >= 5  # the judge's own pages were among them
    written = "".join(
        [each.text for each in Notice.objects.filter(user=city.judge)]
        + [f"{each.subject}{each.body}" for each in mail.outbox]
        + [str(vars(each)) for each in Message.objects.filter(person=city.judge)]
    )
    assert [name for name in canaries if name in written] == []


def _read(content: bytes) -> str:
    """The text of a page, or of every part of a workbook."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.django_db
def test_codes_differ_from_round_to_round_and_follow_no_order(city: World) -> None:
    edition = reading_program.published_edition(city.bureau)
    entries = [judging.city_entry(edition, school) for school in city.schools]
    first = judging.prepared_round(edition)
    second = services.prepare_round(first.track, name="终评", rule="mean", judges_each=2, by=None)

    codes = {row.entry_id: row.code for row in first.copies.all()}
    assert all(codes[row.entry_id] != row.code for row in second.copies.all())
    by_pk = [row.entry_id for row in second.copies.order_by("pk")]
    by_code = [row.entry_id for row in second.copies.order_by("code")]
    assert by_pk == by_code
    assert len(by_pk) == len(entries)
