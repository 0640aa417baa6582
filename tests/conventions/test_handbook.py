"""The handbook keeps up with the portal: its words, its pages, its pictures."""

import re
from collections import Counter
from fnmatch import fnmatchcase
from functools import cache

from django.conf import settings
from PIL import Image

from portal.web.handbook.chapters import chapter_of, chapters, contents
from portal.web.nav import MENU
from tests.conventions import access
from tests.conventions.sources import app_files, templates
from tests.document_samples import KINDS

QUOTED = re.compile("“([^”]+)”")
TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)
# Answers that are files, pictures or bits of a page: nobody asks there how to go on.
NO_PAGE = re.compile(
    r"(file|pdf|xlsx|zip|docx|csv|photo|export|template|progress|live|ready|metrics)$"
)
SIZES = {True: (390, 640), False: (1100, 660)}


@cache
def said_on_screen() -> str:
    """All words of templates and code, gaps left out; of templates with and without their tags."""
    pages = [path.read_text(encoding="utf-8") for path in templates()]
    bare = [TAG.sub("", page) for page in pages]
    code = [path.read_text(encoding="utf-8") for path in app_files()]
    return re.sub(r"\s+", "", "\n".join([*pages, *bare, *code]))


def test_a_chapter_names_only_words_that_are_on_the_screen() -> None:
    lost = [
        f"{chapter.slug}: {words}"
        for chapter in chapters()
        for sentence in chapter.sentences()
        for words in QUOTED.findall(sentence)
        if re.sub(r"\s+", "", words) not in said_on_screen()
    ]

    assert lost == []


def test_every_page_has_a_chapter_that_explains_it() -> None:
    rows = access.rows()
    names = {
        address.name
        for address in access.addresses()
        if "GET" in rows[address.key].methods and not NO_PAGE.search(address.name)
    } - {"web:handbook", "web:chapter"}

    assert sorted(name for name in names if chapter_of(name) is None) == []


def test_every_chapter_explains_pages_that_exist() -> None:
    names = [address.name for address in access.addresses()]
    idle = [
        f"{chapter.slug}: {pattern}"
        for chapter in chapters()
        for pattern in chapter.pages
        if not any(fnmatchcase(name, pattern) for name in names)
    ]

    assert idle == []
    said_twice = Counter(pattern for chapter in chapters() for pattern in chapter.pages)
    assert [pattern for pattern, times in said_twice.items() if times > 1] == []


def test_every_entry_of_the_menu_leads_to_a_chapter_and_every_chapter_is_in_the_contents() -> None:
    built = {address.name for address in access.addresses()}
    routes = {place.route for _, places in MENU for place in places} & built
    assert sorted(route for route in routes if chapter_of(route) is None) == []

    listed = [chapter.slug for _, members in contents() for chapter in members]
    assert sorted(listed) == sorted(chapter.slug for chapter in chapters())
    assert len(listed) == len(set(listed))
    assert len(contents()) == len({group for group, _ in contents()})


def test_every_picture_is_there_small_and_of_the_size_the_page_says() -> None:
    folder = settings.HANDBOOK_DIR / "pictures"
    told = [
        step.picture
        for chapter in chapters()
        for part in chapter.parts
        for step in part.steps
        if step.picture
    ]

    papers = [picture for picture in told if picture.is_document]
    assert sorted(picture.name for picture in papers) == KINDS
    told = [picture for picture in told if not picture.is_document]
    for picture in told:
        with Image.open(folder / f"{picture.name}.png") as image:
            assert image.size == SIZES[picture.is_phone], picture.name
        assert len(picture.shows) >= 5, picture.name
    assert {picture.name for picture in told} == {path.stem for path in folder.iterdir()}
    assert sum(path.stat().st_size for path in folder.iterdir()) < 3_000_000
