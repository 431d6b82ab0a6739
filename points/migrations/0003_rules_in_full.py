from django.db import migrations, models

import points.models.rules
from config.triggers import LiftTriggers


class Migration(migrations.Migration):
    dependencies = [("community", "0005_date_what_organisations_cover"), ("points", "0002_lapse_notices")]

    operations = [
        LiftTriggers("points"),
        migrations.AddField(
            model_name="rule",
            name="ground",
            field=models.CharField(
                blank=True,
                choices=[
                    ("no_show", "signed up and stayed away without excuse"),
                    ("false_claim", "a claim proven false"),
                    ("misuse", "goods of the scheme misused or sold on"),
                ],
                default="",
                max_length=12,
                verbose_name="ground of a deduction",
            ),
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="approver",
            field=models.CharField(
                choices=[
                    ("system", "the portal, by itself"),
                    ("leader", "the leader of the activity"),
                    ("grid_worker", "the grid worker"),
                    ("community", "the community"),
                    ("committee", "the review group"),
                ],
                default="community",
                max_length=12,
                verbose_name="who approves",
            ),
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="cap_day",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="at most in a day"),
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="cap_month",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="at most in a month"),
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="cap_week",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="at most in a week"),
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="cap_year",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="at most in a year"),
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="decision",
            field=models.FileField(
                blank=True, upload_to=points.models.rules.decision_name, verbose_name="file of the decision"
            ),
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="decision_url",
            field=models.URLField(blank=True, verbose_name="address of the decision"),
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="evidence",
            field=models.CharField(
                choices=[
                    ("none", "none"),
                    ("sign_in", "sign-in record"),
                    ("photo", "photo"),
                    ("form", "form filled in"),
                    ("certificate", "certificate"),
                    ("record", "minutes or decision"),
                ],
                default="none",
                max_length=12,
                verbose_name="evidence",
            ),
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="for_household",
            field=models.BooleanField(default=False, verbose_name="for the household as a whole"),
        ),
        migrations.AlterField(
            model_name="rule",
            name="category",
            field=models.CharField(
                choices=[
                    ("volunteer", "volunteer service"),
                    ("environment", "environment"),
                    ("deliberation", "taking part in public affairs"),
                    ("safety", "safety"),
                    ("morality", "good conduct"),
                    ("culture", "culture and learning"),
                    ("conduct", "conduct inside the scheme (deductions)"),
                ],
                max_length=12,
                verbose_name="category",
            ),
        ),
        migrations.AlterField(
            model_name="ruleversion",
            name="per",
            field=models.CharField(
                choices=[
                    ("time", "a time"),
                    ("hour", "an hour"),
                    ("visit", "a visit"),
                    ("half_day", "half a day"),
                    ("month", "a month"),
                    ("quarter", "a quarter"),
                    ("year", "a year"),
                    ("item", "an item"),
                    ("case", "a case"),
                    ("claimed", "a point wrongly claimed"),
                ],
                default="time",
                max_length=8,
                verbose_name="per",
            ),
        ),
    ]
