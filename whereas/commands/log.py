"""`log`: what a store of records holds."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import Counter
from contextlib import suppress
from pathlib import Path

from dsl.model import Verdict
from dsl.suggest import nearest
from whereas.commands.shared import FINDINGS, OK, write, write_json
from whereas.options import RefusedError, Settings, days_between, refused
from whereas.records import store
from whereas.records.canonical import NotARecordError, unpacked
from whereas.scripts import spoken

LOG_VERSION = 1


def log(
    given: Settings,
    name: str,
    text: str | None,
    category: str | None,
    verdict: str | None,
    since: str | None,
    until: str | None,
) -> int:
    """List the entries of a store that match everything asked for, oldest first."""
    verdicts = tuple(v.value for v in Verdict)
    if verdict is not None and verdict not in verdicts:
        near = nearest(verdict, verdicts)
        raise refused(given.argv, "U709", f"there is no verdict `{verdict}`", verdict, "not a verdict",
                      notes=(f"they are: {', '.join(verdicts)}",),
                      help=f"write `--verdict {near}`" if near else None)  # fmt: skip
    first, last = days_between(since, until, given.argv, "--since")
    try:
        with store.opened(Path(name)) as connection:
            found = list(store.entries(connection))
    except (store.NotAStoreError, sqlite3.Error, OSError) as error:
        raise not_a_store(given, name, str(error)) from None
    shown = [e for e in found if _matches(e, text, category, verdict, first, last)]
    head = found[-1].link if found else store.START
    if given.json:
        write_json({"version": LOG_VERSION, "head": head, "entries": [_data(e) for e in shown]})
        return OK if shown else FINDINGS
    speak = spoken(given.lang)
    for e in shown:
        counts = Counter(v for n, v in e.verdicts.items() if _within(n, category))
        said = ", ".join(f"{speak(v)} {n}" for v, n in ((v, counts[v]) for v in verdicts) if n)
        who = " · ".join(x for x in (e.name, e.title) if x) or speak("record_masked")
        day = speak("record_day", day=e.filed or speak("record_masked"))
        yes = [n for n, v in e.verdicts.items() if v == Verdict.QUALIFIES]
        write(f"{e.number:>5}  {e.recorded[:10]}  {day}  {e.digest[:12]}  {who}\n")
        write(f"       {said}{'; ' + ', '.join(yes) if yes else ''}\n")
    write(f"{speak('record_listed', n=len(shown), all=len(found), head=head)}\n")
    return OK if shown else FINDINGS


def _matches(
    e: store.Entry,
    text: str | None,
    category: str | None,
    verdict: str | None,
    first: dt.date | None,
    last: dt.date | None,
) -> bool:
    inside = [v for n, v in e.verdicts.items() if _within(n, category)]
    return (
        (text is None or _says(e, text.casefold()))
        and (category is None or bool(inside))
        and (verdict is None or verdict in inside)
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


def not_a_store(given: Settings, name: str, why: str) -> RefusedError:
    """A file named as a store that cannot be used as one."""
    return refused(given.argv, "U711", f"`{name}` is no store of records", name, why,
                   help="name a file that `whereas record CASE --store FILE` made")  # fmt: skip
