"""How long a thousand certificates take in one job, and as a ratio to a floor of the same run.

The floor is WeasyPrint laying out the same words on as many plain sheets, with no picture, no QR
code and no sheet of ours. CERTIFICATES says how many, 1 000 by default.
"""

import io
import os
from resource import RUSAGE_SELF, getrusage
from time import process_time

import pytest
from pypdf import PdfReader

from portal.kernel import calendar, files, jobs, pdf
from portal.kernel.models import JobState
from reading_program import schedule
from reading_program.choices import HonourKind
from reading_program.documents.certificates import CHUNK
from reading_program.models import Certificate, Honour
from reading_program.services import certificates
from tests.factories import results as factory
from tests.personas import World

pytestmark = pytest.mark.django_db
assert schedule.make_certificates  # imported, so that the job has its handler
SHEETS = int(os.environ.get("CERTIFICATES", "1000"))
MOST_FLOORS = 20  # 8 were measured: three quarters of it go into the frame and the QR code
FAMILY, GIVEN = "甄柏席郗韶颜宓", "雨禾晴朗思远知行"


def plain(words: list[str]) -> int:
    """Bytes of the same words, a sheet each, as WeasyPrint gives them without us."""
    size = 0
    for at in range(0, len(words), CHUNK):
        sheets = "".join(f"<p style='break-after: page'>{it}</p>" for it in words[at : at + CHUNK])
        size += len(pdf.from_html(f"<html lang='zh-CN'><body>{sheets}</body></html>"))
    return size


def test_a_thousand_certificates_come_out_of_one_job(city: World) -> None:
    it = factory.final(city)
    Honour.objects.bulk_create(
        Honour(
            edition=it.edition, kind=HonourKind.ADVISER, unit=city.schools[at % 3],
            name=f"{FAMILY[at % 7]}{GIVEN[at // 7 % 8]}{GIVEN[at // 56 % 8]}{at}",
            basis="所指导作品获一等奖", publicity=it,
        )
        for at in range(SHEETS)
    )  # fmt: skip
    job = certificates.make_all(
        it.edition, dated=calendar.today(), site="https://portal.test", form="pdf",
        by=city.bureau_staff, return_url="",
    )  # fmt: skip

    start = process_time()
    jobs.run(job.pk)
    taken = process_time() - start
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.message
    made = list(Certificate.objects.in_order())
    assert job.result_file is not None
    pages = PdfReader(io.BytesIO(files.read(job.result_file))).pages
    assert len(pages) == len(made) >= SHEETS

    start = process_time()
    plain(["".join(each.text.values()) for each in made])
    floor = process_time() - start
    peak = getrusage(RUSAGE_SELF).ru_maxrss // 1024
    print(  # noqa: T201 - what a benchmark is for
        f"{len(made)} certificates in {taken:.0f} s, {len(made) / taken:.1f} a second, "
        f"{taken / floor:.1f} floors, {peak} MB at most"
    )
    assert taken / floor < MOST_FLOORS
