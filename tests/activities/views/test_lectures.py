"""Lectures in the browser: ordering, sending, answering without an account, telling, the feed."""

from datetime import date, datetime, timedelta

import icalendar
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities.choices import InvitationState, LectureState
from activities.models import Lecture, Mentor
from activities.services.dispatch import slot_at
from portal.kernel.sheets import read_workbook
from tests.factories import lectures as factory
from tests.personas import World

ORDER = {
    "audience": "parents", "audience_words": "一年级家长", "wish1_on": "3月15日",
    "wish1_part": "afternoon", "wish2_on": "2023-03-22", "wish2_part": "evening",
    "place": "报告厅", "contact": "李老师", "contact_phone": "139 0000 1111",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _spring() -> object:
    with time_machine.travel(factory.NOW, tick=False):
        yield


def browser(city: World, persona: str) -> Client:
    client = Client()
    client.force_login(city.users[persona])
    return client


def test_a_school_orders_a_lecture_with_five_answers(city: World) -> None:
    topic = factory.topic(city.bureau, "家长课堂")
    school = browser(city, "school_secretary")
    answer = school.post(reverse("activities:lecture_new"), ORDER | {"topic": topic.pk})

    lecture = Lecture.objects.get()
    assert answer.headers["Location"] == f"/lectures/{lecture.pk}/"
    assert (lecture.unit, lecture.wish1_on) == (city.school, date(2023, 3, 15))
    assert lecture.contact_phone == "13900001111"
    page = school.get(answer.headers["Location"]).content.decode()
    assert "待安排" in page
    assert "2023年3月15日（星期三）下午，或者2023年3月22日晚上" in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"wish1_on": "2023-02-01"}, "这一天已经过了"),
        ({"wish2_part": ""}, "第二个日子也选一下"),
        ({"wish2_on": "2023-03-15", "wish2_part": "afternoon"}, "同一个时间"),
        ({"contact_phone": "12"}, "手机"),
        ({"topic": "999999"}, "选一个专题"),
    ],
)
def test_an_order_that_is_not_right_says_what_to_do(
    city: World, changed: dict[str, str], sentence: str
) -> None:
    topic = factory.topic(city.bureau)
    answer = browser(city, "school_secretary").post(
        reverse("activities:lecture_new"), ORDER | {"topic": topic.pk} | changed
    )
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Lecture.objects.exists()


def test_an_office_orders_for_its_school_and_for_no_other(city: World) -> None:
    given = ORDER | {"topic": factory.topic(city.bureau).pk}
    office, url = browser(city, "office_secretary"), reverse("activities:lecture_new")
    assert office.post(url, given | {"unit": city.other_school.pk}).status_code == 422
    assert office.post(url, given | {"unit": city.schools[1].pk}).status_code == 302
    assert Lecture.objects.get().unit == city.schools[1]


def test_the_office_sends_one_of_the_suggested_at_the_hour_agreed(city: World) -> None:
    teacher = factory.mentor(city.office, "陈国栋")
    lecture = factory.ordered(city.school)
    office, url = browser(city, "office_secretary"), f"/lectures/{lecture.pk}/dispatch/"

    wrong = office.post(url, {"choice": f"1-{teacher.pk}", "at": "9点半"})
    assert "请写下午的钟点" in wrong.content.decode()
    forged = office.post(url, {"choice": "1-999999"})
    assert (forged.status_code, Lecture.objects.get().state) == (422, LectureState.REQUESTED)
    assert office.post(url, {"choice": f"1-{teacher.pk}", "at": "14：30"}).status_code == 302

    lecture.refresh_from_db()
    assert lecture.state == LectureState.INVITED
    assert timezone.localtime(lecture.period.lower) == timezone.make_aware(
        datetime(2023, 3, 15, 14, 30)
    )
    page = office.get(f"/lectures/{lecture.pk}/").content.decode()
    assert f"/i/{lecture.invitations.get().token}/" in page


def test_a_mentor_answers_by_the_link_without_signing_in(city: World) -> None:
    asked = factory.invited(factory.ordered(city.school), factory.mentor(city.office, "陈国栋"))
    url, client = f"/i/{asked.token}/", Client()

    page = client.get(url)
    assert page.status_code == 200
    # Stricter would make browsers send `Origin: null`, which the form's own check refuses.
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in page.headers["Cache-Control"]
    assert "陈国栋老师，请您讲一场" in page.content.decode()
    assert "tel:13900001111" in page.content.decode()
    assert client.post(url, {"answer": "yes"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.answered_via) == (InvitationState.ACCEPTED, "link")
    again = client.post(url, {"answer": "no", "reason": "busy"})
    assert (again.status_code, "谢谢您" in again.content.decode()) == (200, True)
    asked.refresh_from_db()
    assert asked.state == InvitationState.ACCEPTED


def test_a_no_wants_a_chip_and_a_late_answer_finds_the_time_gone(city: World) -> None:
    asked = factory.invited(factory.ordered(city.school), factory.mentor(city.office))
    url, client = f"/i/{asked.token}/", Client()

    answer = client.post(url, {"answer": "no"})
    assert (answer.status_code, "点一个原因" in answer.content.decode()) == (422, True)
    assert client.post(url, {"answer": "no", "reason": "far"}).status_code == 302
    assert "会另请一位" in client.get(url).content.decode()
    assert Client().get("/i/nobody-knows-this/").status_code == 404


def test_an_ended_invitation_shows_no_place_and_no_telephone(city: World) -> None:
    from activities.services import lectures

    lecture = factory.ordered(city.school)
    asked = factory.invited(lecture, factory.mentor(city.office))
    lectures.take_back(lecture, note="改期", by=city.office_secretary)
    page = Client().get(f"/i/{asked.token}/").content.decode()
    assert "过了答复的时间" in page
    assert "13900001111" not in page


def test_a_mentor_sees_the_own_lectures_and_tells_when_done(city: World) -> None:
    own = factory.mentor(city.office, "陈国栋", user=city.mentor)
    lecture = factory.confirmed(factory.ordered(city.school), own)
    other = factory.confirmed(factory.ordered(city.other_school), factory.mentor(city.office))
    client = browser(city, "mentor")

    page = client.get("/lectures/mine/").content.decode()
    assert "2023年3月15日（星期三）14:00—15:00" in page
    assert "石桥小学" not in page
    assert client.get(f"/lectures/{other.pk}/").status_code == 404
    assert client.get(f"/mentors/{other.mentor_id}/").status_code == 404
    assert client.post(f"/lectures/mine/{lecture.pk}/done/").status_code == 409

    with time_machine.travel(slot_at(factory.WISH, "afternoon").end + timedelta(hours=1)):
        client = browser(city, "mentor")
        assert "讲完了吗" in client.get("/lectures/mine/").content.decode()
        assert client.post(f"/lectures/mine/{lecture.pk}/done/", {"note": "好"}).status_code == 302
        school = browser(city, "school_secretary")
        given = {"attendance": "86人", "words": ""}
        assert school.post(f"/lectures/{lecture.pk}/report/", given).status_code == 302
    lecture.refresh_from_db()
    assert (lecture.state, lecture.activity.attendance) == (LectureState.DELIVERED, 86)


def test_the_feed_is_a_calendar_a_telephone_can_read(city: World) -> None:
    own = factory.mentor(city.office, "陈国栋")
    factory.confirmed(factory.ordered(city.school), own)
    factory.invited(factory.ordered(city.schools[1], wish1_on=date(2023, 4, 19)), own)

    answer = Client().get(reverse("activities:lecture_feed", args=[own.feed_token]))
    assert answer.headers["Content-Type"].startswith("text/calendar")
    feed = icalendar.Calendar.from_ical(answer.content)
    first, second = sorted(feed.walk("VEVENT"), key=lambda event: event["dtstart"].dt)
    assert first["dtstart"].dt == slot_at(factory.WISH, "afternoon").start
    assert str(first["location"]) == "云山小学报告厅"
    assert (str(first["status"]), str(second["status"])) == ("CONFIRMED", "TENTATIVE")
    assert Client().get(reverse("activities:lecture_feed", args=["x" * 22])).status_code == 404


def test_the_month_and_its_workbook_show_the_same_lectures(city: World) -> None:
    factory.confirmed(factory.ordered(city.school), factory.mentor(city.office, "陈国栋"))
    factory.ordered(city.other_school)
    office = browser(city, "office_secretary")

    page = office.get("/lectures/?month=2023-03").content.decode()
    assert "这个月 1 场" in page
    (sheet, *_) = read_workbook(office.get("/lectures/export.xlsx?month=2023-03").content, "a.xlsx")
    assert len(list(sheet.rows)) == 2
    assert "这个月没有宣讲" in office.get("/lectures/?month=2023-05").content.decode()


def test_the_calendar_costs_the_same_for_two_and_for_twenty(
    city: World, django_assert_max_num_queries
) -> None:
    for number in range(20):
        day = date(2023, 3, 2) + timedelta(days=number)
        factory.confirmed(factory.ordered(city.school, wish1_on=day), factory.mentor(city.office))
    client = browser(city, "bureau_staff")
    with django_assert_max_num_queries(25):
        assert client.get("/lectures/?month=2023-03").status_code == 200


def test_a_mentor_joins_from_the_register_and_leaves_when_nothing_is_open(city: World) -> None:
    from tests.factories.committees import make_person

    person, topic = make_person(city.office, "王桂芳"), factory.topic(city.bureau)
    office = browser(city, "office_secretary")
    assert "王桂芳" in office.get("/mentors/new/?q=桂芳").content.decode()
    given = {"topics": [topic.pk], "travel": "city"}
    assert office.post(f"/mentors/new/{person.pk}/", given).status_code == 302
    mentor = Mentor.objects.get(person=person)
    factory.confirmed(factory.ordered(city.school), mentor)
    assert "还有 1 场没有讲" in office.post(f"/mentors/{mentor.pk}/leave/").content.decode()


def test_an_outline_is_approved_by_the_office_and_never_by_its_mentor(city: World) -> None:
    own = factory.mentor(city.office, user=city.mentor)
    client, topic = browser(city, "mentor"), factory.topic(city.bureau)
    given = {"topic": topic.pk, "title": "少说一句", "summary": "多听一句", "minutes": "45"}
    url = f"/mentors/{own.pk}/courses/new/"
    assert "选一份宣讲提纲" in client.post(url, given).content.decode()
    assert client.post(url, given | {"outline": factory.pdf_upload()}).status_code == 302
    course = own.courses.get()
    assert client.post(f"/courses/{course.pk}/approve/").status_code == 403
    assert "少说一句" not in browser(city, "school_secretary").get("/courses/").content.decode()
    browser(city, "office_secretary").post(f"/courses/{course.pk}/approve/")
    assert "少说一句" in browser(city, "school_secretary").get("/courses/").content.decode()
