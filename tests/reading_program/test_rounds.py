"""A round under way: what it is marked by, judges who come late or leave, and how fair it was."""

from decimal import Decimal
from random import Random

import pytest
from django.test import Client
from django.utils import timezone

from portal.kernel.anonymous import text_of_pdf
from portal.kernel.errors import Refused
from reading_program import figures
from reading_program.choices import SheetState
from reading_program.models import Edition, JudgingRound, ScoreSheet
from reading_program.services import judging as services
from tests.factories import judging, reading_program
from tests.personas import World


@pytest.fixture
def edition(city: World) -> Edition:
    return reading_program.published_edition(city.bureau)


def works(city: World, edition: Edition, count: int) -> None:
    for at in range(count):
        judging.city_entry(edition, city.schools[at % len(city.schools)])


def test_criteria_add_up_to_a_hundred_and_stand_once_judging_has_begun(
    city: World, edition: Edition, client: Client
) -> None:
    works(city, edition, 1)
    judging.judges(edition, 2)
    here = judging.prepared_round(edition)
    client.force_login(city.bureau_staff)
    url = f"/reading/rounds/{here.pk}/criteria/"
    rows = {"name_0": "立意", "most_0": "60", "name_1": "文笔", "most_1": "30"}

    refused = client.post(url, rows)
    assert refused.status_code == 422
    assert "加起来是 90 分，要正好 100 分" in refused.content.decode()
    assert 'value="文笔"' in refused.content.decode()
    assert client.post(url, rows | {"most_1": "40"}).status_code == 302
    here.refresh_from_db()
    assert here.criteria == [{"name": "立意", "most": "60"}, {"name": "文笔", "most": "40"}]

    services.open_round(here, by=None)
    with pytest.raises(Refused, match="已经开评"):
        services.set_criteria(here, rows=[("一项", Decimal(100))], by=None)


def test_a_judge_who_leaves_hands_on_what_is_not_marked(city: World, edition: Edition) -> None:
    works(city, edition, 6)
    leaving, *_ = judging.judges(edition, 4)
    here = judging.open_round(edition)
    mine = list(leaving.sheets.order_by("order"))
    judging.mark(mine[0], 25, 25, 15, 15)

    passed, left = services.relieve(leaving, note="生病住院", by=city.bureau_staff)

    assert (passed, left) == (len(mine) - 1, 0)
    standing = ScoreSheet.objects.exclude(state=SheetState.DECLINED)
    assert standing.filter(judge=leaving).get().pk == mine[0].pk
    assert standing.filter(copy__round=here).count() == 12
    with pytest.raises(Refused, match="已经不再评"):
        services.relieve(leaving, note="再一次", by=None)


def test_a_judge_who_comes_late_takes_the_works_that_are_short(
    city: World, edition: Edition
) -> None:
    works(city, edition, 3)
    one, _ = judging.judges(edition, 2)
    here = judging.open_round(edition)
    assert services.relieve(one, note="出差", by=None) == (0, 3)
    with pytest.raises(Refused, match="还缺评委"):
        services.give_more(here, by=None)

    judging.judges(edition, 1)

    assert services.give_more(here, by=None) == 3
    assert services.give_more(here, by=None) == 0


def marked_round(city: World, edition: Edition, *, strict: int) -> JudgingRound:
    """Thirty works, five judges, three each; the first judge takes `strict` points off."""
    works(city, edition, 30)
    harsh, *_ = judging.judges(edition, 5)
    here = judging.open_round(edition, each=3)
    dice, worth = Random(7), {}
    sheets = list(ScoreSheet.objects.filter(copy__round=here).order_by("copy", "judge"))
    for sheet in sheets:
        base = worth.setdefault(sheet.copy_id, dice.randrange(66, 92))
        total = base + dice.randrange(-2, 3) - (strict if sheet.judge_id == harsh.pk else 0)
        parts = [total * 3 // 10, total * 3 // 10, total // 5]
        sheet.marks = [str(part) for part in (*parts, total - sum(parts))]
        sheet.total, sheet.submitted_at = Decimal(total), timezone.now()
    ScoreSheet.objects.bulk_update(sheets, ["marks", "total", "submitted_at"])
    ScoreSheet.objects.filter(copy__round=here).update(state=SheetState.SUBMITTED)
    services.close_round(here, by=None)
    return here


def test_a_planted_strict_judge_is_named_on_the_page_and_on_paper(
    city: World, edition: Edition, client: Client
) -> None:
    here = marked_round(city, edition, strict=9)
    client.force_login(city.bureau_staff)

    page = client.get(f"/reading/rounds/{here.pk}/report/").content.decode()
    harsh = str(edition.judges.order_by("pk")[0])
    assert f"和别的评委比，{harsh}的打分明显偏严或偏宽" in page
    assert page.count("要看一下") == 1
    paper = text_of_pdf(client.get(f"/reading/rounds/{here.pk}/report.pdf").content)
    assert f"明显偏严或偏宽的：{harsh}" in paper.replace("\n", "")


def test_even_handed_judges_are_left_alone(city: World, edition: Edition, client: Client) -> None:
    here = marked_round(city, edition, strict=0)
    client.force_login(city.bureau_staff)

    page = client.get(f"/reading/rounds/{here.pk}/report/").content.decode()

    assert "没有哪位评委的打分明显偏严或偏宽" in page


def test_equal_results_say_what_told_them_apart(city: World, edition: Edition) -> None:
    works(city, edition, 3)
    judging.judges(edition, 1)
    here = judging.open_round(edition, each=1)
    given = [(30, 20, 10, 10), (20, 30, 10, 10), (20, 30, 10, 10)]
    for sheet, marks in zip(ScoreSheet.objects.order_by("pk"), given, strict=True):
        judging.mark(sheet, *marks)
    services.close_round(here, by=None)

    placed = figures.standings(here)

    assert [row.place for row in placed] == [1, 2, 2]
    assert placed[0].tie_rule == "总分相同，按第一项评分排"
    assert placed[1].tie_rule == "评分完全相同，名次并列"
