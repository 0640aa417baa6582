"""The list of accounts as one that may come back edited: names alone, never a password."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone

from committees.imports.returned_lists import ReturnedList, wanted
from committees.models import RoleGrant, User
from committees.permissions import may_reset_password
from committees.policy import Can
from committees.services import accounts
from portal.kernel import cells
from portal.kernel.journal import Journal, snapshot
from portal.kernel.returned import EditedRow, Texts

UNIT, NAME, USERNAME, ROLE = "单位", "姓名", "登录名", "角色"
FIELDS = [UNIT, "教办", NAME, USERNAME, ROLE, "从哪天起", "用过没有"]


def texts_of(grant: RoleGrant) -> Texts:
    """One row as the sheet shows it; user and unit with its office are selected."""
    first = grant.period.lower
    return {
        UNIT: grant.unit.name,
        "教办": grant.unit.office.name if grant.unit.office else "",
        NAME: grant.user.name,
        USERNAME: grant.user.username,
        ROLE: grant.get_role_display(),
        "从哪天起": first.isoformat() if first else "",
        "用过没有": used(grant.user),
    }


def used(user: User) -> str:
    if user.must_change_password:
        return "还没换初始密码"
    if user.last_login is None:
        return "还没登录过"
    return f"{timezone.localtime(user.last_login).date().isoformat()}登录过"


def rows(numbers: Collection[int], by: Any) -> dict[int, Texts]:
    found = RoleGrant.objects.visible_to(by).filter(pk__in=numbers)
    return {each.pk: texts_of(each) for each in found.select_related("user", "unit__office")}


def change(
    row: EditedRow, take: Mapping[str, bool], journal: Journal, *, by: Any
) -> tuple[bool, str]:
    written = wanted(row, take).get(NAME)
    if written is None:
        return False, ""
    user = User.objects.select_for_update().get(grants=row.pk)
    if not may_reset_password(by, user):
        return False, "本人的姓名和上级的账号，请上级来改"
    read = cells.person_name(written)
    name = read.value or ("" if read.warning else written)
    if not name:
        return False, read.warning or "姓名不能空着"
    before = snapshot(user, ["name"])
    changed = accounts.rename(user, name=name, by=by)
    journal.changed(user, before)
    return changed, ""


LIST = ReturnedList(
    fields=FIELDS,
    editable=[NAME],
    power=Can.ACCOUNT_MANAGE,
    rows=rows,
    title=lambda texts: f"{texts[NAME]}（{texts[UNIT]}{texts[ROLE]}）",
    change=change,
    no_new="新账号请在“开通账号”里开",
)
