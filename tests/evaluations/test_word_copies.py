"""An issue out to Word and back: nothing changes by itself, everything changed is offered."""

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from evaluations.documents import word_copies as paper
from evaluations.figures.sources import sourced
from evaluations.models import BulletinIssue, WordReturn
from evaluations.services import articles, bulletins, word_copies
from portal.kernel.errors import BadFile, Refused
from tests.factories import evaluations as factory

Edit = Callable[[list], None]


def url(name: str, *args: object) -> str:
    return reverse(f"evaluations:{name}", args=args)


@pytest.fixture
def issue(city) -> BulletinIssue:
    """Two articles of records, one with a photo and headings; a note, and a comment."""
    made = bulletins.open_issue(
        factory.series(city), period="2023-Q1", on=factory.TODAY, by=city.bureau_staff
    )
    records = [
        factory.record(city, title="读书会", minutes="一、读书\n孩子们读了三本书。选得很好。\n"
                       "（一）分享。每人说一分钟。\n〔图1〕\n1.抓落实", photo=True),
        factory.record(city, title="走访慰问", minutes="老同志们很高兴。\n大家说了许多心里话。"),
    ]  # fmt: skip
    first, _ = bulletins.choose(made, activities=records, by=city.bureau_staff)
    words = {name: getattr(first, name) for name in articles.WORDS}
    articles.edit_article(
        first, words=words | {"comment": "读书要读到心里。", "title": "云山小学\n举办读书会"},
        photos=first.photos.all(), version=1, by=city.bureau_staff,
    )  # fmt: skip
    bulletins.set_editor_note(made, text="现编发两篇。\n供学习。", by=city.bureau_staff)
    return made


def edited(content: bytes, edit: Edit) -> bytes:
    """The file after somebody worked on its paragraphs."""
    import docx

    document = docx.Document(io.BytesIO(content))
    edit(document.paragraphs)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def back(issue: BulletinIssue, content: bytes, by: object) -> WordReturn:
    upload = SimpleUploadedFile("改好.docx", content)
    return word_copies.receive(issue, upload=upload, by=by)


def found(given: WordReturn) -> list[tuple[str, str, str]]:
    return [(c.kind, c.before, c.after) for c in word_copies.found_in(given)[2]]


def line(paragraphs: list, words: str):
    return next(p for p in paragraphs if words in p.text)


def take_all(given: WordReturn, by: object, but: tuple[str, ...] = ()) -> None:
    changes = word_copies.found_in(given)[2]
    ticked = [change.id for change in changes if change.kind not in but]
    word_copies.take(given, ticked=ticked, seen=word_copies.seal_of(changes), by=by)


def test_a_file_that_comes_back_as_it_went_changes_nothing(city, issue) -> None:
    sheet = paper.sheet_of(issue)
    content = word_copies.send_out(issue, by=city.bureau_staff)

    given = back(issue, content, city.bureau_staff)

    assert found(given) == []
    assert word_copies.found_in(given)[1] == sheet


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_a_file_saved_again_by_another_program_changes_nothing(city, issue, tmp_path: Path) -> None:
    sheet = paper.sheet_of(issue)
    (tmp_path / "in.docx").write_bytes(word_copies.send_out(issue, by=city.bureau_staff))

    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(tmp_path / "out"),
         str(tmp_path / "in.docx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    given = back(issue, (tmp_path / "out" / "in.docx").read_bytes(), city.bureau_staff)

    assert found(given) == []
    assert word_copies.found_in(given)[1] == sheet
    assert given.copy is not None


def test_without_a_single_name_the_words_tell_what_is_what(city, issue) -> None:
    def forget(paragraphs: list) -> None:
        for paragraph in paragraphs:
            for mark in paragraph._p.xpath("./w:bookmarkStart|./w:bookmarkEnd"):
                paragraph._p.remove(mark)
        line(paragraphs, "孩子们读了三本书").runs[-1].text = "孩子们读了三本好书。"

    content = edited(word_copies.send_out(issue, by=city.bureau_staff), forget)
    given = back(issue, content, city.bureau_staff)

    assert given.copy is None
    assert found(given) == [
        ("changed", "孩子们读了三本书。选得很好。", "孩子们读了三本好书。"),
    ]  # fmt: skip


def test_each_change_is_offered_and_the_ticked_ones_are_taken(city, issue) -> None:
    def work(paragraphs: list) -> None:
        line(paragraphs, "走访慰问").runs[0].text = "走访慰问老同志"
        line(paragraphs, "孩子们读了三本书").runs[0].text = "孩子们读了四本书。"
        line(paragraphs, "大家说了许多").insert_paragraph_before("新写的一段。")
        gone = line(paragraphs, "抓落实")._p
        gone.getparent().remove(gone)
        moved, target = line(paragraphs, "每人说一分钟")._p, line(paragraphs, "一、读书")._p
        target.addprevious(moved)

    by = city.bureau_staff
    given = back(issue, edited(word_copies.send_out(issue, by=by), work), by)
    kinds = sorted(kind for kind, _, _ in found(given))
    take_all(given, by, but=("removed",))

    first, second = issue.articles.order_by("position")
    assert kinds == ["added", "changed", "changed", "moved", "removed"]
    assert second.title == "走访慰问老同志"
    assert [b.text for b in first.blocks][1:] == [
        "（一）分享。每人说一分钟。", "一、读书", "孩子们读了四本书。", "〔图1〕", "1.抓落实",
    ]  # fmt: skip
    assert second.body.endswith("老同志们很高兴。\n新写的一段。\n大家说了许多心里话。")
    told = {paragraph.text: len(paragraph.sources) for paragraph in sourced(second)}
    assert told["新写的一段。"] == 0
    assert told["老同志们很高兴。"] == 1


def test_a_paragraph_moved_to_another_article_brings_its_source_along(city, issue) -> None:
    def work(paragraphs: list) -> None:
        line(paragraphs, "老同志们很高兴")._p.addnext(line(paragraphs, "孩子们读了三本书")._p)

    by = city.bureau_staff
    given = back(issue, edited(word_copies.send_out(issue, by=by), work), by)
    take_all(given, by)

    first, second = issue.articles.order_by("position")
    (moved,) = [p for p in sourced(second) if p.text.startswith("孩子们")]
    assert moved.sources[0].activity == first.source


def test_articles_in_another_order_are_one_change(city, issue) -> None:
    def work(paragraphs: list) -> None:
        before = line(paragraphs, "云山小学\n举办读书会")._p
        for paragraph in paragraphs[paragraphs.index(line(paragraphs, "走访慰问")) :]:
            if "据统计" in paragraph.text:
                break
            before.addprevious(paragraph._p)

    by = city.bureau_staff
    given = back(issue, edited(word_copies.send_out(issue, by=by), work), by)
    assert [kind for kind, _, _ in found(given)] == ["order"]
    take_all(given, by)

    assert issue.articles.order_by("position").first().title == "云山小学走访慰问"


def test_a_paragraph_split_or_drawn_together_keeps_what_it_can(city, issue) -> None:
    def work(paragraphs: list) -> None:
        two = line(paragraphs, "大家说了许多")
        line(paragraphs, "老同志们很高兴").add_run(two.text)
        for mark in two._p.xpath("./w:bookmarkStart|./w:bookmarkEnd"):
            line(paragraphs, "老同志们很高兴")._p.append(mark)
        two._p.getparent().remove(two._p)

    by = city.bureau_staff
    given = back(issue, edited(word_copies.send_out(issue, by=by), work), by)
    take_all(given, by)

    assert (
        issue.articles.order_by("position")
        .last()
        .body.endswith("老同志们很高兴。大家说了许多心里话。")
    )


def test_what_was_changed_here_meanwhile_stays_and_both_sides_are_shown(city, issue, client):
    by = city.bureau_staff
    content = word_copies.send_out(issue, by=by)
    first, second = issue.articles.order_by("position")
    for article, old, new in ((first, "三本书", "两本书"), (second, "很高兴", "高兴极了")):
        words = {name: getattr(article, name) for name in articles.WORDS}
        words["body"] = words["body"].replace(old, new)
        articles.edit_article(
            article, words=words, photos=article.photos.all(), version=article.version, by=by
        )
    given = back(
        issue,
        edited(content, lambda ps: setattr(
            line(ps, "孩子们读了三本书").runs[0], "text", "孩子们读了五本书。")),
        by,
    )  # fmt: skip

    client.force_login(by)
    page = client.get(url("word_changes", issue.pk, given.pk)).content.decode()
    (change,) = word_copies.found_in(given)[2]
    assert change.conflict
    assert "下载以后网页上也改过这里" in page
    assert "<ins>五</ins>" in page
    assert f'value="{change.id}" checked' not in page
    assert "高兴极了" not in page

    client.post(url("word_changes", issue.pk, given.pk), {"seen": word_copies.seal_of([change])})
    first.refresh_from_db()
    second.refresh_from_db()
    assert "两本书" in first.body
    assert "高兴极了" in second.body


def test_a_choice_made_on_an_old_page_is_asked_again(city, issue, client) -> None:
    by = city.bureau_staff
    content = word_copies.send_out(issue, by=by)
    given = back(
        issue, edited(content, lambda ps: line(ps, "老同志们很高兴").add_run("真好。")), by
    )
    seen = word_copies.seal_of(word_copies.found_in(given)[2])
    second = issue.articles.order_by("position").last()
    words = {name: getattr(second, name) for name in articles.WORDS}
    words["body"] = words["body"].replace("很高兴", "高兴极了")
    articles.edit_article(second, words=words, photos=[], version=1, by=by)
    (change,) = word_copies.found_in(given)[2]

    client.force_login(by)
    answer = client.post(
        url("word_changes", issue.pk, given.pk), {"seen": seen, "take": [change.id]}
    )

    assert answer.status_code == 409
    assert "刚才又有人改过" in answer.content.decode()
    second.refresh_from_db()
    assert "高兴极了" in second.body


# --- what is not taken ---------------------------------------------------------------------------


def test_a_file_of_another_issue_or_of_nothing_is_refused_with_a_sentence(city, issue) -> None:
    by = city.bureau_staff
    other = bulletins.open_issue(issue.series, period="2022-Q4", on=factory.TODAY, by=by)
    bulletins.write_article(other, title="甲", body="乙", contributor="", by=by)
    foreign = word_copies.send_out(other, by=by)
    import docx

    plain = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("买菜清单")
    document.save(plain)

    for content, sentence in (
        (foreign, "另一期简报的"),
        (plain.getvalue(), "认不出这一期的文章"),
        (b"%PDF-1.7", "docx"),
        (b"", "docx"),
    ):
        with pytest.raises(BadFile, match=sentence):
            back(issue, content, by)
    assert not issue.word_returns.exists()


def test_a_bad_file_is_answered_on_the_page(city, issue, client: Client) -> None:
    client.force_login(city.bureau_staff)

    answer = client.post(
        url("word_back", issue.pk), {"file": SimpleUploadedFile("x.docx", b"PK\x03\x04broken")}
    )

    assert answer.status_code == 422
    assert "WPS" in answer.content.decode()


def test_after_the_handing_in_and_the_signing_nothing_comes_in(city, issue, client) -> None:
    by = city.bureau_staff
    content = word_copies.send_out(issue, by=by)
    given = back(
        issue, edited(content, lambda ps: line(ps, "老同志们很高兴").add_run("真好。")), by
    )
    (change,) = word_copies.found_in(given)[2]
    bulletins.submit(issue, by=by)

    with pytest.raises(Refused, match="现在不能改"):
        word_copies.take(given, ticked=[change.id], seen=word_copies.seal_of([change]), by=by)
    with pytest.raises(Refused, match="现在不能改"):
        back(issue, content, by)
    client.force_login(by)
    assert client.get(url("word_back", issue.pk)).status_code == 403
    assert client.post(url("word_out", issue.pk)).status_code == 403


def test_a_word_file_is_taken_once(city, issue) -> None:
    by = city.bureau_staff
    given = back(
        issue,
        edited(word_copies.send_out(issue, by=by), lambda ps: line(ps, "老同志们").add_run("好。")),
        by,
    )
    take_all(given, by)

    with pytest.raises(Refused, match="已经处理过了"):
        take_all(given, by)


def test_an_article_without_a_paragraph_left_is_refused(city, issue) -> None:
    def work(paragraphs: list) -> None:
        title, last = line(paragraphs, "走访慰问"), line(paragraphs, "大家说了许多")
        for paragraph in paragraphs[paragraphs.index(title) + 1 : paragraphs.index(last) + 1]:
            paragraph._p.getparent().remove(paragraph._p)

    by = city.bureau_staff
    given = back(issue, edited(word_copies.send_out(issue, by=by), work), by)

    with pytest.raises(Refused, match="一段也不剩"):
        take_all(given, by)
    assert issue.articles.count() == 2
