"""The fields and outlines the standard kinds start with; a bureau edits them afterwards as data."""

from django.db import migrations

from activities.choices import STANDARD_FIELDS, STANDARD_OUTLINES


def add_fields(apps, schema_editor):
    kinds = apps.get_model("activities", "ActivityKind")
    fields = apps.get_model("activities", "KindField")
    for kind in kinds.objects.filter(fields__isnull=True):
        fields.objects.bulk_create(
            fields(kind=kind, label=label, field_type=kept, answers=list(answers), position=place)
            for place, (label, kept, answers) in enumerate(STANDARD_FIELDS.get(kind.slug, []))
        )
        if not kind.outline and kind.slug in STANDARD_OUTLINES:
            kinds.objects.filter(pk=kind.pk).update(outline=STANDARD_OUTLINES[kind.slug])


class Migration(migrations.Migration):
    dependencies = [("activities", "0002_standard_kinds")]
    operations = [migrations.RunPython(add_fields, migrations.RunPython.noop)]
