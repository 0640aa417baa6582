"""The days worked beside the week moved to committees, table and all."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0004_minutes_drafts"),
        ("committees", "0003_special_days"),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="SpecialDay")]
        )
    ]
