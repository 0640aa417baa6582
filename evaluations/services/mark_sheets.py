"""One assessor's sheet: printed with a code, filled in or typed back, its photo kept beside it."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from evaluations.models import Assessor, MarkSheet, MarkSheetPhoto, Visit, VisitMark
from evaluations.services import visits
from evaluations.services.visits import Mark
from portal.kernel import audit, codes, files
from portal.kernel.codes import Code
from portal.kernel.errors import Refused
from portal.kernel.models import StoredFile

MOST_PHOTOS = 10

Standing = Mapping[str, VisitMark]


class MarkedMeanwhile(Refused):
    """Somebody saved other marks on this sheet since the form was opened; both are kept for show.

    `others` are the marks that stand and differ, by code; `standing` are all of them.
    """

    def __init__(self, sheet: MarkSheet, standing: Standing, others: list[str]) -> None:
        super().__init__(
            f"您打开这一页以后，别人在{sheet}上也打了分，有 {len(others)} 条和您填的不一样。"
            "两边都在下面，核对以后再存一次"
        )
        self.sheet, self.standing, self.others = sheet, standing, others


def sheet_of(visit: Visit, assessor: Assessor, *, by: Any) -> MarkSheet:
    """The sheet of this unit and this assessor; printed again it is the same one."""
    made, _ = MarkSheet.objects.get_or_create(
        appraisal_id=visit.appraisal_id, assessor=assessor, defaults={"made_by": by}
    )
    return made


def version_of(visit: Visit, assessor: Assessor) -> int:
    """How often the sheet was saved; 0 for one nobody has begun."""
    found = MarkSheet.objects.filter(appraisal_id=visit.appraisal_id, assessor=assessor)
    return found.values_list("version", flat=True).first() or 0


@transaction.atomic
def fill(
    visit: Visit, *, assessor: Assessor, marks: Mapping[str, Mark | None], version: int, by: Any
) -> None:
    """Keep the marks of the criteria a form asked for; None where it was left open.

    `version` is the one the form was shown with. Raises MarkedMeanwhile where another hand has
    given one of these criteria other marks since. What a form leaves open is taken away only if
    its writer had seen it there.
    """
    sheet_of(visit, assessor, by=by)
    held = MarkSheet.objects.select_for_update(of=("self",)).get(
        appraisal_id=visit.appraisal_id, assessor=assessor
    )
    standing = {mark.code: mark for mark in visit.marks.filter(assessor=assessor)}
    given = {code: mark for code, mark in marks.items() if mark is not None}
    if held.version != version:
        others = [code for code, mark in given.items() if _differs(standing.get(code), mark)]
        if others:
            raise MarkedMeanwhile(held, standing, others)
    else:
        left_open = [code for code, mark in marks.items() if mark is None and code in standing]
        visit.marks.filter(assessor=assessor, code__in=left_open).delete()
    visits.mark(visit, assessor=assessor, marks=given, by=by)
    held.version += 1
    held.save(update_fields=["version"])


def _differs(standing: VisitMark | None, given: Mark) -> bool:
    if standing is None:
        return False
    return (standing.score, standing.remark) != (given.score, given.remark.strip())


def visit_of(sheet: MarkSheet) -> Visit:
    """The visit the sheet is for; Refused where the routes have changed since it was printed."""
    visit = (
        Visit.objects.filter(appraisal=sheet.appraisal_id, team=sheet.assessor.team_id)
        .select_related(
            "team__campaign", "appraisal__campaign__rubric", "appraisal__campaign__city",
            "appraisal__unit__office",
        )
        .first()
    )  # fmt: skip
    if visit is None:
        raise Refused(
            f"这张评分表印好以后路线改过，现在不是{sheet.assessor}去{sheet.unit.name}。"
            "请到“实地看”里找这家单位现在的评分表"
        )
    return visit


@transaction.atomic
def keep_photo(sheet: MarkSheet, *, stored: StoredFile, name: str, by: Any) -> MarkSheetPhoto:
    """A photo of the paper; the same one twice is one. Refused where it shows another sheet."""
    held = MarkSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    found = held.photos.filter(file=stored).first()
    if found is not None:
        return found
    shown = code_on(stored)
    if shown is not None and shown != sheet.code:
        raise Refused(f"照片上的编号是 {shown}，不是这一张（{sheet.code}），请再核对一遍")
    if held.photos.count() >= MOST_PHOTOS:
        raise Refused(f"一张评分表最多放 {MOST_PHOTOS} 张照片")
    made = MarkSheetPhoto.objects.create(
        sheet=held, file=stored, name=(name or "评分表.jpg")[-200:], added_by=by
    )
    audit.record("visits.sheet_photo", sheet.appraisal, by=by, note=str(sheet))
    return made


def keep_upload(sheet: MarkSheet, *, upload: UploadedFile, by: Any) -> MarkSheetPhoto:
    """The same from an upload; raises BadFile for what is no photo."""
    return keep_photo(sheet, stored=files.store_photo(upload), name=upload.name or "", by=by)


def code_on(stored: StoredFile) -> Code | None:
    """The code a photo shows, of whatever kind of paper; None where none can be read."""
    texts = codes.qr_in(files.read(stored))
    return next((code for text in texts if (code := codes.in_address(text))), None)
