"""The kinds of activity a portal starts with; a bureau edits them afterwards as data."""

from django.db import migrations

from activities.choices import STANDARD_KINDS


def add_kinds(apps, schema_editor):
    kinds = apps.get_model("activities", "ActivityKind")
    for slug, name, hint, position, is_common in STANDARD_KINDS:
        kinds.objects.get_or_create(
            slug=slug,
            defaults={"name": name, "hint": hint, "position": position, "is_common": is_common},
        )


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_initial")]
    operations = [migrations.RunPython(add_kinds, migrations.RunPython.noop)]
