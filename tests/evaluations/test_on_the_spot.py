"""What assessors gave on the spot is offered to the city's column, and a person confirms it."""

from decimal import Decimal
from typing import Any

from django.test import Client

from evaluations.choices import Column
from evaluations.figures.visits import seen_there
from evaluations.models import Appraisal
from evaluations.scoring import plain
from evaluations.services import appraisals, on_the_spot, visits
from evaluations.services.appraisals import MORE, EntryDraft
from evaluations.services.visits import Mark
from tests.factories import five_good as factory
from tests.personas import World


def client(user: object) -> Client:
    made = Client()
    made.force_login(user)
    return made


def looked_at(city: World, *, first: Mark, second: Mark, code: str = "2.2.2") -> Appraisal:
    """Full marks of the unit and its office; two assessors gave one criterion something else."""
    it = factory.submitted(city)
    there = factory.visit(it, city=city)
    for assessor, given in zip(there.team.assessors.order_by("pk"), (first, second), strict=True):
        visits.mark(there, assessor=assessor, marks={code: given}, by=city.bureau_staff)
    appraisals.complete(it, Column.OFFICE, by=city.office_secretary)
    return it


def offered(it: Appraisal) -> dict[str, EntryDraft]:
    entries = appraisals.entries_of(it)
    start = {
        code: EntryDraft(entry.values, entry.applies)
        for (column, code), entry in entries.items()
        if column == Column.OFFICE
    }
    return on_the_spot.offered(it, start, seen=seen_there(it), entries=entries)


LESS = Mark(Decimal("1.5"), "会议少一次")
FULL = Mark(Decimal(2))


def test_the_mean_of_two_marks_is_offered_with_its_reason_and_the_answers_stay(
    city: World,
) -> None:
    it = looked_at(city, first=LESS, second=FULL)
    draft = offered(it)["2.2.2"]
    office = it.entries.get(column=Column.OFFICE, code="2.2.2")
    assert draft.values == office.values | {MORE: "0.25"}
    assert draft.reason == "实地看：会议少一次"
    assert not it.entries.filter(column=Column.CITY).exists()


def test_the_page_names_what_came_from_the_visit_and_saving_it_makes_it_the_citys_word(
    city: World,
) -> None:
    it = looked_at(city, first=LESS, second=LESS)
    staff, url = client(city.bureau_staff), f"/five-good/{it.pk}/city/2/"
    assert "复评还没有填的 1 条" in staff.get(f"/five-good/{it.pk}/").content.decode()
    answer = staff.get(url)
    page = answer.content.decode()
    assert "实地看：刘建国 1.5 分（会议少一次），陈秀英 1.5 分（会议少一次）" in page
    form = answer.context["form"]
    typed = {name: form[name].value() for name in form.fields}
    kept = {name: value for name, value in typed.items() if value not in (None, False)}
    assert staff.post(url, kept | {"version": it.version}).status_code == 302
    entry = it.entries.get(column=Column.CITY, code="2.2.2")
    assert (entry.score, entry.reason) == (Decimal("1.5"), "实地看：会议少一次")
    assert "实地看的得分" not in staff.get(f"/five-good/{it.pk}/").content.decode()


def test_once_the_city_has_said_its_own_the_marks_change_nothing(city: World) -> None:
    it = looked_at(city, first=LESS, second=LESS)
    own = it.entries.get(column=Column.OFFICE, code="2.2.2")
    appraisals.save_entries(
        it, column=Column.CITY, drafts={"2.2.2": EntryDraft(own.values)}, version=it.version,
        by=city.bureau_staff,
    )  # fmt: skip
    assert MORE not in offered(it)["2.2.2"].values
    assert on_the_spot.waiting_for_city(appraisals.entries_of(it), seen=seen_there(it)) == 0


def test_a_mark_above_what_the_answers_bear_gives_no_points(city: World) -> None:
    it = factory.submitted(city, c2_2_2=EntryDraft({"meetings": "1"}))
    there = factory.visit(it, city=city)
    assessor = there.team.assessors.order_by("pk")[0]
    visits.mark(there, assessor=assessor, marks={"2.2.2": FULL}, by=city.bureau_staff)
    appraisals.complete(it, Column.OFFICE, by=city.office_secretary)
    assert offered(it)["2.2.2"].values == {"meetings": "1"}


def test_the_office_keeps_its_own_column_free_of_the_visit(city: World) -> None:
    it = factory.submitted(city)
    there = factory.visit(it, city=city)
    assessor = there.team.assessors.order_by("pk")[0]
    visits.mark(there, assessor=assessor, marks={"2.2.2": LESS}, by=city.bureau_staff)
    page = client(city.office_secretary).get(f"/five-good/{it.pk}/office/2/").content.decode()
    assert "实地看：" not in page


def page_of(it: Appraisal) -> str:
    return f"/five-good/{it.pk}/on-the-spot/"


def shown(answer: Any) -> dict[str, str]:
    form = answer.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_all_marks_become_the_citys_word_by_one_press(city: World) -> None:
    it = looked_at(city, first=LESS, second=FULL)
    staff = client(city.bureau_staff)
    assert page_of(it) in staff.get(f"/five-good/{it.pk}/").content.decode()
    answer = staff.get(page_of(it))
    assert (
        "刘建国 1.5 分（会议少一次），陈秀英 2 分，<strong>两人相差 0.5 分"
        in answer.content.decode()
    )
    assert "1 条已经按刘建国、陈秀英的平均分填好" in answer.content.decode()
    assert staff.post(page_of(it), shown(answer) | {"version": it.version}).status_code == 302
    entry = it.entries.get(column=Column.CITY, code="2.2.2")
    assert (entry.score, entry.reason) == (Decimal("1.75"), "实地看：会议少一次")
    assert (
        entry.values["meetings"]
        == it.entries.get(column=Column.OFFICE, code="2.2.2").values["meetings"]
    )
    appraisals.complete(it, Column.CITY, by=city.bureau_staff)
    assert it.city_total == Decimal("99.75")


def test_each_is_changed_before_the_press_and_less_needs_its_reason(city: World) -> None:
    it = looked_at(city, first=LESS, second=LESS)
    staff = client(city.bureau_staff)
    typed = {"c2_2_2__score": "1", "c2_2_2__reason": "", "version": it.version}
    answer = staff.post(page_of(it), typed)
    assert answer.status_code == 422
    assert "请写扣分理由" in answer.content.decode()
    staff.post(page_of(it), typed | {"c2_2_2__reason": "查了台账，少两次"})
    entry = it.entries.get(column=Column.CITY, code="2.2.2")
    assert (entry.score, entry.reason) == (Decimal(1), "查了台账，少两次")


def test_more_than_the_answers_bear_names_the_way(city: World) -> None:
    it = factory.submitted(city, c2_2_2=EntryDraft({"meetings": "1"}))
    there = factory.visit(it, city=city)
    assessor = there.team.assessors.order_by("pk")[0]
    visits.mark(there, assessor=assessor, marks={"2.2.2": FULL}, by=city.bureau_staff)
    appraisals.complete(it, Column.OFFICE, by=city.office_secretary)
    staff = client(city.bureau_staff)
    office = it.entries.get(column=Column.OFFICE, code="2.2.2")
    assert shown(staff.get(page_of(it))) == {
        "c2_2_2__score": plain(office.score), "c2_2_2__reason": office.reason
    }  # fmt: skip
    answer = staff.post(page_of(it), {"version": it.version, "c2_2_2__score": "2"})
    assert answer.status_code == 422
    assert "请先改这一条的答案" in answer.content.decode()


def test_of_two_who_press_at_once_the_second_sees_both(city: World) -> None:
    it = looked_at(city, first=LESS, second=LESS)
    staff = client(city.bureau_staff)
    both = {"version": it.version, "c2_2_2__score": "1.5", "c2_2_2__reason": "少一次"}
    assert staff.post(page_of(it), both).status_code == 302
    answer = staff.post(page_of(it), both | {"c2_2_2__score": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "复评现在是 1.5" in page
    assert shown(answer)["c2_2_2__score"] == "1"
    it.refresh_from_db()
    assert it.entries.get(column=Column.CITY, code="2.2.2").score == Decimal("1.5")
    assert staff.post(page_of(it), shown(answer) | {"version": it.version}).status_code == 302
    assert it.entries.get(column=Column.CITY, code="2.2.2").score == Decimal(1)


def test_nobody_but_the_bureau_presses_and_no_marks_say_what_to_do(city: World) -> None:
    it = factory.submitted(city)
    appraisals.complete(it, Column.OFFICE, by=city.office_secretary)
    answer = client(city.bureau_staff).get(page_of(it))
    assert answer.status_code == 409
    assert "请去看的人打分" in answer.content.decode()
    assert client(city.office_secretary).get(page_of(it)).status_code == 403
