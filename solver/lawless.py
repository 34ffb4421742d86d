"""What a category hangs on besides judgements and the law, where it holds as long as the law helps."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Any

from solver.blame import proved, with_ties
from solver.cells import Instance, TooLarge
from solver.changeable import list_address
from solver.evaluate import LawVar
from solver.facts import Address
from solver.filling import Filling
from solver.polarity import answers, names_of
from solver.run import Circuit
from solver.situation import Situation
from solver.verdicts import laid_open, tabled


def hanging(f: Filling) -> frozenset[Address] | None:
    """What a change must touch, the category hanging on a fact for some answers of the law; None if it is not found.

    The questions of one table or parameter after another are answered against the category, then one question of each,
    and at the last all; everything else helps. Say the category then fails in one completion, and holds in another in
    which nothing that asks these questions hangs on them. After a change that touches neither what it fails by in the
    first nor what asks these questions, it fails in the first still; and where it holds if the law helps, it holds in
    the second. It goes on hanging on a fact.
    """
    raised: dict[str, list[LawVar]] = {}
    for var in sorted((var for var in f.asked.raised if isinstance(var, tuple)), key=str):
        raised.setdefault(str(var[0]), []).append(var)
    for against in (*raised.values(), *([of[0]] for of in raised.values() if len(of) > 1), [*chain(*raised.values())]):
        with contextlib.suppress(TooLarge):
            if (core := _hanging(f, frozenset(against))) is not None:
                return core
    return None


def _hanging(f: Filling, against: frozenset[LawVar]) -> frozenset[Address] | None:
    deadline, category = f.asked.deadline, f.asked.category
    hurting = answers(f.asked.compiled, category, kindly=False)

    def law(var: LawVar) -> bool:
        return bool(hurting(var) if var in against else f.law(var))

    s = f.lawful(law)
    asking = list(_asking(f, s, {str(var[0]) for var in against}))
    circuit = Circuit(sparing=True)
    with circuit:
        laid = laid_open(s, circuit, category)
        for i, _ in asking:
            if s.truth(i) is None:
                laid.copies[0].test(i)
        laid, made = tabled(s, laid)
        laid.tie(made)
    (c,), (holds,) = laid.copies, laid.goals
    if isinstance(holds, bool):
        return None
    literals: dict[Any, int] = {**c.tests, **c.exists}

    def model(*assumed: int) -> dict[Any, bool] | None:
        found = circuit.find(assumed, [*literals.values()], deadline)
        return None if found is None else dict(zip(literals, found, strict=True))

    if (failing := model(-holds)) is None:
        return None
    sure = [c.tests.get(i, 0) if plain else -c.tests.get(i, 0) for i, plain in asking if s.truth(i) is not plain]
    if 0 not in sure and not any(s.blanks.get(name) for name in _lists(s, asking)) and model(holds, *sure) is not None:
        more = frozenset(map(list_address, _lists(s, asking))).union(*(f.reading.of(i) for i, _ in asking))
    elif (holding := model(holds)) is None or (needed := proved(f, s, holding, want=True)) is None:
        return None
    else:
        more = needed
    read = proved(f, s, failing)
    return with_ties(f, None if read is None else read | more, [a for a in f.all_read() if f.is_absent(a)])


def _asking(f: Filling, s: Situation, names: Collection[str]) -> Iterator[tuple[Instance, bool]]:
    """The tests that can ask the law about some of its tables and parameters, and whether it helps that they hold."""
    helps = {t: plain for t, plain in f.met if not names_of(s.compiled.tests[t].spec.cond).isdisjoint(names)}
    for i in f.reading.instances(f.asked.category, s.written):
        if i[0] in helps:
            yield i, helps[i[0]]


def _lists(s: Situation, asking: Iterable[tuple[Instance, bool]]) -> set[str]:
    return {name for (test, _), _ in asking for name in s.compiled.tests[test].spec.lists}
