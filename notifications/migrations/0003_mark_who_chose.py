from django.db import migrations


def mark(apps, schema_editor):
    chosen = apps.get_model("notifications", "Choice").objects.values("account")
    apps.get_model("accounts", "User").objects.filter(pk__in=chosen).update(has_chosen_channels=True)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_who_chose_channels"),
        ("notifications", "0002_points_as_a_group"),
    ]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
