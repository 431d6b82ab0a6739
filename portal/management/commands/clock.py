import signal
import threading

from django.utils.translation import gettext_lazy as _

from config.commands import BaseCommand
from portal import clock


class Command(BaseCommand):
    help = _("Do what is due, minute by minute, until stopped. With SQLite the server does this itself.")

    def handle(self, **options):
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        clock.tick(stop)
