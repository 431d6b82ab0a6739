"""The language of the terminal: Chinese, unless LANGUAGE, LC_ALL, LC_MESSAGES or LANG asks for English.

Pages speak the language their visitor chose; this is for whoever runs the commands.
"""

import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

CHINESE, ENGLISH = "zh-hans", "en"
LOCALE = Path(__file__).resolve().parent.parent / "locale"
at_terminal = False  # a command was started by hand or by cron, not a test or another server


def wanted() -> str:
    """The first of the variables that says anything decides, as with other programs."""
    said = (os.environ.get(name) for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    return ENGLISH if next(filter(None, said), "").lower().startswith("en") else CHINESE


def gettext(message: str) -> str:
    """For what is said while the settings are read; everything later asks Django's own."""
    if wanted() == ENGLISH:
        return message
    import polib  # only when there is something to say

    catalogue = polib.pofile(str(LOCALE / "config" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
    found = catalogue.find(message)
    return (found and found.msgstr) or message


def _tables_are_missing(error: Exception) -> bool:
    """A table or column that no migration has made yet, in the words of SQLite or by PostgreSQL's code."""
    code = getattr(error.__cause__, "sqlstate", "")
    return code in {"42P01", "42703"} or str(error).startswith(("no such table", "no such column"))


def run(arguments: list[str]) -> None:
    """What manage.py does: a wrong setting is one sentence, Ctrl-C an end without a traceback."""
    global at_terminal
    at_terminal = True
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, ProgrammingError

    try:
        execute_from_command_line(arguments)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except (OperationalError, ProgrammingError) as error:
        if "--traceback" in arguments:
            raise
        if _tables_are_missing(error):
            sys.exit(gettext("The database is not set up for this version: run “manage.py migrate” first."))
        if isinstance(error, ProgrammingError):
            raise
        reason = " ".join(str(error).split())
        sys.exit(gettext("The database cannot do this just now: %(reason)s") % {"reason": reason})
    except KeyboardInterrupt:
        sys.exit(130)
