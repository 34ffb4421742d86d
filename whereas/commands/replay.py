"""`replay`: a record asked again, with the book it was made with."""

from __future__ import annotations

import json
from typing import Any

from dsl.model import Book
from whereas import driver
from whereas.commands.log import opened
from whereas.commands.shared import FINDINGS, OK, write, write_json
from whereas.commands.verify import book_of, compiled, record_bytes, secrets_of, why_no_record
from whereas.options import RefusedError, Settings, refused
from whereas.records import canonical, mask
from whereas.scripts import spoken

REPLAY_VERSION = 1
_SHOWN = 40


def replay(given: Settings, name: str, store_name: str | None, hidden: str | None) -> int:
    """Ask the solver again what a record answers, and say what differs. `name`: a file, or an entry of the store."""
    from solver.compiled import compile_book
    from whereas.records.replay import differences

    other, wanted = False, ""
    data, kept = (record_bytes(given, name), None) if store_name is None else _entry(given, store_name, name)
    try:
        body, _, whole = canonical.unpacked(data)
        secrets = secrets_of(given, hidden)
        if secrets is not None:
            body, astray = mask.opened(body, secrets)
            if astray:
                raise refused(given.argv, "U709", "the secrets are not those of this record", hidden or "", astray[0],
                              help="name the file that `--secrets` wrote with this record")  # fmt: skip
        if any("masked" in e and "value" not in e for e in body["facts"]):
            raise refused(given.argv, "U709", "facts of this record are masked", name, "cannot be asked again",
                          help="add `--secrets FILE`, the file written with it")  # fmt: skip
        wanted = body["book"]["hash"]
        book = kept or book_of(given, body)
        other = book is None
        book = book or driver.load_book(given.book).value
        assert book is not None
        found = differences(compile_book(book), body, given.seconds)
    except (canonical.NotARecordError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, RefusedError):
            raise
        if other:
            raise refused(given.argv, "U709", f"`{name}` was made with another book", name,
                          f"it speaks of what the book at hand has not; its book has the hash {wanted[:12]}",
                          help="name the folder of its book with `--book`") from None  # fmt: skip
        raise refused(given.argv, "U710", f"`{name}` is no decision record", name, why_no_record(error),
                      help="name a file that `whereas record` wrote") from None  # fmt: skip
    if not whole:
        found.insert(0, ("digest", "of another record", "of this one"))
    if other:
        found.insert(0, ("book.hash", wanted, driver.edition(book)))
    if given.json:
        write_json({
            "version": REPLAY_VERSION, "same": not found,
            "differences": [{"at": at, "recorded": one, "now": two} for at, one, two in found],
        })  # fmt: skip
        return FINDINGS if found else OK
    speak = spoken(given.lang)
    if not found:
        write(f"✔ {name}: {speak('record_same', hash=wanted[:12])}\n")
    else:
        write(f"✘ {name}: {speak('record_differences', n=len(found))}\n")
        for at, one, two in found[:_SHOWN]:
            write(f"    {speak('record_differs', at=at, one=_short(one), two=_short(two))}\n")
        if len(found) > _SHOWN:
            write(f"    {speak('record_more', n=len(found) - _SHOWN)}\n")
    return FINDINGS if found else OK


def _short(it: Any) -> str:
    text = json.dumps(it, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _entry(given: Settings, store_name: str, word: str) -> tuple[bytes, Book | None]:
    """The record of an entry, by its number or the beginning of its digest, and the book it was made with."""
    from whereas.records import store

    with opened(given, store_name) as connection:
        for entry in store.entries(connection):
            if word == str(entry.number) or (len(word) >= 6 and entry.digest.startswith(word)):
                return entry.record, compiled(store.book_texts(connection, entry.book), entry.book)
    raise refused(given.argv, "U710", f"the store has no entry `{word}`", word, "neither a number nor a digest there",
                  help=f"look it up with `whereas log --store {store_name}`")  # fmt: skip
