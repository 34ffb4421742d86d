"""The store of records: whatever is done to its rows is found; two writers do not get in each other's way."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from whereas.records import store

Json = dict[str, Any]
TEXTS = {"book.rules": "book b"}


def body(name: str, hash: str = "b" * 64) -> Json:
    return {
        "made": {"at": "2026-11-27T00:00:00+00:00"}, "book": {"hash": hash, "id": "b", "main": "book.rules"},
        "case": {"name": name, "title": None}, "facts": [{"at": "submitted_on", "is": "told", "value": "2026-11-21"}],
        "results": [{"category": "a.b", "verdict": "qualifies"}],
    }  # fmt: skip


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    path = tmp_path / "s.db"
    with store.opened(path, make=True) as connection:
        for i in range(5):
            store.append(connection, body(f"case {i}"), TEXTS)
        assert store.broken(connection) == []
    return path


@pytest.mark.parametrize("change", ["UPDATE entries SET name = 'x'", "DELETE FROM entries", "DELETE FROM books"])
def test_the_guards_refuse_changes(filled: Path, change: str) -> None:
    with sqlite3.connect(filled) as raw, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(change)


def changes() -> list[str]:
    columns = ("recorded", "name", "title", "filed", "summary", "book", "digest", "previous", "link")
    out = [f"UPDATE entries SET {c} = coalesce({c}, '') || 'x' WHERE number = {n}" for c in columns for n in (1, 3, 5)]
    out += [f"UPDATE books SET {c} = {c} || 'x'" for c in ("hash", "id", "main")]
    return [
        *out,
        "UPDATE entries SET record = cast(cast(record AS text) || ' ' AS blob) WHERE number = 2",
        "UPDATE books SET data = zeroblob(8)",
        "DELETE FROM entries WHERE number = 1",
        "DELETE FROM entries WHERE number = 3",
        "UPDATE entries SET number = 9 WHERE number = 5",
        (
            "UPDATE entries SET number = -number WHERE number IN (2, 3); "
            "UPDATE entries SET number = 5 + number WHERE number < 0"
        ),
        (
            "INSERT INTO entries SELECT 6, recorded, name, title, filed, summary, book, digest, record, link, link "
            "FROM entries WHERE number = 5"
        ),
        "INSERT INTO books VALUES ('x', 'x', 'x', zeroblob(1))",
        "SELECT 1",  # the guards alone are gone
    ]


@pytest.mark.parametrize("change", changes())
def test_every_change_behind_the_guards_is_found(filled: Path, change: str) -> None:
    with sqlite3.connect(filled) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.executescript(change)
        if change != "SELECT 1":
            for guard in store._GUARDS:
                raw.execute(guard)
    with store.opened(filled) as connection:
        assert store.broken(connection)


def test_a_lost_end_shows_against_the_head(filled: Path) -> None:
    with store.opened(filled) as connection:
        head = list(store.entries(connection))[-1].link
        assert store.broken(connection, head) == []
        for table in ("entries", "books"):
            connection.execute(f"DROP TRIGGER {table}_delete")
        connection.execute("DELETE FROM entries WHERE number = 5")
        for guard in store._GUARDS:
            if "DELETE" in guard:
                connection.execute(guard)
        assert store.broken(connection) == []
        assert [at for at, _ in store.broken(connection, head)] == ["head"]


def test_two_writers_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    failed: list[BaseException] = []

    def write(who: int) -> None:
        try:
            for i in range(20):
                with store.opened(path, make=True) as connection:
                    store.append(connection, body(f"{who} {i}"), TEXTS)
        except Exception as error:  # noqa: BLE001  whatever it is, the test is to say so
            failed.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with store.opened(path) as connection:
        assert len(list(store.entries(connection))) == 60
        assert store.broken(connection) == []


def test_another_file_is_no_store(tmp_path: Path) -> None:
    other = tmp_path / "x.db"
    other.write_text("not a database, only text that is long enough to be read as one", "utf-8")
    with pytest.raises(store.NotAStoreError), store.opened(other):
        pass
    with pytest.raises(store.NotAStoreError), store.opened(tmp_path / "nowhere.db"):
        pass
    with sqlite3.connect(tmp_path / "foreign.db") as raw:
        raw.execute("CREATE TABLE t (x)")
    with pytest.raises(store.NotAStoreError), store.opened(tmp_path / "foreign.db", make=True):
        pass
