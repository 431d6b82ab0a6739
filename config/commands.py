"""What our commands have in common."""

import sys

from django.core.management import base


class BaseCommand(base.BaseCommand):
    """`help` may be a text to be translated; `tell` says how things go, beside the output and without alarm."""

    def create_parser(self, prog_name, subcommand, **kwargs):
        self.help = str(self.help)  # argparse takes plain text only
        return super().create_parser(prog_name, subcommand, **kwargs)

    def execute(self, *args, **options):
        """At the terminal a refusal is its sentence alone, without the name of a Python class before it."""
        try:
            return super().execute(*args, **options)
        except base.CommandError as refusal:
            if not self._called_from_command_line or options.get("traceback"):
                raise
            self.stderr.write(str(refusal))
            sys.exit(refusal.returncode)

    def tell(self, text: str) -> None:
        self.stderr.write(str(text), str)
