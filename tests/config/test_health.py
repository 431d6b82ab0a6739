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
