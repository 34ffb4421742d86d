"""`check`: findings about a book, and the fixes of those that have one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dsl.diagnostics import OPTION, Diagnostic
from dsl.model import Book
from whereas import driver
from whereas.commands.shared import (
    BAD_INPUT,
    FINDINGS,
    OK,
    as_data,
    book_texts,
    counted,
    show,
    write,
    write_file,
    write_json,
)
from whereas.options import Settings, book_path, moved


def check(given: Settings, place: str | None, *, fix: bool = False, diff: bool = False) -> int:
    """Findings about a book. `fix`: make the fixes there are; `diff`: only show them, as a patch."""
    where = book_path(place, given.argv) or given.book
    if fix or diff:
        return _fix(given, where, write_files=fix and not diff)
    result = driver.load_book(where)
    diagnostics, texts = moved(result.diagnostics, given.argv, str(where or driver.shipped()))
    texts = {**book_texts(where), **texts}
    diagnostics = (*diagnostics, *_of_examples(result.value))
    unread = result.value is None and all(d.primary.place.file == OPTION for d in diagnostics)
    if given.json:
        write_json({"version": 1, "diagnostics": as_data(diagnostics, texts)})
    elif diagnostics:
        show(diagnostics, texts, to_stdout=not unread)
        _say_how_many_have_a_fix(diagnostics)
    elif result.value is not None:
        _clean(result.value)
    return BAD_INPUT if unread else FINDINGS if diagnostics else OK


def _of_examples(book: Book | None) -> tuple[Diagnostic, ...]:
    """What is wrong with the facts of the examples of a book that is in order otherwise."""
    from whereas.examples import unreadable

    return unreadable(book) if book is not None else ()


def _clean(book: Book) -> None:
    categories, examples = len(book.categories), len(book.examples)
    found = f"{counted(categories, 'category', 'categories')}, {counted(examples, 'example', 'examples')}"
    write(f"{book.id}: {found}, no findings\n")


def _say_how_many_have_a_fix(diagnostics: tuple[Diagnostic, ...]) -> None:
    n = sum(bool(d.fix) for d in diagnostics)
    if n:
        write(f"\n{counted(n, 'finding', 'findings')} can be fixed with `whereas check --fix`\n")


def _fix(given: Settings, where: Path | None, *, write_files: bool) -> int:
    """Make the fixes of a book in its files, or show what they would change; then tell what is left."""
    from whereas.fixing import difference, fixed

    read = driver.book_files(where)
    if read.value is None:
        diagnostics, texts = moved(read.diagnostics, given.argv, str(where or driver.shipped()))
        show(diagnostics, texts)
        return BAD_INPUT
    files, main = read.value
    done = fixed(files, main)
    changed = [name for name in files if done.texts[name] != files[name]]
    left = (*done.left, *_of_examples(done.book))
    if write_files:
        _write(given, where, {name: done.texts[name] for name in changed})
    if given.json:
        fixes = [as_data([d], texts)[0] for d, texts in zip(done.fixed, done.shown, strict=True)]
        patch = difference(files, done.texts)
        data = as_data(left, done.texts)
        write_json({"version": 1, "fixed": fixes, "written": write_files, "patch": patch, "diagnostics": data})
    elif write_files:
        _tell(done.fixed, done.shown, changed)
        if left:
            show(left, done.texts, to_stdout=True, first=not done.fixed)
    else:
        write(difference(files, done.texts) or "nothing to fix\n")
    if write_files:
        return FINDINGS if left else OK
    return FINDINGS if done.fixed else OK


def _tell(found: tuple[Diagnostic, ...], texts: tuple[Mapping[str, str], ...], changed: list[str]) -> None:
    """Each finding that was fixed, on one line."""
    from dsl.source import SourceFile

    for d, text in zip(found, texts, strict=True):
        place = d.primary.place
        line, column = SourceFile(place.file, text[place.file]).line_column(place.start)
        write(f"fixed[{d.code}]: {place.file}:{line}:{column}: {d.message}\n")
    files = f" in {counted(len(changed), 'file', 'files')}" if changed else ""
    write(f"{counted(len(found), 'finding', 'findings')} fixed{files}\n")


def _write(given: Settings, where: Path | None, texts: Mapping[str, str]) -> None:
    """The changed files, in the folder of the book; line ends and a byte-order mark stay as they are."""
    place = where or driver.shipped()
    root = place if place.is_dir() else place.parent
    for name, text in texts.items():
        path = root / name
        mark = "\ufeff" if path.read_bytes().startswith(b"\xef\xbb\xbf") else ""
        write_file(given, str(path), (mark + text).encode(), help=_ELSEWHERE)


_ELSEWHERE = "run `whereas check --diff` and change the file elsewhere"
