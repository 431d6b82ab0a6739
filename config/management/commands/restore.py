import os
from datetime import datetime
from pathlib import Path

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config import backup, rotation
from config.commands import BaseCommand
from config.errors import DomainError
from config.triggers import refuse_to_start_without

HOLDS = {"demo": _("demo data"), "real": _("real data"), "": _("no data")}


class Command(BaseCommand):
    help = _(
        "Put the data of a backup FILE here. Stop the server first. The file is checked before anything changes."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help=_("lose the data that are here"))

    def handle(self, *, file, replace, **options):
        os.umask(0o027)
        try:
            manifest = backup.restore(file.absolute(), replace=replace)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        refuse_to_start_without()
        moment = timezone.localtime(datetime.fromisoformat(manifest["made_at"]))
        self.stdout.write(
            _("Restored what was saved on %(moment)s (%(holds)s).")
            % {"moment": f"{moment:%Y-%m-%d %H:%M}", "holds": HOLDS[manifest["holds"]]}
        )
        closed = rotation.closed_values()
        if closed:
            self.stderr.write(
                _(
                    "THE KEYS HERE DO NOT OPEN IT: %(closed)s. Keys are never in a backup: put %(keys)s into DATA_KEYS"
                    " (or keys.json in VAR_DIR) before anybody works with these data."
                )
                % {"closed": ", ".join(closed), "keys": ", ".join(manifest["keys"])}
            )
