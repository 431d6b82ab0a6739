from django.core.management.base import CommandError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from config import triggers
from config.commands import BaseCommand


class Command(BaseCommand):
    help = _("Name the declared triggers that are missing in the database; --install creates them.")
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--install", action="store_true", help=_("create every declared trigger anew"))

    def handle(self, *args, install, **options):
        if install:
            with transaction.atomic():
                triggers.install(connection)
        names = triggers.missing(connection)
        if names:
            raise CommandError(_("Missing or altered: %(names)s.") % {"names": ", ".join(names)})
        count = {"count": len(triggers.declared())}
        self.stdout.write(_("All %(count)s triggers are in place.") % count)
