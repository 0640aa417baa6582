"""The register: whose numbers are hidden, who looked, and what a form takes."""

import pytest
from django.test import Client

from committees.models import Person
from portal.kernel.models import AuditEvent
from tests.factories import committees as factory
from tests.personas import World

NUMBER = "13800001234"


@pytest.fixture
def elder(city: World) -> Person:
    return factory.make_person(
        city.school, "倪书恒", phone=NUMBER, categories=["teacher"], is_mentor=True
    )


@pytest.mark.parametrize(
    ("persona", "seen"),
    [
        ("bureau_staff", {"倪书恒", "外校老师"}),
        ("office_secretary", {"倪书恒"}),
        ("school_secretary", {"倪书恒"}),
        ("other_school_secretary", {"外校老师"}),
        ("sibling_secretary", set()),
    ],
)
def test_each_sees_the_register_of_own_units(
    client: Client, city: World, elder: Person, persona: str, seen: set[str]
) -> None:
    factory.make_person(city.other_school, "外校老师")
    client.force_login(city.users[persona])

    page = client.get("/people/")

    assert {row["person"].name for row in page.context["rows"]} == seen


def test_a_number_is_hidden_until_asked_for_and_the_asking_is_kept(
    client: Client, city: World, elder: Person
) -> None:
    client.force_login(city.school_secretary)
    for path in ("/people/", f"/people/{elder.pk}/", f"/people/{elder.pk}/edit/"):
        assert NUMBER not in client.get(path).content.decode().replace(" ", "")
    assert "138****1234" in client.get("/people/").content.decode()
    assert client.get(f"/people/{elder.pk}/phone/").status_code == 405
    assert not AuditEvent.objects.filter(verb="person.phone_seen").exists()

    shown = client.post(f"/people/{elder.pk}/phone/")

    assert "138 0000 1234" in shown.content.decode()
    event = AuditEvent.objects.get(verb="person.phone_seen")
    assert (event.actor_name, event.target_id) == ("school_secretary", elder.pk)
    assert event.unit_path == city.school.path


@pytest.mark.parametrize(("persona", "status"), [("auditor", 403), ("other_school_secretary", 404)])
def test_who_may_not_dial_does_not_see_the_number(
    client: Client, city: World, elder: Person, persona: str, status: int
) -> None:
    client.force_login(city.users[persona])

    assert client.post(f"/people/{elder.pk}/phone/").status_code == status
    assert not AuditEvent.objects.filter(verb="person.phone_seen").exists()


def test_filters_find_by_name_category_part_and_unit(
    client: Client, city: World, elder: Person
) -> None:
    factory.make_person(city.schools[1], "方知安", categories=["cadre"], work_status="retired")
    client.force_login(city.office_secretary)

    def found(query: str) -> list[str]:
        page = client.get(f"/people/?{query}")
        return [row["person"].name for row in page.context["rows"]]

    assert found("q=知安") == ["方知安"]
    assert found("category=teacher") == ["倪书恒"]
    assert found("part=mentor") == ["倪书恒"]
    assert found("status=retired") == ["方知安"]
    assert found(f"unit={city.school.pk}") == ["倪书恒"]
    assert found("part=post") == []


def test_a_person_is_entered_with_a_rough_date_and_a_tidied_name(
    client: Client, city: World
) -> None:
    client.force_login(city.school_secretary)

    client.post(
        "/people/new/",
        {"name": "阿依古丽•买买提", "retired_on": "2012.8", "phone": "138-0000-5678",
         "categories": ["teacher", "cadre"]},
    )  # fmt: skip

    made = Person.objects.get()
    assert made.unit == city.school
    assert (made.name, made.phone) == ("阿依古丽·买买提", "13800005678")
    assert (str(made.retired_on), made.retired_precision) == ("2012-08-01", "month")
    assert "2012年8月" in client.get(f"/people/{made.pk}/").content.decode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"name": ""}, "写上姓名"),
        ({"name": "张三、李四"}, "不止一个人"),
        ({"phone": "12345"}, "不像电话号码"),
        ({"retired_on": "去年"}, "读不成日期"),
        ({"born_on": "2090"}, "日期要在今天或今天以前"),
    ],
)
def test_a_wrong_answer_is_met_with_what_to_do(
    client: Client, city: World, data: dict[str, str], sentence: str
) -> None:
    client.force_login(city.school_secretary)

    answer = client.post("/people/new/", {"name": "余安"} | data)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Person.objects.exists()


def test_an_edit_without_a_number_keeps_it_and_can_forget_it(
    client: Client, city: World, elder: Person
) -> None:
    client.force_login(city.school_secretary)
    path = f"/people/{elder.pk}/edit/"

    client.post(path, {"name": "倪书恒", "strengths": "书法"})
    elder.refresh_from_db()
    assert (elder.phone, elder.strengths) == (NUMBER, "书法")

    client.post(path, {"name": "倪书恒", "forget_phone": "on"})
    elder.refresh_from_db()
    assert elder.phone == ""


def test_a_school_cannot_enter_people_elsewhere(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)

    assert (
        client.post(f"/people/new/?unit={city.other_school.pk}", {"name": "余安"}).status_code
        == 404
    )
    assert not Person.objects.exists()


@pytest.mark.parametrize("people", [1, 10])
def test_the_register_costs_the_same_however_long(
    client: Client, city: World, people: int, django_assert_max_num_queries: object
) -> None:
    for _ in range(people):
        factory.make_person(city.school)
    client.force_login(city.bureau_staff)

    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get("/people/")
