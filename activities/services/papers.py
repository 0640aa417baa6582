"""Paper round trip: a form is printed with a code, filled in by hand and typed back once."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from activities.models import Activity, ActivityKind, PaperForm
from activities.services import activities
from activities.services.activities import EditedMeanwhile
from committees.models import Unit


@transaction.atomic
def print_blank(
    unit: Unit, *, kind: ActivityKind | None = None, title: str = "", by: Any
) -> PaperForm:
    """A form for an activity nobody has begun to write down."""
    return PaperForm.objects.create(unit=unit, kind=kind, title=title, printed_by=by)


@transaction.atomic
def print_for(activity: Activity, *, by: Any) -> PaperForm:
    """The form of a draft, with what is written so far; a second print is the same form.

    Where the draft became another kind meanwhile, the newer print asks what that kind asks.
    """
    made, _ = PaperForm.objects.get_or_create(
        activity=activity,
        defaults={"unit": activity.unit, "kind": activity.kind, "printed_by": by},
    )
    if made.kind_id != activity.kind_id:
        made.kind, made.printed_at = activity.kind, timezone.now()
        made.save(update_fields=["kind", "printed_at"])
    return made


@transaction.atomic
def type_back(form: PaperForm, *, fields: Mapping[str, Any], version: int, by: Any) -> Activity:
    """Keep what stood on the sheet. The same sheet typed twice is one record.

    Raises EditedMeanwhile when somebody else's words stand there by now and differ.
    """
    sheet = PaperForm.objects.select_for_update(of=("self",)).select_related("unit").get(pk=form.pk)
    if sheet.activity is None:
        sheet.activity = activities.start_draft(sheet.unit, fields=fields, by=by)
        sheet.save(update_fields=["activity"])
        return sheet.activity
    record = sheet.activity
    if all(getattr(record, name) == value for name, value in fields.items()):
        return record
    if record.version != version:
        raise EditedMeanwhile(record)
    activities.save_draft(record, fields=fields, version=version, by=by)
    return record
