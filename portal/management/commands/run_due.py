from django.core.management.base import BaseCommand, CommandError

from config.due import run_due
from config.models import DueRun
from portal.wiring import DUE


class Command(BaseCommand):
    help = "Do once what is due now and not done yet. Safe to run at any time and several at once."

    def handle(self, **options):
        ran = run_due(DUE)
        for name, result, note in ran:
            self.stdout.write(f"{name}: {result}{f' ({note})' if note else ''}")
        if not ran:
            self.stdout.write("Nothing is due.")
        if any(result == DueRun.FAILED for _name, result, _note in ran):
            raise CommandError("A job failed; it is tried again in ten minutes, three times in all.")
