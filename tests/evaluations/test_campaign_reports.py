"""The report and the x-ray of a campaign: numbers that can be counted by hand."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from evaluations.choices import Column
from evaluations.figures.reports import report
from evaluations.figures.xray import xray
from evaluations.models import Appraisal, AppraisalEvidence
from evaluations.services import appraisals
from evaluations.services.appraisals import EntryDraft
from portal.kernel import files
from portal.kernel.sheets import read_workbook
from tests.factories import five_good as factory
from tests.pdf_text import words_of
from tests.personas import YEAR, World

ON = date(YEAR, 12, 1)


def client(user: object) -> Client:
    made = Client()
    made.force_login(user)
    return made


def half_done(city: World) -> Appraisal:
    """One school full, one with three points less in the second dimension."""
    it = factory.submitted(city)
    other = it.campaign.appraisals.get(unit=city.schools[1])
    factory.filled(city, other, c2_2_1=EntryDraft({}))
    return it


def test_dimensions_offices_and_criteria_add_up(city: World) -> None:
    it = half_done(city)
    made = report(it.campaign, Appraisal.objects.all())
    points = {one.row.unit: dict(one.points) for one in made.units}
    assert points["云山小学"] == dict.fromkeys("12345", Decimal(20))
    assert points["云山二小"] == {"1": 20, "2": 17, "3": 20, "4": 20, "5": 20}
    [office] = made.offices
    assert (office.units, office.shares["2"]) == (2, 92.5)
    first = made.hardest[0]
    assert (first.code, first.share, first.full, first.of) == ("2.2.1", 50.0, 1, 2)


def test_change_is_told_against_the_same_unit_of_the_year_before(city: World) -> None:
    it = half_done(city)
    later = factory.campaign(city, year=YEAR + 1)
    factory.filled(city, later.appraisals.get(unit=city.schools[1]))
    [line] = report(later, Appraisal.objects.all()).units
    assert (line.before, line.change) == (97, 3)
    assert report(it.campaign, Appraisal.objects.all()).units[0].change is None


def test_page_workbook_and_paper_say_the_same(city: World) -> None:
    it = half_done(city)
    staff, base = client(city.bureau_staff), f"/five-good/campaigns/{it.campaign_id}/report"
    assert "92.5%" in staff.get(f"{base}/").content.decode()
    units, offices, hardest, meaning = read_workbook(staff.get(f"{base}.xlsx").content)
    assert units.rows[2].cells[3] == 17
    assert offices.rows[1].cells[3] == 92.5
    assert hardest.rows[1].cells[0] == "2.2.1"
    assert (meaning.name, meaning.rows[1].cells[0]) == ("口径", "创建活动")
    printed = words_of(staff.get(f"{base}.pdf").content)
    assert "92.5" in printed
    assert "云山二小" in printed


@pytest.mark.parametrize("path", ["report", "xray"])
def test_it_is_read_in_the_same_number_of_queries_at_any_size(
    city: World, path: str, django_assert_max_num_queries: object
) -> None:
    it = half_done(city)
    staff = client(city.bureau_staff)
    url = f"/five-good/campaigns/{it.campaign_id}/{path}/"
    staff.get(url)
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        staff.get(url)
    for one in it.campaign.appraisals.filter(self_total=None):
        factory.filled(city, one)
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        staff.get(url)


def kinds(it: Appraisal, far: str = "2") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in xray(it.campaign, Appraisal.objects.all(), on=ON, far=Decimal(far)):
        found.setdefault(one.kind, []).append(f"{one.about} {one.code}".strip())
    return found


def test_full_marks_without_a_record_or_a_paper_are_asked_about(city: World) -> None:
    it = factory.submitted(city)
    before = kinds(it)["满分没有依据"]
    assert "云山小学 2.2.1" in before
    assert "云山小学 1.2.1" not in before  # no post is vacant: the records say so themselves
    _paper(it, "2.2.1", "training.pdf", ON)
    assert "云山小学 2.2.1" not in kinds(it)["满分没有依据"]


def _paper(it: Appraisal, code: str, name: str, day: date) -> None:
    stored = files.store(b"%PDF-1.4 the same", files.PDF)
    AppraisalEvidence.objects.create(appraisal=it, code=code, file=stored, name=name, proves_on=day)


def test_one_paper_for_many_lines_or_many_schools_or_another_year_is_found(city: World) -> None:
    it = factory.submitted(city)
    for code in ("1.1.1", "1.1.2", "1.1.3"):
        _paper(it, code, "总结.pdf", ON)
    assert "一份材料管得太多" not in kinds(it)
    _paper(it, "2.2.1", "总结.pdf", date(YEAR - 1, 5, 1))
    other = it.campaign.appraisals.get(unit=city.other_school)
    _paper(other, "1.1.1", "总结.pdf", ON)
    found = kinds(it)
    assert found["一份材料管得太多"] == ["云山小学 1.1.1"]
    assert found["材料不是这一年的"] == ["云山小学 2.2.1"]
    assert found["几家用同一份材料"] == ["云山小学、石桥小学"]


def test_a_score_far_from_the_units_own_is_found_by_the_distance_asked_for(city: World) -> None:
    it = factory.submitted(city)
    took = {"2.2.1": EntryDraft({}, reason="没有培训")}
    appraisals.save_entries(
        it, column=Column.OFFICE, drafts=took, version=it.version, by=city.office_secretary
    )
    assert kinds(it)["和自评差得多"] == ["云山小学 2.2.1"]
    assert "和自评差得多" not in kinds(it, far="3")
    page = client(city.bureau_staff).get(f"/five-good/campaigns/{it.campaign_id}/xray/?far=nan")
    assert "自评 3 分，初评 0 分" in page.content.decode()


def test_an_office_that_takes_much_more_off_than_the_others_is_found(city: World) -> None:
    it = factory.submitted(city)
    appraisals.complete(it, Column.OFFICE, by=city.office_secretary)
    other = factory.submitted(city, it.campaign.appraisals.get(unit=city.other_school))
    took = {"3.1.1": EntryDraft({}, reason="没有制度")}
    appraisals.save_entries(
        other, column=Column.OFFICE, drafts=took, version=other.version,
        by=city.other_office_secretary,
    )  # fmt: skip
    appraisals.complete(other, Column.OFFICE, by=city.other_office_secretary)
    assert kinds(it)["评得和别处不一样"] == ["云山教办", "石桥教办"]
