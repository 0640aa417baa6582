"""A lecture from the order to the rating."""

from datetime import date, timedelta

import pytest

from activities.choices import ActivityState, AnsweredVia, InvitationState, LectureState
from activities.models import Lecture
from activities.services import activities, lectures, mentors
from activities.services.dispatch import advice_for, slot_at
from portal.kernel.errors import Refused
from portal.kernel.models import Notice
from tests.factories import lectures as factory
from tests.personas import World

NOW, WISH = factory.NOW, factory.WISH


def test_a_lecture_goes_from_the_order_to_the_rating(city: World) -> None:
    teacher = factory.mentor(city.office, "陈国栋")
    course = factory.course(teacher)
    lecture = factory.ordered(city.school, by=city.school_secretary, course=course)
    assert lecture.number == "J2023-00001"

    confirmed = factory.confirmed(lecture, teacher)
    assert (confirmed.state, confirmed.day) == (LectureState.CONFIRMED, WISH)

    lectures.deliver(lecture, attendance=86, words="", on=WISH, by=city.school_secretary)
    record = lecture.activity
    assert record is not None
    assert (record.state, record.kind.slug) == (ActivityState.SUBMITTED, "lecture")
    assert (record.attendance, record.youth, record.speakers) == (86, 86, "陈国栋")
    assert record.held_on == WISH

    rating = {"content": 5, "expression": 4, "fit": 5}
    lectures.rate(lecture, **rating, words="下次还请您", by=city.school_secretary)
    with pytest.raises(Refused, match="已经评过"):
        lectures.rate(lecture, **rating, words="", by=city.school_secretary)


def test_the_host_gets_its_credits_by_the_record_like_any_other(city: World) -> None:
    lecture = factory.ordered(city.school, by=city.school_secretary, audience="parents")
    factory.delivered(lecture, factory.mentor(city.office), by=city.school_secretary)

    assert lecture.activity.kind.slug == "parent_school"
    activities.accept(lecture.activity, by=city.office_secretary)
    assert Lecture.objects.delivered().count() == 1
    lecture.activity.refresh_from_db()
    activities.void(lecture.activity, note="记重了", by=city.office_secretary)
    assert Lecture.objects.delivered().count() == 0


def test_a_mentor_who_cannot_go_makes_room_for_the_next_suggestion(city: World) -> None:
    first, second = factory.mentor(city.office, "陈老"), factory.mentor(city.offices[1], "王老")
    factory.course(first)
    lecture = factory.ordered(city.school)
    asked = factory.invited(lecture, first)

    lectures.decline(asked, reason="far", via=AnsweredVia.PHONE, now=NOW, by=city.office_secretary)

    lecture.refresh_from_db()
    assert (lecture.state, lecture.mentor) == (LectureState.REQUESTED, None)
    (advice,) = advice_for(lecture)
    assert [one.load.mentor for one in advice.suggestions] == [second]
    assert advice.refusals[0].words[0] == "说过去不了：路太远"
    told = Notice.objects.filter(user=city.office_secretary).latest("pk").text
    assert told == "陈老去不了云山小学的“‘心理健康’专题宣讲”。下一位建议：王老，2023年3月15日下午"


def test_no_answer_in_the_citys_days_frees_the_time_once(city: World) -> None:
    mentors.set_rules(city.bureau, answer_days=2, by=None)
    teacher = factory.mentor(city.office)
    lecture = factory.ordered(city.school)
    asked = factory.invited(lecture, teacher)

    assert lectures.expire_unanswered(now=NOW + timedelta(days=2)) == 0
    assert lectures.expire_unanswered(now=NOW + timedelta(days=2, minutes=1)) == 1
    assert lectures.expire_unanswered(now=NOW + timedelta(days=9)) == 0

    asked.refresh_from_db()
    assert asked.state == InvitationState.EXPIRED
    with pytest.raises(Refused):
        lectures.accept(asked, via=AnsweredVia.LINK, now=NOW, by=None)
    factory.invited(factory.ordered(city.other_school), teacher)  # the time is free again


@pytest.mark.parametrize(
    ("day", "part", "sentence"),
    [
        (WISH, "afternoon", "这个时间在云山小学"),
        (WISH, "morning", "一天只讲一场"),
        (WISH + timedelta(days=2), "morning", "两场之间要歇 2 天"),
    ],
)
def test_nobody_is_sent_twice_a_day_or_without_rest(
    city: World, day: date, part: str, sentence: str
) -> None:
    teacher = factory.mentor(city.office)
    factory.invited(factory.ordered(city.school), teacher)
    other = factory.ordered(city.other_school, wish1_on=day, wish1_part=part)

    with pytest.raises(Refused, match=sentence):
        factory.invited(other, teacher)
    assert sentence in "".join(advice_for(other)[0].refusals[0].words)


def test_limits_of_the_mentor_hold_for_the_office_too(city: World) -> None:
    stays = factory.mentor(city.office, travel="own_office")
    with pytest.raises(Refused, match="只在本片区讲"):
        factory.invited(factory.ordered(city.other_school), stays)

    busy = factory.mentor(city.office, most_a_term=1, rest_days=0)
    factory.invited(factory.ordered(city.school), busy)
    with pytest.raises(Refused, match="到了上限"):
        factory.invited(factory.ordered(city.schools[1], wish1_on=date(2023, 5, 10)), busy)

    away = factory.mentor(city.office)
    mentors.add_pause(away, first=WISH, last=WISH, by=None)
    with pytest.raises(Refused, match="标了不方便"):
        factory.invited(factory.ordered(city.schools[2]), away)


def test_a_season_keeps_everybody_at_home_where_it_concerns(city: World) -> None:
    mentors.add_season(
        city.bureau, name="中考季", first=301, last=331, parts=["afternoon"],
        stages=["junior_high"], by=None,
    )  # fmt: skip
    teacher = factory.mentor(city.office)
    junior = factory.ordered(city.schools[2])

    (advice,) = advice_for(junior)
    assert advice.suggestions == ()
    assert "中考季" in advice.closed
    with pytest.raises(Refused, match="中考季"):
        factory.invited(junior, teacher)
    factory.invited(factory.ordered(city.school), teacher)


def test_one_place_holds_one_lecture_at_a_time(city: World) -> None:
    factory.invited(factory.ordered(city.school), factory.mentor(city.office))
    with pytest.raises(Refused, match="这个地点这个时间"):
        factory.invited(factory.ordered(city.school), factory.mentor(city.office))


def test_taking_back_and_cancelling_free_the_mentor_and_say_why(city: World) -> None:
    teacher = factory.mentor(city.office)
    lecture = factory.confirmed(factory.ordered(city.school), teacher)
    lectures.take_back(lecture, note="学校那天停电", by=city.office_secretary)
    assert lecture.state == LectureState.REQUESTED

    other = factory.confirmed(factory.ordered(city.other_school), teacher)
    with pytest.raises(Refused, match="写明原因"):
        lectures.cancel(other, note=" ", by=city.bureau_staff)
    lectures.cancel(other, note="改线上了", by=city.bureau_staff)
    factory.invited(factory.ordered(city.schools[1]), teacher)


def test_a_lecture_is_not_counted_before_it_was_held(city: World) -> None:
    lecture = factory.confirmed(factory.ordered(city.school), factory.mentor(city.office))
    with pytest.raises(Refused, match="还没到讲课的日子"):
        lectures.deliver(
            lecture, attendance=5, words="", on=WISH - timedelta(days=1), by=city.school_secretary
        )
    with pytest.raises(Refused, match="讲完再点"):
        lectures.tell_done(lecture, note="", now=NOW, by=None)


def test_a_mentor_may_still_step_back_after_agreeing_until_it_begins(city: World) -> None:
    teacher = factory.mentor(city.office)
    lecture = factory.confirmed(factory.ordered(city.school, by=city.school_secretary), teacher)
    asked = lecture.invitations.get()
    at_start = slot_at(WISH, "afternoon").start
    with pytest.raises(Refused, match="直接打电话"):
        lectures.decline(asked, reason="busy", via=AnsweredVia.LINK, now=at_start, by=None)
    lectures.decline(asked, reason="busy", via=AnsweredVia.LINK, now=NOW, by=None)
    assert Notice.objects.filter(user=city.school_secretary, text__contains="来不了").exists()
