"""Values that give tests the truths one asks for: tried fact by fact, those of a group that share facts together.

Where there are more to try than the budget allows, they are tried in other orders, and then left out. Where none fit,
the fewest truths are looked for that do not fit together.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from msgspec import Struct, field

from dsl.calendar import ONGOING
from solver.candidates import values
from solver.cells import Instance, OpenTest, Search, Tie, TooLarge
from solver.evaluate import LawVar
from solver.facts import Address
from solver.split import groups, split

TURNS = (500, 500, 500, 500, 3_000)
"""How many values are tried for one group of facts, in one order after another, before it is left out."""

BRIEFLY = (300, 300, 300, 900)
"""The same where very many choices are looked at."""

_DEPTH = 2
"""Through how many open dates days are followed from one to another, at the last."""

_ONCE = (200,)
"""How many are tried to see whether fewer truths cannot be together either."""

_PAIR = (2_000,)
"""How many are tried for two truths, where all together were too much to try."""

_SMALL = 4
"""Truths that are few enough to be forbidden together, without a search for two of them."""

Nearness = Callable[[Address, Any], Any]
"""The order in which values of a fact are tried, as a key for sorting."""


class Placing(Struct):
    """Places values of open facts.

    near: which values of a fact are tried first. answers: what the law is taken to answer, where tests need it to.
    lawful: whether it is not to be asked. left_out: how many groups had more to try than the budget allows.
    """

    search: Search
    near: Nearness | None = None
    turns: Sequence[int] = TURNS
    left_out: int = 0
    lawful: bool = True
    answers: dict[LawVar, bool] = field(default_factory=dict)
    _day: dt.date | None = None
    _turn: int = 0
    _gap: bool = False
    _known: dict[Any, dict[Address, Any]] = field(default_factory=dict)

    def fitted(
        self,
        vars: frozenset[Address],
        tests: Sequence[OpenTest],
        tied: Sequence[Tie],
        wanted: Mapping[Instance, bool],
        present: frozenset[tuple[str, int]],
    ) -> dict[Address, Any] | None:
        """The same as `_fit`, remembered where no answer of the law had a part in it: models differ in little."""
        key = (frozenset((t.instance, wanted[t.instance]) for t in tests), present)
        if key not in self._known:
            before = dict(self.answers)
            fitted = self._fit(vars, tests, tied, wanted)
            if fitted is None or self.answers != before:
                return fitted
            self._known[key] = fitted
        return self._known[key]

    def _fit(
        self,
        vars: frozenset[Address],
        tests: Sequence[OpenTest],
        tied: Sequence[Tie],
        wanted: Mapping[Instance, bool],
        turns: Sequence[int] | None = None,
    ) -> dict[Address, Any] | None:
        """Values of a group's facts that give its tests the wanted truths; None if none do."""
        search = self.search
        search.group_tests, search.group_ties = tests, tied
        before = dict(self.answers)
        turns = turns or self.turns
        for lawful in (True, False):
            self.lawful, self._gap = lawful, False
            known = False
            for turn, budget in enumerate(turns):
                self._turn, search.budget = turn, budget
                search.depth, search.cut = (1 if turn + 1 < len(turns) else _DEPTH), False
                try:
                    fitted = self._place(vars, tests, tied, wanted)
                except TooLarge:
                    self.answers = dict(before)
                    continue
                finally:
                    self._turn, search.depth = 0, None
                if fitted is not None:
                    return fitted
                if not search.cut:
                    known = True
                    break
            if not self._gap:  # no question of the law came up: with answers to them nothing would be otherwise
                break
        if not known:
            self.left_out += 1
        elif before:  # an answer given for the sake of other facts may be in the way
            self.answers = {}
            self.left_out += self._fit(vars, tests, tied, wanted, turns) is not None
            self.answers = before
        return None

    def _place(
        self,
        vars: frozenset[Address],
        tests: Sequence[OpenTest],
        tied: Sequence[Tie],
        wanted: Mapping[Instance, bool],
    ) -> dict[Address, Any] | None:
        search, facts = self.search, self.search.facts
        if not tests:
            return {}
        v = _most_read(vars, tests, tied)
        mine = [t for t in tests if v in t.reads]
        others = [t for t in tests if v not in t.reads]
        my_ties = [t for t in tied if v in t.reads]
        rest = vars - {v}
        before = facts.get(v)
        answers = dict(self.answers)
        tried = values(search, v, mine, my_ties)
        try:
            for value in sorted(tried, key=lambda x: self._order(v, x)):
                search.budget -= 1 + len(mine)
                if search.budget < 0:
                    raise TooLarge
                facts.set(v, value)
                if self.answers != answers:
                    self.answers = dict(answers)
                if not all(search.consistent(t) for t in my_ties):
                    continue
                open_ = self._open(mine, rest, wanted)
                if open_ is None:
                    continue
                fitted = self._rest(rest, [*open_, *others], tied, wanted)
                if fitted is not None:
                    return {v: value, **fitted}
        finally:
            facts.set(v, before)
        return None

    def _rest(
        self,
        rest: frozenset[Address],
        tests: Sequence[OpenTest],
        tied: Sequence[Tie],
        wanted: Mapping[Instance, bool],
    ) -> dict[Address, Any] | None:
        """The groups into which what is left falls, each by itself."""
        out: dict[Address, Any] = {}
        for vs, ts, tt in split(
            [(t.reads & rest, t) for t in tests], [(t.reads & rest, t) for t in tied if t.reads & rest]
        ):
            fitted = self._place(vs, ts, tt, wanted)
            if fitted is None:
                return None
            out |= fitted
        return out

    def _open(
        self, tests: Iterable[OpenTest], rest: frozenset[Address], wanted: Mapping[Instance, bool]
    ) -> list[OpenTest] | None:
        """Those of the tests that are not settled yet; None if one is settled the wrong way."""
        out = []
        for t in tests:
            settled = self.settles(t, wanted[t.instance])
            if settled is None and t.reads & rest:
                out.append(t)
            elif settled is not True:
                return None
        return out

    def settles(self, t: OpenTest, wanted: bool) -> bool | None:
        """Whether a test has the wanted truth; None if facts are missing. If need be, the law is given an answer."""
        outcome = self.search.evaluate(t, self.answers)
        if isinstance(outcome, bool):
            return outcome is wanted
        if outcome is None:
            return None
        self._gap = True
        if self.lawful:
            return False
        for answer in (wanted, not wanted):
            self.answers[outcome] = answer
            settled = self.settles(t, wanted)
            if settled is not False:
                return settled
            del self.answers[outcome]
        return False

    def _order(self, a: Address, value: Any) -> Any:
        """Plain values first: a day near that of filing, a small number, the order of the book.

        Where that finds nothing soon, large numbers first, and then in orders that mix small and large, near and far.
        """
        if self._turn in (1, 2, 3) and type(value) is int:
            return (0, -value if self._turn == 1 else self._mixed(a, value))
        if self._turn in (2, 3) and type(value) is dt.date:
            return (0, self._mixed(a, value))
        if self.near is not None:
            return self.near(a, value)
        match value:
            case bool():
                return (0, not value)
            case dt.date():
                if value == ONGOING:
                    return (1, 0)
                return (0, abs((value - self._today).days))
            case int():
                return (0, value)
            case _:
                return (0, 0)

    def _mixed(self, a: Address, value: object) -> int:
        """A place in an order of its own for each turn and fact."""
        return zlib.crc32(f"{self._turn} {a} {value}".encode())

    @property
    def _today(self) -> dt.date:
        """The latest day told of the person as a whole."""
        if self._day is None:
            told = (v for v in self.search.facts.root.values() if type(v) is dt.date)
            self._day = max(told, default=self.search.book.known)
        return self._day

    # ----------------------------------------------------------------------------------------------- what cannot be

    def fewest(self, tests: Sequence[OpenTest], tied: Sequence[Tie], wanted: Mapping[Instance, bool]) -> list[OpenTest]:
        """Fewest of some tests whose truths do not fit together, known that those of all do not."""
        kept = list(tests)
        before = self.left_out
        if len(kept) <= 12:
            for t in tests:
                fewer = [x for x in kept if x is not t]
                if fewer and self._unfit(fewer, tied, wanted):
                    kept = fewer
                if self.left_out != before:  # too much to try with fewer: what is known of all is enough
                    self.left_out = before
        if len(kept) > _SMALL:  # fewer of them were too much to try in so little time
            kept = list(self.two_apart(kept, tied, wanted)) or kept
        return kept

    def two_apart(
        self, tests: Sequence[OpenTest], tied: Sequence[Tie], wanted: Mapping[Instance, bool]
    ) -> Sequence[OpenTest]:
        """Two tests that cannot have their truths together, where all are too much to try; none if none are found."""
        before = self.left_out
        for pair in combinations(tests, 2):
            if pair[0].reads & pair[1].reads and self._unfit(pair, tied, wanted, _PAIR):
                return pair
            self.left_out = before
        return ()

    def _unfit(
        self,
        tests: Sequence[OpenTest],
        tied: Sequence[Tie],
        wanted: Mapping[Instance, bool],
        turns: Sequence[int] = _ONCE,
    ) -> bool:
        search = self.search
        search.ties = list(tied)
        before = self.left_out
        for vs, ts, tt in sorted(groups(search, tests), key=lambda g: g[1][0].instance):
            if self._fit(vs, ts, tt, wanted, turns) is None and self.left_out == before:
                return True
        return False


def _most_read(vars: Iterable[Address], tests: Iterable[OpenTest], tied: Iterable[Tie]) -> Address:
    """The fact that most tests and invariants read; givens first, then by address."""
    weight = dict.fromkeys(vars, 0)
    for reads in (*(t.reads for t in tests), *(t.reads for t in tied)):
        for v in reads & weight.keys():
            weight[v] += 1
    return min(weight, key=lambda v: (v.list is not None, -weight[v], str(v)))
