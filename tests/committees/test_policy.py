"""The one access table: complete, and printed in docs/access.md as it is."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from committees.choices import UnitKind
from committees.management.commands.access_table import MEANING
from committees.models.scoping import covers
from committees.policy import ROLE_GIVES, ROLE_PLACES, ROLE_POWERS, Can, Reach, Role


def test_every_role_and_every_power_is_decided() -> None:
    assert set(ROLE_POWERS) == set(Role) == set(ROLE_PLACES)
    assert set(MEANING) == set(Can)
    held = {can for powers in ROLE_POWERS.values() for can in powers}
    assert held == set(Can)


def test_only_who_manages_accounts_hands_out_roles() -> None:
    managers = {role for role, powers in ROLE_POWERS.items() if Can.ACCOUNT_MANAGE in powers}

    assert set(ROLE_GIVES) == managers
    assert Role.OFFICE_SECRETARY not in ROLE_GIVES[Role.OFFICE_SECRETARY]
    assert {kind for kinds in ROLE_PLACES.values() for kind in kinds} == set(UnitKind)


def test_the_page_says_what_the_table_says(tmp_path: Path) -> None:
    call_command("access_table", "--check")

    stale = tmp_path / "access.md"
    stale.write_text("old", encoding="utf-8")
    with pytest.raises(CommandError, match="stale"):
        call_command("access_table", "--check", "--file", str(stale))
    call_command("access_table", "--file", str(stale))
    call_command("access_table", "--check", "--file", str(stale))


@pytest.mark.parametrize(
    ("reach", "covered"),
    [
        (Reach.HERE, {"00010002"}),
        (Reach.BELOW, {"000100020001"}),
        (Reach.BRANCH, {"00010002", "000100020001"}),
        (Reach.CITY, {"0001", "00010002", "000100020001", "00010003"}),
    ],
)
def test_a_reach_is_seen_from_the_unit_of_the_grant(reach: Reach, covered: set[str]) -> None:
    paths = {"0001", "00010002", "000100020001", "00010003", "0002"}

    assert {path for path in paths if covers(reach, "00010002", path)} == covered
