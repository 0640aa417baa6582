"""The search also knows the tasks of the plan, the studios and the partners."""

from django.db import migrations

# As in 0002: kind, table, columns that matter, page, day, title, text; {r} is the row
SOURCES = [
    (6, "activities_plantask", "text, evidence, node_id", "{r}.id",
     "(SELECT make_date(p.year, 1, 1) FROM activities_plannode n"
     " JOIN activities_workplan p ON p.id = n.plan_id WHERE n.id = {r}.node_id)",
     "{r}.text", "{r}.evidence"),
    (7, "activities_studio", "name, room, rules", "{r}.id", "{r}.founded_on",
     "{r}.name", "concat_ws(' ', {r}.room, {r}.rules)"),
    (8, "activities_partner", "name, place, offers, contact", "{r}.id", "NULL::date",
     "{r}.name", "concat_ws(' ', {r}.place, {r}.offers, {r}.contact)"),
]  # fmt: skip


def _keep(kind: int, row: str, parts: list[str]) -> str:
    return f"search_keep({kind}, {row}.id, {', '.join(part.format(r=row) for part in parts)})"


def triggers() -> str:
    return "".join(
        f"""
CREATE FUNCTION search_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM web_searchentry WHERE kind = {kind} AND target_id = OLD.id;
  ELSE
    PERFORM {_keep(kind, "NEW", parts)};
  END IF;
  RETURN NULL;
END;
$$;
CREATE TRIGGER keep_search AFTER INSERT OR DELETE OR UPDATE OF {columns} ON {table}
  FOR EACH ROW EXECUTE FUNCTION search_{table}();
SELECT {_keep(kind, "t", parts)} FROM {table} t;
"""
        for kind, table, columns, *parts in SOURCES
    )


def removal() -> str:
    dropped = [
        f"DROP TRIGGER keep_search ON {table}; DROP FUNCTION search_{table}();"
        for _, table, *_ in SOURCES
    ]
    return "\n".join(["DELETE FROM web_searchentry WHERE kind > 5;", *dropped])


class Migration(migrations.Migration):
    dependencies = [("web", "0002_search_triggers"), ("activities", "0002_standard_kinds")]

    operations = [
        migrations.RunSQL(triggers(), removal()),
    ]
