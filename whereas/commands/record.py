"""`record`: the answer on a case with evidence for it, as a file and in a store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dsl.suggest import nearest
from whereas import driver
from whereas.commands.shared import BAD_INPUT, OK, book_texts, load_cases, show, the_compiled, write, write_file
from whereas.options import Settings, chosen_among, chosen_readings, refused

if TYPE_CHECKING:
    from solver.situation import Readings
    from whereas.records.mask import Policy

Json = dict[str, Any]


class Wanted(Struct, frozen=True):
    """What is to become of the record, as typed. policy: which facts to leave out; secrets: the file these go into."""

    out: str | None = None
    store: str | None = None
    categories: tuple[str, ...] = ()
    policy: str = "none"
    secrets: str | None = None
    embed: bool = False


def record(given: Settings, name: str, wanted: Wanted) -> int:
    """Record the answer on every case of a file. Without a file or a store to write to, the record is printed."""
    from whereas.records import make

    policy = _policy(given, wanted)
    compiled = the_compiled(given)
    book = compiled.book
    chosen = chosen_readings(given, book)
    names = chosen_among(given, book, wanted.categories, name) or tuple(book.categories)
    loaded = load_cases(given, compiled, name)
    if loaded.diagnostics:
        show(loaded.diagnostics, loaded.texts)
    if not loaded.cases:
        return BAD_INPUT
    if len(loaded.cases) > 1 and (wanted.out is not None or wanted.secrets is not None):
        raise refused(given.argv, "U709", "the file holds several people, and a record is about one",
                      wanted.out or wanted.secrets or "", "one file for several records",
                      help="record them into a store with `--store FILE`, or one file a person")  # fmt: skip
    _, main = driver.book_files(given.book).value or (book_texts(given.book), driver.MAIN)
    readings: Readings = "all" if given.all_readings else chosen
    asked = make.Asked(readings, given.judgements, given.as_known_on, names, given.seconds)
    for case in loaded.cases:
        body, hidden = make.record(compiled, case, asked, main, loaded.texts, policy)
        if wanted.embed:
            body["book"]["texts"] = dict(book.texts)
        _keep(given, wanted, body, hidden, dict(book.texts))
    return OK


def _policy(given: Settings, wanted: Wanted) -> Policy:
    """Which facts are masked; what is masked has to be kept somewhere."""
    from whereas.records.mask import POLICIES

    typed, secrets = wanted.policy, wanted.secrets
    policy = next((p for p in POLICIES if p == typed), None)
    if policy is None:
        near = nearest(typed, POLICIES) or "personal"
        raise refused(given.argv, "U709", f"nothing is masked as `{typed}`", typed, "none of the policies",
                      notes=(f"they are: {', '.join(POLICIES)}",), help=f"write `--mask {near}`")  # fmt: skip
    if policy != "none" and secrets is None:
        raise refused(given.argv, "U709", "what is masked has to be kept somewhere", policy, "masks facts",
                      help="add `--secrets FILE`, and keep that file apart from the record")  # fmt: skip
    if policy == "none" and secrets is not None:
        raise refused(given.argv, "U709", "nothing is masked, so there are no secrets", secrets, "would be empty",
                      help="add `--mask personal`, or leave out `--secrets`")  # fmt: skip
    return policy


def _keep(given: Settings, wanted: Wanted, body: Json, hidden: Json, texts: dict[str, str]) -> None:
    """A record written where it is wanted, and what is masked in it apart from it. texts: those of the book."""
    from whereas.commands.log import opened
    from whereas.records import store
    from whereas.records.canonical import packed
    from whereas.scripts import spoken

    out, data = wanted.out, packed(body)
    if wanted.secrets is not None:
        write_file(given, wanted.secrets, json.dumps(hidden, ensure_ascii=False, indent=1).encode(), private=True)
    if out is not None and out != "-":
        write_file(given, out, data)
    if wanted.store is not None:
        with opened(given, wanted.store, make=True) as connection:
            number = store.append(connection, body, texts).number
        if not given.json:
            write(f"{wanted.store}: {spoken(given.lang)('record_filed', n=number)}\n")
    if (out is None and wanted.store is None) or out == "-":
        write(data.decode("utf-8"))
    elif out is not None and not given.json:
        write(f"{out}: {data[11:75].decode()}\n")
