"""What commands share: exit codes, writing, and reading books and cases."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, TypeVar

from msgspec import Struct

from dsl.calendar import today
from dsl.diagnostics import Diagnostic, Result
from dsl.model import Book
from whereas import driver
from whereas.options import RefusedError, Settings, chosen_readings, moved, refused

if TYPE_CHECKING:
    import datetime as dt

    from dsl.case import Case
    from solver.answer import Answer
    from solver.blocking import Asking
    from solver.compiled import Compiled
    from solver.situation import Readings
    from whereas.options import Judgements

Made = TypeVar("Made")

OK, FINDINGS, BAD_INPUT, OUR_BUG = 0, 1, 2, 3


class Loaded(Struct, frozen=True):
    """A case file that was read, or what is wrong with it."""

    name: str
    cases: tuple[Case, ...]
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]


class How(TypedDict):
    """How cases are to be answered, as the solver takes it."""

    readings: Readings
    judgements: Judgements
    as_known_on: dt.date | None


def write(text: str) -> None:
    """Text to standard output."""
    sys.stdout.write(text)


def write_json(data: object) -> None:
    """Data to standard output."""
    import json

    write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def write_to(given: Settings, name: str, text: str) -> None:
    """Text to a file, or to standard output for `-`."""
    if name == "-":
        write(text)
    else:
        write_file(given, name, text.encode("utf-8", "backslashreplace"))


def write_file(
    given: Settings,
    name: str,
    data: bytes,
    *,
    private: bool = False,
    help: str = "name a file in a folder that is there",
) -> None:
    """Bytes to a file; one that cannot be written refuses the command. private: for nobody else to read."""
    if name.startswith("--"):
        raise cannot_write(given, name, "an option, where a file is to be named", f"name a file before `{name}`")
    try:
        path = Path(name)
        if private:
            path.touch(mode=0o600)
        path.write_bytes(data)
    except (OSError, ValueError) as error:
        raise cannot_write(given, name, _why_not(name, error), help) from None


def cannot_write(
    given: Settings, name: str, why: str, help: str = "name a file in a folder that is there"
) -> RefusedError:
    """A file that is to be written and cannot be."""
    return refused(given.argv, "U702", f"cannot write `{name}`", name, why, help=help)


def _why_not(name: str, error: OSError | ValueError) -> str:
    """Why nothing can be written under that name."""
    match error:
        case _ if name == "":
            return "the name is empty"
        case IsADirectoryError():
            return "this is a folder"
        case FileNotFoundError() | NotADirectoryError():
            return "there is no such folder"
        case PermissionError():
            return "you may not write it"
        case OSError(strerror=str() as words):
            return words.lower()
        case _:
            return "not the name of a file"


def coloured(stream: object) -> bool:
    """Whether to paint: on a terminal that has not asked for plain text."""
    is_terminal = getattr(stream, "isatty", lambda: False)()
    return bool(is_terminal) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show(
    diagnostics: Iterable[Diagnostic], texts: Mapping[str, str], *, to_stdout: bool = False, first: bool = True
) -> None:
    """Findings as text, an empty line before those that are not the first."""
    from dsl.render import render_all

    stream = sys.stdout if to_stdout else sys.stderr
    stream.write(("" if first else "\n") + render_all(diagnostics, texts, colour=coloured(stream)) + "\n")


def as_data(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]) -> list[dict[str, object]]:
    """Findings as data."""
    from dsl.render import as_json

    return [as_json(d, texts) for d in diagnostics]


def width() -> int:
    """Columns to write in."""
    from whereas.report_text import WIDTH

    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return WIDTH
    from shutil import get_terminal_size

    return min(get_terminal_size((WIDTH, 24)).columns, 120)


def counted(n: int, one: str, several: str) -> str:
    """A number with its word."""
    return f"{n} {one if n == 1 else several}"


def the_book(given: Settings, place: Path | None = None) -> Book:
    """The book asked for; findings that are errors refuse the command."""
    where = place if place is not None else given.book
    return _made(given, where, driver.load_book(where))


def the_compiled(given: Settings) -> Compiled:
    """The book asked for, ready to answer, without its examples; `driver.keep_trees` keeps what it learns."""
    return _made(given, given.book, driver.load_compiled(given.book))


def _made(given: Settings, where: Path | None, result: Result[Made]) -> Made:
    if result.value is None:
        diagnostics, texts = moved(result.diagnostics, given.argv, str(where or driver.shipped()))
        raise RefusedError(diagnostics, {**book_texts(where), **texts})
    return result.value


def book_texts(place: Path | None) -> dict[str, str]:
    """The files of a book, by name."""
    read = driver.book_files(place)
    return read.value[0] if read.value else {}


def load_cases(given: Settings, compiled: Compiled, name: str, *, checked: bool = True) -> Loaded:
    """The cases in a file, checked against the book unless that waits until the day of filing is known."""
    text = driver.read_input(name)
    if text.value is None:
        return Loaded(name, (), *moved(text.diagnostics, given.argv, name))
    from dsl.casefile import read_case
    from solver.check import check_case

    shown = "<stdin>" if name == "-" else name
    texts = {shown: text.value}
    read = read_case(text.value, shown, compiled.book, today=today())
    if read.value is None:
        return Loaded(name, (), read.diagnostics, texts)
    found = tuple(d for case in read.value for d in check_case(compiled, case)) if checked else ()
    return Loaded(name, () if found else read.value, (*read.diagnostics, *found), texts)


def single(given: Settings, compiled: Compiled, name: str) -> Loaded | None:
    """The one case of a file, its findings shown; None if it cannot be used. Several cases refuse the command."""
    loaded = load_cases(given, compiled, name)
    if loaded.diagnostics:
        if given.json and not loaded.cases:
            write_json({"version": 1, "case": name, "diagnostics": as_data(loaded.diagnostics, loaded.texts)})
        else:
            show(loaded.diagnostics, loaded.texts)
    if len(loaded.cases) > 1:
        raise refused(
            given.argv, "U709", f"there are {len(loaded.cases)} cases in `{name}`", name, "one is needed here",
            help="put the case into a file of its own",
        )  # fmt: skip
    return loaded if loaded.cases else None


def how(given: Settings, book: Book, case: Case) -> How:
    """How one case is to be answered; a reading that the command line chooses goes before the case's choice."""
    chosen = chosen_readings(given, book)
    readings: Readings = "all" if given.all_readings else {**case.readings, **chosen}
    return {"readings": readings, "judgements": given.judgements, "as_known_on": given.as_known_on}


def answer_case(
    given: Settings, compiled: Compiled, case: Case, categories: Sequence[str] | None = None, *, whole: bool
) -> Answer:
    """The answer on one case with the options as given; not `whole`: with no steps but those that decide."""
    from solver.assess import assess as solve

    asked = how(given, compiled.book, case)
    return solve(compiled, case, **asked, categories=categories, whole=whole, seconds=given.seconds)


def asked(given: Settings, compiled: Compiled, case: Case) -> Asking:
    """One case made ready to ask of its parts, with the options as given."""
    from solver.blocking import asking
    from solver.compiled import at
    from solver.run import Deadline

    readings = how(given, compiled.book, case)["readings"]
    known = at(compiled, given.as_known_on)
    return asking(known, case, readings=readings, judgements=given.judgements, deadline=Deadline(given.seconds))


def read_once(given: Settings, *names: str | None) -> None:
    """Refuse to read standard input for two things."""
    if names.count("-") > 1:
        raise refused(
            given.argv, "U709", "standard input is named twice", "-", "it can be read once", help="name it once"
        )


def one_report(given: Settings, *files: str | None) -> None:
    """Refuse two reports on standard output: JSON, and those that are to go to the file `-`."""
    if files.count("-") + given.json > 1:
        raise refused(
            given.argv, "U709", "two reports are asked for on standard output", "-", "here, and another report",
            help="name a file, as in `--html page.html`",
        )  # fmt: skip
