"""Print the sample of every kind of document, picture its first page, and list them all.

    .venv/bin/python scripts/document_pictures.py

Writes docs/pictures/documents/KIND.png and docs/documents.md. Needs pdftoppm (poppler-utils).
"""

import io
import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django  # noqa: E402

django.setup()

from portal.kernel import codes, pdf  # noqa: E402
from tests.document_samples import KINDS, sample  # noqa: E402

PICTURES = ROOT / "docs" / "pictures" / "documents"
PAGE = ROOT / "docs" / "documents.md"
WIDTH = 480  # dots, of an upright page; one that lies gets half as much again
HEAD = """# Kinds of documents

Each kind is one folder of `templates/documents/`: `page.html`, its sheet, and `sample.json`, which
prints by itself. This page and its pictures are made by `scripts/document_pictures.py`, and the
handbook's chapter `65-documents.toml` shows them; what every
print must keep is measured in `tests/kernel/test_document_kinds.py`,
`tests/evaluations/test_measured_page.py` and `tests/evaluations/test_page_breaks.py`.

## Fonts

All come with the repository, with their licences (`static/fonts/README.md`); nobody installs any.
Of the 8 105 characters of the 通用规范汉字表 the chain of faces and fallbacks prints **all**
(`tests/kernel/test_fonts.py`). By themselves hold:

| face | level 1 (3 500) | level 2 (3 000) | level 3 (1 605) | all |
|---|---|---|---|---|
| 仿宋, 楷体 (Fandol) | 3 498 | 2 812 | 328 | 6 638 |
| 小标宋-like, 黑体 (Noto CJK) | 3 500 | 2 989 | 1 343 | 7 832 |

What a face lacks is printed from a light 宋体 (Noto Serif CJK, 1 467 characters of the table) in
the same square: a rare name is legible and its line stays where it is, though it is not 仿宋.
Beyond the table extensions A to F are covered as far as Noto Serif CJK and LXGW WenKai go; a
character nobody has stops the job and is named with its place.

## Kinds

"""


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    lines = []
    for kind in KINDS:
        name, content = printed(kind)
        picture = first_page(content)
        picture.save(PICTURES / f"{kind}.png", optimize=True)
        lines.append(f"### {name} (`{kind}`)\n\n![{name}](pictures/documents/{kind}.png)\n")
    PAGE.write_text(HEAD + "\n".join(lines), encoding="utf-8")


def printed(kind: str) -> tuple[str, bytes]:
    name, context, shown = sample(kind)
    images = {one: picture_of(one) for one in shown}
    return name, pdf.render(f"documents/{kind}/page.html", context, images=images)


def picture_of(name: str) -> bytes:
    """A code where a code is shown, else a quiet photo-coloured field."""
    if name.startswith("qr") or name == "code":
        return codes.qr_svg("https://portal.example/")
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((800, 600)).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()


def first_page(content: bytes) -> Image.Image:
    command = ["pdftoppm", "-r", "110", "-l", "1", "-png", "-"]
    shown = subprocess.run(command, input=content, capture_output=True, check=True).stdout
    page = Image.open(io.BytesIO(shown)).convert("RGB")
    width = WIDTH if page.height > page.width else WIDTH * 3 // 2
    small = page.resize((width, page.height * width // page.width), Image.Resampling.LANCZOS)
    framed = Image.new("RGB", (small.width + 2, small.height + 2), "#b9b4a8")
    framed.paste(small, (1, 1))
    return framed.quantize(48, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()
