"""What every declaration is made of: parts that may stand under it, its place, citations it must have."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from dsl.model import Citation, Place
from dsl.scope import Declared, Names
from dsl.syntax import Line
from dsl.words import citations

T = TypeVar("T")


def each(names: Names, kind: str, build: Callable[[str, Declared], T | None]) -> dict[str, T]:
    """Every declaration of a kind, built; broken ones are left out."""
    out = {}
    for name, declared in names.of(kind).items():
        made = build(name, declared)
        if made is not None:
            out[name] = made
    return out


def parts(d: Declared, names: Names, *allowed: str, once: tuple[str, ...] = ()) -> None:
    """Report lines that do not belong under a declaration, and parts that stand twice."""
    seen: set[str] = set()
    for line in d.line.lines:
        if line.head is None:
            continue
        kind = line.kind
        if kind not in allowed:
            text = names.texts[d.file][line.start : line.head.end].split("\n")[0]
            names.report(
                "S009" if kind == "item" else "S008",
                f"this line has no place under `{d.line.kind.replace('_', ' ')} {d.name.text}`",
                d.file,
                line,
                f"`{text[:40]}`",
                help="delete it, or move it under the declaration it belongs to",
            )
        elif kind in once and kind in seen:
            names.report(
                "S008", "a part that may stand once stands twice", d.file, line, "again here", help="keep one of them"
            )
        seen.add(kind)


def place(d: Declared) -> Place:
    """Where a declaration begins."""
    assert d.line.head is not None
    return Place(d.file, d.line.head.start, d.line.head.end)


def cited(line: Line, names: Names, file: str, what: str) -> tuple[Citation, ...]:
    """Citations that must be there."""
    cites = citations(line, names, file)
    if not cites and not any(a.kind == "cites" for a in line.attributes()):
        names.report(
            "A402", f"no citation for {what}", file, line, "which source says so?", help='add `cites SOURCE "pinpoint"`'
        )
    return cites
