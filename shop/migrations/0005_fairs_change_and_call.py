from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shop", "0004_goods_brought_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="fair",
            name="called",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="fair",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
    ]
