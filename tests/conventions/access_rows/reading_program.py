"""Editions and implementation plans."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.kernel import files
from reading_program.models import Entry, EntryBatch, EntryFile, Likeness, Quota
from reading_program.services import batches, plans
from reading_program.services import entries as entry_services
from tests.conventions.access import AROUND_SCHOOL, EVERYBODY, OFFICES, UNIT_PEOPLE, Row
from tests.factories import reading_entries as entries
from tests.factories import reading_program as reading
from tests.personas import World

BOTH = ("GET", "POST")
STAFF = {"bureau_staff"}
READERS = UNIT_PEOPLE | {"teacher"}
# The kindergarten is not asked for a plan, and the bureau writes none.
ASKED = {"school_secretary", "sibling_secretary", "other_school_secretary", *OFFICES}


def published(city: World) -> dict[str, Any]:
    return {"pk": reading.published_edition(city.bureau).pk}


def prepared(city: World) -> dict[str, Any]:
    return {"pk": reading.prepared_edition(city.bureau).pk}


def submitted(city: World) -> dict[str, Any]:
    edition = reading.published_edition(city.bureau)
    return {"pk": reading.submitted_plan(edition, city.school, by=city.school_secretary).pk}


def with_file(city: World) -> dict[str, Any]:
    edition = reading.published_edition(city.bureau)
    plan = plans.save_plan(
        edition,
        unit=city.school,
        text="",
        version=0,
        upload=SimpleUploadedFile("方案.pdf", b"%PDF-1.7 plan"),
        by=None,
    )
    plans.submit(plan, by=city.school_secretary)
    return {"pk": plan.pk}


def running(city: World) -> dict[str, Any]:
    return {"pk": entries.running_edition(city.bureau).pk}


def on_track(city: World) -> dict[str, Any]:
    edition = entries.running_edition(city.bureau)
    Quota.objects.create(edition=edition, track=entries.track(edition), unit=city.school, places=2)
    return {"pk": edition.pk, "code": "essay"}


def drafted(city: World) -> dict[str, Any]:
    return {"pk": entries.draft(entries.running_edition(city.bureau), city.school).pk}


def sent(city: World) -> dict[str, Any]:
    edition = entries.running_edition(city.bureau)
    entry = entries.draft(edition, city.school)
    entry_services.send(entries.track(edition), unit=city.school, by=city.school_secretary)
    return {"pk": entry.pk}


def returned(city: World) -> dict[str, Any]:
    given = sent(city)
    entry = Entry.objects.get(**given)
    entry_services.send_back(entry, note="题目有错字", by=city.office_secretary)
    return given


def with_paper(city: World) -> dict[str, Any]:
    entry = Entry.objects.get(**sent(city))
    paper = EntryFile.objects.create(
        entry=entry, file=files.store(b"%PDF-1.7 x", files.PDF), name="作品.pdf"
    )
    return {"pk": paper.pk}


def alike(city: World) -> dict[str, Any]:
    edition = entries.running_edition(city.bureau)
    pair = [entries.draft(edition, city.school, name=name) for name in ("沈小禾", "许知远")]
    for entry in pair:
        entry_services.send_one(entry, by=city.school_secretary)
    return {"pk": Likeness.objects.get().pk}


def a_child(city: World) -> dict[str, Any]:
    return {**sent(city), "at": 0}


def trial(city: World) -> dict[str, Any]:
    edition = entries.running_edition(city.bureau)
    return {"pk": entries.trial(edition, city.school, by=city.school_secretary).pk}


def entered(city: World) -> dict[str, Any]:
    given = trial(city)
    batches.carry_out(EntryBatch.objects.get(**given), by=city.school_secretary)
    return given


# Who may see a school's entries: no party contact, no auditor, for the children's names.
ENTRY_READERS = {"school_secretary", "office_secretary", "bureau_leader", "bureau_staff"}
WRITERS = {"school_secretary", "office_secretary"}
ENTRY_PEOPLE = {
    "bureau_leader", "bureau_staff", "school_secretary", "sibling_secretary",
    "other_school_secretary", "kindergarten_secretary", *OFFICES,
}  # fmt: skip
SCHOOL_PEOPLE = ENTRY_PEOPLE - {"bureau_leader", "bureau_staff", *OFFICES}

ROWS = {
    "reading_program:editions": Row(READERS, EVERYBODY),
    "reading_program:edition_new": Row(STAFF, EVERYBODY, methods=BOTH),
    "reading_program:edition": Row(READERS, given=published),
    "reading_program:edition_edit": Row(STAFF, given=prepared, methods=BOTH),
    "reading_program:edition_publish": Row(STAFF, READERS, given=published, methods=("POST",)),
    "reading_program:groups": Row(STAFF, READERS, given=published, methods=BOTH),
    "reading_program:entries": Row(ENTRY_PEOPLE, READERS, given=running),
    "reading_program:entry_board": Row(
        {"bureau_leader", "bureau_staff", *OFFICES}, READERS, given=running
    ),
    "reading_program:entry_board_xlsx": Row(
        {"bureau_leader", "bureau_staff", *OFFICES}, READERS, given=running
    ),
    "reading_program:summary_xlsx": Row(ENTRY_PEOPLE, READERS, given=running),
    "reading_program:summary_pdf": Row(ENTRY_PEOPLE, READERS, given=running),
    "reading_program:track_list": Row(SCHOOL_PEOPLE, READERS, given=on_track),
    "reading_program:entry_new": Row(SCHOOL_PEOPLE, READERS, given=on_track, methods=BOTH),
    "reading_program:track_rank": Row(SCHOOL_PEOPLE, READERS, given=on_track, methods=("POST",)),
    "reading_program:track_send": Row(SCHOOL_PEOPLE, READERS, given=on_track, methods=("POST",)),
    "reading_program:places": Row(
        {"bureau_staff", *OFFICES}, READERS, given=on_track, methods=BOTH
    ),
    # Who might hand places back but has none finds nothing there.
    "reading_program:places_back": Row(
        {"school_secretary"},
        READERS - SCHOOL_PEOPLE - OFFICES - STAFF,
        given=on_track,
        methods=BOTH,
    ),
    "reading_program:track_rules": Row(STAFF, READERS, given=on_track, methods=BOTH),
    "reading_program:bulk": Row(SCHOOL_PEOPLE, READERS, given=on_track, methods=BOTH),
    "reading_program:bulk_template": Row(SCHOOL_PEOPLE, READERS, given=on_track),
    "reading_program:batch": Row(WRITERS, given=trial),
    "reading_program:batch_enter": Row(WRITERS, given=trial, methods=("POST",)),
    "reading_program:batch_undo": Row(WRITERS, given=entered, methods=("POST",)),
    "reading_program:likenesses": Row(
        {"bureau_leader", "bureau_staff", *OFFICES}, READERS, given=running
    ),
    "reading_program:likeness_compare": Row(STAFF, READERS, given=running, methods=("POST",)),
    "reading_program:likeness": Row(
        {"bureau_leader", "bureau_staff", "office_secretary"},
        EVERYBODY - {"other_office_secretary"},  # to the other office the pair is not there
        given=alike,
        methods=BOTH,
    ),
    "reading_program:children": Row(STAFF, EVERYBODY, methods=BOTH),
    "reading_program:child": Row(STAFF, given=a_child),
    "reading_program:child_archive": Row(STAFF, given=a_child),
    "reading_program:child_erase": Row(STAFF, given=a_child, methods=BOTH),
    "reading_program:entry": Row(ENTRY_READERS, given=sent),
    "reading_program:entry_edit": Row(WRITERS, WRITERS, given=drafted, methods=BOTH),
    "reading_program:entry_forward": Row(
        {"office_secretary", "bureau_staff"}, ENTRY_READERS, given=sent, methods=("POST",)
    ),
    "reading_program:entry_decline": Row(
        {"office_secretary", "bureau_staff"}, ENTRY_READERS, given=sent, methods=BOTH
    ),
    "reading_program:entry_return": Row(
        {"office_secretary", "bureau_staff"}, ENTRY_READERS, given=sent, methods=BOTH
    ),
    "reading_program:entry_resubmit": Row(
        WRITERS, ENTRY_READERS, given=returned, methods=("POST",)
    ),
    "reading_program:entry_withdraw": Row(WRITERS, ENTRY_READERS, given=sent, methods=("POST",)),
    "reading_program:entry_file": Row(ENTRY_READERS, given=with_paper),
    "reading_program:plan_write": Row(ASKED, READERS, given=published, methods=BOTH),
    "reading_program:board": Row(
        {"bureau_leader", "bureau_staff", "auditor", *OFFICES}, READERS, given=published
    ),
    "reading_program:plan": Row(AROUND_SCHOOL, given=submitted),
    "reading_program:plan_file": Row(AROUND_SCHOOL, given=with_file),
    "reading_program:plan_withdraw": Row(
        {"school_secretary", "office_secretary"}, AROUND_SCHOOL, given=submitted, methods=("POST",)
    ),
    "reading_program:plan_accept": Row(
        {"office_secretary", "bureau_staff"}, AROUND_SCHOOL, given=submitted, methods=("POST",)
    ),
    "reading_program:plan_send_back": Row(
        {"office_secretary", "bureau_staff"}, AROUND_SCHOOL, given=submitted, methods=BOTH
    ),
}
