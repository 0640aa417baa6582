"""Photos for some of the demo's records: drawn, so that nobody's face stands in a repository."""

import io
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import cache
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from activities.choices import ActivityState, FileRole
from activities.models import Activity, ActivityFile
from portal.kernel import files
from portal.kernel.fonts import FOLDER

WIDE, HIGH = 1200, 800
SKIN = ("#f0cfae", "#e8c19c", "#d9ad86", "#f3d6bb")
COATS = ("#3b4a63", "#5a4636", "#40594c", "#6a3d45", "#49506b", "#7a6a52", "#2f5d73")
GREY_HAIR = ("#d9d9d6", "#c4c2bd", "#a9a6a1", "#8d8a86")
DARK_HAIR = ("#2b2522", "#352c26", "#1f1c1b", "#43362c")
UNIFORMS = ("#2f6fb0", "#3c8d6b", "#c94f4f", "#e0a63a")

Painter = Callable[[ImageDraw.ImageDraw, Random, str], None]


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FOLDER / "YuandingHei.otf"), size)


def _room(draw: ImageDraw.ImageDraw, random: Random) -> None:
    wall = random.choice(["#e9e3d6", "#e3e8e6", "#ece4da", "#e6e6ec"])
    draw.rectangle((0, 0, WIDE, HIGH * 0.62), fill=wall)
    draw.rectangle((0, HIGH * 0.62, WIDE, HIGH), fill="#b9a27f")
    draw.rectangle((0, HIGH * 0.605, WIDE, HIGH * 0.625), fill="#8f7b5c")
    left = random.choice([60, 900])
    for column in range(2):
        x = left + column * 118
        draw.rectangle((x, 190, x + 106, 400), fill="#a9c9e2", outline="#f7f5ef", width=8)
        draw.rectangle((x, 292, x + 106, 300), fill="#f7f5ef")


def _banner(draw: ImageDraw.ImageDraw, words: str) -> None:
    draw.rectangle((90, 60, WIDE - 90, 140), fill="#b3191d")
    size = min(46, (WIDE - 260) // max(1, len(words)))
    draw.text((WIDE / 2, 100), words, font=_font(size), fill="#fbe6b0", anchor="mm")


def _person(
    draw: ImageDraw.ImageDraw, x: float, y: float, size: float, *, skin: str, hair: str, coat: str
) -> None:
    """Head and shoulders; (x, y) is the chin."""
    draw.ellipse((x - size, y - size * 0.1, x + size, y + size * 2.6), fill=coat)
    draw.rectangle((x - size, y + size * 1.2, x + size, y + size * 2.6), fill=coat)
    draw.polygon([(x - size * 0.28, y), (x + size * 0.28, y), (x, y + size * 0.7)], fill="#f5f2ea")
    head = size * 0.62
    draw.ellipse((x - head, y - head * 2.35, x + head, y + head * 0.12), fill=hair)
    draw.ellipse((x - head * 0.86, y - head * 1.95, x + head * 0.86, y + head * 0.12), fill=skin)
    draw.pieslice((x - head, y - head * 2.4, x + head, y - head * 0.55), 185, 355, fill=hair)


def _from_behind(
    draw: ImageDraw.ImageDraw, random: Random, x: float, y: float, size: float
) -> None:
    coat = random.choice(UNIFORMS)
    draw.ellipse((x - size, y, x + size, y + size * 2.4), fill=coat)
    draw.ellipse((x - size * 0.6, y - size * 1.1, x + size * 0.6, y + size * 0.25),
                 fill=random.choice(DARK_HAIR))  # fmt: skip


def _elder(draw: ImageDraw.ImageDraw, random: Random, x: float, y: float, size: float) -> None:
    _person(draw, x, y, size, skin=random.choice(SKIN), hair=random.choice(GREY_HAIR),
            coat=random.choice(COATS))  # fmt: skip


def meeting(draw: ImageDraw.ImageDraw, random: Random, words: str) -> None:
    """A long table, a red banner, people behind their papers."""
    _room(draw, random)
    _banner(draw, words)
    seats = random.randint(5, 7)
    for seat in range(seats):
        x = 170 + seat * (WIDE - 340) / (seats - 1) + random.randint(-12, 12)
        hair = random.choice(GREY_HAIR if random.random() < 0.55 else DARK_HAIR)
        _person(draw, x, 400 + random.randint(-14, 14), 74, skin=random.choice(SKIN), hair=hair,
                coat=random.choice(COATS))  # fmt: skip
    draw.rectangle((50, 520, WIDE - 50, 560), fill="#8a5d36")
    draw.rectangle((50, 560, WIDE - 50, 740), fill="#a3744a")
    for seat in range(seats):
        x = 170 + seat * (WIDE - 340) / (seats - 1)
        draw.polygon([(x - 44, 540), (x + 44, 540), (x + 36, 506), (x - 36, 506)], fill="#fdfdfa")
        draw.rectangle((x + 54, 500, x + 74, 536), fill="#e8eef0")


def lesson(draw: ImageDraw.ImageDraw, random: Random, words: str) -> None:
    """An elder at the blackboard, rows of pupils seen from behind."""
    _room(draw, random)
    draw.rectangle((240, 70, 960, 400), fill="#8a6a45")
    draw.rectangle((256, 86, 944, 384), fill="#2f4f44")
    size = min(52, 600 // max(1, len(words)))
    draw.text((600, 180), words, font=_font(size), fill="#f4f1e3", anchor="mm")
    draw.line((330, 240, 870, 240), fill="#cfd8cf", width=3)
    side = random.choice([330, 860])
    _elder(draw, random, side, 360, 66)
    draw.rectangle((side - 90, 470, side + 90, 560), fill="#9a7148")
    for row, y in enumerate((560, 650)):
        for column in range(7 + row):
            x = 90 + column * (WIDE - 180) / (6 + row) + random.randint(-14, 14)
            _from_behind(draw, random, x, y + random.randint(-10, 10), 50 + 12 * row)


def reading(draw: ImageDraw.ImageDraw, random: Random, words: str) -> None:
    """Shelves, a half circle of children, an elder with an open book."""
    draw.rectangle((0, 0, WIDE, HIGH), fill="#efe7d8")
    for shelf in range(3):
        y = 150 + shelf * 120
        draw.rectangle((70, y + 84, WIDE - 70, y + 98), fill="#a57f53")
        x = 84.0
        while x < WIDE - 110:
            wide, tall = random.randint(14, 30), random.randint(52, 82)
            colour = random.choice(
                ["#b5483f", "#3f6f9d", "#d6a443", "#5c8a62", "#7d5a8c", "#c9c2b2"]
            )
            draw.rectangle((x, y + 84 - tall, x + wide, y + 84), fill=colour)
            x += wide + random.choice([2, 2, 2, 26])
    draw.rectangle((0, 560, WIDE, HIGH), fill="#c9dcc0")
    draw.text((WIDE / 2, 90), words[:16], font=_font(44), fill="#9c2a22", anchor="mm")
    _elder(draw, random, WIDE / 2, 470, 72)
    draw.polygon([(530, 590), (600, 570), (600, 640), (530, 656)], fill="#fffdf6")
    draw.polygon([(670, 590), (600, 570), (600, 640), (670, 656)], fill="#f3eddd")
    for child in range(8):
        x = 110 + child * (WIDE - 220) / 7
        _from_behind(draw, random, x, 640 + abs(child - 3.5) * -16 + 60, 54)


def visit(draw: ImageDraw.ImageDraw, random: Random, words: str) -> None:
    """Two elders and a child at a small table by a window."""
    draw.rectangle((0, HIGH * 0.62, WIDE, HIGH), fill="#b9a27f")
    draw.rectangle((470, 150, 730, 360), fill="#cfe3ef", outline="#7d6243", width=12)
    draw.line((600, 150, 600, 360), fill="#7d6243", width=8)
    _elder(draw, random, 360, 420, 84)
    _elder(draw, random, 850, 430, 80)
    _person(draw, 610, 500, 60, skin=SKIN[0], hair=DARK_HAIR[0], coat=random.choice(UNIFORMS))
    draw.ellipse((230, 590, 990, 740), fill="#96683f")
    draw.rectangle((540, 570, 660, 640), fill="#c94f4f")
    draw.rectangle((590, 570, 610, 640), fill="#f6d36b")


SCENES: dict[str, Painter] = {
    "lecture": lesson, "parent_school": lesson, "reading": reading, "care": visit,
}  # fmt: skip


CAPTIONS = {
    "promotion_meeting": "推进会现场",
    "training": "学习培训现场",
    "report_heard": "汇报会现场",
    "lecture": "课堂上",
    "parent_school": "家长课堂",
    "reading": "一起读书",
    "care": "走访结对学生",
}


def draw_photo(kind: str, words: str, random: Random) -> bytes:
    """A JPEG of about 60 kB that shows such an activity."""
    picture = Image.new("RGB", (WIDE, HIGH), "#e9e3d6")
    SCENES.get(kind, meeting)(ImageDraw.Draw(picture), random, words)
    buffer = io.BytesIO()
    picture.filter(ImageFilter.SMOOTH).save(buffer, "JPEG", quality=84)
    return buffer.getvalue()


def attach(records: Iterable[Activity], random: Random) -> int:
    """Give photos to some accepted records, more to recent ones; return how many photos."""
    seen = [record for record in records if record.state == ActivityState.ACCEPTED]
    newest = max((record.held_on for record in seen if record.held_on), default=None)
    if newest is None:
        return 0
    recent = [r for r in seen if r.held_on and r.held_on > newest - timedelta(days=200)]
    chosen = random.sample(recent, min(45, len(recent)))
    made = []
    for record in chosen:
        kind = record.kind.slug if record.kind else ""
        words = record.title.partition("：")[0].strip("“”《》")[:18]
        for number in range(1, random.choice([1, 1, 2]) + 1):
            stored = files.store(draw_photo(kind, words, random), "image/jpeg")
            made.append(
                ActivityFile(
                    activity=record,
                    file=stored,
                    role=FileRole.PHOTO,
                    name=f"现场照片{number}.jpg",
                    caption=CAPTIONS.get(kind, "活动现场"),
                    position=number,
                    added_by=record.created_by,
                    added_at=record.submitted_at or record.created_at,
                )
            )
        record.for_bulletin = True
    ActivityFile.objects.bulk_create(made)
    Activity.objects.bulk_update(chosen, ["for_bulletin"])
    return len(made)
