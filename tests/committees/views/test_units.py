"""Pages of units: who sees which, what a filter shows, what a bureau can change."""

import io
from datetime import date

import pytest
from django.test import Client

from committees.models import Committee, Unit
from committees.services import committees, units
from portal.kernel.models import AuditEvent
from tests.factories import committees as factory
from tests.personas import World


@pytest.fixture
def bureau(client: Client, city: World) -> Client:
    client.force_login(city.bureau_staff)
    return client


def names(page: object) -> list[str]:
    return [row["unit"].name for row in page.context["rows"]]  # type: ignore[attr-defined]


def test_the_bureau_sees_every_unit_and_a_foreign_city_none_of_them(
    client: Client, city: World, bureau: Client
) -> None:
    factory.make_school(factory.make_office(factory.make_bureau("青川市教育局")), "青川小学")

    page = bureau.get("/units/")

    assert page.status_code == 200
    assert len(names(page)) == 9
    assert "青川小学" not in page.content.decode()


def test_an_office_sees_its_own_branch(client: Client, city: World) -> None:
    client.force_login(city.office_secretary)

    page = client.get("/units/")

    assert names(page) == ["云山教办", "云山小学", "云山二小", "云山初中", "云山中心幼儿园"]


def test_a_school_is_taken_to_its_own_page(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)

    assert client.get("/units/").headers["Location"] == f"/units/{city.school.pk}/"


def test_filters_say_what_they_left_out(city: World, bureau: Client) -> None:
    committees.dissolve(city.committees[city.school.pk], on=date(2023, 1, 1), by=None)

    none = bureau.get("/units/?covered=no")
    by_office = bureau.get(f"/units/?office={city.offices[1].pk}&stage=junior_high")
    by_name = bureau.get("/units/?q=幼儿园")

    assert names(none) == ["云山小学"]
    assert names(by_office) == ["石桥初中"]
    assert names(by_name) == ["云山中心幼儿园"]
    assert "没有关工委" in none.content.decode()


@pytest.mark.parametrize("query", ["office=999999", "stage=nonsense", "after=zzz_9", "covered=x"])
def test_an_edited_address_never_breaks_the_list(bureau: Client, query: str) -> None:
    assert bureau.get(f"/units/?{query}").status_code == 200


@pytest.mark.parametrize("schools", [1, 12])
def test_the_list_costs_the_same_however_long(
    city: World, bureau: Client, schools: int, django_assert_max_num_queries: object
) -> None:
    for _ in range(schools):
        factory.make_committee(factory.make_school(city.office))

    with django_assert_max_num_queries(13):  # type: ignore[operator]
        bureau.get("/units/")


def test_a_page_of_fifty_leads_to_the_next(city: World, bureau: Client) -> None:
    for _ in range(50):
        factory.make_school(city.office)

    first = bureau.get("/units/")
    second = bureau.get("/units/" + first.context["older_url"])

    assert len(names(first)) == 50
    assert len(names(second)) == 9
    assert not set(names(first)) & set(names(second))
    assert second.context["newer_url"]


def test_the_workbook_holds_the_filtered_list_and_leaves_a_trace(
    city: World, bureau: Client
) -> None:
    from openpyxl import load_workbook

    answer = bureau.get(f"/units/export/?office={city.offices[1].pk}")

    book = load_workbook(io.BytesIO(answer.content))
    headings, *rows = book.worksheets[0].iter_rows(values_only=True)
    name = headings.index("单位名称")
    assert [row[name] for row in rows] == [
        "石桥教办", "石桥小学", "石桥二小", "石桥初中",
    ]  # fmt: skip
    event = AuditEvent.objects.get(verb="units.exported")
    assert event.actor_name == "bureau_staff"
    assert "石桥教办" in event.note


def test_the_profile_shows_committee_posts_in_order_and_what_is_lacking(
    city: World, bureau: Client
) -> None:
    committee = city.committees[city.school.pk]
    for name, position in (("甲同志", "member"), ("乙同志", "director")):
        person = factory.make_person(city.school, name)
        committees.appoint(
            person, committee, position=position, since_day=date(2022, 1, 1), by=None
        )

    page = bureau.get(f"/units/{city.school.pk}/")

    assert [post.person.name for post in page.context["posts"]] == ["乙同志", "甲同志"]
    assert page.context["lacking"] == ["常务副主任", "秘书长"]


def test_a_kindergarten_of_a_joint_committee_says_who_covers_it(
    city: World, bureau: Client
) -> None:
    small = factory.make_kindergarten(city.office, "云山小星星幼儿园")
    committees.serve(
        city.committees[city.kindergarten.pk], small, since_day=date(2022, 1, 1), by=None
    )

    page = bureau.get(f"/units/{small.pk}/").content.decode()

    assert "云山中心幼儿园关工委</strong>覆盖" in page


def test_the_bureau_opens_a_school(city: World, bureau: Client) -> None:
    answer = bureau.post(
        "/units/new/",
        {"kind": "school", "parent": city.offices[1].pk, "name": "石桥三小", "stage": "primary"},
    )

    made = Unit.objects.get(name="石桥三小")
    assert answer.headers["Location"] == f"/units/{made.pk}/"
    assert (made.office, made.city) == (city.offices[1], city.bureau)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"name": "云山小学"}, "本市已经有同名的单位"),
        ({"name": ""}, "写上单位名称"),
        ({"stage": ""}, "选一下学校的学段"),
        ({"kind": "office"}, "教办的主管单位只能是市教育局"),
        ({"opened_on": "2199-01-01"}, "日期要在今天或今天以前"),
        ({"opened_on": "胡乱"}, "看不懂"),
        ({"parent": "0"}, "从列表里选一个主管单位"),
    ],
)
def test_a_wrong_answer_is_met_with_what_to_do_and_nothing_is_made(
    city: World, bureau: Client, data: dict[str, str], sentence: str
) -> None:
    whole = {"kind": "school", "parent": city.office.pk, "name": "新学校", "stage": "primary"}
    before = Unit.objects.count()

    answer = bureau.post("/units/new/", whole | data)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Unit.objects.count() == before


def test_a_move_shows_on_the_page_and_in_the_links(city: World, bureau: Client) -> None:
    units.move_unit(city.school, to=city.offices[1], on=date(2023, 9, 1), by=None)

    page = bureau.get(f"/units/{city.school.pk}/").content.decode()
    assert "2023年9月1日起由石桥教办主管" in page
    assert f'href="/units/{city.school.pk}/change/"' in page


def test_a_closed_unit_leaves_the_list_and_stays_readable(city: World, bureau: Client) -> None:
    units.close_unit(city.school, on=date(2023, 7, 1), note="并入云山二小", by=None)

    assert "云山小学" not in names(bureau.get("/units/"))
    assert names(bureau.get("/units/?covered=closed")) == ["云山小学"]
    assert "已经撤销" in bureau.get(f"/units/{city.school.pk}/").content.decode()


def test_facts_are_corrected_and_the_trail_names_the_field(city: World, bureau: Client) -> None:
    bureau.post(
        f"/units/{city.school.pk}/edit/",
        {"name": "云山小学", "stage": "nine_year", "code": city.school.code, "phone": "66001234"},
    )

    city.school.refresh_from_db()
    assert (city.school.stage, city.school.phone) == ("nine_year", "66001234")
    assert "学段" in AuditEvent.objects.get(verb="unit.corrected").note


def test_a_school_cannot_declare_its_own_committee(client: Client, city: World) -> None:
    committees.dissolve(city.committees[city.school.pk], on=date(2023, 1, 1), by=None)
    path = f"/units/{city.school.pk}/committee/new/"
    client.force_login(city.school_secretary)
    assert client.post(path, {"name": "云山小学关工委"}).status_code == 403

    client.force_login(city.office_secretary)
    client.post(path, {"name": "云山小学关工委", "established_on": "2023.5"})

    made = Committee.objects.get(host=city.school, dissolved_on=None)
    assert (made.established_on, made.established_precision) == (date(2023, 5, 1), "month")
    assert "2023年5月成立" in client.get(f"/units/{city.school.pk}/").content.decode()


def test_a_school_appoints_a_new_name_and_the_register_has_it(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)
    committee = city.committees[city.school.pk]

    client.post(
        f"/committees/{committee.pk}/posts/new/",
        {"new_name": "苏 宁远", "position": "standing_deputy", "since_day": "2023-09-01"},
    )

    post = committee.posts.get()
    assert (post.person.name, post.person.unit) == ("苏宁远", city.school)
    client.post(f"/committees/posts/{post.pk}/end/", {"on": "2023-12-01"})
    post.refresh_from_db()
    assert post.period.upper == date(2023, 12, 1)


def test_nobody_appoints_a_person_of_another_school(client: Client, city: World) -> None:
    stranger = factory.make_person(city.other_school)
    client.force_login(city.school_secretary)
    committee = city.committees[city.school.pk]

    answer = client.post(
        f"/committees/{committee.pk}/posts/new/",
        {"person": stranger.pk, "position": "member", "since_day": "2023-09-01"},
    )

    assert answer.status_code == 422
    assert not committee.posts.exists()
