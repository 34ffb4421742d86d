"""`log`: what a store of records holds."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from dsl.model import Verdict
from dsl.suggest import nearest
from whereas.commands.shared import FINDINGS, OK, write, write_json
from whereas.options import Settings, days_between, refused
from whereas.records import store
from whereas.records.canonical import NotARecordError, unpacked
from whereas.scripts import spoken

LOG_VERSION = 1


class Wanted(Struct, frozen=True):
    """Which entries are asked for, as typed."""

    search: str | None = None
    category: str | None = None
    verdict: str | None = None
    since: str | None = None
    until: str | None = None


def log(given: Settings, name: str, wanted: Wanted) -> int:
    """List the entries of a store that match everything asked for, oldest first."""
    verdicts = tuple(v.value for v in Verdict)
    if (typed := wanted.verdict) is not None and typed not in verdicts:
        near = nearest(typed, verdicts)
        raise refused(given.argv, "U709", f"there is no verdict `{typed}`", typed, "not a verdict",
                      notes=(f"they are: {', '.join(verdicts)}",),
                      help=f"write `--verdict {near}`" if near else None)  # fmt: skip
    first, last = days_between(wanted.since, wanted.until, given.argv, "--since")
    with opened(given, name) as connection:
        found = list(store.entries(connection))
    shown = [e for e in found if _matches(e, wanted, first, last)]
    head = found[-1].link if found else store.START
    if given.json:
        write_json({"version": LOG_VERSION, "head": head, "entries": [_data(e) for e in shown]})
        return OK if shown else FINDINGS
    speak = spoken(given.lang)
    for e in shown:
        inside = {n: v for n, v in e.verdicts.items() if _within(n, wanted.category)}
        counts = Counter(inside.values())
        said = [f"{speak(v)} {counts[v]}" for v in verdicts if counts[v]]
        who = " · ".join(x for x in (e.name, e.title) if x) or speak("record_masked")
        day = speak("record_day", day=e.filed or speak("record_masked"))
        yes = [n for n, v in inside.items() if v == Verdict.QUALIFIES]
        write(f"{e.number:>5}  {e.recorded[:10]}  {day}  {e.digest[:12]}  {who}\n")
        if yes:
            said[0] += f": {', '.join(yes)}"
        write(f"       {'; '.join(said)}\n")
    write(f"{speak('record_listed', n=len(shown), all=len(found), head=head)}\n")
    return OK if shown else FINDINGS


def _matches(e: store.Entry, wanted: Wanted, first: dt.date | None, last: dt.date | None) -> bool:
    inside = [v for n, v in e.verdicts.items() if _within(n, wanted.category)]
    return (
        (wanted.search is None or _says(e, wanted.search.casefold()))
        and (wanted.category is None or bool(inside))
        and (wanted.verdict is None or wanted.verdict in inside)
        and (first is None or e.recorded[:10] >= first.isoformat())
        and (last is None or e.recorded[:10] <= last.isoformat())
    )


def _says(e: store.Entry, text: str) -> bool:
    """Whether words are in what an entry tells of its case, or one of its hashes begins with them."""
    if any(h.startswith(text) for h in (e.digest, e.book, e.link)):
        return True
    words = [e.name, e.title]
    with suppress(NotARecordError, KeyError, TypeError):  # a record that was tampered with is listed all the same
        body, _, _ = unpacked(e.record)
        words += [body["case"]["about"], *(str(f["value"]) for f in body["facts"] if "value" in f)]
    return any(text in word.casefold() for word in words if word)


def _within(name: str, category: str | None) -> bool:
    return category is None or name == category or name.startswith(f"{category}.")


def _data(e: store.Entry) -> dict[str, object]:
    return {
        "number": e.number, "recorded": e.recorded, "name": e.name, "title": e.title, "filed": e.filed,
        "verdicts": dict(e.verdicts), "book": e.book, "digest": e.digest, "link": e.link,
    }  # fmt: skip


@contextmanager
def opened(given: Settings, name: str, *, make: bool = False) -> Iterator[sqlite3.Connection]:
    """The store in a file; one that cannot be used as such refuses the command."""
    try:
        with store.opened(Path(name), make=make) as connection:
            yield connection
    except (store.NotAStoreError, sqlite3.Error, OSError) as error:
        raise refused(given.argv, "U711", f"`{name}` is no store of records", name, str(error),
                      help="name a file that `whereas record CASE --store FILE` made") from None  # fmt: skip
