"""Cutting the question as the database cuts the text, and marking hits."""

import pytest
from django.db import connection
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.kernel.search import excerpt, fold, grams, highlight, matches

LETTERS = st.text(alphabet="关工委老师2023ABcＡ１，。 、 -_'\\&|!:*()㛃𠮷䶮\n", max_size=30)


def found(text: str, question: str) -> bool:
    term = matches(question)
    assert term is not None
    (value,) = term.get_source_expressions()
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_grams(%s) @@ %s::tsquery", [text, value.value])
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("云山小学关工委推进会", "关工委"),
        ("云山小学关工委推进会", "会"),
        ("云山小学关工委推进会", "推进 小学"),
        ("编号 2023-0012", "2023-0012"),
        ("编号 2023-0012", "2023"),
        ("ＡＢ班的读书会", "ab"),
        ("𠮷老师和㛃老师", "𠮷老师"),
        ("䶮", "䶮"),
        ("“五老”讲党史", "“五老”"),
    ],
)
@pytest.mark.django_db
def test_a_text_is_found_by_its_own_words(text: str, question: str) -> None:
    assert found(text, question)


@pytest.mark.parametrize(
    ("text", "question"), [("云山小学", "石桥"), ("关心工作委员", "关工委"), ("2023", "023")]
)
@pytest.mark.django_db
def test_other_words_do_not_find_it(text: str, question: str) -> None:
    assert not found(text, question)


@pytest.mark.django_db(transaction=True)
@settings(max_examples=120)
@given(before=LETTERS, word=LETTERS, after=LETTERS)
@example(before="关", word="工", after="委")
@example(before="", word="'; --", after="")
def test_whatever_stands_in_a_text_between_gaps_is_found(
    before: str, word: str, after: str
) -> None:
    if matches(word) is None:
        assert fold(word) == ""
        return

    assert found(f"{before} {word} {after}", word)


@given(text=LETTERS, question=LETTERS)
def test_marking_changes_no_letter(text: str, question: str) -> None:
    parts = highlight(text, question)

    assert "".join(part.text for part in parts) == text
    assert all(part.text for part in parts)


def test_a_hit_is_marked_whatever_its_width() -> None:
    assert [part.text for part in highlight("第ＡＢ班和ab班", "AB") if part.is_hit] == [
        "ＡＢ",
        "ab",
    ]


def test_an_excerpt_shows_the_hit_and_says_that_there_is_more() -> None:
    parts = excerpt("前" * 200 + "关工委" + "后" * 200, "关工委")

    assert [part.text for part in parts if part.is_hit] == ["关工委"]
    assert parts[0].text.startswith("…")
    assert parts[-1].text.endswith("…")


def test_a_question_of_signs_alone_asks_nothing() -> None:
    assert matches("，。——") is None
    assert grams("") == []
