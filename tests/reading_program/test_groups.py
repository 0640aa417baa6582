"""组别: the bureau's to set until somebody enters in one; places may be given by group."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.kernel.errors import Refused
from reading_program.models import Quota
from reading_program.services import groups, quotas
from tests.factories import reading_entries as entries
from tests.factories import reading_program
from tests.personas import World

SENIOR = {
    "name": "中职", "grades": "中职一至三年级", "first_grade": 10, "last_grade": 12,
    "asks_birth_month": False,
}  # fmt: skip


def test_a_group_with_an_entry_is_refused_and_the_others_are_not(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    entries.draft(edition, city.school)
    taken, free = entries.group(edition), entries.group(edition, "高中")

    with pytest.raises(Refused, match="“小学高段”已经有学校登记了作品"):
        groups.set_groups(edition, rows=[(taken.pk, SENIOR)], by=city.bureau_staff)
    groups.set_groups(edition, rows=[(free.pk, SENIOR)], by=city.bureau_staff)
    free.refresh_from_db()
    assert (free.name, free.first_grade) == ("中职", 10)


def test_a_group_with_places_is_not_taken_away(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    group = entries.group(edition, "高中")
    quotas.give(
        entries.track(edition), unit=city.office, group=group, places=3, by=city.bureau_staff
    )
    with pytest.raises(Refused, match="先去掉那些"):
        groups.set_groups(edition, rows=[(group.pk, {**SENIOR, "name": ""})], by=None)


def test_the_page_changes_adds_and_takes_away_and_says_what_is_wrong(city: World) -> None:
    edition = reading_program.prepared_edition(city.bureau)
    url = reverse("reading_program:groups", args=[edition.pk])
    client = Client()
    client.force_login(city.bureau_staff)
    assert "小学低段" in client.get(url).content.decode()

    asked = {"name_0": "小学低年级", "first_grade_0": "1", "last_grade_0": "3", "name_4": "中职"}
    answer = client.post(url, {**asked, "first_grade_4": "12", "last_grade_4": "10"})
    assert answer.status_code == 422
    assert "不能比从几年级还小" in answer.content.decode()
    answer = client.post(url, {**asked, "name_5": "中职"})
    assert "上面已经有同名的组别" in answer.content.decode()
    assert client.post(url, {"name_0": ""}).status_code == 422
    assert edition.groups.count() == 4

    assert client.post(url, asked).status_code == 302
    assert list(edition.groups.values_list("name", "first_grade")) == [
        ("小学低年级", 1), ("中职", None),
    ]  # fmt: skip


def test_places_are_given_to_one_group_alone(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    group = entries.group(edition)
    url = reverse("reading_program:places", args=[edition.pk, "essay"])
    client = Client()
    client.force_login(city.bureau_staff)
    answer = client.post(f"{url}?group={group.pk}", {f"unit_{city.office.pk}": "4"})
    assert answer.headers["Location"] == f"{url}?group={group.pk}"
    assert list(Quota.objects.values_list("unit", "group", "places")) == [
        (city.office.pk, group.pk, 4)
    ]
    assert 'value="4"' in client.get(f"{url}?group={group.pk}").content.decode()
    assert 'value="4"' not in client.get(url).content.decode()
