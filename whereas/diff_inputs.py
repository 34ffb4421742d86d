"""The two editions that `diff` compares: folders, git revisions, or one book on two days."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path, PurePosixPath

from msgspec import Struct

from dsl.diagnostics import Diagnostic, Label, Result
from dsl.model import Book, Place
from whereas import driver
from whereas.limits import LARGEST_BOOK
from whereas.options import RefusedError, Settings, moved, refused

_GIT_SECONDS = 30


class Edition(Struct, frozen=True):
    """A book, and what to call it."""

    name: str
    book: Book


def edition(given: Settings, word: str) -> Edition:
    """The book in a folder or file of that name, or in a revision."""
    if word and Path(word).exists():
        return _loaded(given, word, driver.load_book(Path(word)), Path(word))
    if word == "":
        raise refused(given.argv, "U702", "cannot read ``", word, "the name is empty", help=_HELP)
    revision, colon, folder = word.partition(":")
    if not colon:
        folder = str(given.book if given.book is not None else driver.shipped())
    files = _at_revision(given, word, revision, Path(folder))
    mains = sorted(name for name in files if name.endswith(".rules") and "/" not in name)
    main = driver.MAIN if driver.MAIN in mains else mains[0] if len(mains) == 1 else None
    if main is None:
        why = f"no `{driver.MAIN}` in `{folder}` there"
        raise refused(given.argv, "U702", f"`{word}` has no book", word, why, help=_HELP)
    return _loaded(given, word, driver.compile_files(files, main), None, files)


_HELP = "name a folder with a book in it, a git revision such as `HEAD~1`, or `REVISION:FOLDER`"


def _loaded(
    given: Settings, word: str, result: Result[Book], path: Path | None, files: dict[str, str] | None = None
) -> Edition:
    if result.value is not None:
        return Edition(word, result.value)
    texts = files if files is not None else _texts(path)
    diagnostics, more = moved(result.diagnostics, given.argv, word)
    raise RefusedError(diagnostics, {**texts, **more})


def _texts(path: Path | None) -> dict[str, str]:
    read = driver.book_files(path)
    return read.value[0] if read.value else {}


def _at_revision(given: Settings, word: str, revision: str, folder: Path) -> dict[str, str]:
    """The texts of a folder at a revision, by name inside it."""
    there = folder if folder.is_dir() else folder.parent if folder.parent.is_dir() else Path()
    top = _git(given, word, there, "rev-parse", "--show-toplevel")
    if top is None:
        raise refused(
            given.argv, "U702", f"cannot read `{word}`", word, "no such file or folder, and no git repository here",
            help=_HELP,
        )  # fmt: skip
    commit = _git(given, word, there, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None or not revision:
        raise refused(
            given.argv, "U702", f"cannot read `{word}`", word,
            f"no such file or folder, and `{revision}` is no git revision", help=_HELP,
        )  # fmt: skip
    root = Path(top.decode().strip())
    inside = folder.resolve()
    if not inside.is_relative_to(root.resolve()):
        raise refused(
            given.argv, "U702", f"cannot read `{word}`", word, f"`{folder}` is not in the repository `{root.name}`",
            help="say which folder with `--book`, or write `REVISION:FOLDER`",
        )  # fmt: skip
    name = inside.relative_to(root.resolve()).as_posix()
    tree = commit.decode().strip() + ("" if name == "." else f":{name}")
    data = _git(given, word, root, "archive", "--format=tar", tree)
    if data is None:
        raise refused(
            given.argv, "U702", f"cannot read `{word}`", word, f"there is no folder `{name}` at that revision",
            help=_HELP,
        )  # fmt: skip
    return _unpacked(given, word, data)


def _unpacked(given: Settings, word: str, data: bytes) -> dict[str, str]:
    files: dict[str, str] = {}
    found: list[Diagnostic] = []
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            path = PurePosixPath(member.name)
            if not member.isfile() or path.suffix not in driver.KINDS or any(p.startswith(".") for p in path.parts):
                continue
            handle = archive.extractfile(member)
            read = driver.decoded(handle.read() if handle else b"", f"{word}:{member.name}")
            found += read.diagnostics
            if read.value is not None:
                files[member.name] = read.value
    if found:
        raise RefusedError(
            [Diagnostic(d.code, d.message, Label(Place(d.primary.place.file, 0, 0), d.primary.text)) for d in found], {}
        )
    if sum(map(len, files.values())) > LARGEST_BOOK:
        raise refused(given.argv, "U702", f"cannot read `{word}`", word, f"more than {LARGEST_BOOK:,} characters")
    return files


def _git(given: Settings, word: str, folder: Path, *args: str) -> bytes | None:
    """What git prints; None if it cannot do that."""
    try:
        done = subprocess.run(  # noqa: S603
            ["git", "-C", str(folder), *args],  # noqa: S607
            capture_output=True,
            timeout=_GIT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, ValueError):
        raise refused(
            given.argv, "U702", f"cannot read `{word}`", word, "no such file or folder, and git cannot be asked",
            help=_HELP,
        ) from None  # fmt: skip
    return done.stdout if done.returncode == 0 else None
