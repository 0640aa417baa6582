"""What the portal says: plain words, full-width punctuation, and templates that keep the policy."""

import ast
import re
from pathlib import Path

import pytest

from tests.conventions.sources import app_files, name_of, templates, tree_of

# Words that blame or say nothing; each has a plain one that says what to do (ux.md 4.2 and 6).
BANNED = re.compile("失败|无效|非法|必填|操作成功|暂无数据|请重试|异常")
HAN = "\u4e00-\u9fff"
HALF_WIDTH = re.compile(f"[{HAN}][,;:!?()]|[,;!?(][{HAN}]|[{HAN}]\\.(?![A-Za-z0-9])")
PATTERN = re.compile(r"[\\|]|\(\?")  # signs of a regular expression, which no sentence of ours has
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL | re.IGNORECASE)
POSTS = re.compile(r"""<form\b[^>]*method=["'](post|\{\{)""", re.IGNORECASE)

# Words here are read from other people's files, not said by us.
READS_OTHERS = {"imports", "roster_import", "outline.py", "gongwen.py", "numbering.py", "cells.py"}


def text_of(path: Path) -> str:
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


def said_strings(path: Path) -> list[tuple[int, str]]:
    """Chinese string constants of a module, without its docstrings."""
    tree = tree_of(path)
    silent = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in silent
        and re.search(f"[{HAN}]", node.value)
    ]


@pytest.mark.parametrize("path", templates(), ids=name_of)
def test_a_template_keeps_the_house_rules(path: Path) -> None:
    text = text_of(path)
    is_document = "documents" in path.parts  # paper: WeasyPrint, no browser, no policy

    assert BANNED.findall(text) == []
    assert HALF_WIDTH.findall(text) == []
    assert "|safe" not in text
    assert "autoescape off" not in text
    for form in FORM.findall(text):
        if POSTS.match(form):
            assert "csrf" in form, form[:200]
    if not is_document:
        assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\son[a-z]+=", text) == []
        assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", text) == []


def test_sentences_of_the_code_use_plain_words() -> None:
    found = [
        f"{name_of(path)}:{line} {text}"
        for path in app_files()
        if not READS_OTHERS & {*path.parts}
        for line, text in said_strings(path)
        if BANNED.search(text)
    ]

    assert found == []


def test_sentences_of_the_code_use_full_width_punctuation() -> None:
    found = [
        f"{name_of(path)}:{line} {text}"
        for path in app_files()
        if not READS_OTHERS & {*path.parts}
        for line, text in said_strings(path)
        if not PATTERN.search(text)
        if HALF_WIDTH.search(text)
    ]

    assert found == []


# Workbooks of single things as they were written, of names, or to be filled in: nothing is counted.
NO_FIGURES = {
    "activities/exports/__init__.py:partner_workbook",
    "activities/exports/records.py:activity_workbook",
    "activities/exports/records.py:decision_workbook",
    "activities/exports/records.py:series_workbook",
    "activities/exports/rules.py:change_workbook",
    "activities/exports/rules.py:rules_workbook",
    "committees/exports/teams.py:candidates_workbook",
    "evaluations/documents/ledgers.py:_of_section",
    "evaluations/exports.py:papers_workbook",
    "evaluations/exports.py:plaques_workbook",
    "evaluations/exports.py:rubric_workbook",
    "evaluations/exports.py:xray_workbook",
    "portal/web/roster_import/template.py:template",
    "reading_program/exports.py:awards_workbook",
    "reading_program/exports.py:bulk_template",
    "reading_program/exports.py:child_workbook",
    "reading_program/exports.py:recommended_workbook",
    "reading_program/exports.py:score_book",
    "reading_program/exports.py:summary_workbook",
}


def test_every_workbook_of_figures_says_what_its_numbers_mean():
    silent = set()
    for path in app_files():
        for node in tree_of(path).body:
            if not isinstance(node, ast.FunctionDef) or node.name == "write_workbook":
                continue
            named = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
            words = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}
            if "write_workbook" in named and not ("meaning_sheet" in named or "口径" in words):
                silent.add(f"{name_of(path)}:{node.name}")

    assert silent == NO_FIGURES
