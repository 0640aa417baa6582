"""An edition: prepared from standard rows, seen when published, put right by the bureau only."""

from datetime import date

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from committees.policy import Role
from portal.kernel.errors import Refused
from reading_program.models import Edition
from reading_program.services import editions
from tests.factories import committees as factory
from tests.factories import reading_program as reading
from tests.personas import World


def test_a_new_edition_has_six_tracks_four_groups_and_stages_within_its_days(city: World) -> None:
    made = reading.prepared_edition(city.bureau)

    assert [track.name for track in made.tracks.all()] == [
        "读书征文", "朗诵展示", "优秀班集体", "读书之星", "最佳活动方案", "双优奖",
    ]  # fmt: skip
    assert made.groups.count() == 4
    stages = list(made.stages.all())
    assert (stages[0].starts_on, stages[-1].ends_on) == (made.starts_on, made.ends_on)
    assert made.school_year == 2022


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.integers(0, 400))
def test_stages_follow_each_other_whatever_the_length(db: None, days: int) -> None:
    number = Edition.objects.count()
    bureau = factory.make_bureau(f"第{number}市教育局")
    last = date.fromordinal(date(2023, 3, 1).toordinal() + days)

    made = reading.prepared_edition(bureau, ends_on=last, plans_due_on=None)

    for stage in made.stages.all():
        assert made.starts_on <= stage.starts_on <= stage.ends_on


def test_the_same_name_in_one_school_year_is_refused(city: World) -> None:
    reading.prepared_edition(city.bureau)

    with pytest.raises(Refused, match="已经有同名的读书活动"):
        reading.prepared_edition(city.bureau)


def test_an_edition_is_published_once(city: World) -> None:
    made = reading.published_edition(city.bureau)

    with pytest.raises(Refused, match="已经发布了"):
        editions.publish_edition(made, by=None)


def test_a_draft_is_the_bureaus_and_a_published_one_the_citys(client: Client, city: World) -> None:
    made = reading.prepared_edition(city.bureau)
    path = f"/reading/{made.pk}/"
    client.force_login(city.school_secretary)
    assert client.get(path).status_code == 404

    client.force_login(city.bureau_staff)
    client.post(f"{path}publish/")

    client.force_login(city.teacher)
    page = client.get(path).content.decode()
    assert "双优奖" in page
    assert "2022—2023学年" in page


def test_another_city_does_not_see_it(client: Client, city: World) -> None:
    made = reading.published_edition(city.bureau)
    stranger = factory.make_user(factory.make_bureau("青川市教育局"), Role.BUREAU_STAFF)
    client.force_login(stranger)

    assert client.get(f"/reading/{made.pk}/").status_code == 404
    assert made not in [row["it"] for row in client.get("/reading/").context["editions"]]


def test_the_bureau_makes_an_edition_and_renames_a_track(client: Client, city: World) -> None:
    client.force_login(city.bureau_staff)
    client.post(
        "/reading/new/",
        {"name": "读书活动", "theme": "强国有我", "starts_on": "2023-03-01",
         "ends_on": "2023-09-30"},
    )  # fmt: skip
    made = Edition.objects.get()
    form = client.get(f"/reading/{made.pk}/edit/").context["form"]
    answers = {name: form[name].value() for name in form.fields}
    track = made.tracks.get(code="double_excellence")
    stage = made.stages.all()[0]
    answers |= {
        f"track_{track.pk}_name": "优秀组织与优秀指导奖",
        f"stage_{stage.pk}_ends_on": "2023-04-15",
        "plans_due_on": "2023-04-10",
        "asks_kindergartens": "",
        "keep_until": "",
    }

    answer = client.post(f"/reading/{made.pk}/edit/", answers)

    assert answer.status_code == 302
    track.refresh_from_db()
    stage.refresh_from_db()
    made.refresh_from_db()
    assert track.name == "优秀组织与优秀指导奖"
    assert stage.ends_on == date(2023, 4, 15)
    assert made.plans_due_on == date(2023, 4, 10)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"ends_on": "2023-02-01"}, "结束日期要在开始日期"),
        ({"plans_due_on": "2024-01-01"}, "交齐日期要在活动开始和结束之间"),
        ({"theme": ""}, "写上今年的主题"),
    ],
)
def test_wrong_dates_are_met_with_what_to_do(
    client: Client, city: World, data: dict[str, str], sentence: str
) -> None:
    client.force_login(city.bureau_staff)
    whole = {"name": "读书活动", "theme": "强国有我", "starts_on": "2023-03-01",
             "ends_on": "2023-09-30"}  # fmt: skip

    answer = client.post("/reading/new/", whole | data)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Edition.objects.exists()
