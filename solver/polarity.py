"""Which way a category leans: whether more judgements found favourable, or answers of the law, can only help it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dsl.inside import found
from dsl.model import Compare, Cond, Member, Param, Truth
from solver.compiled import Compiled
from solver.evaluate import LawVar

Answers = Callable[[LawVar], bool | None]


def positive(compiled: Compiled, category: str) -> bool:
    """Whether a favourable judgement can only ever help a category."""
    return _leanings(compiled, category)[0]


def answers(compiled: Compiled, category: str, *, kindly: bool) -> Answers:
    """The law answering every question it leaves open for a category (kindly), or against it.

    Where an answer can help in one place and hurt in another, it stays open.
    """
    helps = _leanings(compiled, category)[1]

    def answer(var: LawVar) -> bool | None:
        yes = helps.get(str(var[0]))
        return None if yes is None else yes == kindly

    return answer


def names_of(cond: Cond) -> set[str]:
    """The tables and parameters that a test may ask the law about."""
    return {m.table for m in found(cond, Member)} | {p.id for p in found(cond, Param)}


def _leanings(compiled: Compiled, category: str) -> tuple[bool, Mapping[str, bool | None]]:
    key = ("leanings", category)
    if key not in compiled.filters:
        compiled.filters[key] = _worked_out(compiled, category)
    return compiled.filters[key]  # type: ignore[no-any-return]


def _worked_out(compiled: Compiled, category: str) -> tuple[bool, Mapping[str, bool | None]]:
    names = set(compiled.book.judgements)
    laws: dict[str, bool | None] = {}
    good = True
    for test, plain in compiled.met(category):
        ready = compiled.tests[test]
        cond = ready.spec.cond
        inner = {steps[-1] for _, steps_of in ready.reads.totals for steps in steps_of}
        own = {(p.steps or (p.base,))[-1] for p in ready.reads.paths}
        if inner & names or (own & names and not (plain and isinstance(cond, Truth))):
            good = False
        for name in names_of(cond):
            way = plain if isinstance(cond, Member | Compare) and not ready.reads.totals else None
            laws[name] = way if laws.get(name, way) is way else None
    return good, laws
