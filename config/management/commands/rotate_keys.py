from django.core.management.base import CommandError
from django.utils.translation import gettext_lazy as _

from config import rotation
from config.commands import BaseCommand
from config.crypto import WrongKey


class Command(BaseCommand):
    help = _(
        "Write every encrypted value anew under the first key of DATA_KEYS. Put the new key first, keep the old one"
        " behind it, restart the server, run this; when it is done the old key is only needed for old backups."
    )

    def handle(self, **options):
        done = {}
        try:
            for table, rows in rotation.rotate():
                done[table] = done.get(table, 0) + rows
        except WrongKey as error:
            raise CommandError(
                f"{error} " + _("Add the key it was written with to DATA_KEYS and run this again.")
            ) from error
        for table, rows in done.items():
            self.stdout.write(_("%(table)s: %(rows)s rows") % {"table": table, "rows": rows})
        self.stdout.write(_("Every value is under the first key."))
