from django.core.management.base import BaseCommand, CommandError

from config.errors import DomainError
from portal import asking, setup


class Command(BaseCommand):
    help = (
        "Make the first account of a real installation, with a post at the root. Asks, or reads OPERATOR_*."
    )

    def add_arguments(self, parser):
        parser.add_argument("--name")
        parser.add_argument("--username")

    def handle(self, *, name, username, **options):
        try:
            answers = asking.ask(asking.OPERATOR, {"name": name, "username": username})
            user = setup.make_first_operator(**answers)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{user.username} can sign in at /accounts/login/ and appoint others in /admin/.")
