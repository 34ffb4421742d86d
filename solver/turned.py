"""People whom a book works out as witnesses: whose verdict turns if a clause is taken otherwise, or a reading is.

A person of whom enough is told is answered for in thousandths of a second; looking for one can be too much to try.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from dsl.case import Case
from solver.check import check_case, check_situation
from solver.compiled import Compiled
from solver.finder import Found
from solver.matters import Taken
from solver.run import Circuit, Deadline
from solver.situation import Situation, situation
from solver.undecided import Forced, Value


def clauses_turned(
    compiled: Compiled, category: str, people: Iterable[Case], clauses: Iterable[Taken], deadline: Deadline
) -> dict[Taken, Found]:
    """Clauses that change the verdict of somebody if they are taken so, with that person."""
    open_ = dict.fromkeys(clauses)
    root = compiled.program.categories[category]
    above = _above(compiled, category)
    out: dict[Taken, Found] = {}
    for case in people:
        if not open_:
            break
        deadline.left()
        s = situation(compiled, case, case.readings, "presumed")
        plain = told_alone(s)
        verdict = plain.value(root)
        if not isinstance(verdict, bool):
            continue
        # A clause that was not looked at, or says the same already, turns nothing.
        said: dict[int, set[object]] = {}
        for (gate, _), value in plain.memo.items():
            said.setdefault(gate, set()).add(value)

        def otherwise(gate: int, truth: bool, plain: Forced = plain) -> Value:
            kept = {key: value for key, value in plain.memo.items() if key[0] not in above[gate]}
            return replace(plain, forced={gate: truth}, memo=kept).value(root)

        turned = [w for w in open_ if said.get(w[0], set()) - {w[1]} and otherwise(*w) is (not verdict)]
        if turned and not check_situation(s, case):
            someone = Found(case, s.readings)
            for w in turned:
                out[w] = someone
                del open_[w]
    return out


def readings_turned(
    compiled: Compiled, category: str, people: Iterable[Case], readings: Iterable[tuple[str, str]], deadline: Deadline
) -> list[tuple[str, str]]:
    """Values of readings that change the verdict of somebody, all other readings at their defaults."""
    open_ = dict.fromkeys(readings)
    root = compiled.program.categories[category]
    out: list[tuple[str, str]] = []
    for case in people:
        if not open_:
            break
        deadline.left()
        plain = told_alone(situation(compiled, case, compiled.defaults, "presumed"))
        verdict = plain.value(root)
        if not isinstance(verdict, bool):
            continue
        asked = {compiled.program.gates[gate].reading for gate, _ in plain.memo}
        turned = []
        for reading, value in [r for r in open_ if r[0] in asked]:
            s = situation(compiled, case, {**compiled.defaults, reading: value}, "presumed")
            if told_alone(s).value(root) is (not verdict):
                turned.append((reading, value))
        if turned and not check_case(compiled, case):
            out += turned
            for r in turned:
                del open_[r]
    return out


def _above(compiled: Compiled, category: str) -> Mapping[int, set[int]]:
    """By gate under a category, that gate and those it has a part in."""
    under = compiled.under([category])
    above: dict[int, set[int]] = {g: {g} for g in under}
    for gate in sorted(under, reverse=True):  # what feeds a gate was numbered before it
        for i in compiled.program.gates[gate].inputs:
            above[i.gate] |= above[gate]
    return above


class _Unasked(Circuit):
    """Atoms of which nothing is asked: what hangs on them is open, and that is all there is to know."""

    atoms: int = 0

    def atom(self) -> int:
        """A fresh atom."""
        self.atoms += 1
        return self.atoms

    def choice(self, atoms: Iterable[int], body: Sequence[int] = ()) -> None:
        """Nothing is kept."""

    def rule(self, head: int, body: Sequence[int]) -> None:
        """Nothing is kept."""

    def never(self, body: Sequence[int]) -> None:
        """Nothing is kept."""

    def at_least(self, head: int, n: int, body: Sequence[int]) -> None:
        """Nothing is kept."""


def told_alone(s: Situation) -> Forced:
    """The rules over what a situation tells: what is no truth value there hangs on what is not told."""
    return Forced(s.compiled.program, _Unasked(), s.told_truth, s.written, s.blanks, s.readings)
