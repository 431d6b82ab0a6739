import signal
import threading

from django.core.management.base import BaseCommand

from portal import clock


class Command(BaseCommand):
    help = "Do what is due, minute by minute, until stopped. With SQLite the server does this itself."

    def handle(self, **options):
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        clock.tick(stop)
