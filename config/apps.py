from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def import_models(self):
        """Compile before any room's models are read: some of them look a text up while they load."""
        from . import messages

        messages.compile_stale()
        super().import_models()

    def ready(self):
        from . import triggers  # noqa: F401  registers its check
