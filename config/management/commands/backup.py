from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from config import backup
from config.errors import DomainError


class Command(BaseCommand):
    help = "Write database and uploads to one FILE. The server may go on running. Keys are never inside."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        try:
            manifest = backup.make(file.absolute())
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        size = file.stat().st_size / 2**20
        self.stdout.write(f"{file}: {len(manifest['members'])} files, {size:.1f} MB.")
        self.stderr.write(
            f"THE KEYS ARE NOT IN IT. Without them ({', '.join(manifest['keys'])}) phone and ID numbers stay closed for"
            " ever: keep a copy of DATA_KEYS, or of var/keys.json, in another place than the backups."
        )
