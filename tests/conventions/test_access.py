"""Every address of the project, asked by everybody; none is born without a decision."""

import pytest

from tests.conventions import access
from tests.personas import World

APPS = ["web", "committees", "activities", "reading_program", "evaluations"]


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    keys = {address.key for address in access.addresses()}

    assert keys - access.rows().keys() == set(), "add a row in tests/conventions/access_rows/"
    assert access.rows().keys() - keys == set(), "no such address any more"


@pytest.mark.parametrize("app", APPS)
def test_each_answers_everybody_as_decided(city: World, app: str) -> None:
    rows = access.rows()
    cookies = access.sign_in_everybody(city)
    found = [
        sentence
        for address in access.addresses()
        if address.app == app and address.key in rows
        for sentence in access.mismatches(city, address, rows[address.key], cookies)
    ]

    assert found == []


def test_no_address_belongs_to_an_app_that_is_not_asked() -> None:
    assert {address.app for address in access.addresses()} == set(APPS)
