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
