"""House rules a reader should not have to check by eye."""

import ast
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.conventions.sources import app_files, name_of, tree_of, written_files

MOST_LINES = 400
MOST_LINES_OF_TESTS = 500  # a table of cases may run on a little

# What changes the database, as our code spells it.
WRITING = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create",
    "update_or_create", "advance", "add_child", "add_root", "move", "record", "notify", "store",
}  # fmt: skip

# States that no person moves and so have no table: a job's follows its worker under a lock, a
# credit's follows its record, an import's follows its job.
STATES_THAT_FOLLOW = {
    "portal/kernel/workflow.py",
    "portal/kernel/jobs.py",
    "activities/services/credits.py",
    "portal/web/roster_import/runs.py",
    "portal/web/roster_import/carrying_out.py",
    "portal/web/tasks.py",
}


def services() -> list[Path]:
    return [path for path in app_files() if path.parent.name == "services"]


def public_functions(path: Path) -> list[ast.FunctionDef]:
    return [
        node
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def test_no_file_outgrows_a_sitting() -> None:
    long = {
        name_of(path): lines
        for path in written_files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > _most(path)
    }

    assert long == {}


def _most(path: Path) -> int:
    return MOST_LINES_OF_TESTS if name_of(path).startswith("tests/") else MOST_LINES


def test_a_service_takes_its_actor_by_name() -> None:
    found = []
    for path in services():
        for function in public_functions(path):
            keywords = {argument.arg for argument in function.args.kwonlyargs}
            positional = {a.arg for a in (*function.args.posonlyargs, *function.args.args)}
            if "by" in positional:
                found.append(f"{name_of(path)}: {function.name} takes `by` by place")
            # One subject, or the two things an act joins: appoint(person, committee, …).
            if "by" in keywords and len(positional) > 2:
                found.append(f"{name_of(path)}: {function.name} has more than its subject by place")

    assert found == []


def test_a_service_that_writes_knows_who_does_it() -> None:
    found = [
        f"{name_of(path)}: {function.name} calls {call}"
        for path in services()
        for function in public_functions(path)
        if "by" not in {argument.arg for argument in function.args.kwonlyargs}
        for call in sorted(_calls(function) & WRITING)
    ]

    assert found == []


def _calls(function: ast.FunctionDef) -> set[str]:
    return {
        node.func.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def test_only_the_workflow_moves_a_state() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in app_files()
        if name_of(path) not in STATES_THAT_FOLLOW
        for node in ast.walk(tree_of(path))
        if _moves_a_state(node)
    ]

    assert found == []


def _moves_a_state(node: ast.AST) -> bool:
    """`x.state = …`, also inside a tuple, and `.update(state=…)` on a queryset."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        stores = (part for target in targets for part in ast.walk(target))
        return any(
            isinstance(part, ast.Attribute)
            and part.attr == "state"
            and isinstance(part.ctx, ast.Store)
            for part in stores
        )
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "update"
        and any(keyword.arg == "state" for keyword in node.keywords)
    )


def test_views_start_in_scope() -> None:
    """`Model.objects.get(` in a view reaches past `visible_to`; a foreign id must be a 404."""
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in app_files()
        if path.parent.name == "views"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get"
        and isinstance(node.func.value, ast.Attribute)
        and node.func.value.attr == "objects"
    ]

    assert found == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    empty = {"utils.py", "helpers.py", "common.py", "misc.py", "signals.py"}

    assert [name_of(path) for path in app_files() if path.name in empty] == []


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    out = StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=out)
    except SystemExit:
        pytest.fail(out.getvalue())
