"""After a mentor falls out: the next suggestion, or a stand-in at the very same time."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from activities.choices import AnsweredVia, InvitationState, LectureState
from activities.documents import letters
from activities.models import Lecture, LectureInvitation, Mentor
from activities.services import lectures, mentors
from committees.models import Person
from portal.kernel.errors import Refused
from portal.kernel.models import Notice
from tests.factories import committees as people
from tests.factories import lectures as factory
from tests.personas import World

NOW = factory.NOW


def declined(city: World, lecture: Lecture, teacher: Mentor) -> None:
    asked = factory.invited(lecture, teacher)
    lectures.decline(asked, reason="far", via=AnsweredVia.PHONE, now=NOW, by=city.office_secretary)
    lecture.refresh_from_db()


def stand_in(lecture: Lecture, mentor: Mentor) -> None:
    lectures.stand_in(
        lecture, mentor=mentor, course=None, reason="other", has_agreed=True, now=NOW, by=None
    )


def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def test_a_refusal_offers_the_next_one_and_the_dispatcher_asks_with_one_press(
    city: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = factory.mentor(city.office, "陈老"), factory.mentor(city.offices[1], "王老")
    lecture = factory.ordered(city.school)
    declined(city, lecture, first)
    assert lecture.state == LectureState.REQUESTED

    client.force_login(city.office_secretary)
    at_now(monkeypatch)
    page = client.get(reverse("activities:lecture", args=[lecture.pk]))
    key, found = page.context["dispatch_form"].first
    assert found.load.mentor == second
    assert f'value="{key}">就请王老' in page.text
    assert "陈老去不了" in page.text

    client.post(reverse("activities:lecture_dispatch", args=[lecture.pk]), {"choice": key})
    lecture.refresh_from_db()
    assert (lecture.state, lecture.mentor) == (LectureState.INVITED, second)


def test_where_the_city_says_so_the_next_one_is_asked_without_waiting(city: World) -> None:
    mentors.set_rules(
        city.bureau, answer_days=3, most_a_term=8, rest_days=2, asks_next_itself=True, by=None
    )
    first, second = factory.mentor(city.office, "陈老"), factory.mentor(city.offices[1], "王老")
    lecture = factory.ordered(city.school)

    declined(city, lecture, first)

    assert (lecture.state, lecture.mentor) == (LectureState.INVITED, second)
    told = Notice.objects.filter(user=city.office_secretary).latest("pk").text
    assert "已经自动请了王老" in told

    late = lectures.expire_unanswered(now=NOW + timedelta(days=10))
    lecture.refresh_from_db()
    assert (late, lecture.state, lecture.mentor) == (1, LectureState.REQUESTED, None)


def test_a_stand_in_takes_the_same_time_and_both_and_the_host_are_told(city: World) -> None:
    first = factory.mentor(city.office, "陈老", user=city.mentor)
    second = factory.mentor(city.offices[1], "王老")
    lecture = factory.confirmed(factory.ordered(city.school, by=city.school_secretary), first)
    held = lecture.period

    stand_in(lecture, second)

    assert (lecture.state, lecture.mentor) == (LectureState.CONFIRMED, second)
    assert lecture.period == held
    made = LectureInvitation.objects.get(state=InvitationState.ACCEPTED)
    assert (made.mentor, made.stands_in_for) == (second, first)
    host = Notice.objects.filter(user=city.school_secretary).latest("pk").text
    assert host.startswith("陈老来不了")
    assert "王老替讲" in host
    assert "由王老替讲" in Notice.objects.filter(user=city.mentor).latest("pk").text


def test_a_stand_in_past_a_limit_is_refused_and_nothing_of_it_stays(city: World) -> None:
    first, second = factory.mentor(city.office, "陈老"), factory.mentor(city.offices[1], "王老")
    lecture = factory.confirmed(factory.ordered(city.school), first)
    factory.confirmed(factory.ordered(city.schools[3]), second)  # the very same time

    with pytest.raises(Refused, match="王老去不了"):
        stand_in(lecture, second)

    lecture = Lecture.objects.get(pk=lecture.pk)
    assert (lecture.state, lecture.mentor) == (LectureState.CONFIRMED, first)
    with pytest.raises(Refused, match="同一位"):
        stand_in(lecture, first)


def test_the_page_offers_only_others_and_keeps_who_was_to_go(
    city: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = factory.mentor(city.office, "陈老"), factory.mentor(city.offices[1], "王老")
    lecture = factory.confirmed(factory.ordered(city.school), first)
    client.force_login(city.office_secretary)
    at_now(monkeypatch)
    url = reverse("activities:lecture_stand_in", args=[lecture.pk])

    (only,) = client.get(url).context["form"].offered.items()
    assert only[1].load.mentor == second
    client.post(url, {"choice": only[0], "reason": "rest", "has_agreed": "on"})

    page = client.get(reverse("activities:lecture", args=[lecture.pk])).text
    assert "原定陈老，因故由王老替讲" in page


def test_a_mentor_keeps_own_number_topics_and_slides(city: World, client: Client) -> None:
    teacher = factory.mentor(city.office, "陈老", user=city.mentor)
    lecture = factory.confirmed(factory.ordered(city.school), teacher)
    client.force_login(city.mentor)
    topic = factory.topic(city.bureau, "家风家教")
    card = reverse("activities:my_card")

    client.post(card, {"phone": "138 0000 1234", "topics": [topic.pk], "about": "讲家风"})
    teacher.refresh_from_db()
    person = Person.objects.get(pk=teacher.person_id)
    assert (person.phone, list(teacher.topics.all())) == ("13800001234", [topic])
    assert client.post(card, {"phone": "12", "topics": [topic.pk]}).status_code == 422

    url = reverse("activities:lecture_slides", args=[lecture.pk])
    client.post(url, {"upload": SimpleUploadedFile("家风.pdf", b"%PDF-1.7 slides")})
    lecture.refresh_from_db()
    assert lecture.slides_name == "家风.pdf"
    assert client.post(url, {"upload": SimpleUploadedFile("a.ppt", b"old")}).status_code == 422

    client.force_login(city.school_secretary)
    file = client.get(reverse("activities:lecture_slides_file", args=[lecture.pk]))
    assert b"".join(file) == b"%PDF-1.7 slides"


def test_the_slip_is_one_sheet_with_boxes_and_its_code_leads_to_what_is_next(
    city: World, client: Client
) -> None:
    teacher = factory.mentor(city.office, "陈老")
    lecture = factory.confirmed(factory.ordered(city.school, by=city.school_secretary), teacher)
    url = reverse("activities:lecture_feedback", args=[lecture.pk])
    sheet = PdfReader(io.BytesIO(letters.slip_pdf(lecture, site="http://a")))
    assert len(sheet.pages) == 1
    words = re.sub(r"\s", "", sheet.pages[0].extract_text())
    for wanted in ("到场人数", "内容", "针对性", "学校签字"):
        assert wanted in words

    client.force_login(city.school_secretary)
    assert client.get(url)["Location"] == reverse("activities:lecture_report", args=[lecture.pk])
    lectures.deliver(lecture, attendance=80, words="", on=lecture.day, by=city.school_secretary)
    assert client.get(url)["Location"] == reverse("activities:lecture_rate", args=[lecture.pk])


def test_a_candidate_who_said_yes_is_one_press_from_the_filled_card(
    city: World, client: Client
) -> None:
    factory.topic(city.bureau)
    person = people.make_person(
        city.office, "陈老", strengths="心理健康、书法", original_post="云山小学校长"
    )
    client.force_login(city.office_secretary)
    form = client.get(reverse("activities:mentor_enrol", args=[person.pk])).context["form"]
    assert [topic.name for topic in form.initial["topics"]] == ["心理健康"]
    assert form.initial["about"] == "云山小学校长"
