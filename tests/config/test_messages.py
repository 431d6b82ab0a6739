import os
import threading

import polib
import pytest

from config import messages
from config.messages import Message


@pytest.fixture
def project(tmp_path, settings):
    """A project of two rooms with nothing in it."""
    settings.BASE_DIR = tmp_path
    settings.ROOMS = ["events", "portal"]
    settings.LOCALE_PATHS = [tmp_path / "var" / room for room in settings.ROOMS]
    for folder in ("events", "portal", "templates/events", "templates/account"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def translate(room, **texts):
    file = polib.pofile(str(messages.catalogue_file(room)))
    for entry in file:
        if entry.msgid in texts:
            entry.msgstr = texts[entry.msgid]
    file.save()


def test_python_calls_are_found_under_every_name():
    found = messages.in_python(
        "from django.utils.translation import gettext as _, ngettext_lazy as many, pgettext\n"
        "from django.utils import translation\n"
        "_('One ' 'text'); many('a day', '%(n)s days', 2); pgettext('month', 'May'); translation.gettext('Far')\n"
        "_(variable); other('No'); __('No')\n"
    )
    assert found == {
        Message("One text"),
        Message("a day", "", "%(n)s days"),
        Message("May", "month"),
        Message("Far"),
    }


def test_an_f_string_is_refused_with_its_line():
    with pytest.raises(ValueError, match="line 2"):
        messages.in_python("from django.utils.translation import gettext as _\n_(f'Hello {name}')")


def test_template_tags_are_found():
    found = messages.in_template(
        "{% load i18n %}{% translate 'Sign up' %}{% translate \"100%\" as x %}{{ _('Back')|upper }}"
        "{% blocktranslate trimmed count n=rows|length %}\n {{ n }} row\n{% plural %}\n {{ n }} rows\n{% endblocktranslate %}"
        "{% translate 'May' context 'month' %}{% include 'x' with text=_('More') %}Plain text"
    )
    assert found == {
        Message("Sign up"),
        Message("100%%"),
        Message("Back"),
        Message("%(n)s row", "", "%(n)s rows"),
        Message("May", "month"),
        Message("More"),
    }


def test_a_catalogue_follows_the_code(project):
    code = project / "events" / "models.py"
    head = "from django.utils.translation import gettext as _\n"
    code.write_text(head + "_('One %(name)s'); _('Two')")
    assert messages.update() == {"events": (2, 0)}
    translate("events", Two="二")
    code.write_text(head + "_('One %(name)s')")
    assert "events: no longer used: 'Two'" in messages.problems()
    assert messages.update() == {"events": (0, 1)}
    assert messages.problems() == ["events: untranslated: 'One %(name)s'"]
    translate("events", **{"One %(name)s": "一 %(nam)s"})
    assert messages.problems() == ["events: placeholders differ: 'One %(name)s'"]
    translate("events", **{"One %(name)s": "一 %(name)s"})
    assert messages.problems() == []


def test_a_second_room_takes_over_and_may_not_differ(project):
    for room in ("events", "portal"):
        text = "from django.utils.translation import gettext as _\n_('Two')"
        (project / room / "views.py").write_text(text)
        messages.update(room)
        if room == "events":
            translate("events", Two="二")
    assert messages.problems() == []
    translate("portal", Two="两")
    assert messages.problems() == ["two translations of 'Two': 两 (portal), 二 (events)"]


def test_templates_belong_to_rooms(settings):
    from pathlib import Path

    places = {"base.html": "portal", "events/list.html": "events", "account/login.html": "accounts"}
    places |= {"components/empty.html": "portal", "mfa/index.html": "accounts", "admin/index.html": "portal"}
    assert {name: messages.room_of_template(Path(name)) for name in places} == places


def test_compiling_happens_once_and_by_several_at_once(project):
    (project / "events" / "a.py").write_text(
        "from django.utils.translation import gettext as _, ngettext\n_('Two'); ngettext('a day', '%(n)s days', 1)"
    )
    messages.update()
    translate("events", Two="二")
    target = project / "var" / "events" / "zh_Hans" / "LC_MESSAGES" / "django.mo"
    runners = [threading.Thread(target=messages.compile_stale) for _ in range(4)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    assert polib.mofile(str(target)).find("Two").msgstr == "二"
    assert os.listdir(target.parent) == ["django.mo"]
    assert messages.compile_stale() == []
    translate("events", Two="贰")
    assert messages.compile_stale() == [target]
    messages.catalogue_file("events").unlink()
    messages.compile_stale()
    assert not target.exists()
