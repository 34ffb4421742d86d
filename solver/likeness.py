"""Which values of a fact come to the same whatever else is filled in, so that where one fails others need no try."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dsl.model import EnumOf, OneOf, Scalar
from solver.cells import OpenTest, Search, Tie
from solver.compiled import Compiled
from solver.evaluate import Env
from solver.facts import THERE, Address


class Likeness:
    """Tells values of the facts of a search apart, by what they leave of its tests, or by name alone.

    before: what is told of facts that are to change.
    """

    def __init__(
        self,
        compiled: Compiled,
        search: Search,
        tests: Sequence[OpenTest],
        ties: Sequence[Tie],
        before: Mapping[Address, Any],
    ) -> None:
        """Over the facts that are being filled in."""
        self.compiled, self.search, self.tests, self.ties, self.before = compiled, search, tests, ties, before
        self.facts = search.facts
        self.readers: dict[Address, list[OpenTest]] = {}
        self.named: dict[str, tuple[list[OpenTest], frozenset[Address]] | None] = {}

    def of(self, v: Address, value: Any, readings: Mapping[str, str]) -> Any:
        """The same for values of a fact that fail by the same, one of them being in place; no judgement may be.

        Of days hardly any leave the same, and other days are possible beside them: each is its own.
        """
        kind = self.facts.fact(v).type
        if kind in (Scalar("date"), Scalar("truth")) or any(v in t.reads for t in self.ties):
            return value
        if isinstance(kind, EnumOf) and (name := self._name(v, value, kind.enumeration)) is not None:
            return value == self.before.get(v), name
        if v not in self.readers:
            self.readers[v] = [t for t in self.tests if v in t.reads]
        env = Env(self.facts.root, (), readings)
        return value == self.before.get(v), *(self._left(t, env) for t in self.readers[v])

    def _left(self, t: OpenTest, env: Env) -> Any:
        env.els = t.els
        return self.search.left_of(t, env)

    def _name(self, v: Address, value: Any, enumeration: str) -> Any:
        """Which tests name a value of an enumeration; None if it can be told from others named by the same.

        Values that only stand in the same choices of names, and that no other fact has, may change places.
        """
        if enumeration not in self.named:
            self.named[enumeration] = self._naming(enumeration)
        if self.named[enumeration] is None:
            return None
        tests, read = self.named[enumeration] or ([], frozenset())
        if any(a != v and self.facts.get(a) == value for a in read):
            return None
        naming = [t for t in tests if value in t.marks.values]
        if not all(isinstance(self.compiled.tests[t.instance[0]].spec.cond, OneOf) for t in naming):
            return None
        return tuple(t.instance for t in naming)

    def _naming(self, enumeration: str) -> tuple[list[OpenTest], frozenset[Address]] | None:
        """The tests that read facts of an enumeration, and these facts; None if more than names is said of them."""
        tests: list[OpenTest] = []
        read: set[Address] = set()
        if self.search.book.enumerations[enumeration].ordered:
            return None
        readers: list[OpenTest | Tie] = [*self.tests, *self.ties]
        for t in readers:
            mine = [a for a in t.reads if a.steps != THERE and self.facts.fact(a).type == EnumOf(enumeration)]
            if not mine:
                continue
            if isinstance(t, Tie) or t.marks.tables:
                return None
            tests.append(t)
            read.update(mine)
        return tests, frozenset(read)
