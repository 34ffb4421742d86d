"""What a verdict that depends really turns on.

Two copies of the undecided rules describe two completions of one case. They agree in everything but one variable; if a
category can hold in one and fail in the other, that variable is a hinge of it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from solver.answer import Hinge
from solver.assess import Situation, copy
from solver.cells import Instance, OpenTest, Table, TooLarge, group_table, groups, outcomes, unknown
from solver.evaluate import LawVar
from solver.facts import Address
from solver.questions import told_questions
from solver.run import Circuit, Deadline
from solver.undecided import Copy, constrain

Variable = Hinge
"""A variable of the completions goes by the hinge it would be."""


def name_of(s: Situation, a: Address) -> Hinge:
    """The hinge an absent fact would be; a fact of an element that may be there belongs to its list."""
    facts = s.facts
    if facts.is_blank(a):
        assert a.list is not None
        return Hinge("fact", a.list)
    judgement = facts.fact(a).judgement
    return Hinge("judgement" if judgement else "fact", facts.show(a))


def law_name(var: LawVar) -> Hinge:
    """The hinge a question of the law would be: TABLE:KEY, or PARAMETER."""
    return Hinge("law", f"{var[0]}:{var[1]}" if isinstance(var[1], str) else str(var[0]))


def sources(s: Situation, t: OpenTest) -> frozenset[Hinge]:
    """What a total hangs on besides the facts its test reads: open lists, and facts there are too many of to try."""
    return frozenset({name_of(s, a) for a in t.inside - t.reads} | {Hinge("fact", name) for name in t.lists})


@dataclass(slots=True)
class _Twin:
    """Two copies of the rules, and for each variable the literal that lets the copies differ in it."""

    s: Situation
    circuit: Circuit
    a: Copy
    b: Copy
    differ: dict[Hinge, int] = field(default_factory=dict)

    def may_differ(self, variable: Hinge) -> int:
        """The literal of a variable."""
        if variable not in self.differ:
            atom = self.circuit.atom()
            self.circuit.choice([atom])
            self.differ[variable] = atom
        return self.differ[variable]

    def alike(self, x: int, y: int, unless: Iterable[Hinge]) -> None:
        """Two literals agree unless the copies may differ in one of the variables."""
        guards = [-self.may_differ(v) for v in unless]
        self.circuit.never([x, -y, *guards])
        self.circuit.never([-x, y, *guards])


def hinges(s: Situation, categories: Sequence[str], deadline: Deadline) -> dict[str, tuple[Hinge, ...]]:
    """The hinges of each category, all of which depend."""
    circuit = Circuit()
    with circuit:
        twin = _Twin(s, circuit, copy(s, circuit), copy(s, circuit))
        program = s.compiled.program
        goals = {c: (twin.a.value(program.categories[c]), twin.b.value(program.categories[c])) for c in categories}
        loose = {i: sources(s, s.open[i]) for i in twin.a.tests if i in s.open and s.open[i].marks.totals}
        tied, laws = _tie(twin, loose)
        support = {c: _support(s, c, laws, loose) for c in categories}
    out: dict[str, tuple[Hinge, ...]] = {}
    order = sorted(twin.differ)
    found: dict[str, set[Hinge]] = {c: set() for c in categories}
    for variable in order:
        others = [-lit for v, lit in twin.differ.items() if v != variable]
        base = [twin.differ[variable], *others]
        for c in categories:
            x, y = goals[c]
            if variable in found[c] or variable not in support[c] or isinstance(x, bool) or isinstance(y, bool):
                continue
            wanted = list(chain.from_iterable((p, q) for p, q in goals.values() if not isinstance(p, bool) and not isinstance(q, bool)))
            names = [n for n, (p, q) in goals.items() if not isinstance(p, bool) and not isinstance(q, bool)]
            model = circuit.find([*base, x, -y], wanted, deadline)
            if model is not None:
                for i, n in enumerate(names):
                    if model[2 * i] != model[2 * i + 1]:
                        found[n].add(variable)
    for c in categories:
        if not found[c]:
            found[c] = {v for v in tied if v in support[c]}
        out[c] = tuple(sorted(found[c]))
    return out


def _tie(twin: _Twin, loose: dict[Instance, frozenset[Hinge]]) -> tuple[set[Hinge], dict[Instance, set[LawVar]]]:
    """Bind both copies to what is feasible and to each other.

    The variables that invariants tie together, and the questions of the law each test can meet.
    """
    s, a, b = twin.s, twin.a, twin.b
    used = [s.open[i] for i in a.tests if i in s.open]
    search = s.search
    several: set[Hinge] = set()
    grouped = groups(search, used)
    inside: dict[Instance, frozenset[Address]] = {}
    laws: dict[Instance, set[LawVar]] = {}
    for vars, ts, tied in grouped:
        named = {name_of(s, v) for v in vars}
        made = group_table(search, vars, ts, tied)
        if made is None:
            continue
        inside |= {t.instance: vars for t in ts}
        _law_tests(made, laws)
        unchanged = [-twin.may_differ(v) for v in sorted(named)]
        constrain((a, b), made, unchanged, lambda _: False)
        if tied:
            several |= named
        for variable in sorted(named):
            mine = frozenset(v for v in vars if name_of(s, v) == variable)
            _apart(twin, made, vars, ts, tied, mine, variable, laws)
    _, law = outcomes(search, [t for t in used if t.instance not in inside])
    for made in law:
        _law_tests(made, laws)
        constrain((a, b), made, [], lambda _: False)
    for t in used:
        own = {name_of(s, v) for v in unknown(s.facts, t.reads)}
        own |= loose.get(t.instance, frozenset())
        own |= {law_name(var) for var in laws.get(t.instance, ())}
        twin.alike(a.tests[t.instance], b.tests[t.instance], sorted(own))
    for var, literal in list(a.law.items()):
        twin.alike(literal, b.question(var), [law_name(var)])
    for key, literal in a.exists.items():
        twin.alike(literal, b.exists[key], [Hinge("fact", key[0])])
    for key, literal in a.options.items():
        twin.alike(literal, b.options[key], [Hinge("reading", key[0])])
    return several, laws


def _apart(
    twin: _Twin,
    made: Table | None,
    vars: frozenset[Address],
    tests: Sequence[OpenTest],
    tied: Sequence[object],
    mine: frozenset[Address],
    variable: Hinge,
    laws: dict[Instance, set[LawVar]],
) -> None:
    """While the copies may differ in a variable, the rest of its group is one choice for both."""
    s = twin.s
    if mine != vars:
        # Too many combinations of the rest: keep the order of the group, which may let the copies differ in more.
        with contextlib.suppress(TooLarge):
            made = group_table(s.search, vars, tests, tied, mine)  # type: ignore[arg-type]
    if made is None:
        return
    _law_tests(made, laws)
    constrain((twin.a, twin.b), made, [twin.may_differ(variable)], lambda v: v in mine)


def _law_tests(made: Table, laws: dict[Instance, set[LawVar]], above: frozenset[LawVar] = frozenset()) -> None:
    """Which tests a question of the law can decide."""
    if made.variable[0] == "law":
        above |= {made.variable[1]}  # type: ignore[arg-type]
    for alternative in made.alternatives:
        for instance, _ in alternative.bits:
            laws.setdefault(instance, set()).update(above)
        for child in alternative.tables:
            _law_tests(child, laws, above)


def _support(s: Situation, category: str, laws: dict[Instance, set[LawVar]], loose: dict[Instance, frozenset[Hinge]]) -> frozenset[Hinge]:
    """Every variable the undecided part of a category could hang on."""
    circuit = Circuit()
    with circuit:
        c = copy(s, circuit)
        c.value(s.compiled.program.categories[category])
    out: set[Hinge] = {Hinge("fact", name) for name, _ in c.exists}
    out |= {Hinge("reading", r) for r, _ in c.options}
    used = [s.open[i] for i in c.tests if i in s.open]
    for vars, _, _ in groups(s.search, used):
        out |= {name_of(s, v) for v in vars}
    for t in used:
        asked = laws.get(t.instance, set())
        if asked:
            out |= {law_name(v) for v in asked & told_questions(s.compiled, s.facts, s.env, t.instance)}
    for t in used:
        out |= loose.get(t.instance, frozenset())
    return frozenset(out)


