"""换人: the next holder can act on everything that waits; the one before reads what was theirs."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from activities.choices import AnsweredVia
from activities.models import Lecture
from activities.services import lectures
from committees.choices import Have
from committees.models import FiveHavesCheck, RoleGrant, User
from committees.services import five_haves, handovers, invitations
from committees.services.five_haves import Own
from portal.kernel.models import Notice
from portal.web.handovers import sheet_of, written_by
from portal.web.models import DataAnswer
from portal.web.services import requests
from reading_program.models import ImplementationPlan
from tests.factories import activities as records
from tests.factories import committees as factory
from tests.factories import lectures as lecture_factory
from tests.factories import reading_entries as entries
from tests.factories import reading_program as reading
from tests.personas import World

pytestmark = pytest.mark.usefixtures("march")
DAY = date(2023, 3, 1)
AT = datetime(2023, 3, 1, 2, tzinfo=UTC)


@pytest.fixture
def march() -> Any:
    with time_machine.travel("2023-03-01T09:30:00+08:00", tick=False):
        yield


def asked_for_data(city: World) -> DataAnswer:
    request = requests.draft(
        city.bureau, title="一季度情况", basis="工作要点第4条", due_on=date(2023, 4, 1),
        unit_kinds=["school"], questions=[("最有特色的一件事", "text", "")], by=city.bureau_staff,
    )  # fmt: skip
    requests.send(request, on=DAY, now=AT, by=city.bureau_staff)
    return DataAnswer.objects.get(request=request, unit=city.school)


def handed_over(city: World) -> handovers.Passed:
    grant = RoleGrant.objects.get(user=city.school_secretary)
    passed = handovers.hand_over(
        grant, to=None, new_name="周小雨", on=DAY, by=city.office_secretary
    )
    for user in (city.school_secretary, passed.handover.to_user):
        user.grants_cache = None
    return passed


def test_the_next_holder_finds_what_waits_on_the_sheet_and_can_act_on_all_of_it(
    city: World,
) -> None:
    old = city.school_secretary
    answer = asked_for_data(city)
    edition = reading.published_edition(city.bureau)
    plan = reading.draft_plan(edition, city.school)
    asked = lecture_factory.invited(
        lecture_factory.ordered(city.school, by=old), lecture_factory.mentor(city.office)
    )
    person = factory.make_person(city.school, "陈国栋")
    invitations.invite(person, half="2022-2", on=DAY, by=city.office_secretary)

    passed = handed_over(city)
    new = User.objects.get(pk=passed.handover.to_user_id)

    words = " ".join(f"{line.what}{line.how}" for line in sheet_of(passed.handover, on=DAY).waiting)
    for wanted in ("实施方案", "一季度情况", str(asked.mentor), "陈国栋"):
        assert wanted in words
    assert list(DataAnswer.objects.answerable_by(new)) == [answer]
    assert list(ImplementationPlan.objects.visible_to(new)) == [plan]
    assert list(Lecture.objects.requested_by(new)) == [asked.lecture]


def test_a_message_about_the_old_holders_order_reaches_the_next_one(city: World) -> None:
    asked = lecture_factory.invited(
        lecture_factory.ordered(city.school, by=city.school_secretary),
        lecture_factory.mentor(city.office),
    )
    passed = handed_over(city)
    Notice.objects.all().delete()

    lectures.accept(asked, via=AnsweredVia.PHONE, now=AT, by=city.office_secretary)

    told = set(Notice.objects.filter(text__contains="答应来讲").values_list("user", flat=True))
    assert passed.handover.to_user_id in told
    assert city.school_secretary.pk not in told


def test_who_left_reads_what_was_theirs_in_every_app_and_changes_none_of_it(
    city: World, client: Client
) -> None:
    old = city.school_secretary
    record = records.submitted(city.school, by=old)
    plan = reading.submitted_plan(reading.published_edition(city.bureau), city.school, by=old)
    answer = asked_for_data(city)
    field = answer.request.fields.get()
    requests.answer(answer, values={str(field.pk): "老园丁讲故事"}, now=AT, by=old)
    lecture = lecture_factory.ordered(city.school, by=old)
    check = five_haves.begin(city.school, year=2023, by=old)
    five_haves.fill_in(
        check, own_word="", answers={have.value: Own("met", "有文件") for have in Have}, by=old
    )
    five_haves.submit(check, at=AT, by=old)
    handed_over(city)

    client.force_login(User.objects.get(pk=old.pk))
    page = client.get(reverse("web:written")).text
    wanted = [
        reverse("activities:activity", args=[record.pk]),
        reverse("reading_program:plan", args=[plan.pk]),
        reverse("web:data_answer", args=[answer.pk]),
        reverse("activities:lecture", args=[lecture.pk]),
        reverse("committees:five_haves_unit", args=[2023, city.school.pk]),
    ]
    for url in wanted:
        assert url in page
        assert client.get(url).status_code == 200, url
    assert client.post(wanted[2], {}).status_code == 403
    edit = reverse("activities:lecture_edit", args=[lecture.pk])
    assert client.post(edit, {}).status_code == 403
    fill = reverse("committees:five_haves_fill", args=[2023, city.school.pk])
    assert client.post(fill, {}).status_code == 403


def test_who_left_does_not_read_what_others_of_the_unit_entered(
    city: World, client: Client
) -> None:
    lecture = lecture_factory.ordered(city.school, by=city.party_contact)
    handed_over(city)
    old = User.objects.get(pk=city.school_secretary.pk)

    client.force_login(old)
    assert client.get(reverse("activities:lecture", args=[lecture.pk])).status_code == 404
    assert written_by(old) == []
    assert not FiveHavesCheck.objects.visible_to(old).exists()


def test_works_of_the_reading_programme_are_counted_on_the_sheet_and_name_no_child(
    city: World, client: Client
) -> None:
    edition = entries.running_edition(city.bureau)
    entries.draft(edition, city.school, name="许知远")
    sent = entries.draft(edition, city.school, name="沈小禾", number=7, state="submitted",
                         submitted_at=AT, submitted_by=city.school_secretary)  # fmt: skip
    handover = handed_over(city).handover

    waiting = sheet_of(handover, on=DAY).waiting
    assert ("读书征文作品 1 件", "草稿") in [(line.what, line.how) for line in waiting]
    handover.unit = city.office
    above = sheet_of(handover, on=DAY).waiting
    assert ("读书征文作品 1 件", "等审核") in [(line.what, line.how) for line in above]
    assert "沈小禾" not in str(waiting) + str(above)

    old = User.objects.get(pk=city.school_secretary.pk)
    (line,) = written_by(old)
    assert (line.what, line.where) == ("报送的读书征文 7 号", city.school.name)
    client.force_login(old)
    assert client.get(line.url).status_code == 200
    assert sent.submitted_by == old
