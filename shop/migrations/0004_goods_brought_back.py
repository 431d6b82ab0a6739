import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import residents.identity
from config.triggers import InstallTriggers


class Migration(migrations.Migration):
    dependencies = [
        ("shop", "0003_stock_taking"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Return",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("points", models.PositiveIntegerField(verbose_name="points given back")),
                (
                    "reason",
                    models.CharField(
                        max_length=120, validators=[residents.identity.refuse_numbers], verbose_name="reason"
                    ),
                ),
                ("token", models.CharField(max_length=32, unique=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="shop.order",
                        verbose_name="order",
                    ),
                ),
            ],
            options={
                "verbose_name": "goods brought back",
                "verbose_name_plural": "goods brought back",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="ReturnLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("count", models.PositiveSmallIntegerField(verbose_name="number")),
                ("is_usable", models.BooleanField(verbose_name="can be given out again")),
                (
                    "back",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="shop.return",
                        verbose_name="goods brought back",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returned",
                        to="shop.orderline",
                        verbose_name="line of an order",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of goods brought back",
                "verbose_name_plural": "lines of goods brought back",
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="return",
            index=models.Index(fields=["at"], name="return_of_a_day"),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(("points__gte", 1)), name="a_return_has_points"
            ),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.UniqueConstraint(fields=("back", "line"), name="a_line_once_in_a_return"),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.CheckConstraint(
                condition=models.Q(("count__gte", 1)), name="a_returned_line_has_a_number"
            ),
        ),
        InstallTriggers("shop"),
    ]
