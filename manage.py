#!/usr/bin/env python3
"""The portal's commands: ``python3 manage.py help``. Any Python finds the project's own."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

if not (find_spec("django") and find_spec("celery")):
    venv = Path(__file__).resolve().parent / ".venv"
    if (venv / "bin" / "python").exists() and Path(sys.prefix) != venv:
        os.execv(venv / "bin" / "python", [str(venv / "bin" / "python"), *sys.argv])  # noqa: S606
    sys.exit("项目的 Python 软件包还没有装好。请先运行：make setup")

import django
from django.core.management import call_command, execute_from_command_line

from portal.stack import environment
from portal.stack.errors import CannotStart


def make_first_tables() -> None:
    """A new embedded database gets its tables before the first command that reads them."""
    with environment.first_tables() as wanted:
        if wanted:
            sys.stderr.write("第一次使用：正在建立数据表……\n")
            django.setup()
            call_command("migrate", verbosity=0, interactive=False)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command not in environment.WITHOUT_SERVERS:
        try:
            environment.prepare()
        except CannotStart as refusal:
            sys.exit(str(refusal))
        if command not in environment.WITHOUT_TABLES:
            make_first_tables()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
