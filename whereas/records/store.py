"""The store of records: one SQLite file to which entries are only ever added, each bound to the one before it.

An entry's link is the SHA-256 of everything in its row, of the book it was made with and of the link before. Whoever
changes, removes, adds or moves a row breaks the links from there on; only taking away the last rows leaves a chain
that is whole, so its head is worth keeping elsewhere (`log` prints it, `verify --head` compares it).
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import rfc8785
from msgspec import Struct

from whereas.records.canonical import NotARecordError, digest, packed, unpacked

Json = dict[str, Any]
START = "0" * 64
"""What the first entry is bound to."""
_APPLICATION = 0x57686572
_SCHEMA = f"""
PRAGMA application_id = {_APPLICATION};
CREATE TABLE books (
  hash TEXT PRIMARY KEY, id TEXT NOT NULL, main TEXT NOT NULL, data BLOB NOT NULL
) STRICT;
CREATE TABLE entries (
  number INTEGER PRIMARY KEY, recorded TEXT NOT NULL, name TEXT, title TEXT, filed TEXT, summary TEXT NOT NULL,
  book TEXT NOT NULL REFERENCES books (hash), digest TEXT NOT NULL, record BLOB NOT NULL,
  previous TEXT NOT NULL UNIQUE, link TEXT NOT NULL
) STRICT;
"""
_GUARDS = tuple(
    f"CREATE TRIGGER {table}_{what.lower()} BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, 'append-only'); END"
    for table in ("books", "entries")
    for what in ("UPDATE", "DELETE")
)
_COLUMNS = ("number", "recorded", "name", "title", "filed", "summary", "book", "digest", "record", "previous", "link")


class NotAStoreError(ValueError):
    """A file that is no store, and why."""


class Entry(Struct, frozen=True):
    """One row. `summary`: verdicts by category, as JSON; `filed`: the filing date, if it is not masked."""

    number: int
    recorded: str
    name: str | None
    title: str | None
    filed: str | None
    summary: str
    book: str
    digest: str
    record: bytes
    previous: str
    link: str

    @property
    def verdicts(self) -> Mapping[str, str]:
        """The verdict on each category."""
        found = json.loads(self.summary)
        return found if isinstance(found, dict) else {}


@contextmanager
def opened(path: Path, *, make: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection to a store; made if it is not there and may be.

    Raises:
        NotAStoreError: the file is something else, or is not there.
    """
    if not make and not path.is_file():
        raise NotAStoreError("there is no such file")
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
        try:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            if make and application == 0:
                _prepared(connection)
            elif application != _APPLICATION:
                raise NotAStoreError("this is no store of records")
            yield connection
        except sqlite3.DatabaseError as error:
            raise NotAStoreError(str(error)) from None


def _prepared(connection: sqlite3.Connection) -> None:
    """Lay out a new store, unless another writer has just done so or the file holds something else."""
    connection.execute("BEGIN IMMEDIATE")
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if tables and application != _APPLICATION:
        connection.execute("ROLLBACK")
        raise NotAStoreError("this is a database, and no store of records")
    if not tables:
        for statement in (*filter(str.strip, _SCHEMA.split(";")), *_GUARDS):
            connection.execute(statement)
    connection.execute("COMMIT")


def append(connection: sqlite3.Connection, body: Json, texts: Mapping[str, str]) -> Entry:
    """Add a record and, if it is new, its book; `texts`: the files of the book."""
    data = packed(body)
    _, carried, _ = unpacked(data)
    filed = next((e.get("value") for e in body["facts"] if e["at"] == "submitted_on"), None)
    verdicts = {r["category"]: r["verdict"] for r in body["results"]}
    book = body["book"]
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute("SELECT 1 FROM books WHERE hash = ?", (book["hash"],)).fetchone() is None:
            row = (book["hash"], book["id"], book["main"], zlib.compress(rfc8785.dumps(dict(texts)), 9))
            connection.execute("INSERT INTO books VALUES (?, ?, ?, ?)", row)
        last = connection.execute("SELECT number, link FROM entries ORDER BY number DESC LIMIT 1").fetchone()
        number, previous = (1, START) if last is None else (last[0] + 1, last[1])
        case, made = body["case"], body["made"]["at"]
        summary = rfc8785.dumps(verdicts).decode()
        fields = (number, made, case["name"], case["title"], filed, summary, book["hash"], carried, data, previous)
        entry = Entry(*fields, link=_link(connection, fields))
        connection.execute(
            f"INSERT INTO entries VALUES ({', '.join('?' * len(_COLUMNS))})",  # noqa: S608  question marks only
            tuple(getattr(entry, name) for name in _COLUMNS),
        )
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return entry


def _link(connection: sqlite3.Connection, fields: tuple[Any, ...]) -> str:
    """The hash of a row, all its columns but the last, and of the row of its book."""
    book = connection.execute("SELECT hash, id, main, data FROM books WHERE hash = ?", (fields[6],)).fetchone()
    plain = [x if isinstance(x, str | int | None) else digest(bytes(x)) for x in (*fields, *(book or ()))]
    return digest(rfc8785.dumps(plain))


def entries(connection: sqlite3.Connection) -> Iterator[Entry]:
    """All entries in order."""
    for row in connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM entries ORDER BY number"):  # noqa: S608
        yield Entry(*row)


def book_texts(connection: sqlite3.Connection, hash: str) -> tuple[dict[str, str], str] | None:
    """The files of a book and the one it begins with."""
    row = connection.execute("SELECT data, main FROM books WHERE hash = ?", (hash,)).fetchone()
    if row is None:
        return None
    try:
        texts = json.loads(zlib.decompress(row[0]))
    except (zlib.error, ValueError):
        return None
    return (texts, row[1]) if isinstance(texts, dict) else None


def broken(connection: sqlite3.Connection, head: str | None = None) -> list[tuple[str, str]]:
    """Where the chain does not hold: the place and what is wrong. `head`: the link that was last when it was noted."""
    out: list[tuple[str, str]] = []
    previous, links, books = START, [START], set()
    for expected, entry in enumerate(entries(connection), 1):
        at = f"entry {entry.number}"
        fields = tuple(getattr(entry, name) for name in _COLUMNS[:-1])
        if entry.number != expected:
            out.append((at, f"entry {expected} should stand here"))
        if entry.previous != previous:
            out.append((at, "it is not bound to the entry before it"))
        if entry.link != _link(connection, fields):
            out.append((at, "its row or its book was changed"))
        out += [(at, words) for words in _differs(entry)]
        previous = entry.link
        links.append(previous)
        books.add(entry.book)
    for (hash,) in connection.execute("SELECT hash FROM books").fetchall():
        if hash not in books:
            out.append((f"book {str(hash)[:12]}", "no entry names it"))
    if head is not None and head not in links:
        out.append(("head", "the entry that was last when its hash was noted is not there"))
    if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        out.append(("file", "the database is damaged"))
    guards = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    if guards != {statement.split()[2] for statement in _GUARDS}:
        out.append(("file", "the guards against changing entries are not those a store has"))
    return out


def _differs(entry: Entry) -> Iterator[str]:
    """Columns that are not what the record in the row says."""
    try:
        body, carried, whole = unpacked(entry.record)
        if not whole or carried != entry.digest:
            yield "its record is not the one that was filed"
        filed = next((e.get("value") for e in body["facts"] if e["at"] == "submitted_on"), None)
        verdicts = {r["category"]: r["verdict"] for r in body["results"]}
        said = (entry.recorded, entry.name, entry.title, entry.filed, dict(entry.verdicts), entry.book)
        case = body["case"]
        if said != (body["made"]["at"], case["name"], case["title"], filed, verdicts, body["book"]["hash"]):
            yield "its columns do not say what its record says"
    except (NotARecordError, KeyError, TypeError, ValueError, AttributeError) as error:
        yield f"its record cannot be read: {error}"
