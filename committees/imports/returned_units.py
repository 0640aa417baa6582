"""The list of units as a list that may come back edited: each unit's own facts."""

from collections.abc import Collection, Mapping
from typing import Any

from committees.choices import SchoolStage, UnitKind
from committees.figures import mask_phone
from committees.forms.units import UnitForm
from committees.imports.returned_lists import ReturnedList, wanted
from committees.models import Unit
from committees.policy import Can
from committees.services import units
from portal.kernel.cells import CellValue
from portal.kernel.journal import Journal, snapshot
from portal.kernel.returned import EditedRow, Texts

NAME, PARTY_PHONE = "单位名称", "党组织联系电话"
STAGE, CENTRAL = "学段", "中心园"
# heading → fields of UnitForm
EDITABLE: dict[str, str] = {
    "单位代码": "code", NAME: "name", STAGE: "stage", CENTRAL: "is_central", "联系电话": "phone",
    "党组织": "party_org", "党组织书记": "party_secretary", PARTY_PHONE: "party_phone",
}  # fmt: skip
# Where it hangs, who covers it and its figures have pages of their own.
OFFICE, COVERED, LEADER, STUDENTS = "主管教办", "关工委", "负责人", "学生数"
FIELDS = ["单位代码", NAME, "类别", STAGE, OFFICE, COVERED, LEADER, STUDENTS, CENTRAL, "联系电话",
          "党组织", "党组织书记", PARTY_PHONE]  # fmt: skip
_STAGES = {label: value for value, label in SchoolStage.choices}


def values_of(unit: Unit, *, leader: str = "") -> dict[str, CellValue]:
    """One row of the export; the unit comes from `committees.figures.for_list`."""
    return {
        **own_texts_of(unit),
        OFFICE: unit.office.name if unit.office else "市直属",
        COVERED: "有" if unit.is_served else "没有",
        LEADER: leader,
        STUDENTS: unit.students,
    }


def own_texts_of(unit: Unit) -> Texts:
    """What may come back, as the sheet shows it."""
    return {
        "单位代码": unit.code,
        NAME: unit.name,
        "类别": unit.get_kind_display(),
        STAGE: unit.get_stage_display(),
        CENTRAL: "是" if unit.is_central else "",
        "联系电话": unit.phone,
        "党组织": unit.party_org,
        "党组织书记": unit.party_secretary,
        PARTY_PHONE: mask_phone(unit.party_phone),
    }


def facts_of(row: EditedRow, unit: Unit, take: Mapping[str, bool]) -> tuple[dict[str, Any], str]:
    """Facts of the cells to take, or the first sentence of why they cannot be read."""
    taken = wanted(row, take)
    texts = dict(own_texts_of(unit)) | taken
    form = UnitForm(_answers(texts, unit), city=unit.city or unit, unit=unit)
    names = {EDITABLE[heading]: heading for heading in taken}
    if foreign := [heading for name, heading in names.items() if name not in form.fields]:
        return {}, f"{unit.get_kind_display()}不填“{foreign[0]}”"
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        return {}, f"{form.fields[name].label}：{errors[0]}"
    return {name: form.cleaned_data[name] for name in names}, ""


def _answers(texts: Texts, unit: Unit) -> dict[str, Any]:
    data: dict[str, Any] = {name: texts[heading] for heading, name in EDITABLE.items()}
    data["stage"] = _STAGES.get(texts[STAGE], texts[STAGE])
    data["is_central"] = texts[CENTRAL] in {"是", "√", "1"}
    if "*" in texts[PARTY_PHONE]:
        data["party_phone"] = ""  # a masked number was not touched
    elif not texts[PARTY_PHONE] and unit.party_phone:
        data["party_phone"] = "无"
    return data


def rows(numbers: Collection[int], by: Any) -> dict[int, Texts]:
    found = Unit.objects.reachable_by(by, Can.UNIT_EDIT).exclude(kind=UnitKind.BUREAU)
    return {each.pk: own_texts_of(each) for each in found.filter(pk__in=numbers)}


def change(
    row: EditedRow, take: Mapping[str, bool], journal: Journal, *, by: Any
) -> tuple[bool, str]:
    unit = Unit.objects.select_for_update().get(pk=row.pk)
    facts, sentence = facts_of(row, unit, take)
    if sentence or not facts:
        return False, sentence
    before = snapshot(unit, facts)
    changed = units.correct_unit(unit, by=by, **facts)
    journal.changed(unit, before)
    return bool(changed), ""


LIST = ReturnedList(
    fields=FIELDS,
    editable=list(EDITABLE),
    power=Can.UNIT_EDIT,
    rows=rows,
    title=lambda texts: texts[NAME],
    change=change,
    no_new="新单位请在“登记新单位”里登记",
)
