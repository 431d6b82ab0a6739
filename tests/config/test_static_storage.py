import re

import pytest
from django.conf import settings as the_settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from config.static_storage import inlined

SHEETS = {
    "site.css": '/* top */\n@import url("css/a.css") layer(base);\n@import url(css/b.css);\np { color: red }',
    "css/a.css": 'a { background: url(../img/x.svg) } i { background: url("data:image/png,x") }',
    "css/b.css": "@import url('deep/c.css') layer(last);",
    "css/deep/c.css": "b { background: url('d.svg') }",
}


def test_pieces_stand_in_their_layers_with_their_addresses():
    assert inlined("site.css", SHEETS.__getitem__) == (
        "/* top */\n@layer base {\n"
        'a { background: url("img/x.svg") } i { background: url("data:image/png,x") }\n}\n'
        '@layer last {\nb { background: url("css/deep/d.svg") }\n}\np { color: red }'
    )


@pytest.fixture
def collected(tmp_path, settings):
    storages = the_settings.STORAGES | {"staticfiles": {"BACKEND": "config.static_storage.StaticStorage"}}
    settings.STORAGES, settings.STATIC_ROOT = storages, tmp_path / "static"
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path / "static"


def test_our_sheet_is_one_file_under_a_name_of_its_content(collected):
    name = staticfiles_storage.stored_name("site.css")
    assert re.fullmatch(r"site\.[0-9a-f]{12}\.css", name)
    text = (collected / name).read_text()
    assert "@import" not in text
    assert text.index("@layer tokens") < text.index("@layer base") < text.index("@layer components")
    assert (collected / f"{name}.gz").exists()
