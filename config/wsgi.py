import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from config.triggers import refuse_to_start_without  # noqa: E402  needs the settings

refuse_to_start_without()
