"""The search page: what is found, and that nobody finds more than they may open."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from activities.choices import PartnerKind
from activities.models import Activity, Partner, PlanTask, Studio
from committees.models import Person
from portal.web.choices import Found
from portal.web.models import SearchEntry
from tests.factories import activities as records
from tests.factories import committees as factory
from tests.factories import evaluations as bulletins
from tests.factories import lectures, plans
from tests.personas import World


def titles(client: Client, words: str, **query: str) -> list[str]:
    page = client.get("/search/", {"q": words, **query})
    return ["".join(part.text for part in hit.title) for hit in page.context["hits"]]


def test_the_search_finds_no_more_than_one_may_see(client: Client, city: World) -> None:
    factory.make_person(city.school, "王云山")
    factory.make_person(city.other_school, "李云山")
    records.submitted(city.school, by=city.school_secretary, title="云山宣讲")
    records.submitted(city.other_school, by=city.other_school_secretary, title="也去云山")
    records.draft(city.school, by=city.school_secretary, title="云山草稿")
    client.force_login(city.school_secretary)

    assert titles(client, "云山") == ["云山小学", "王云山", "云山宣讲"]


@pytest.mark.parametrize("persona", ["judge", "mentor", "teacher"])
def test_who_sees_no_records_finds_none(client: Client, city: World, persona: str) -> None:
    records.submitted(city.school, by=city.school_secretary, title="云山宣讲")
    factory.make_person(city.school, "王云山")
    client.force_login(city.users[persona])

    assert titles(client, "云山") == []


def test_each_kind_is_found_by_its_text(client: Client, city: World) -> None:
    records.accepted(
        city.school, by=city.school_secretary, reviewer=city.office_secretary,
        title="秋日活动", minutes="老党员讲了红旗渠的故事",
    )  # fmt: skip
    factory.make_person(city.school, "周老师", strengths="红旗渠讲解")
    plans.published(city.bureau, by=city.bureau_staff)
    bulletins.issued(city)
    client.force_login(city.bureau_leader)

    assert titles(client, "红旗渠") == ["周老师", "秋日活动"]
    for kind in (Found.PLAN, Found.BULLETIN):
        entry = SearchEntry.objects.filter(kind=kind).exclude(title="").latest("pk")
        assert entry.title in titles(client, entry.title[-6:], kind=str(kind.value))


def test_a_lecture_is_found_by_its_topic_its_host_and_who_gives_it(
    client: Client, city: World
) -> None:
    mentor = lectures.mentor(city.school)
    lecture = lectures.confirmed(lectures.ordered(city.school), mentor)
    client.force_login(city.school_secretary)
    said = f"{lecture.topic.name}，{city.school.name}"

    for words in (lecture.topic.name, mentor.person.name, lecture.place):
        assert said in titles(client, words, kind=str(Found.LECTURE.value)), words
    (hit,) = client.get("/search/", {"q": lecture.number, "kind": "9"}).context["hits"]
    assert hit.url == f"/lectures/{lecture.pk}/"
    assert client.get(hit.url).status_code == 200

    client.force_login(city.other_school_secretary)
    assert titles(client, lecture.number) == []


def test_every_hit_opens(client: Client, city: World) -> None:
    records.submitted(city.school, by=city.school_secretary, title="关工委推进会")
    factory.make_person(city.school, "关工")
    plans.published(city.bureau, by=city.bureau_staff)
    bulletins.issued(city)
    client.force_login(city.bureau_staff)

    hits = client.get("/search/", {"q": "工"}).context["hits"]

    assert {hit.kind for hit in hits} >= {"人", "工作要点", "活动记录"}
    assert {client.get(hit.url).status_code for hit in hits} == {200}


def test_the_index_follows_a_change_and_a_removal(city: World) -> None:
    person = factory.make_person(city.school, "旧名字")
    Person.objects.filter(pk=person.pk).update(name="𠮷野㛃")
    record = records.draft(city.school, by=city.school_secretary, title="要删的")

    assert SearchEntry.objects.get(kind=Found.PERSON, target_id=person.pk).title == "𠮷野㛃"
    Activity.objects.filter(pk=record.pk).delete()
    assert not SearchEntry.objects.filter(kind=Found.ACTIVITY, target_id=record.pk).exists()


def test_a_telephone_number_is_not_in_the_index(client: Client, city: World) -> None:
    factory.make_person(city.school, "周老师", phone="13800001234")
    client.force_login(city.bureau_staff)

    assert titles(client, "13800001234") == []


def test_a_record_is_found_by_the_number_read_aloud(client: Client, city: World) -> None:
    record = records.submitted(city.school, by=city.school_secretary, title="推进会")
    client.force_login(city.office_secretary)

    assert titles(client, record.number) == ["推进会"]


def test_pages_follow_each_other_without_a_gap(client: Client, city: World) -> None:
    for day in range(1, 28):
        records.submitted(
            city.school, by=city.school_secretary, title=f"推进会{day}", held_on=date(2023, 9, day)
        )
    client.force_login(city.office_secretary)
    first = client.get("/search/", {"q": "推进会"})
    rest = client.get(f"/search/{first.context['older_url']}")

    found = [*first.context["hits"], *rest.context["hits"]]
    assert ["".join(part.text for part in hit.title) for hit in found] == [
        f"推进会{day}" for day in range(27, 0, -1)
    ]
    assert rest.context["older_url"] == ""


@pytest.mark.parametrize("words", ["<script>", "'; DROP TABLE x", "&|!:*", "\\'", "%", "关" * 90])
def test_any_question_has_an_answer(client: Client, city: World, words: str) -> None:
    client.force_login(city.bureau_staff)

    page = client.get("/search/", {"q": words})

    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_a_search_is_one_query(
    client: Client, city: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(1, 9):
        records.submitted(
            city.school, by=city.school_secretary, title="推进会", held_on=date(2023, 9, day)
        )
    client.force_login(city.office_secretary)
    with django_assert_num_queries(5):  # session, account, roles, header, queue: no search
        client.get("/search/")
    with django_assert_num_queries(6):
        client.get("/search/", {"q": "推进会"})


def test_tasks_studios_and_partners_are_found_where_they_may_be_seen(
    client: Client, city: World
) -> None:
    Partner.objects.create(
        unit=city.school, name="红旗渠纪念馆", kind=PartnerKind.values[0], offers="讲解"
    )
    Studio.objects.create(unit=city.school, name="红旗渠故事工作室")
    task = PlanTask.objects.filter(
        node__plan=plans.published(city.bureau, by=city.bureau_staff)
    ).first()
    assert task is not None
    PlanTask.objects.filter(pk=task.pk).update(text="组织学生参观红旗渠")

    client.force_login(city.office_secretary)
    page = client.get("/search/", {"q": "红旗渠"})
    assert [hit.kind for hit in page.context["hits"]] == ["要点任务", "老园丁工作室", "合作伙伴"]
    assert {client.get(hit.url).status_code for hit in page.context["hits"]} == {200}
    client.force_login(city.teacher)
    assert titles(client, "纪念馆") == []
