"""聘任: numbers without a gap, terms without an overlap, letters that print or stop."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from activities import tasks
from activities.documents import letters
from activities.models import Appointment
from activities.services import appointments
from activities.views.appointments import shares
from portal.kernel import jobs
from portal.kernel.errors import Refused
from portal.kernel.models import JobState, Notice
from portal.kernel.pdf import MissingGlyphs
from tests.factories import lectures as factory
from tests.pdf_text import open_pdf
from tests.personas import World

TODAY = date(2023, 3, 1)


def test_numbers_run_on_for_each_issuer_and_a_refused_one_gives_its_number_back(
    city: World,
) -> None:
    teacher = factory.mentor(city.office)
    first = factory.appointed(teacher, city.school)
    with pytest.raises(Refused, match="已经有同样的聘任"):
        factory.appointed(teacher, city.school, first=date(2022, 10, 1))
    second = factory.appointed(teacher, city.other_school)
    other = factory.appointed(teacher, city.schools[1], issuer=city.office)

    assert [it.number for it in (first, second, other)] == [
        "聘字〔2022〕第0001号", "聘字〔2022〕第0002号", "聘字〔2022〕第0001号",
    ]  # fmt: skip


def test_shares_count_other_units_and_other_offices(city: World) -> None:
    teacher = factory.mentor(city.school)
    factory.appointed(teacher, city.school)
    factory.appointed(teacher, city.schools[1])
    factory.appointed(teacher, city.other_school)
    from_the_bureau = factory.mentor(city.bureau)
    factory.appointed(from_the_bureau, city.school)

    found = {row["title"]: row["value"] for row in shares(Appointment.objects.all(), TODAY)}
    assert found == {"在聘": 4, "其中跨校": 3, "其中跨片区": 2, "60 天内到期": 0}
    cross = [it for it in Appointment.objects.select_related("unit", "home") if it.is_cross_office]
    assert set(cross) == set(Appointment.objects.cross_office())


def test_issuers_learn_of_an_end_60_days_ahead_once_and_not_when_it_is_renewed(
    city: World,
) -> None:
    teacher, now = factory.mentor(city.office), timezone.now()
    last = TODAY + timedelta(days=60)
    ending = factory.appointed(teacher, city.school, issuer=city.office, last=last)
    factory.appointed(teacher, city.schools[1], issuer=city.office, last=last + timedelta(days=1))

    assert appointments.notice_expiring(on=TODAY, now=now) == 1
    assert appointments.notice_expiring(on=TODAY, now=now) == 0
    told = Notice.objects.get(user=city.office_secretary, link__contains="appointments")
    assert told.text == "有 1 份聘任 60 天内到期，看看要不要续聘"

    (renewed,) = appointments.renew([ending], years=3, by=city.office_secretary)
    assert (renewed.first_day, renewed.last_day) == (last + timedelta(days=1), date(2026, 4, 30))
    assert list(Appointment.objects.expiring(TODAY)) == []


def test_an_appointment_ends_early_within_its_term_only(city: World) -> None:
    it = factory.appointed(factory.mentor(city.office), city.school)
    with pytest.raises(Refused, match="日期要在聘期里"):
        appointments.end(it, on=date(2026, 1, 1), because="own_wish", by=None)
    appointments.end(it, on=date(2023, 3, 1), because="own_wish", by=None)
    it.refresh_from_db()
    assert it.last_day == date(2023, 2, 28)
    assert it.number == "聘字〔2022〕第0001号"


def test_letters_print_in_one_document_one_page_each(city: World) -> None:
    made = [
        factory.appointed(factory.mentor(city.office, f"陈国{name}"), city.school)
        for name in "甲乙丙"
    ]
    job = appointments.print_letters(made, by=city.bureau_staff, return_url="/appointments/")
    jobs.run(job.pk)  # its message leaves when the transaction commits
    job.refresh_from_db()
    assert (job.state, job.result_name) == (JobState.DONE, "聘书3份.pdf"), job.message

    with open_pdf(letters.letters_pdf(made)) as pdf:
        pages = [page.extract_text() for page in pdf.pages]
    for page, it in zip(pages, made, strict=True):
        words = "".join(page.split())
        assert f"{it.mentor}同志" in words
        assert "聘字〔2022〕" in words
        assert "自2022年9月1日至2025年8月31日" in words


def test_a_name_with_a_character_no_font_has_stops_and_is_named(city: World) -> None:
    made = [
        factory.appointed(factory.mentor(city.office, "陈国栋"), city.school),
        factory.appointed(factory.mentor(city.office, "王\U0003fffd"), city.schools[1]),
    ]
    with pytest.raises(MissingGlyphs, match="王"):
        letters.letters_pdf(made)


def test_the_same_letters_are_one_job(city: World) -> None:
    assert tasks.letters_key([1, 2]) == tasks.letters_key([1, 2])
    assert tasks.letters_key([1, 2]) != tasks.letters_key([12])
    with pytest.raises(Refused, match="先勾选"):
        appointments.print_letters([], by=None, return_url="")
