"""Who was there: three equal ways onto one list, and none of them a condition."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities.choices import ActivityState, AttendeeVia, FileRole
from activities.models import Activity, Attendee, SignIn
from activities.services import activities, attendance
from activities.views import sign_in as sign_in_view
from committees.models import Person
from portal.kernel import limits
from portal.kernel.errors import Refused
from tests.activities.views.test_drafts import photo
from tests.factories import activities as records
from tests.personas import World

START = datetime(2023, 10, 17, 6, 0, tzinfo=UTC)  # 14:00 in China


@pytest.fixture
def at_the_meeting() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def people(city: World) -> list[Person]:
    names = ("丁文华", "沈玉梅", "赵永年")
    return [Person.objects.create(unit=city.school, name=name) for name in names]


@pytest.fixture
def record(city: World) -> Activity:
    return records.draft(city.school, by=city.school_secretary, attendance=None)


@pytest.fixture
def hours(city: World, record: Activity, at_the_meeting: object) -> SignIn:
    return attendance.open_sign_in(record, starts_at=START, by=city.school_secretary)


def url(hours: SignIn) -> str:
    return reverse("activities:sign_in", args=[hours.token])


def names(record: Activity) -> list[str]:
    return sorted(str(one) for one in record.attendee_list.all())


# --- the tick list -------------------------------------------------------------------------------


def test_ticks_and_guests_make_the_list_and_the_form_offers_its_length(
    client: Client, city: World, record: Activity, people: list[Person]
) -> None:
    client.force_login(city.school_secretary)
    page = reverse("activities:attendance", args=[record.pk])

    client.post(
        page, {"people": [p.pk for p in people[:2]], "guests": "李国强 云山村\n钱芳（妇联）"}
    )

    assert names(record) == sorted(["丁文华", "沈玉梅", "李国强（云山村）", "钱芳（妇联）"])
    form = client.get(reverse("activities:edit", args=[record.pk])).context["form"]
    assert form.initial["attendance"] == 4
    record.refresh_from_db()
    assert record.attendance is None  # offered, not written: it stays the secretary's number

    client.post(reverse("activities:use_count", args=[record.pk]))
    record.refresh_from_db()
    assert record.attendance == 4
    assert not record.attendee_list.filter(is_late=True).exists()


def test_a_page_changes_only_what_was_changed_in_it(
    client: Client, city: World, record: Activity, people: list[Person]
) -> None:
    """Somebody signed in by code after the page was opened; saving the page leaves that alone."""
    client.force_login(city.school_secretary)
    page = reverse("activities:attendance", args=[record.pk])
    client.post(page, {"people": [people[0].pk]})
    attendance.change_list(record, added=[people[2]], now=timezone.now(), by=city.party_contact)

    client.post(page, {"people": [people[1].pk], "was": [people[0].pk]})

    assert names(record) == ["沈玉梅", "赵永年"]


def test_a_total_that_does_not_fit_says_what_was_counted_and_keeps_everything(
    client: Client, city: World, record: Activity, people: list[Person]
) -> None:
    client.force_login(city.school_secretary)

    page = client.post(
        reverse("activities:attendance", args=[record.pk]),
        {"people": [people[0].pk], "guests": "李国强 云山村", "total": "3"},
    )

    assert page.status_code == 422
    assert "这里勾了 1 位、写了 1 位，一共 2 位" in page.text
    assert "李国强 云山村" in page.text
    assert not record.attendee_list.exists()


def test_who_is_added_after_the_hand_in_is_stamped_and_nobody_is_struck_off(
    client: Client, city: World, people: list[Person]
) -> None:
    record = records.submitted(city.school, by=city.school_secretary)
    client.force_login(city.school_secretary)
    page = reverse("activities:attendance", args=[record.pk])

    client.post(page, {"people": [people[0].pk]})
    client.post(page, {"people": [], "was": [people[0].pk]}, follow=True)

    late = record.attendee_list.get()
    assert (late.is_late, late.added_by) == (True, city.school_secretary)
    shown = client.get(reverse("activities:activity", args=[record.pk])).text
    assert "补签" in shown
    assert "school_secretary" in shown
    record.refresh_from_db()
    assert record.attendance == 18  # what was handed in is not written over


def test_a_list_is_never_a_condition(city: World) -> None:
    record = records.draft(city.school, by=city.school_secretary)

    activities.submit(record, on=records.TODAY, by=city.school_secretary)

    assert record.state == ActivityState.SUBMITTED
    assert not record.attendee_list.exists()


def test_the_database_keeps_one_entry_a_person_and_a_stamp_with_its_writer(
    city: World, record: Activity, people: list[Person]
) -> None:
    one = {"activity": record, "name": "丁文华", "via": AttendeeVia.TICKED}
    Attendee.objects.create(**one, person=people[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendee.objects.create(**one, person=people[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendee.objects.create(**one, is_late=True)


def test_a_photo_marked_as_the_sheet_is_evidence_and_no_picture_for_print(
    client: Client, city: World, record: Activity
) -> None:
    attached = activities.add_file(record, upload=photo(), by=city.school_secretary)
    client.force_login(city.school_secretary)

    client.post(reverse("activities:mark_sheet", args=[attached.pk]), {"sheet": "1"})

    attached.refresh_from_db()
    assert attached.role == FileRole.SHEET
    small = client.get(reverse("activities:small", args=[attached.pk]))
    assert small.getvalue()[:2] == b"\xff\xd8"
    listed = Activity.objects.for_list().get(pk=record.pk)
    assert listed.photo_count == 0


# --- the code ------------------------------------------------------------------------------------


def test_the_hours_run_from_half_an_hour_before_to_two_hours_after(hours: SignIn) -> None:
    minutes = (-31, -30, 119, 120)
    assert [hours.is_open(START + timedelta(minutes=m)) for m in minutes] == [
        False, True, True, False,
    ]  # fmt: skip


def test_one_taps_the_own_name_once_without_an_account(
    client: Client, hours: SignIn, people: list[Person], record: Activity
) -> None:
    page = client.get(url(hours))
    assert "丁文华" in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"

    signed = client.post(url(hours), {"person": people[0].pk}, follow=True)
    other_phone = Client()
    twice = other_phone.post(url(hours), {"person": people[0].pk}, follow=True)

    assert "丁文华，签好了" in signed.text
    assert "丁文华，您已经签过了" in twice.text
    entry = record.attendee_list.get()
    assert (entry.via, entry.added_by, entry.is_late) == (AttendeeVia.SCANNED, None, False)


def test_a_guest_writes_name_and_unit(client: Client, hours: SignIn, record: Activity) -> None:
    empty = client.post(url(hours), {"name": "李国强", "place": ""})
    done = client.post(url(hours), {"name": "李国强", "place": "云山村"}, follow=True)

    assert empty.status_code == 422
    assert "李国强" in empty.text
    assert "李国强，签好了" in done.text
    assert names(record) == ["李国强（云山村）"]


def test_outside_the_hours_no_name_is_shown_and_nobody_signs(
    client: Client,
    hours: SignIn,
    people: list[Person],
    record: Activity,
    at_the_meeting: time_machine.Traveller,
) -> None:
    for minutes, said in ((-40, "还没到签到的时间"), (121, "签到的时间过了")):
        at_the_meeting.move_to(START + timedelta(minutes=minutes))
        page = client.get(url(hours))
        refused = client.post(url(hours), {"person": people[0].pk})
        assert said in page.text
        assert "丁文华" not in page.text
        assert refused.status_code == 422

    assert not record.attendee_list.exists()


def test_the_host_ends_and_lengthens_and_late_names_are_stamped(
    client: Client,
    city: World,
    hours: SignIn,
    record: Activity,
    people: list[Person],
    at_the_meeting: time_machine.Traveller,
) -> None:
    client.force_login(city.school_secretary)
    client.post(reverse("activities:checkin_close", args=[record.pk]))
    hours.refresh_from_db()
    assert hours.closes_at == START
    client.post(reverse("activities:attendance", args=[record.pk]), {"people": [people[0].pk]})
    assert record.attendee_list.get().is_late

    at_the_meeting.shift(timedelta(minutes=10))
    client.post(reverse("activities:checkin_extend", args=[record.pk]))
    hours.refresh_from_db()
    assert hours.closes_at == START + timedelta(minutes=40)
    assert "1</b> 人签到" in client.get(reverse("activities:checkin_count", args=[record.pk])).text


def test_with_many_people_nobody_can_read_the_whole_list(
    client: Client, city: World, hours: SignIn
) -> None:
    Person.objects.bulk_create(
        Person(unit=city.school, name=f"{'张王李'[at % 3]}某{at:02}") for at in range(36)
    )

    first = client.get(url(hours)).text
    found = client.get(url(hours), {"q": "王"}).text

    assert "某" not in first
    assert found.count('sign-name"') == sign_in_view.FOUND
    assert "张某" not in found


def test_a_forged_address_opens_nothing_and_is_soon_refused(
    client: Client, hours: SignIn, record: Activity
) -> None:
    cache.clear()
    other = records.draft(record.unit, by=record.created_by)
    forged = [
        hours.token[:-1] + ("A" if hours.token[-1] != "A" else "B"),
        hours.token.replace(f"{hours.pk}.", f"{other.pk}.", 1),
        f"{hours.pk}",
        "x" * 60,
    ]
    for token in forged:
        assert client.get(reverse("activities:sign_in", args=[token])).status_code == 404
    answers = {client.get(reverse("activities:sign_in", args=["x"])).status_code for _ in range(30)}
    assert 403 in answers
    assert client.get(url(hours)).status_code == 200  # a true one is never held back
    cache.clear()


def test_a_foreign_person_cannot_be_signed_in_by_number(
    client: Client, city: World, hours: SignIn, record: Activity
) -> None:
    foreign = Person.objects.create(unit=city.other_school, name="外校人")

    answer = client.post(url(hours), {"person": foreign.pk})

    assert answer.status_code == 422
    assert "外校人" not in answer.text
    assert not record.attendee_list.exists()


def test_a_voided_record_takes_no_names(city: World, hours: SignIn, client: Client) -> None:
    record = hours.activity
    activities.save_draft(
        record, fields={"attendance": 3}, version=record.version, by=city.school_secretary
    )
    activities.submit(record, on=records.TODAY, by=city.school_secretary)
    activities.accept(record, by=city.office_secretary)
    activities.void(record, note="重复了", by=city.office_secretary)

    assert client.get(url(hours)).status_code == 404
    with pytest.raises(Refused, match="作废"):
        attendance.change_list(record, added=[], now=timezone.now(), by=city.school_secretary)


def test_so_many_in_so_long_and_then_again() -> None:
    cache.clear()
    used = [limits.within("test", most=2, seconds=60) for _ in range(4)]
    assert used == [True, True, False, False]
    assert limits.within("another", most=1, seconds=60)
    cache.clear()


def test_the_host_pages_cost_the_same_for_few_and_many(
    client: Client, city: World, hours: SignIn
) -> None:
    client.force_login(city.school_secretary)
    page = reverse("activities:attendance", args=[hours.activity_id])
    counts = []
    for size in (2, 30):
        made = Person.objects.bulk_create(
            Person(unit=city.school, name=f"同志{size}-{at}") for at in range(size)
        )
        attendance.change_list(
            hours.activity, added=made, guests=[(f"客{size}", "村")], now=START,
            by=city.school_secretary,
        )  # fmt: skip
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(page)
        counts.append(len(queries))
    assert counts[0] == counts[1]
