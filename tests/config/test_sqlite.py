"""The queue before SQLite's one writer. A database of its own: it holds whatever the other tests run on."""

from threading import Thread

import pytest
from django.db import DatabaseError, transaction
from django.db.utils import ConnectionHandler

from config import env
from config.sqlite import base


@pytest.fixture
def place(tmp_path, monkeypatch, django_db_blocker):
    """A connection to a database with a counter; other threads get one of their own."""
    handler = ConnectionHandler({"default": env.database("NO_SUCH_SETTING", tmp_path)})
    monkeypatch.setattr(transaction, "get_connection", lambda using=None: handler["default"])
    with django_db_blocker.unblock():
        with handler["default"].cursor() as cursor:
            cursor.execute("CREATE TABLE counter (n INTEGER CHECK (n < 100))")
            cursor.execute("INSERT INTO counter VALUES (0)")
        yield handler
        handler["default"].close()


def queue_of(place):
    return base.queue_of(str(place["default"].settings_dict["NAME"]))


def standing(queue, many):
    while len(queue._waiting) < many:
        pass


def test_writers_are_served_in_the_order_they_came(place):
    queue, served, threads = queue_of(place), [], []

    def write(number):
        with transaction.atomic():
            served.append(number)
        place["default"].close()

    with transaction.atomic():
        for number in range(6):
            threads.append(Thread(target=write, args=[number]))
            threads[-1].start()
            standing(queue, number + 1)
        assert served == []
    for thread in threads:
        thread.join(30)
    assert served == list(range(6))


def test_nobody_reads_between_another_ones_reading_and_writing(place):
    def count():
        for _time in range(10):
            with transaction.atomic(), place["default"].cursor() as cursor:
                cursor.execute("SELECT n FROM counter")
                cursor.execute("UPDATE counter SET n = %s", [cursor.fetchone()[0] + 1])
        place["default"].close()

    threads = [Thread(target=count) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with place["default"].cursor() as cursor:
        cursor.execute("SELECT n FROM counter")
        assert cursor.fetchone() == (40,)


@pytest.mark.parametrize("end", ["commit", "roll back", "refused", "close"])
def test_the_turn_is_over_however_it_ends(place, end):
    queue, connection = queue_of(place), place["default"]
    try:
        with transaction.atomic():
            assert not queue.enter(0)  # it is this one's
            with connection.cursor() as cursor:
                cursor.execute("UPDATE counter SET n = %s", [1000 if end == "refused" else 1])
            if end == "roll back":
                transaction.set_rollback(True)
            if end == "close":
                connection.close()
    except DatabaseError:
        assert end == "refused"
    assert queue.enter(0)
    queue.leave()


def test_who_waits_too_long_goes_and_is_not_waited_for():
    queue = base.Queue()
    assert queue.enter(0)
    assert not queue.enter(0.01)
    queue.leave()
    assert queue.enter(0)


def test_another_process_that_writes_is_waited_for_in_the_database(place):
    """Its writing is not in our queue: whoever cannot begin leaves the queue again."""
    import sqlite3

    connection = place["default"]
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 1")
    with pytest.raises(DatabaseError), transaction.atomic():
        raise AssertionError("two write at once")
    other.execute("ROLLBACK")
    other.close()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE counter SET n = 7")
    assert queue_of(place).enter(0)
    queue_of(place).leave()
