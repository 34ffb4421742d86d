"""What commands share: exit codes, writing, and reading books and cases."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from dsl.calendar import today
from dsl.diagnostics import Diagnostic, Result
from dsl.model import Book
from whereas import driver
from whereas.options import RefusedError, Settings, chosen_readings, moved, refused

if TYPE_CHECKING:
    from dsl.case import Case
    from solver.answer import Answer
    from solver.blocking import Asking
    from solver.compiled import Compiled

Made = TypeVar("Made")

OK, FINDINGS, BAD_INPUT, OUR_BUG = 0, 1, 2, 3


class Loaded(Struct, frozen=True):
    """A case file that was read, or what is wrong with it."""

    name: str
    cases: tuple[Case, ...]
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]


def write(text: str) -> None:
    """Text to standard output."""
    sys.stdout.write(text)


def write_json(data: object) -> None:
    """Data to standard output."""
    import json

    write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


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


def the_compiled(given: Settings, place: Path | None = None) -> Compiled:
    """The book asked for, ready to answer, without its examples; `driver.keep_trees` keeps what it learns."""
    where = place if place is not None else given.book
    return _made(given, where, driver.load_compiled(where))


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


def answer_case(given: Settings, compiled: Compiled, book: Book, case: Case, **more: object) -> Answer:
    """The answer on one case with the options as given; what the command line chooses goes before the case's choice."""
    from solver.assess import assess as solve

    readings = chosen_readings(given, book)
    return solve(
        compiled,
        case,
        readings="all" if given.all_readings else {**case.readings, **readings},
        judgements=given.judgements,
        as_known_on=given.as_known_on,
        seconds=given.seconds,
        **more,  # type: ignore[arg-type]
    )


def asked(given: Settings, compiled: Compiled, book: Book, case: Case) -> Asking:
    """One case made ready to ask of its parts, with the options as given."""
    from solver.blocking import asking
    from solver.compiled import at
    from solver.run import Deadline

    return asking(
        at(compiled, given.as_known_on),
        case,
        readings="all" if given.all_readings else {**case.readings, **chosen_readings(given, book)},
        judgements=given.judgements,
        deadline=Deadline(given.seconds),
    )
