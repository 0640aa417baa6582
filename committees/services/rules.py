"""What a city asks of the teams of its committees, as data."""

from typing import Any

from django.db import transaction

from committees.models import TeamRules, Unit
from portal.kernel import audit
from portal.kernel.fields import labels_of


def rules_of(unit: Unit) -> TeamRules:
    """The rules of the unit's city; a city that set none has the usual ones, not stored."""
    city_id = unit.city_id or unit.pk
    return TeamRules.objects.filter(city=city_id).first() or TeamRules(city_id=city_id)


@transaction.atomic
def set_rules(city: Unit, *, by: Any, **facts: Any) -> TeamRules:
    """Change the city's thresholds; nothing that stands is judged anew but by what is shown."""
    rules, _ = TeamRules.objects.select_for_update().get_or_create(city=city)
    changed = [name for name, value in facts.items() if getattr(rules, name) != value]
    for name in changed:
        setattr(rules, name, facts[name])
    with audit.acting("team_rules.set", by=by):
        rules.save()
    audit.record("team_rules.set", city, by=by, note=labels_of(TeamRules, changed))
    return rules
