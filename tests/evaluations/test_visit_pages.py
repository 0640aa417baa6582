"""Teams, routes, marks, feedback and what is to mend, by services and pages."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from evaluations.models import Mending, Visit, VisitMark
from evaluations.services import visits
from evaluations.services.visits import Mark, Person
from portal.kernel import calendar
from portal.kernel.errors import Refused
from tests.factories import five_good as factory
from tests.pdf_text import words_of
from tests.personas import World

TOMORROW = calendar.today() + timedelta(days=1)


def client(user: object) -> Client:
    made = Client()
    made.force_login(user)
    return made


def two_teams(city: World) -> None:
    campaign = factory.campaign(city)
    people = ["刘建国 云山小学\n陈秀英 云河市教育局", "王芳 石桥小学"]
    staff = client(city.bureau_staff)
    for names in people:
        answer = staff.post(
            f"/five-good/campaigns/{campaign.pk}/visits/teams/new/", {"people": names}
        )
        assert answer.status_code == 302
    answer = staff.post(
        f"/five-good/campaigns/{campaign.pk}/visits/plan/",
        {"days": TOMORROW.isoformat(), "most": "4"},
    )
    assert answer.status_code == 302, answer.content.decode()


def test_routes_are_drawn_from_the_page_and_nobody_is_sent_home(city: World) -> None:
    two_teams(city)
    assert Visit.objects.count() == 6
    for visit in Visit.objects.all():
        assert not visit.team.assessors.filter(unit=visit.unit).exists()
    page = client(city.school_secretary).get(
        f"/five-good/campaigns/{Visit.objects.all()[0].team.campaign_id}/visits/"
    )
    assert "云山小学" in page.content.decode()
    assert "石桥小学" not in page.content.decode()


def test_a_plan_that_cannot_be_says_what_to_change(city: World) -> None:
    it = factory.appraisal(city)
    visits.add_team(it.campaign, people=[Person("甲", city.school)], by=city.bureau_staff)
    with pytest.raises(Refused, match="云山小学"):
        visits.draw(it.campaign, days=[TOMORROW], most=9, by=city.bureau_staff)
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"), [("王建国", "第 1 行"), ("王建国 没有的学校", "没有查到"), ("", "组里有谁")]
)
def test_a_line_of_a_team_that_is_not_understood_is_named(
    city: World, typed: str, words: str
) -> None:
    campaign = factory.campaign(city)
    answer = client(city.bureau_staff).post(
        f"/five-good/campaigns/{campaign.pk}/visits/teams/new/", {"people": typed}
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_stop_moved_by_hand_closes_the_gap_and_never_goes_home(city: World) -> None:
    two_teams(city)
    first = Visit.objects.filter(place=1).exclude(appraisal__unit=city.other_school)[0]
    others = first.team.campaign.teams.exclude(pk=first.team_id)
    home = others[0].assessors.all()[0]
    if home.unit_id == first.unit.pk:
        first = Visit.objects.filter(team=first.team, place=2).get()
    old, day = first.team, first.day
    visits.move(first, team=others[0], day=day, by=city.bureau_staff)
    left = Visit.objects.filter(team=old, day=day).order_by("place")
    assert [one.place for one in left] == list(range(1, len(left) + 1))
    own = Visit.objects.get(appraisal__unit=city.other_school)
    other = own.team.campaign.teams.get(assessors__unit=city.other_school)
    with pytest.raises(Refused, match="不能去看本单位"):
        visits.move(own, team=other, day=day, by=city.bureau_staff)


def test_a_ring_sends_every_unit_to_another_one(city: World) -> None:
    campaign = factory.campaign(city, way="peer")
    assert visits.draw_ring(campaign, day=TOMORROW, seed="7", by=city.bureau_staff) == 6
    pairs = {v.team.assessors.all()[0].unit_id: v.unit.pk for v in Visit.objects.all()}
    assert pairs.keys() == set(pairs.values())
    assert all(home != goes for home, goes in pairs.items())
    own = Visit.objects.get(team__assessors__user=city.school_secretary)
    assert client(city.school_secretary).get(f"/five-good/visits/{own.pk}/").status_code == 200
    assert "实地看" in client(city.school_secretary).get("/todo/").content.decode()


def test_a_ring_within_each_office_leaves_no_unit_to_another_office(city: World) -> None:
    campaign = factory.campaign(city, way="peer")
    keep = [unit for unit in city.schools if unit.office_id == city.school.office_id]
    assert len(keep) > 1
    campaign.appraisals.exclude(unit__in=keep).delete()
    url = f"/five-good/campaigns/{campaign.pk}/visits/ring/"
    typed = {"day": TOMORROW.isoformat(), "seed": "7", "over": "office"}
    assert client(city.bureau_staff).post(url, typed).status_code == 302
    assert Visit.objects.count() == len(keep)
    for visit in Visit.objects.select_related("team", "appraisal__unit"):
        home = visit.team.assessors.order_by("pk")[0].unit
        assert home.pk != visit.unit.pk
        assert home.office_id == visit.unit.office_id


def test_an_office_with_one_unit_alone_is_named_and_the_choice_stays(city: World) -> None:
    campaign = factory.campaign(city, way="peer")
    keep = [unit.pk for unit in city.schools if unit.office_id == city.school.office_id]
    campaign.appraisals.exclude(unit__in=[*keep, city.other_school.pk]).delete()
    answer = client(city.bureau_staff).post(
        f"/five-good/campaigns/{campaign.pk}/visits/ring/",
        {"day": TOMORROW.isoformat(), "seed": "7", "over": "office"},
    )
    assert answer.status_code == 422
    assert f"“{city.offices[1].name}”只有一家参加" in answer.content.decode()
    assert answer.context["form"]["over"].value() == "office"
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("way", "offered", "kept"),
    [("desk", (), ("分组实地看", "推磨互查")), ("onsite", ("分组实地看",), ("推磨互查",)),
     ("peer", ("推磨互查",), ("分组实地看",))],
)  # fmt: skip
def test_the_way_of_a_campaign_says_what_its_page_offers(
    city: World, way: str, offered: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    campaign = factory.campaign(city, way=way)
    url = f"/five-good/campaigns/{campaign.pk}/"
    links = re.findall(r"<a[^>]*>([^<]*)</a>", client(city.bureau_staff).get(url).content.decode())
    assert [word for word in offered if word not in links] == []
    assert [word for word in kept if word in links] == []


def test_a_way_is_changed_until_somebody_has_marked_and_its_teams_go_with_it(
    city: World,
) -> None:
    campaign = factory.campaign(city, way="desk")
    staff, url = client(city.bureau_staff), f"/five-good/campaigns/{campaign.pk}/way/"
    with pytest.raises(Refused, match="看材料"):
        visits.draw_ring(campaign, day=TOMORROW, seed="7", by=city.bureau_staff)
    staff.post(url, {"way": "peer"})
    campaign.refresh_from_db()
    visits.draw_ring(campaign, day=TOMORROW, seed="7", by=city.bureau_staff)
    staff.post(url, {"way": "onsite"})
    assert not Visit.objects.exists()
    campaign.refresh_from_db()
    it = factory.visit(
        factory.submitted(city, campaign.appraisals.get(unit=city.school)), city=city
    )
    first = it.team.assessors.order_by("pk")[0]
    visits.mark(it, assessor=first, marks={"2.2.2": Mark(Decimal(2))}, by=city.bureau_staff)
    answer = staff.post(url, {"way": "desk"})
    assert answer.status_code == 422
    assert "已经有人打过分" in answer.content.decode()


def test_two_assessors_marks_stand_side_by_side_and_their_difference_shows(city: World) -> None:
    it = factory.visit(factory.submitted(city), city=city, user=city.other_school_secretary)
    first, second = it.team.assessors.order_by("pk")
    url = f"/five-good/visits/{it.pk}/marks"
    empty = {"c2_2_2__score": "1.5", "c2_2_2__remark": ""}
    telephone = client(city.other_school_secretary)
    answer = telephone.post(f"{url}/{first.pk}/2/", empty)
    assert answer.status_code == 422
    assert "请写扣分理由" in answer.content.decode()
    assert 'value="1.5"' in answer.content.decode()
    telephone.post(f"{url}/{first.pk}/2/", empty | {"c2_2_2__remark": "少一次"})
    staff = client(city.bureau_staff)
    staff.post(f"{url}/{second.pk}/2/", {"c2_2_2__score": "2"})
    assert VisitMark.objects.count() == 2
    page = staff.get(f"/five-good/visits/{it.pk}/").content.decode()
    assert "刘建国 1.5 分（少一次）" in page
    assert telephone.get(f"{url}/{second.pk}/2/").status_code == 403


def test_no_mark_passes_its_maximum_or_comes_from_the_unit_itself(city: World) -> None:
    it = factory.visit(factory.submitted(city), city=city)
    first = it.team.assessors.order_by("pk")[0]
    with pytest.raises(Refused, match="0 到 2"):
        visits.mark(it, assessor=first, marks={"2.2.2": Mark(Decimal(3))}, by=city.bureau_staff)
    answer = client(city.school_secretary).get(f"/five-good/visits/{it.pk}/marks/{first.pk}/2/")
    assert answer.status_code == 403


def test_feedback_is_read_by_the_unit_and_things_to_mend_become_its_cards(city: World) -> None:
    it = factory.visit(factory.submitted(city), city=city)
    staff, school = client(city.bureau_staff), client(city.school_secretary)
    staff.post(
        f"/five-good/visits/{it.pk}/feedback/", {"words": "会议记录要补", "told_to": "王校长"}
    )
    assert "会议记录要补" in school.get(f"/five-good/visits/{it.pk}/").content.decode()
    asked = {"words": "补第三季度会议记录\n制度上墙", "due_on": TOMORROW.isoformat()}
    assert staff.post(f"/five-good/{it.appraisal_id}/mendings/new/", asked).status_code == 302
    home = school.get("/todo/").content.decode()
    assert "补第三季度会议记录" in home
    one = Mending.objects.order_by("pk")[0]
    school.post(f"/five-good/mendings/{one.pk}/tell/", {"words": "补齐了，照片在台账"})
    assert "核对整改，销号" in client(city.office_secretary).get("/todo/").content.decode()
    client(city.office_secretary).post(f"/five-good/mendings/{one.pk}/finish/")
    one.refresh_from_db()
    assert one.state == "done"
    assert "补第三季度会议记录" not in school.get("/todo/").content.decode()


def test_the_pack_holds_the_route_every_criterion_and_the_self_scores(city: World) -> None:
    it = factory.visit(factory.submitted(city), city=city)
    printed = words_of(
        client(city.bureau_staff).get(f"/five-good/teams/{it.team_id}/pack-1.pdf").content
    )
    assert "第1站" in printed
    assert "刘建国（石桥小学）" in printed
    assert "5.2.3" in printed
    assert "扣分理由" in printed


def test_the_notice_to_mend_names_each_thing_with_its_day(city: World) -> None:
    from evaluations.services import mendings

    it = factory.submitted(city)
    mendings.ask(it, words=["补会议记录"], code="", due_on=TOMORROW, by=city.bureau_staff)
    printed = words_of(
        client(city.school_secretary).get(f"/five-good/{it.pk}/mendings/notice.pdf").content
    )
    assert "整改通知书" in printed
    assert "1．补会议记录" in printed
