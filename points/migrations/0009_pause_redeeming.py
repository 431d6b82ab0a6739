import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from config.triggers import InstallTriggers, LiftTriggers


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0005_date_what_organisations_cover"),
        ("points", "0008_goods_brought_back"),
        ("residents", "0008_fill_the_last_four_digits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LiftTriggers("points"),
        migrations.CreateModel(
            name="Freeze",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField(verbose_name="paused from")),
                ("until", models.DateField(verbose_name="paused until")),
                ("cause", models.CharField(max_length=60, unique=True, verbose_name="cause")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made at")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="lifted at")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="why it was lifted")),
            ],
            options={
                "verbose_name": "pause of redeeming",
                "verbose_name_plural": "pauses of redeeming",
                "ordering": ["-pk"],
            },
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="freeze_months",
            field=models.PositiveSmallIntegerField(
                default=0,
                validators=[django.core.validators.MaxValueValidator(12)],
                verbose_name="pauses redeeming for so many months",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("freeze_months__lte", 12)), name="rule_pauses_a_year_at_most"
            ),
        ),
        migrations.AddField(
            model_name="freeze",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="community.unit",
                verbose_name="community",
            ),
        ),
        migrations.AddField(
            model_name="freeze",
            name="lifted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="lifted by",
            ),
        ),
        migrations.AddField(
            model_name="freeze",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="freeze",
            name="resident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="freezes",
                to="residents.resident",
                verbose_name="resident",
            ),
        ),
        migrations.AddConstraint(
            model_name="freeze",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("since"))), name="freeze_ends_after_it_begins"
            ),
        ),
        migrations.AddConstraint(
            model_name="freeze",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lifted_at", None), ("lifted_by", None), ("reason", "")),
                    models.Q(
                        ("lifted_at__isnull", False),
                        ("lifted_by__isnull", False),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="freeze_lifted_by_somebody_for_a_reason",
            ),
        ),
        InstallTriggers("points"),
    ]
