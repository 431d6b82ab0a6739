from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0005_date_what_organisations_cover"),
        ("points", "0007_index_only_what_ends_another"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="transfer",
            name="only_a_reversal_takes_back",
        ),
        migrations.RemoveConstraint(
            model_name="transfer",
            name="transfer_has_one_holder",
        ),
        migrations.RemoveConstraint(
            model_name="transfer",
            name="an_award_is_taken_back_once",
        ),
        migrations.AlterField(
            model_name="transfer",
            name="kind",
            field=models.CharField(
                choices=[
                    ("award", "awarded"),
                    ("withhold", "withheld for points taken back"),
                    ("reverse", "taken back"),
                    ("reserve", "reserved"),
                    ("post", "redeemed"),
                    ("void", "reservation lifted"),
                    ("expire", "expired"),
                    ("deduct", "deducted by a rule of conduct"),
                    ("restore", "deduction lifted"),
                    ("refund", "given back for goods brought back"),
                    ("carry_out", "moved to the merged account"),
                    ("carry_in", "moved from the merged account"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(
                condition=models.Q(("reverses__isnull", False)), fields=["reverses"], name="transfer_undone"
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("debit", models.F("credit")), _negated=True),
                    models.Q(
                        models.Q(
                            ("holder", models.F("credit")),
                            ("kind__in", ["award", "restore", "refund", "carry_in"]),
                        ),
                        models.Q(
                            ("holder", models.F("debit")),
                            (
                                "kind__in",
                                [
                                    "withhold",
                                    "reverse",
                                    "reserve",
                                    "post",
                                    "void",
                                    "expire",
                                    "deduct",
                                    "carry_out",
                                ],
                            ),
                        ),
                        _connector="OR",
                    ),
                ),
                name="transfer_has_one_holder",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["reverse", "refund"]), ("reverses__isnull", False)),
                    models.Q(
                        ("reverses", None), models.Q(("kind__in", ["reverse", "refund"]), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="only_a_reversal_takes_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "reverse")),
                fields=("reverses",),
                name="an_award_is_taken_back_once",
            ),
        ),
    ]
