"""发文: its number, its readers, what stands once it is signed, and the pages it is made on."""

import threading
from io import BytesIO

import pytest
from django.db import InternalError, connection, transaction
from django.urls import reverse

from committees.services import units
from evaluations import tasks
from evaluations.choices import PaperState as S
from evaluations.models import OfficialPaper, PaperReceipt, Title
from evaluations.services import papers
from evaluations.tasks import issue_paper
from portal.kernel import docx, jobs
from portal.kernel.errors import Refused
from portal.kernel.models import Job, Notice
from portal.kernel.pdf import MissingGlyphs
from tests.factories import five_good
from tests.factories import papers as factory
from tests.pdf_text import text_of, words_of


def url(name: str, *args: object) -> str:
    return reverse(f"evaluations:{name}", args=args)


def at(client, user):
    client.force_login(user)
    return client


def test_the_number_is_given_with_the_signature_year_by_year_and_code_by_code(city):
    one, two = factory.issued(city), factory.issued(city)
    next_year = factory.issued(city, on=factory.TODAY.replace(year=2024))
    other_code = factory.issued(city, code="云教关办")

    labels = [it.number_label for it in (one, two, next_year, other_code)]
    assert labels[:2] == ["云教关工委〔2023〕1号", "云教关工委〔2023〕2号"]
    assert labels[2:] == ["云教关工委〔2024〕1号", "云教关办〔2023〕1号"]


def test_numbers_go_on_behind_those_given_before_the_portal(city):
    assert factory.issued(city, earlier=6).number == 7
    assert factory.issued(city).number == 8


def test_a_signature_undone_gives_its_number_back(city):
    paper = factory.submitted(city)
    with transaction.atomic():
        papers.sign(paper, on=factory.TODAY, by=city.bureau_leader)
        transaction.set_rollback(True)

    assert factory.issued(city).number == 1


@pytest.mark.django_db(transaction=True)
def test_two_signatures_at_once_take_two_numbers(city, monkeypatch):
    waiting = [factory.submitted(city), factory.submitted(city)]
    monkeypatch.setattr(papers, "ask_print", lambda paper, by: None)
    both, failed = threading.Barrier(2), []

    def sign(pk: int) -> None:
        try:
            paper = OfficialPaper.objects.get(pk=pk)
            both.wait(10)
            papers.sign(paper, on=factory.TODAY, by=city.bureau_leader)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=sign, args=[paper.pk]) for paper in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert not failed
    assert sorted(OfficialPaper.objects.values_list("number", flat=True)) == [1, 2]


def test_what_is_signed_stands_and_what_has_a_number_stays(city):
    paper = factory.issued(city)

    for change in (
        lambda: OfficialPaper.objects.filter(pk=paper.pk).update(title="改过的"),
        lambda: OfficialPaper.objects.filter(pk=paper.pk).update(number=9),
        lambda: OfficialPaper.objects.filter(pk=paper.pk).delete(),
        lambda: paper.annexes.create(position=1, title="附件", body="后来加的"),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            change()


def test_an_issued_paper_reaches_every_unit_below_and_says_so(city):
    paper = factory.issued(city)

    assert paper.receipts.count() == 9  # two offices, six schools, a kindergarten
    told = Notice.objects.filter(user=city.school_secretary, text__startswith="收到文件")
    assert told.get().text == "收到文件：云教关工委〔2023〕1号《关于开展读书活动的通知》"
    assert OfficialPaper.objects.visible_to(city.other_school_secretary).get() == paper
    assert not OfficialPaper.objects.visible_to(city.judge).exists()


def test_a_paper_for_named_units_is_seen_there_and_nowhere_else(city):
    factory.issued(city, audience="chosen", chosen=[city.school])

    assert OfficialPaper.objects.visible_to(city.school_secretary).exists()
    assert not OfficialPaper.objects.visible_to(city.other_school_secretary).exists()
    assert PaperReceipt.objects.get().unit == city.school


def test_a_paper_nobody_would_get_is_not_handed_in(city):
    with pytest.raises(Refused, match="还没有一家单位会收到"):
        factory.submitted(city, audience="chosen")


def test_a_character_no_font_has_is_named_before_anybody_signs(city):
    with pytest.raises(MissingGlyphs, match="😀"):
        factory.submitted(city, body="读书😀快乐")


def test_a_paper_that_replaces_another_withdraws_it(city):
    old = factory.issued(city)
    new = factory.issued(city, replaces=old, title="关于调整读书活动安排的通知")

    old.refresh_from_db()
    assert (old.state, old.number) == (S.WITHDRAWN, 1)
    assert old.withdraw_reason == f"由{new.number_label}代替"


def test_the_print_is_the_one_that_was_signed_and_word_says_the_same(city, client):
    paper = factory.issued(city, note="此件公开发布")
    page = text_of(paper.pdf)
    word = docx.paragraphs(
        at(client, city.school_secretary).get(url("paper_docx", paper.pk)).content
    )

    for words in (
        "云河市教育局关心下一代工作委员会文件", "云教关工委〔2023〕1号", "（此件公开发布）",
        "各教办，各学校、幼儿园关工委：", "2023年3月1日", "抄送：市关工委",
    ):  # fmt: skip
        assert words in page
        assert any(words in line for line in word), words


def test_a_list_of_names_comes_from_a_naming_as_an_annex(city, client):
    decided = five_good.decided(city)
    campaign = decided.campaign
    Title.objects.create(
        unit=decided.unit, name="“五好”关工委", appraisal=decided, named_on=factory.TODAY
    )
    paper = factory.draft(city, kind="commendation", title="关于命名“五好”关工委的决定")

    at(client, city.bureau_staff).post(url("annex_names", paper.pk), {"campaign": campaign.pk})

    annex = paper.annexes.get()
    assert annex.source == str(campaign)
    assert annex.body == f"一、云山教办（1）\n{decided.unit.name}"


def test_taking_names_from_nowhere_or_from_an_open_campaign_is_answered(city, client):
    paper = factory.draft(city)
    editor = at(client, city.bureau_staff)

    answer = editor.post(url("annex_names", paper.pk), {})
    assert answer.status_code == 422
    assert "选一处" in answer.content.decode()


def test_a_pasted_list_of_names_is_checked_line_by_line_and_printed_in_groups(city, client):
    paper = factory.draft(city, kind="commendation", title="关于表扬先进的决定")
    editor, school, office = at(client, city.bureau_staff), city.school.name, city.office.name
    pasted = f"一、先进单位\n{school}\n\n{office}\n二、先进个人\n周育才\t{school}\n{office}，吴秀兰"

    wrong = f"{pasted}\n周育才 {school}\n没有这所学校\n王五，没有这所学校"
    refused = editor.post(url("annex_names", paper.pk), {"typed": wrong})
    assert refused.status_code == 422
    page = refused.content.decode()
    for said in (
        f"第 8 行“周育才 {school}”前面已经有了",
        "第 9 行“没有这所学校”",
        "第 10 行“王五，",
    ):
        assert said in page
    assert "没有这所学校\n" in page  # what was pasted is still there
    assert not paper.annexes.exists()

    editor.post(url("annex_names", paper.pk), {"typed": pasted, "title": "先进名单"})
    annex = paper.annexes.get()
    assert (annex.title, annex.source) == ("先进名单", "粘贴的名单（已核对单位）")
    assert annex.body == (
        f"一、先进单位（2）\n{school}、{office}\n"
        f"二、先进个人（2）\n周育才（{school}）、吴秀兰（{office}）"
    )


def test_a_pasted_list_without_groups_is_one_line_and_knows_no_unit_of_another_city(city, client):
    paper = factory.draft(city, kind="commendation", title="关于表扬先进的决定")
    editor = at(client, city.bureau_staff)
    other = units.open_bureau(name="远方市教育局", code="3309", by=None)
    refused = editor.post(url("annex_names", paper.pk), {"typed": other.name})
    assert refused.status_code == 422

    editor.post(url("annex_names", paper.pk), {"typed": f"{city.school.name}\n{city.office.name}"})
    annex = paper.annexes.get()
    assert (annex.title, annex.body) == ("名单", f"{city.school.name}、{city.office.name}")


def test_two_who_write_at_once_see_both_texts(city, client):
    paper = factory.draft(city)
    given = factory.written(copies="60") | {"version": "1"}
    editor = at(client, city.bureau_staff)
    editor.post(url("paper_edit", paper.pk), given | {"title": "甲写的"})

    answer = editor.post(url("paper_edit", paper.pk), given | {"title": "乙写的"})

    assert answer.status_code == 409
    assert "甲写的" in answer.content.decode()
    assert "乙写的" in answer.content.decode()
    assert OfficialPaper.objects.get().title == "甲写的"


def test_a_paper_is_drafted_signed_and_received_on_its_pages(city, client):
    editor = at(client, city.bureau_staff)
    given = factory.written(copies="60", audience="chosen", chosen=f"{city.school}、没有的小学")
    refused = editor.post(url("paper_new"), given)
    assert "没有找到“没有的小学”" in refused.content.decode()

    editor.post(url("paper_new"), given | {"chosen": city.school.name})
    paper = OfficialPaper.objects.get()
    proof = editor.get(url("paper_pdf", paper.pk)).content
    assert proof.startswith(b"%PDF-")
    editor.post(url("paper_step", paper.pk, "submit"))
    at(client, city.bureau_leader).post(url("paper_step", paper.pk, "sign"))
    paper.refresh_from_db()
    assert (paper.state, paper.number) == (S.SIGNED, 1)
    issue_paper(paper.pk, by=city.bureau_leader)

    school = at(client, city.school_secretary)
    assert "新到的" in school.get(url("papers")).content.decode()
    receipt = paper.receipts.get()
    assert "点一下" in school.get(url("paper", paper.pk)).content.decode()
    school.post(url("paper_receive", receipt.pk))
    receipt.refresh_from_db()
    assert receipt.received_by == city.school_secretary
    assert (
        "1 家里 1 家点了收到"
        in at(client, city.bureau_staff).get(url("paper", paper.pk)).content.decode()
    )


def test_the_register_lists_numbers_and_tells_receipts_to_the_issuer_alone(city, client):
    from openpyxl import load_workbook

    factory.issued(city)

    def cells(user):
        content = at(client, user).get(url("paper_register")).content
        return [cell.value for cell in load_workbook(BytesIO(content)).active[2]]

    assert cells(city.bureau_staff)[0] == "云教关工委〔2023〕1号"
    assert cells(city.bureau_staff)[8:10] == [9, 0]
    assert cells(city.school_secretary)[8:10] == [None, None]


def test_a_booklet_and_a_print_run_sheet_come_with_an_issued_paper(city, client):
    paper = factory.issued(city)
    editor = at(client, city.bureau_staff)

    editor.post(url("paper_booklet", paper.pk))
    job = Job.objects.get(kind=tasks.BOOKLET)
    jobs.run(job.pk)
    sheet = words_of(editor.get(url("paper_run", paper.pk)).content)

    job.refresh_from_db()
    assert job.message.startswith("排好了，每份用 A3 纸 1 张")
    assert "各教办，各学校、幼儿园关工委9" in sheet  # nine units were sent it
    assert "留存云河市教育局关心下一代工作委员会办公室50" in sheet
    assert "共印60份，每份2页。双面印A4纸60张；骑马订印A3纸60张。" in sheet


def test_a_print_run_that_is_too_small_says_how_many_are_lacking(city, client):
    paper = factory.issued(city, copies=5)

    sheet = words_of(at(client, city.bureau_staff).get(url("paper_run", paper.pk)).content)

    assert "还少5份，请加印" in sheet


def test_what_a_paper_waits_for_stands_on_the_home_page_of_who_does_it(city, client):
    paper = factory.submitted(city)
    own = f'href="{url("paper", paper.pk)}"'
    assert own in at(client, city.bureau_leader).get("/todo/").content.decode()
    assert own not in at(client, city.bureau_staff).get("/todo/").content.decode()
    assert own not in at(client, city.school_secretary).get("/todo/").content.decode()

    papers.sign(paper, on=factory.TODAY, by=city.bureau_leader)
    issue_paper(paper.pk, by=city.bureau_leader)
    home = at(client, city.school_secretary).get("/todo/").content.decode()
    assert own in home
    assert "等您收" in home
    papers.receive(PaperReceipt.objects.get(paper=paper, unit=city.school), by=None)
    assert own not in client.get("/todo/").content.decode()
