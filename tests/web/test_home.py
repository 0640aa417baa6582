"""What waits for each person, messages, the menu, and finding things."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from activities.services.city_sets import SETS
from activities.services.obligations import draft_city_set, put_in_force
from portal.kernel.models import Notice
from portal.kernel.notices import notify
from tests.factories import activities as records
from tests.personas import World

OCTOBER = "2023-10-18T09:30:00+08:00"


def cards(client: Client) -> list[tuple[str, str]]:
    page = client.get("/todo/")
    return [
        (card.title, card.word) for card in [*page.context["cards"], *page.context["more_cards"]]
    ]


def test_the_front_door_leads_to_what_is_due(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)

    assert client.get("/").headers["Location"] == "/todo/"


@time_machine.travel(OCTOBER, tick=False)
def test_a_school_sees_sent_back_then_overdue_then_drafts(client: Client, city: World) -> None:
    reviewer, author = city.office_secretary, city.school_secretary
    records.returned(city.school, by=author, reviewer=reviewer, title="敬老月走访", slug="care",
                     held_on=date(2023, 9, 12))  # fmt: skip
    records.draft(city.school, by=author, title="推进会")
    for slug in ("party_study", "party_deploy"):
        records.accepted(city.school, by=author, reviewer=reviewer, slug=slug)
    client.force_login(author)

    assert cards(client) == [
        ("补一下“敬老月走访”", "退回了"),
        ("补记“学习培训”", "已逾期 18 天"),
        ("接着写“推进会”", "草稿"),
    ]


@time_machine.travel(OCTOBER, tick=False)
def test_a_card_leads_to_the_form_with_the_kind_chosen(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)

    page = client.get("/todo/")

    url = {card.title: card.url for card in page.context["cards"]}["补记“学习培训”"]
    assert url == f"/activities/new/?kind={records.kind('training').pk}"


@time_machine.travel(OCTOBER, tick=False)
def test_a_duty_that_is_done_or_waits_for_the_office_is_no_card(
    client: Client, city: World
) -> None:
    client.force_login(city.school_secretary)
    before = len(cards(client))

    records.submitted(city.school, by=city.school_secretary, slug="training")

    assert len(cards(client)) == before - 1


@time_machine.travel(OCTOBER, tick=False)
def test_an_office_sees_its_queue_and_who_is_late(client: Client, city: World) -> None:
    records.submitted(city.school, by=city.school_secretary)
    records.submitted(city.other_school, by=city.other_school_secretary)
    client.force_login(city.office_secretary)

    page = client.get("/todo/")

    review, late = page.context["cards"][:2]
    assert (review.title, review.count) == ("审核活动记录", 1)
    assert late.title == "看看哪些单位逾期了"


@pytest.mark.parametrize("persona", ["judge", "mentor", "teacher", "bureau_leader", "auditor"])
def test_who_only_reads_has_nothing_to_do(client: Client, city: World, persona: str) -> None:
    client.force_login(city.users[persona])

    page = client.get("/todo/?year=2022")

    assert page.context["cards"] == []
    assert "眼下没有要您办的事" in page.text
    assert "记一次活动" not in page.text


def test_a_year_without_duties_shows_the_latest_that_has_some(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)

    with time_machine.travel("2025-02-01T09:00:00+08:00", tick=False):
        assert client.get("/todo/").context["year"] == 2023
        assert client.get("/todo/?year=2024").context["year"] == 2024


@pytest.mark.parametrize("rows", [1, 3])
@time_machine.travel(OCTOBER, tick=False)
def test_the_home_page_costs_the_same_however_much_waits(
    client: Client, city: World, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for school in city.schools[:rows]:
        records.submitted(school, by=city.office_secretary)
        records.draft(school, by=city.office_secretary)
        notify([city.office_secretary], "来了一条")
    client.force_login(city.office_secretary)

    with django_assert_num_queries(44):  # ten ask “五好”, the bulletins and papers what waits
        client.get("/todo/")


def test_a_message_is_read_by_a_press_and_leads_where_it_points(
    client: Client, city: World
) -> None:
    notify([city.school_secretary, city.sibling_secretary], "通过了", "/activities/1/")
    mine, theirs = Notice.objects.order_by("pk")
    client.force_login(city.school_secretary)
    assert "通过了" in client.get("/todo/").text

    answer = client.post(f"/notices/{mine.pk}/read/")
    foreign = client.post(f"/notices/{theirs.pk}/read/")

    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert answer.headers["Location"] == "/activities/1/"
    assert foreign.status_code == 404
    assert mine.read_at is not None
    assert theirs.read_at is None


def test_all_messages_are_put_away_at_once(client: Client, city: World) -> None:
    for number in range(7):
        notify([city.school_secretary], f"第 {number} 条")
    client.force_login(city.school_secretary)

    client.post("/notices/read/")

    assert not Notice.objects.filter(read_at=None).exists()
    assert "没有新消息" in client.get("/todo/").text


def menu_of(client: Client) -> list[str]:
    page = client.get("/menu/")
    return [entry.label for group in page.context["nav_groups"] for entry in group.entries]


def test_the_menu_offers_only_what_one_may_open(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)
    school = menu_of(client)
    client.force_login(city.bureau_staff)
    bureau = menu_of(client)
    client.force_login(city.judge)
    judge = menu_of(client)

    assert judge == ["待办", "评作品"]
    assert {"活动记录", "单位与关工委"} <= set(school)
    assert "用户与权限" not in school
    assert set(school) < set(bureau)


@time_machine.travel(OCTOBER, tick=False)
def test_the_menu_calls_what_is_asked_by_the_set_in_force(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)
    assert "三个同·三个一" in menu_of(client)

    drafted = draft_city_set(city.bureau, chosen=SETS["four_included_five_together"],
                             year=2023, by=city.bureau_staff)  # fmt: skip
    assert "三个同·三个一" in menu_of(client)  # a draft is nobody's duty yet
    put_in_force(drafted, by=city.bureau_staff)
    assert "四纳入·五同时" in menu_of(client)
    board = client.get("/obligations/2023/").content.decode()
    assert "“四纳入”“五同时” - 园丁</title>" in board

    with time_machine.travel("2024-02-01T09:00:00+08:00"):
        client.force_login(city.school_secretary)
        assert "年度要求" in menu_of(client)


def test_every_entry_of_everybodys_menu_opens(client: Client, city: World) -> None:
    for persona in city.users.values():
        client.force_login(persona)
        page = client.get("/menu/")
        urls = [entry.url for group in page.context["nav_groups"] for entry in group.entries]
        assert {url: client.get(url, follow=True).status_code for url in urls} == dict.fromkeys(
            urls, 200
        )
