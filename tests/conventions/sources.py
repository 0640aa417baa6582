"""The project's own files, as the convention tests read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPS = ("portal", "committees", "activities", "reading_program", "evaluations")


def app_files() -> list[Path]:
    """Python of the apps, without migrations."""
    return [
        path
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def written_files() -> Iterator[Path]:
    """Everything a person reads as code: Python, templates, styles and scripts of our own."""
    yield from app_files()
    for folder, endings in (
        ("tests", (".py",)),
        ("scripts", (".py",)),
        ("templates", (".html",)),
        ("static/css", (".css",)),
        ("static/js", (".js",)),
    ):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in endings:
                yield path


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
