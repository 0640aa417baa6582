"""Reading a list page by page meets every row once, whatever the order and wherever one starts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F, Model, QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.kernel.models import Counter, Job
from portal.kernel.paging import read_page


@pytest.mark.parametrize("by", [["value", "pk"], ["-value", "-pk"], ["-value", "pk"]])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.integers(0, 4), max_size=12), size=st.integers(1, 5))
def test_pages_meet_every_row_once_in_order(
    db: None, by: list[str], values: list[int], size: int
) -> None:
    Counter.objects.all().delete()
    for number, value in enumerate(values):
        Counter.objects.create(key=str(number), value=value)
    met, after = [], ""
    for _ in range(len(values) + 1):
        page = read_page(Counter.objects.all(), by=by, after=after, size=size)
        met += page.rows
        after = page.older
        if not after:
            break

    assert met == list(Counter.objects.order_by(*by))


@pytest.mark.parametrize("after", ["nonsense", "x_y", "1_2_3", "_", "99999999999999999999_1"])
def test_a_key_that_cannot_be_read_starts_at_the_beginning(db: None, after: str) -> None:
    Counter.objects.create(key="a", value=1)

    page = read_page(Counter.objects.all(), by=["value", "pk"], after=after)

    assert [row.key for row in page.rows] == (["a"] if page.is_first else [])


def pages(
    queryset: QuerySet[Job], *, by: list[str], size: int, empty_last: set[str]
) -> list[Model]:
    met: list[Model] = []
    after = ""
    for _ in range(queryset.count() + 1):
        page = read_page(queryset, by=by, after=after, size=size, empty_last=empty_last)
        met += page.rows
        after = page.older
        if not after:
            break
    return met


WHEN = st.none() | st.integers(0, 2)
WORDS = st.text("_~un甲", max_size=3)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(WHEN, WORDS), max_size=9),
    size=st.integers(1, 4),
    day=st.sampled_from(["started_at", "-started_at"]),
    title=st.sampled_from(["title", "-title"]),
    last=st.booleans(),
)
def test_rows_without_a_value_and_words_with_the_separator_are_met_once_too(
    db: None, rows: list[tuple[int | None, str]], size: int, day: str, title: str, last: bool
) -> None:
    Job.objects.all().delete()
    first = datetime(2023, 3, 1, 8, tzinfo=UTC)
    for number, (hours, words) in enumerate(rows):
        at = None if hours is None else first + timedelta(hours=hours)
        Job.objects.create(key=str(number), kind="none", title=words, started_at=at)
    falls_last = last and day.startswith("-")
    ordering = F("started_at").desc(nulls_last=True) if falls_last else day

    met = pages(
        Job.objects.all(),
        by=[day, title, "pk"],
        size=size,
        empty_last={"started_at"} if last else set(),
    )

    assert met == list(Job.objects.order_by(ordering, title, "pk"))


def test_a_row_that_leads_to_nobody_is_met_once(db: None) -> None:
    for number in range(5):
        Job.objects.create(key=str(number), kind="none", title="没有主人")

    met = pages(Job.objects.all(), by=["-owner__name", "pk"], size=2, empty_last={"owner__name"})

    assert [row.pk for row in met] == sorted(Job.objects.values_list("pk", flat=True))
