"""A bulletin from ticked records to the printed sheet, with a real worker and a real browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from committees.models import User
from evaluations.models import BulletinIssue
from evaluations.services import bulletins
from tests.factories import evaluations as factory
from tests.factories.committees import PASSWORD
from tests.factories.evaluations import TODAY
from tests.pdf_text import text_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, user: User) -> None:
    page.context.clear_cookies()
    page.goto("/login/")
    page.get_by_label("登录名").fill(user.username)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_records_become_a_signed_and_printed_bulletin(
    page: Page, city, worker: object, shot: Callable[[Page, str], Path]
):
    series = factory.series(city)
    factory.record(city, title="走访慰问退休教师", photo=True, for_bulletin=True)
    factory.record(city, title="关爱导师进课堂", minutes="一、讲家乡\n张老师讲了家乡故事。")
    issue = bulletins.open_issue(series, period="2023-Q1", on=TODAY, by=city.bureau_staff)

    sign_in(page, city.bureau_staff)
    page.goto(f"/bulletins/{issue.pk}/gather/")
    page.get_by_label("选云山小学的走访慰问退休教师").check()
    page.get_by_label("选云山小学的关爱导师进课堂").check()
    shot(page, "bulletin-gather")
    page.get_by_role("button", name="把勾好的加进这一期").click()
    expect(page.get_by_text("加了 2 篇")).to_be_visible()
    shot(page, "bulletin-compose")
    page.get_by_role("link", name=re.compile("修改.*走访慰问")).click()
    shot(page, "bulletin-article")
    page.get_by_label("标题").fill("云山小学走访慰问退休教师")
    page.get_by_role("button", name="存好，回到这一期").click()
    page.get_by_role("button", name=re.compile("往前移.*进课堂")).click()

    page.get_by_role("button", name="排校样看看").click()
    expect(page.get_by_role("link", name="打开 PDF")).to_be_visible(timeout=30_000)
    shot(page, "bulletin-proof")
    page.get_by_role("link", name="返回这一期").click()
    page.get_by_role("link", name="送审").click()
    page.get_by_role("button", name="送审").click()
    expect(page.get_by_text("送审了")).to_be_visible()

    sign_in(page, city.bureau_leader)
    page.goto(f"/bulletins/{issue.pk}/")
    page.get_by_role("link", name="签发").click()
    shot(page, "bulletin-sign")
    page.get_by_role("button", name="签发").click()
    # The page polls the job and turns into the printed issue by itself.
    expect(page.get_by_role("link", name="打开 PDF 打印")).to_be_visible(timeout=30_000)
    shot(page, "bulletin-issued")

    sign_in(page, city.school_secretary)
    page.goto("/bulletins/")
    expect(page.get_by_text("2023年第1期（总第1期）")).to_be_visible()
    shot(page, "bulletin-list")
    sheet = page.request.get(f"/bulletins/{issue.pk}/bulletin.pdf")
    assert sheet.headers["content-type"] == "application/pdf"
    assert sheet.body().startswith(b"%PDF-")
    printed = BulletinIssue.objects.get()
    assert [article["title"] for article in printed.content["articles"]] == [
        "云山小学关爱导师进课堂",
        "云山小学走访慰问退休教师",
    ]


def reworked(path: Path) -> None:
    """What an editor does to the file in WPS: a few words changed, a paragraph written."""
    import docx

    document = docx.Document(str(path))
    line = next(p for p in document.paragraphs if "张老师讲了家乡故事" in p.text)
    line.runs[-1].text = "张老师讲了三个家乡故事。"
    line.insert_paragraph_before("这一段是在 WPS 里写的。")
    document.save(str(path))


def test_on_a_phone_an_issue_is_ordered_shortened_sent_through_word_returned_and_signed(
    page: Page, city, worker: object, tmp_path: Path, shot: Callable[[Page, str], Path]
):
    page.set_viewport_size({"width": 360, "height": 780})
    records = [
        factory.record(city, title="走访慰问退休教师", minutes="送去了问候。\n还聊了许多闲话。"),
        factory.record(city, title="关爱导师进课堂", minutes="张老师讲了家乡故事。"),
    ]
    issue = bulletins.open_issue(
        factory.series(city), period="2023-Q1", on=TODAY, by=city.bureau_staff
    )
    bulletins.choose(issue, activities=records, by=city.bureau_staff)
    home = f"/bulletins/{issue.pk}/"

    sign_in(page, city.bureau_staff)
    page.goto(home)
    page.get_by_role("button", name=re.compile("往前移.*进课堂")).click()
    page.get_by_role("link", name=re.compile("删短.*走访慰问")).click()
    page.get_by_label(re.compile("还聊了许多闲话")).uncheck()
    shot(page, "bulletin-shorten-360")
    page.get_by_role("button", name="就留勾着的").click()
    expect(page.get_by_text("（原稿")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("下载 Word")).click()
    download.value.save_as(tmp_path / "改好.docx")
    reworked(tmp_path / "改好.docx")
    page.get_by_role("link", name="改好了，传回来").click()
    page.get_by_label("改好的 Word").set_input_files(tmp_path / "改好.docx")
    page.get_by_role("button", name="传上来，看改了哪些").click()
    expect(page.get_by_text("一共 2 处和现在的不一样")).to_be_visible()
    shot(page, "bulletin-word-360")
    page.get_by_role("button", name="收下勾着的").click()
    expect(page.get_by_text("收了 2 处改动")).to_be_visible()
    page.get_by_role("link", name="送审").click()
    page.get_by_role("button", name="送审").click()

    sign_in(page, city.bureau_leader)
    page.goto(home)
    page.get_by_role("link", name="退回修改").click()
    page.get_by_label("要改什么？").fill("再核一下人数")
    page.get_by_role("button", name="退回修改").click()
    sign_in(page, city.bureau_staff)
    page.goto(home)
    expect(page.get_by_text("再核一下人数").first).to_be_visible()
    page.get_by_role("link", name="送审").click()
    page.get_by_role("button", name="送审").click()
    sign_in(page, city.bureau_leader)
    page.goto(home)
    page.get_by_role("link", name="签发").click()
    page.get_by_role("button", name="签发").click()
    expect(page.get_by_role("link", name="打开 PDF 打印")).to_be_visible(timeout=60_000)
    shot(page, "bulletin-issued-360")

    printed = BulletinIssue.objects.get()
    text = text_of(printed.pdf)
    assert text.index("进课堂") < text.index("走访慰问")
    for words in ("这一段是在WPS里写的。", "张老师讲了三个家乡故事。", "送去了问候。"):
        assert words in text.replace(" ", ""), words
    assert "闲话" not in text
