"""The fixes of findings made in the texts of a book."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from dsl.codes import CODES
from dsl.diagnostics import Diagnostic, Replacement, Result, Severity
from dsl.model import Book
from whereas.driver import compile_files

_ROUNDS = 20
"""How often a text is fixed again: what one fix leaves, such as `not not not x`, may want another."""


class Fixed(Struct, frozen=True):
    """The texts of a book with every fix made, the findings that were fixed and those that are left, by their rounds.

    `shown`: the texts in which the fixed findings have their places, one for each of them. `book`: what is there at
    the end, if it can be read.
    """

    texts: Mapping[str, str]
    fixed: tuple[Diagnostic, ...]
    shown: tuple[Mapping[str, str], ...]
    left: tuple[Diagnostic, ...]
    book: Book | None = None


def fixed(texts: Mapping[str, str], main: str) -> Fixed:
    """A book with every fix made that leaves it without errors; a book that has errors is left as it is."""
    done: list[Diagnostic] = []
    shown: list[Mapping[str, str]] = []
    result = compile_files(texts, main)
    for _ in range(_ROUNDS):
        chosen = list(_apart(d for d in result.diagnostics if d.fix and d.primary.place.file in texts))
        if result.value is None or not chosen:
            break
        if not _clean(after := compile_files(replaced(texts, _all(chosen)), main)):
            # One of them takes away what something else names, such as an example: that one is not made.
            chosen = [d for d in chosen if _clean(compile_files(replaced(texts, d.fix), main))]
            after = compile_files(replaced(texts, _all(chosen)), main)
        if not chosen or not _clean(after):
            break
        changed = replaced(texts, _all(chosen))
        done += chosen
        shown += [texts] * len(chosen)
        texts, result = changed, after
    return Fixed(texts, tuple(done), tuple(shown), result.diagnostics, result.value)


def _all(chosen: Iterable[Diagnostic]) -> list[Replacement]:
    return [r for d in chosen for r in d.fix]


def _clean(result: Result[Book]) -> bool:
    return not any(CODES[d.code].severity is Severity.ERROR for d in result.diagnostics)


def _apart(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Findings whose fixes do not touch one another; the others wait for the next round."""
    taken: list[Replacement] = []
    for d in found:
        if not any(_touch(r, other) for r in d.fix for other in taken):
            taken += d.fix
            yield d


def _touch(a: Replacement, b: Replacement) -> bool:
    same = a.place.file == b.place.file
    return same and a.place.start <= b.place.end and b.place.start <= a.place.end


def replaced(texts: Mapping[str, str], replacements: Iterable[Replacement]) -> dict[str, str]:
    """The texts with other words in some places; those must not overlap."""
    out = dict(texts)
    for r in sorted(replacements, key=lambda r: (r.place.file, -r.place.start)):
        text = out[r.place.file]
        out[r.place.file] = text[: r.place.start] + r.text + text[r.place.end :]
    return out


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """What has changed, as a patch."""
    lines: list[str] = []
    for name in before:
        if before[name] != after[name]:
            old, new = (texts[name].splitlines(keepends=True) for texts in (before, after))
            lines += difflib.unified_diff(old, new, f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
