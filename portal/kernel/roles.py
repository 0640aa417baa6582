"""A database role for the running portal: it works with every row and alters no table.

The tables belong to the role that runs `migrate`. The role made here is for web, worker and beat:
what it may not do, no mistake and no break-in through the portal can do either.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection

AUDIT = "kernel_auditevent"
# The only words of the trail that are ever changed: names that must not be kept any longer.
AUDIT_WORDS = ("target_label", "note")
CONTEXT = "pghistory_context"


def statements(role: str) -> Iterator[str]:
    """The SQL that gives `role` what the portal needs, in order; run again after each migrate."""
    name = connection.ops.quote_name(role)
    yield f"GRANT USAGE ON SCHEMA public TO {name}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}"
    yield f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {name}"
    yield f"REVOKE UPDATE, DELETE ON {AUDIT} FROM {name}"
    yield f"GRANT UPDATE ({', '.join(AUDIT_WORDS)}) ON {AUDIT} TO {name}"
    yield f"REVOKE DELETE ON {CONTEXT} FROM {name}"
    for table, words in histories():
        quoted = connection.ops.quote_name(table)
        yield f"REVOKE UPDATE, DELETE ON {quoted} FROM {name}"
        yield f"GRANT UPDATE ({', '.join(words)}) ON {quoted} TO {name}"


def histories() -> Iterator[tuple[str, list[str]]]:
    """Tables of row history, and their columns that hold words: who, when and what act never."""
    for model in apps.get_models():
        tracked = getattr(model, "pgh_tracked_model", None)
        if tracked is None:
            continue
        fields = model._meta.concrete_fields
        words = [each.column for each in fields if not each.name.startswith("pgh_")]
        quoted = [connection.ops.quote_name(str(word)) for word in words]
        yield model._meta.db_table, quoted


def exists(role: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        return cursor.fetchone() is not None
