"""The office's queue: right or back, then the next, and never one's own."""

from django.test import Client
from django.urls import reverse

from activities.choices import ActivityState
from tests.factories import activities as records
from tests.personas import World


def test_the_queue_starts_with_the_longest_waiting(client: Client, city: World) -> None:
    first = records.submitted(city.school, by=city.school_secretary)
    records.submitted(city.schools[1], by=city.sibling_secretary)
    client.force_login(city.office_secretary)

    page = client.get(reverse("activities:queue"), follow=True)

    assert page.context["activity"] == first
    assert "第 1 条，共 2 条" in page.text


def test_accepting_counts_it_and_shows_the_next(client: Client, city: World) -> None:
    first = records.submitted(city.school, by=city.school_secretary)
    second = records.submitted(city.schools[1], by=city.sibling_secretary)
    client.force_login(city.office_secretary)

    answer = client.post(reverse("activities:accept", args=[first.pk]))

    first.refresh_from_db()
    assert first.state == ActivityState.ACCEPTED
    assert answer.headers["Location"] == reverse("activities:review", args=[second.pk])


def test_after_the_last_one_the_queue_says_so(client: Client, city: World) -> None:
    only = records.submitted(city.school, by=city.school_secretary)
    client.force_login(city.office_secretary)

    page = client.post(reverse("activities:accept", args=[only.pk]), follow=True)

    assert "没有等您审核的了" in page.text


def test_chips_become_the_sentence_the_school_reads(client: Client, city: World) -> None:
    record = records.submitted(city.school, by=city.school_secretary)
    client.force_login(city.office_secretary)

    client.post(
        reverse("activities:send_back", args=[record.pk]),
        {"reasons": ["photo_missing", "attendance_wrong"], "words": "写上主讲人"},
    )

    record.refresh_from_db()
    assert record.state == ActivityState.RETURNED
    assert record.return_reason == "请补一张现场照片；请核对到场人数；写上主讲人"


def test_sending_back_without_a_reason_says_to_give_one(client: Client, city: World) -> None:
    record = records.submitted(city.school, by=city.school_secretary)
    client.force_login(city.office_secretary)

    page = client.post(reverse("activities:send_back", args=[record.pk]), {"words": " "})

    record.refresh_from_db()
    assert page.status_code == 422
    assert "点一个原因，或者写一句话，学校才知道补什么" in page.text
    assert record.state == ActivityState.SUBMITTED


def test_a_colleague_who_was_quicker_is_named(client: Client, city: World) -> None:
    record = records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    client.force_login(city.office_secretary)

    for name in ("accept", "send_back"):
        page = client.post(reverse(f"activities:{name}", args=[record.pk]), {"words": "补"})
        assert page.status_code == 409
        assert f"{city.office_secretary.name}在" in page.text


def test_who_may_not_review(client: Client, city: World) -> None:
    record = records.submitted(city.school, by=city.school_secretary)
    url = reverse("activities:accept", args=[record.pk])

    statuses = {}
    for persona in ("school_secretary", "bureau_leader", "auditor", "other_office_secretary",
                    "sibling_secretary", "judge"):  # fmt: skip
        client.force_login(city.users[persona])
        statuses[persona] = client.post(url).status_code

    assert statuses == {
        "school_secretary": 403, "bureau_leader": 403, "auditor": 403,
        "other_office_secretary": 404, "sibling_secretary": 404, "judge": 404,
    }  # fmt: skip
    record.refresh_from_db()
    assert record.state == ActivityState.SUBMITTED


def test_a_school_has_no_queue(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)

    assert client.get(reverse("activities:queue")).status_code == 403
