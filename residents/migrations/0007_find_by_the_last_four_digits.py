from django.db import migrations, models
from django.db.models import Q

from config.crypto import TailField


class Migration(migrations.Migration):
    dependencies = [("residents", "0006_let_people_act_for_others")]

    operations = [
        migrations.AddField("resident", "id_tail", TailField(source="id_number")),
        migrations.AddField("resident", "phone_tail", TailField(source="phone")),
        migrations.AddIndex(
            "resident",
            models.Index(fields=["id_tail", "path"], condition=Q(left_on=None), name="resident_id_tail"),
        ),
        migrations.AddIndex(
            "resident",
            models.Index(
                fields=["phone_tail", "path"], condition=Q(left_on=None), name="resident_phone_tail"
            ),
        ),
    ]
