"""What our commands have in common."""

from django.core.management import base


class BaseCommand(base.BaseCommand):
    """`help` may be a text to be translated; `tell` says how things go, beside the output and without alarm."""

    def create_parser(self, prog_name, subcommand, **kwargs):
        self.help = str(self.help)  # argparse takes plain text only
        return super().create_parser(prog_name, subcommand, **kwargs)

    def tell(self, text: str) -> None:
        self.stderr.write(str(text), str)
