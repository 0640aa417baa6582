"""Reading a list page by page meets every row once, whatever the order and wherever one starts."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.kernel.models import Counter
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
