"""Issues that open by themselves when their period is over, and nothing twice."""

import threading
from datetime import date

import pytest
from django.db import connections

from evaluations.models import BulletinIssue, BulletinSeries
from evaluations.services import bulletins
from evaluations.services.series import change_series, due_periods, open_due
from portal.kernel.models import Notice
from tests.factories import evaluations as factory
from tests.factories.evaluations import TODAY

NEW_YEAR = date(2023, 1, 1)


def automatic(city, *, slug: str = "jygg", since: date = NEW_YEAR, **fields) -> BulletinSeries:
    """A series that opens by itself, switched on at `since`."""
    made = factory.series(city, slug, **{"cadence": "month", "opens_day": 1} | fields)
    BulletinSeries.objects.filter(pk=made.pk).update(automatic_from=since)
    made.refresh_from_db()
    return made


def opened(series: BulletinSeries) -> list[str]:
    return list(series.issues.order_by("period").values_list("period", flat=True))


def test_an_issue_opens_on_the_day_its_series_names_and_not_before(city):
    series = automatic(city, opens_day=5)

    assert open_due(on=date(2023, 2, 4)) == []
    assert [issue.period for issue in open_due(on=date(2023, 2, 5))] == ["2023-01"]
    assert opened(series) == ["2023-01"]


def test_an_opened_issue_holds_the_recommended_records_and_its_editors_are_told(city):
    automatic(city)
    told = factory.record(city, held_on=date(2023, 1, 10), for_bulletin=True)

    issue = open_due(on=date(2023, 2, 1))[0]

    assert [article.source_id for article in issue.articles.all()] == [told.pk]
    notice = Notice.objects.get(user=city.bureau_staff, text__contains="到期开编了")
    assert "已放进 1 篇" in notice.text
    assert notice.link == f"/bulletins/{issue.pk}/"
    assert not Notice.objects.filter(user=city.school_secretary, text__contains="开编").exists()


def test_missed_mornings_are_made_up_once(city):
    series = automatic(city)

    assert len(open_due(on=date(2023, 4, 3))) == 3
    assert open_due(on=date(2023, 4, 3)) == []
    assert opened(series) == ["2023-01", "2023-02", "2023-03"]
    assert Notice.objects.filter(user=city.bureau_staff, text__contains="开编").count() == 3


def test_a_period_opened_by_hand_is_left_alone(city):
    series = automatic(city)
    by_hand = bulletins.open_issue(series, period="2023-01", on=TODAY, by=city.bureau_staff)

    assert open_due(on=date(2023, 2, 3)) == []
    assert list(series.issues.all()) == [by_hand]


def test_switching_it_on_reaches_back_to_no_period_that_was_over(city):
    series = automatic(city, since=date(2023, 3, 20))

    assert [period.code for period in due_periods(series, on=date(2023, 4, 1))] == ["2023-03"]


def test_switched_off_and_on_again_it_begins_anew(city):
    series = automatic(city)
    change_series(series, fields={"opens_day": None}, by=city.bureau_staff)
    assert (series.automatic_from, open_due(on=date(2023, 9, 1))) == (None, [])

    change_series(series, fields={"opens_day": 3}, by=city.bureau_staff)
    assert series.automatic_from is not None


def test_an_office_has_its_own_series_and_its_own_editors(city):
    series = automatic(city)
    BulletinSeries.objects.filter(pk=series.pk).update(unit=city.office)

    open_due(on=date(2023, 2, 1))

    assert Notice.objects.filter(user=city.office_secretary, text__contains="开编").count() == 1
    assert not Notice.objects.filter(user=city.bureau_staff, text__contains="开编").exists()


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_open_one_issue(city):
    automatic(city)
    factory.record(city, held_on=date(2023, 1, 10), for_bulletin=True)
    together, failures = threading.Barrier(2), []

    def tick() -> None:
        try:
            together.wait(10)
            open_due(on=date(2023, 2, 1))
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tick) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert failures == []
    issue = BulletinIssue.objects.get()
    assert issue.articles.count() == 1
    assert Notice.objects.filter(user=city.bureau_staff, text__contains="开编").count() == 1


def test_the_form_says_when_an_issue_opens_by_itself(city, client):
    series = factory.series(city)
    client.force_login(city.bureau_staff)
    fields = {
        "name": series.name, "publisher": series.publisher, "cadence": "quarter",
        "opens_day": "31",
    }  # fmt: skip

    refused = client.post(f"/bulletins/series/{series.slug}/", fields)
    assert refused.status_code == 422
    assert "数字不能大于 28" in refused.content.decode()

    client.post(f"/bulletins/series/{series.slug}/", fields | {"opens_day": "1"})
    assert "期满第 1 天自动开编" in client.get("/bulletins/").content.decode()


def test_an_issue_being_edited_stands_on_its_editors_home(city, client):
    issue = factory.draft(city)

    client.force_login(city.bureau_staff)
    page = client.get("/todo/", follow=True).content.decode()
    assert f"/bulletins/{issue.pk}/" in page

    client.force_login(city.school_secretary)
    assert "编《" not in client.get("/todo/", follow=True).content.decode()
