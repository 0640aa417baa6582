"""The search also knows the lectures: topic and host, the course, the place, who gives it.

A mentor or host who is renamed is found under the new name from the lecture's next change on.
"""

from django.db import migrations, models

KINDS = [(1, "单位"), (2, "人"), (3, "工作要点"), (4, "简报"), (5, "活动记录"), (6, "要点任务"),
         (7, "老园丁工作室"), (8, "合作伙伴"), (9, "宣讲")]  # fmt: skip
KEEP = """search_keep(9, {r}.id, {r}.id, {r}.day,
  (SELECT t.name FROM activities_lecturetopic t WHERE t.id = {r}.topic_id) || '，' ||
    (SELECT u.name FROM committees_unit u WHERE u.id = {r}.unit_id),
  concat_ws(' ', (SELECT c.title FROM activities_lecturecourse c WHERE c.id = {r}.course_id),
    (SELECT p.name FROM activities_mentor m JOIN committees_person p ON p.id = m.person_id
      WHERE m.id = {r}.mentor_id),
    {r}.place, {r}.audience_words, {r}.number))"""

TRIGGER = f"""
CREATE FUNCTION search_activities_lecture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM web_searchentry WHERE kind = 9 AND target_id = OLD.id;
  ELSE
    PERFORM {KEEP.format(r="NEW")};
  END IF;
  RETURN NULL;
END;
$$;
CREATE TRIGGER keep_search AFTER INSERT OR DELETE OR UPDATE
  OF topic_id, unit_id, course_id, mentor_id, place, audience_words, number, day
  ON activities_lecture FOR EACH ROW EXECUTE FUNCTION search_activities_lecture();
SELECT {KEEP.format(r="lecture")} FROM activities_lecture lecture;
"""
REMOVAL = """
DROP TRIGGER keep_search ON activities_lecture;
DROP FUNCTION search_activities_lecture();
DELETE FROM web_searchentry WHERE kind = 9;
"""


class Migration(migrations.Migration):
    dependencies = [("web", "0003_more_found"), ("activities", "0003_standard_fields")]

    operations = [
        migrations.RemoveConstraint(model_name="searchentry", name="found_kind_is_known"),
        migrations.AlterField(
            model_name="searchentry",
            name="kind",
            field=models.PositiveSmallIntegerField(choices=KINDS),
        ),
        migrations.AddConstraint(
            model_name="searchentry",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=[kind for kind, _ in KINDS]),
                name="found_kind_is_known",
            ),
        ),
        migrations.RunSQL(TRIGGER, REMOVAL),
    ]
