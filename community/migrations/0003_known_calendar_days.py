from django.db import migrations


def add_known_days(apps, schema_editor):
    from community.working_days import known_days

    day = apps.get_model("community", "CalendarDay")
    day.objects.bulk_create([day(day=on, kind=kind, name=name) for on, kind, name in known_days()])


class Migration(migrations.Migration):
    dependencies = [("community", "0002_posts_and_triggers")]
    operations = [migrations.RunPython(add_known_days, migrations.RunPython.noop)]
