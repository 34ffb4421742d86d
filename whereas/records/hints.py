"""Where evidence is looked for first: completions that the solver's own search finds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from dsl import model as m
from dsl.case import Absent, Listed, Record
from solver.cells import TooLarge
from solver.compiled import Compiled
from solver.facts import Items, Thing
from solver.finder import BRIEFLY, Wanted, finder
from solver.run import Deadline, OutOfTime
from solver.situation import Readings
from solver.witness import completion, readers
from whereas.records import meaning as mn
from whereas.records.facts import case_of
from whereas.records.kernel import Checked
from whereas.records.program import as_known
from whereas.records.values import written

_SECONDS = 2.0
"""How long the finder may look for one completion."""

Hint = Callable[[str, bool], mn.World | None]
"""By category and verdict, a world in which it holds (or fails), or nearly so; None if none was found."""


def hints(compiled: Compiled, c: Checked) -> Hint:
    """Completions of a record's case."""
    asked = c.body["asked"]
    known_on = None if asked["as_known_on"] is None else dt.date.fromisoformat(asked["as_known_on"])
    book = as_known(compiled.book, known_on)
    told = case_of(book, c.body, presumed=True)
    chosen = {name: r.default for name, r in book.readings.items()} | _chosen(c)
    favourable = _favourable(book) if asked["judgements"] == "presumed" else {}
    compiled = replace(compiled, book=book)

    def hint(category: str, wanted: bool) -> mn.World | None:
        found = completion(compiled, told, category, wanted, chosen, favourable, readers(compiled, category))
        if found is None:
            return None
        facts = {at: written(v) for at, v in _flat(found.root)}
        facts = {at: v for at, v in facts.items() if c.world.facts.get(at) != v}
        closed = {at for at in facts if at in c.world.open} | (c.world.open & set(found.lists))
        return replace(c.world, facts={**c.world.facts, **facts}, open=c.world.open - closed, memo={})

    return hint


Sought = Callable[[str, bool, Mapping[str, str] | None, Mapping[str, str]], Iterator[mn.World]]
"""By category, verdict, hinge and readings turned: worlds in which the category holds (or fails), and would not
(or would) if one of the clauses that read the hinge came out otherwise."""


def sought(compiled: Compiled, c: Checked) -> Sought:
    """The same found by the finder, which takes longer and finds more."""
    asked = c.body["asked"]
    known_on = None if asked["as_known_on"] is None else dt.date.fromisoformat(asked["as_known_on"])
    compiled = replace(compiled, book=as_known(compiled.book, known_on))
    told = case_of(compiled.book, c.body)
    chosen: Readings = "all" if asked["readings"] == "all" else _chosen(c)

    def seek(
        category: str, wanted: bool, hinge: Mapping[str, str] | None, turned: Mapping[str, str]
    ) -> Iterator[mn.World]:
        readings: Readings = chosen if chosen == "all" else {**chosen, **turned}
        gate = compiled.program.categories[category]
        for forced in _forced(compiled, category, hinge):
            looking = finder(compiled, told, readings, asked["judgements"], turns=BRIEFLY)
            goals = [Wanted(looking.copy(), gate, wanted)]
            goals += [] if not forced else [Wanted(looking.copy(forced=forced), gate, not wanted)]
            try:
                found = looking.find(goals, Deadline(_SECONDS), most=200)
            except (TooLarge, OutOfTime):
                continue
            if found is not None:
                facts = {at: written(v) for at, v in _told(found.case.root)}
                facts = {at: v for at, v in facts.items() if c.world.facts.get(at) != v}
                closed = {at for at in facts if at in c.world.open}
                read = {f"reading {name}": v for name, v in found.readings.items()} if chosen == "all" else {}
                yield replace(c.world, facts={**c.world.facts, **facts, **read}, open=c.world.open - closed, memo={})

    return seek


def _chosen(c: Checked) -> dict[str, str]:
    """The readings of a record by id."""
    return {name: it["value"] for name, it in c.body["readings"].items()}


def _forced(compiled: Compiled, category: str, hinge: Mapping[str, str] | None) -> Iterator[Mapping[int, bool]]:
    """The clauses that read a hinge, each taken to fail and to hold; for none nothing is forced."""
    if hinge is None:
        yield {}
        return
    name, _, rest = hinge["id"].partition("[")
    steps = tuple(rest.partition("]")[2].split(".")[1:]) if rest else ()
    used = compiled.used(category)
    for gate in compiled.program.gates:
        mine = gate.over == name and not rest
        if gate.kind == "test" and gate.test in used:
            ready = compiled.tests[gate.test]
            lists = ready.spec.lists
            paths = {(lists[int(p.base[1:])], p.steps) if p.base[0] == "#" else (str(p), ()) for p in ready.reads.paths}
            paths |= {(str(p), s) for p, inner in ready.reads.totals for s in (*inner, ())}
            mine = (name, steps) in paths or any(p.endswith(f".{name}") or p == name for p, s in paths if not s)
        if mine:
            yield from ({gate.id: truth} for truth in (False, True))


def _told(it: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """What a case tells, by address, and how many elements each complete list has."""
    match it:
        case Record(facts):
            for name, inner in facts.items():
                yield from _told(inner, f"{at}.{name}" if at else name)
        case Listed(items, open_):
            if not open_:
                yield at, len(items)
            for i, thing in enumerate(items):
                yield from _told(thing, f"{at}[{i}]")
        case Absent():
            return
        case _:
            yield at, it


def _favourable(book: m.Book) -> Mapping[str, Sequence[str]]:
    """By entity the judgements that are presumed of it."""
    return {
        name: [f.id for f in entity.facts if f.judgement and book.judgements[f.judgement].mode == "presumed"]
        for name, entity in book.entities.items()
    }


def _flat(facts: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, Any]]:
    """Facts with a value by address, and how many elements each list has."""
    for name, it in facts.items():
        here = f"{at}.{name}" if at else name
        match it:
            case Thing():
                yield from _flat(it.facts, here)
            case Items():
                yield here, len(it.items)
                for i, thing in enumerate(it.items):
                    yield from _flat(thing.facts, f"{here}[{i}]")
            case Absent():
                pass
            case _ if name != "#":
                yield here, it
