import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from config import backup, rotation
from config.errors import DomainError
from config.triggers import refuse_to_start_without


class Command(BaseCommand):
    help = "Put the data of a backup FILE here. Stop the server first. The file is checked before anything changes."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="lose the data that are here")

    def handle(self, *, file, replace, **options):
        os.umask(0o027)
        try:
            manifest = backup.restore(file.absolute(), replace=replace)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        refuse_to_start_without()
        self.stdout.write(
            f"Restored what was saved on {manifest['made_at']} ({manifest['holds'] or 'empty'})."
        )
        closed = rotation.closed_values()
        if closed:
            self.stderr.write(
                f"THE KEYS HERE DO NOT OPEN IT: {', '.join(closed)}. Keys are never in a backup: put"
                f" {', '.join(manifest['keys'])} into DATA_KEYS (or var/keys.json) before anybody works with these data."
            )
