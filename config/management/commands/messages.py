from django.core.management.base import BaseCommand, CommandError

from config import messages


class Command(BaseCommand):
    help = "Bring the catalogues of translations up to the code; --check only says what is missing."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="change nothing, fail when incomplete")
        parser.add_argument("--room", help="this room's catalogue only")

    def handle(self, *, check, room, **options):
        if not check:
            for name, (added, removed) in messages.update(room).items():
                if added or removed:
                    self.stdout.write(f"{name}: {added} added, {removed} removed")
        found = [line for line in messages.problems() if not room or line.startswith(f"{room}:")]
        for line in found:
            self.stdout.write(line)
        if found and check:
            raise CommandError(
                f"{len(found)} translations want work: run manage.py messages, then fill them in."
            )
        self.stdout.write("All messages are translated." if not found else f"{len(found)} to do.")
