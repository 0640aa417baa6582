"""聘书 and the slip a mentor takes along, as PDF."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from activities.documents import records
from activities.models import Appointment, Lecture
from portal.kernel import pdf
from portal.kernel.calendar import date_cn, weekday_cn


def letters_pdf(appointments: Sequence[Appointment]) -> bytes:
    """One sheet a letter, in the order given. Raises MissingGlyphs, which names the character
    and its place, before anything is laid out: no letter goes out with a hole in a name."""
    return pdf.render(
        "documents/letter/page.html", {"letters": [_letter(it) for it in appointments]}
    )


def _letter(it: Appointment) -> dict[str, Any]:
    person = it.mentor.person
    return {
        "name": person.name,
        "number": it.number,
        "unit": it.unit.name,
        "role": it.get_role_display(),
        "term": f"{date_cn(it.first_day)}至{date_cn(it.last_day)}",
        "issuer": f"{it.issuer.name}关工委",
        "dated": date_cn(it.first_day),
    }


def slip_pdf(lecture: Lecture, *, site: str) -> bytes:
    """Where, when, what and whom to ask for, on half a sheet in large type.

    Below it boxes for who has no computer; the code leads a telephone to what is to be said next.
    """
    start, end = (timezone.localtime(at) for at in (lecture.period.lower, lecture.period.upper))
    mentor = lecture.mentor
    rows = [
        ("日期", f"{date_cn(start.date())}（{weekday_cn(start.date())}）"),
        ("时间", f"{start:%H:%M}—{end:%H:%M}"),
        ("地点", f"{lecture.unit.name}{lecture.place}"),
        ("讲什么", str(lecture)),
        ("讲给谁", f"{lecture.get_audience_display()} {lecture.audience_words}".strip()),
        ("联系人", f"{lecture.contact} {lecture.contact_phone}"),
    ]
    code = records.code_of(lecture)
    page = {
        "number": lecture.number,
        "mentor": str(mentor or ""),
        "rows": rows,
        "questions": ["内容", "表达", "针对性"],
        "marks": [5, 4, 3, 2, 1],
        "code": str(code),
    }
    images = records.code_images(code, site)
    return pdf.render("documents/lecture_slip/page.html", page, images=images)
