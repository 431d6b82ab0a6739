"""The template pack of forms: every field has a label, a hint and an error a screen reader finds."""

import re

import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_form
from django import forms
from django.utils.translation import override


class Form(forms.Form):
    name = forms.CharField(label="姓名", help_text="与身份证一致")
    phone = forms.CharField(label="手机号码", required=False, max_length=11)
    agrees = forms.BooleanField(label="我已阅读")
    kind = forms.ChoiceField(label="类别", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    picture = forms.FileField(label="照片", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        raise forms.ValidationError("这一天已经报过名。")


@pytest.fixture
def html():
    with override("zh-hans"):
        yield as_crispy_form(Form({"phone": "1" * 12}))


def test_every_visible_field_has_its_label(html):
    ids = re.findall(r'<(?:input|select|textarea)(?![^>]*type="hidden")[^>]*\bid="([^"]+)"', html)
    assert len(ids) == 6
    for one in ids:
        assert f'for="{one}"' in html


def test_hint_and_error_are_named_by_the_field(html):
    field = re.search(r'<input[^>]*name="name"[^>]*>', html)[0]
    assert 'aria-describedby="id_name_helptext id_name_error"' in field
    assert 'aria-invalid="true"' in field
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html


def test_the_summary_leads_to_each_wrong_field(html):
    summary = html[html.index('role="alert"') : html.index("</ul>")]
    for target in ("id_name", "id_phone", "id_agrees", "id_kind"):
        assert f'href="#{target}"' in summary
        assert f'id="{target}"' in html
    assert "这一天已经报过名。" in summary
    assert "姓名：" in summary


def test_the_summary_is_where_the_page_begins(html):
    assert re.search(r'<div class="error-summary"[^>]* tabindex="-1" autofocus>', html)


def test_what_may_be_left_out_says_so(html):
    assert html.count("（选填）") == 2


def test_a_group_is_a_fieldset_with_a_legend(html):
    group = html[html.index("<fieldset") : html.index("</fieldset>")]
    assert "<legend>类别</legend>" in group
    assert group.count('type="radio"') == 2


def test_an_untouched_form_shows_no_summary():
    assert "error-summary" not in as_crispy_form(Form())


def test_names_typed_by_people_are_escaped():
    class Nasty(forms.Form):
        field = forms.CharField(label="<b>x</b>", initial="<script>")

    html = as_crispy_form(Nasty({"field": ""}))
    assert "<b>" not in html
    assert "<script>" not in as_crispy_form(Nasty())
