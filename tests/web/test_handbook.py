"""The handbook in the browser's words: contents, search, chapters, the way there."""

import pytest
from django.test import Client

from portal.web.handbook.chapters import chapters, find
from tests.personas import World


def test_search_finds_chinese_words_in_the_middle_of_a_sentence_and_the_title_first() -> None:
    assert find("签到")[0].chapter.slug == "meeting"
    assert "lectures" in {found.chapter.slug for found in find("请导师")}
    assert find("导师 聘书")[0].chapter.slug == "people"
    marked = find("扫一下")[0].excerpt
    assert [part.text for part in marked if part.is_hit] == ["扫一下"]


def test_search_for_nothing_or_for_what_is_not_there_finds_nothing() -> None:
    assert find("  ，。") == []
    assert find("量子力学") == []


@pytest.mark.django_db
def test_somebody_not_signed_in_reads_every_chapter() -> None:
    client = Client()
    contents = client.get("/help/").content.decode()

    for chapter in chapters():
        assert f'href="/help/{chapter.slug}/"' in contents
        page = client.get(f"/help/{chapter.slug}/")
        assert page.status_code == 200
        assert chapter.parts[0].title in page.content.decode()
    assert client.get("/help/nothing/").status_code == 404


@pytest.mark.django_db
def test_the_contents_page_marks_what_was_asked_and_says_when_nothing_was_found() -> None:
    client = Client()

    assert "<mark>签到</mark>" in client.get("/help/?q=签到").content.decode()
    assert "手册里没有找到" in client.get("/help/?q=量子力学").content.decode()


def test_a_page_links_to_its_own_chapter(city: World) -> None:
    client = Client()
    client.force_login(city.school_secretary)

    assert 'href="/help/record/"' in client.get("/activities/new/").content.decode()
    assert 'href="/help/ledger/"' in client.get("/ledgers/", follow=True).content.decode()
