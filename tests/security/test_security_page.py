"""SECURITY.md names a test for each line; every one of them exists."""

import re

from portal.stack.environment import ROOT

NAMED = re.compile(r"(tests/[\w/]+\.py)(?:::(test_\w+))?")


def test_every_test_that_is_named_exists() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = set(NAMED.findall(text))
    missing = [
        f"{path}::{name}"
        for path, name in sorted(named)
        if not (ROOT / path).exists()
        or (name and f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8"))
    ]

    assert len(named) > 60
    assert missing == []


def test_every_line_of_every_table_names_what_shows_it() -> None:
    lines = (ROOT / "SECURITY.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if re.match(r"\| \d", line)]
    without = [row for row in rows if not re.search(r"tests/|\.lock", row)]

    assert len(rows) > 40
    assert without == []
