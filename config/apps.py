from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self):
        from . import messages, triggers  # noqa: F401  triggers registers its check

        messages.compile_stale()
