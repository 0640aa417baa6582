"""The days worked beside the week: counted for records and for public lists alike.

The table was made by activities; it moves with its rows, since both apps above read it now.
"""

import django.db.models.deletion
from django.db import migrations, models

TO_HERE = "ALTER TABLE activities_specialday RENAME TO committees_specialday"
BACK = "ALTER TABLE committees_specialday RENAME TO activities_specialday"


class Migration(migrations.Migration):
    dependencies = [
        ("committees", "0002_initial"),
        ("activities", "0003_standard_fields"),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TO_HERE, BACK)],
            state_operations=[
                migrations.CreateModel(
                    name="SpecialDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="日期")),
                        ("is_workday", models.BooleanField(verbose_name="上班")),
                        ("name", models.CharField(max_length=20, verbose_name="名称")),
                        (
                            "city",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="committees.unit",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["day"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("city", "day"),
                                name="special_day_once",
                                violation_error_message="这一天已经登记过，先去掉再改",
                            )
                        ],
                    },
                )
            ],
        )
    ]
