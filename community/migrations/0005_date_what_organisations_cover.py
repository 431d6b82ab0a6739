import django.db.models.deletion
from django.db import migrations, models

OLD_TABLE = "community_organisation_covers"


class Migration(migrations.Migration):
    """The table that Django kept for `Organisation.covers` becomes a model of its own; its rows stay."""

    dependencies = [("community", "0004_pictures_of_organisations_and_posts")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Covering",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="coverings",
                                to="community.organisation",
                                verbose_name="organisation",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="coverings",
                                to="community.unit",
                                verbose_name="unit",
                            ),
                        ),
                    ],
                    options={"db_table": OLD_TABLE, "unique_together": {("organisation", "unit")}},
                ),
                migrations.AlterField(
                    model_name="organisation",
                    name="covers",
                    field=models.ManyToManyField(
                        blank=True,
                        related_name="covered_by",
                        through="community.Covering",
                        to="community.unit",
                        verbose_name="compounds it covers",
                    ),
                ),
            ]
        ),
        migrations.AlterUniqueTogether(name="covering", unique_together=set()),
        migrations.AlterModelTable(name="covering", table=None),
        migrations.AddField(
            model_name="covering",
            name="since",
            field=models.DateField(blank=True, null=True, verbose_name="since"),
        ),
        migrations.AddField(
            model_name="covering",
            name="until",
            field=models.DateField(blank=True, null=True, verbose_name="until"),
        ),
        migrations.AlterModelOptions(
            name="covering",
            options={
                "ordering": ["unit__path", "since", "pk"],
                "verbose_name": "place it covers",
                "verbose_name_plural": "places it covers",
            },
        ),
        migrations.AddConstraint(
            model_name="covering",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("since", None), ("until", None), ("until__gte", models.F("since")), _connector="OR"
                ),
                name="covering_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="covering",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)),
                fields=("organisation", "unit"),
                name="covered_once_at_a_time",
            ),
        ),
    ]
