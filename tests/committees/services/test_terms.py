"""A term begins the day the one before ends; who stays, who changes, who leaves."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from committees.figures import teams as team_figures
from committees.models import Committee, Post
from committees.services import committees, terms
from committees.services.rules import rules_of, set_rules
from portal.kernel.errors import BadFile, Refused
from tests.factories import committees as factory
from tests.personas import World

FIRST, SECOND = date(2018, 3, 1), date(2023, 3, 1)


def held(city: World, position: str, **facts: object) -> Post:
    person = factory.make_person(city.school, **facts)
    return committees.appoint(
        person, city.committees[city.school.pk], position=position, since_day=FIRST, by=None
    )


def test_a_new_term_opens_the_day_the_old_one_ends(city: World) -> None:
    committee = city.committees[city.school.pk]
    terms.open_term(committee, number=1, starts_on=FIRST, staying={}, by=None)
    second = terms.open_term(committee, number=2, starts_on=SECOND, staying={}, by=None)

    old = committee.terms.get(number=1)
    assert (old.period.lower, old.period.upper) == (FIRST, SECOND)
    assert (second.period.lower, second.period.upper) == (SECOND, date(2028, 3, 1))


def test_who_stays_keeps_the_post_who_changes_gets_another_who_leaves_ends(city: World) -> None:
    committee = city.committees[city.school.pk]
    stays, rises, leaves = held(city, "director"), held(city, "member"), held(city, "liaison")

    staying = {stays.pk: "director", rises.pk: "deputy"}
    terms.open_term(committee, number=2, starts_on=SECOND, staying=staying, by=None)

    now = {
        (post.person_id, post.position): post.period.lower
        for post in committee.posts.filter(period__contains=SECOND)
    }
    assert now == {
        (stays.person_id, "director"): FIRST,
        (rises.person_id, "deputy"): SECOND,
    }
    leaves.refresh_from_db()
    assert leaves.period.upper == SECOND


def test_a_term_cannot_begin_before_the_one_it_follows(city: World) -> None:
    committee = city.committees[city.school.pk]
    terms.open_term(committee, number=1, starts_on=SECOND, staying={}, by=None)

    with pytest.raises(Refused, match="新一届要从这以后开始"):
        terms.open_term(committee, number=2, starts_on=FIRST, staying={}, by=None)
    assert committee.terms.count() == 1


def test_a_paper_that_is_neither_picture_nor_document_is_refused(city: World) -> None:
    committee = city.committees[city.school.pk]
    with pytest.raises(BadFile):
        terms.add_paper(
            committee, paper="term", title="", upload=SimpleUploadedFile("a.exe", b"MZ"), by=None
        )
    assert not committee.documents.exists()


def test_a_town_is_covered_whole_or_not_at_all(city: World) -> None:
    committee = city.committees[city.kindergarten.pk]
    small = factory.make_kindergarten(city.office, "云山新苑幼儿园")
    with pytest.raises(Refused):
        terms.serve_town(committee, units=[small, city.school], since_day=date(2023, 9, 1), by=None)
    assert not small.served_by.exists()

    assert terms.serve_town(committee, units=[small], since_day=date(2023, 9, 1), by=None) == 1
    committee.refresh_from_db()
    assert committee.is_joint


class TestVacancies:
    def vacant(self, city: World, on: date) -> dict[str, tuple[int | None, bool]]:
        mine = Committee.objects.filter(pk=city.committees[city.school.pk].pk)
        found = team_figures.vacancies(mine, rules_of(city.bureau), on=on)
        return {one.position.value: (one.days, one.is_late) for one in found}

    def test_a_post_that_must_exist_is_late_on_the_ninetieth_day(self, city: World) -> None:
        for position in ("director", "standing_deputy"):
            held(city, position)
        secretary = held(city, "secretary_general")
        assert self.vacant(city, date(2023, 1, 1)) == {}
        committees.end_post(secretary, on=date(2023, 1, 1), by=None)

        assert self.vacant(city, date(2023, 3, 31)) == {"secretary_general": (89, False)}
        assert self.vacant(city, date(2023, 4, 1)) == {"secretary_general": (90, True)}

    def test_a_post_never_filled_counts_from_the_founding(self, city: World) -> None:
        assert self.vacant(city, date(2018, 3, 11))["director"] == (10, False)

    def test_the_city_says_which_posts_and_how_long(self, city: World) -> None:
        set_rules(city.bureau, required_posts=["liaison"], vacancy_days=5, by=city.bureau_staff)

        assert self.vacant(city, date(2018, 3, 6)) == {"liaison": (5, True)}

    def test_vacancies_of_a_whole_city_cost_three_queries(
        self, city: World, django_assert_num_queries: object
    ) -> None:
        rules = rules_of(city.bureau)
        with django_assert_num_queries(2):  # type: ignore[operator]
            team_figures.vacancies(Committee.objects.all(), rules, on=date(2023, 1, 1))


@pytest.mark.parametrize(
    ("position", "born", "status", "word"),
    [
        ("standing_deputy", date(1952, 5, 1), "retired", "一般不超过 70 岁"),
        ("standing_deputy", date(1953, 6, 1), "retired", ""),
        ("member", date(1957, 1, 1), "retired", "一般不超过 65 岁"),
        ("director", date(1963, 1, 1), "serving", "核对是否已经退休"),
        ("director", None, "serving", ""),
    ],
)
def test_ages_are_hints(
    city: World, position: str, born: date | None, status: str, word: str
) -> None:
    post = held(city, position, born_on=born, work_status=status)

    said = team_figures.hint(post, rules_of(city.bureau), on=date(2023, 5, 31))
    assert (word in said) if word else said == ""


@pytest.mark.parametrize(
    ("day", "half", "before"),
    [
        (date(2023, 9, 1), "2023-1", "2022-2"),
        (date(2024, 1, 31), "2023-1", "2022-2"),
        (date(2024, 2, 1), "2023-2", "2023-1"),
        (date(2024, 8, 31), "2023-2", "2023-1"),
    ],
)
def test_a_half_of_a_school_year(day: date, half: str, before: str) -> None:
    assert team_figures.half_of(day) == half
    assert team_figures.half_before(half) == before
    first, last = team_figures.half_days(half)
    assert first <= day <= last
