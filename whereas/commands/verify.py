"""`verify`: whether a record is what it says, by a checker that is not the solver."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl.model import Book
from whereas import driver
from whereas.commands.log import opened
from whereas.commands.shared import FINDINGS, OK, write, write_json
from whereas.options import Settings, refused
from whereas.records import canonical, mask
from whereas.scripts import Say, spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]
VERIFY_VERSION = 1
_SHOWN = 12


def verify(
    given: Settings,
    names: tuple[str, ...],
    store_name: str | None,
    head: str | None,
    hidden: str | None,
    *,
    allow_unproved: bool,
) -> int:
    """Check records, or every record of a store and its chain; success is that every claim is proved."""
    if bool(names) == bool(store_name):
        raise refused(given.argv, "U709", "records or a store are needed, not both", "verify", "what to check?",
                      help="write `whereas verify RECORD` or `whereas verify --store FILE`")  # fmt: skip
    if head is not None and store_name is None:
        raise refused(given.argv, "U709", "`--head` is about a store", head, "no store is named",
                      help="add `--store FILE`, or leave out `--head`")  # fmt: skip
    secrets = secrets_of(given, hidden)
    out: list[Json] = []
    laid: dict[Any, Json] = {}
    chain: list[tuple[str, str]] = []
    if store_name is not None:
        from whereas.records import store

        with opened(given, store_name) as connection:
            chain = store.broken(connection, head)
            books: dict[str, Book | None] = {}
            for entry in store.entries(connection):
                if entry.book not in books:
                    books[entry.book] = compiled(store.book_texts(connection, entry.book), entry.book)
                out.append(_checked(given, f"entry {entry.number}", entry.record, books[entry.book], secrets, laid))
    else:
        out = [_checked(given, name, record_bytes(given, name), None, secrets, laid) for name in names]
    fine = ("verified", "in part") if allow_unproved else ("verified",)
    bad = bool(chain) or any(r["outcome"] not in fine for r in out)
    if given.json:
        write_json({
            "version": VERIFY_VERSION, "chain": [{"at": at, "words": words} for at, words in chain], "records": out
        })  # fmt: skip
        return FINDINGS if bad else OK
    for at, words in chain:
        write(f"✘ {store_name}: {at}: {words}\n")
    speak = spoken(given.lang)
    for r in out:
        _tell(r, speak)
    if store_name is not None and not chain:
        write(f"✔ {store_name}: {speak('record_chain', n=len(out))}\n")
    return FINDINGS if bad else OK


def _tell(r: Json, speak: Say) -> None:
    mark = {"verified": "✔", "in part": "≈", "broken": "✘"}[r["outcome"]]
    write(f"{mark} {r['record']}: {speak('record_' + r['outcome'].replace(' ', '_'))}\n")
    for kind in ("wrong", "unproved"):
        found = [f for f in r["findings"] if f["kind"] == kind]
        for f in found[:_SHOWN]:
            write(f"    {speak(f'record_{kind}')}: {f['at']}: {f['words']}\n")
        if len(found) > _SHOWN:
            write(f"    {speak('record_more', n=len(found) - _SHOWN)}\n")


def _checked(
    given: Settings, name: str, data: bytes, book: Book | None, secrets: Json | None, laid: dict[Any, Json]
) -> Json:
    """What is found of one record; `laid`: rules as plain data, laid out once for all records of the same ones."""
    from whereas.records.check import VERSION, examined
    from whereas.records.kernel import Finding
    from whereas.records.program import program

    found: list[Finding] = []
    try:
        body, carried, whole = canonical.unpacked(data)
    except canonical.NotARecordError as error:
        found.append(Finding("wrong", "record", f"it cannot be read: {why_no_record(error)}"))
        return _outcome(name, None, found)
    if not whole:
        found.append(Finding("wrong", "digest", "the record is not the one its digest was taken of"))
    try:
        if secrets is not None:
            body, astray = mask.opened(body, secrets)
            found += [Finding("wrong", at, "the secret does not fit its commitment") for at in astray]
        book = book or book_of(given, body)
        if book is None:
            why = f"no book with the hash {body['book']['hash']} is at hand: name its folder with `--book`"
            found.append(Finding("unproved", "book", why))
        else:
            for field, right in (("hash", driver.edition(book)), ("id", book.id), ("known", book.known.isoformat())):
                if body["book"][field] != right:
                    found.append(Finding("wrong", f"book.{field}", f"the book has {right}"))
            if body["version"] == VERSION:
                day = body["asked"]["as_known_on"]
                key = (driver.edition(book), *body["asked"]["categories"], day)
                if key not in laid:
                    known_on = None if day is None else dt.date.fromisoformat(day)
                    laid[key] = program(book, body["asked"]["categories"], known_on)
                found += examined(laid[key], body).found
            else:
                words = (
                    f"it is a record of version {body['version']}, and this Whereas checks version {VERSION}: check it"
                    f" with Whereas {body['made']['whereas']}, which made it, or ask again with `whereas replay {name}`"
                )
                found.append(Finding("wrong", "version", words))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        found.append(Finding("wrong", "record", f"not made like a record: {error}"))
    return _outcome(name, carried, found)


def _outcome(name: str, digest: str | None, found: list[Any]) -> Json:
    kinds = Counter(f.kind for f in found)
    outcome = "broken" if kinds["wrong"] else "in part" if kinds["unproved"] else "verified"
    findings = [{"kind": f.kind, "at": f.at, "words": f.words} for f in found]
    return {"record": name, "digest": digest, "outcome": outcome, "findings": findings}


def why_no_record(error: Exception) -> str:
    """What is wrong with bytes that are no record, for people."""
    match error.__cause__ or error:
        case json.JSONDecodeError(lineno=line, colno=column):
            return f"not JSON from line {line}, column {column} on"
        case UnicodeDecodeError():
            return "not text in UTF-8"
        case KeyError(args=(name,)):
            return f"no `{name}` in it"
        case why:
            return str(why)


def record_bytes(given: Settings, name: str) -> bytes:
    """What stands in a file named as a record."""
    try:
        return Path(name).read_bytes()
    except (OSError, ValueError) as error:
        why = (error.strerror or "it cannot be read").lower() if isinstance(error, OSError) else "not a file name"
        raise refused(given.argv, "U702", f"cannot read `{name}`", name, why,
                      help="name a file that `whereas record` wrote") from None  # fmt: skip


def secrets_of(given: Settings, name: str | None) -> Json | None:
    """What a file of secrets says was masked; None if none is named."""
    if name is None:
        return None
    try:
        found = json.loads(record_bytes(given, name))
        if isinstance(found, dict) and {"facts", "case", "evidence"} <= set(found):
            return found
    except ValueError:
        pass
    raise refused(given.argv, "U710", f"`{name}` holds no secrets of a record", name, "not written with a record",
                  help="name the file that `--secrets` wrote with the record")  # fmt: skip


def book_of(given: Settings, body: Mapping[str, Any]) -> Book | None:
    """The book with the hash a record names: the one embedded in it, or the one at hand; None if neither is it."""
    wanted, texts = body["book"]["hash"], body["book"]["texts"]
    if texts is not None:
        return compiled((texts, body["book"]["main"]), wanted)
    book = driver.load_book(given.book).value
    return book if book is not None and driver.edition(book) == wanted else None


def compiled(kept: tuple[dict[str, str], str] | None, hash: str) -> Book | None:
    """A book from its texts, if they are those the hash was taken of."""
    if kept is None:
        return None
    book = driver.compile_files(*kept).value
    return book if book is not None and driver.edition(book) == hash else None
