from django.apps import AppConfig
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
        from . import triggers  # noqa: F401  registers its check
