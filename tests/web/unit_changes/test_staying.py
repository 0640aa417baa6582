"""A merger carries what all had alike, and says of the rest that it stays and why."""

from datetime import date

from django.test import Client
from django.utils import timezone

from activities.models import ObligationRelief, Partner
from activities.services import obligation_cases as cases
from committees.models import ObligationItem, Unit, UnitChange
from portal.web.unit_changes.carrying_out import carry_out, undo
from portal.web.unit_changes.wishes import Merge, NewUnit, Split
from tests.factories import together
from tests.personas import World
from tests.web.unit_changes.test_pages import MERGE, preview
from tests.web.unit_changes.worlds import everything

DAY = date(2023, 9, 1)
NEW = NewUnit("云山新区小学", "school", "primary")


def training(city: World) -> ObligationItem:
    return city.obligation_set.items.get(code="training")


def merge(city: World, *, into: Unit | None = None) -> UnitChange:
    first, second = city.schools[:2]
    wish = (
        Merge(sources=(second,), into=into, on=DAY, note="文")
        if into
        else Merge(sources=(first, second), new=NEW, under=city.office, on=DAY, note="文")
    )
    return carry_out(wish, by=city.bureau_staff)


def lines(change: UnitChange) -> str:
    return "\n".join(line for section in change.effects for line in section["lines"])


def test_what_both_schools_were_let_off_the_new_one_is_let_off_until_undone(city: World) -> None:
    for number, school in enumerate(city.schools[:2]):
        cases.waive(school, training(city), reason=f"校舍大修{number}", by=city.bureau_staff)
    before = everything()

    change = merge(city)

    carried = ObligationRelief.objects.get(unit__name=NEW.name)
    assert (carried.kind, carried.reason) == ("waived", "校舍大修0；校舍大修1")
    assert "2023年“学习培训”不要求，“云山新区小学”接着用" in lines(change)
    assert "没有带过去的" not in {section["title"] for section in change.effects}
    undo(change, at=timezone.now(), by=city.bureau_staff)
    assert everything() == before


def test_what_only_one_school_was_let_off_is_asked_of_the_new_one(city: World) -> None:
    cases.waive(city.school, training(city), reason="校舍大修", by=city.bureau_staff)

    change = merge(city)

    assert not ObligationRelief.objects.filter(unit__name=NEW.name).exists()
    assert (
        "2023年“学习培训”：“云山小学”不要求、“云山二小”没有。各家不一样，不带过去，"
        "“云山新区小学”照常要做"
    ) in lines(change)


def test_two_different_extensions_are_not_the_same_relief(city: World) -> None:
    for month, school in zip((10, 11), city.schools, strict=False):
        cases.extend(school, training(city), due_on=date(2023, month, 30), reason="大修", by=None)

    change = merge(city)

    assert not ObligationRelief.objects.filter(unit__name=NEW.name).exists()
    assert "延期到2023年10月30日、“云山二小”延期到2023年11月30日。各家不一样" in lines(change)


def test_a_school_that_takes_another_in_keeps_its_own_relief(city: World) -> None:
    cases.waive(city.school, training(city), reason="校舍大修", by=city.bureau_staff)

    change = merge(city, into=city.school)

    assert ObligationRelief.objects.get().unit == city.school
    assert "“云山小学”自己的照旧，别家的不带过去" in lines(change)


def test_years_that_are_over_are_neither_carried_nor_told(city: World) -> None:
    cases.waive(city.school, training(city), reason="校舍大修", by=city.bureau_staff)
    ObligationRelief.objects.update(year=2022)

    change = merge(city)

    assert ObligationRelief.objects.count() == 1
    assert "2022年" not in lines(change)


def test_a_closing_school_that_is_split_leaves_its_relief_to_its_heir(city: World) -> None:
    cases.waive(city.school, training(city), reason="校舍大修", by=city.bureau_staff)
    east = NewUnit("云山东区小学", "school", "primary")

    carry_out(Split(unit=city.school, new=(NEW, east), closes=True, on=DAY, note="文"), by=None)

    assert set(ObligationRelief.objects.values_list("unit__name", flat=True)) == {
        "云山小学", NEW.name,
    }  # fmt: skip


def test_one_partner_of_both_schools_stays_twice_and_the_preview_links_to_both(
    city: World, client: Client
) -> None:
    kept, left = (together.make_partner(school, "湖畔社区") for school in city.schools[:2])
    client.force_login(city.bureau_staff)

    page = preview(client, city.school, "merge", MERGE).content.decode()

    assert "合作伙伴“湖畔社区”，“云山新区小学”也有同名的一家，两条都留着" in page
    for partner in (kept, left):
        assert f'href="/partners/{partner.pk}/"' in page
    before = everything()
    change = merge(city)
    assert Partner.objects.get(pk=kept.pk).unit.name == NEW.name
    assert Partner.objects.get(pk=left.pk).unit == city.schools[1]
    undo(change, at=timezone.now(), by=city.bureau_staff)
    assert everything() == before
