"""年度结转: shut, packed, opened again; the next year begins with nothing done."""

from datetime import date

import pytest
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse

import evaluations.schedule  # noqa: F401 - the worker finds it by itself; here the job runs at once
from activities.models import Activity, Credit, ObligationCell, TaskWork, WorkPlan
from committees.models import ObligationSet
from evaluations.choices import YearState
from evaluations.documents.ledgers import check_archive
from evaluations.models import Ledger, YearClose
from evaluations.services import years
from portal.kernel import files
from portal.kernel.jobs import JobCancelled
from portal.kernel.models import AuditEvent
from tests.factories import activities as factory
from tests.factories import plans
from tests.personas import World

pytestmark = pytest.mark.django_db


def quiet(done: int, total: int, message: str) -> None:
    assert 0 <= done <= total, message


def few_units(city: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two archives show what ten do."""
    whole = years.units_of
    wanted = [city.school.pk, city.bureau.pk]
    monkeypatch.setattr(
        years, "units_of", lambda of, *, year: whole(of, year=year).filter(pk__in=wanted)
    )


def test_a_closed_year_is_packed_and_the_next_one_has_nothing_done(
    city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_units(city, monkeypatch)
    plans.published(city.bureau, by=city.bureau_staff)
    factory.accepted(
        city.school, by=city.school_secretary, reviewer=city.office_secretary, slug="report_heard"
    )
    counted = ObligationCell.objects.filter(counted__gt=0).count()
    closing = years.close(city.bureau, year=2023, by=city.bureau_staff)
    assert years.pack(closing, by=city.bureau_staff, say=quiet) == 2

    closing.refresh_from_db()
    assert closing.state == YearState.SEALED
    for made in Ledger.objects.filter(close=closing):
        assert check_archive(files.read(made.archive)).is_whole
    asked = ObligationSet.objects.get(city=city.bureau, year=2024)
    assert asked.published_at is None
    assert {item.due_on.year for item in asked.items.all()} == {2024}
    assert not ObligationCell.objects.filter(item__obligation_set=asked).exists()
    assert not Credit.objects.filter(held_on__year=2024).exists()
    plan = WorkPlan.objects.get(city=city.bureau, year=2024)
    assert not TaskWork.objects.filter(task__node__plan=plan).exists()
    assert ObligationCell.objects.filter(counted__gt=0).count() == counted


def test_what_is_open_is_counted_before_and_kept_with_the_closing(city: World) -> None:
    by = city.school_secretary
    factory.draft(city.school, by=by)
    factory.submitted(city.school, by=by, slug="report_heard")
    factory.returned(city.school, by=by, reviewer=city.office_secretary)

    left = years.unfinished(city.bureau, year=2023)
    closing = years.close(city.bureau, year=2023, by=city.bureau_staff)

    assert (left.drafts, left.waiting, left.returned) == (1, 1, 1)
    assert left.pending_credits >= 1
    assert closing.open_at_close["waiting"] == 1
    assert years.unfinished(city.bureau, year=2022).is_nothing


def test_who_stops_the_packing_opens_the_year_again(
    city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_units(city, monkeypatch)
    closing = years.close(city.bureau, year=2023, by=city.bureau_staff)

    def stop(done: int, total: int, message: str) -> None:
        if done:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        years.pack(closing, by=city.bureau_staff, say=stop)

    assert YearClose.objects.get(pk=closing.pk).state == YearState.REOPENED
    assert not ObligationSet.objects.filter(year=2024).exists()


def test_opening_again_asks_why_and_stands_in_the_trail(client: Client, city: World) -> None:
    closing = years.close(city.bureau, year=2023, by=city.bureau_staff)
    client.force_login(city.bureau_staff)
    reopen = reverse("evaluations:year_reopen", args=[2023])

    assert client.post(reopen, {"reason": ""}).status_code == 422
    assert client.post(reopen, {"reason": "石桥小学漏报两次"}).status_code == 302

    closing.refresh_from_db()
    assert closing.state == YearState.REOPENED
    assert AuditEvent.objects.filter(verb="year.reopen", note="石桥小学漏报两次").count() == 1


def test_the_bureau_looks_before_it_closes(client: Client, city: World) -> None:
    factory.submitted(city.school, by=city.school_secretary)
    client.force_login(city.bureau_staff)
    close = reverse("evaluations:year_close", args=[2023])

    page = client.get(reverse("evaluations:year", args=[2023])).content.decode()
    assert "1 条记录等审核" in page
    assert client.post(close).status_code == 422
    assert not YearClose.objects.exists()
    assert client.post(close, {"seen": "on"}).status_code == 302
    assert YearClose.objects.get().state == YearState.SEALING
    this = date.today().year
    answer = client.post(reverse("evaluations:year_close", args=[this]), {"seen": "on"})
    assert answer.status_code == 409


def test_the_page_of_a_refused_change_says_why(client: Client, city: World) -> None:
    made = factory.submitted(city.school, by=city.school_secretary)
    years.close(city.bureau, year=2023, by=city.bureau_staff)

    with pytest.raises(Error), transaction.atomic():
        Activity.objects.filter(pk=made.pk).update(title="改一改")
    client.force_login(city.office_secretary)
    answer = client.post(reverse("activities:accept", args=[made.pk]))
    assert answer.status_code == 409
    assert "2023年度已经结转封存" in answer.content.decode()
