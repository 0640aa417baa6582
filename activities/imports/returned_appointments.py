"""The appointments as a list that may come back edited: a term that was entered wrongly."""

from collections.abc import Collection, Mapping
from typing import Any

from activities.forms.mentors import AppointmentTermForm
from activities.models import Appointment
from activities.permissions import may_edit_appointment
from activities.services import appointments
from committees.imports.returned_lists import ReturnedList, wanted
from committees.policy import Can
from portal.kernel.cells import CellValue, text
from portal.kernel.journal import Journal, snapshot
from portal.kernel.returned import EditedRow, Texts

NUMBER, NAME, UNIT = "聘书编号", "姓名", "受聘单位"
# heading → fields of AppointmentTermForm; to end or to renew one is a step of its own
EDITABLE = {"从": "first", "到": "last"}
FIELDS = [
    NUMBER, NAME, "本人单位", UNIT, "聘为", "聘任单位", *EDITABLE, "跨校", "跨片区", "提前结束",
]  # fmt: skip


def values_of(it: Appointment) -> dict[str, CellValue]:
    """One row as the sheet shows it; the mentor's person and the three units are selected."""
    return {
        NUMBER: it.number,
        NAME: it.mentor.person.name,
        "本人单位": it.home.name,
        UNIT: it.unit.name,
        "聘为": it.get_role_display(),
        "聘任单位": it.issuer.name,
        "从": it.first_day,
        "到": it.last_day,
        "跨校": "是" if it.is_cross_unit else "否",
        "跨片区": "是" if it.is_cross_office else "否",
        "提前结束": it.get_ended_because_display(),
    }


def rows(numbers: Collection[int], by: Any) -> dict[int, Texts]:
    found = Appointment.objects.visible_to(by).filter(pk__in=numbers)
    return {
        each.pk: {heading: text(value) for heading, value in values_of(each).items()}
        for each in found.select_related("mentor__person", "unit", "home", "issuer")
    }


def change(
    row: EditedRow, take: Mapping[str, bool], journal: Journal, *, by: Any
) -> tuple[bool, str]:
    it = Appointment.objects.select_related("mentor__person", "unit", "issuer").get(pk=row.pk)
    if not may_edit_appointment(by, it):
        return False, f"这份聘书由{it.issuer}关工委来改"
    taken = {EDITABLE[heading]: written for heading, written in wanted(row, take).items()}
    if not taken:
        return False, ""
    stands = {"first": it.first_day.isoformat(), "last": it.last_day.isoformat()}
    form = AppointmentTermForm(stands | taken)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        return False, f"{form.fields[name].label}：{errors[0]}"
    before = snapshot(it, ["period"])
    changed = appointments.correct_term(it, **form.cleaned_data, by=by)
    it.refresh_from_db()
    journal.changed(it, before)
    return changed, ""


LIST = ReturnedList(
    fields=FIELDS,
    editable=list(EDITABLE),
    power=Can.MENTOR_EDIT,
    rows=rows,
    title=lambda texts: f"{texts[NAME]}（{texts[UNIT]}，{texts[NUMBER]}）",
    change=change,
    no_new="新的聘任要接着编号，请在“聘任导师”里办",
)
