"""Asking somebody newly free into the team of mentors, and what was answered."""

from datetime import date
from typing import Any

from django.db import transaction

from committees.models import Person, TeamInvitation
from committees.services import people
from committees.workflow import TEAM_INVITATION
from portal.kernel import audit
from portal.kernel.refusals import speaking_for


@transaction.atomic
def invite(person: Person, *, half: str, on: date, note: str = "", by: Any) -> TeamInvitation:
    """Note that the person was asked, in one half of a school year such as 2023-1."""
    with audit.acting("team_invitation.sent", by=by), speaking_for(TeamInvitation):
        made = TeamInvitation.objects.create(
            person=person, half=half, invited_on=on, invited_by=by, note=note
        )
    audit.record("team_invitation.sent", person, by=by, note=half)
    return made


@transaction.atomic
def accept(invitation: TeamInvitation, *, on: date, note: str = "", by: Any) -> None:
    """The person said yes and is a mentor from now on."""
    stamps = {"answered_on": on} | ({"note": note} if note else {})
    TEAM_INVITATION.advance(invitation, "accept", by=by, note=note, **stamps)
    people.correct(invitation.person, by=by, is_mentor=True)


@transaction.atomic
def decline(invitation: TeamInvitation, *, on: date, note: str, by: Any) -> None:
    """The person would rather not, now; the next term asks again only by hand."""
    TEAM_INVITATION.advance(invitation, "decline", by=by, note=note, answered_on=on)
    TeamInvitation.objects.filter(pk=invitation.pk).update(note=note)
