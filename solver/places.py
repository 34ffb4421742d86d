"""What stands at an address of a case, the case with something else there, and where that is in the book."""

from __future__ import annotations

import re
from typing import Any

from msgspec.structs import replace

from dsl.case import Case, Known, Listed, Record
from dsl.model import Book, EntityOf, ListOf

_STEP = re.compile(r"[^.\[\]]+")


def steps(address: str) -> tuple[str | int, ...]:
    """`applicant.degrees[0].level` as ("applicant", "degrees", 0, "level")."""
    return tuple(int(m) if m.isdigit() else m for m in _STEP.findall(address))


def at(case: Case, address: str) -> Known | None:
    """What a case says at an address; None where it reaches nothing."""
    here: Any = case.root
    for step in steps(address):
        if isinstance(step, int):
            here = here.items[step] if isinstance(here, Listed) and step < len(here.items) else None
        else:
            here = here.facts.get(step) if isinstance(here, Record) else None
    return here  # type: ignore[no-any-return]


def put(case: Case, address: str, value: Known) -> Case:
    """The case with something else at an address that it has."""
    return replace(case, root=_put(case.root, steps(address), value))


def _put(here: Any, way: tuple[str | int, ...], value: Known) -> Any:
    if not way:
        return value
    step, rest = way[0], way[1:]
    if isinstance(step, int):
        items = here.items
        return replace(here, items=(*items[:step], _put(items[step], rest, value), *items[step + 1 :]))
    return Record({**here.facts, step: _put(here.facts[step], rest, value)})


def position(book: Book, address: str) -> tuple[int, ...]:
    """Where an address stands in the order of the book: a list before its elements, those by their places."""
    out: list[int] = []
    names, kind = list(book.givens), None
    for step in steps(address):
        if isinstance(step, int):
            out.append(step)
            continue
        out.append(names.index(step) if step in names else len(names))
        if kind is None:
            kind = book.givens[step].type if step in book.givens else None
        elif isinstance(kind, EntityOf | ListOf):
            fact = book.entities[kind.entity].fact(step)
            kind = fact.type if fact is not None else None
        names = [f.id for f in book.entities[kind.entity].facts] if isinstance(kind, EntityOf | ListOf) else []
    return tuple(out)
