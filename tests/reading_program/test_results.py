"""Results: pending until published together, changed with reasons, never moved up silently."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.models import SpecialDay
from portal.kernel import calendar, docx
from portal.kernel.errors import Refused
from portal.kernel.models import Notice
from reading_program.choices import HonourKind, ListState, PublicityState, TieAtCut
from reading_program.models import Certificate, Entry, Honour, Publicity, Result
from reading_program.services import entries, honours, publicity, recommendations, results
from tests.factories import results as factory
from tests.personas import World


def levels(it: object) -> list[str]:
    return [str(row.level or "") for row in it.results.order_by("place", "pk")]  # type: ignore[attr-defined]


def test_a_list_follows_the_marks_and_equals_across_the_line_go_by_its_rule(city: World) -> None:
    it = factory.decided(city)
    assert levels(it) == ["一等奖", "二等奖", "", "", ""]

    results.set_levels(
        it.track, group=None, rows=[("一等奖", None, 1), ("二等奖", None, 2)], by=None
    )
    it.refresh_from_db()
    assert levels(it) == ["一等奖", "二等奖", "", "", ""]
    assert [row["divided"] for row in it.cuts] == [0, 2]

    results.recut(it, ties=TieAtCut.UP, by=city.bureau_staff)
    assert levels(it) == ["一等奖", "二等奖", "二等奖", "二等奖", ""]


def test_nobody_but_the_bureau_sees_a_pending_list(city: World) -> None:
    it = factory.decided(city)
    url = reverse("reading_program:awards", args=[it.edition_id])
    for persona in (city.school_secretary, city.office_secretary, city.bureau_leader):
        client = Client()
        client.force_login(persona)
        assert "甄雨一" not in client.get(url).content.decode()
        assert list(Result.objects.visible_to(persona)) == []
    assert Result.objects.visible_to(city.bureau_staff).count() == 5


def test_a_change_by_hand_asks_a_reason_and_a_second_window_is_told(city: World) -> None:
    it = factory.decided(city)
    third = it.results.filter(place=3).order_by("pk")[0]
    second = it.results.get(place=2).level

    with pytest.raises(Refused, match="写一句为什么"):
        results.adjust(third, level=second, reason=" ", version=1, by=city.bureau_staff)
    results.adjust(third, level=second, reason="评委组复议", version=1, by=city.bureau_staff)
    with pytest.raises(results.ChangedMeanwhile):
        results.adjust(third, level=None, reason="又改", version=1, by=city.bureau_staff)

    third.refresh_from_db()
    assert (third.level, third.by_cut) == (second, None)


def test_publishing_shows_masked_rows_tells_the_schools_and_counts_days_worked(
    city: World,
) -> None:
    monday = date(2026, 6, 15)
    SpecialDay.objects.create(
        city=city.bureau, day=date(2026, 6, 19), is_workday=False, name="端午节"
    )
    it = factory.published(city, on=monday)

    assert it.ends_on == date(2026, 6, 22)  # Friday is a holiday: five days worked end on Monday
    assert [(row["level"], row["name"], row["school"]) for row in it.rows[:2]] == [
        ("一等奖", "甄*", city.school.name), ("二等奖", "甄*", city.schools[1].name),
    ]  # fmt: skip
    told = Notice.objects.get(user=city.school_secretary, link__contains="/awards/")
    assert "看看本校获了哪些奖" in told.text
    assert not Notice.objects.filter(user=city.other_school_secretary).exists()
    with pytest.raises(Refused, match="没有待公布的结果"):
        publicity.publish(it.edition, starts_on=monday, working_days=5, now=timezone.now(), by=None)


def test_honours_follow_the_rule_and_are_kept_when_published(city: World) -> None:
    it = factory.decided(city)
    honours.set_rules(it.edition, adviser_levels=1, organisations=1, points=[5, 3], by=None)
    publicity.publish(
        it.edition, starts_on=calendar.today(), working_days=5, now=timezone.now(), by=None
    )

    given = [(each.kind, str(each), each.basis) for each in Honour.objects.order_by("kind")]
    assert given == [
        (HonourKind.ADVISER, "柏维1", "指导的作品获一等奖 1 件"),
        (HonourKind.ORGANISATION, city.school.name, "学生和作品获一等奖 1 件，积 5 分"),
    ]


def test_schools_with_equal_points_at_the_end_get_none_rather_than_one_too_many(
    city: World,
) -> None:
    it = factory.decided(city)
    honours.set_rules(it.edition, adviser_levels=0, organisations=1, points=[3, 3], by=None)
    publicity.publish(
        it.edition, starts_on=calendar.today(), working_days=5, now=timezone.now(), by=None
    )

    assert Honour.objects.count() == 0


def test_a_work_taken_back_leaves_the_list_and_the_next_is_not_moved_up(city: World) -> None:
    it = factory.published(city)
    first = factory.first_of(it)
    entries.withdraw(first.entry, note="家长不同意公开", by=city.school_secretary)

    shown = publicity.shown_rows(it)
    assert [row["ref"] for row in shown if row["ref"] == f"result:{first.pk}"] == []
    Publicity.objects.filter(pk=it.pk).update(
        starts_on=calendar.today() - timedelta(days=30),
        ends_on=calendar.today() - timedelta(days=20),
    )
    assert publicity.end_due(on=calendar.today(), now=timezone.now()) == 1
    first.refresh_from_db()
    assert first.revoke_reason == publicity.TAKEN_BACK
    assert [str(row.level) for row in Result.objects.awarded()] == ["二等奖"]


def test_a_work_taken_back_before_publishing_stops_it_until_the_list_is_made_anew(
    city: World,
) -> None:
    it = factory.decided(city)
    entries.withdraw(it.results.get(place=1).entry, note="", by=city.school_secretary)
    with pytest.raises(Refused, match="定奖以后撤下了"):
        publicity.publish(
            it.edition, starts_on=calendar.today(), working_days=5, now=timezone.now(), by=None
        )

    (anew,) = results.decide(it.round, by=city.bureau_staff)
    assert levels(anew)[:1] == ["一等奖"]
    assert anew.results.get(place=1).entry.nominee_name == "甄雨二"


def test_an_award_given_late_has_a_reason_and_begins_the_days_anew(city: World) -> None:
    it = factory.published(city, on=calendar.today() - timedelta(days=1))
    before = it.ends_on
    other = Result.objects.filter(list__publicity=it, level=None).order_by("place", "pk")[0]
    second = Result.objects.get(list__publicity=it, place=2).level
    assert second is not None
    publicity.award_late(
        other, level=second, reason="复核分数后补授", on=calendar.today(), by=city.bureau_staff
    )

    it.refresh_from_db()
    assert it.ends_on > before
    assert it.rows[-1]["level"] == "二等奖（补授）"


def test_results_wait_for_the_days_and_for_every_objection(city: World) -> None:
    it = factory.published(city)
    with pytest.raises(Refused, match="期满以后"):
        publicity.end(it, on=it.ends_on, now=timezone.now(), by=city.bureau_staff)
    objection = factory.objection(it)
    later = it.ends_on + timedelta(days=1)
    with pytest.raises(Refused, match="1 件异议没有处理"):
        publicity.end(it, on=later, now=timezone.now(), by=city.bureau_staff)
    assert publicity.end_due(on=later, now=timezone.now()) == 0

    publicity.handle(objection, upheld=True, outcome="比对属实", revoke=True, by=city.bureau_staff)
    publicity.end(it, on=later, now=timezone.now(), by=city.bureau_staff)
    it.refresh_from_db()
    assert it.state == PublicityState.ENDED
    assert it.lists.get().state == ListState.FINAL
    assert factory.first_of(it).revoke_reason == "异议属实：比对属实"


def test_who_objects_is_read_by_the_bureau_alone_and_stands_in_no_notice(city: World) -> None:
    it = factory.objection(factory.published(city))
    told = Notice.objects.get(user=city.bureau_staff, link__contains="objections")
    assert not any(word in told.text for word in factory.WHO.values())
    url = reverse("reading_program:objection", args=[it.pk])
    client = Client()
    client.force_login(city.bureau_staff)
    assert factory.WHO["phone"] in client.get(url).content.decode()
    client.force_login(city.bureau_leader)
    assert client.get(url).status_code == 404


def test_the_public_list_withdraws_itself(city: World, client: Client) -> None:
    it = factory.published(city)
    url = reverse("reading_program:public_list", args=[it.pk])
    shown = client.get(url)
    assert shown.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "甄*" in shown.content.decode()

    Publicity.objects.filter(pk=it.pk).update(
        starts_on=calendar.today() - timedelta(days=9), ends_on=calendar.today() - timedelta(days=1)
    )
    over = client.get(url)
    assert over.status_code == 410
    assert "甄" not in over.content.decode()


def test_pages_of_results_keep_their_number_of_queries(
    city: World, django_assert_max_num_queries: object
) -> None:
    it = factory.final(city)
    client = Client()
    client.force_login(city.bureau_staff)
    for name in ("results", "awards", "certificates", "recommended"):
        with django_assert_max_num_queries(30):  # type: ignore[operator]
            client.get(reverse(f"reading_program:{name}", args=[it.edition_id]))
    assert Certificate.objects.count() == 0
    assert Entry.objects.count() == 5


def test_the_forms_upward_say_the_same_in_word_as_on_paper(city: World) -> None:
    it = factory.final(city)
    best = Result.objects.awarded().filter(list__edition=it.edition).order_by("place")[0]
    recommendations.recommend(best, words="立意深，同意推荐。", by=city.bureau_staff)
    client = Client()
    client.force_login(city.bureau_staff)
    address = reverse("reading_program:recommended_docx", args=[it.edition_id])
    lines = docx.paragraphs(client.get(address).content)
    entry, seal = best.entry, f"{city.bureau}关工委（公章）"
    for wanted in (entry.title, entry.nominee_name, entry.unit.name, "立意深，同意推荐。", seal):
        assert wanted in lines, wanted
