from django.conf import settings

from config.triggers import append_only

# Logs are kept six months at least (CSL Art. 23); until then the database lets no row go.
KEEP_DAYS = settings.LOG_MONTHS * 30 + settings.LOG_MONTHS // 2

TRIGGERS = [
    *append_only("accounts_activity", keep_days=KEEP_DAYS),
    *append_only("accounts_look", keep_days=KEEP_DAYS),
]
