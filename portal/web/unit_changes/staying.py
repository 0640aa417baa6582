"""What a merger does not carry along, and why."""

from collections.abc import Sequence

from django.urls import reverse

from activities.models import ObligationRelief, Partner
from activities.services import obligation_cases
from committees.models import Unit
from portal.web.unit_changes.reading_effects import kept_names
from portal.web.unit_changes.wishes import Merge
from portal.web.unit_changes.written import Link, Section, item_words


def staying(wish: Merge, heir: Unit) -> list[Section]:
    lines = _reliefs(wish, heir)
    twins = _twins(wish.sources, heir)
    lines += [
        f"合作伙伴“{it.name}”，“{heir}”也有同名的一家，两条都留着："
        f"“{it.unit}”的那条连同协议不动，核对后可以停止其中一条"
        for it, _ in twins
    ]
    lines += kept_names(wish.sources)
    links = [link for pair in twins for link in map(_link, pair)]
    return [Section("没有带过去的", lines, links)] if lines else []


def _reliefs(wish: Merge, heir: Unit) -> list[str]:
    """One sentence an item of which the units were not all let off on the same terms."""
    lines, units = [], wish.units
    for reliefs in obligation_cases.reliefs_by_item(units, on=wish.on).values():
        if obligation_cases.is_of_all(reliefs, units):
            continue
        others = [unit for unit in units if unit.pk not in {it.unit_id for it in reliefs}]
        lines.append(_sentence(reliefs, others, heir))
    return lines


def _sentence(reliefs: Sequence[ObligationRelief], others: Sequence[Unit], heir: Unit) -> str:
    had = "、".join(f"“{it.unit}”{it.words}" for it in reliefs)
    had_not = "".join(f"、“{unit}”没有" for unit in others)
    item = item_words(reliefs[0])
    if any(it.unit_id == heir.pk for it in reliefs):
        return f"{item}：{had}{had_not}。各家不一样，“{heir}”自己的照旧，别家的不带过去"
    return f"{item}：{had}{had_not}。各家不一样，不带过去，“{heir}”照常要做"


def _twins(sources: Sequence[Unit], heir: Unit) -> list[tuple[Partner, Partner]]:
    """(the one that stayed, the one of that name the heir keeps the contact with)."""
    stayed = Partner.objects.filter(unit__in=sources).select_related("unit").order_by("pk")
    kept = {it.name: it for it in Partner.objects.filter(unit=heir).select_related("unit")}
    return [(it, kept[it.name]) for it in stayed if it.name in kept]


def _link(partner: Partner) -> Link:
    return (f"{partner.unit}的“{partner}”", reverse("activities:partner", args=[partner.pk]))
