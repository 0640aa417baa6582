"""Obligation sets as data: 三个同 and 三个一 here, other cities' sets by the same tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery

from committees.choices import ObligationKind, UnitKind
from committees.models.scoping import scope_q
from committees.models.units import Unit
from committees.policy import Can
from portal.kernel.fields import choices_are_known

MOST_NAMED = 3  # groups in the heading of a set

FROZEN = """
DECLARE published timestamptz; holder bigint;
BEGIN
  holder := CASE WHEN TG_OP = 'DELETE' THEN OLD.obligation_set_id ELSE NEW.obligation_set_id END;
  SELECT published_at INTO published FROM committees_obligationset WHERE id = holder;
  IF published IS NOT NULL THEN
    RAISE EXCEPTION 'obligation set % is published and cannot change', holder
      USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END;
"""


class ObligationSetQuerySet(models.QuerySet["ObligationSet"]):
    def visible_to(self, user: Any) -> Self:
        """Everyone of the city may read what is asked of them; drafts are the editors'."""
        seen = Q(published_at__isnull=False) & scope_q(user, Can.PLAN_VIEW, "city__path")
        return self.filter(seen | scope_q(user, Can.OBLIGATION_EDIT, "city__path"))

    def current(self, city: Unit, year: int) -> ObligationSet | None:
        """The published set in force: the highest version of the year."""
        return (
            self.filter(city=city, year=year, published_at__isnull=False)
            .order_by("-version")
            .first()
        )


@pghistory.track()
class ObligationSet(models.Model):
    """What one city asks of its units in one work year; frozen when published."""

    city = models.ForeignKey(Unit, models.PROTECT, related_name="obligation_sets")
    year = models.PositiveSmallIntegerField("年度")
    version = models.PositiveSmallIntegerField("版本", default=1)
    name = models.CharField("名称", max_length=80)
    basis = models.CharField("依据", max_length=200, blank=True)
    only_served = models.BooleanField(
        "只计已有关工委覆盖的单位",
        default=True,
        help_text="没有关工委的单位不计入应完成数，另在组织覆盖率里反映",
    )
    published_at = models.DateTimeField(null=True, editable=False)

    objects = ObligationSetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["city", "year", "version"], name="obligation_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}年{self.name}"


def groups_asked(city: str, year: int) -> QuerySet[ObligationItem, str]:
    """The group of each item the set in force asks, in order.

    Stands within another query, whose field `city` names the city.
    """
    in_force = ObligationSet.objects.filter(
        city=OuterRef(OuterRef(city)), year=year, published_at__isnull=False
    ).order_by("-version")
    items = ObligationItem.objects.filter(obligation_set=Subquery(in_force.values("pk")[:1]))
    return items.order_by("position").values_list("group", flat=True)


def heading_of(groups: Iterable[str]) -> str:
    """三个同·三个一: what people call the set, by the groups of its items."""
    named = list(dict.fromkeys(groups))
    return "·".join(named[:MOST_NAMED]) + ("等" if len(named) > MOST_NAMED else "")


@pghistory.track()
class ObligationItem(models.Model):
    """One column of the matrix, such as 听取汇报: at least `min_count` times by `due_on`."""

    obligation_set = models.ForeignKey(ObligationSet, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    group = models.CharField("组", max_length=20)
    code = models.SlugField("代号", max_length=30)
    name = models.CharField("名称", max_length=20)
    text = models.CharField("要求", max_length=200)
    kind = models.CharField(max_length=5, choices=ObligationKind.choices)
    min_count = models.PositiveSmallIntegerField("至少次数", default=1)
    due_on = models.DateField("最晚完成日期")
    unit_kinds = ArrayField(
        models.CharField(max_length=12, choices=UnitKind.choices), verbose_name="适用单位"
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            choices_are_known("obligation_kind_is_known", "kind", ObligationKind),
            models.UniqueConstraint(fields=["obligation_set", "code"], name="obligation_code_once"),
            models.CheckConstraint(condition=Q(min_count__gte=1), name="obligation_asks_something"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=FROZEN,
            )
        ]

    def __str__(self) -> str:
        return self.name
