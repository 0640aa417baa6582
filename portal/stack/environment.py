"""Give Django its two addresses before it loads, starting servers where none are named."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from portal.stack import embedded, locks

ROOT = Path(__file__).resolve().parents[2]

# Commands that read no row. Everything else gets its servers.
WITHOUT_SERVERS = frozenset(
    {"help", "version", "check", "collectstatic", "findstatic", "makemessages", "compilemessages"}
    | {"score_rubric", "startapp", "diffsettings", "-h", "--help", "--version"}
)
# Commands that make the tables themselves, or must see the database as it is.
WITHOUT_TABLES = frozenset(
    {"migrate", "makemigrations", "sqlmigrate", "showmigrations", "dbshell", "test", "restore"}
)


def var_folder() -> Path:
    """Where everything lies that the portal writes: data, files, logs."""
    return Path(os.environ.get("YUANDING_VAR") or ROOT / "var").resolve()


def prepare(*, durable: bool = True) -> None:
    """Set DATABASE_URL and REDIS_URL; an address that is set already is left as it is."""
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = embedded.ensure_postgres(var_folder(), durable=durable)
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = embedded.ensure_valkey(var_folder(), durable=durable)


def has_own_database() -> bool:
    """True when DATABASE_URL names our embedded server."""
    return os.environ.get("DATABASE_URL", "").startswith(f"postgresql://{embedded.USER}@%2F")


def has_tables() -> bool:
    """True once ``migrate`` has run on the database of DATABASE_URL."""
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
            row = cursor.fetchone()
    finally:
        connection.close()
    return bool(row and row[0])


@contextmanager
def first_tables() -> Iterator[bool]:
    """Yield True to the one process that is to make the tables; the others wait for it."""
    if not has_own_database() or has_tables():
        yield False
        return
    with locks.exclusive(locks.make_folder(var_folder()) / "migrate.lock"):
        yield not has_tables()
