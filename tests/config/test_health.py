from django.db import OperationalError


def test_healthy(client, db):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_without_its_database(client, db, monkeypatch):
    def away():
        raise OperationalError("no such host")

    with monkeypatch.context() as patch:
        patch.setattr("config.health.connection.cursor", away)
        answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "the database does not answer"}


def test_a_body_too_large_is_refused_unread(client, db):
    answer = client.post("/healthz", b"x", content_type="text/plain", CONTENT_LENGTH=str(10**9))
    assert answer.status_code in {400, 413}
