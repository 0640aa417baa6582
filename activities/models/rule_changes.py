"""A change of the credit rules: written down, previewed, then applied as one."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities.choices import CreditTarget, RequiredField, RuleAct
from activities.models.credits import CreditRule
from activities.models.kinds import ActivityKind
from committees.choices import UnitKind
from committees.models import ObligationItem, Unit, User
from portal.kernel.fields import choices_are_known


class RuleChange(models.Model):
    """What a rule is to say from now on; `before` and `after` keep both in words."""

    city = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    act = models.CharField(max_length=6, choices=RuleAct.choices)
    rule = models.ForeignKey(CreditRule, models.CASCADE, null=True, related_name="changes")
    target = models.CharField(max_length=12, choices=CreditTarget.choices)
    item = models.ForeignKey(ObligationItem, models.CASCADE, null=True, related_name="+")
    line = models.SlugField(max_length=40, blank=True)
    line_name = models.CharField(max_length=40, blank=True)
    kind = models.ForeignKey(ActivityKind, models.PROTECT, related_name="+")
    requires = ArrayField(
        models.CharField(max_length=12, choices=RequiredField.choices), default=list, blank=True
    )
    first_month = models.PositiveSmallIntegerField(default=1)
    last_month = models.PositiveSmallIntegerField(default=12)
    unit_kinds = ArrayField(
        models.CharField(max_length=12, choices=UnitKind.choices), default=list, blank=True
    )
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            choices_are_known("rule_act_is_known", "act", RuleAct),
            models.CheckConstraint(
                condition=Q(act="add") | Q(rule__isnull=False), name="change_names_its_rule"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}规则：{self.after or self.before}"

    @property
    def unit(self) -> Unit:
        return self.city
