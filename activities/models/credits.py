"""Record → credit → obligation: which rule made which record count for what.

A cell is never ticked. It is the sum of the credits below it, kept by a trigger in the same
transaction, so a matrix of a whole city is one indexed read.
"""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities.choices import CreditState, RequiredField
from activities.models.activities import Activity, ActivityKind
from committees.models import ObligationItem, Unit, User
from portal.kernel.fields import choices_are_known

KEEP_CELLS = """
BEGIN
  IF TG_OP IN ('UPDATE', 'DELETE') THEN
    UPDATE activities_obligationcell
       SET counted = counted - (OLD.state = 'counted')::int,
           pending = pending - (OLD.state = 'pending')::int
     WHERE unit_id = OLD.unit_id AND item_id = OLD.item_id;
  END IF;
  IF TG_OP IN ('INSERT', 'UPDATE') THEN
    INSERT INTO activities_obligationcell AS cell (unit_id, item_id, counted, pending)
    VALUES (NEW.unit_id, NEW.item_id,
            (NEW.state = 'counted')::int, (NEW.state = 'pending')::int)
    ON CONFLICT (unit_id, item_id) DO UPDATE
       SET counted = cell.counted + EXCLUDED.counted,
           pending = cell.pending + EXCLUDED.pending;
  END IF;
  RETURN NULL;
END;
"""


class CreditRule(models.Model):
    """A record of this kind, held in the year and holding `requires`, counts for the item."""

    item = models.ForeignKey(ObligationItem, models.CASCADE, related_name="rules")
    kind = models.ForeignKey(ActivityKind, models.PROTECT, related_name="rules")
    requires = ArrayField(
        models.CharField(max_length=12, choices=RequiredField.choices), default=list, blank=True
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "kind"], name="rule_once_a_kind")]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """The rule in words, as a secretary reads it beside the credit."""
        extra = "、".join(RequiredField(name).label for name in self.requires)
        asks = f"，{extra}" if extra else ""
        year = self.item.obligation_set.year
        return f"{year}年内的“{self.kind.name}”记录{asks}，通过后计入“{self.item.name}”"


@pghistory.track()
class Credit(models.Model):
    """This record counts for this item of this unit, by this rule — or was declined, with why."""

    rule = models.ForeignKey(CreditRule, models.PROTECT, related_name="credits")
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="credits")
    item = models.ForeignKey(ObligationItem, models.PROTECT, related_name="credits")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="credits")
    held_on = models.DateField()
    state = models.CharField(max_length=10, choices=CreditState.choices)
    declined_reason = models.CharField("不计入的原因", max_length=200, blank=True)
    declined_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            choices_are_known("credit_state_is_known", "state", CreditState),
            # Of a joint activity, once for each unit that held it.
            models.UniqueConstraint(
                fields=["activity", "item", "unit"], name="record_counts_once_an_item_and_unit"
            ),
            models.CheckConstraint(
                condition=~Q(state="declined")
                | (~Q(declined_reason="") & Q(declined_by__isnull=False)),
                name="declined_credit_says_why",
            ),
        ]
        indexes = [models.Index(fields=["unit", "item", "held_on"], name="credit_of_cell")]
        triggers = [
            pgtrigger.Trigger(
                name="keep_cells",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=KEEP_CELLS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity} → {self.item}"


class ObligationCell(models.Model):
    """How many records count, and how many wait, for one item of one unit. Trigger-written."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cells")
    item = models.ForeignKey(ObligationItem, models.PROTECT, related_name="cells")
    # Signed on purpose: a wrong sign must fail the constraint, not wrap.
    counted = models.IntegerField(default=0)
    pending = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "item"], name="cell_once"),
            models.CheckConstraint(
                condition=Q(counted__gte=0, pending__gte=0), name="cell_counts_from_zero"
            ),
        ]
        indexes = [
            models.Index(
                fields=["item", "unit"], include=["counted", "pending"], name="cell_of_item"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.item}: {self.counted}"
