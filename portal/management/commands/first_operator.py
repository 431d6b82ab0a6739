from django.core.management.base import CommandError
from django.utils.translation import gettext_lazy as _

from config.commands import BaseCommand
from config.errors import DomainError
from portal import asking, setup


class Command(BaseCommand):
    help = _(
        "Make the first account of a real installation, with a post at the root. Asks, or reads OPERATOR_*."
    )

    def add_arguments(self, parser):
        parser.add_argument("--name")
        parser.add_argument("--username")

    def handle(self, *, name, username, **options):
        try:
            setup.refuse_first_operator()  # before anything is asked
            answers = asking.ask(asking.OPERATOR, {"name": name, "username": username})
            user = setup.make_first_operator(**answers)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        said = _("%(username)s can sign in at /accounts/login/ and appoint others in /admin/.")
        self.stdout.write(said % {"username": user.username})
