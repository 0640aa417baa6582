"""抓两头促中间: bands, coaching, the list for the level above."""

from decimal import Decimal

import pytest
from django.test import Client

from evaluations.models import Recommendation, UpperList
from evaluations.services import levels
from evaluations.services.appraisals import EntryDraft, keys_of
from portal.kernel.errors import Refused
from tests.factories import five_good as factory
from tests.pdf_text import words_of
from tests.personas import YEAR, World


def client(user: object) -> Client:
    made = Client()
    made.force_login(user)
    return made


def upper(city: World, *, quota: int | None = 1) -> UpperList:
    return levels.open_list(
        city.bureau, year=YEAR, level="宁波市级", target=4, quota=quota, least=Decimal(90),
        by=city.bureau_staff,
    )  # fmt: skip


def test_units_stand_in_bands_with_what_is_missing_and_the_help_they_had(city: World) -> None:
    it = factory.decided(city)
    other = it.campaign.appraisals.get(unit=city.schools[1])
    lost = {
        f"c{c['code'].replace('.', '_')}": EntryDraft(dict.fromkeys(keys_of(c), False))
        for _, _, c in it.campaign.rubric.criteria()
        if c["code"] in {"1.1.1", "3.2.1", "5.2.1"}
    }
    factory.submitted(city, other, **lost)
    office = client(city.office_secretary)
    office.post(
        f"/five-good/{other.pk}/coaching/new/",
        {"day": "2023-10-9", "who": "教办老李", "words": "帮着理了台账"},
    )
    page = client(city.bureau_staff).get(f"/five-good/campaigns/{it.campaign_id}/board/")
    bands = dict(page.context["bands"])
    assert [one.appraisal.unit.name for one in bands["头"]] == ["云山小学"]
    [middle] = bands["中"]
    assert (middle.above, middle.missing, middle.coached) == ("优秀", 2, 1)
    assert (len(bands["尾"]), len(bands["还没交"])) == (0, 4)
    assert "最近 10月9日" in page.content.decode()


def test_only_decided_units_with_the_points_are_put_forward_and_within_the_quota(
    city: World,
) -> None:
    it, listed = factory.decided(city), upper(city)
    early = it.campaign.appraisals.get(unit=city.schools[1])
    with pytest.raises(Refused, match="复评完了"):
        levels.recommend(listed, early, words="好", by=city.bureau_staff)
    made = levels.recommend(listed, it, words="好", by=city.bureau_staff)
    second = factory.decided(city, early)
    with pytest.raises(Refused, match="名额 1 个"):
        levels.recommend(listed, second, words="好", by=city.bureau_staff)
    levels.step(made, state="dropped", by=city.bureau_staff)
    levels.recommend(listed, second, words="好", by=city.bureau_staff)
    with pytest.raises(Refused, match="名额"):
        levels.step(made, state="proposed", by=city.bureau_staff)


def test_from_target_to_form_and_award_in_pages(city: World) -> None:
    it = factory.decided(city)
    staff = client(city.bureau_staff)
    listed = upper(city)
    page = staff.get(f"/five-good/upper/{listed.pk}/").content.decode()
    assert "现在够分 1 家" in page
    assert "到不了目标" in page
    staff.post(
        f"/five-good/upper/{listed.pk}/recommend/{it.pk}/", {"words": "老校长带着孩子读书。"}
    )
    made = Recommendation.objects.get()
    printed = words_of(staff.get(f"/five-good/recommendations/{made.pk}/form.pdf").content)
    assert "老校长带着孩子读书。" in printed
    assert "宁波市级“五好”关工委推荐表" in printed
    staff.post(f"/five-good/recommendations/{made.pk}/sent/")
    staff.post(f"/five-good/recommendations/{made.pk}/awarded/")
    page = staff.get(f"/five-good/upper/{listed.pk}/").content.decode()
    assert "已命名 1 家" in page
