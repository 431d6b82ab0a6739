from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext_lazy as _

from config import backup
from config.commands import BaseCommand
from config.errors import DomainError


class Command(BaseCommand):
    help = _("Write database and uploads to one FILE. The server may go on running. Keys are never inside.")

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        try:
            manifest = backup.make(file.absolute())
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        size = file.stat().st_size / 2**20
        words = {"file": file, "count": len(manifest["members"]), "size": f"{size:.1f}"}
        self.stdout.write(_("%(file)s: %(count)s files, %(size)s MB.") % words)
        self.stderr.write(
            _(
                "THE KEYS ARE NOT IN IT. Without them (%(keys)s) phone and ID numbers stay closed for ever: keep a copy"
                " of DATA_KEYS, or of keys.json in VAR_DIR, in another place than the backups."
            )
            % {"keys": ", ".join(manifest["keys"])}
        )
