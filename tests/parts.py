"""Parts of a case, by docs/semantics.md section 9: what a case tells, piece by piece, and a case that tells less.

Shares no code with `solver/atoms.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dsl import model as m
from dsl.case import Absent, Case, Known, Listed, Record
from tests.oracle.completion import is_presumed

Piece = tuple[str, str]
"""Kind and id: ("fact", address), ("list", address), ("element", address) or ("presumption", judgement)."""


def pieces(book: m.Book, case: Case, *, presumed: bool) -> list[Piece]:
    """Everything a case tells."""
    out: list[Piece] = []
    for name, fact in book.givens.items():
        if fact.default == "today":
            continue  # the day on which it is asked is part of the question
        out += told(book, fact.type, case.root.facts.get(name), name)
    if presumed:
        out += [("presumption", j.id) for j in book.judgements.values() if is_presumed(case, j)]
    return out


def told(book: m.Book, kind: m.Type, value: Known | None, address: str) -> Iterator[Piece]:
    match kind:
        case m.EntityOf(entity):
            facts = value.facts if isinstance(value, Record) else {}
            for f in book.entities[entity].facts:
                yield from told(book, f.type, facts.get(f.id), f"{address}.{f.id}")
        case m.ListOf(entity):
            if isinstance(value, Listed):
                for i, item in enumerate(value.items):
                    yield "element", f"{address}[{i}]"
                    yield from told(book, m.EntityOf(entity), item, f"{address}[{i}]")
                if not value.open:
                    yield "list", address
        case _:
            if value is not None and not isinstance(value, Absent):
                yield "fact", address


def brought(all_: list[Piece], kept: set[Piece]) -> set[Piece]:
    """What is kept, and what that says besides: a fact of an element that it is there, a complete list its elements."""
    out = set(kept)
    for kind, id in all_:
        if kind == "element":
            whole = id.rpartition("[")[0]
            if ("list", whole) in kept or any(k == "fact" and a.startswith(f"{id}.") for k, a in kept):
                out.add((kind, id))
    return out


def part(
    book: m.Book, case: Case, all_: list[Piece], kept: set[Piece], *, presumed: bool
) -> tuple[Case, dict[str, list[str]]]:
    """The case that tells what is kept and nothing else, what is presumed written out; and by entity what is presumed
    of further elements: not where an element is left out of which that judgement is recorded.
    """
    kept = brought(all_, kept)
    favourable: dict[str, list[str]] = {}
    for j in book.judgements.values():
        if j.entity is not None and ("presumption", j.id) in kept:
            on = {f"].{f.id}" for f in book.entities[j.entity].facts if f.judgement == j.id}
            recorded = [a for k, a in all_ if k == "fact" and any(a.endswith(end) for end in on)]
            if all(("element", a.rpartition(".")[0]) in kept for a in recorded):
                favourable.setdefault(j.entity, []).append(j.id)

    def some(kind: m.Type, value: Known | None, address: str, judgement: str | None) -> Any:
        match kind:
            case m.EntityOf(entity):
                facts = value.facts if isinstance(value, Record) else {}
                return Record(
                    {
                        f.id: some(f.type, facts.get(f.id), f"{address}.{f.id}", f.judgement)
                        for f in book.entities[entity].facts
                    }
                )
            case m.ListOf(entity):
                items = value.items if isinstance(value, Listed) else ()
                there = [i for i in range(len(items)) if ("element", f"{address}[{i}]") in kept]
                each = [some(m.EntityOf(entity), items[i], f"{address}[{i}]", None) for i in there]
                return Listed(tuple(each), ("list", address) not in kept)
            case _:
                known = value is not None and not isinstance(value, Absent)
                if known:
                    return value if ("fact", address) in kept else Absent.UNKNOWN
                mode = book.judgements[judgement].mode if judgement else None
                if presumed and mode == "presumed" and ("presumption", judgement) in kept:
                    return True
                return Absent.UNKNOWN

    root = {n: some(f.type, case.root.facts.get(n), n, f.judgement) for n, f in book.givens.items()}
    root |= {n: case.root.facts.get(n, Absent.UNKNOWN) for n, f in book.givens.items() if f.default == "today"}
    return Case(case.name, Record(root), case.readings), favourable
