"""指导奖 and 组织奖: they follow from the results by a rule the city sets; nobody applies."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from committees.models import Unit
from portal.kernel import audit
from reading_program.choices import HonourKind
from reading_program.models import Edition, Honour, HonourRules, Result

STANDARD_POINTS = [5, 3, 2, 1]


def rules_of(edition: Edition) -> HonourRules:
    """The rules as set; what a city never set is the standard, not stored."""
    found = HonourRules.objects.filter(edition=edition).first()
    return found or HonourRules(edition=edition, points=list(STANDARD_POINTS))


@transaction.atomic
def set_rules(
    edition: Edition, *, adviser_levels: int, organisations: int, points: Sequence[int], by: Any
) -> None:
    with audit.acting("honour_rules.set", by=by):
        rules, _ = HonourRules.objects.update_or_create(
            edition=edition,
            defaults={
                "adviser_levels": adviser_levels,
                "organisations": organisations,
                "points": list(points),
            },
        )
    audit.record("honour_rules.set", rules, by=by)


def proposed(results: Iterable[Result], rules: HonourRules) -> list[Honour]:
    """What these results bring, not stored; results come with entry, unit, advisers and level."""
    awarded = [each for each in results if each.level is not None and each.revoked_at is None]
    return [*_advisers(awarded, rules), *_organisations(awarded, rules)]


def _advisers(awarded: Sequence[Result], rules: HonourRules) -> list[Honour]:
    works: dict[tuple[Unit, str], list[Result]] = defaultdict(list)
    for result in awarded:
        assert result.level is not None  # noqa: S101 - asked by the caller
        if result.level.position <= rules.adviser_levels:
            for adviser in result.entry.advisers.all():
                works[result.entry.unit, adviser.name].append(result)
    return [
        Honour(
            edition=rules.edition, kind=HonourKind.ADVISER, unit=unit, name=name,
            basis=f"指导的作品获{_basis(found)}",
        )
        for (unit, name), found in sorted(works.items(), key=lambda p: (p[0][0].path, p[0][1]))
    ]  # fmt: skip


def _organisations(awarded: Sequence[Result], rules: HonourRules) -> list[Honour]:
    """The schools with most points, as many as there are places; equals at the end have none."""
    points: Counter[Unit] = Counter()
    works: dict[Unit, list[Result]] = defaultdict(list)
    for result in awarded:
        assert result.level is not None  # noqa: S101 - asked by the caller
        at = result.level.position - 1
        points[result.entry.unit] += rules.points[at] if at < len(rules.points) else 0
        works[result.entry.unit].append(result)
    ranked = [pair for pair in points.most_common() if pair[1] > 0]
    chosen = ranked[: rules.organisations]
    if len(ranked) > len(chosen) and chosen:
        beyond = ranked[len(chosen)][1]
        chosen = [pair for pair in chosen if pair[1] > beyond]
    return [
        Honour(
            edition=rules.edition, kind=HonourKind.ORGANISATION, unit=unit, points=total,
            basis=f"学生和作品获{_basis(works[unit])}，积 {total} 分",
        )
        for unit, total in chosen
    ]  # fmt: skip


def _basis(found: Sequence[Result]) -> str:
    """一等奖 2 件、三等奖 1 件."""
    counts = Counter((each.level.position, each.level.name) for each in found if each.level)
    return "、".join(f"{name} {counts[position, name]} 件" for position, name in sorted(counts))
