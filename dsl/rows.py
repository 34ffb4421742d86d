"""Names of the law in a case: members of enumerations and rows of tables, and the nearest when a name is neither."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from dsl.model import OTHER, Enumeration, Table
from dsl.problem import Problem, plain, shown
from dsl.suggest import nearest

_LIKE = 0.6


def member(text: str, enumeration: Enumeration) -> str | Problem:
    """A member of an enumeration, by its id."""
    ids = [ident for ident, _ in enumeration.members]
    if text in ids:
        return text
    word = plain(text).casefold()
    labels = {words.casefold(): ident for ident, label in enumeration.members for words in (label.en, label.zh)}
    meant = labels.get(word) or nearest(word.replace(" ", "_").replace("-", "_"), ids)
    if meant is None and word.replace(" ", "_").replace("-", "_") in ids:
        meant = word.replace(" ", "_").replace("-", "_")
    if meant is None and (near := nearest(word, labels)):
        meant = labels[near]
    label = "a truth" if text in ("true", "false") else f"not one of {enumeration.label.en}"
    listed = ", ".join(f"`{ident}`" for ident in ids[:20]) + (f" and {len(ids) - 20} more" if len(ids) > 20 else "")
    fix = f"write `{meant}`" if meant else "write one of these, or `unknown`"
    return Problem("C511", f"no such value: {shown(text)}", label, fix, (f"the values are {listed}",))


def key(text: str, table: Table) -> str | Problem:
    """A key of a table: its id, the exact English or Chinese name of a row, or `other`."""
    if text == OTHER or any(row.key == text for row in table.rows):
        return text
    names = table_names(table)
    exact = names.get(unicodedata.normalize("NFC", text), ())
    if len(exact) == 1:
        return exact[0]
    if exact:
        message = f"a name stands for more than one row: {shown(text)}"
        labels = {row.key: row.label for row in table.rows if row.key in exact and row.label}
        rows = ", ".join(f"`{ident}` ({label.en}, {label.zh})" for ident, label in labels.items())
        fix = "write " + " or ".join(f"`{ident}`" for ident in exact[:5]) + ", whichever is meant"
        return Problem("C532", message, f"the name of {len(exact)} rows", fix, (f"the rows are {rows}",))
    close = _close(plain(text), names)
    label = "a truth" if text in ("true", "false") else "not on the list"
    fix = f"write its full name or its id; write `{OTHER}` only if it is truly on no list"
    notes: tuple[str, ...] = ()
    if close:
        near = ", ".join(f"{name} (`{ident}`)" if name != ident else f"`{ident}`" for name, ident in close)
        notes = (f"nearest on the list: {near}",)
        sure = "" if len(close) == 1 else " if that is meant"
        fix = f"write `{close[0][1]}`{sure}; write `{OTHER}` only if it is truly on no list"
    return Problem("C512", f"not in {table.label.en}: {shown(text)}", label, fix, notes)


def table_names(table: Table) -> Mapping[str, tuple[str, ...]]:
    """The keys that each name of a row stands for; most names stand for one."""
    names: dict[str, tuple[str, ...]] = {}
    for row in table.rows:
        for name in (row.label.en, row.label.zh) if row.label else ():
            exact = unicodedata.normalize("NFC", name)
            if exact and row.key not in names.setdefault(exact, ()):
                names[exact] = (*names[exact], row.key)
    return names


def _close(text: str, names: Mapping[str, tuple[str, ...]], most: int = 3) -> list[tuple[str, str]]:
    """The rows whose names or ids are nearest, as (name, id), nearest first; far ones not beside a near one."""
    import difflib  # only after a mistake

    if len(text) > 200:
        return []
    text = _traditional(text)
    rows = {name: ids[0] for name, ids in names.items()} | {ident: ident for ids in names.values() for ident in ids}
    wanted, letters = _words(text), sorted(text) if text.isupper() and text.isalpha() and len(text) > 1 else None
    scored: list[tuple[float, int, str, str]] = []
    around = [name for name in rows if wanted and wanted <= _words(name)]
    for name, ident in rows.items():
        own = _words(name)
        likeness = len(wanted & own) / len(wanted | own) if wanted | own else 0.0
        spelled = difflib.SequenceMatcher(None, text.casefold(), name.casefold())
        if spelled.real_quick_ratio() > _LIKE:
            likeness = max(likeness, spelled.ratio())
        if letters and sorted(word[0].upper() for word in own) == letters:
            likeness = 1.0
        if name in around and len(around) <= 2 * most:
            likeness = max(likeness, 0.8)
        if likeness >= _LIKE:
            scored.append((-likeness, len(scored), name, ident))
    best: dict[str, str] = {}
    for likeness, _, name, ident in sorted(scored):
        if likeness <= min(scored)[0] + 0.2:
            best.setdefault(ident, name)
    return [(name, ident) for ident, name in list(best.items())[:most]]


def _traditional(text: str) -> str:
    """Chinese in the script the labels are written in."""
    if text.isascii():
        return text
    from opencc import OpenCC  # only after a mistake

    return str(OpenCC("s2hk").convert(text))


def _words(text: str) -> frozenset[str]:
    small = ("the", "of", "at", "and", "de", "for", "in")
    return frozenset(word for word in re.findall(r"\w+", text.casefold().replace("_", " ")) if word not in small)
