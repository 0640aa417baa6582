"""Codes on paper: no slip of one digit or one swap is ever taken for another sheet."""

import io
from random import Random

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from portal.kernel import codes
from portal.kernel.codes import Code, Sheet
from portal.kernel.errors import Refused

SHEETS = st.sampled_from(Sheet)
NUMBERS = st.integers(1, 999_999) | st.integers(1_000_000, 9_999_999_999)


def accepted(digits: str) -> bool:
    try:
        codes.read(digits)
    except Refused:
        return False
    return True


def test_the_table_keeps_damms_property_in_every_cell() -> None:
    """x*x = 0, every row and column is a permutation, and (c*x)*y = (c*y)*x only where x = y."""
    table = codes._TABLE
    digits = range(10)
    assert all(sorted(row) == list(digits) for row in table)
    assert all(sorted(row[at] for row in table) == list(digits) for at in digits)
    assert all(table[x][x] == 0 for x in digits)
    swapped = [
        (c, x, y)
        for c in digits
        for x in digits
        for y in digits
        if x != y and table[table[c][x]][y] == table[table[c][y]][x]
    ]
    assert swapped == []


@settings(max_examples=60)
@given(SHEETS, NUMBERS)
def test_a_code_comes_back_as_it_was_printed(sheet: Sheet, number: int) -> None:
    code = Code(sheet, number)

    assert codes.read(str(code)) == codes.read(code.digits) == code
    assert codes.in_address(f"https://portal.example{code.path}") == code


@settings(max_examples=40)
@given(SHEETS, NUMBERS)
def test_every_wrong_digit_and_every_swap_of_neighbours_is_refused(
    sheet: Sheet, number: int
) -> None:
    digits = Code(sheet, number).digits
    wrong = {
        digits[:at] + other + digits[at + 1 :]
        for at in range(len(digits))
        for other in "0123456789"
    }
    wrong |= {
        digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        for at in range(len(digits) - 1)
    }

    assert [one for one in wrong - {digits} if accepted(one)] == []


def test_a_typed_code_may_have_spaces_dashes_and_full_width_digits() -> None:
    code = Code(Sheet.RECORD, 462)
    assert str(code).startswith("1000 462")
    wide = str(code).translate(str.maketrans("0123456789 ", "０１２３４５６７８９－"))

    assert codes.read(f" {wide} ") == code


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1", "8 位"),
        ("1000 462", "您输了 7 位"),
        ("１２３４abcd", "只有数字"),
        ("²0004625", "只有数字"),
    ],
)
def test_what_is_no_code_is_answered_with_what_to_do(typed: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        codes.read(typed)


def test_foreign_addresses_are_no_codes_of_ours() -> None:
    good = Code(Sheet.RECORD, 1).digits
    assert codes.in_address("https://example.org/") is None
    assert codes.in_address(f"https://example.org/c/{int(good) + 1}/") is None
    assert codes.in_address("") is None


# --- photographs ---------------------------------------------------------------------------------


def sheet_of_paper(text: str) -> Image.Image:
    """An A4 page at 150 dpi with a code of 22 mm in its corner and lines like a table."""
    page = Image.new("L", (1240, 1754), 250)
    buffer = io.BytesIO()
    made = segno.make(text, error="q", micro=False)
    made.save(buffer, kind="png", scale=8, border=4)
    code = Image.open(io.BytesIO(buffer.getvalue())).convert("L").resize((150, 150))
    page.paste(code, (1000, 90))
    for y in range(400, 1600, 60):
        page.paste(60, (100, y, 1140, y + 2))
    return page


def jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70)
    return out.getvalue()


def turned(page: Image.Image) -> Image.Image:
    return page.rotate(17, expand=True, fillcolor=120, resample=Image.Resampling.BICUBIC)


def upside_down(page: Image.Image) -> Image.Image:
    return page.rotate(183, expand=True, fillcolor=120, resample=Image.Resampling.BICUBIC)


def leaning(page: Image.Image) -> Image.Image:
    """Taken from below: the far edge is a fifth shorter."""
    w, h = page.size
    quad = (-0.1 * w, -0.05 * h, 0, h, w, h, 1.1 * w, -0.05 * h)
    return page.transform(page.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fill=1)


def shaken(page: Image.Image) -> Image.Image:
    return page.filter(ImageFilter.GaussianBlur(1.6))


def dim_and_noisy(page: Image.Image) -> Image.Image:
    random = Random(3)
    noise = Image.frombytes("L", page.size, random.randbytes(page.width * page.height))
    return Image.blend(page.point(lambda v: 40 + v * 0.35), noise, 0.12)


@pytest.mark.parametrize("taken", [turned, upside_down, leaning, shaken, dim_and_noisy])
def test_a_photo_of_the_sheet_finds_its_code(taken: object) -> None:
    code = Code(Sheet.RECORD, 4711)
    picture = taken(sheet_of_paper(f"http://portal.example{code.path}"))  # type: ignore[operator]

    assert [codes.in_address(text) for text in codes.qr_in(jpeg(picture))] == [code]


def test_a_photo_without_a_code_finds_none() -> None:
    assert codes.qr_in(jpeg(Image.new("L", (800, 600), 200))) == []


def test_the_printed_code_is_drawn_in_lines() -> None:
    svg = codes.qr_svg("http://portal.example/c/10000017/")

    assert svg.startswith(b"<svg")
    assert b"<path" in svg


# --- control totals ------------------------------------------------------------------------------


@settings(max_examples=80)
@given(st.lists(st.integers(0, 9999), min_size=1, max_size=6), st.data())
def test_the_row_with_a_slip_is_always_among_those_named(meant: list[int], data: st.DataObject):
    at = data.draw(st.integers(0, len(meant) - 1))
    text = str(meant[at])
    place = data.draw(st.integers(0, len(text) - 1))
    digit = data.draw(st.sampled_from("0123456789"))
    typed = list(meant)
    typed[at] = int(text[:place] + digit + text[place + 1 :])

    named = codes.doubtful(typed, sum(meant))

    assert (at in named) == (typed[at] != meant[at])


def test_a_swap_in_one_row_names_that_row() -> None:
    assert codes.doubtful([81, 5, 40], 18 + 5 + 40) == [0]
    assert codes.doubtful([18, 5, 40], 63) == []
    assert codes.doubtful([18, 5, 40], 99_999) == []
