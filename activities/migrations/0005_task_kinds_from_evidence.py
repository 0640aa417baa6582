"""A task named its kind of record inside its words; from now on it points at the kind."""

from django.db import migrations


def point_at_kinds(apps, schema_editor):
    kinds = list(apps.get_model("activities", "ActivityKind").objects.all())
    for task in apps.get_model("activities", "PlanTask").objects.exclude(evidence=""):
        named = [kind for kind in kinds if kind.name in task.evidence]
        if named:
            task.kind = max(named, key=lambda kind: len(kind.name))
            task.save(update_fields=["kind"])


class Migration(migrations.Migration):
    dependencies = [("activities", "0004_task_links_and_silence")]
    operations = [migrations.RunPython(point_at_kinds, migrations.RunPython.noop)]
