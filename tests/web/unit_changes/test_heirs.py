"""Who carries on for a closed school reads what was written there, and writes nothing there."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from committees.choices import ReopenCommittee
from committees.models import CommitteeService, Unit
from portal.web.unit_changes.carrying_out import carry_out, undo
from portal.web.unit_changes.wishes import Merge, Reopen
from tests.factories import activities as records
from tests.factories import reading_program as reading
from tests.personas import World
from tests.web.unit_changes.worlds import everything

DAY = date(2023, 9, 1)


def swallow(source: Unit, into: Unit) -> object:
    return carry_out(Merge(sources=(source,), into=into, on=DAY, accounts=False), by=None)


def test_the_heirs_secretary_reads_record_committee_and_paper_but_edits_none(
    city: World, client: Client
) -> None:
    gone = city.schools[1]
    done = records.accepted(gone, by=city.sibling_secretary, reviewer=city.office_secretary)
    edition = reading.published_edition(city.bureau)
    reading.submitted_plan(edition, city.school, by=city.school_secretary)
    plan = reading.submitted_plan(edition, gone, by=city.sibling_secretary)
    committee = city.committees[gone.pk]
    pages = [
        f"/units/{gone.pk}/", f"/activities/{done.pk}/", f"/committees/{committee.pk}/terms/",
        f"/reading/plans/{plan.pk}/",
    ]  # fmt: skip
    client.force_login(city.school_secretary)
    assert [client.get(page).status_code for page in pages] == [404] * 4

    change = swallow(gone, city.school)

    assert [client.get(page).status_code for page in pages] == [200] * 4
    assert done.title in client.get("/activities/?year=2023").content.decode()
    assert gone.name in client.get(f"/units/{city.school.pk}/").content.decode()
    assert client.get(f"/activities/{done.pk}/edit/").status_code in {403, 409}
    assert client.get(f"/units/{gone.pk}/edit/").status_code == 403
    undo(change, at=timezone.now(), by=None)
    assert [client.get(page).status_code for page in pages] == [404] * 4


def test_a_chain_of_mergers_is_read_to_its_end(city: World, client: Client) -> None:
    done = records.accepted(city.schools[2], by=city.bureau_staff, reviewer=city.office_secretary)
    swallow(city.schools[2], city.schools[1])
    swallow(city.schools[1], city.school)

    client.force_login(city.school_secretary)
    assert client.get(f"/activities/{done.pk}/").status_code == 200
    client.force_login(city.other_school_secretary)
    assert client.get(f"/activities/{done.pk}/").status_code == 404


def test_a_school_that_opens_again_is_read_by_its_heir_no_longer(
    city: World, client: Client
) -> None:
    done = records.accepted(
        city.schools[1], by=city.sibling_secretary, reviewer=city.office_secretary
    )
    swallow(city.schools[1], city.school)
    carry_out(Reopen(unit=city.schools[1], under=city.office, on=date(2023, 10, 1)), by=None)

    client.force_login(city.school_secretary)
    assert client.get(f"/activities/{done.pk}/").status_code == 404


@pytest.mark.parametrize("choice", list(ReopenCommittee))
def test_a_reopened_school_gets_the_committee_that_was_chosen(
    city: World, choice: ReopenCommittee
) -> None:
    gone = city.schools[1]
    swallow(gone, city.school)
    before = everything()
    wish = Reopen(unit=gone, under=city.office, on=date(2023, 10, 1), committee=choice)

    change = carry_out(wish, by=None)

    link = CommitteeService.objects.filter(unit=gone, period__upper_inf=True).first()
    host = link.committee.host if link else None
    assert host == {"own": gone, "heir": city.school, "later": None}[choice.value]
    undo(change, at=timezone.now(), by=None)
    assert everything() == before
