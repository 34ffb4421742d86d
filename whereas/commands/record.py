"""`record`: the answer on a case with evidence for it, as a file and in a store."""

from __future__ import annotations

import json
from pathlib import Path

from dsl.suggest import nearest
from whereas import driver
from whereas.commands.shared import BAD_INPUT, OK, book_texts, load_cases, show, the_book, write, write_file
from whereas.options import Settings, chosen_among, chosen_readings, refused


def record(
    given: Settings,
    name: str,
    out: str | None,
    store: str | None,
    categories: tuple[str, ...],
    policy: str,
    secrets_file: str | None,
    *,
    embed: bool,
) -> int:
    """Record the answer on every case of a file. Without a file or a store to write to, the record is printed."""
    from solver.compiled import compile_book
    from whereas.records import make, mask
    from whereas.records.canonical import packed
    from whereas.scripts import spoken

    if policy not in mask.POLICIES:
        near = nearest(policy, mask.POLICIES) or "personal"
        raise refused(given.argv, "U709", f"nothing is masked as `{policy}`", policy, "none of the policies",
                      notes=(f"they are: {', '.join(mask.POLICIES)}",), help=f"write `--mask {near}`")  # fmt: skip
    if policy != "none" and secrets_file is None:
        raise refused(given.argv, "U709", "what is masked has to be kept somewhere", policy, "masks facts",
                      help="add `--secrets FILE`, and keep that file apart from the record")  # fmt: skip
    if policy == "none" and secrets_file is not None:
        raise refused(given.argv, "U709", "nothing is masked, so there are no secrets", secrets_file, "would be empty",
                      help="add `--mask personal`, or leave out `--secrets`")  # fmt: skip
    book = the_book(given)
    chosen = chosen_readings(given, book)
    names = chosen_among(given, book, categories, name)
    compiled = compile_book(book)
    loaded = load_cases(given, compiled, name)
    if loaded.diagnostics:
        show(loaded.diagnostics, loaded.texts)
    if not loaded.cases:
        return BAD_INPUT
    if len(loaded.cases) > 1 and (out is not None or secrets_file is not None):
        raise refused(given.argv, "U709", "the file holds several people, and a record is about one",
                      out or secrets_file or "", "one file for several records",
                      help="record them into a store with `--store FILE`, or one file a person")  # fmt: skip
    _, main = driver.book_files(given.book).value or (book_texts(given.book), driver.MAIN)
    asked = make.Asked(
        "all" if given.all_readings else chosen,
        given.judgements,
        given.as_known_on,
        names or tuple(book.categories),
        given.seconds,
    )
    for case in loaded.cases:
        body, hidden = make.record(compiled, case, asked, main, loaded.texts, policy)
        if embed:
            body["book"]["texts"] = dict(book.texts)
        data = packed(body)
        if secrets_file is not None:
            write_file(given, secrets_file, json.dumps(hidden, ensure_ascii=False, indent=1).encode(), private=True)
        if out is not None and out != "-":
            write_file(given, out, data)
        if store is not None:
            number = _append(given, store, body, dict(book.texts))
            if not given.json:
                write(f"{store}: {spoken(given.lang)('record_filed', n=number)}\n")
        if (out is None and store is None) or out == "-":
            write(data.decode("utf-8"))
        elif out is not None and not given.json:
            write(f"{out}: {data[11:75].decode()}\n")
    return OK


def _append(given: Settings, name: str, body: dict[str, object], texts: dict[str, str]) -> int:
    from whereas.commands.log import not_a_store
    from whereas.records import store

    try:
        with store.opened(Path(name), make=True) as connection:
            return store.append(connection, body, texts).number
    except (store.NotAStoreError, OSError) as error:
        raise not_a_store(given, name, str(error)) from None
    except Exception as error:
        import sqlite3

        if isinstance(error, sqlite3.Error):
            raise not_a_store(given, name, str(error)) from None
        raise
