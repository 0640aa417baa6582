"""How fast an annual volume is printed, against WeasyPrint with the same words and no layout.

VOLUME_UNITS says of how many units, 40 by default; 450 give 900 pages and more:

    VOLUME_UNITS=450 .venv/bin/python -m pytest -q -s -o addopts= tests/benchmarks/test_volume.py

Two workers print halves side by side, as the job's two workers do; each is a process whose peak
memory is printed, and half the units must not take much less of it than all.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from pypdf import PdfReader

from portal.stack import environment

UNITS = int(os.environ.get("VOLUME_UNITS", "40"))
MOST_FLOORS = 6
MOST_GROWTH = 1.5


def begin(work: str, folder: Path, first: int, last: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.benchmarks.volume_pages", work, str(folder)]
    return subprocess.Popen(
        [*command, str(first), str(last)],
        cwd=environment.ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"},
        stdout=subprocess.PIPE,
    )


def ended(worker: "subprocess.Popen[bytes]") -> dict[str, float]:
    said, _ = worker.communicate()
    assert worker.returncode == 0
    told: dict[str, float] = json.loads(said.splitlines()[-1])
    return told


def test_a_volume_prints_as_fast_as_so_many_floors_in_constant_memory(tmp_path: Path) -> None:
    half = UNITS // 20 * 10
    few = ended(begin("part", tmp_path, 0, 10))
    workers = [begin("part", tmp_path, *at) for at in ((0, half), (half, UNITS))]
    one, two = (ended(worker) for worker in workers)
    bound = ended(begin("bind", tmp_path, 0, UNITS))
    floor = ended(begin("plain", tmp_path, 0, UNITS))

    pages = one["pages"] + two["pages"]
    rate = pages / (one["seconds"] + two["seconds"] + bound["seconds"])
    plain = floor["pages"] / floor["seconds"]
    said = {
        "units": UNITS, "pages": bound["pages"], "pages_per_second": round(rate, 1),
        "plain_pages_per_second": round(plain, 1), "ratio": round(plain / rate, 2),
        "bind_seconds": round(bound["seconds"], 1),
        "peak_mb": {"ten": few["peak_mb"], "workers": [one["peak_mb"], two["peak_mb"]],
                    "bind": bound["peak_mb"], "plain": floor["peak_mb"]},
    }  # fmt: skip
    print(json.dumps(said))  # noqa: T201 - what a benchmark is for
    book = PdfReader(tmp_path / "book.pdf")
    assert len(book.pages) == bound["pages"] >= 2 * UNITS
    assert plain / rate < MOST_FLOORS
    assert max(one["peak_mb"], two["peak_mb"]) < few["peak_mb"] * MOST_GROWTH
