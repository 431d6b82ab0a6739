from django.db import migrations

# The row's own key stands in `rank` for a moment: that is how each finds its sign-up.
SIGN_UPS = """
INSERT INTO events_signup (
    event_id, session_id, resident_id, seats, companions, may_split, state, rank, passed_over, missed, at, by_id,
    offered_seats, placed_at, ended_at, ended_by_id, "end"
)
SELECT s.event_id, r.session_id, r.resident_id, 1, 0, FALSE,
       CASE WHEN r.cancelled_at IS NULL THEN 'placed' ELSE 'ended' END, r.id, 0, 0, r.at, r.by_id,
       0, r.at, r.cancelled_at, r.cancelled_by_id,
       CASE WHEN r.cancelled_at IS NULL THEN '' ELSE 'withdrew' END
FROM events_registration r JOIN events_session s ON s.id = r.session_id
WHERE r.sign_up_id IS NULL
"""
LINK = """
UPDATE events_registration SET sign_up_id = (
    SELECT u.id FROM events_signup u
    WHERE u.rank = events_registration.id AND u.session_id = events_registration.session_id
      AND u.resident_id = events_registration.resident_id
)
WHERE sign_up_id IS NULL
"""


def give(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(SIGN_UPS)
        if schema_editor.connection.vendor == "postgresql":  # no index is made over checks still to come
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("CREATE INDEX events_signup_of_old ON events_signup (rank)")
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute("ANALYZE events_signup")
        cursor.execute(LINK)
        cursor.execute("DROP INDEX events_signup_of_old")


class Migration(migrations.Migration):
    dependencies = [("events", "0007_follow_sign_ups")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop, elidable=True)]
