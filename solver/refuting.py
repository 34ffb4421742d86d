"""That part of a case does not settle a category, shown by a completion in which it comes out otherwise.

What is left out is taken out of the facts in place (`solver.parts`) and other values are put there (`solver.witness`).
Clauses that read nothing of it are as the whole case settles them, so that little is walked for each part.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from solver.cells import Instance
from solver.cells import Search as Cells
from solver.compiled import Compiled
from solver.evaluate import Env
from solver.hitting import bits
from solver.lower import Gate
from solver.parts import Parts
from solver.witness import (
    TRIES,
    Readers,
    Search,
    Walk,
    as_long_as_before,
    invariants,
    lengthened,
    looked_into,
    middle,
    readers,
    silent,
    told_days,
    unbroken,
)


class _Whole(Walk, kw_only=True):
    """The rules walked over the whole case. found: what clauses come to; read: the atoms looked at on the way."""

    parts: Parts
    found: dict[Instance, tuple[bool | None, int]] = field(default_factory=dict)
    read: int = 0

    def value(self, gate: int, places: tuple[int, ...], wanted: bool) -> bool | None:
        """What a clause comes to."""
        key = (gate, places)
        if key not in self.found:
            before, self.read = self.read, 0
            g = self.program.gates[gate]
            if g.test is None:
                truth = self.inputs(g, places, wanted)
            else:
                instance = (g.test, places)
                truth, self.read = self.look(instance), self._read(instance)
                if truth is None:
                    self.asked.add(instance)
            self.found[key] = truth, self.read
            self.read |= before
            return truth
        truth, read = self.found[key]
        self.read |= read
        return truth

    def _read(self, instance: Instance) -> int:
        """What a test reads; where a list is shorter, its elements stand at other places."""
        lists = self.program.tests[instance[0]].lists
        out = self.parts.read(instance)
        for name in lists:
            out |= self.parts.listed[name]
        return out

    def inputs(self, g: Gate, places: tuple[int, ...], wanted: bool) -> bool | None:
        """What a clause comes to by its inputs; of a list that is open more could always be told."""
        if g.over is not None:
            closed = self.parts.atoms.at.get((g.over,))
            self.read |= -1 if closed is None else closed | self.parts.listed[g.over]
        return super().inputs(g, places, wanted)


class Refuting(Struct):
    """Parts of one case, and one category. wanted: whether it is to hold in the completions looked for.

    whole: what its clauses come to in the whole case, and which tests are open there. fitting: the invariants where no
    list is other than the whole case has it.
    """

    parts: Parts
    compiled: Compiled
    category: str
    wanted: bool
    env: Env
    read: Readers
    lists: tuple[str, ...]
    days: frozenset[dt.date]
    about: dt.date
    whole: Mapping[Instance, tuple[bool | None, int]]
    idle: frozenset[Instance]
    fitting: Cells | None = None

    def refuted(
        self,
        gone: int,
        favourable: Mapping[str, Sequence[str]],
        tries: int = TRIES,
        goal: tuple[Instance, bool] | None = None,
    ) -> bool:
        """Whether a completion was found of what is left without some atoms.

        favourable: by entity, the judgements that are presumed of elements the completion adds. tries: how often the
        rules are walked for one length of its lists. goal: a clause and how it is to come out, if not the category.
        """
        parts, facts = self.parts, self.parts.s.facts
        told = {a: facts.get(a) for b in bits(gone) for a in parts.addresses.get(b, ())}
        shorter = any(gone & listed for listed in parts.listed.values())
        clause, wanted = goal or ((self.compiled.program.categories[self.category], ()), self.wanted)
        with parts.without(gone), as_long_as_before(facts):
            for more in lengthened(facts, self.lists, favourable):
                same = not (more or shorter)
                search = Search(
                    self.compiled, facts, self.env, clause, wanted, self.read, self.days, self.about,
                    lambda same=same: unbroken(self._invariants(same)),  # type: ignore[misc]
                    told, self.whole, gone, tries,
                )  # fmt: skip
                found = search.fill({}, frozenset() if shorter else self.idle)
                search.undo()
                if found:
                    return True
        return False

    def _invariants(self, same: bool) -> Cells:
        """The invariants on the facts as they stand."""
        if not same:
            return invariants(self.compiled, self.parts.s.facts, self.env.readings)
        if self.fitting is None:
            self.fitting = invariants(self.compiled, self.parts.s.facts, self.env.readings)
        return self.fitting


def refuting(parts: Parts, category: str, wanted: bool, readings: Mapping[str, str]) -> Refuting:
    """A case made ready to refute that its parts settle a category."""
    s = parts.s
    compiled, facts = s.compiled, s.facts
    env = Env(facts.root, (), readings, silent)
    days = frozenset(told_days(facts))
    walk = _Whole(compiled, facts, env, compiled.program, {}, parts=parts)
    walk.value(compiled.program.categories[category], (), wanted)
    return Refuting(
        parts, compiled, category, wanted, env, readers(compiled, category), looked_into(compiled, category),
        days, middle(compiled, days), walk.found, frozenset(walk.asked),
    )  # fmt: skip
