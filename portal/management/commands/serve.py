import json
import os

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from community.models import Role
from config import env, installation
from config.commands import BaseCommand
from config.errors import DomainError
from config.place import Place, Running
from portal import asking, serving, setup
from portal.demo import cast
from portal.demo.build import SCALES

from . import demo


class Command(BaseCommand):
    help = _("Prepare the data and serve them; what script/server runs. HOST and PORT say where.")

    def add_arguments(self, parser):
        parser.add_argument("--real", action="store_true", help=_("an empty installation, no demo data"))

    def handle(self, *, real, **options):
        os.umask(0o027)  # what is made here is nobody else's to read
        try:
            place = Place(settings.VAR_DIR)
        except Running as running:
            self.say_running(str(running))
            return
        try:
            self.run_server(place, real)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal

    def say_running(self, address):
        if not address:
            said = _("The portal on these data (%(folder)s) is just starting.")
            self.stdout.write(said % {"folder": settings.VAR_DIR})
            return
        self.stdout.write(
            _("The portal on these data is running already: %(address)s") % {"address": address}
        )
        self.say_sign_ins()

    def run_server(self, place, real):
        host, port = env.text("HOST", "127.0.0.1"), env.number("PORT", 8000, lowest=1, highest=65535)
        listening = serving.take_port(host, port)
        self.tell(_("Preparing %(folder)s …") % {"folder": settings.VAR_DIR})
        serving.prepare()
        self.fill(real)
        if installation.is_demo() and host in {"0.0.0.0", "::"} and not env.text("ALLOWED_HOSTS"):
            settings.ALLOWED_HOSTS = ["*"]  # nothing to steal; a real installation names its hosts
        address = serving.address_of(host, port)
        place.say(address)
        said = _("The portal: %(address)s   (stop it with Ctrl-C)") % {"address": address}
        self.stdout.write(f"\n{said}")
        if connection.vendor != "sqlite":
            self.stdout.write(_("The clock is a process of its own here: manage.py clock"))
        self.say_sign_ins()
        self.stdout.flush()
        serving.serve(listening)

    def fill(self, real):
        """Demo data for an empty place, or with --real the operator and the first community."""
        if real and installation.is_demo():
            raise DomainError(
                _(
                    "%(folder)s holds demo data, which never become real."
                    " Name an empty place: VAR_DIR=/srv/portal script/server --real"
                )
                % {"folder": settings.VAR_DIR}
            )
        if not setup.is_empty():
            self.renew_demo_password()
            return
        if real:
            setup.make_real(operator=asking.ask(asking.OPERATOR), community=asking.ask(asking.COMMUNITY))
        else:
            self.tell(_("Making demo data, up to a minute …"))
            call_command("demo", scale=env.choice("DEMO_SCALE", "town", SCALES), verbosity=0)

    def renew_demo_password(self):
        """Another DEMO_PASSWORD than last time holds from now on."""
        file, password = settings.VAR_DIR / demo.FILE, env.text("DEMO_PASSWORD")
        if not (password and installation.is_demo() and file.exists()):
            return
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["password"] != password:
            able = User.objects.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
            able.update(password=make_password(password))
            demo.write_sign_ins(password, kept["people"])

    def say_sign_ins(self):
        file = settings.VAR_DIR / demo.FILE
        if not file.exists() or not installation.is_demo():
            return
        kept = json.loads(file.read_text(encoding="utf-8"))
        labels = dict(Role.choices) | cast.LABELS
        said = _("Demo sign-ins, the password of all is: %(password)s") % {"password": kept["password"]}
        self.stdout.write(f"\n{said}")
        for person in kept["people"]:
            role = labels.get(person["role"], person["role"])
            self.stdout.write(
                f"  {person['login']:<20} {role}  {person['name']}  {person.get('community', '')}"
            )
        self.stdout.write("")
