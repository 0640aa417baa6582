"""Record → credit → obligation: which rule made which record count for what.

A cell is never ticked. It is the sum of the credits below it, kept by a trigger in the same
transaction, so a matrix of a whole city is one indexed read.
"""

from __future__ import annotations

from typing import Self

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from activities.choices import CreditState, CreditTarget, RequiredField
from activities.models.activities import Activity
from activities.models.kinds import ActivityKind
from committees.choices import UnitKind
from committees.models import ObligationItem, Unit, User
from portal.kernel.fields import choices_are_known

KEEP_CELLS = """
BEGIN
  IF TG_OP IN ('UPDATE', 'DELETE') AND OLD.item_id IS NOT NULL THEN
    UPDATE activities_obligationcell
       SET counted = counted - (OLD.state = 'counted')::int,
           pending = pending - (OLD.state = 'pending')::int
     WHERE unit_id = OLD.unit_id AND item_id = OLD.item_id;
  END IF;
  IF TG_OP IN ('INSERT', 'UPDATE') AND NEW.item_id IS NOT NULL THEN
    INSERT INTO activities_obligationcell AS cell (unit_id, item_id, counted, pending)
    VALUES (NEW.unit_id, NEW.item_id,
            (NEW.state = 'counted')::int, (NEW.state = 'pending')::int)
    ON CONFLICT (unit_id, item_id) DO UPDATE
       SET counted = cell.counted + EXCLUDED.counted,
           pending = cell.pending + EXCLUDED.pending;
  END IF;
  -- A statement of its own: it waited for the cell above, and so sees what others counted there.
  UPDATE activities_obligationcell AS cell
     SET reached_on = (
           SELECT credit.held_on FROM activities_credit AS credit
            WHERE credit.unit_id = cell.unit_id AND credit.item_id = cell.item_id
              AND credit.state = 'counted'
            ORDER BY credit.held_on, credit.id
           OFFSET item.min_count - 1 LIMIT 1)
    FROM committees_obligationitem AS item
   WHERE item.id = cell.item_id
     AND ((TG_OP <> 'INSERT' AND cell.unit_id = OLD.unit_id AND cell.item_id = OLD.item_id)
       OR (TG_OP <> 'DELETE' AND cell.unit_id = NEW.unit_id AND cell.item_id = NEW.item_id));
  RETURN NULL;
END;
"""


class CreditRuleQuerySet(models.QuerySet["CreditRule"]):
    def in_force(self) -> Self:
        return self.filter(retired_at__isnull=True)


class CreditRule(models.Model):
    """A record of this kind, held in these months and holding `requires`, counts for one target.

    The target is an item of a set of obligations, or a named line of one city and year: of a
    rubric, of the statistics, or the candidates of the bulletin. A rule that is no longer wanted
    is retired, never deleted: credits of the past were made by it.
    """

    target = models.CharField(
        max_length=12, choices=CreditTarget.choices, default=CreditTarget.OBLIGATION
    )
    item = models.ForeignKey(ObligationItem, models.CASCADE, null=True, related_name="rules")
    city = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    year = models.PositiveSmallIntegerField(null=True)
    line = models.SlugField("代号", max_length=40, blank=True)
    line_name = models.CharField("名称", max_length=40, blank=True)
    kind = models.ForeignKey(ActivityKind, models.PROTECT, related_name="rules")
    requires = ArrayField(
        models.CharField(max_length=12, choices=RequiredField.choices), default=list, blank=True
    )
    first_month = models.PositiveSmallIntegerField(default=1)
    last_month = models.PositiveSmallIntegerField(default=12)
    # Empty is every unit the target asks.
    unit_kinds = ArrayField(
        models.CharField(max_length=12, choices=UnitKind.choices), default=list, blank=True
    )
    retired_at = models.DateTimeField(null=True)

    objects = CreditRuleQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("rule_target_is_known", "target", CreditTarget),
            models.UniqueConstraint(
                fields=["item", "kind"],
                condition=Q(retired_at__isnull=True),
                name="rule_once_a_kind",
                violation_error_message="这一项已经有一条看同一类活动的规则，修改那一条就行",
            ),
            models.UniqueConstraint(
                fields=["city", "year", "target", "line", "kind"],
                condition=Q(retired_at__isnull=True, item__isnull=True),
                name="line_rule_once_a_kind",
                violation_error_message="这一项已经有一条看同一类活动的规则，修改那一条就行",
            ),
            models.CheckConstraint(
                condition=Q(target="obligation", item__isnull=False, city__isnull=True, line="")
                | Q(item__isnull=True, city__isnull=False, year__isnull=False)
                & ~Q(target="obligation")
                & ~Q(line=""),
                name="rule_has_one_target",
            ),
            models.CheckConstraint(
                condition=Q(
                    first_month__gte=1, first_month__lte=F("last_month"), last_month__lte=12
                ),
                name="rule_months_run_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def asked_kinds(self) -> list[str]:
        """The kinds of unit it counts for: its own, within those its item asks."""
        asked = self.item.unit_kinds if self.item else list(UnitKind.values)
        return [kind for kind in asked if not self.unit_kinds or kind in self.unit_kinds]

    @property
    def of_year(self) -> int:
        year = self.item.obligation_set.year if self.item else self.year
        assert year is not None  # noqa: S101 - rule_has_one_target
        return year

    @property
    def target_label(self) -> str:
        """What a record counts for, in the words of its reader."""
        return self.item.name if self.item else self.line_name or self.line

    @property
    def sentence(self) -> str:
        """The rule in words, as a secretary reads it beside the credit."""
        extra = "、".join(RequiredField(name).label for name in self.requires)
        asks = f"，{extra}" if extra else ""
        return (
            f"{self._when}的“{self.kind.name}”记录{self._who}{asks}，"
            f"通过后计入“{self.target_label}”"
        )

    def takes_month(self, month: int) -> bool:
        return self.first_month <= month <= self.last_month

    @property
    def months(self) -> str:
        if (self.first_month, self.last_month) == (1, 12):
            return "全年"
        if self.first_month == self.last_month:
            return f"{self.first_month}月"
        return f"{self.first_month}月至{self.last_month}月"

    @property
    def _when(self) -> str:
        whole = (self.first_month, self.last_month) == (1, 12)
        return f"{self.of_year}年{'内' if whole else self.months}"

    @property
    def _who(self) -> str:
        kinds = "、".join(UnitKind(kind).label for kind in self.unit_kinds)
        return f"（只看{kinds}的）" if kinds else ""


@pghistory.track()
class Credit(models.Model):
    """This record counts for this item of this unit, by this rule — or was declined, with why."""

    rule = models.ForeignKey(CreditRule, models.PROTECT, related_name="credits")
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="credits")
    target = models.CharField(
        max_length=12, choices=CreditTarget.choices, default=CreditTarget.OBLIGATION
    )
    item = models.ForeignKey(ObligationItem, models.PROTECT, null=True, related_name="credits")
    line = models.SlugField(max_length=40, blank=True)
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
            models.UniqueConstraint(
                fields=["activity", "target", "line", "unit"],
                condition=Q(item__isnull=True),
                name="record_counts_once_a_line_and_unit",
            ),
            choices_are_known("credit_target_is_known", "target", CreditTarget),
            models.CheckConstraint(
                condition=Q(target="obligation", item__isnull=False, line="")
                | Q(item__isnull=True) & ~Q(target="obligation") & ~Q(line=""),
                name="credit_has_one_target",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined")
                | (~Q(declined_reason="") & Q(declined_by__isnull=False)),
                name="declined_credit_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "item", "held_on"], name="credit_of_cell"),
            models.Index(
                fields=["target", "line", "unit"],
                name="credit_of_line",
                condition=Q(item__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="keep_cells",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=KEEP_CELLS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity} → {self.label}"

    @property
    def label(self) -> str:
        """What the record counts for: an item's name, or a line's."""
        return self.item.name if self.item else self.rule.target_label

    @property
    def group(self) -> str:
        """三个同, 三个一 … of an item; of a line the kind of its target."""
        return self.item.group if self.item else CreditTarget(self.target).label


class ObligationCell(models.Model):
    """How many records count, and how many wait, for one item of one unit. Trigger-written."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cells")
    item = models.ForeignKey(ObligationItem, models.PROTECT, related_name="cells")
    # Signed on purpose: a wrong sign must fail the constraint, not wrap.
    counted = models.IntegerField(default=0)
    pending = models.IntegerField(default=0)
    # The day on which the records reached the number the item asks; tells on time from late.
    reached_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "item"], name="cell_once"),
            models.CheckConstraint(
                condition=Q(counted__gte=0, pending__gte=0), name="cell_counts_from_zero"
            ),
        ]
        indexes = [
            models.Index(
                fields=["item", "unit"],
                include=["counted", "pending", "reached_on"],
                name="cell_of_item",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.item}: {self.counted}"
