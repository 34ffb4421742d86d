"""`verify` and `replay`: whether a record is what it says, by a checker of its own and by asking again."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl.model import Book
from whereas import driver
from whereas.commands.log import not_a_store
from whereas.commands.shared import FINDINGS, OK, write, write_json
from whereas.options import RefusedError, Settings, refused
from whereas.records import canonical, mask

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]
VERIFY_VERSION = 1
_SHOWN = 12


def verify(
    given: Settings, names: tuple[str, ...], store_name: str | None, head: str | None, hidden: str | None
) -> int:
    """Check records, or every record of a store and its chain."""
    if bool(names) == bool(store_name):
        raise refused(given.argv, "U709", "records or a store are needed, not both", "verify", "what to check?",
                      help="write `whereas verify RECORD` or `whereas verify --store FILE`")  # fmt: skip
    secrets = _secrets(given, hidden)
    out: list[Json] = []
    chain: list[tuple[str, str]] = []
    if store_name is not None:
        from whereas.records import store

        try:
            with store.opened(Path(store_name)) as connection:
                chain = store.broken(connection, head)
                books: dict[str, Book | None] = {}
                for entry in store.entries(connection):
                    if entry.book not in books:
                        books[entry.book] = _compiled(store.book_texts(connection, entry.book), entry.book)
                    out.append(_checked(given, f"entry {entry.number}", entry.record, books[entry.book], secrets))
        except (store.NotAStoreError, sqlite3.Error, OSError) as error:
            raise not_a_store(given, store_name, str(error)) from None
    else:
        out = [_checked(given, name, _bytes(given, name), None, secrets) for name in names]
    bad = bool(chain) or any(r["outcome"] == "broken" for r in out)
    if given.json:
        write_json({
            "version": VERIFY_VERSION, "chain": [{"at": at, "words": words} for at, words in chain], "records": out
        })  # fmt: skip
        return FINDINGS if bad else OK
    for at, words in chain:
        write(f"✘ {store_name}: {at}: {words}\n")
    for r in out:
        _tell(r)
    if store_name is not None and not chain:
        write(f"✔ {store_name}: the chain of {len(out)} entries holds\n")
    return FINDINGS if bad else OK


def _tell(r: Json) -> None:
    mark = {"verified": "✔", "in part": "≈", "broken": "✘"}[r["outcome"]]
    say = {"verified": "every claim follows from its facts and its rules", "in part": "nothing wrong; not all is proved",  # noqa: E501
           "broken": "not a true record"}[r["outcome"]]  # fmt: skip
    write(f"{mark} {r['record']}: {say}\n")
    for kind in ("wrong", "unproved"):
        found = [f for f in r["findings"] if f["kind"] == kind]
        for f in found[:_SHOWN]:
            write(f"    {kind}: {f['at']}: {f['words']}\n")
        if len(found) > _SHOWN:
            write(f"    and {len(found) - _SHOWN} more that are {kind}; `--json` lists all\n")


def _checked(given: Settings, name: str, data: bytes, book: Book | None, secrets: Json | None) -> Json:
    from whereas.records.check import Finding, check

    found: list[Finding] = []
    try:
        body, carried, whole = canonical.unpacked(data)
    except canonical.NotARecordError as error:
        found.append(Finding("wrong", "record", f"it cannot be read: {error}"))
        return _outcome(name, None, found)
    if not whole:
        found.append(Finding("wrong", "digest", "the record is not the one its digest was taken of"))
    try:
        if secrets is not None:
            body, astray = mask.opened(body, secrets)
            found += [Finding("wrong", at, "the secret does not fit its commitment") for at in astray]
        book = book or _book_of(given, body, None)
        if book is None:
            found.append(Finding("unproved", "book", f"no book with the hash {body['book']['hash']} is at hand"))
        else:
            for field, right in (("hash", driver.edition(book)), ("id", book.id), ("known", book.known.isoformat())):
                if body["book"][field] != right:
                    found.append(Finding("wrong", f"book.{field}", f"the book has {right}"))
            found += check(book, body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        found.append(Finding("wrong", "record", f"not made like a record: {error}"))
    return _outcome(name, carried, found)


def _outcome(name: str, digest: str | None, found: list[Any]) -> Json:
    kinds = Counter(f.kind for f in found)
    outcome = "broken" if kinds["wrong"] else "in part" if kinds["unproved"] else "verified"
    findings = [{"kind": f.kind, "at": f.at, "words": f.words} for f in found]
    return {"record": name, "digest": digest, "outcome": outcome, "findings": findings}


def replay(given: Settings, name: str, store_name: str | None, hidden: str | None) -> int:
    """Ask the solver again what a record answers, and say what differs. `name`: a file, or an entry of the store."""
    from solver.compiled import compile_book
    from whereas.records.replay import differences

    data, kept = _bytes(given, name) if store_name is None else _entry(given, store_name, name)[0], None
    if store_name is not None:
        data, kept = _entry(given, store_name, name)
    try:
        body, _, whole = canonical.unpacked(data)
        secrets = _secrets(given, hidden)
        if secrets is not None:
            body, astray = mask.opened(body, secrets)
            if astray:
                raise refused(given.argv, "U709", "the secrets are not those of this record", hidden or "", astray[0],
                              help="name the file that `--secrets` wrote with this record")  # fmt: skip
        if any("masked" in e and "value" not in e for e in body["facts"]):
            raise refused(given.argv, "U709", "facts of this record are masked", name, "cannot be asked again",
                          help="add `--secrets FILE`, the file written with it")  # fmt: skip
        wanted = body["book"]["hash"]
        book = kept or _book_of(given, body, store_name)
        other = book is None
        book = book or driver.load_book(given.book).value
        assert book is not None
        found = differences(compile_book(book), body, given.seconds)
    except (canonical.NotARecordError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, RefusedError):
            raise
        raise refused(given.argv, "U710", f"`{name}` is no decision record", name, f"{error}",
                      help="name a file that `whereas record` wrote") from None  # fmt: skip
    if not whole:
        found.insert(0, ("digest", "of another record", "of this one"))
    if other:
        found.insert(0, ("book.hash", wanted, driver.edition(book)))
    if given.json:
        write_json({
            "version": VERIFY_VERSION, "same": not found,
            "differences": [{"at": at, "recorded": one, "now": two} for at, one, two in found],
        })  # fmt: skip
    elif not found:
        write(f"✔ {name}: the same answer, bit for bit, from book {wanted[:12]}\n")
    else:
        write(f"✘ {name}: {len(found)} differences\n")
        for at, one, two in found[:40]:
            write(f"    {at}: recorded {_short(one)}, now {_short(two)}\n")
        if len(found) > 40:
            write(f"    and {len(found) - 40} more; `--json` lists all\n")
    return FINDINGS if found else OK


def _short(it: Any) -> str:
    text = json.dumps(it, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _bytes(given: Settings, name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except (OSError, ValueError) as error:
        why = (error.strerror or "it cannot be read").lower() if isinstance(error, OSError) else "not a file name"
        raise refused(given.argv, "U702", f"cannot read `{name}`", name, why,
                      help="name a file that `whereas record` wrote") from None  # fmt: skip


def _secrets(given: Settings, name: str | None) -> Json | None:
    if name is None:
        return None
    try:
        found = json.loads(_bytes(given, name))
        if isinstance(found, dict) and {"facts", "case", "evidence"} <= set(found):
            return found
    except ValueError:
        pass
    raise refused(given.argv, "U710", f"`{name}` holds no secrets of a record", name, "not written with a record",
                  help="name the file that `--secrets` wrote with the record")  # fmt: skip


def _entry(given: Settings, store_name: str, word: str) -> tuple[bytes, Book | None]:
    """The record of an entry, by its number or the beginning of its digest, and the book it was made with."""
    from whereas.records import store

    try:
        with store.opened(Path(store_name)) as connection:
            for entry in store.entries(connection):
                if word == str(entry.number) or (len(word) >= 6 and entry.digest.startswith(word)):
                    return entry.record, _compiled(store.book_texts(connection, entry.book), entry.book)
    except (store.NotAStoreError, sqlite3.Error, OSError) as error:
        raise not_a_store(given, store_name, str(error)) from None
    raise refused(given.argv, "U710", f"the store has no entry `{word}`", word, "neither a number nor a digest there",
                  help=f"look it up with `whereas log --store {store_name}`")  # fmt: skip


def _book_of(given: Settings, body: Mapping[str, Any], store_name: str | None) -> Book | None:
    """The book with the hash a record names: the one embedded in it, or the one at hand; None if neither is it."""
    wanted, texts = body["book"]["hash"], body["book"]["texts"]
    assert store_name is None or store_name
    if texts is not None:
        return _compiled((texts, body["book"]["main"]), wanted)
    book = driver.load_book(given.book).value
    return book if book is not None and driver.edition(book) == wanted else None


def _compiled(kept: tuple[dict[str, str], str] | None, hash: str) -> Book | None:
    """A book from its texts, if they are those the hash was taken of."""
    if kept is None:
        return None
    book = driver.compile_files(*kept).value
    return book if book is not None and driver.edition(book) == hash else None
