"""换人: a role at a unit goes from one account to the next on a day.

What is to be done belongs to the unit, so drafts, duties and contacts need no moving. The one who
leaves keeps the account, to read what it entered; whoever wants it shut ends it by hand.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse

from committees.models import Handover, RoleGrant, Unit, User
from committees.policy import Role
from committees.services import accounts
from committees.services.accounts import Slip
from portal.kernel import audit
from portal.kernel.calendar import date_cn
from portal.kernel.errors import Refused
from portal.kernel.notices import notify
from portal.kernel.ranges import between, since
from portal.kernel.refusals import speaking_for


@dataclass(frozen=True, slots=True)
class Passed:
    """The handover, and the slip of a new account where one was opened."""

    handover: Handover
    slip: Slip | None


@transaction.atomic
def hand_over(
    grant: RoleGrant,
    *,
    to: User | None,
    new_name: str,
    on: date,
    note: str = "",
    by: Any,
) -> Passed:
    """End the grant that day and give the same role at the same unit to `to`, or to a new account.

    Nobody gets more than the role itself: other grants of either account stay as they are.
    """
    held = (
        RoleGrant.objects.select_for_update(of=("self",))
        .select_related("unit", "user")
        .get(pk=grant.pk)
    )
    if held.period.upper is not None:
        raise Refused(f"这个角色已经在{date_cn(held.period.upper)}停用了，不用再交接")
    if held.period.lower is not None and held.period.lower >= on:
        raise Refused(f"是从{date_cn(held.period.lower)}开始担任的，交接日期要在这以后")
    if to is not None and to.pk == held.user_id:
        raise Refused("接手的是同一个人，换一位")
    role = Role(held.role)
    with audit.acting("account.handed_over", by=by):
        held.period = between(held.period.lower, on)
        held.save(update_fields=["period"])
        user, slip = _next_holder(held.unit, role, to, new_name, on=on, by=by)
        handover = Handover.objects.create(
            unit=held.unit, role=role, from_user=held.user, to_user=user, on=on, note=note,
            done_by=by,
        )  # fmt: skip
    audit.record(
        "account.handed_over", held.user, by=by, note=f"{role.label} · {held.unit} → {user}"
    )
    notify(
        [held.user],
        f"{date_cn(on)}起，{held.unit}的{role.label}已交给{user}。您经手过的还可以看",
        link=reverse("web:written"),
    )
    return Passed(handover, slip)


def _next_holder(
    unit: Unit, role: Role, to: User | None, name: str, *, on: date, by: Any
) -> tuple[User, Slip | None]:
    if to is None:
        username = accounts.propose_username(unit, role)
        user, password = accounts.open_account(
            unit=unit, role=role, name=name, username=username, since_day=on, by=by
        )
        return user, Slip(unit, role, name, username, password)
    if not to.is_active:
        raise Refused(f"“{to}”的账号已经停用了，给新来的同志开一个新账号")
    with speaking_for(RoleGrant):
        RoleGrant.objects.create(user=to, role=role, unit=unit, period=since(on))
    return to, None
