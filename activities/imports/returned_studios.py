"""The list of studios as one that may come back edited: each studio's own facts."""

from collections.abc import Collection, Mapping
from typing import Any

from activities.forms.together import StudioForm
from activities.models import Studio
from activities.services import studios
from committees.imports.returned_lists import ReturnedList, wanted
from committees.policy import Can
from portal.kernel.journal import Journal, snapshot
from portal.kernel.returned import EditedRow, Texts

NAME, UNIT = "名称", "所在单位"
# heading → fields of StudioForm; who leads, belongs and sponsors is chosen on the page
EDITABLE = {
    NAME: "name", "场所": "room", "成立日期": "founded_on", "授牌日期": "plaque_on",
    "制度": "rules",
}  # fmt: skip
FIELDS = [NAME, UNIT, "教办", "领衔人", "场所", "成立日期", "授牌日期", "制度", "协办单位"]


def texts_of(it: Studio) -> Texts:
    """One row as the sheet shows it, without what is counted; unit, leader and sponsor selected."""
    return {
        NAME: it.name,
        UNIT: it.unit.name,
        "教办": it.unit.office.name if it.unit.office else "市直属",
        "领衔人": str(it.leader or ""),
        "场所": it.room,
        "成立日期": it.founded_on.isoformat() if it.founded_on else "",
        "授牌日期": it.plaque_on.isoformat() if it.plaque_on else "",
        "制度": it.rules,
        "协办单位": str(it.co_sponsor or ""),
    }


def rows(numbers: Collection[int], by: Any) -> dict[int, Texts]:
    found = Studio.objects.editable_by(by).filter(pk__in=numbers)
    return {
        each.pk: texts_of(each)
        for each in found.select_related("unit__office", "leader", "co_sponsor")
    }


def change(
    row: EditedRow, take: Mapping[str, bool], journal: Journal, *, by: Any
) -> tuple[bool, str]:
    studio = Studio.objects.select_related("unit").select_for_update(of=("self",)).get(pk=row.pk)
    data = {EDITABLE[heading]: text for heading, text in wanted(row, take).items()}
    form = StudioForm(data, unit=studio.unit)
    for name in set(form.fields) - set(data):
        del form.fields[name]
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        return False, f"{form.fields[name].label}：{errors[0]}"
    before = snapshot(studio, data)
    changed = studios.correct(studio, by=by, **form.cleaned_data)
    journal.changed(studio, before)
    return changed, ""


LIST = ReturnedList(
    fields=FIELDS,
    editable=list(EDITABLE),
    power=Can.STUDIO_EDIT,
    rows=rows,
    title=lambda texts: f"{texts[NAME]}（{texts[UNIT]}）",
    change=change,
    no_new="新工作室请在“登记工作室”里登记",
)
