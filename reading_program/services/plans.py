"""A unit writes its plan, hands it in, and the level above takes it or sends it back."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from committees.models import Unit
from portal.kernel import audit, files
from portal.kernel.errors import BadFile, Refused
from portal.kernel.files import XLSX
from reading_program import notices
from reading_program.choices import PlanState
from reading_program.models import Edition, ImplementationPlan
from reading_program.workflow import PLAN

OPEN = [PlanState.DRAFT, PlanState.RETURNED]


class EditedMeanwhile(Refused):
    """Somebody saved the plan after this page was opened; `current` is what stands now."""

    def __init__(self, current: ImplementationPlan) -> None:
        super().__init__("这份方案刚才有人改过。两份都在下面，看一下留哪一份")
        self.current = current


@transaction.atomic
def save_plan(
    edition: Edition,
    *,
    unit: Unit,
    text: str,
    version: int,
    upload: UploadedFile | None = None,
    drop_file: bool = False,
    by: Any,
) -> ImplementationPlan:
    """Keep the text, and the file if one was chosen, or take the file off.

    `version` is the state of the plan the page was opened with.
    Version 0 is a page opened before there was any plan. Raises EditedMeanwhile, and keeps
    nothing, when somebody else saved in between.
    """
    facts: dict[str, Any] = {"text": text.strip()}
    if upload is not None:
        facts |= {"file": _stored(upload), "file_name": (upload.name or "实施方案")[-200:]}
    elif drop_file:
        facts |= {"file": None, "file_name": ""}
    with audit.acting("reading_plan.edited", by=by):
        if version == 0:
            plan, is_new = ImplementationPlan.objects.get_or_create(
                edition=edition, unit=unit, defaults=facts
            )
            if is_new:
                return plan
        changed = ImplementationPlan.objects.filter(
            edition=edition, unit=unit, version=version, state__in=OPEN
        ).update(**facts, version=F("version") + 1, updated_at=timezone.now())
    current = ImplementationPlan.objects.select_related("edition", "unit").get(
        edition=edition, unit=unit
    )
    if not changed:
        raise EditedMeanwhile(current)
    return current


def _stored(upload: UploadedFile) -> Any:
    stored = files.store_document(upload)
    if stored.content_type == XLSX:
        raise BadFile(f"“{upload.name}”是表格。实施方案请传 Word（.docx）或 PDF 文件")
    return stored


@transaction.atomic
def submit(plan: ImplementationPlan, *, by: Any) -> None:
    """Hand the plan to the level above."""
    here = ImplementationPlan.objects.select_for_update(of=("self",)).select_related(
        "unit", "edition"
    )
    plan = here.get(pk=plan.pk)
    if not plan.text and plan.file_id is None:
        raise Refused("方案还是空的。写上几段，或者传一份 Word、PDF，再交")
    PLAN.advance(
        plan, "submit", by=by, submitted_at=timezone.now(), submitted_by=by, return_reason=""
    )
    notices.tell_receiver(plan)


@transaction.atomic
def withdraw(plan: ImplementationPlan, *, by: Any) -> None:
    """Take the plan back before anybody has looked at it."""
    PLAN.advance(plan, "withdraw", by=by)


@transaction.atomic
def accept(plan: ImplementationPlan, *, by: Any) -> None:
    """The level above finds the plan fit."""
    PLAN.advance(plan, "accept", by=by, reviewed_at=timezone.now(), reviewed_by=by)
    notices.tell_author(plan, f"“{plan}”已通过")


@transaction.atomic
def send_back(plan: ImplementationPlan, *, note: str, by: Any) -> None:
    """The level above asks for something more, saying what."""
    PLAN.advance(
        plan,
        "send_back",
        by=by,
        note=note,
        reviewed_at=timezone.now(),
        reviewed_by=by,
        return_reason=note.strip(),
    )
    notices.tell_author(plan, f"“{plan}”退回来了：{note}")
