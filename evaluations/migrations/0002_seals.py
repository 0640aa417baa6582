"""A closed year is shut: one trigger on each table its archives are made from.

A row belongs to a unit and a year. While a closing of that unit's city and year holds, the row may
be neither written, changed nor taken away; drafts are nobody's record yet and stay free. The one
way past is portal.kernel.seals.correcting, which the dated correction of a record opens. In an
open year a write costs one look into an index that is all but empty.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION evaluations_refuse_sealed(of_unit bigint, of_year int) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM evaluations_yearclose AS shut
     JOIN committees_unit AS unit ON unit.id = of_unit
    WHERE shut.year = of_year AND shut.city_id = coalesce(unit.city_id, unit.id)
      AND shut.state <> 'reopened';
  IF FOUND AND coalesce(current_setting('portal.correcting', true), '') <> 'on' THEN
    RAISE EXCEPTION USING
      MESSAGE = of_year || '年度已经结转封存，不能再改。记录写错了，请用“更正”；'
        || '别的改动，请市教育局先重新打开这一年',
      ERRCODE = 'YD001';
  END IF;
END;
$$;
"""

YEAR_OF_DAY = "extract(year FROM {r}.held_on)::int"

# table, condition on the row under which it counts, and the unit and year it belongs to
SEALED = [
    ("activities_activity", "{r}.state <> 'draft' AND {r}.held_on IS NOT NULL",
     f"SELECT {{r}}.unit_id, {YEAR_OF_DAY}"),
    ("activities_activityfile", "TRUE",
     "SELECT a.unit_id, extract(year FROM a.held_on)::int FROM activities_activity a"
     " WHERE a.id = {r}.activity_id AND a.state <> 'draft' AND a.held_on IS NOT NULL"),
    ("activities_cohost", "TRUE",
     "SELECT a.unit_id, extract(year FROM a.held_on)::int FROM activities_activity a"
     " WHERE a.id = {r}.activity_id AND a.state <> 'draft' AND a.held_on IS NOT NULL"),
    ("activities_credit", "TRUE", f"SELECT {{r}}.unit_id, {YEAR_OF_DAY}"),
    ("activities_obligationrelief", "TRUE", "SELECT {r}.unit_id, {r}.year::int"),
    ("activities_obligationwindow", "TRUE", "SELECT {r}.city_id, {r}.year::int"),
    ("activities_taskwork", "TRUE",
     "SELECT {r}.unit_id, p.year::int FROM activities_plantask t"
     " JOIN activities_plannode n ON n.id = t.node_id"
     " JOIN activities_workplan p ON p.id = n.plan_id WHERE t.id = {r}.task_id"),
    ("committees_fivehavescheck", "{r}.state <> 'draft'", "SELECT {r}.unit_id, {r}.year::int"),
    ("committees_fivehavesanswer", "TRUE",
     "SELECT c.unit_id, c.year::int FROM committees_fivehavescheck c"
     " WHERE c.id = {r}.check_of_id AND c.state <> 'draft'"),
]  # fmt: skip


def triggers() -> str:
    made = []
    for table, counts, belongs in SEALED:
        old, new = (
            f"""IF {counts.format(r=row)} THEN
      FOR holder, held IN {belongs.format(r=row)} LOOP
        PERFORM evaluations_refuse_sealed(holder, held);
      END LOOP;
    END IF;"""
            for row in ("OLD", "NEW")
        )
        made.append(f"""
CREATE FUNCTION seal_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE holder bigint; held int;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    {old}
  END IF;
  IF TG_OP <> 'DELETE' THEN
    {new}
    RETURN NEW;
  END IF;
  RETURN OLD;
END;
$$;
CREATE TRIGGER keep_sealed BEFORE INSERT OR UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION seal_{table}();
""")
    return "".join(made)


def removal() -> str:
    lines = [
        f"DROP TRIGGER keep_sealed ON {table}; DROP FUNCTION seal_{table}();"
        for table, _, _ in SEALED
    ]
    return "\n".join([*lines, "DROP FUNCTION evaluations_refuse_sealed(bigint, int);"])


class Migration(migrations.Migration):
    dependencies = [
        ("evaluations", "0001_initial"),
        ("activities", "0002_standard_kinds"),
        ("committees", "0002_initial"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(triggers(), removal()),
    ]
