"""An open category as a circuit that is asked again and again: what if a fact had this value, a list so many elements?

A value of a fact fixes tests that read it, and leaves fewer ways for what shares a test or an invariant with it; a list
that nothing totals fixes which of its elements are there. What such an answer settles follows from the category as it
stands under assumptions, and mostly from completions that were met before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct, field

from solver.cells import Instance, OpenTest, Table, Tie, TooLarge
from solver.facts import THERE, Address
from solver.run import Circuit, Deadline
from solver.situation import Situation, tables_of
from solver.split import groups
from solver.undecided import Copy, Value, constrain
from solver.verdicts import tied_copy

WORK = 1_500
"""How many tests are tried for the verdict on one category after one answer, where it has to be worked out afresh."""

Group = tuple[frozenset[Address], list[OpenTest], list[Tie]]
"""Unknown facts, and the tests and invariants that tie them together."""


class Opened(Struct):
    """A category that tests do not settle.

    seen: completions met, by what holds in them and whether it does. fixed: the literals of values of facts; meaning:
    what has to be so while one of them holds that is not a test.
    """

    s: Situation
    category: str
    circuit: Circuit
    copy: Copy
    goal: Value
    tests: Sequence[OpenTest]
    groups: Sequence[Group]
    watched: tuple[int, ...]
    seen: list[tuple[frozenset[int], bool]] = field(default_factory=list)
    fixed: dict[tuple[Address, Any], list[int] | None] = field(default_factory=dict)
    meaning: dict[int, list[Table]] = field(default_factory=dict)

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
        wanted = frozenset(w for w in assumed if w not in self.meaning)
        loose = [made for w in assumed for made in self.meaning.get(w, ())]
        for model, held in self.seen:
            if held is truth and wanted <= model and all(self._allows(made, model) for made in loose):
                return True
        found = self.circuit.find([*assumed, self.goal if truth else -self.goal], self.watched, deadline)
        if found is None:
            return False
        model = frozenset(w if holds else -w for w, holds in zip(self.watched, found, strict=True))
        self.seen.append((model, truth))
        return True

    def _allows(self, made: Table, model: frozenset[int]) -> bool:
        """Whether a completion falls one of the ways of a table; where the law is asked that is not said."""
        return made.variable[0] != "law" and any(
            all((self.copy.tests[i] if truth else -self.copy.tests[i]) in model for i, truth in one.bits)
            and all(self._allows(inner, model) for inner in one.tables)
            for one in made.alternatives
        )

    def with_value(self, a: Address, value: Any) -> list[int] | None:
        """The literals of what is so with a value of a fact; None if that is too much to try.

        Tests that it settles are literals themselves. Where what is left of its group can fall in several ways, that is
        put down once, for as long as a literal of its own holds.
        """
        if any(a in t.inside - t.reads for t in self.tests):
            return None
        group = next((g for g in self.groups if a in g[0]), None)
        if group is None:
            return []
        if any(t.inside - t.reads for t in group[1]):
            return None
        if (a, value) not in self.fixed:
            self.fixed[a, value] = self._fixed(self._left(a, value, group))
        return self.fixed[a, value]

    def _left(self, a: Address, value: Any, group: Group) -> list[Table] | None:
        """What the tests of a group can be with a value in place; None if that is too much to try."""
        facts, search = self.s.facts, self.s.search
        before, every, limit = facts.get(a), search.ties, search.limit
        facts.set(a, value)
        search.ties, search.limit = group[2], WORK
        try:
            return tables_of(self.s, group[1])
        except TooLarge:
            return None
        finally:
            search.ties, search.limit = every, limit
            facts.set(a, before)

    def _fixed(self, left: Sequence[Table] | None) -> list[int] | None:
        if left is None:
            return None
        out = []
        loose = []
        for made in left:
            only = made.alternatives[0]
            if len(made.alternatives) > 1 or only.tables:
                loose.append(made)
            else:
                out += [self.copy.tests[i] if truth else -self.copy.tests[i] for i, truth in only.bits]
        if loose:
            with self.circuit as circuit:
                on = circuit.atom()
                circuit.choice([on])
                for made in loose:
                    constrain((self.copy,), made, [on], lambda _: False)
            self.meaning[on] = loose
            out.append(on)
        return out

    def with_further(self, name: str, count: int) -> list[int] | None:
        """The literals fixed by a number of further elements, two standing for more; None if a total looks at them."""
        ties = self.s.search.ties
        if any(name in t.lists for t in self.tests) or any(name in t.over or _further(t, name) for t in ties):
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
    watched = (*c.tests.values(), *c.exists.values())
    return Opened(s, category, circuit, c, goal, tests, groups(s.search, tests), watched)
