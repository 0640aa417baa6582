"""Each check finds what was broken past the services, and nothing in a sound city."""

import io
import json
from collections.abc import Callable
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activities.models import Activity, ObligationCell
from committees.models import (
    Committee,
    CommitteeService,
    CommitteeTerm,
    Post,
    RoleGrant,
    Unit,
    UnitMembership,
    UnitPeriod,
)
from committees.services import units
from portal.kernel.ranges import between, since
from portal.web.integrity import examine
from portal.web.unit_changes.carrying_out import carry_out
from portal.web.unit_changes.wishes import Merge
from tests.factories import activities as records
from tests.factories import committees as factory
from tests.personas import World

DAY = date(2023, 9, 1)
TODAY = date(2023, 12, 31)


def found(city: World) -> dict[str, list[str]]:
    return {
        check.code: [doubt.sentence for doubt in doubts]
        for check, doubts in examine(city.bureau, on=TODAY)
        if doubts
    }


def lose_its_parent(city: World) -> None:
    UnitMembership.objects.filter(unit=city.school).delete()


def hang_elsewhere(city: World) -> None:
    UnitMembership.objects.filter(unit=city.school).update(parent=city.offices[1])


def say_another_office(city: World) -> None:
    Unit.objects.filter(pk=city.school.pk).update(office=city.offices[1])


def share_a_name(city: World) -> None:
    Unit.objects.filter(pk=city.school.pk).update(name="云山 二小")


def overlap(city: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table changes with triggers waiting
        cursor.execute(
            "ALTER TABLE committees_unitmembership DROP CONSTRAINT unit_one_parent_at_a_time"
        )
    UnitMembership.objects.create(unit=city.school, parent=city.office, period=since(DAY))


def overlap_terms(city: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE committees_committeeterm DROP CONSTRAINT one_term_at_a_time")
    committee = city.committees[city.school.pk]
    for number in (7, 8):
        CommitteeTerm.objects.create(
            committee=committee, number=number, period=between(DAY, DAY.replace(year=2028))
        )


def hold_a_post_twice(city: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE committees_post DROP CONSTRAINT post_once_at_a_time")
    person = factory.make_person(city.school)
    for _ in range(2):
        Post.objects.create(
            committee=city.committees[city.school.pk], person=person, position="member",
            period=since(DAY),
        )  # fmt: skip


def outlive_its_host(city: World) -> None:
    UnitPeriod.objects.filter(unit=city.school).update(period=("2015-09-01", "2023-09-01"))
    UnitMembership.objects.filter(unit=city.school).update(period=("2015-09-01", "2023-09-01"))
    RoleGrant.objects.filter(unit=city.school).delete()


def serve_on(city: World) -> None:
    Committee.objects.filter(host=city.school).update(dissolved_on=DAY)


def be_in_two_places(city: World) -> None:
    for school in city.schools[:2]:
        factory.make_person(school, "王建国", phone="13800000001", born_on=date(1955, 3, 1))


def keep_a_key(city: World) -> None:
    units.close_unit(city.school, on=DAY, note="", by=None)
    factory.grant(city.bureau_staff, city.school, "school_secretary")


def stay_in_the_register(city: World) -> None:
    factory.make_person(city.school, "王建国")
    units.close_unit(city.school, on=DAY, note="", by=None)


def count_wrongly(city: World) -> None:
    records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    ObligationCell.objects.update(counted=2)


def wait_elsewhere(city: World) -> None:
    records.submitted(city.school, by=city.school_secretary)
    Activity.objects.update(receiver=city.offices[1])


@pytest.mark.parametrize(
    ("harm", "code", "sentence"),
    [
        (lose_its_parent, "paths", "却没有主管单位"),
        (hang_elsewhere, "paths", "登记的主管单位不一致"),
        (say_another_office, "offices", "记的教办或市"),
        (share_a_name, "twins", "名称一样"),
        (overlap, "overlaps", "主管单位有两段时间重叠"),
        (overlap_terms, "overlaps", "届期有两段时间重叠"),
        (hold_a_post_twice, "overlaps", "职务有两段时间重叠"),
        (outlive_its_host, "committees", "设它的单位已经撤销"),
        (serve_on, "committees", "却还覆盖单位"),
        (be_in_two_places, "people", "可能是同一个人"),
        (keep_a_key, "left_behind", "还有那里的权限"),
        (stay_in_the_register, "left_behind", "名册上还有 1 人"),
        (count_wrongly, "recount", "完成数和记录对不上"),
        (wait_elsewhere, "receivers", "不在主管单位那里"),
    ],
)
def test_what_was_broken_is_found_by_its_check(
    city: World, harm: Callable[[World], None], code: str, sentence: str
) -> None:
    assert found(city) == {}

    harm(city)

    told = found(city)
    assert any(sentence in line for line in told[code]), told


def test_the_page_and_the_command_say_the_same(city: World, client: Client) -> None:
    out = io.StringIO()
    call_command("check_integrity", stdout=out)
    assert "没有问题" in out.getvalue()
    client.force_login(city.bureau_staff)
    assert "都对得上" in client.get("/integrity/").content.decode()

    say_another_office(city)

    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("check_integrity", "--json", stdout=out)
    told = json.loads(out.getvalue())
    sentences = [line for each in told[0]["checks"] for line in each["doubts"]]
    page = client.get("/integrity/").content.decode()
    assert sentences
    assert all(sentence in page for sentence in sentences)
    assert f'href="/units/{city.school.pk}/"' in page


def test_a_merged_city_is_sound_and_the_checks_cost_the_same_at_any_size(city: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert found(city) == {}
        return len(seen)

    small = queries()
    for number in range(30):
        factory.make_committee(factory.make_school(city.office, f"云山第{number}村小"))
    carry_out(Merge(sources=(city.schools[0],), into=city.schools[1], on=DAY), by=None)
    assert CommitteeService.objects.count() > 30

    assert queries() == small
