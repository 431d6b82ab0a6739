from django.apps import AppConfig
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = _("System")

    def import_models(self):
        """Compile before any room's models are read: some of them look a text up while they load."""
        from . import messages

        messages.compile_stale()
        super().import_models()

    def ready(self):
        from . import tongue, triggers  # noqa: F401  the latter registers its check

        if tongue.at_terminal:  # the first room to be ready: the others may have something to say
            translation.activate(tongue.wanted())
