"""Booklets of what is printed: made by a job, kept as a file of its own."""

from typing import Any

from evaluations import tasks
from portal.kernel import jobs
from portal.kernel.models import Job, StoredFile


def ask_booklet(stored: StoredFile, *, title: str, back: str, by: Any) -> Job:
    """Queue the booklet of a print; asked for again, the one that is there is handed back."""
    return jobs.start(
        tasks.BOOKLET,
        key=f"booklet:{stored.sha256[:40]}:{by.pk}",
        title=f"排小册子“{title}”"[:120],
        by=by,
        arguments={"file": stored.pk, "title": title},
        return_url=back,
    )
