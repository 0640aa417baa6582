"""Accounts by post: nobody gives a role above their own reach, a password is shown once."""

import re
from datetime import date

import pytest
from django.test import Client

from committees.models import RoleGrant, User
from committees.policy import Role
from committees.services import accounts
from portal.kernel.models import AuditEvent
from tests.factories import committees as factory
from tests.personas import World


@pytest.fixture
def office(client: Client, city: World) -> Client:
    client.force_login(city.office_secretary)
    return client


def password_on(page: str) -> str:
    return re.findall(r"[a-z]{3}-\d{5}", page)[0]


def test_an_office_opens_an_account_whose_holder_can_sign_in(
    client: Client, city: World, office: Client
) -> None:
    answer = office.post(
        f"/accounts/new/?unit={city.school.pk}", {"role": "school_secretary", "name": "许兰"}
    )

    page = answer.content.decode()
    made = User.objects.get(name="许兰")
    assert made.username == f"{city.school.code}a".lower()
    assert made.username in page
    assert made.check_password(password_on(page))
    assert made.must_change_password
    assert "no-store" in answer.headers["Cache-Control"]
    assert AuditEvent.objects.filter(verb="account.opened", target_id=made.pk).exists()


def test_a_second_secretary_gets_another_name(city: World, office: Client) -> None:
    for name in ("许兰", "贺松"):
        office.post(
            f"/accounts/new/?unit={city.school.pk}", {"role": "school_secretary", "name": name}
        )

    assert User.objects.get(name="贺松").username == f"{city.school.code}a2"


@pytest.mark.parametrize(
    ("persona", "unit", "roles"),
    [
        ("bureau_staff", "bureau", ["bureau_leader", "bureau_staff", "judge", "mentor", "auditor"]),
        ("bureau_staff", "office", ["office_secretary", "party_contact", "mentor"]),
        ("bureau_staff", "school", ["school_secretary", "party_contact", "teacher", "mentor"]),
        ("office_secretary", "school", ["school_secretary", "party_contact"]),
    ],
)
def test_the_form_offers_what_may_be_given_there(
    client: Client, city: World, persona: str, unit: str, roles: list[str]
) -> None:
    client.force_login(city.users[persona])

    page = client.get(f"/accounts/new/?unit={getattr(city, unit).pk}")

    assert [value for value, _ in page.context["form"].fields["role"].choices] == roles


@pytest.mark.parametrize("role", [Role.BUREAU_STAFF, Role.OFFICE_SECRETARY, Role.TEACHER])
def test_a_forged_role_is_refused_and_opens_nothing(
    city: World, office: Client, role: Role
) -> None:
    before = User.objects.count()

    answer = office.post(
        f"/accounts/new/?unit={city.school.pk}", {"role": role.value, "name": "冒名"}
    )

    assert answer.status_code == 422
    assert User.objects.count() == before


@pytest.mark.parametrize("unit", ["office", "bureau", "other_school"])
def test_an_office_opens_nothing_at_its_own_rank_or_elsewhere(
    city: World, office: Client, unit: str
) -> None:
    answer = office.post(
        f"/accounts/new/?unit={getattr(city, unit).pk}",
        {"role": "school_secretary", "name": "冒名"},
    )

    assert answer.status_code == 404
    assert not User.objects.filter(name="冒名").exists()


def test_a_taken_name_is_said_before_anything_is_made(city: World, office: Client) -> None:
    answer = office.post(
        f"/accounts/new/?unit={city.school.pk}",
        {"role": "party_contact", "name": "许兰", "username": "judge"},
    )

    assert answer.status_code == 422
    assert "已经有人用了" in answer.content.decode()


def test_one_press_opens_an_account_for_every_school_that_has_none(
    city: World, office: Client
) -> None:
    for name in ("云山三小", "云山四小"):
        factory.make_school(city.office, name)
    factory.make_school(city.offices[1], "石桥三小")
    path = f"/accounts/missing/{city.office.pk}/"
    asked = office.get(path).content.decode()
    assert "云山三小" in asked
    assert "石桥三小" not in asked

    answer = office.post(path)

    slips = answer.context["slips"]
    assert [slip.unit.name for slip in slips] == ["云山初中", "云山三小", "云山四小"]
    for slip in slips:
        user = User.objects.get(username=slip.username)
        assert user.check_password(slip.password)
        assert user.grants.get().unit == slip.unit
        assert answer.content.decode().count(slip.password) == 1
    assert len({slip.password for slip in slips}) == 3

    again = office.post(path)
    assert again.headers["Location"] == "/accounts/"


def test_a_reset_ends_the_old_password_and_shows_the_new_one_once(
    client: Client, city: World, office: Client
) -> None:
    account = city.school_secretary
    asked = office.get(f"/accounts/{account.pk}/password/")
    account.refresh_from_db()
    assert account.check_password(factory.PASSWORD)
    assert asked.status_code == 200

    answer = office.post(f"/accounts/{account.pk}/password/").content.decode()

    account.refresh_from_db()
    assert not account.check_password(factory.PASSWORD)
    assert account.check_password(password_on(answer))
    assert account.must_change_password


def test_a_school_account_that_is_also_of_the_bureau_cannot_be_taken_over_by_an_office(
    city: World, office: Client
) -> None:
    account = city.school_secretary
    factory.grant(account, city.bureau, Role.BUREAU_STAFF)

    answer = office.post(f"/accounts/{account.pk}/password/")

    assert answer.status_code == 403
    account.refresh_from_db()
    assert account.check_password(factory.PASSWORD)


@pytest.mark.parametrize("persona", ["bureau_staff", "other_school_secretary"])
def test_accounts_out_of_reach_are_not_there(city: World, office: Client, persona: str) -> None:
    account = city.users[persona]

    assert office.post(f"/accounts/{account.pk}/password/").status_code == 404
    assert office.post(f"/accounts/grants/{account.grants.get().pk}/end/").status_code == 404


def test_an_ended_role_is_over_at_once_and_nobody_signs_in_with_it(
    city: World, office: Client
) -> None:
    account, theirs = city.school_secretary, Client()
    theirs.force_login(account)
    assert theirs.get(f"/units/{city.school.pk}/").status_code == 200

    office.post(f"/accounts/grants/{account.grants.get().pk}/end/")

    assert theirs.get(f"/units/{city.school.pk}/").status_code == 302
    words = {"username": account.username, "password": factory.PASSWORD}
    assert theirs.post("/login/", words).status_code == 422
    assert RoleGrant.objects.get(user=account).period.upper is not None


def test_nobody_ends_or_resets_the_own_account(client: Client, city: World) -> None:
    me = city.bureau_staff
    client.force_login(me)

    assert client.post(f"/accounts/grants/{me.grants.get().pk}/end/").status_code == 403
    assert client.post(f"/accounts/{me.pk}/password/").status_code == 403


def test_an_account_with_two_roles_stays_open_when_one_ends(city: World) -> None:
    account = city.school_secretary
    second = factory.grant(account, city.schools[1], Role.SCHOOL_SECRETARY)

    accounts.end_grant(second, on=date(2023, 1, 1), by=city.bureau_staff)
    account.refresh_from_db()
    assert account.is_active

    accounts.end_grant(account.grants.earliest("pk"), on=date(2023, 1, 1), by=city.bureau_staff)
    account.refresh_from_db()
    assert not account.is_active


def test_the_list_shows_own_schools_only_and_counts_who_is_missing(
    city: World, office: Client
) -> None:
    factory.make_school(city.office, "云山三小")

    page = office.get("/accounts/")

    units = {row["grant"].unit for row in page.context["rows"]}
    assert units == {city.school, city.schools[1], city.kindergarten}
    assert page.context["missing"] == [(city.office, 2)]


def test_the_bureau_opens_for_the_schools_directly_under_it_and_no_others(
    client: Client, city: World
) -> None:
    direct = factory.make_school(city.bureau, "市直小学")
    factory.make_school(city.office, "云山三小")
    client.force_login(city.bureau_staff)
    missing = client.get("/accounts/").context["missing"]
    assert missing == [(city.bureau, 1), (city.office, 2), (city.offices[1], 2)]

    slips = client.post(f"/accounts/missing/{city.bureau.pk}/").context["slips"]

    assert [slip.unit for slip in slips] == [direct]
