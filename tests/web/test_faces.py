"""A committee's public page: nothing until its head says so, and nothing beyond what was said."""

from datetime import date
from itertools import chain, combinations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activities.services import activities
from committees.choices import Position
from committees.services.committees import appoint, end_post
from evaluations.models import Title
from portal.kernel.errors import Refused
from portal.web.choices import FaceSection
from portal.web.models import PublicFace
from portal.web.services import faces
from tests.factories import activities as records
from tests.factories import committees as people
from tests.factories import results
from tests.personas import World

pytestmark = pytest.mark.django_db
LEADER, TITLE, TOLD, KEPT_BACK = "闻人主任", "示范关工委", "清明祭扫", "未选中的活动"
SHOWS = {
    FaceSection.MEMBERS: LEADER,
    FaceSection.ACTIVITIES: TOLD,
    FaceSection.HONOURS: TITLE,
    FaceSection.RESULTS: "一等奖 1 件",
}
NEVER = [KEPT_BACK, "草稿活动", "待审活动", "作废活动", "甄雨", "柏维", "13800001111", "别校活动",
         "退职主任", "摘牌称号"]  # fmt: skip


@pytest.fixture
def full(city: World) -> World:
    """Something in every part of the school's page, and much that is nobody's business."""
    cache.clear()
    by, school, reviewer = city.school_secretary, city.school, city.office_secretary
    results.final(city)
    committee = city.committees[school.pk]
    gone = people.make_person(school, "退职主任")
    former = appoint(gone, committee, position=Position.DIRECTOR, since_day=date(2019, 1, 1), by=by)
    end_post(former, on=date(2020, 1, 1), by=by)
    chair = people.make_person(school, LEADER, phone="13800001111")
    appoint(chair, committee, position=Position.DIRECTOR, since_day=date(2022, 3, 1), by=None)
    Title.objects.create(unit=school, name=TITLE, named_on=date(2022, 12, 1))
    Title.objects.create(unit=school, name="摘牌称号", named_on=date(2019, 12, 1), state="revoked")
    facts = {"by": by, "reviewer": reviewer}
    records.accepted(school, title=TOLD, held_on=date(2023, 4, 4), **facts)
    records.accepted(school, title=KEPT_BACK, held_on=date(2023, 4, 5), **facts)
    voided = records.accepted(school, title="作废活动", held_on=date(2023, 4, 6), **facts)
    activities.void(voided, note="记重了", by=reviewer)
    records.draft(school, by=by, title="草稿活动")
    records.submitted(school, by=by, title="待审活动")
    records.accepted(city.other_school, title="别校活动", held_on=date(2023, 4, 4),
                     by=city.other_school_secretary, reviewer=city.bureau_staff)  # fmt: skip
    return city


def publish(city: World, *sections: str) -> PublicFace:
    chosen = faces.choosable(city.school).filter(title=TOLD)
    held = PublicFace.objects.filter(unit=city.school).first()
    return faces.publish(
        city.school, sections=sections, records=list(chosen), is_findable=False,
        version=held.version if held else 1, by=city.party_contact,
    )  # fmt: skip


def test_any_choice_of_parts_shows_those_and_not_a_word_of_the_others(
    client: Client, full: World
) -> None:
    url = f"/p/{full.school.pk}/"
    assert client.get(url).status_code == 404
    for chosen in chain.from_iterable(combinations(FaceSection, n) for n in range(1, 5)):
        publish(full, *chosen)
        said = client.get(url).content.decode()
        assert {part for part, words in SHOWS.items() if words in said} == set(chosen)
        assert [words for words in NEVER if words in said] == []
    publish(full)
    assert client.get(url).status_code == 404
    assert full.school.name not in client.get("/p/").content.decode()


def test_a_page_is_kept_from_search_engines_and_asks_few_questions(
    client: Client, full: World
) -> None:
    publish(full, *FaceSection)
    url = f"/p/{full.school.pk}/"
    with CaptureQueriesContext(connection) as first:
        page = client.get(url)
    with CaptureQueriesContext(connection) as again:
        client.get(url)
    assert (len(first) <= 12, len(again) <= 2) == (True, True), (len(first), len(again))
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "max-age" in page["Cache-Control"]
    listed = client.get("/p/")
    assert full.school.name in listed.content.decode()
    assert full.other_school.name not in listed.content.decode()
    PublicFace.objects.update(is_findable=True)
    assert not client.get(url).has_header("X-Robots-Tag")


def test_a_voided_record_leaves_the_page_with_the_minute(client: Client, full: World) -> None:
    publish(full, FaceSection.ACTIVITIES)
    record = faces.choosable(full.school).get(title=TOLD)
    activities.void(record, note="记错了", by=full.office_secretary)
    cache.clear()  # a minute later
    assert TOLD not in client.get(f"/p/{full.school.pk}/").content.decode()


def test_a_child_of_a_contest_is_crossed_out_of_a_chosen_title(client: Client, full: World) -> None:
    record = records.accepted(
        full.school, title="甄雨一的家书", held_on=date(2023, 5, 4),
        by=full.school_secretary, reviewer=full.office_secretary,
    )  # fmt: skip
    faces.publish(
        full.school, sections=[FaceSection.ACTIVITIES], records=[record], is_findable=False,
        version=1, by=full.party_contact,
    )  # fmt: skip

    said = client.get(f"/p/{full.school.pk}/").content.decode()

    assert "×××的家书" in said
    assert "甄雨" not in said


def test_the_head_looks_first_and_then_publishes(client: Client, full: World) -> None:
    client.force_login(full.party_contact)
    url, record = f"/units/{full.school.pk}/face/", faces.choosable(full.school).get(title=TOLD)
    asked = {"sections": ["members", "activities"], "records": [record.pk], "version": "1"}
    shown = client.post(url, asked).content.decode()
    assert "就这样公开" in shown
    assert LEADER in shown
    assert TOLD in shown
    assert not PublicFace.objects.exists()

    assert client.post(url, asked | {"publish": "1"}).status_code == 302
    held = PublicFace.objects.get()
    assert held.sections == ["members", "activities"]
    late = client.post(url, asked | {"publish": "1"})
    assert late.status_code == 422
    assert "刚才有人改过" in late.content.decode()


def test_nobody_else_publishes_and_nothing_of_another_unit(client: Client, full: World) -> None:
    client.force_login(full.school_secretary)
    assert client.get(f"/units/{full.school.pk}/face/").status_code == 403
    client.force_login(full.party_contact)
    assert client.get(f"/units/{full.other_school.pk}/face/").status_code == 404
    foreign = faces.choosable(full.other_school).get()
    with pytest.raises(Refused):
        faces.publish(full.school, sections=["activities"], records=[foreign], is_findable=False,
                      version=1, by=full.party_contact)  # fmt: skip
