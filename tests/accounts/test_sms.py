import json
import stat
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from accounts import sms
from accounts.models import SmsMessage

from .test_sign_in import visible

PHONE = "+8615400000021"


class Gateway:
    """A provider on this machine: keeps what it got, answers what it is told to."""

    def __init__(self):
        self.status, self.answer, self.got = 200, '{"code": 0}', []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.got.append((dict(self.headers), body))
                self.send_response(outer.status)
                self.end_headers()
                self.wfile.write(outer.answer.encode())

            def log_message(self, *args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/send"


@pytest.fixture
def gateway(settings):
    provider = Gateway()
    settings.SMS_GATEWAY, settings.SMS_URL = "http", provider.url
    yield provider
    provider.server.shutdown()
    provider.server.server_close()


def test_the_console_is_the_default(db, capsys):
    sms.send(PHONE, "code", code="123456")
    printed = capsys.readouterr().out
    assert "15400000021" in printed
    assert "123456" in printed


def test_the_file_gets_a_line_of_json_that_only_its_owner_reads(db, settings, tmp_path):
    settings.SMS_GATEWAY, settings.SMS_FILE = "file", tmp_path / "sms.log"
    sms.send(PHONE, "code", code="123456")
    sms.send(PHONE, "unknown")
    lines = [json.loads(line) for line in settings.SMS_FILE.read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["code", "unknown"]
    assert "123456" in lines[0]["text"]
    assert stat.S_IMODE(settings.SMS_FILE.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_is_a_refusal(db, settings, tmp_path):
    settings.SMS_GATEWAY, settings.SMS_FILE = "file", tmp_path
    with pytest.raises(sms.SmsFailed):
        sms.send(PHONE, "code", code="123456")
    assert SmsMessage.objects.get().error.startswith("file: ")


def test_a_provider_gets_json_by_template(db, gateway, settings):
    settings.SMS_BODY = '{"mobile": "{phone}", "params": ["{code}", 1], "tpl": "{template}"}'
    settings.SMS_HEADERS = '{"Authorization": "Bearer k"}'
    settings.SMS_TEMPLATES = ["code=SMS_1", "unknown=SMS_2"]
    settings.SMS_SUCCESS = r'"code":\s*0'
    message = sms.send(PHONE, "code", code="123456")
    headers, body = gateway.got[0]
    assert json.loads(body) == {"mobile": "15400000021", "params": ["123456", 1], "tpl": "SMS_1"}
    assert headers["Authorization"] == "Bearer k"
    assert headers["Content-Type"] == "application/json"
    assert message.sent_at


def test_a_provider_gets_a_form_by_template(db, gateway, settings):
    settings.SMS_BODY = "to={phone}&msg={text}&key=a%26b"
    settings.SMS_SIGN = "【文峰塔】"
    sms.send(PHONE, "code", code="123456")
    headers, body = gateway.got[0]
    sent = parse_qs(body)
    assert sent["to"] == ["15400000021"]
    assert sent["key"] == ["a&b"]
    assert sent["msg"][0].startswith("【文峰塔】")
    assert "123456" in sent["msg"][0]


@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [(500, "", "http: status 500"), (200, '{"code": 9}', "http: the answer does not look like success")],
)
def test_a_provider_that_says_no_is_a_refusal(db, gateway, settings, status, answer, error, caplog):
    gateway.status, gateway.answer, settings.SMS_SUCCESS = status, answer, r'"code":\s*0'
    with pytest.raises(sms.SmsFailed):
        sms.send(PHONE, "code", code="123456")
    assert SmsMessage.objects.get().error == error
    assert "123456" not in caplog.text
    assert "15400000021" not in caplog.text


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "nonsense", "file:///etc/passwd"])
def test_a_provider_that_is_not_there_is_a_refusal(db, settings, url):
    settings.SMS_GATEWAY, settings.SMS_URL = "http", url
    with pytest.raises(sms.SmsFailed):
        sms.send(PHONE, "code", code="123456")
    assert SmsMessage.objects.get().error


def test_rows_hold_neither_number_nor_text(db, capsys):
    sms.send(PHONE, "code", code="123456", address="10.1.2.3")
    row = str(SmsMessage.objects.values().get())
    assert PHONE.removeprefix("+86") not in row
    assert "123456" not in row
    assert "10.1.2.3" not in row


@pytest.mark.parametrize("cap", ["SMS_PER_NUMBER", "SMS_PER_ADDRESS", "SMS_PER_DAY"])
def test_each_cap_holds_for_a_day(db, settings, sent, cap):
    setattr(settings, cap, 2)
    for _message in range(2):
        sms.send(PHONE, "code", code="1", address="10.1.2.3")
    with pytest.raises(sms.SmsFailed):
        sms.send(PHONE, "code", code="1", address="10.1.2.3")
    assert len(sent) == 2
    with time_machine.travel(timezone.now() + timezone.timedelta(days=1, minutes=1)):
        sms.send(PHONE, "code", code="1", address="10.1.2.3")
    assert len(sent) == 3


def test_a_cap_by_number_leaves_other_numbers_alone(db, settings, sent):
    settings.SMS_PER_NUMBER = 1
    sms.send(PHONE, "code", code="1")
    sms.send("+8615400000022", "code", code="1")
    assert len(sent) == 2


def test_none_sends_nothing_and_says_what_to_do(db, settings):
    settings.SMS_GATEWAY = "none"
    with pytest.raises(sms.SmsFailed):
        sms.send(PHONE, "code", code="1")
    assert not SmsMessage.objects.exists()


def test_a_failing_gateway_is_a_sentence_on_the_page_and_alike_for_all(client, town, settings):
    settings.SMS_GATEWAY, settings.SMS_URL = "http", "http://127.0.0.1:1/"
    answers = []
    for phone in ("15400000021", "15400000099"):
        client.cookies.clear()
        answer = client.post("/accounts/login/code/", {"phone": phone})
        refusal = answer.context["form"].non_field_errors()
        answers.append([answer.status_code, refusal, visible(answer).replace(phone.encode(), b"")])
    assert answers[0] == answers[1]
    assert answers[0][:2] == [422, ["短信暂时发不出去。请稍后再试，或用密码登录，也可以到社区窗口办理。"]]
    assert "/accounts/login/" in answer.text  # a way on
    page = client.post("/accounts/signup/", {"name": "周小梅", "phone": "15400000077"})
    assert page.status_code == 422


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMS_URL", ""),
        ("SMS_HEADERS", "{"),
        ("SMS_BODY", '{"a": '),
        ("SMS_SUCCESS", "("),
        ("SMS_TEMPLATES", ["x"]),
    ],
)
def test_a_setting_that_cannot_work_stops_the_start(settings, name, value):
    settings.SMS_GATEWAY, settings.SMS_URL = "http", "https://sms.example/"
    sms.check_settings()
    setattr(settings, name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        sms.check_settings()


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ("cap: number", "每日上限"),
        ("http: status 502", "错误502"),
        ("http: URLError", "连不上"),
        ("http: the answer does not look like success", "没有确认"),
        ("file: No space left on device", "无法写入"),
        ("SMTPServerDisconnected", "邮件服务器"),
        ("时间已过。", "时间已过。"),
    ],
)
def test_staff_read_the_cause_of_a_failure_in_words(kept, words):
    assert words in sms.in_words(kept)
