"""`pages`: pages and diagrams of every scheme of a book.

A file that is made no more goes when the pages are written, if the pages that stood there led to it: they say what made
them, and from which book. Any other is only named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from dsl.model import Book
from whereas.commands.shared import FINDINGS, OK, the_book, write, write_file, write_json
from whereas.options import Settings, book_path, refused

_OURS = re.compile(r".+\.(en|zh)\.(md|svg)|README\.md")
"""Names that the pages have; other files in their folder are nobody's concern here."""

_LINK = re.compile(r"\]\(([^()#\s]+)")


def pages(given: Settings, place: str | None, folder: str, *, check_only: bool) -> int:
    """Write the pages, or only say which of those in the folder are not what the book gives."""
    from whereas.pages import pages as made_from

    book = the_book(given, book_path(place, given.argv))
    out = Path(folder)
    if not folder or (out.exists() and not out.is_dir()):
        raise refused(
            given.argv, "U709", "`--out` names a folder", folder or "--out", "not a folder",
            help="write the name of a folder, as in `--out docs/schemes`",
        )  # fmt: skip
    wanted = made_from(book)
    states = _compared(out, wanted)
    if not check_only:
        out.mkdir(parents=True, exist_ok=True)
        for name in (name for name in _led_to(out, book) if states.get(name) == "left over"):
            (out / name).unlink()
            states[name] = "removed"
    changed = {name: state for name, state in states.items() if state != "same"}
    for name in changed.keys() & wanted.keys() if not check_only else ():
        write_file(given, str(out / name), wanted[name].encode())
    if given.json:
        files = [{"file": name, "state": state} for name, state in states.items()]
        write_json({"version": 1, "written": not check_only, "files": files})
        return FINDINGS if check_only and changed else OK
    said = "to be written" if check_only else "written"
    words = {"missing": said, "changed": "out of date" if check_only else said, "left over": "not made from the book"}
    for name, state in changed.items():
        write(f"{out / name}: {words.get(state, state)}\n")
    write(f"{len(states) - len(changed)} of {len(wanted)} files {'are' if check_only else 'were'} up to date\n")
    return FINDINGS if check_only and changed else OK


def _compared(out: Path, wanted: Mapping[str, str]) -> dict[str, str]:
    """Each page and whether the file of its name is it: `same`, `changed`, `missing`; or one `left over`."""
    there = {path.name for path in out.iterdir() if path.is_file()} if out.is_dir() else set()
    states = {}
    for name, text in wanted.items():
        states[name] = "missing" if name not in there else "same" if _text(out / name) == text else "changed"
    return states | {name: "left over" for name in sorted(there - wanted.keys()) if _OURS.fullmatch(name)}


def _led_to(out: Path, book: Book) -> set[str]:
    """The files that pages made from the book, as they stand in a folder, lead to from their index on."""
    from whereas.pages import INDEX, LANGS
    from whereas.phrases import say
    from whereas.values import pick

    heads = [say("generated", lang, book=pick(book.label, lang)) for lang in LANGS]
    found, todo = set[str](), [INDEX]
    while todo:
        name = todo.pop()
        text = _text(out / name) if name.endswith(".md") and (out / name).is_file() else None
        if text is not None and any(head in text for head in heads):
            links = set(_LINK.findall(text)) - found
            found |= links
            todo += links
    return found


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return None
