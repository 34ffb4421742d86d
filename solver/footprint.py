"""What each category of a book looks at in a case: with that the same, so is the verdict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct, field

from dsl.case import Absent, Case, Known, Listed, Record
from dsl.model import Path
from solver.compiled import Compiled
from solver.facts import Facts

Way = tuple[str, ...]


class Footprints(Struct):
    """The ways to everything a category reads, and to all that invariants tie to it; lists as a whole."""

    compiled: Compiled
    facts: Facts
    ways: dict[str, tuple[Way, ...]] = field(default_factory=dict)
    tied: list[frozenset[Way]] | None = None

    def of(self, category: str) -> tuple[Way, ...]:
        """The ways of one category."""
        if category not in self.ways:
            out = set(self._read(category))
            grown = True
            while grown:
                near = [t for t in self._tied() if t & out and not t <= out]
                grown = bool(near)
                out = out.union(*near)
            self.ways[category] = tuple(sorted(out))
        return self.ways[category]

    def seen(self, case: Case) -> Callable[[str], tuple[Any, ...]]:
        """What each category sees of a case."""
        values: dict[Way, Any] = {}

        def look(category: str) -> tuple[Any, ...]:
            out = []
            for way in self.of(category):
                if way not in values:
                    values[way] = _frozen(_at(case, way))
                out.append(values[way])
            return tuple(out)

        return look

    def _read(self, category: str) -> frozenset[Way]:
        """The ways to everything a category reads; worked out once for a book."""
        compiled = self.compiled
        if ("read", category) not in compiled.filters:
            compiled.filters["read", category] = self._worked_out(category)
        return compiled.filters["read", category]  # type: ignore[no-any-return]

    def _worked_out(self, category: str) -> frozenset[Way]:
        compiled = self.compiled
        out: set[Way] = set()
        for number in compiled.used(category):
            ready = compiled.tests[number]
            out |= {tuple(name.split(".")) for name in ready.spec.lists}
            out |= {(p.base, *p.steps) for p in ready.reads.paths if not p.base.startswith("#")}
            out |= {(p.base, *p.steps) for p, _ in ready.reads.totals}
        for j in compiled.presumed:
            if (j.id,) in out:
                out |= {(p.base, *p.steps) for p in j.unless}
        gates = compiled.program.gates
        return frozenset(out) | {tuple(over.split(".")) for g in compiled.under([category]) if (over := gates[g].over)}

    def _tied(self) -> list[frozenset[Way]]:
        """The ways each invariant ties, on every thing that has it."""
        if self.tied is None:
            lists = {path: items.entity for path, items in self.facts.lists.items()}
            self.tied = []
            for inv in self.compiled.invariants:
                for name, steps in self.compiled.things(inv.entity, lists) if inv.entity else ((None, ()),):
                    read = (*inv.reads.paths, *(p for p, _ in inv.reads.totals))
                    self.tied.append(frozenset(_way(p, name, steps) for p in read))
        return self.tied


def _way(path: Path, name: str | None, steps: Way) -> Way:
    """The way to what a path names, `it` being an element of a list or a thing on a given; a list as a whole."""
    if path.base != "it":
        return (path.base, *path.steps)
    return tuple(name.split(".")) if name else (*steps, *path.steps)


def _at(case: Case, way: Way) -> Known | None:
    here: Any = case.root
    for step in way:
        here = here.facts.get(step) if isinstance(here, Record) else None
    return here  # type: ignore[no-any-return]


def _frozen(value: Any) -> Any:
    """A value that can be compared and hashed; why something is absent is of no account."""
    match value:
        case Listed(items, open_):
            return (open_, tuple(_frozen(item) for item in items))
        case Record(facts):
            return tuple(_frozen(fact) for fact in facts.values())
        case Absent():
            return None
        case _:
            return value
