"""Requests no page of ours would send: other people's numbers, fields nobody asked, old forms."""

import pytest
from django.core.cache import cache
from django.test import Client

from activities.choices import ActivityState
from activities.models import Activity
from committees.models import RoleGrant, User
from committees.policy import Role
from portal.kernel.models import AuditEvent
from portal.web.middleware import MOST_REFUSALS
from tests.factories import activities as records
from tests.personas import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_of_other_tests() -> None:
    cache.clear()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def refusals(user: User) -> list[tuple[str, str]]:
    """What the trail says this user was told no about: the address and why."""
    lines = AuditEvent.objects.filter(verb="request.refused", actor_id=user.pk).order_by("pk")
    return [(it.target_label, it.note) for it in lines]


@pytest.mark.parametrize("step", ["edit", "withdraw", "discard", "accept", "void", "files"])
def test_the_number_of_somebody_else_s_record_opens_nothing_and_is_written_down(
    city: World, step: str
) -> None:
    theirs = records.submitted(city.other_school, by=city.other_school_secretary, title="别校的")
    before = Activity.objects.values().get(pk=theirs.pk)
    url = f"/activities/{theirs.pk}/{step}/"

    answer = signed_in(city.school_secretary).post(url, {"title": "改成我的"})

    assert answer.status_code == 404
    assert Activity.objects.values().get(pk=theirs.pk) == before
    assert refusals(city.school_secretary) == [(f"POST {url}", "404")]
    assert AuditEvent.objects.get(verb="request.refused").origin == "127.0.0.1"


def test_a_step_that_is_not_one_s_own_is_refused_and_written_down(city: World) -> None:
    """Own record, foreign power: a school accepts its own work."""
    record = records.submitted(city.school, by=city.school_secretary)

    answer = signed_in(city.school_secretary).post(f"/activities/{record.pk}/accept/")

    assert answer.status_code == 403
    record.refresh_from_db()
    assert record.state == ActivityState.SUBMITTED
    assert refusals(city.school_secretary) == [(f"POST /activities/{record.pk}/accept/", "403")]


def test_fields_no_form_asks_change_nothing(city: World) -> None:
    """Mass assignment: who one is, what one may, whether it was accepted."""
    record = records.draft(city.school, by=city.school_secretary, title="我们的")
    client = signed_in(city.school_secretary)
    more = {
        "state": "accepted", "unit": city.other_school.pk, "created_by": city.teacher.pk,
        "accepted_at": "2023-01-01", "number": "1", "id": 999, "pk": 999,
    }  # fmt: skip
    client.post(
        f"/activities/{record.pk}/edit/",
        {"kind": record.kind_id, "title": "改过的", "version": record.version, **more},
    )
    client.post(
        "/account/text-size/",
        {"size": "large", "is_active": "0", "username": "root", "must_change_password": "1"},
    )

    record.refresh_from_db()
    assert (record.state, record.unit_id) == (ActivityState.DRAFT, city.school.pk)
    assert record.created_by_id == city.school_secretary.pk
    user = User.objects.get(pk=city.school_secretary.pk)
    assert (user.is_active, user.username, user.must_change_password) == (
        True, "school_secretary", False,
    )  # fmt: skip


@pytest.mark.parametrize("role", [Role.BUREAU_STAFF, Role.OFFICE_SECRETARY, Role.AUDITOR])
def test_an_office_cannot_hand_out_a_role_above_its_own(city: World, role: Role) -> None:
    grants = RoleGrant.objects.count()

    signed_in(city.office_secretary).post(
        f"/accounts/new/?unit={city.school.pk}", {"role": role.value, "name": "张三"}
    )

    assert RoleGrant.objects.count() == grants


def test_a_form_sent_twice_counts_once_and_the_second_is_written_down(city: World) -> None:
    record = records.submitted(city.school, by=city.school_secretary)
    client = signed_in(city.office_secretary)
    url = f"/activities/{record.pk}/accept/"

    first, second = client.post(url), client.post(url)

    assert first.status_code == 302
    assert second.status_code == 409
    assert AuditEvent.objects.filter(verb="activity.accept").count() == 1
    assert refusals(city.office_secretary) == [(f"POST {url}", "409")]


def test_an_old_version_overwrites_nothing_and_is_written_down(city: World) -> None:
    record = records.submitted(city.school, by=city.school_secretary)
    url = f"/activities/{record.pk}/minutes/edit/"
    hers, his = signed_in(city.school_secretary), signed_in(city.party_contact)
    hers.post(url, {"text": "她写的纪要", "based_on": 0})

    late = his.post(url, {"text": "他写的纪要", "based_on": 0}, follow=True)

    assert late.status_code == 409
    assert [why for _, why in refusals(city.party_contact)] == ["409"]


def test_a_form_of_another_site_is_written_down(city: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.school_secretary)

    client.post("/account/text-size/", {"size": "large"})

    assert refusals(city.school_secretary) == [("POST /account/text-size/", "403")]


def test_a_mistyped_address_is_nobody_s_offence(city: World) -> None:
    assert signed_in(city.school_secretary).get("/no/such/page/").status_code == 404
    assert refusals(city.school_secretary) == []


def test_asking_without_end_fills_no_table(city: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_REFUSALS >= 100
    monkeypatch.setattr("portal.web.middleware.MOST_REFUSALS", 3)
    client = signed_in(city.school_secretary)

    for _ in range(6):
        client.get("/audit/")

    assert len(refusals(city.school_secretary)) == 3


def test_the_auditor_reads_who_was_refused_in_plain_words(city: World) -> None:
    signed_in(city.school_secretary).get("/audit/")

    page = signed_in(city.auditor).get("/audit/?group=refused")

    assert "被拦下" in page.text
    assert "GET /audit/" in page.text
    assert "没有这项权限" in page.text


@pytest.mark.parametrize("role", ["office_secretary", "bureau_staff"])
def test_html_in_minutes_and_titles_stays_text(city: World, role: str) -> None:
    """Stored scripts: written by a school, read by those above it."""
    script = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    record = records.draft(city.school, by=city.school_secretary, title=script[:40], minutes=script)
    hers = signed_in(city.school_secretary)
    hers.post(f"/activities/{record.pk}/minutes/edit/", {"text": script, "based_on": 0})
    record = records.submitted(city.school, by=city.school_secretary, title=script[:40])
    hers.post(f"/activities/{record.pk}/minutes/edit/", {"text": script, "based_on": 0})

    reader = signed_in(city.users[role])
    for url in (
        f"/activities/{record.pk}/", f"/activities/{record.pk}/minutes/", "/activities/?year=2023",
        "/search/?q=alert",
    ):  # fmt: skip
        page = reader.get(url)
        assert page.status_code == 200
        assert "<script>alert" not in page.text, url
        assert "<img src=x" not in page.text, url
