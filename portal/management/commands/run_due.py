from django.core.management.base import CommandError
from django.utils.translation import gettext_lazy as _

from config.commands import BaseCommand
from config.due import run_due
from config.models import DueRun
from portal.wiring import DUE


class Command(BaseCommand):
    help = _("Do once what is due now and not done yet. Safe to run at any time and several at once.")

    def handle(self, **options):
        ran, results = run_due(DUE), dict(DueRun._meta.get_field("result").choices)
        for name, result, note in ran:
            self.stdout.write(f"{name}: {results[result]}{f' ({note})' if note else ''}")
        if not ran:
            self.stdout.write(_("Nothing is due."))
        if any(result == DueRun.FAILED for _name, result, _note in ran):
            raise CommandError(_("A job failed; it is tried again in ten minutes, three times in all."))
