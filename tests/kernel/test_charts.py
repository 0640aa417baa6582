"""A drawing stays inside its frame, whatever the numbers, and says them exactly."""

from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TICKS, TOP, WIDTH, Chart, Series
from portal.kernel.charts import nice_top as top_of

NUMBERS = st.lists(st.integers(0, 10**7), min_size=1, max_size=24)


def chart(first: list[int], second: list[int]) -> Chart:
    return Chart(
        "months", "场次", "次", "月份", [f"{n}月" for n in range(1, len(first) + 1)],
        [Series("今年", first), Series("去年", second, is_mark=True)],
    )  # fmt: skip


@given(st.integers(0, 10**9))
def test_the_axis_ends_at_a_number_the_ticks_divide(most: int) -> None:
    top = top_of(most)
    assert top >= most
    assert top % TICKS == 0
    assert top <= max(TICKS, most * 2)


@given(NUMBERS, st.data())
def test_columns_and_marks_stand_inside_the_frame(first: list[int], data: st.DataObject) -> None:
    same = st.lists(st.integers(0, 10**7), min_size=len(first), max_size=len(first))
    it = chart(first, data.draw(same))
    for box in [*it.columns, *it.marks]:
        assert LEFT - 12 <= box.x <= box.x + box.width <= WIDTH - RIGHT + 12
        assert TOP - 0.1 <= box.y <= HEIGHT - BOTTOM + 0.1
    assert sum(box.value for box in it.columns) == sum(first)
    assert [row.values[0] for row in it.rows] == first


@given(NUMBERS)
def test_a_taller_column_means_a_greater_number(first: list[int]) -> None:
    boxes = sorted(chart(first, [0] * len(first)).columns, key=lambda box: box.value)
    assert [box.height for box in boxes] == sorted(box.height for box in boxes)


def test_nothing_to_draw_is_said() -> None:
    assert chart([0, 0], [0, 0]).is_empty
    assert not chart([0, 0], [0, 3]).is_empty
