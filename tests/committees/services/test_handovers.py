"""A post passes on: the successor sees the unit's work, the one who left only what they wrote."""

from datetime import date

import pytest

from activities.models import Activity
from activities.permissions import may_edit
from committees.models import RoleGrant, User
from committees.permissions import may_anywhere
from committees.policy import Can
from committees.services import handovers
from portal.kernel.errors import Refused
from tests.factories import activities as activity_factory
from tests.personas import World

DAY = date(2023, 9, 1)


def again(user: User) -> User:
    """The account as the next request reads it."""
    return User.objects.get(pk=user.pk)


def passed_on(city: World, to: User | None = None) -> handovers.Passed:
    grant = RoleGrant.objects.get(user=city.school_secretary)
    name = "" if to else "周小雨"
    return handovers.hand_over(grant, to=to, new_name=name, on=DAY, by=city.office_secretary)


def test_the_role_ends_for_one_the_day_it_begins_for_the_other(city: World) -> None:
    passed = passed_on(city)

    old = RoleGrant.objects.get(user=city.school_secretary)
    new = RoleGrant.objects.get(user=passed.handover.to_user)
    assert old.period.upper == new.period.lower == DAY
    assert (new.role, new.unit) == (old.role, old.unit)
    assert passed.slip is not None
    assert passed.handover.to_user.check_password(passed.slip.password)


def test_after_it_no_open_thing_is_the_old_holders_and_the_new_one_has_all(city: World) -> None:
    draft = activity_factory.draft(city.school, by=city.school_secretary)
    sent = activity_factory.submitted(city.school, by=city.school_secretary)
    passed = passed_on(city)
    old, new = again(city.school_secretary), again(passed.handover.to_user)

    assert set(Activity.objects.visible_to(new)) == {draft, sent}
    assert may_edit(new, draft)
    assert not any(may_edit(old, record) for record in (draft, sent))
    assert not any(may_anywhere(old, can) for can in Can)


def test_the_old_holder_reads_what_they_wrote_and_nothing_else(city: World) -> None:
    mine = activity_factory.submitted(city.school, by=city.school_secretary)
    activity_factory.draft(city.school, by=city.school_secretary)
    activity_factory.submitted(city.school, by=city.party_contact)
    activity_factory.submitted(city.schools[1], by=city.sibling_secretary)
    passed_on(city)

    assert list(Activity.objects.visible_to(again(city.school_secretary))) == [mine]


def test_the_successor_gets_the_role_and_no_more(city: World) -> None:
    passed_on(city, to=city.sibling_secretary)

    grants = RoleGrant.objects.filter(user=city.sibling_secretary).order_by("pk")
    assert [(grant.role, grant.unit) for grant in grants] == [
        ("school_secretary", city.schools[1]),
        ("school_secretary", city.school),
    ]


def test_nobody_hands_over_to_themselves_or_twice(city: World) -> None:
    with pytest.raises(Refused, match="同一个人"):
        passed_on(city, to=city.school_secretary)
    passed_on(city)
    with pytest.raises(Refused, match="不用再交接"):
        passed_on(city)
