"""Certificates: one number each whatever happens, words that print, and a check page for all."""

import io
import zipfile
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from portal.kernel import calendar, files, jobs
from portal.kernel.errors import Refused
from portal.kernel.models import Job, JobState
from portal.kernel.pdf import MissingGlyphs
from reading_program import schedule
from reading_program.documents import certificates as documents
from reading_program.models import Certificate, Entry
from reading_program.services import certificates, publicity
from tests.factories import results as factory
from tests.personas import World

DATED = date(2026, 7, 1)


def test_nothing_is_certified_before_the_results_are_final(city: World) -> None:
    it = factory.published(city)
    assert certificates.issue(it.edition, dated=DATED, by=None) == 0


def test_a_job_run_twice_takes_no_second_number(city: World) -> None:
    it = factory.final(city)
    job = certificates.make_all(
        it.edition, dated=DATED, site="https://portal.test", form="pdf", by=city.bureau_staff,
        return_url="",
    )  # fmt: skip
    jobs.run(job.pk)
    before = list(Certificate.objects.in_order().values_list("serial", "token"))
    assert [serial for serial, _ in before] == list(range(1, len(before) + 1))

    # As after a kill: the row is still open, another worker is handed it.
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.DONE, f"{len(before)} 份证书排好了，每份一页")
    assert list(Certificate.objects.in_order().values_list("serial", "token")) == before
    assert job.result_file is not None
    assert len(PdfReader(io.BytesIO(files.read(job.result_file))).pages) == len(before)


def test_a_job_killed_while_it_prints_finds_its_numbers_again(
    city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = factory.final(city)
    job = certificates.make_all(
        it.edition, dated=DATED, site="", form="pdf", by=city.bureau_staff, return_url=""
    )

    def die(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(documents, "certificates_pdf", die)
        with pytest.raises(SystemExit):
            schedule.make_certificates(jobs.Progress(job))
    numbers = list(Certificate.objects.in_order().values_list("serial", flat=True))
    assert numbers

    schedule.make_certificates(jobs.Progress(job))
    assert list(Certificate.objects.in_order().values_list("serial", flat=True)) == numbers


def test_rare_characters_print_and_an_impossible_one_stops_before_any_number(city: World) -> None:
    it = factory.final(city)
    first = factory.first_of(it)
    Entry.objects.filter(pk=first.entry_id).update(nominee_name="䶮㛃𠮷𬭎")
    Entry.objects.filter(result__place=2).update(nominee_name="王\U0003fffd")
    with pytest.raises(MissingGlyphs, match="王"):
        certificates.issue(it.edition, dated=DATED, by=None)
    assert Certificate.objects.count() == 0

    Entry.objects.filter(result__place=2).update(nominee_name="王禾")
    certificates.issue(it.edition, dated=DATED, by=None)
    made = Certificate.objects.select_related("edition__city").get(result=first)
    content = documents.certificates_pdf([made], site="https://portal.test")
    assert "䶮㛃𠮷𬭎" in PdfReader(io.BytesIO(content)).pages[0].extract_text()


def test_the_archive_holds_one_sheet_a_certificate_under_its_number(city: World) -> None:
    made = factory.certified(city)
    sheets = list(Certificate.objects.select_related("edition__city").in_order())
    parts = documents.in_chunks(sheets, site="", say=lambda done, total: None)
    with zipfile.ZipFile(io.BytesIO(documents.one_archive(parts))) as archive:
        names = archive.namelist()
        first = archive.read(names[0])
    assert [name.split("-")[0] for name in names] == [each.number for each in made]
    assert len(PdfReader(io.BytesIO(first)).pages) == 1


def test_a_void_one_is_made_anew_under_a_new_number_and_the_check_page_says_so(
    city: World, client: Client
) -> None:
    old = factory.certified(city)[0]
    page = client.get(reverse("reading_program:check_one", args=[old.token])).content.decode()
    assert "这份证书有效" in page
    assert old.number in page

    new = certificates.reissue(old, reason="姓名写错了", dated=DATED, by=city.bureau_staff)
    page = client.get(reverse("reading_program:check_one", args=[old.token])).content.decode()
    assert "这份证书已经作废" in page
    assert "补办了一份" in page
    assert new.serial == Certificate.objects.count()
    with pytest.raises(Refused, match="已经补办过"):
        certificates.reissue(old, reason="再来一份", dated=DATED, by=city.bureau_staff)


def test_an_award_revoked_later_voids_its_certificate_and_gives_no_other(city: World) -> None:
    old = Certificate.objects.get(result__place=1, pk__in=[c.pk for c in factory.certified(city)])
    assert old.result is not None
    publicity.revoke(old.result, reason="查实抄袭", by=city.bureau_staff)

    old.refresh_from_db()
    assert old.void_reason == "查实抄袭"
    with pytest.raises(Refused, match="已经撤销"):
        certificates.reissue(old, reason="补办", dated=DATED, by=city.bureau_staff)
    assert certificates.issue(old.edition, dated=DATED, by=None) == 0


def test_a_school_prints_its_own_and_no_other(city: World) -> None:
    made = factory.certified(city)
    client = Client()
    client.force_login(city.school_secretary)
    url = reverse("reading_program:certificates", args=[made[0].edition_id])
    client.post(url, {"form": "pdf"})
    job = Job.objects.get(owner=city.school_secretary)
    mine = {each.pk for each in made if each.unit_id == city.school.pk}
    assert set(job.arguments["certificates"]) == mine
    other = next(each for each in made if each.unit_id != city.school.pk)
    answer = client.get(reverse("reading_program:certificate", args=[other.pk]))
    assert answer.status_code == 404


def test_a_wrong_code_is_told_and_guessing_is_slowed(city: World, client: Client) -> None:
    url = reverse("reading_program:check")
    typed = client.get(url, {"token": "AAAA222222"})
    assert typed.status_code == 422
    assert "没有这个查验码" in typed.content.decode()
    codes = [
        client.get(reverse("reading_program:check_one", args=["AAAA222222"])).status_code
        for _ in range(70)
    ]
    assert codes[0] == 404
    assert codes[-1] == 409
    assert calendar.today() >= DATED
