"""Printing in the background."""

import hashlib
from collections.abc import Sequence

from activities.documents import letters
from activities.models import Appointment
from portal.kernel import files, jobs

LETTERS = "appointment.letters"


def letters_key(pks: Sequence[int]) -> str:
    """The job that prints exactly these letters."""
    digest = hashlib.sha256(",".join(map(str, pks)).encode()).hexdigest()[:24]
    return f"appointment-letters:{digest}"


@jobs.handles(LETTERS)
def print_letters(progress: jobs.Progress) -> jobs.Outcome:
    """Print the chosen letters as one document, or none of them: a rare character stops the job."""
    wanted = progress.arguments["appointments"]
    progress.say(0, len(wanted), f"正在排版 {len(wanted)} 份")
    found = Appointment.objects.filter(pk__in=wanted).select_related(
        "mentor__person", "unit", "issuer"
    )
    content = letters.letters_pdf(list(found.order_by("year", "serial")))
    progress.say(len(wanted), len(wanted), "正在存档")
    return jobs.Outcome(
        file=files.store(content, "application/pdf"),
        file_name=f"聘书{len(wanted)}份.pdf",
        message=f"{len(wanted)} 份聘书排好了，每份一页",
    )
