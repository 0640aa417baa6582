"""Short codes on paper: digits a person can type, a QR code a photo can be found by.

A code is one digit for the kind of sheet, the number of the row, and a check digit after Damm:
digits only, because they are read over the telephone and typed on a number pad. The check digit
differs for every wrong single digit and for every swap of two neighbours, whichever and wherever.
"""

import io
import re
from dataclasses import dataclass
from enum import IntEnum

from portal.kernel.errors import Refused

# A weakly totally anti-symmetric quasigroup of order 10 with zeros on the diagonal, as H. M. Damm
# showed to exist; tests/kernel/test_codes.py checks the property cell by cell.
_TABLE = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
# Read aloud over the telephone without confusion: no 0/o, 1/l/i.
LETTERS = "abcdefghjkmnpqrstuvwxyz"
DIGITS = "23456789"

_LENGTHS = (8, 12)  # kind, 6 or 10 digits of the row's number, check digit
_FULL_WIDTH = str.maketrans("０１２３４５６７８９－—–　", "0123456789--- ")
_IN_ADDRESS = re.compile(r"/c/(\d{8}|\d{12})/?$")


class Sheet(IntEnum):
    """The first digit: what kind of paper this is."""

    RECORD = 1  # a record, and the sign-in sheet of it
    PAPER_FORM = 2  # a record form printed before there is a record
    LECTURE = 3  # 宣讲单
    MARKS = 4  # one assessor's marks of one unit


@dataclass(frozen=True, slots=True)
class Code:
    """What a correct code stands for; ``number`` is the row's."""

    sheet: Sheet
    number: int

    @property
    def digits(self) -> str:
        """8 or 12 digits, as they stand in an address."""
        body = f"{int(self.sheet)}{self.number:06}"
        if len(body) + 1 > _LENGTHS[0]:
            body = f"{int(self.sheet)}{self.number:010}"
        return body + str(check_digit(body))

    def __str__(self) -> str:
        """Groups of four, as printed: 1000 4623."""
        digits = self.digits
        return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))

    @property
    def path(self) -> str:
        return f"/c/{self.digits}/"


def check_digit(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _TABLE[interim][int(digit)]
    return interim


def read(typed: str) -> Code:
    """Read a typed code, spaces and dashes as one likes; Refused says what to look at."""
    digits = re.sub(r"[\s-]", "", typed.translate(_FULL_WIDTH))
    if not digits.isascii() or not digits.isdigit():
        raise Refused("编号只有数字，在纸的右上角二维码下面，例如 1000 4623")
    if len(digits) not in _LENGTHS:
        raise Refused(f"编号是 8 位数字，您输了 {len(digits)} 位，再数一数")
    known = {int(sheet) for sheet in Sheet}
    if check_digit(digits) != 0 or int(digits[0]) not in known:
        raise Refused("编号里有一位不对，照着纸上的再核对一遍")
    code = Code(Sheet(int(digits[0])), int(digits[1:-1]))
    if code.digits != digits:  # a short number written long is nobody's code
        raise Refused("编号里有一位不对，照着纸上的再核对一遍")
    return code


def in_address(text: str) -> Code | None:
    """The code of a scanned address of any host, or None: foreign QR codes are none of ours."""
    found = _IN_ADDRESS.search(text.strip())
    try:
        return read(found[1]) if found else None
    except Refused:
        return None


def qr_svg(text: str) -> bytes:
    """A QR code as vector, with its quiet zone; level Q outlives a photocopy and a fold."""
    import segno  # noqa: PLC0415 - only pages that show a code pay for it

    out = io.BytesIO()
    segno.make(text, error="q", micro=False).save(out, kind="svg", border=4, xmldecl=False)
    return out.getvalue()


def qr_data_uri(text: str) -> str:
    """The same for an <img> on the screen, level M: shorter, for cameras at the back."""
    import segno  # noqa: PLC0415

    return str(segno.make(text, error="m", micro=False).svg_data_uri(border=2))


def qr_in(picture: bytes) -> list[str]:
    """Texts of all QR codes in a photo, upright or turned, in perspective or a little blurred.

    Raises nothing for a photo without one; OSError when the bytes are no picture.
    """
    import zxingcpp  # noqa: PLC0415 - the only door to it
    from PIL import Image  # noqa: PLC0415

    with Image.open(io.BytesIO(picture)) as opened:
        grey = opened.convert("L")
    only_qr = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found: list[str] = []
    # A code of 22 mm on A4 keeps enough dots at half size, and half size forgives shaking.
    for scale in (1.0, 0.5, 2.0):
        size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
        if size[0] * size[1] > 30_000_000:
            continue
        shown = grey if scale == 1.0 else grey.resize(size, Image.Resampling.BILINEAR)
        read_here = zxingcpp.read_barcodes(shown, formats=only_qr)
        found += [code.text for code in read_here if code.text not in found]
        if found:
            break
    return found


# --- control totals ------------------------------------------------------------------------------

_WIDEST = 6  # digits of a number of people on one sheet


def doubtful(values: list[int], total: int) -> list[int]:
    """Places (from 0) of values that one slip would explain, when their sum is not `total`.

    A slip is one wrong digit, one digit too many or too few, or two neighbours swapped. Empty
    when the sum fits, or when no single slip explains it.
    """
    missing = total - sum(values)
    if missing == 0:
        return []
    return [at for at, value in enumerate(values) if value + missing in _slips(value)]


def _slips(value: int) -> set[int]:
    """Every number from which one slip of the hand makes `value`."""
    meant = set()
    # A wrong first digit may be a nought, which the number does not keep: 0500 was typed for 9500.
    for width in range(len(str(value)), _WIDEST + 1):
        text = f"{value:0{width}}"
        places = range(width)
        meant |= {text[:at] + other + text[at + 1 :] for at in places for other in "0123456789"}
        meant |= {text[:at] + text[at + 1 :] for at in places}
        meant |= {text[:at] + text[at : at + 2][::-1] + text[at + 2 :] for at in places}
    text = str(value)
    meant |= {text[:at] + more + text[at:] for at in range(len(text) + 1) for more in "0123456789"}
    return {int(one or "0") for one in meant} - {value}
