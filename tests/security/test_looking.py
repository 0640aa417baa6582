"""替看: the bureau's staff see what somebody sees, for half an hour, and can change nothing."""

import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from committees.models import Unit
from committees.policy import Role
from portal.kernel import audit, origin
from portal.kernel.errors import Refused
from portal.kernel.models import AuditEvent, Notice
from portal.web import permissions
from portal.web.looking import IS_SHUT, ONLY_LOOKS, TIME_IS_OVER
from portal.web.services import looking
from reading_program.choices import RoundState
from reading_program.models import JudgingRound
from tests.conventions import access
from tests.factories import committees as factory
from tests.factories import judging, reading_program
from tests.personas import PERSONAS, World

REASON = "来电话说找不到退回的记录"


@pytest.fixture(autouse=True)
def no_limits_of_other_tests() -> None:
    cache.clear()


@pytest.fixture
def helper(client: Client, city: World) -> Client:
    client.force_login(city.bureau_staff)
    return client


def look(client: Client, person: Any, reason: str = REASON) -> Any:
    return client.post(f"/accounts/{person.pk}/look/", {"reason": reason}, follow=True)


def lines(verb: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(verb=verb).order_by("pk"))


def keep(client: Client, **changed: Any) -> None:
    """What a session would hold, with something of it other than the portal writes it."""
    session = client.session
    session["looking"] = {**session["looking"], **changed}
    session.save()


# --- whom ---------------------------------------------------------------------------------------


def test_staff_look_with_the_eyes_of_those_below_and_nobody_else_looks(city: World) -> None:
    able = {
        (who, whom)
        for who in PERSONAS
        for whom in PERSONAS
        if permissions.may_look_now(city.users[who], city.users[whom])
    }
    below = set(PERSONAS) - {"bureau_leader", "bureau_staff", "auditor"}

    assert able == {("bureau_staff", whom) for whom in below}


def test_one_post_at_the_bureau_is_enough_to_be_left_alone(city: World) -> None:
    factory.grant(city.mentor, city.bureau, Role.AUDITOR)
    colleague = factory.make_user(city.bureau, Role.BUREAU_STAFF, name="同事", username="colleague")

    assert not permissions.may_look_now(city.bureau_staff, city.mentor)
    assert not permissions.may_look_now(city.bureau_staff, colleague)


def test_a_judge_is_left_alone_until_the_round_is_closed(helper: Client, city: World) -> None:
    edition = reading_program.published_edition(city.bureau)
    judging.judges(edition, 3, first=city.judge)
    judging.city_entry(edition, city.school, nominee="甄雨桐")
    here = judging.prepared_round(edition, each=3)

    answer = look(helper, city.judge)
    assert answer.status_code == 403
    assert "正在评分的评委不能替看" in answer.text
    JudgingRound.objects.filter(pk=here.pk).update(
        state=RoundState.CLOSED, opened_at="2023-09-01T08:00Z", closed_at="2023-09-02T08:00Z"
    )
    assert permissions.may_look_now(city.bureau_staff, city.judge)


def test_a_reason_is_asked(helper: Client, city: World) -> None:
    answer = look(helper, city.school_secretary, reason=" ")

    assert answer.status_code == 422
    assert "写一句为什么要替看" in answer.text
    assert "looking" not in helper.session


# --- what is seen -------------------------------------------------------------------------------


def test_every_page_says_for_whom_why_and_how_long(helper: Client, city: World) -> None:
    page = look(helper, city.school_secretary)

    for text in (page.text, helper.get("/menu/").text, helper.get("/nothing-here/").text):
        assert "您正在替school_secretary（云山小学）看" in text
        assert REASON in text
        assert "还剩 30 分钟" in text
        assert 'action="/look/end/"' in text
    assert "no-store" in helper.get("/menu/").headers["Cache-Control"]


def test_what_is_opened_is_what_the_person_opens_and_every_step_is_refused(
    helper: Client, city: World
) -> None:
    """All that is hers in the address book, as the secretary herself and with her eyes."""
    look(helper, city.school_secretary)
    own = Client(raise_request_exception=False)
    own.force_login(city.school_secretary)
    helper.raise_request_exception = False
    differ, shut, writing, changed = [], set(), set(), []
    rows = access.rows()
    for address in access.addresses():
        row = rows[address.key]
        if address.name == "web:look_end" or "school_secretary" not in row.allowed:
            continue
        with transaction.atomic():
            url = reverse(address.name, kwargs=row.given(city))
            url += row.query(city) if callable(row.query) else row.query
            if "POST" in row.methods:
                answer = helper.post(url, {})
                if answer.status_code != 403 or ONLY_LOOKS not in answer.text:
                    changed.append(address.name)
            if "GET" in row.methods:
                seen, had = _status(helper, url), _status(own, url)
                if seen == 403 != had:
                    shut.add(address.name)
                elif seen == 409 != had:
                    writing.add(address.name)
                elif seen != had:
                    differ.append(f"{address.name}: {seen}, not {had}")
            transaction.set_rollback(True)

    assert changed == []
    assert differ == []
    assert writing <= {"activities:lecture_new"}  # opening it keeps something of the person
    assert {name.partition(":")[0] for name in shut} > {"web", "reading_program"}
    assert {"web:password", "web:second_step", "web:sessions", "web:address"} <= shut
    assert shut & {"web:todo", "web:menu", "web:search", "activities:activities"} == set()


def _status(client: Client, url: str) -> int:
    with transaction.atomic():
        answer = client.get(url)
        if answer.streaming:
            list(answer.streaming_content)
        transaction.set_rollback(True)
    return answer.status_code


@pytest.mark.parametrize("url", ["/account/password/", "/account/second-step/",
                                 "/account/sign-ins/", "/todo/list.pdf"])  # fmt: skip
def test_keys_and_files_of_the_person_stay_shut(helper: Client, city: World, url: str) -> None:
    look(helper, city.school_secretary)

    answer = helper.get(url)

    assert answer.status_code == 403
    assert IS_SHUT in answer.text


def test_no_row_is_changed_whatever_a_page_tries(city: World) -> None:
    with looking.nothing_written():
        with pytest.raises(Refused, match="只能看"), transaction.atomic():
            Unit.objects.filter(pk=city.school.pk).update(name="改了")
        with pytest.raises(Refused, match="只能看"), transaction.atomic():
            Notice.objects.create(user=city.school_secretary, text="写了")
        with transaction.atomic():
            assert Unit.objects.select_for_update().get(pk=city.school.pk).name == "云山小学"
        with origin.looking(city.bureau_staff):
            line = audit.record("child.read", city.school, by=city.school_secretary)

    assert (line.actor_id, line.actor_name) == (city.bureau_staff.pk, "bureau_staff")
    assert line.note == "（替school_secretary看）"


def test_what_is_read_of_children_is_written_of_who_really_looked(
    helper: Client, city: World
) -> None:
    edition = reading_program.published_edition(city.bureau)
    entry = judging.city_entry(edition, city.school, nominee="甄雨桐")
    look(helper, city.office_secretary)
    hers = AuditEvent.objects.filter(actor_id=city.office_secretary.pk)
    before = hers.count()

    answer = helper.get(f"/reading/{edition.pk}/entries/summary/")
    assert answer.status_code == 403
    assert not lines("entry.exported")
    assert helper.get(f"/reading/entries/{entry.pk}/").status_code == 200
    assert hers.count() == before


# --- how it ends --------------------------------------------------------------------------------


def test_begin_and_end_stand_in_the_trail_and_the_person_is_told(
    helper: Client, city: World
) -> None:
    look(helper, city.school_secretary)
    page = helper.post("/look/end/", follow=True)

    assert "替看结束了" in page.text
    assert "您正在替" not in page.text
    [began], [ended] = lines("account.look_began"), lines("account.look_ended")
    assert began.actor_id == ended.actor_id == city.bureau_staff.pk
    assert began.target_id == ended.target_id == city.school_secretary.pk
    assert REASON in began.note
    trail = helper.get("/audit/?group=sign_in").text
    assert "开始替看" in trail
    assert "结束替看" in trail
    assert REASON in Notice.objects.get(user=city.school_secretary).text


def test_after_half_an_hour_it_is_over_and_a_late_step_is_nobodys(
    helper: Client, city: World
) -> None:
    with time_machine.travel("2023-10-18T09:30:00+08:00", tick=False) as clock:
        helper.force_login(city.bureau_staff)
        look(helper, city.school_secretary)
        clock.shift(timedelta(minutes=29, seconds=30))
        assert "还剩 1 分钟" in helper.get("/menu/").text
        clock.shift(timedelta(seconds=30))

        page = helper.post("/notices/read/", follow=True)

    assert page.redirect_chain[0] == ("/", 302)
    assert TIME_IS_OVER in page.text
    assert "您正在替" not in page.text
    assert lines("account.look_ended")[0].note == "到了时间，或者不再可以替看"


@pytest.mark.parametrize(
    "changed",
    [
        {"until": int(time.time()) + 86400},
        {"until": "later"},
        {"until": None},
        {"by": 0},
        {"person": 0},
        {"person": "1 OR 1=1"},
    ],
)
def test_a_session_that_says_what_may_not_be_ends_it(
    helper: Client, city: World, changed: dict[str, Any]
) -> None:
    look(helper, city.school_secretary)
    keep(helper, **changed)

    page = helper.get("/menu/", follow=True)

    assert TIME_IS_OVER in page.text
    assert "looking" not in helper.session


def test_a_session_cannot_name_a_colleague_and_a_school_cannot_name_anybody(
    helper: Client, city: World
) -> None:
    look(helper, city.school_secretary)
    keep(helper, person=city.bureau_leader.pk)
    assert TIME_IS_OVER in helper.get("/menu/", follow=True).text

    look(helper, city.school_secretary)
    kept = helper.session["looking"]
    other = Client()
    other.force_login(city.sibling_secretary)
    session = other.session
    session["looking"] = {**kept, "by": city.sibling_secretary.pk}
    session.save()
    assert TIME_IS_OVER in other.get("/menu/", follow=True).text


def test_who_loses_the_post_or_signs_out_elsewhere_looks_no_longer(
    helper: Client, city: World
) -> None:
    look(helper, city.school_secretary)
    city.bureau_staff.grants.all().delete()
    assert "您正在替" not in helper.get("/menu/", follow=True).text

    helper.session.flush()
    assert helper.get("/menu/").headers["Location"].startswith("/login/")


def test_a_page_left_open_from_before_hands_nothing_in(city: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(city.bureau_staff)
    token = _token(strict.get(f"/accounts/{city.school_secretary.pk}/look/").text)
    strict.post(
        f"/accounts/{city.school_secretary.pk}/look/",
        {"reason": REASON, "csrfmiddlewaretoken": token},
    )
    inside = _token(strict.get("/menu/").text)
    assert strict.post("/look/end/", {"csrfmiddlewaretoken": token}).status_code == 403
    assert strict.post("/look/end/", {"csrfmiddlewaretoken": inside}).status_code == 302
    assert strict.post("/notices/read/", {"csrfmiddlewaretoken": inside}).status_code == 403


def _token(page: str) -> str:
    return page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
