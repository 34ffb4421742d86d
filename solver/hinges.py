"""What a verdict that depends really turns on.

Two copies of the undecided rules describe two completions of one case. They agree in everything but one variable; if a
category can hold in one and fail in the other, that variable is a hinge of it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct, field

from solver.answer import Hinge
from solver.cells import Instance, OpenTest, Search, Table, Tie, TooLarge
from solver.evaluate import LawVar
from solver.facts import Address, unknown
from solver.loose import forget, is_left_of, is_settled, may_ask, name_of, sources, table_left, ungrouped_left
from solver.questions import raised, told_questions
from solver.run import Circuit, Deadline
from solver.situation import Situation, tables_of
from solver.split import groups
from solver.trying import Tried, completions_of
from solver.undecided import Copy, Value, constrain
from solver.verdicts import completions, laid_open, tries, undecided

Variable = Hinge | LawVar
"""What completions can differ in: by the hinge it would be, and a question of the law by itself.

Questions on one key of a list at different times are one hinge in words, but each is a variable of its own.
"""


def law_name(var: LawVar) -> Hinge:
    """The hinge a question of the law would be: TABLE:KEY, or PARAMETER."""
    return Hinge("law", f"{var[0]}:{var[1]}" if isinstance(var[1], str) else str(var[0]))


class _Twin(Struct):
    """Two copies of the rules, and for each variable the literal that lets the copies differ in it."""

    s: Situation
    circuit: Circuit
    a: Copy
    b: Copy
    differ: dict[Variable, int] = field(default_factory=dict)

    def may_differ(self, variable: Variable) -> int:
        """The literal of a variable."""
        if variable not in self.differ:
            atom = self.circuit.atom()
            self.circuit.choice([atom])
            self.differ[variable] = atom
        return self.differ[variable]

    def alike(self, x: int, y: int, unless: Iterable[Variable], provided: Sequence[int] = ()) -> None:
        """While all of `provided` hold, two literals agree unless the copies may differ in one of the variables."""
        guards = [*(-self.may_differ(v) for v in unless), *provided]
        self.circuit.never([x, -y, *guards])
        self.circuit.never([-x, y, *guards])


def hinges(s: Situation, category: str, deadline: Deadline) -> tuple[Hinge, ...]:
    """The hinges of a category that depends."""
    apart = category in s.apart
    try:
        return _hinges(s, category, deadline)
    except TooLarge:
        if apart == (category in s.apart):
            if category in s.coarse:
                raise
            s.coarse.add(category)
        return hinges(s, category, deadline)


class _Laid(NamedTuple):
    """Two copies of a category, and what it could hang on: facts, and questions of the law told and not told."""

    s: Situation
    twin: _Twin
    goal: Sequence[Value]
    together: list[_Together]
    support: frozenset[Hinge]
    told: frozenset[LawVar]
    untold: frozenset[LawVar]


def _laid(s: Situation, category: str, seen: frozenset[Variable], without: frozenset[Hinge] = frozenset()) -> _Laid:
    """Lay a category open twice, copies never differing in what is known to turn it, or (`without`) not to."""
    circuit = Circuit()
    forget(s.compiled)
    gate = s.compiled.program.categories[category]
    with circuit:
        laid = laid_open(s, circuit, category, 2)
        s, (a, b), goal = laid.s, laid.copies, laid.goals
        twin = _Twin(s, circuit, a, b)
        used = s.opened(category, laid.tests)
        loose = {t.instance: sources(s, t) for t in used}
        with laid.limited():
            laws, together = _tie(twin, used, loose, seen | without)
        laid.linked()
        support, told, untold = _support(twin.a, used, laws, loose, s, gate)
        return _Laid(s, twin, goal, together, support - without, told, untold)


def _hinges(s: Situation, category: str, deadline: Deadline) -> tuple[Hinge, ...]:
    seen, idle, every = _shown(s, category, tries(s, category))
    if every is not None:
        return every
    s, twin, goal, together, support, told, untold = _laid(s, category, seen, idle)

    def turning(variables: Iterable[Variable]) -> set[Variable]:
        return {v for v in variables if v in seen or (v in twin.differ and _turns(twin, v, goal, deadline))}

    found = {v for v in turning(support) if isinstance(v, Hinge)}
    for group in together:
        mine = group.members & support
        if mine and not found & group.members and turning([group.variable]):
            found |= mine
    found |= {law_name(v) for v in turning(told) if not isinstance(v, Hinge)}
    return tuple(sorted(found or {law_name(v) for v in turning(untold) if not isinstance(v, Hinge)}))


def _shown(
    s: Situation, category: str, some: Tried | None
) -> tuple[frozenset[Variable], frozenset[Hinge], tuple[Hinge, ...] | None]:
    """What completions that were tried, and more, show it to hang on, what it does not; all hinges, if they are all."""
    seen = _seen(s, category, some) if some is not None else frozenset[Variable]()
    if some is None or not seen:
        return seen, frozenset(), None
    support, told, _ = _could_turn(s, category, some)
    if not (support | told) <= seen:
        few = seen
        more = completions_of(
            s, category, some.rules, some.tables, alone=lambda v: _variable(s, v) not in few, windows=True
        )
        seen |= _seen(s, category, more)
    without = _idle(s, category, some, frozenset(h for h in support if h not in seen))
    support -= without
    # If there is none of either, it hangs on what the case does not tell of the law.
    complete = bool(support | told) and support | told <= seen
    return seen, without, tuple(sorted(support | {law_name(v) for v in told})) if complete else None


def _idle(s: Situation, category: str, some: Tried, of: frozenset[Hinge]) -> frozenset[Hinge]:
    """Those of some facts on which no test of the category turns; none where few values stand for all."""
    if s.search.few or not of:
        return frozenset()
    used = s.opened(category, some.rules.tests)
    apart = {a for t in used if t.lists or t.inside - t.reads for a in t.reads | t.inside}
    out: set[Hinge] = set()
    for vars, _, _ in groups(s.search, used):
        made = next((made for made in some.tables if made.variable in vars), None)
        if made is not None and vars.isdisjoint(apart) and is_settled(made):
            out |= {name_of(s, v) for v in vars if not s.facts.is_blank(v)}
    return of & out


def _seen(s: Situation, category: str, some: Tried) -> frozenset[Variable]:
    """What two completions that were tried differ in alone, and in one of which the category holds."""
    turning = some.turning(s.compiled.program.categories[category])
    return frozenset(_variable(s, v) for v in turning)


def _variable(s: Situation, v: Address | LawVar) -> Variable:
    return name_of(s, v) if isinstance(v, Address) else v


def _could_turn(
    s: Situation, category: str, some: Tried
) -> tuple[frozenset[Hinge], frozenset[LawVar], frozenset[LawVar]]:
    """What a category could hang on; see `_support`."""
    used = s.opened(category, some.rules.tests)
    laws: dict[Instance, set[LawVar]] = {}
    for made in some.tables:
        _law_tests(made, laws)
    for t in used:
        if t.lists:
            laws.setdefault(t.instance, set()).update(_asked_by(s.search, t, {}))
    loose = {t.instance: sources(s, t) for t in used}
    return _support(some.rules, used, laws, loose, s, s.compiled.program.categories[category])


def all_turn(s: Situation, category: str, deadline: Deadline) -> tuple[Hinge, ...] | None:
    """The hinges of a category that hangs on all it could hang on; None if there is something it does not hang on.

    With fewer values of open facts than there are, less can be found; what is found so is all there is.
    """
    laid = undecided(s, category)
    with laid.limited():
        made = tables_of(laid.s, laid.s.opened(category, laid.tests))
    seen, _, every = _shown(s, category, completions(laid, made))
    if every is not None:
        return every
    _, twin, goal, _, support, told, _ = _laid(s, category, seen)
    variables = [*sorted(support - seen), *sorted(told - seen, key=str)]
    if not support or not all(v in twin.differ and _turns(twin, v, goal, deadline) for v in variables):
        return None
    return tuple(sorted(support | {law_name(v) for v in told}))


def _turns(twin: _Twin, variable: Variable, goal: Sequence[Value], deadline: Deadline) -> bool:
    """Whether the category can hold in one copy and fail in the other when only this variable differs."""
    x, y = goal
    if isinstance(x, bool) or isinstance(y, bool):
        return False
    base = [lit if v == variable else -lit for v, lit in twin.differ.items()]
    return twin.circuit.find([*base, x, -y], [], deadline) is not None


class _Together(Struct, frozen=True):
    """Facts that an invariant ties, and the variable under which all of them may differ at once."""

    members: frozenset[Hinge]
    variable: Hinge


def _tie(
    twin: _Twin,
    used: Sequence[OpenTest],
    loose: dict[Instance, frozenset[Hinge]],
    but: frozenset[Variable],
) -> tuple[dict[Instance, set[LawVar]], list[_Together]]:
    """Bind both copies to what is feasible and to each other.

    The questions of the law each test can meet, and the groups of facts that invariants tie together. but: in what the
    copies need not differ.
    """
    s, a, b = twin.s, twin.a, twin.b
    search = s.search
    together: list[_Together] = []
    inside: dict[Instance, frozenset[Hinge]] = {}
    laws: dict[Instance, set[LawVar]] = {}
    for vars, ts, tied in groups(search, used):
        named = frozenset(name_of(s, v) for v in vars)
        made = table_left(s, vars, ts, tied)
        if made is None:
            continue
        _law_tests(made, laws)
        free = set(named - but)
        if tied and len(named) > 1:
            group = _Together(named, Hinge("fact", f"*{len(together)}"))
            together.append(group)
            free.add(group.variable)
            constrain((a, b), made, [twin.may_differ(group.variable)], lambda _: True)
        inside |= {t.instance: frozenset(free - named) for t in ts}
        constrain((a, b), made, [-twin.may_differ(v) for v in sorted(free)], lambda _: False)
        for variable in sorted(named - but):
            mine = frozenset(v for v in vars if name_of(s, v) == variable)
            _apart(twin, made, vars, ts, tied, mine, variable, laws)
    for made in ungrouped_left(s, [t for t in used if t.instance not in inside]):
        _law_tests(made, laws)
        constrain((a, b), made, [], lambda _: False)
    for t in used:
        read = {name_of(s, v) for v in unknown(s.facts, t.reads)}
        own = inside.get(t.instance, frozenset()) | loose[t.instance] | read
        if t.lists:
            laws.setdefault(t.instance, set()).update(_asked_by(search, t, {}))
        variables: list[Variable] = [*sorted(own), *sorted(laws.get(t.instance, ()), key=str)]
        twin.alike(a.tests[t.instance], b.tests[t.instance], variables)
        # What is left alike of a test comes to the same, unless what it is left to differs: lists, and their law.
        for i in [i for i in a.tests if t.lists and i in b.tests and is_left_of(s, i, t)]:
            asked = (v for v in sorted(laws.get(t.instance, ()), key=str) if may_ask(s, i, v))
            variables = [*sorted(loose[t.instance]), *asked]
            twin.alike(a.tests[t.instance], b.tests[t.instance], variables, [a.tests[i], b.tests[i]])
    for var, literal in list(a.law.items()):
        twin.alike(literal, b.question(var), [var])
    for key, literal in a.exists.items():
        twin.alike(literal, b.exists[key], [Hinge("fact", key[0])])
    for option, literal in a.options.items():
        twin.alike(literal, b.options[option], [Hinge("reading", option[0])])
    return laws, together


def _asked_by(search: Search, t: OpenTest, law: Mapping[LawVar, bool]) -> set[LawVar]:
    """The questions of the law a test meets, though a list may leave it open whatever the answers are."""
    outcome = search.evaluate(t, law)
    if outcome is None or isinstance(outcome, bool):
        return set()
    return {outcome}.union(*(_asked_by(search, t, {**law, outcome: answer}) for answer in (True, False)))


def _apart(
    twin: _Twin,
    made: Table | None,
    vars: frozenset[Address],
    tests: Sequence[OpenTest],
    tied: Sequence[Tie],
    mine: frozenset[Address],
    variable: Hinge,
    laws: dict[Instance, set[LawVar]],
) -> None:
    """While the copies may differ in a variable, the rest of its group is one choice for both."""
    s = twin.s
    if mine != vars:
        # Too many combinations of the rest: keep the order of the group, which may let the copies differ in more.
        with contextlib.suppress(TooLarge):
            made = table_left(s, vars, tests, tied, mine)
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


def _support(
    c: Copy,
    used: Sequence[OpenTest],
    laws: dict[Instance, set[LawVar]],
    loose: dict[Instance, frozenset[Hinge]],
    s: Situation,
    gate: int,
) -> tuple[frozenset[Hinge], frozenset[LawVar], frozenset[LawVar]]:
    """What the undecided part of a category could hang on, and the questions of the law, those told and those not."""
    out: set[Hinge] = {Hinge("fact", name) for name, _ in c.exists}
    out |= {Hinge("reading", r) for r, _ in c.options}
    for vars, _, _ in groups(s.search, used):
        out |= {name_of(s, v) for v in vars}
    told: set[LawVar] = set()
    asked: set[LawVar] = set()
    for t in used:
        out |= loose.get(t.instance, frozenset())
        questions = laws.get(t.instance, set()) if t.instance[0] < len(s.compiled.tests) else set()
        asked |= questions
        if questions:
            told |= questions & told_questions(s.compiled, s.facts, s.env, t.instance)
    if asked - told:
        # A comparison that is decided, whatever the law, tells what a question is about as well as any.
        told |= asked & raised(s.compiled, s.facts, s.env, gate)
    return frozenset(out), frozenset(told), frozenset(asked - told)
