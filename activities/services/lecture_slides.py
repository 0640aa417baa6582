"""课件 of one lecture: brought by the mentor, or by whoever looks after the mentor."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from activities.choices import LectureState
from activities.models import Lecture
from portal.kernel import audit, files
from portal.kernel.errors import Refused

OPEN = {LectureState.INVITED, LectureState.CONFIRMED, LectureState.DELIVERED}


@transaction.atomic
def bring(lecture: Lecture, *, upload: UploadedFile, by: Any) -> None:
    """Keep the slides with the lecture; a later file takes the place of the one before."""
    it = Lecture.objects.select_for_update(of=("self",)).get(pk=lecture.pk)
    if it.state not in OPEN:
        raise Refused("这一场还没有请定导师，或者取消了，不用传课件")
    it.slides, it.slides_name = files.store_document(upload), (upload.name or "")[-200:]
    with audit.acting("lecture.slides", by=by):
        it.save(update_fields=["slides", "slides_name"])
    audit.record("lecture.slides", it, by=by, note=it.slides_name)
