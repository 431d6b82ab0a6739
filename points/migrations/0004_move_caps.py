from django.db import migrations

PERIODS = ("day", "week", "month", "year")


def to_columns(apps, schema_editor):
    versions = apps.get_model("points", "RuleVersion").objects
    for version in versions.exclude(cap=None):
        versions.filter(pk=version.pk).update(**{f"cap_{version.cap_period}": version.cap})


def to_one(apps, schema_editor):
    versions = apps.get_model("points", "RuleVersion").objects
    for period in PERIODS:
        for version in versions.filter(cap=None).exclude(**{f"cap_{period}": None}):
            cap = getattr(version, f"cap_{period}")
            versions.filter(pk=version.pk).update(cap=cap, cap_period=period)


class Migration(migrations.Migration):
    dependencies = [("points", "0003_rules_in_full")]

    operations = [migrations.RunPython(to_columns, to_one)]
