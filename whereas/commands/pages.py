"""`pages`: pages and diagrams of every scheme of a book."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from whereas.commands.shared import FINDINGS, OK, the_book, write, write_json
from whereas.options import Settings, book_path, refused

_OURS = re.compile(r".+\.(en|zh)\.(md|svg)|README\.md")
"""Names that the pages have; other files in their folder are nobody's concern here."""


def pages(given: Settings, place: str | None, folder: str, *, check_only: bool) -> int:
    """Write the pages, or only say which of those in the folder are not what the book gives."""
    from whereas.pages import pages as made_from

    out = Path(folder)
    if not folder or (out.exists() and not out.is_dir()):
        raise refused(
            given.argv, "U709", "`--out` names a folder", folder or "--out", "not a folder",
            help="write the name of a folder, as in `--out docs/schemes`",
        )  # fmt: skip
    wanted = made_from(the_book(given, book_path(place, given.argv)))
    states = _compared(out, wanted)
    changed = {name: state for name, state in states.items() if state != "same"}
    if not check_only:
        out.mkdir(parents=True, exist_ok=True)
        for name in changed.keys() & wanted.keys():
            (out / name).write_text(wanted[name], "utf-8", newline="\n")
    if given.json:
        files = [{"file": name, "state": state} for name, state in states.items()]
        write_json({"version": 1, "written": not check_only, "files": files})
        return FINDINGS if check_only and changed else OK
    said = "to be written" if check_only else "written"
    words = {"missing": said, "changed": "out of date" if check_only else said, "left over": "not made from the book"}
    for name, state in changed.items():
        write(f"{out / name}: {words[state]}\n")
    write(f"{len(states) - len(changed)} of {len(wanted)} files {'are' if check_only else 'were'} up to date\n")
    return FINDINGS if check_only and changed else OK


def _compared(out: Path, wanted: Mapping[str, str]) -> dict[str, str]:
    """Each page and whether the file of its name is it: `same`, `changed`, `missing`; or one `left over`."""
    there = {path.name for path in out.iterdir() if path.is_file()} if out.is_dir() else set()
    states = {}
    for name, text in wanted.items():
        states[name] = "missing" if name not in there else "same" if _text(out / name) == text else "changed"
    return states | {name: "left over" for name in sorted(there - wanted.keys()) if _OURS.fullmatch(name)}


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return None
