from django.db import migrations, models

KINDS = [
    ("people", "五老名册"),
    ("posts", "班子名单"),
    ("units", "单位名单"),
    ("accounts", "账号名单"),
    ("five_haves", "“五有”自查"),
    ("studios", "老园丁工作室"),
    ("courses", "课程菜单"),
    ("lectures", "宣讲预约"),
    ("appointments", "聘任"),
    ("teams", "讲师团"),
]


class Migration(migrations.Migration):
    dependencies = [("committees", "0004_lists_that_come_back")]

    operations = [
        migrations.RemoveConstraint(model_name="returnedsheet", name="returned_kind_is_known"),
        migrations.AlterField(
            model_name="returnedsheet",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=12),
        ),
        migrations.AddConstraint(
            model_name="returnedsheet",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [value for value, _ in KINDS])),
                name="returned_kind_is_known",
            ),
        ),
    ]
