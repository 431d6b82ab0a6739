import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("points", "0004_move_caps")]

    operations = [
        migrations.RemoveConstraint(
            model_name="owed",
            name="owed_is_paid_off",
        ),
        migrations.RemoveConstraint(
            model_name="ruleversion",
            name="rule_cap_has_a_period",
        ),
        migrations.RemoveConstraint(
            model_name="transfer",
            name="transfer_has_one_holder",
        ),
        migrations.RemoveConstraint(
            model_name="transfer",
            name="award_has_a_rule",
        ),
        migrations.RemoveField(
            model_name="ruleversion",
            name="cap",
        ),
        migrations.RemoveField(
            model_name="ruleversion",
            name="cap_period",
        ),
        migrations.AddField(
            model_name="owed",
            name="day",
            field=models.DateField(blank=True, null=True, verbose_name="for the day"),
        ),
        migrations.AddField(
            model_name="owed",
            name="forgiven",
            field=models.PositiveIntegerField(default=0, verbose_name="points forgiven"),
        ),
        migrations.AddField(
            model_name="owed",
            name="key",
            field=models.CharField(
                blank=True, max_length=80, null=True, unique=True, verbose_name="key of the deduction"
            ),
        ),
        migrations.AddField(
            model_name="owed",
            name="rule",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="points.ruleversion",
                verbose_name="rule",
            ),
        ),
        migrations.AlterField(
            model_name="owed",
            name="award",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="owed",
                to="points.transfer",
                verbose_name="award taken back",
            ),
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
                    ("carry_out", "moved to the merged account"),
                    ("carry_in", "moved from the merged account"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="owed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gt", 0),
                    ("forgiven__gte", 0),
                    ("left__gte", 0),
                    (
                        "left__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("amount"), "-", models.F("forgiven")
                        ),
                    ),
                ),
                name="owed_is_paid_off",
            ),
        ),
        migrations.AddConstraint(
            model_name="owed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("award__isnull", False), ("day", None), ("key", None), ("rule", None)),
                    models.Q(
                        ("award", None),
                        ("day__isnull", False),
                        ("key__isnull", False),
                        ("rule__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="owed_for_an_award_or_a_deduction",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("category", "conduct"), ("ground__in", ["no_show", "false_claim", "misuse"])),
                    models.Q(models.Q(("category", "conduct"), _negated=True), ("ground", "")),
                    _connector="OR",
                ),
                name="deductions_are_for_conduct_in_the_scheme",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cap_day", None), ("cap_day__gt", 0), _connector="OR"),
                    models.Q(("cap_week", None), ("cap_week__gt", 0), _connector="OR"),
                    models.Q(("cap_month", None), ("cap_month__gt", 0), _connector="OR"),
                    models.Q(("cap_year", None), ("cap_year__gt", 0), _connector="OR"),
                ),
                name="rule_caps_allow_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("debit", models.F("credit")), _negated=True),
                    models.Q(
                        models.Q(
                            ("holder", models.F("credit")), ("kind__in", ["award", "restore", "carry_in"])
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
                    models.Q(("kind__in", ["award", "deduct"]), _negated=True),
                    ("rule__isnull", False),
                    _connector="OR",
                ),
                name="award_has_a_rule",
            ),
        ),
    ]
