"""One worker of the volume benchmark, a process of its own so that its memory can be measured.

    python -m tests.benchmarks.volume_pages part|plain|bind FOLDER FIRST LAST

Prints a line of JSON: pages, seconds of this process, peak memory in MB.
"""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import process_time

import django

django.setup()

from committees.models import Unit  # noqa: E402
from evaluations.choices import AnnualSection  # noqa: E402
from evaluations.documents import volume  # noqa: E402
from evaluations.models import AnnualBulletin  # noqa: E402
from evaluations.services.volumes import PART  # noqa: E402
from portal.kernel import binding, pdf  # noqa: E402

YEAR = 2023
SENTENCE = "退休教师每周三下午走进课堂，给孩子们讲家乡的故事，全年讲了12场，听的有1286人次。"


def bulletin(number: int) -> AnnualBulletin:
    """Two pages as a school writes them: five sections, with headings of the second step."""
    texts = {
        str(section): f"一、第{number}项\n{SENTENCE * 2}\n二、做法\n{SENTENCE}"
        for section in AnnualSection
    }
    unit = Unit(name=f"云州市第{number}小学")
    when = datetime(YEAR, 12, 15, tzinfo=UTC)
    return AnnualBulletin(unit=unit, year=YEAR, submitted_at=when, updated_at=when, **texts)


def part(folder: Path, first: int, last: int) -> int:
    """Print the bulletins from `first` up to `last`, ten at a time, each ten a file."""
    pages = 0
    for begin in range(first, last, PART):
        many = [bulletin(at) for at in range(begin, min(begin + PART, last))]
        printed = volume.print_part(many)
        (folder / f"{begin:06}.pdf").write_bytes(printed.content)
        pages += printed.pages
    return pages


def plain(folder: Path, first: int, last: int) -> int:
    """The same words as WeasyPrint gives them in our faces, with no layout of ours."""
    pages = 0
    for begin in range(first, last, PART):
        words = "".join(
            f"<p>{line}</p>"
            for at in range(begin, min(begin + PART, last))
            for section in AnnualSection
            for line in str(getattr(bulletin(at), section)).splitlines()
        )
        style = "<style>html { font: 16pt/1.8 'Yuanding Fang' }</style>"
        html = f"<html lang='zh-CN'><head>{style}</head><body>{words}</body></html>"
        pages += binding.page_count(pdf._html_class()(string=html).write_pdf(
            font_config=pdf._font_configuration()
        ))  # fmt: skip
    return pages


def bind(folder: Path, first: int, last: int) -> int:
    parts = sorted(folder.glob("??????.pdf"))
    entries, before = [], 0
    for begin, path in zip(range(first, last, PART), parts, strict=True):
        content = path.read_bytes()
        for at, start in enumerate(binding.starts_of(content), start=begin):
            entries.append(volume.Entry("云山教办", f"云州市第{at}小学", before + start))
        before += binding.page_count(content)
    book, pages = volume.bind(
        "年度简报汇编", "市关工委", entries, parts, pages=before, on=date(YEAR, 12, 31)
    )
    (folder / "book.pdf").write_bytes(book)
    return pages


if __name__ == "__main__":
    work = {"part": part, "plain": plain, "bind": bind}[sys.argv[1]]
    made = work(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    peak = getrusage(RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"pages": made, "seconds": process_time(), "peak_mb": peak}))  # noqa: T201
