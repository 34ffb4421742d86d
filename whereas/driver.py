"""Files in: reads books and cases from disk and hands their text to the stages, which never read files themselves."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dsl.diagnostics import OPTION, Diagnostic, Label, Result
from dsl.model import Book, Place
from dsl.suggest import nearest
from whereas import cache
from whereas.limits import LARGEST_BOOK, LARGEST_FILE

if TYPE_CHECKING:
    from solver.compiled import Compiled

VERSION = "0.1.0"
MAIN = "book.rules"
KINDS = (".rules", ".csv")
_OTHER_BOOK = f"name a folder with a `{MAIN}` in it, or leave it out for the book that comes with Whereas"
_SKIPPED = ("__pycache__", "node_modules")


def shipped() -> Path:
    """The folder of the book that comes with the project."""
    return Path(__file__).resolve().parent.parent / "policy" / "hk"


_SMALLER = "put what is in it into several files"


def cannot_read(name: str, why: str, help: str | None = None) -> Diagnostic:
    """A file named on the command line that gives no text."""
    return Diagnostic("U702", f"cannot read `{name}`", Label(Place(OPTION, 0, len(name)), why), help=help)


def load_book(path: Path | None = None) -> Result[Book]:
    """The checked book in a folder, or that begins with a `.rules` file; the shipped one for None.

    A book without errors is kept between runs. A finding about the path itself is in the file `<option>`.
    """
    read = book_files(path)
    if read.value is None:
        return Result(None, read.diagnostics)
    return _book(*read.value, cache.key(*read.value, VERSION))


def _book(files: Mapping[str, str], main: str, key: str) -> Result[Book]:
    """The checked book of some files, kept under a key."""
    kept = cache.fetch(f"{key}.book", Result)
    if kept is not None and isinstance(kept.value, Book):
        return kept
    result = compile_files(files, main)
    if result.value is not None:
        cache.keep(f"{key}.book", result)
    return result


def load_compiled(path: Path | None = None) -> Result[Compiled]:
    """The book in a folder made ready to answer; what is worked out about it, and its trees, are kept between runs.

    It is without its examples: no answer reads them, and they are a third of what would be read from the disk.
    """
    from solver.compiled import compile_book
    from solver.kept import Prepared, compiled_again, plant, prepared, solver_version

    read = book_files(path)
    if read.value is None:
        return Result(None, read.diagnostics)
    key = cache.key(*read.value, VERSION)
    kept = cache.fetch(f"{key}.ready", Prepared)
    if kept is None:
        result = _book(*read.value, key)
        if result.value is None:
            return Result(None, result.diagnostics)
        compiled = compile_book(replace(result.value, examples={}))
        if cache.folder() is not None:
            cache.keep(f"{key}.ready", prepared(compiled))
    else:
        compiled = compiled_again(kept, read.value[0])
    compiled.entry = f"{key}-{solver_version()}.trees"
    trees = cache.read(compiled.entry)
    if trees is not None:
        plant(compiled, trees)
    return Result(compiled)


def keep_trees(compiled: Compiled) -> None:
    """Keep the trees of a loaded book, if people have made them grow."""
    from solver.kept import has_grown, written

    if cache.folder() is None or not compiled.entry or not has_grown(compiled):
        return
    data = written(compiled)
    if data is not None:
        cache.write(compiled.entry, data)


def compile_files(files: Mapping[str, str], main: str) -> Result[Book]:
    """The checked book of some files, never from the cache."""
    from dsl.book import compile_book_files

    return compile_book_files(files, main)


def edition(book: Book) -> str:
    """The hash of the texts a book was read from: names the edition in records and JSON."""
    digest = hashlib.sha256()
    for name in sorted(book.texts):
        data = book.texts[name].encode("utf-8", "surrogatepass")
        digest.update(f"{len(name)}:{name}{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def book_files(path: Path | None) -> Result[tuple[dict[str, str], str]]:
    """The texts of a book by name from its folder, and the file it begins with."""
    place = shipped() if path is None else path
    name = str(place)
    if not place.exists():
        return Result(None, (cannot_read(name, "there is no such file or folder", _near(place) or _OTHER_BOOK),))
    if place.is_file():
        if place.suffix != ".rules":
            return Result(None, (cannot_read(name, "not a folder and not a `.rules` file", _OTHER_BOOK),))
        root, main = place.parent, place.name
    else:
        root = place
        found = sorted(file.name for file in root.glob("*.rules"))
        if MAIN not in found and len(found) != 1:
            why = f"several files could begin the book: {', '.join(found[:5])}" if found else "no `.rules` file in it"
            fix = f"name the file, as in `{place / found[0]}`" if found else f"put a file `{MAIN}` in it"
            return Result(None, (cannot_read(name, why, fix),))
        main = MAIN if MAIN in found else found[0]
    return _texts(root, main)


def _texts(root: Path, main: str) -> Result[tuple[dict[str, str], str]]:
    files: dict[str, str] = {}
    found: list[Diagnostic] = []
    size = 0
    for name in sorted(_inside(str(root)), key=lambda name: name.split("/")):
        text = read_text(root / name)
        found += text.diagnostics
        if text.value is not None:
            files[name] = text.value
            size += len(text.value)
        if size > LARGEST_BOOK:
            return Result(None, (cannot_read(str(root), f"more than {LARGEST_BOOK:,} characters of rules"),))
    return Result(None if found else (files, main), tuple(found))


def _inside(folder: str, before: str = "") -> Iterator[str]:
    """The names of the files of a book in a folder and the folders below it."""
    with suppress(PermissionError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name in _SKIPPED:
                continue
            if entry.name.endswith(KINDS):
                yield f"{before}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from _inside(entry.path, f"{before}{entry.name}/")


def documents(book: Book, folder: Path) -> Result[dict[str, str]]:
    """The stored documents of a book's sources, from a folder, by the names that the sources give them."""
    if not folder.is_dir():
        return Result(None, (cannot_read(str(folder), "there is no such folder", "name the folder of the documents"),))
    names = sorted({source.document for source in book.sources.values() if source.document is not None})
    read = {name: read_text(folder / name) for name in names}
    fix = "put the document there, or take `document` from its source"
    found = tuple(replace(d, help=fix) for text in read.values() for d in text.diagnostics)
    return Result(None if found else {name: text.value or "" for name, text in read.items()}, found)


def read_text(file: Path) -> Result[str]:
    """The text of a file in UTF-8, with or without a byte-order mark."""
    name = str(file)
    try:
        if file.stat().st_size > LARGEST_FILE:
            return Result(None, (cannot_read(name, f"larger than {LARGEST_FILE:,} bytes", _SMALLER),))
        data = file.read_bytes()
    except (OSError, ValueError) as error:
        return Result(
            None,
            (cannot_read(name, _why(error), _near(file) or "name a file that is there, or `-` for standard input"),),
        )
    return decoded(data, name)


def read_input(name: str, kind: str = "*.yaml") -> Result[str]:
    """The text of a file of a kind, such as a case, named on the command line; `-` is standard input."""
    if name == "":
        return Result(None, (cannot_read(name, "the name is empty", "name a file, or `-` for standard input"),))
    if name != "-":
        path = Path(name)
        if "\0" not in name and path.is_dir():
            why, fix = "this is a folder", f"name the files in it, as in `{path / kind}`"
            return Result(None, (cannot_read(name, why, fix),))
        return read_text(path)
    if sys.stdin is None:
        return Result(None, (cannot_read(name, "standard input is closed", "name a file"),))
    data = sys.stdin.buffer.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        return Result(None, (cannot_read(name, f"more than {LARGEST_FILE:,} bytes", _SMALLER),))
    return decoded(data, name)


def decoded(data: bytes, name: str) -> Result[str]:
    """Bytes as text."""
    try:
        return Result(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        why = f"not text in UTF-8: byte {error.start + 1}, on line {line}"
        place = Label(Place(OPTION, 0, len(name)), why)
        found = Diagnostic("C530", f"`{name}` is not text in UTF-8", place, help="save the file as UTF-8")
        return Result(None, (found,))


def _why(error: Exception) -> str:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return "there is no such file"
        case PermissionError():
            return "you may not read it"
        case IsADirectoryError():
            return "this is a folder"
        case OSError(strerror=str() as words):
            return words.lower()
        case _:
            return "the name cannot be the name of a file"


def _near(path: Path) -> str | None:
    """The name of a neighbour that was probably meant."""
    try:
        near = nearest(path.name, sorted(item.name for item in path.parent.iterdir()))
    except (OSError, ValueError):
        return None
    return f"write `{path.parent / near}`" if near else None
