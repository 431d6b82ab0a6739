from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0002_index_lists_of_a_community")]

    operations = [
        migrations.AddIndex(
            model_name="servicerecord",
            index=models.Index(
                condition=models.Q(("withdrawn_at", None)),
                fields=["volunteer", "ends_at", "starts_at"],
                name="service_at_a_time",
            ),
        ),
    ]
