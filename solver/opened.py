"""An open category as a circuit that is asked again and again: what if a fact had this value, a list so many elements?

A fact that shares no test and no invariant with another unknown one fixes the tests that read it, and no others; a list
that nothing totals fixes which of its elements are there. What such an answer settles follows from the category as it
stands under assumptions, and mostly from completions that were met before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct, field

from solver.cells import Instance, OpenTest, Tie, groups
from solver.facts import THERE, Address
from solver.run import Circuit, Deadline
from solver.situation import Situation
from solver.undecided import Copy, Value
from solver.verdicts import tied_copy


class Opened(Struct):
    """A category that tests do not settle. seen: completions met, by what holds in them and whether it does."""

    s: Situation
    category: str
    circuit: Circuit
    copy: Copy
    goal: Value
    tests: Sequence[OpenTest]
    apart: frozenset[Address]
    watched: tuple[int, ...]
    seen: list[tuple[frozenset[int], bool]] = field(default_factory=list)

    @property
    def instances(self) -> tuple[Instance, ...]:
        """Its open tests."""
        return tuple(t.instance for t in self.tests)

    def held(self, assumed: Sequence[int], deadline: Deadline) -> bool | None:
        """Whether it holds in all completions with these literals, in none (False), or in some."""
        if isinstance(self.goal, bool):
            return self.goal
        can = [self._some(assumed, truth, deadline) for truth in (True, False)]
        return None if all(can) else can[0]

    def _some(self, assumed: Sequence[int], truth: bool, deadline: Deadline) -> bool:
        assert not isinstance(self.goal, bool)
        wanted = frozenset(assumed)
        if any(held is truth and wanted <= model for model, held in self.seen):
            return True
        found = self.circuit.find([*assumed, self.goal if truth else -self.goal], self.watched, deadline)
        if found is None:
            return False
        model = frozenset(w if holds else -w for w, holds in zip(self.watched, found, strict=True))
        self.seen.append((model, truth))
        return True

    def with_value(self, a: Address, value: Any) -> list[int] | None:
        """The literals a value of a fact fixes; None if more than the tests that read it hang on it."""
        mine = [t for t in self.tests if a in t.reads]
        if mine and a not in self.apart:
            return None
        facts = self.s.facts
        before = facts.get(a)
        facts.set(a, value)
        try:
            out = []
            for t in mine:
                outcome = self.s.search.evaluate(t, {})
                if not isinstance(outcome, bool):
                    return None
                literal = self.copy.tests[t.instance]
                out.append(literal if outcome else -literal)
            return out
        finally:
            facts.set(a, before)

    def with_further(self, name: str, count: int) -> list[int] | None:
        """The literals fixed by a number of further elements, two standing for more; None if a total looks at them."""
        ties = self.s.search.ties
        if any(name in t.lists for t in self.tests) or any(t.lists or _further(t, name) for t in ties):
            return None
        there = [literal for (where, _), literal in sorted(self.copy.exists.items()) if where == name]
        rest = [-literal for literal in there[count:]] if count < 2 else []
        return [*there[:count], *rest]


def _further(t: Tie, name: str) -> bool:
    """Whether an invariant ties further elements of a list to other things."""
    return any(a.list == name and a.steps == THERE for a in t.reads)


def opened(s: Situation, category: str, deadline: Deadline) -> Opened:
    """A category made ready to be asked about; raises TooLarge."""
    circuit = Circuit()
    with circuit:
        laid, _ = tied_copy(s, circuit, category)
    deadline.left()
    s, (c,), (goal,) = laid.s, laid.copies, laid.goals
    tests = s.opened(category, laid.tests)
    apart = frozenset(
        v
        for vars, ts, _ in groups(s.search, tests)
        if len(vars) == 1 and not any(t.lists or s.open[t.instance].inside for t in ts)
        for v in vars
    )
    watched = (*c.tests.values(), *c.exists.values())
    return Opened(s, category, circuit, c, goal, tests, apart, watched)
