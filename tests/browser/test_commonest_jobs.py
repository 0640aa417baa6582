"""The ten commonest jobs, walked from 待办 to their end, with clicks and answers counted.

A job that asks one click or one answer more does not come to its end here, or goes over its number:
then either the page or, with a reason, the number is wrong. Typing is no click; what may stay empty
is left empty.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from activities.services.dispatch import slot_at
from activities.services.lectures import invite
from portal.kernel import calendar
from reading_program.models import ScoreSheet
from tests.browser import walking
from tests.conventions.access_rows.judging import begun
from tests.factories import activities as records
from tests.factories import lectures, reading_entries
from tests.factories.activities import put_standard_set_in_force
from tests.factories.committees import PASSWORD
from tests.personas import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# job: (clicks, answers) at most, and why no fewer.
MOST = {
    "log a meeting": (6, 5),  # the button, two cards, look over, hand in; the design allows 14
    "see what is due": (0, 0),  # stands on the first page
    "mend a returned record": (3, 1),  # the card stands first; look over, hand in
    "accept a record": (2, 0),  # the queue, the button
    "send a record back": (3, 1),  # the queue, one reason, the button
    "see who has not done it": (2, 0),  # the matrix, the office's row
    "enter an essay": (6, 7),  # the edition, its entries, the track, one more; the child's facts
    "mark a work": (3, 4),  # the list, the work, hand in; one number a criterion
    "answer an invitation": (1, 0),  # the address in the message leads to the button
    "take the matrix along": (2, 0),  # the matrix, the workbook
}


@dataclass
class Hand:
    """A person with a mouse, who counts."""

    page: Page
    clicks: int = 0
    answers: int = 0

    def begin(self, username: str) -> None:
        walking.sign_in(self.page, username, PASSWORD)
        self.page.goto("/todo/?year=2023")

    def click(self, thing: Locator) -> None:
        thing.locator("visible=true").first.click()
        self.clicks += 1

    def choose(self, card: Locator) -> None:
        card.check()
        self.clicks += 1
        self.answers += 1

    def write(self, name: str, words: str) -> None:
        self.page.locator(f"[name={name}]").fill(words)
        self.answers += 1

    def link(self, words: str) -> Locator:
        return self.page.get_by_role("link", name=re.compile(words))

    def button(self, words: str) -> Locator:
        return self.page.get_by_role("button", name=re.compile(words))

    def within(self, job: str) -> None:
        clicks, answers = MOST[job]
        assert (self.clicks, self.answers) <= (clicks, answers), (self.clicks, self.answers)
        assert self.answers <= answers, self.answers


@pytest.fixture
def hand(page: Page) -> Hand:
    return Hand(page)


def test_logging_a_meeting(hand: Hand, city: World) -> None:
    hand.begin("school_secretary")
    hand.click(hand.link("记一次活动"))
    hand.choose(hand.page.get_by_role("radio", name="工作推进会"))
    hand.choose(hand.page.get_by_role("radio", name="今天"))
    hand.write("title", "第四季度工作推进会")
    hand.write("attendance", "18")
    hand.write("minutes", "通报前一段工作，布置颁奖和进班级两件事。")
    hand.click(hand.button("下一步：核对一遍"))
    hand.click(hand.button("^交给"))
    expect(hand.page.get_by_role("heading", name="已经交上去了")).to_be_visible()

    hand.within("log a meeting")


def test_seeing_what_is_due(hand: Hand, city: World) -> None:
    hand.begin("school_secretary")
    expect(hand.page.get_by_text("补记“同研究”").first).to_be_visible()

    hand.within("see what is due")


def test_mending_a_returned_record(hand: Hand, city: World) -> None:
    author, reviewer = city.school_secretary, city.office_secretary
    records.returned(city.school, by=author, reviewer=reviewer, title="敬老月走访")
    hand.begin("school_secretary")
    hand.click(hand.page.locator("main .work-card a[href*='/edit/']"))
    hand.write("minutes", "走访了三位老教师，主讲人是陈国栋。")
    hand.click(hand.button("下一步：核对一遍"))
    hand.click(hand.button("^(再)?交给"))
    expect(hand.page.get_by_role("heading", name="已经交上去了")).to_be_visible()

    hand.within("mend a returned record")


def test_accepting_a_record(hand: Hand, city: World) -> None:
    record = records.submitted(city.school, by=city.school_secretary, title="读书会")
    hand.begin("office_secretary")
    hand.click(hand.link("审核活动记录"))
    hand.click(hand.button("通过，看下一条"))
    expect(hand.page.get_by_text("没有等您审核的了")).to_be_visible()

    record.refresh_from_db()
    assert record.state == "accepted"
    hand.within("accept a record")


def test_sending_a_record_back(hand: Hand, city: World) -> None:
    record = records.submitted(city.school, by=city.school_secretary, title="读书会")
    hand.begin("office_secretary")
    hand.click(hand.link("审核活动记录"))
    hand.choose(hand.page.locator("[name=reasons]").first)
    hand.click(hand.button("^退给"))
    expect(hand.page.get_by_text("没有等您审核的了")).to_be_visible()

    record.refresh_from_db()
    assert record.state == "returned"
    hand.within("send a record back")


def test_seeing_who_has_not_done_it(hand: Hand, city: World) -> None:
    put_standard_set_in_force(city.bureau, year=calendar.today().year)
    hand.begin("bureau_staff")
    hand.click(hand.page.locator(".sidebar a[href='/obligations/']"))
    hand.click(hand.page.locator("table").get_by_role("link", name=city.office.name))
    expect(hand.page.get_by_role("link", name=city.school.name).first).to_be_visible()

    hand.within("see who has not done it")


def test_entering_an_essay(hand: Hand, city: World) -> None:
    edition = reading_entries.running_edition(city.bureau)
    hand.begin("school_secretary")
    hand.click(hand.page.locator(".sidebar").get_by_role("link", name="读书活动"))
    hand.click(hand.page.locator("main").get_by_role("link", name=edition.name))
    hand.click(hand.link("登记、报送和查看作品"))
    hand.click(hand.page.locator("main").get_by_role("link", name=re.compile("征文")))
    hand.click(hand.link("^登记一件"))
    before = hand.page.url
    for field in hand.page.locator("main form [required]:visible").all():
        fill_somehow(field)
        hand.answers += 1
    hand.click(hand.button("^保存$"))
    expect(hand.page).not_to_have_url(before)

    hand.within("enter an essay")


def fill_somehow(field: Locator) -> None:
    kind = field.evaluate("(e) => e.type")
    if kind == "select-one":
        field.select_option(index=1)
    elif kind in ("radio", "checkbox"):
        field.check()
    else:
        field.fill("3" if kind == "number" else "沈小禾")


def test_marking_a_work(hand: Hand, city: World) -> None:
    sheet = begun(city)
    hand.begin("judge")
    hand.click(hand.page.locator(".sidebar").get_by_role("link", name="评作品"))
    hand.click(hand.link("^(开始|继续)评"))
    expect(hand.page.get_by_role("heading", name="评分")).to_be_visible()
    for field in hand.page.locator("main input[name^=mark_]").all():
        field.fill("8")
        hand.answers += 1
    hand.click(hand.button("交分"))
    expect(hand.page.get_by_role("heading", name="评分")).to_have_count(0)

    assert ScoreSheet.objects.get(pk=sheet.pk).state == "submitted"
    hand.within("mark a work")


def test_answering_an_invitation(hand: Hand, city: World) -> None:
    mentor = lectures.mentor(city.office, "陈国栋")
    lectures.course(mentor)
    wish = calendar.today() + timedelta(days=10)
    lecture = lectures.ordered(city.school, wish1_on=wish)
    asked = invite(
        lecture, mentor=mentor, slot=slot_at(wish, lecture.wish1_part), now=timezone.now(), by=None
    )
    hand.page.goto(reverse("activities:invitation", args=[asked.token]))
    hand.click(hand.button("^我去"))
    expect(hand.page.get_by_role("heading", name="谢谢您")).to_be_visible()
    hand.within("answer an invitation")


def test_taking_the_matrix_along(hand: Hand, city: World) -> None:
    put_standard_set_in_force(city.bureau, year=calendar.today().year)
    hand.begin("bureau_staff")
    hand.click(hand.page.locator(".sidebar a[href='/obligations/']"))
    with hand.page.expect_download() as kept:
        hand.click(hand.link("导出 Excel"))
    assert kept.value.suggested_filename.endswith(".xlsx")

    hand.within("take the matrix along")
