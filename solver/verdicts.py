"""Verdicts over every completion: by decision trees where tests settle it, else by a small program of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from dsl.case import Absent, Case, Listed
from dsl.model import Verdict
from solver.cells import TooLarge
from solver.compiled import Compiled
from solver.evaluate import Env
from solver.run import Circuit, Deadline
from solver.situation import Judging, Situation, tables
from solver.trees import Told, settled
from solver.undecided import Copy, Value, constrain


def copy(s: Situation, circuit: Circuit, readings: Mapping[str, str] | None = None) -> Copy:
    """A copy of the rules over a situation. `readings`: those chosen, if not all that the situation has."""
    chosen = s.readings if readings is None else readings
    return Copy(s.compiled.program, circuit, s.truth, s.written, s.blanks, chosen)


def verdict(v: bool | None) -> Verdict:
    """The verdict of a category that holds always, never or sometimes."""
    return Verdict.DEPENDS if v is None else Verdict.QUALIFIES if v else Verdict.DOES_NOT_QUALIFY


def verdicts(s: Situation, categories: Sequence[str], deadline: Deadline) -> dict[str, Verdict]:
    """The verdict on each category; one for which there is too much to try is left out."""
    out: dict[str, Verdict] = {}
    for category, leaf in settled(s.compiled, s.told, categories, s.readings, deadline).items():
        if leaf.held is not None:
            out[category] = verdict(leaf.held)
            continue
        with contextlib.suppress(TooLarge):
            out[category] = verdict(tried(s, category, undecided(s, category), deadline))
    return out


def undecided(s: Situation, category: str) -> tuple[Copy, Value]:
    """A category over a situation, and what it comes to by its open tests, whatever these can be."""
    circuit = Circuit()
    with circuit:
        c = copy(s, circuit)
        value = c.value(s.compiled.program.categories[category])
    s.varied[category] = tuple(c.tests)
    return c, value


def tried(s: Situation, category: str, of: tuple[Copy, Value], deadline: Deadline) -> bool | None:
    """Whether it holds, by what unknown facts can make of its open tests; raises TooLarge."""
    c, value = of
    with c.circuit:
        for t in tables(s, s.varied[category], category):
            constrain((c,), t, [], lambda _: False)
    return settle(c.circuit, {category: value}, deadline)[category]


def settle(
    circuit: Circuit, values: Mapping[Any, Value], deadline: Deadline, assumed: Sequence[int] = ()
) -> dict[Any, bool | None]:
    """What each value can be over the models of a circuit: True, False, or None for both."""
    open_ = {k: v for k, v in values.items() if not isinstance(v, bool)}
    out: dict[Any, bool | None] = {k: v for k, v in values.items() if isinstance(v, bool)}
    if open_:
        literals = sorted(set(open_.values()))
        ranged = circuit.range(literals, deadline, assumed)
        if ranged is None:
            from dsl.diagnostics import InternalError

            raise InternalError("solving", "no completion fits the case")
        table_ = dict(zip(literals, ranged, strict=True))
        out |= {k: table_[v] for k, v in open_.items()}
    return {k: out[k] for k in values}


def quick(
    compiled: Compiled,
    case: Case,
    categories: Sequence[str],
    readings: Mapping[str, str],
    judgements: Judging,
    deadline: Deadline,
) -> dict[str, bool | None]:
    """What the tests of a case alone say of each category; None where more has to be looked at."""
    root = dict(case.root.facts)
    if judgements == "presumed":
        for name in compiled.presumed:
            if type(root.get(name)) is Absent:
                root[name] = True
    written: dict[str, int] = {}
    elements: dict[str, list[Mapping[str, Any]]] = {}
    for path, steps in compiled.lists:
        value: Any = root
        for step in steps:
            if type(value) is Absent:
                return dict.fromkeys(categories)
            value = (value if isinstance(value, dict) else value.facts)[step]
        if type(value) is Listed:
            elements[path] = found = [item.facts for item in value.items]
            written[path] = len(found)
            more = value.open
        else:
            elements[path] = found = []
            written[path], more = 0, True
        if more:
            found += [compiled.blank(path)] * compiled.program.extra.get(path, (0, 0))[0]
    told = Told(Env(root, (), readings), elements, written)
    return {c: leaf.held for c, leaf in settled(compiled, told, categories, readings, deadline).items()}
