"""制单: a mentor's lecture with its outline, approved before anybody can order it."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from activities.choices import CourseState
from activities.models import LectureCourse, Mentor
from activities.workflow import COURSE
from portal.kernel import audit, files, notices
from portal.kernel.refusals import speaking_for


@transaction.atomic
def offer(mentor: Mentor, *, outline: UploadedFile, by: Any, **facts: Any) -> LectureCourse:
    """Put a lecture forward; its outline is a PDF or Word file. Raises BadFile."""
    stored = files.store_document(outline)
    with audit.acting("course.offered", by=by), speaking_for(LectureCourse):
        course = LectureCourse.objects.create(
            mentor=mentor,
            outline=stored,
            outline_name=outline.name or "宣讲提纲",
            submitted_by=by,
            **facts,
        )
    audit.record("course.offered", course, by=by)
    return course


@transaction.atomic
def revise(course: LectureCourse, *, outline: UploadedFile | None, by: Any, **facts: Any) -> None:
    """Hand a returned or approved lecture in again; it leaves the menu until it is approved."""
    if outline is not None:
        facts |= {"outline": files.store_document(outline), "outline_name": outline.name or "提纲"}
    with speaking_for(LectureCourse):
        COURSE.advance(
            course,
            "resubmit",
            by=by,
            submitted_by=by,
            submitted_at=timezone.now(),
            return_reason="",
            **facts,
        )


@transaction.atomic
def approve(course: LectureCourse, *, by: Any) -> None:
    COURSE.advance(course, "approve", by=by, reviewed_by=by, reviewed_at=timezone.now())
    _tell_mentor(course, f"您的课“{course}”审定了，学校可以点了")


@transaction.atomic
def send_back(course: LectureCourse, *, note: str, by: Any) -> None:
    COURSE.advance(
        course,
        "send_back",
        by=by,
        note=note,
        reviewed_by=by,
        reviewed_at=timezone.now(),
        return_reason=note.strip(),
    )
    _tell_mentor(course, f"您的课“{course}”退回来了：{note}")


@transaction.atomic
def retire(course: LectureCourse, *, by: Any) -> None:
    """Take a lecture off the menu; what was ordered stays ordered."""
    COURSE.advance(course, "retire", by=by)


def _tell_mentor(course: LectureCourse, text: str) -> None:
    if course.mentor.user is not None and course.state != CourseState.RETIRED:
        notices.notify([course.mentor.user], text, f"/mentors/{course.mentor_id}/")
