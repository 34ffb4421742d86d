"""Verdicts over every completion: one query for a complete case, a small program of its own for a partial one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from dsl.case import Absent, Case, Listed
from dsl.model import Verdict
from solver.cells import Instance
from solver.compiled import Compiled, Plan
from solver.evaluate import Env, LawGap, Slack, Unread
from solver.run import Circuit, Deadline
from solver.situation import Judging, Situation, tables
from solver.text import readings_used
from solver.undecided import Copy, Value, constrain


def copy(
    s: Situation, circuit: Circuit, readings: Mapping[str, str] | None = None, loose: Iterable[Instance] = ()
) -> Copy:
    """A copy of the rules over a situation. `loose`: settled tests to be kept open all the same."""
    keep = set(loose)
    settled = {i: v for i, v in s.settled.items() if i not in keep} if keep else s.settled
    return Copy(s.compiled.program, circuit, settled, s.written, s.blanks, s.readings if readings is None else readings)


def verdict(v: bool | None) -> Verdict:
    """The verdict of a category that holds always, never or sometimes."""
    return Verdict.DEPENDS if v is None else Verdict.QUALIFIES if v else Verdict.DOES_NOT_QUALIFY


def verdicts(
    s: Situation, categories: Sequence[str], deadline: Deadline, readings: Mapping[str, str] | None = None
) -> dict[str, Verdict]:
    """The verdict on each category."""
    if s.complete and all(r in (readings or s.readings) for r in readings_used(s.compiled.program)):
        return _complete(s, categories, deadline, s.readings if readings is None else readings)
    circuit = Circuit()
    with circuit:
        c = copy(s, circuit, readings)
        values = {name: c.value(s.compiled.program.categories[name]) for name in categories}
        for t in tables(s, tuple(c.tests)):
            constrain((c,), t, [], lambda _: False)
    return {n: verdict(v) for n, v in settle(circuit, values, deadline).items()}


def settle(circuit: Circuit, values: Mapping[Any, Value], deadline: Deadline) -> dict[Any, bool | None]:
    """What each value can be over the models of a circuit: True, False, or None for both."""
    open_ = {k: v for k, v in values.items() if not isinstance(v, bool)}
    out: dict[Any, bool | None] = {k: v for k, v in values.items() if isinstance(v, bool)}
    if open_:
        literals = sorted(set(open_.values()))
        ranged = circuit.range(literals, deadline)
        if ranged is None:
            from dsl.diagnostics import InternalError

            raise InternalError("solving", "no completion fits the case")
        table_ = dict(zip(literals, ranged, strict=True))
        out |= {k: table_[v] for k, v in open_.items()}
    return {k: out[k] for k in values}


def _complete(
    s: Situation, categories: Sequence[str], deadline: Deadline, readings: Mapping[str, str]
) -> dict[str, Verdict]:
    """One query to the grounded program."""
    plan = s.compiled.plan(s.compiled.shape(s.written))
    lists = {name: [t.facts for t in s.facts.lists[name].items] for name in s.written}
    found = _ask(plan, s.env, lists, categories, deadline, readings)
    assert found is not None
    return found


def _ask(
    plan: Plan,
    env: Env,
    lists: Mapping[str, Sequence[Mapping[str, Any]]],
    categories: Sequence[str],
    deadline: Deadline,
    readings: Mapping[str, str],
) -> dict[str, Verdict] | None:
    """Settle every test of a case and ask the grounded program; None if some test cannot be settled."""
    literals: list[int] = []
    env.els = ()
    try:
        for test, literal in plan.root:
            literals.append(literal if test(env) else -literal)
        for name, tests in plan.single:
            for i, facts in enumerate(lists[name]):
                env.els = (facts,)
                for test, found in tests:
                    at_ = found[i]
                    if at_ is not None:
                        literals.append(at_ if test(env) else -at_)
        for test, names, places in plan.several:
            for place in product(*(range(len(lists[n])) for n in names)):
                if place in places:
                    env.els = tuple([lists[n][p] for n, p in zip(names, place, strict=True)])
                    literals.append(places[place] if test(env) else -places[place])
    except (Unread, LawGap, Slack):
        return None
    finally:
        env.els = ()
    for name, elements in plan.exists:
        written = len(lists[name])
        literals += [lit if i < written else -lit for i, lit in enumerate(elements)]
    for reading, options in plan.options:
        literals += [lit if readings[reading] == value else -lit for value, lit in options]
    held = _held(plan, tuple(literals), deadline)
    return {c: Verdict.QUALIFIES if c in held else Verdict.DOES_NOT_QUALIFY for c in categories}


REMEMBER = 50_000
"""How many different outcomes of all tests a plan keeps the answer to."""


def _held(plan: Plan, literals: tuple[int, ...], deadline: Deadline) -> frozenset[str]:
    """The categories that hold; people whose tests come out alike are one question to clingo."""
    held = plan.known.get(literals)
    if held is None:
        model = plan.grounded.model(literals, list(plan.categories.values()), deadline)
        held = frozenset(c for c, holds in zip(plan.categories, model, strict=True) if holds)
        if len(plan.known) >= REMEMBER:
            plan.known.clear()
        plan.known[literals] = held
    return held


def quick(
    compiled: Compiled,
    case: Case,
    categories: Sequence[str],
    readings: Mapping[str, str],
    judgements: Judging,
    deadline: Deadline,
) -> dict[str, Verdict] | None:
    """The verdicts on a case that tells all its rules read; None if it does not, or elements are presumed on."""
    root = dict(case.root.facts)
    book = compiled.book
    if judgements == "presumed":
        for name in compiled.presumed:
            if book.judgements[name].entity is not None:
                return None
            if type(root.get(name)) is Absent:
                root[name] = True
    lists: dict[str, list[Mapping[str, Any]]] = {}
    for path in compiled.program.lists:
        value: Any = root
        for step in path.split("."):
            value = None if type(value) is Absent else (value if isinstance(value, dict) else value.facts).get(step)
            if value is None:
                return None
        if not isinstance(value, Listed) or value.open:
            return None
        lists[path] = [item.facts for item in value.items]
    plan = compiled.plan(compiled.shape({n: len(v) for n, v in lists.items()}))
    return _ask(plan, Env(root, (), readings), lists, categories, deadline, readings)
