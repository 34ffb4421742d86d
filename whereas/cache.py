"""Compiled books kept between runs, under a name made of everything they were made from.

An entry is found only by the hash of the book's files, this program's version and sources, and the version of Python,
so a stale one is never met. Nothing of a case is kept. An entry carries the hash of its own bytes; one that is cut
short or changed is dropped. `WHEREAS_CACHE` moves the cache to another folder; `WHEREAS_CACHE=off` does without.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

_MOST_ENTRIES = 24
"""How many entries of each kind are kept."""

_MOST_BYTES = 64 * 2**20
"""How large one may be."""

_PART = ".part"
_STOPPED = 3600.0
"""Seconds after which nobody is still writing an entry."""

_DIGEST = 32

Kept = TypeVar("Kept")


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
    """Hash of the sources that make of a book's files what is kept: a change to them is a change of the entry."""
    import dsl
    import solver

    digest = hashlib.sha256()
    for root in sorted((*dsl.__path__, *solver.__path__)):
        with os.scandir(root) as entries:
            files = sorted((entry.name, entry.path) for entry in entries if entry.name.endswith((".py", ".lark")))
        for name, path in files:
            digest.update(name.encode())
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123  half the time of a Path, a hundred times
                digest.update(file.read())
    return digest.hexdigest()


def fetch(name: str, kind: type[Kept]) -> Kept | None:
    """What was kept under that name, if it is there, whole and of that kind."""
    data = read(name)
    if data is None:
        return None
    try:
        kept = pickle.loads(data)  # noqa: S301  our own bytes: their hash was just checked
    except Exception:  # noqa: BLE001  whatever a foreign pickle raises, it is made afresh
        return None
    return kept if isinstance(kept, kind) else None


def keep(name: str, value: object) -> None:
    """Keep a value under that name; a cache that cannot be written is no reason to stop."""
    if folder() is None:
        return
    write(name, pickle.dumps(value, protocol=5))


def read(name: str) -> bytes | None:
    """The bytes kept under that name; an entry that is cut short or changed is dropped."""
    place = folder()
    if place is None:
        return None
    path = place / name
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if len(data) <= _DIGEST or hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
        with contextlib.suppress(OSError):
            path.unlink()
        return None
    return data[_DIGEST:]


def write(name: str, data: bytes) -> None:
    """Keep bytes under that name, all at once: who reads meanwhile finds the entry as it was or as it is now."""
    place = folder()
    if place is None or len(data) > _MOST_BYTES:
        return
    import tempfile

    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place, suffix=_PART, delete=False) as file:
            part = Path(file.name)
            file.write(hashlib.sha256(data).digest() + data)
        try:
            part.replace(place / name)
        except OSError:
            part.unlink(missing_ok=True)
        _tidy(place, Path(name).suffix)
    except OSError:
        return


def _tidy(place: Path, suffix: str) -> None:
    """Drop the entries of a kind that were made longest ago, and what commands that were stopped left half written."""
    entries = sorted(place.glob(f"*{suffix}"), key=_made, reverse=True)
    left = (path for path in place.glob(f"*{_PART}") if _made(path) < time.time() - _STOPPED)
    for path in (*entries[_MOST_ENTRIES:], *left):
        path.unlink(missing_ok=True)


def _made(path: Path) -> float:
    """When an entry was made; one that another command has just dropped was made long ago."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0
