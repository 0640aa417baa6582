"""The main path, as a newcomer walks it: from an empty city to a printed bulletin.

Every stretch goes through the pages, in Debian's Chromium, with a real Celery worker.
"""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from activities.models import Activity, ObligationCell, WorkPlan
from activities.services.kinds import ensure_kinds
from committees.choices import UnitKind
from committees.models import Unit
from committees.policy import Role
from evaluations.models import BulletinIssue
from portal.kernel import calendar
from tests.browser import walking
from tests.factories.committees import PASSWORD, make_bureau, make_user
from tests.factories.plans import DOCUMENT
from tests.rosters import messy_roster
from tests.shared import shared

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "关工委第四季度工作推进会"
MINUTES = (
    "常务副主任通报前一段工作，布置读书活动颁奖和“老园丁”工作室进班级两件事，各年级组长表态落实。"
)


@pytest.fixture
def empty_city() -> Unit:
    """A bureau, one of its staff and its leader; nothing else."""
    ensure_kinds()
    bureau = make_bureau("海陵市教育局")
    make_user(bureau, Role.BUREAU_STAFF, "苏敏", username="ju")
    make_user(bureau, Role.BUREAU_LEADER, "方志强", username="lingdao")
    return bureau


@pytest.fixture(params=["small", pytest.param("shared", marks=pytest.mark.shared)])
def papers(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path]:
    """The roster and the work points the city has: made here, or the real ones."""
    from docx import Document

    if request.param == "shared":
        return shared("data/roster-messy.xlsx"), shared("data/work-points-2023.docx")
    roster, points = tmp_path / "名册.xlsx", tmp_path / "工作要点.docx"
    roster.write_bytes(messy_roster(8)[0])
    document = Document()
    for line in DOCUMENT.splitlines():
        document.add_paragraph(line)
    document.save(points)
    return roster, points


@pytest.mark.timeout(580)
def test_from_an_empty_city_to_a_printed_bulletin(
    page: Page,
    worker: object,
    empty_city: Unit,
    papers: tuple[Path, Path],
    shot: Callable[[Page, str], Path],
):
    roster, points = papers
    year = calendar.today().year

    # The bureau brings in what it has.
    walking.sign_in(page, "ju", PASSWORD)
    walking.import_roster(page, roster)
    shot(page, "walk-1-imported")
    walking.import_work_points(page, points, year=year)
    shot(page, "walk-2-plan")
    assert WorkPlan.objects.get().state == "published"
    walking.put_obligations_in_force(page, year=year)

    # It opens accounts for a school with a committee and for the office above it.
    school = Unit.objects.filter(kind=UnitKind.SCHOOL, served_by__isnull=False).first()
    assert school is not None
    office = school.office
    at_school = walking.open_account(page, school.pk, role="学校（幼儿园）秘书", name="许宁")
    at_office = walking.open_account(page, office.pk, role="教办秘书长", name="卢书恒")
    page.goto(f"/obligations/{year}/")
    before = walking.cell_of(page, office.name, 5).inner_text()

    # The school's secretary logs a meeting on the phone.
    page.set_viewport_size(walking.PHONE)
    walking.first_sign_in(page, at_school)
    walking.log_meeting(page, title=TITLE, minutes=MINUTES)
    shot(page, "walk-3-check")
    walking.hand_in(page)
    shot(page, "walk-4-receipt")
    record = Activity.objects.get(title=TITLE)
    expect(page.get_by_text(record.number)).to_be_visible()
    assert record.files.count() == 1

    # The office accepts it.
    page.set_viewport_size(walking.DESK)
    walking.first_sign_in(page, at_office)
    walking.accept_next(page, TITLE)
    record.refresh_from_db()
    assert record.state == "accepted"

    # The bureau sees the cell turn.
    walking.sign_in(page, "ju", PASSWORD)
    page.goto(f"/obligations/{year}/")
    after = walking.cell_of(page, office.name, 5).inner_text()
    shot(page, "walk-5-matrix")
    assert before.startswith("0/")
    assert after.startswith("1/")
    cell = ObligationCell.objects.get(unit=school, item__code="promotion_meeting")
    assert (cell.counted, cell.pending) == (1, 0)

    # A bulletin is put together, signed by the leader, and printed by the worker.
    issue = compose_bulletin(page, school, shot)
    walking.sign_in(page, "lingdao", PASSWORD)
    page.goto(f"/bulletins/{issue.pk}/")
    page.get_by_role("link", name="签发").click()
    page.get_by_role("button", name="签发").click()
    expect(page.get_by_role("link", name="打开 PDF 打印")).to_be_visible(timeout=60_000)
    shot(page, "walk-6-issued")
    sheet = page.request.get(f"/bulletins/{issue.pk}/bulletin.pdf")
    assert sheet.ok
    check_sheet(sheet.body(), school)


def compose_bulletin(page: Page, school: Unit, shot: Callable[[Page, str], Path]) -> BulletinIssue:
    page.goto("/bulletins/series/new/")
    page.get_by_label("简报名称").fill("教育关工简报")
    if not page.get_by_label("编印单位").input_value():
        page.get_by_label("编印单位").fill("市教育局关工委办公室")
    page.get_by_role("radio", name="季度").check()
    page.get_by_role("button", name="办起来").click()
    page.goto("/bulletins/")
    page.get_by_role("link", name=re.compile("^编一期(?!.*增刊)")).click()
    page.get_by_role("radio").first.check()  # the newest period, which holds today
    page.get_by_role("button", name="下一步：选活动").click()
    page.get_by_label(f"选{school.name}的{TITLE}").check()
    page.get_by_role("button", name="把勾好的加进这一期").click()
    expect(page.get_by_text("加了 1 篇")).to_be_visible()
    shot(page, "walk-6-compose")
    page.get_by_role("link", name="送审").click()
    page.get_by_role("button", name="送审").click()
    expect(page.get_by_text("送审了")).to_be_visible()
    return BulletinIssue.objects.get()


def check_sheet(content: bytes, school: Unit) -> None:
    """Our own fonts only, all of them embedded; the text can be read back as it was typed."""
    pdf = PdfReader(io.BytesIO(content))
    assert len(pdf.pages) >= 1
    text = "".join(page.extract_text() for page in pdf.pages)
    written = re.sub(r"\s", "", text).replace("\u200b", "")
    assert MINUTES[:30] in written
    assert school.name.strip() in written
    names = set()
    for page in pdf.pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font["/DescendantFonts"][0].get_object()
            assert "/FontFile3" in descendant["/FontDescriptor"] or (
                "/FontFile2" in descendant["/FontDescriptor"]
            )
            names.add(font["/BaseFont"])
    assert all("Yuanding" in name for name in names), names


@pytest.fixture
def without_scripts(browser: Browser, live_portal: str) -> Iterator[Page]:
    """A visitor whose browser runs no JavaScript."""
    context = browser.new_context(
        locale="zh-CN", base_url=live_portal, viewport=walking.PHONE, java_script_enabled=False
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def test_a_meeting_can_be_logged_without_javascript(city, without_scripts: Page):
    page = without_scripts
    walking.sign_in(page, "school_secretary", PASSWORD)
    walking.log_meeting(page, title=TITLE, minutes=MINUTES, with_photo=False)
    walking.hand_in(page)
    record = Activity.objects.get(title=TITLE)
    assert record.state == "submitted"
    assert record.unit == city.school


ROUTES_OF_ROLE = {
    "bureau_staff": (
        "web:todo", "web:menu", "committees:units", "committees:people", "committees:accounts",
        "activities:plans", "activities:activities", "activities:queue", "activities:new",
        "evaluations:bulletins", "web:imports", "web:password",
    ),
    "school_secretary": ("web:todo", "activities:activities", "activities:new"),
}  # fmt: skip


@pytest.mark.parametrize("role", ROUTES_OF_ROLE)
def test_the_main_pages_are_readable_for_everybody(city, page: Page, role: str):
    walking.sign_in(page, role, PASSWORD)
    for route in ROUTES_OF_ROLE[role]:
        page.goto(reverse(route))
        walking.looks_right(page)
    page.goto(f"/obligations/{city.obligation_set.year}/")
    walking.looks_right(page)
