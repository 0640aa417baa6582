"""What a city asks of its committees' teams, their papers, and invitations into the mentor team."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from committees.choices import CommitteePaper, Position, TeamInvitationState
from committees.models.people import Person, User
from committees.models.scoping import ScopedQuerySet
from committees.models.terms import Committee, CommitteeTerm
from committees.models.units import Unit
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile


def usual_posts() -> list[str]:
    """主任、常务副主任、秘书长: without these three nobody leads, works or writes."""
    return [Position.DIRECTOR, Position.STANDING_DEPUTY, Position.SECRETARY_GENERAL]


def usual_ages() -> dict[str, int]:
    """常务副主任 70, 委员 65 (教育部关工委工作规则); the other posts have no usual age."""
    return {Position.STANDING_DEPUTY: 70, Position.MEMBER: 65}


@pghistory.track()
class TeamRules(models.Model):
    """The city's thresholds; a city without a row lives by these defaults.

    A term of five years: 教育部关工委工作规则. 90 days: "3个月内配齐" of district score sheets.
    60 and 55 years: the age at which a serving man's or woman's status wants a second look; the
    age of retirement rises from 2025 on, so both are the city's to move.
    """

    city = models.OneToOneField(Unit, models.PROTECT, related_name="team_rules")
    # position → full years usually not passed; a post that is not in it has no usual age
    post_ages = models.JSONField("各职务年龄一般不超过", default=usual_ages)
    serving_age = models.PositiveSmallIntegerField("在职的男同志满多少岁提醒核对", default=60)
    serving_age_women = models.PositiveSmallIntegerField("在职的女同志满多少岁提醒核对", default=55)
    term_years = models.PositiveSmallIntegerField("每届几年", default=5)
    vacancy_days = models.PositiveSmallIntegerField("职务空缺几天内配齐", default=90)
    required_posts = ArrayField(
        models.CharField(max_length=26, choices=Position.choices),
        default=usual_posts,
        verbose_name="班子里一定要有的职务",
    )

    def __str__(self) -> str:
        return f"{self.city}班子要求"


class CommitteeDocumentQuerySet(ScopedQuerySet["CommitteeDocument"]):
    unit_path = "committee__host__path"
    view_power = Can.UNIT_VIEW


class CommitteeDocument(models.Model):
    """A paper that founded the committee, opened a term or changed the team."""

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="documents")
    term = models.ForeignKey(CommitteeTerm, models.CASCADE, null=True, related_name="documents")
    paper = models.CharField("文件种类", max_length=10, choices=CommitteePaper.choices)
    title = models.CharField("文号或标题", max_length=120, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = CommitteeDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [choices_are_known("committee_paper_is_known", "paper", CommitteePaper)]

    def __str__(self) -> str:
        return self.title or self.name


class TeamInvitationQuerySet(ScopedQuerySet["TeamInvitation"]):
    unit_path = "person__unit__path"
    view_power = Can.MENTOR_EDIT


@pghistory.track()
class TeamInvitation(models.Model):
    """Somebody newly free was asked to become a mentor, in one half of a school year (2023-1)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="team_invitations")
    half = models.CharField("学期", max_length=6)
    state = models.CharField(
        max_length=10,
        choices=TeamInvitationState.choices,
        default=TeamInvitationState.INVITED,
    )
    note = models.CharField("备注", max_length=200, blank=True)
    invited_on = models.DateField()
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField(null=True)

    objects = TeamInvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("team_invitation_state_is_known", "state", TeamInvitationState),
            models.UniqueConstraint(
                fields=["person", "half"],
                name="invited_once_a_half",
                violation_error_message="这个学期已经邀请过这位同志了",
            ),
            models.CheckConstraint(
                condition=models.Q(state="invited") | models.Q(answered_on__isnull=False),
                name="answered_invitation_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.half}"

    @property
    def unit(self) -> Unit:
        """Where the person is registered, as the audit trail asks of everything."""
        return self.person.unit
