import sys

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from points.findings import in_words
from points.recount import check_ledger
from portal.wiring import CHECKS


class Command(BaseCommand):
    help = (
        "Recount the points ledger (balances, seals, numbers, private hashes) and the shop (stock, orders, fairs). "
        "Exits with 1 when something does not fit."
    )

    def handle(self, *args, **options):
        check = check_ledger(CHECKS)
        for what, row, wrong in in_words(check.findings):
            self.stderr.write(f"{what} №{row} {wrong}")
        self.stdout.write(
            _("%(transfers)d transfers recounted in %(seconds).1f s: %(found)d mistakes.")
            % {"transfers": check.transfers, "seconds": check.seconds, "found": check.found}
        )
        if check.found:
            sys.exit(1)
