"""名额: how many entries a unit may send in a track, and the triggers that hold everybody to it.

City → office → school is a tree of rows. A school without a row of its own draws on what its
office has not given away; where nobody has a row there is no limit.
"""

from __future__ import annotations

from typing import Any, Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from committees.models import Unit
from committees.models.scoping import ScopedQuerySet, scope_q
from committees.policy import Can
from reading_program.models.editions import Edition, EntryGroup, Track

# Which entries of `q.unit_id` a row counts: its group's, or those of groups without a row.
_COUNTED = """
    e.track_id = q.track_id AND (
        e.group_id = q.group_id
        OR (q.group_id IS NULL AND NOT EXISTS (
            SELECT 1 FROM reading_program_quota o
             WHERE o.track_id = q.track_id AND o.unit_id = q.unit_id AND o.group_id = e.group_id)))
"""
_HOLDING = "e.state IN ('submitted', 'returned', 'city')"
# Units that drew on this row without one of their own.
_POOLED = f"""
    SELECT count(*) FROM reading_program_entry e
     WHERE coalesce(e.office_id, e.city_id) = q.unit_id AND e.unit_id <> q.unit_id
       AND {_HOLDING} AND {_COUNTED}
       AND NOT EXISTS (
            SELECT 1 FROM reading_program_quota s
             WHERE s.track_id = e.track_id AND s.unit_id = e.unit_id
               AND (s.group_id = e.group_id OR s.group_id IS NULL))
"""  # noqa: S608 - constants of this file
_OWN = f"""
    SELECT count(*) FROM reading_program_entry e
     WHERE e.unit_id = q.unit_id AND {_HOLDING} AND {_COUNTED}
"""  # noqa: S608 - constants of this file
_GIVEN = """
    SELECT coalesce(sum(c.places), 0) FROM reading_program_quota c
      JOIN committees_unit u ON u.id = c.unit_id
     WHERE c.track_id = q.track_id AND c.unit_id <> q.unit_id
       AND (c.group_id IS NOT DISTINCT FROM q.group_id
            OR (q.group_id IS NULL AND NOT EXISTS (
                SELECT 1 FROM reading_program_quota o
                 WHERE o.track_id = q.track_id AND o.unit_id = q.unit_id
                   AND o.group_id = c.group_id)))
       AND CASE WHEN u.office_id IS NULL OR u.office_id = u.id THEN u.city_id
                ELSE u.office_id END = q.unit_id
"""
# `allowed` of a per cent row: of the number somebody stated, or of all entries written down.
_PLACES = f"""
    coalesce(q.places, ceil(q.percent * coalesce(q.base, (
        SELECT count(*) FROM reading_program_entry e
         WHERE e.unit_id = q.unit_id AND e.state <> 'withdrawn' AND {_COUNTED})) / 100.0))
"""  # noqa: S608 - constants of this file

TAKE_A_PLACE = f"""
    IF TG_OP = 'UPDATE' AND OLD.state IN ('submitted', 'returned', 'city')
       AND OLD.unit_id = NEW.unit_id AND OLD.track_id = NEW.track_id
       AND OLD.group_id IS NOT DISTINCT FROM NEW.group_id THEN
        RETURN NEW;
    END IF;
    SELECT coalesce((t.limits->>'needs_consent')::boolean, false) INTO asks_consent
      FROM reading_program_track t WHERE t.id = NEW.track_id;
    IF asks_consent AND NOT NEW.consent THEN
        RAISE EXCEPTION 'no consent' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'entry_needs_consent';
    END IF;
    FOREACH holder IN ARRAY ARRAY[NEW.unit_id, coalesce(NEW.office_id, NEW.city_id)] LOOP
        -- The row lock makes everybody who wants a place here stand in one line.
        SELECT s.id INTO seat FROM reading_program_quota s
         WHERE s.track_id = NEW.track_id AND s.unit_id = holder
           AND (s.group_id = NEW.group_id OR s.group_id IS NULL)
         ORDER BY s.group_id NULLS LAST LIMIT 1 FOR UPDATE;
        IF seat IS NOT NULL THEN
            SELECT {_PLACES} - ({_OWN})
                   - CASE WHEN holder = NEW.unit_id THEN 0 ELSE ({_GIVEN}) + ({_POOLED}) END
              INTO free FROM reading_program_quota q WHERE q.id = seat;
            IF free < 1 THEN
                RAISE EXCEPTION 'no place left' USING ERRCODE = 'check_violation',
                    CONSTRAINT = 'entry_within_quota';
            END IF;
            RETURN NEW;
        END IF;
    END LOOP;
    RETURN NEW;
"""  # noqa: S608 - constants of this file

KEEP_THE_TREE = f"""
    SELECT CASE WHEN u.office_id IS NULL OR u.office_id = u.id THEN u.city_id
                ELSE u.office_id END INTO above
      FROM committees_unit u WHERE u.id = NEW.unit_id;
    SELECT p.id INTO parent FROM reading_program_quota p
     WHERE p.track_id = NEW.track_id AND p.unit_id = above AND p.unit_id <> NEW.unit_id
       AND (p.group_id IS NOT DISTINCT FROM NEW.group_id OR p.group_id IS NULL)
     ORDER BY p.group_id NULLS LAST LIMIT 1 FOR UPDATE;
    SELECT {_PLACES} - ({_OWN}) - ({_GIVEN}) - ({_POOLED})
      INTO free FROM reading_program_quota q WHERE q.id = NEW.id;
    IF free < 0 THEN
        RAISE EXCEPTION 'places in use' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'quota_covers_use';
    END IF;
    IF parent IS NOT NULL THEN
        SELECT q.places - ({_GIVEN}) - ({_POOLED}) - ({_OWN})
          INTO free FROM reading_program_quota q WHERE q.id = parent;
        IF free < 0 THEN
            RAISE EXCEPTION 'more than the level above has' USING ERRCODE = 'check_violation',
                CONSTRAINT = 'quota_within_parent';
        END IF;
    END IF;
    RETURN NULL;
"""  # noqa: S608 - constants of this file


class QuotaQuerySet(ScopedQuerySet["Quota"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(
            scope_q(user, Can.UNIT_VIEW, "unit__path"),
            edition__in=Edition.objects.visible_to(user),
        )


@pghistory.track()
class Quota(models.Model):
    """Places of one unit in one track, in one group or (group empty) in all that have no row."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="quotas")
    track = models.ForeignKey(Track, models.PROTECT, related_name="quotas")
    group = models.ForeignKey(EntryGroup, models.PROTECT, null=True, related_name="quotas")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reading_quotas")
    places = models.PositiveIntegerField("名额", null=True)
    percent = models.PositiveSmallIntegerField("百分比", null=True)
    # What the per cent is of, such as 30 classes taking part; empty: of the entries written down.
    base = models.PositiveIntegerField("以多少为总数", null=True)

    objects = QuotaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["track", "group", "unit"],
                nulls_distinct=False,
                name="quota_once",
                violation_error_message="这个单位在这个项目里已经有名额了，刷新页面看看",
            ),
            models.CheckConstraint(
                condition=Q(places__isnull=False, percent__isnull=True, base__isnull=True)
                | Q(places__isnull=True, percent__gte=1, percent__lte=100),
                name="quota_number_or_percent",
                violation_error_message="名额写数字或者百分比，只写一样",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="keep_the_tree",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("above", "bigint"), ("parent", "bigint"), ("free", "numeric")],
                func=KEEP_THE_TREE,
            )
        ]

    def __str__(self) -> str:
        amount = f"{self.places} 个" if self.places is not None else f"{self.percent}%"
        return f"{self.unit} {self.track} {amount}"
