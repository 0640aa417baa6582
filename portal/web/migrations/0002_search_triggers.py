"""The search index keeps itself: one trigger on each table that holds words.

A text is folded (NFKC, small letters) and cut: every two neighbouring characters of running text,
the last one of a run alone, so that one character is found as the beginning of a pair; letters
and digits of the keyboard as whole words. `portal.kernel.search` cuts the question the same way.
"""

from django.db import migrations

FUNCTIONS = r"""
CREATE FUNCTION search_grams(source text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  WITH folded AS (
    SELECT regexp_replace(
      lower(normalize(source, NFKC)),
      '[\s\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u3004\u3008-\u303f\uff00-\uffef]+',
      ' ', 'g') AS words
  ), letters AS (
    SELECT c, lead(c) OVER (ORDER BY n) AS following
      FROM folded,
           unnest(string_to_array(regexp_replace(words, '[a-z0-9]+', ' ', 'g'), NULL))
             WITH ORDINALITY AS t(c, n)
  ), grams AS (
    SELECT rtrim(c || coalesce(following, '')) AS gram FROM letters WHERE c <> ' '
    UNION ALL
    SELECT left(m[1], 100) FROM folded, regexp_matches(words, '([a-z0-9]+)', 'g') AS m
  )
  SELECT array_to_tsvector(coalesce(array_agg(DISTINCT gram), '{}')) FROM grams
$$;

CREATE FUNCTION search_keep(
  of_kind int, target bigint, page bigint, on_day date, new_title text, new_text text
) RETURNS void LANGUAGE sql AS $$
  INSERT INTO web_searchentry (kind, target_id, page_id, day, title, text, words)
  VALUES (of_kind, target, page, coalesce(on_day, '1949-10-01'), new_title, new_text,
          search_grams(new_title || ' ' || new_text))
  ON CONFLICT (kind, target_id) DO UPDATE
    SET page_id = EXCLUDED.page_id, day = EXCLUDED.day, title = EXCLUDED.title,
        text = EXCLUDED.text, words = EXCLUDED.words
$$;
"""

# kind, table, columns that matter, page, day, title, text; {r} is the row
SOURCES = [
    (1, "committees_unit", "name, code, party_org", "{r}.id", "NULL::date",
     "{r}.name", "concat_ws(' ', {r}.code, {r}.party_org)"),
    (2, "committees_person", "name, original_post, strengths, honour", "{r}.id", "NULL::date",
     "{r}.name", "concat_ws(' ', {r}.original_post, {r}.strengths, {r}.honour)"),
    (3, "activities_plannode", "number, title, text", "{r}.plan_id",
     "(SELECT make_date(p.year, 1, 1) FROM activities_workplan p WHERE p.id = {r}.plan_id)",
     "btrim({r}.number || ' ' || {r}.title)", "{r}.text"),
    (4, "evaluations_bulletinarticle", "title, body, contributor", "{r}.issue_id",
     "(SELECT i.starts_on FROM evaluations_bulletinissue i WHERE i.id = {r}.issue_id)",
     "{r}.title", "concat_ws(' ', {r}.contributor, {r}.body)"),
    (5, "activities_activity",
     "number, title, held_on, place, host, chair, speakers, attendees, minutes, decisions",
     "{r}.id", "{r}.held_on", "{r}.title",
     "concat_ws(' ', {r}.minutes, {r}.decisions, {r}.place, {r}.host, {r}.chair, {r}.speakers,"
     " {r}.attendees, {r}.number)"),
]


def _keep(kind: int, row: str, page: str, day: str, title: str, text: str) -> str:
    parts = ", ".join(part.format(r=row) for part in (page, day, title, text))
    return f"search_keep({kind}, {row}.id, {parts})"


def triggers() -> str:
    made = []
    for kind, table, columns, *parts in SOURCES:
        made.append(f"""
CREATE FUNCTION search_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM web_searchentry WHERE kind = {kind} AND target_id = OLD.id;
  ELSE
    PERFORM {_keep(kind, "NEW", *parts)};
  END IF;
  RETURN NULL;
END;
$$;
CREATE TRIGGER keep_search AFTER INSERT OR DELETE OR UPDATE OF {columns} ON {table}
  FOR EACH ROW EXECUTE FUNCTION search_{table}();
SELECT {_keep(kind, "t", *parts)} FROM {table} t;
""")
    return "".join(made)


def removal() -> str:
    lines = [
        f"DROP TRIGGER keep_search ON {table}; DROP FUNCTION search_{table}();"
        for _, table, *_ in SOURCES
    ]
    lines.append("DROP FUNCTION search_keep(int, bigint, bigint, date, text, text);")
    lines.append("DROP FUNCTION search_grams(text);")
    return "\n".join(lines)


class Migration(migrations.Migration):
    dependencies = [
        ("web", "0001_initial"),
        ("activities", "0002_standard_kinds"),
        ("evaluations", "0001_initial"),
        ("committees", "0002_initial"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, "SELECT 1"),
        migrations.RunSQL(triggers(), removal()),
    ]
