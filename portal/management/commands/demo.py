import json
import os
import secrets
from datetime import date

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from config.commands import BaseCommand
from config.errors import DomainError
from portal.demo.build import SCALES, build

FILE = "demo.json"


class Command(BaseCommand):
    help = _(
        "Fill an empty database with seven communities and invented people. For looking at and for tests, never for"
        " real work."
    )

    def add_arguments(self, parser):
        parser.add_argument("--scale", choices=SCALES, default="town")
        parser.add_argument(
            "--until",
            type=date.fromisoformat,
            default=None,
            metavar="DATE",
            help=_("The demo's today (default: today)."),
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--residents", type=int, default=None, metavar="N", help=_("How many people in all.")
        )

        parser.add_argument(
            "--transfers", type=int, default=0, metavar="N", help=_("How many points transfers on top.")
        )

    def handle(self, *, scale, until, seed, residents, transfers, verbosity, **options):
        password = os.environ.get("DEMO_PASSWORD") or kept_password() or secrets.token_urlsafe(9)
        try:
            with translation.override(settings.LANGUAGE_CODE):  # whatever the terminal speaks
                people = build(
                    scale=scale,
                    until=until or timezone.localdate(),
                    seed=seed,
                    password=password,
                    residents=residents,
                    transfers=transfers,
                    tell=self.tell if verbosity > 1 else lambda text: None,
                )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        write_sign_ins(password, people)
        if verbosity:
            words = {"count": len(people), "file": settings.VAR_DIR / FILE}
            self.stdout.write(_("%(count)s people to sign in as: see %(file)s") % words)


def kept_password() -> str | None:
    try:
        return json.loads((settings.VAR_DIR / FILE).read_text())["password"]
    except (OSError, ValueError, KeyError):
        return None


def write_sign_ins(password: str, people: list[dict]) -> None:
    """Password and people, readable by the owner alone."""
    file = settings.VAR_DIR / FILE
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(
        os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as stream:
        json.dump({"password": password, "people": people}, stream, ensure_ascii=False, indent=1)
    part.replace(file)
