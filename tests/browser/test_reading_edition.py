"""One whole edition of the reading programme: three offices, twelve schools, plan to certificate.

The decisive step of every stage is taken in the browser; what the other schools, offices and
judges do alike goes through the services.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from committees.models import Unit, User
from portal.kernel import calendar
from reading_program import schedule
from reading_program.choices import EntryState
from reading_program.models import (
    Certificate,
    Edition,
    Entry,
    EntryAdviser,
    JudgingRound,
    Objection,
    Publicity,
    ResultList,
    ScoreSheet,
)
from reading_program.services import copies, entries, plans, quotas
from tests.browser import walking
from tests.factories import committees as people
from tests.factories import judging as marking
from tests.factories import reading_entries
from tests.factories.committees import PASSWORD
from tests.personas import World, build_city

# No worker is started here: the job runs in the page's own process, which must know its handler.
HANDLED_HERE = schedule.make_certificates

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def as_user(page: Page, user: User) -> None:
    walking.sign_in(page, user.username, PASSWORD)


def twelve_schools(city: World) -> tuple[list[Unit], list[Unit]]:
    """The six of the small city, a third office, and six more schools under all three."""
    third = people.make_office(city.bureau, "河口教办")
    offices = [*city.offices, third]
    more = [
        people.make_school(office, f"{office.name[:2]}{n}小") for office in offices for n in "三四"
    ]
    return offices, [*city.schools, *more]


def the_edition_is_announced(page: Page, city: World) -> Edition:
    as_user(page, city.bureau_staff)
    today = calendar.today()
    page.goto(reverse("reading_program:edition_new"))
    page.get_by_label("今年的主题").fill("传承经典，筑梦未来")
    page.get_by_label("从哪天开始？").fill((today - timedelta(days=10)).isoformat())
    page.get_by_label("到哪天结束？").fill((today + timedelta(days=200)).isoformat())
    page.get_by_role("button", name="下一步").click()
    edition = Edition.objects.get()
    page.goto(reverse("reading_program:edition", args=[edition.pk]))
    page.get_by_role("button", name="发布给全市").click()
    expect(page.get_by_text("已经发布")).to_be_visible()
    return edition


def plans_are_handed_in(page: Page, city: World, edition: Edition, units: list[Unit]) -> None:
    for unit in units:
        if unit != city.school:
            plan = plans.save_plan(edition, unit=unit, text="一、人人读……", version=0, by=None)
            plans.submit(plan, by=None)
    as_user(page, city.school_secretary)
    page.goto(reverse("reading_program:plan_write", args=[edition.pk]))
    page.locator("textarea").first.fill("一、班班读，人人评。")
    page.get_by_role("button", name=re.compile("^正式提交")).click()
    expect(page.get_by_text("待审核").first).to_be_visible()


def works_come_up(page: Page, city: World, edition: Edition, schools: list[Unit]) -> None:
    """Three places a school; each writes four, so that one of each waits."""
    track = edition.tracks.get(code="essay")
    for school in schools:
        quotas.give(track, unit=school, places=3, percent=None, by=None)
        for n in "一二三四":
            name = f"{'沈林许何秦尤吕施张孔曹严'[schools.index(school)]}小{n}"
            made = reading_entries.draft(edition, school, name=name, title=f"{name}的一盏灯")
            EntryAdviser.objects.create(entry=made, position=1, name=f"{name[0]}老师")
        if school != city.school:
            entries.send(track, unit=school, by=None)
    as_user(page, city.school_secretary)
    page.goto(reverse("reading_program:track_list", args=[edition.pk, "essay"]))
    page.get_by_role("button", name="按这个名次报送").click()
    expect(page.get_by_text("候补").first).to_be_visible()
    assert Entry.objects.filter(state=EntryState.SUBMITTED).count() == 36

    first, *others = Entry.objects.filter(state=EntryState.SUBMITTED).order_by("unit__path", "pk")
    as_user(page, city.office_secretary)
    page.goto(reverse("reading_program:entry", args=[first.pk]))
    page.get_by_role("button", name="审核通过，报市").click()
    for entry in others:
        entries.forward(entry, by=None)
    assert Entry.objects.filter(state=EntryState.CITY).count() == 36


def judges_mark(page: Page, city: World, edition: Edition) -> None:
    marking.judges(edition, 3, first=city.judge)
    here = marking.prepared_round(edition, each=2)
    as_user(page, city.bureau_staff)
    for copy in here.copies.filter(state="waiting"):
        copies.clear_copy(copy, cover=True, by=None)
    page.goto(reverse("reading_program:round", args=[here.pk]))
    page.get_by_role("button", name="分给评委，开评").click()
    sheets = ScoreSheet.objects.filter(copy__round=here).select_related("copy", "judge__account")
    # By the order of entry, not by number: numbers go on from test to test. The first school wins.
    order = {
        pk: n for n, pk in enumerate(Entry.objects.order_by("pk").values_list("pk", flat=True))
    }
    for sheet in sheets:
        n = order[sheet.copy.entry_id]
        marking.mark(sheet, 29 - n % 10, 24, 15, 14 - n % 5)
    page.reload()
    page.get_by_role("button", name="结束这一轮").click()
    expect(page.get_by_text("评完了").first).to_be_visible()
    assert JudgingRound.objects.get().state == "closed"


def results_are_published(page: Page, edition: Edition) -> Publicity:
    page.goto(reverse("reading_program:results", args=[edition.pk]))
    page.get_by_role("button", name=re.compile("^按分数定奖")).click()
    expect(page.get_by_text("还没有公布")).to_be_visible()
    assert ResultList.objects.get().results.count() == 36
    page.goto(reverse("reading_program:results_publish", args=[edition.pk]))
    walking.looks_right(page)
    page.get_by_role("button", name="公布，开始公示").click()
    expect(page.get_by_text("已经公布")).to_be_visible()
    return Publicity.objects.get()


def somebody_objects(page: Page, it: Publicity) -> None:
    """Without signing in: read the masked list, object to its first row."""
    page.context.clear_cookies()
    page.goto(reverse("reading_program:public_list", args=[it.pk]))
    expect(page.get_by_role("heading", name="获奖名单公示")).to_be_visible()
    assert "小一" not in page.content()
    walking.looks_right(page)
    page.get_by_role("link", name="实名反映异议").click()
    page.locator("[name=ref]").select_option(index=1)
    page.get_by_label("事实和依据").fill("作品与公开发表的文章相同。")
    page.get_by_label("您的姓名").fill("郑实名")
    page.get_by_label("您的单位或住址").fill("云山镇")
    page.get_by_label("联系电话").fill("0574 87654321")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="收到了，谢谢您")).to_be_visible()


def the_objection_is_answered_and_the_days_pass(page: Page, city: World, it: Publicity) -> None:
    as_user(page, city.bureau_staff)
    page.goto(reverse("reading_program:objection", args=[Objection.objects.get().pk]))
    page.get_by_label("不成立").check()
    page.get_by_label("怎么核实的").fill("比对原文，没有相同的段落")
    page.get_by_role("button", name="记下处理结果").click()
    back = timedelta(days=30)
    Publicity.objects.filter(pk=it.pk).update(
        starts_on=it.starts_on - back, ends_on=it.ends_on - back
    )
    page.goto(reverse("reading_program:publicity", args=[it.pk]))
    page.get_by_role("button", name="转为正式结果").click()
    expect(page.get_by_text("结果已经转为正式")).to_be_visible()


def certificates_are_made_and_checked(page: Page, city: World, edition: Edition) -> None:
    page.goto(reverse("reading_program:certificates_make", args=[edition.pk]))
    page.get_by_role("button", name="编号并排版").click()
    expect(page.get_by_text("份证书排好了").first).to_be_visible(timeout=60_000)
    one = Certificate.objects.filter(result__place=1).order_by("pk")[0]
    page.context.clear_cookies()
    page.goto(reverse("reading_program:check"))
    page.get_by_label("查验码").fill(one.token.lower())
    page.get_by_role("button", name="查一下").click()
    expect(page.get_by_role("heading", name="这份证书有效")).to_be_visible()
    assert one.holder not in page.content()
    walking.looks_right(page)


@pytest.mark.timeout(180)
def test_an_edition_from_its_announcement_to_the_check_of_a_certificate(
    page: Page, shot: Callable[[Page, str], Path]
) -> None:
    city = build_city()
    offices, schools = twelve_schools(city)
    assert (len(offices), len(schools)) == (3, 12)

    edition = the_edition_is_announced(page, city)
    plans_are_handed_in(page, city, edition, [*offices, *schools])
    works_come_up(page, city, edition, schools)
    judges_mark(page, city, edition)
    it = results_are_published(page, edition)
    somebody_objects(page, it)
    the_objection_is_answered_and_the_days_pass(page, city, it)
    certificates_are_made_and_checked(page, city, edition)
    shot(page, "reading-certificate-checked")

    mine = Certificate.objects.filter(unit=city.school).count()
    assert mine
    as_user(page, city.school_secretary)
    page.goto(reverse("reading_program:certificates", args=[edition.pk]))
    expect(page.get_by_role("button", name=f"打印这 {mine} 份")).to_be_visible()
