from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from config import triggers


class Command(BaseCommand):
    help = "Name the declared triggers that are missing in the database; --install creates them."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--install", action="store_true", help="create every declared trigger anew")

    def handle(self, *args, install, **options):
        if install:
            with transaction.atomic():
                triggers.install(connection)
        names = triggers.missing(connection)
        if names:
            raise CommandError(f"Missing or altered: {', '.join(names)}.")
        self.stdout.write(f"All {len(triggers.declared())} triggers are in place.")
