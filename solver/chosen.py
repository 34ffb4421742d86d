"""The truths of one model as literals, so that what cannot be is never chosen again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations, product

from msgspec import Struct, field

from solver.cells import Instance, OpenTest
from solver.compiled import Compiled
from solver.grounds import Ground, Grounds

_MAPPINGS = 24
"""Among how many exchanges of elements a finding is repeated at the most."""


class Chosen(Struct):
    """The literals that stand for tests, elements and readings in a circuit.

    written, blanks: how many elements each list has, and how many more it may have. watched: lists that invariants look
    into as a whole.
    """

    compiled: Compiled
    written: Mapping[str, int]
    blanks: Mapping[str, int]
    watched: frozenset[str]
    tests: dict[Instance, int] = field(default_factory=dict)
    exists: dict[tuple[str, int], int] = field(default_factory=dict)
    options: dict[tuple[str, str], int] = field(default_factory=dict)

    def of(self, tests: Iterable[OpenTest], wanted: Mapping[Instance, bool], grounds: Grounds) -> list[int]:
        """The truths of tests as literals, with the elements there are where they look at whole lists."""
        tests = list(tests)
        out = [self.tests[t.instance] if wanted[t.instance] else -self.tests[t.instance] for t in tests]
        names = {str(p) for t in tests for p, _ in self.compiled.tests[t.instance[0]].reads.totals}
        names |= self.watched
        out += [lit if grounds.exists[e] else -lit for e, lit in self.exists.items() if e[0] in names]
        return out

    def exchanged(
        self, tests: Sequence[OpenTest], wanted: Mapping[Instance, bool], grounds: Grounds
    ) -> Iterator[list[int]]:
        """The same said of other elements that nothing is told of."""
        yield self.of(tests, wanted, grounds)
        tests_of = self.compiled.tests
        if any(tests_of[t.instance[0]].reads.totals for t in tests):
            return
        used: dict[str, set[int]] = {}
        for t in tests:
            for name, place in zip(tests_of[t.instance[0]].spec.lists, t.instance[1], strict=True):
                if place >= self.written[name]:
                    used.setdefault(name, set()).add(place)
        if not self.watched.isdisjoint(used):
            return  # with others in their place an invariant would see another list
        watched = [lit if grounds.exists[e] else -lit for e, lit in self.exists.items() if e[0] in self.watched]
        choices = []
        for name, places in used.items():
            blank = range(self.written[name], self.written[name] + self.blanks.get(name, 0))
            choices.append(
                [(name, dict(zip(sorted(places), p, strict=True))) for p in permutations(blank, len(places))]
            )
        for nth, chosen in enumerate(product(*choices)):
            if nth >= _MAPPINGS:
                return
            moved = dict(chosen)
            clause = []
            for t in tests:
                test, at = t.instance
                lists = tests_of[test].spec.lists
                instance = (test, tuple(moved.get(name, {}).get(p, p) for name, p in zip(lists, at, strict=True)))
                if instance not in self.tests:
                    break
                clause.append(self.tests[instance] if wanted[t.instance] else -self.tests[instance])
            else:
                yield clause + watched

    def whole(self, needed: Iterable[Ground]) -> list[int]:
        """All grounds as literals."""
        out = []
        for g in needed:
            if g.instance is not None:
                lit = self.tests[g.instance]
            elif g.element is not None:
                lit = self.exists[g.element]
            else:
                assert g.option is not None
                lit = self.options[g.option]
            out.append(lit if g.truth else -lit)
        return out
