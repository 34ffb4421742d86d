"""Compiled books kept between runs, under a name made of everything they were made from.

An entry is found only by the hash of the book's files, this program's version and sources, and the version of Python,
so a stale one is never met. An entry carries the hash of its own bytes; one that is cut short or changed is dropped.
`WHEREAS_CACHE` moves the cache to another folder; `WHEREAS_CACHE=off` does without.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from dsl.diagnostics import Result
from dsl.model import Book

_MOST_ENTRIES = 24
_DIGEST = 32


def folder() -> Path | None:
    """Where entries are kept; None if they are not to be."""
    chosen = os.environ.get("WHEREAS_CACHE")
    if chosen is not None:
        return None if chosen.strip().lower() in ("", "off", "0", "no") else Path(chosen)
    if sys.platform.startswith("linux"):  # what platformdirs says there, without the time its import takes
        home = os.environ.get("XDG_CACHE_HOME", "").strip()
        return (Path(home) if home else Path.home() / ".cache") / "whereas"
    from platformdirs import user_cache_path

    return user_cache_path("whereas", appauthor=False)


class _Pickler(pickle.Pickler):
    """Writes a frozen dataclass as a call with its fields: it is read back four times as fast as by its state."""

    def reducer_override(self, value: object) -> Any:
        """How a value is made again."""
        if is_dataclass(value) and not isinstance(value, type):
            return type(value), tuple(getattr(value, field.name) for field in fields(value))
        return NotImplemented


def key(files: Mapping[str, str], main: str, version: str) -> str:
    """The name of the entry for a book's files; the length of each part is hashed too, so none runs into another."""
    digest = hashlib.sha256()
    parts = [version, sys.version, _sources(), main]
    for name in sorted(files):
        parts += [name, files[name]]
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def _sources() -> str:
    """Hash of the sources that make a book from its files: a change to the compiler is a change of the entry."""
    import dsl

    digest = hashlib.sha256()
    for file in sorted(path for root in dsl.__path__ for path in Path(root).iterdir()):
        if file.suffix in (".py", ".lark"):
            digest.update(file.name.encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def fetch(name: str) -> Result[Book] | None:
    """What was kept under that name, if it is there and whole."""
    place = folder()
    if place is None:
        return None
    path = place / f"{name}.book"
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if len(data) <= _DIGEST or hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
        with contextlib.suppress(OSError):
            path.unlink()
        return None
    try:
        kept = pickle.loads(data[_DIGEST:])  # noqa: S301  our own bytes: their hash was just checked
    except Exception:  # noqa: BLE001  whatever a foreign pickle raises, the book is compiled afresh
        return None
    return kept if isinstance(kept, Result) and isinstance(kept.value, Book) else None


def keep(name: str, result: Result[Book]) -> None:
    """Keep a book and the warnings about it under that name; a cache that cannot be written is no reason to stop."""
    place = folder()
    if place is None:
        return
    import tempfile

    buffer = io.BytesIO()
    _Pickler(buffer, protocol=5).dump(result)
    data = buffer.getvalue()
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place, delete=False) as file:
            file.write(hashlib.sha256(data).digest() + data)
        Path(file.name).replace(place / f"{name}.book")
        _tidy(place)
    except OSError:
        return


def _tidy(place: Path) -> None:
    """Drop the entries that were made longest ago."""
    entries = sorted(place.glob("*.book"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in entries[_MOST_ENTRIES:]:
        path.unlink(missing_ok=True)
