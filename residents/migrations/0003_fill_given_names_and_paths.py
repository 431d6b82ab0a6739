from django.db import migrations
from django.db.models import OuterRef, Subquery

from residents.pinyin import given

SIZE = 2000


def fill(apps, schema_editor):
    people = apps.get_model("residents", "Resident").objects.order_by("pk").only("name", "name_pinyin")
    last = 0
    while rows := list(people.filter(pk__gt=last)[:SIZE]):
        last = rows[-1].pk
        for row in rows:
            row.given_pinyin = given(row.name, row.name_pinyin)
        people.bulk_update(rows, ["given_pinyin"], batch_size=SIZE // 4)
    path = apps.get_model("residents", "Resident").objects.filter(pk=OuterRef("resident")).values("path")
    apps.get_model("residents", "ResidentTag").objects.update(path=Subquery(path))


class Migration(migrations.Migration):
    dependencies = [("residents", "0002_given_names_and_lists")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
