"""Reasons: the walk through each category's rules with what the case makes of them.

A clause's status is what it does over all completions of the case, worked out by the solver; the walk only arranges it
and looks up what each test saw.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, Literal

from dsl.calendar import Duration
from dsl.case import Absent, Case
from dsl.checks import children
from dsl.model import (
    AgeOn,
    Aggregate,
    Call,
    Category,
    Clause,
    Compare,
    Cond,
    Const,
    Difference,
    Expr,
    Extreme,
    Member,
    OneOf,
    Param,
    Path,
    Quantified,
    Scalar,
    Shift,
    Truth,
    Verdict,
    Window,
    YearOf,
)
from solver.answer import Granted, Result, Status, Step, StepKind
from solver.assess import Judging, Situation, copy, settle, tables, verdict, verdicts, without
from solver.cells import Instance
from solver.compiled import Compiled
from solver.evaluate import Env, LawGap, Slack, Total, Unread, expr_fn, three
from solver.facts import Address
from solver.hinges import hinges, law_name
from solver.landmarks import candidates, marks, reach, with_neighbours
from solver.lower import Gate, Input, rename
from solver.run import Circuit, Deadline
from solver.undecided import Copy, Value, constrain

_STATUS = {True: Status.HOLDS, False: Status.FAILS, None: Status.VARIES}
_WEAK = 6


def reasoned(
    s: Situation,
    case: Case,
    found: Mapping[str, Verdict],
    judgements: Judging,
    readings: Mapping[str, str] | Literal["all"],
    deadline: Deadline,
) -> tuple[Result, ...]:
    """The results of the categories in `found`, with their reasons."""
    names = tuple(found)
    walk = _statuses(s, names, deadline)
    depends = [n for n in names if found[n] is Verdict.DEPENDS]
    turning = hinges(_roomy(s, case, judgements, readings), depends, deadline) if depends else {}
    assumed = _assumes(s, found, deadline)
    sensitive = _sensitive(s, found, walk.copy.turning, deadline) if readings != "all" else {}
    out = []
    for name in names:
        category = s.compiled.book.categories[name]
        steps = _category_steps(walk, category, found[name])
        decisive = [x for step in steps for x in leaves(step) if x.decisive]
        out.append(
            Result(
                name,
                category.scheme,
                found[name],
                turning.get(name, ()),
                assumed.get(name, ()),
                sensitive.get(name, ()),
                tuple(_granted(s, g.kind, g.value) for g in category.grants),
                _asked(s, category),
                tuple(r.target for r in category.routes if _three(s, r.when.cond)),
                tuple(dict.fromkeys(_reason(x, name) for x in decisive)),
                _leaning(s, decisive),
                steps,
            )
        )
    return tuple(out)


def _roomy(s: Situation, case: Case, judgements: Judging, readings: Mapping[str, str] | Literal["all"]) -> Situation:
    """The situation with room for two completions to differ in the elements of an open list."""
    if not any(s.blanks.values()):
        return s
    from solver.assess import situation

    return situation(s.compiled, case, readings, judgements, twice=True)


# ------------------------------------------------------------------------------------------------------------ statuses


@dataclass(slots=True)
class _Walk:
    """Statuses of every clause met on the way down from the categories."""

    s: Situation
    copy: Copy
    truths: Mapping[tuple[int, tuple[int, ...]], bool | None] = field(default_factory=dict)

    def status(self, gate: int, places: tuple[int, ...]) -> Status:
        """What a clause does over all completions."""
        return _STATUS[self.truths[gate, places]]


def _statuses(s: Situation, names: Sequence[str], deadline: Deadline) -> _Walk:
    """The status of every clause under the categories."""
    program = s.compiled.program
    circuit = Circuit()
    with circuit:
        c = copy(s, circuit)
        walk = _Walk(s, c)
        values: dict[tuple[int, tuple[int, ...]], Value] = {}
        todo: list[tuple[int, tuple[int, ...]]] = [(r, ()) for n in names for r in program.roots[n]]
        while todo:
            key = todo.pop()
            if key in values:
                continue
            values[key] = c.value(*key)
            todo += [(i.gate, tuple(p[a] for a in i.args)) for i, p in _inputs(s, program.gates[key[0]], key[1])]
        for t in tables(s, tuple(c.tests)):
            constrain((c,), t, [], lambda _: False)
    walk.truths = settle(circuit, values, deadline)
    return walk


def _inputs(s: Situation, gate: Gate, places: tuple[int, ...]) -> Iterator[tuple[Input, tuple[int, ...]]]:
    """The inputs of a clause with the places they are asked at."""
    if gate.over is not None:
        for place in range(s.written.get(gate.over, 0) + bool(s.blanks.get(gate.over))):
            yield gate.inputs[0], (*places, place)
        return
    for i in gate.inputs:
        yield i, places


# --------------------------------------------------------------------------------------------------------------- steps


Wish = Literal["why", "why not", "what on"]
"""What the decisive branches are to show: what fired, what blocked, or what it hangs on."""

_WISH: Mapping[Verdict, Wish] = {
    Verdict.QUALIFIES: "why",
    Verdict.DOES_NOT_QUALIFY: "why not",
    Verdict.DEPENDS: "what on",
}


def _category_steps(walk: _Walk, category: Category, found: Verdict) -> tuple[Step, ...]:
    """The steps of the needs, then those of the bars; the branches that decide the verdict are marked."""
    roots = walk.s.compiled.program.roots[category.id]
    kids = [(root, (), wanted) for root, wanted in zip(roots, (True, False), strict=False)]
    chosen = _decisive(walk, kids, _WISH[found])
    return tuple(
        _step(walk, root, (), category.id, wanted, _WISH[found] if i in chosen else None)
        for i, (root, _, wanted) in enumerate(kids)
    )


def _decisive(walk: _Walk, kids: Sequence[tuple[int, tuple[int, ...], bool]], wish: Wish | None) -> frozenset[int]:
    """Which of the clauses under a decisive one are decisive too.

    Those that are as wanted show why, those that are not show why not; where there is none, the clause is settled by
    all that vary together (a case split), and these are shown.
    """
    if wish is None:
        return frozenset()
    statuses = [walk.status(g, p) for g, p, _ in kids]
    varying = frozenset(i for i, status in enumerate(statuses) if status is Status.VARIES)
    if wish == "what on":
        return varying
    settled = frozenset(
        i
        for i, (status, (_, _, wanted)) in enumerate(zip(statuses, kids, strict=True))
        if status is not Status.VARIES and ((status is Status.HOLDS) == wanted) == (wish == "why")
    )
    return settled or varying


def _step(
    walk: _Walk,
    gate_id: int,
    places: tuple[int, ...],
    path: str,
    wanted: bool,
    wish: Wish | None,
    shown: Clause | None = None,  # noqa: FBT001
) -> Step:
    """One clause and what is under it. `wish` None: not on a branch that decides. `shown`: the clause that calls it."""
    s = walk.s
    gate = s.compiled.program.gates[gate_id]
    status = walk.status(gate_id, places)
    if gate.kind == "override":
        return _overridden(walk, gate, places, path, wanted, wish, status)
    clause = gate.clause
    label = clause.label if clause else None
    here = f"{path}/{label}" if label else path
    decisive = wish is not None
    binding = _binding(gate, places)
    if _leaf(s.compiled, gate):
        seen: Mapping[str, Any] = Seen(s, gate, places) if clause else {}
        gaps = _gaps(s, gate, places) if clause and s.open else ()
        return Step(
            here,
            "test",
            status,
            wanted,
            _shown(shown, clause),
            binding=binding,
            values=seen,
            gaps=gaps,
            decisive=decisive,
        )
    if gate.over is not None:
        kids = _elements(walk, gate, places, here, wanted, wish)
        return Step(here, gate.kind, status, wanted, _shown(shown, clause), kids, binding=binding, decisive=decisive)  # type: ignore[arg-type]
    if gate.kind == "all" and clause is not None and _calls(clause):
        only = gate.inputs[0]
        return _step(walk, only.gate, _at(only, places), here, wanted, wish, _shown(shown, clause))
    inner_wanted = wanted != (gate.kind == "not")
    inputs = list(gate.inputs)
    chosen = None
    if gate.kind == "reading" and gate.reading in s.readings:
        assert gate.reading is not None
        chosen = (gate.reading, s.readings[gate.reading])
        inputs = [i for i, v in zip(inputs, gate.values, strict=True) if v == chosen[1]]
    below = [(i.gate, _at(i, places), inner_wanted) for i in inputs]
    marked = _decisive(walk, below, wish)
    made = tuple(_step(walk, g, p, here, w, wish if k in marked else None) for k, (g, p, w) in enumerate(below))
    kind: StepKind = "constant" if gate.kind == "true" else gate.kind  # type: ignore[assignment]
    return Step(
        here,
        kind,
        status,
        wanted,
        _shown(shown, clause),
        made,
        gate.n or None,
        None,
        chosen,
        binding,
        decisive=decisive,
    )


def _shown(outer: Clause | None, inner: Clause | None) -> Clause | None:
    """A clause that calls a term is shown with its own words and citations, or the term's where it has none."""
    if outer is None or inner is None:
        return inner or outer
    if outer.sentence is not None or outer.cites:
        return outer
    return replace(inner, label=outer.label, place=outer.place)


def _at(i: Input, places: tuple[int, ...]) -> tuple[int, ...]:
    return tuple([places[a] for a in i.args]) if i.args else ()


def _overridden(
    walk: _Walk,
    gate: Gate,
    places: tuple[int, ...],
    path: str,
    wanted: bool,
    wish: Wish | None,
    status: Status,  # noqa: FBT001
) -> Step:
    """A clause after the exceptions to it."""
    inner = _step(walk, gate.inputs[0].gate, _at(gate.inputs[0], places), path, wanted, wish)
    category = walk.s.compiled.book.categories[inner.path.split("/")[0]]
    bars = not inner.wanted
    aimed = [o for o in category.overrides if o.target == tuple(inner.path.split("/")[1:])]
    ordered = [o for o in aimed if (o.effect == "met") != bars] + [o for o in aimed if (o.effect == "met") == bars]
    active = [o.label for o, i in zip(ordered, gate.inputs[1:], strict=True) if walk.copy.value(i.gate) is not False]
    return replace(inner, status=status, override=active[0] if active else None, decisive=wish is not None)


def _elements(
    walk: _Walk,
    gate: Gate,
    places: tuple[int, ...],
    path: str,
    wanted: bool,
    wish: Wish | None,  # noqa: FBT001
) -> tuple[Step, ...]:
    """What each element of a list makes of the clause under a quantifier; one stands for all an open list may have."""
    s = walk.s
    assert gate.over is not None
    body, var = gate.inputs[0], gate.vars[-1]
    written = s.written.get(gate.over, 0)
    count = written + bool(s.blanks.get(gate.over))
    below = [(body.gate, _at(body, (*places, place)), wanted) for place in range(count)]
    marked = _decisive(walk, below, wish)
    out = []
    for place, (g, p, w) in enumerate(below):
        inner = _step(walk, g, p, path, w, wish if place in marked else None)
        there = place < written
        address = f"{gate.over}[{place if there else '+'}]"
        status = inner.status if there or inner.status is Status.FAILS else Status.VARIES
        kids = inner.children if inner.kind in ("all", "any") and inner.path == path and inner.children else (inner,)
        binding = {**_binding(gate, places), var: address}
        out.append(
            Step(
                path,
                "element",
                status,
                wanted,
                inner.clause,
                kids,
                None,
                address,
                None,
                binding,
                decisive=place in marked,
            )
        )
    return tuple(out)


def _binding(gate: Gate, places: tuple[int, ...]) -> dict[str, str]:
    """Addresses of the variables in scope."""
    if not places and not gate.things:
        return {}
    pairs = zip(gate.vars, gate.lists, places, strict=False)
    return {v: f"{name}[{p}]" for v, name, p in pairs} | {v: str(p) for v, p in gate.things}


def _leaf(compiled: Compiled, gate: Gate) -> bool:
    """Whether a gate is shown as one line; worked out once."""
    if gate.id not in compiled.leaves:
        compiled.leaves[gate.id] = gate.clause is None or is_leaf(gate.clause)
    return compiled.leaves[gate.id]


def is_leaf(clause: Clause) -> bool:
    """Whether a reader sees this clause as one line: it joins comparisons and nothing with a label of its own."""
    return (
        not any(c.label or isinstance(c.cond, Quantified) or _calls(c) for c in _inside(clause))
        and not _calls(clause)
        and not isinstance(clause.cond, Quantified)
    )


def _calls(clause: Clause) -> bool:
    return isinstance(clause.cond, Call)


def _inside(clause: Clause) -> Iterator[Clause]:
    for child in children(clause.cond):
        yield child
        yield from _inside(child)


def leaves(step: Step) -> Iterator[Step]:
    """The steps that are single lines, in rule order."""
    if step.kind in ("test", "constant") or not step.children:
        yield step
        return
    for child in step.children:
        yield from leaves(child)


# -------------------------------------------------------------------------------------------------------- what was seen


class Seen(Mapping[str, Any]):
    """The values a line's comparisons looked at, by hole name; each looked up when it is asked for."""

    def __init__(self, s: Situation, gate: Gate, places: tuple[int, ...]) -> None:
        """Remember where to look."""
        self._s, self._gate, self._places = s, gate, places

    def __iter__(self) -> Iterator[str]:
        """Hole names, in the order of the line."""
        return iter(_holes(self._s.compiled, self._gate))

    def __len__(self) -> int:
        """How many holes there are."""
        return len(_holes(self._s.compiled, self._gate))

    def __getitem__(self, hole: str) -> Any:
        """What the test saw there."""
        s, gate, places = self._s, self._gate, self._places
        expr = _holes(s.compiled, gate)[hole]
        s.env.els = tuple(s.facts.element(name, p).facts for name, p in zip(gate.lists, places, strict=True))
        try:
            return expr_value(expr, s.compiled, {v: i for i, v in enumerate(gate.vars)}, gate, s.env)
        except Unread:
            return _absence(s, expr, gate, places)
        except (LawGap, Slack):
            return Absent.UNKNOWN
        finally:
            s.env.els = ()


def _gaps(s: Situation, gate: Gate, places: tuple[int, ...]) -> tuple[str, ...]:
    """Questions of the law that the open tests of a line raise."""
    out: dict[str, None] = {}
    for instance in _tests(s.compiled, gate, places):
        if instance in s.open:
            outcome = s.search.evaluate(s.open[instance], {})
            if isinstance(outcome, tuple):
                out.setdefault(law_name(outcome).id)
    return tuple(out)


def _tests(compiled: Compiled, gate: Gate, places: tuple[int, ...]) -> Iterator[Instance]:
    """The tests under a line."""
    if gate.test is not None:
        yield gate.test, places
    for i in gate.inputs:
        yield from _tests(compiled, compiled.program.gates[i.gate], _at(i, places))


def expr_value(expr: Expr, compiled: Compiled, vars: Mapping[str, int], gate: Gate, env: Env) -> Any:
    """A value as a test saw it: totals as (months, days), as days, or as a range of either."""
    key = (gate.id, expr)
    if key not in compiled.shown:
        compiled.shown[key] = expr_fn(rename(expr, {}, dict(gate.things)), compiled.book, vars)
    value = compiled.shown[key](env)
    if not isinstance(value, Total):
        return value
    limit = _limit(gate, expr)
    low, high = value.bounds(limit)
    if value.spells and isinstance(limit, Duration) and limit.unit in ("days", "weeks"):
        low, high = Duration(low, "days"), Duration(high, "days")
    return low if low == high else (low, None if not value.spells and high >= 10**17 else high)


def _limit(gate: Gate, expr: Expr) -> Any:
    """What a total is compared with, if that is written out."""
    for clause in (gate.clause, *_inside(gate.clause)) if gate.clause else ():
        match clause.cond:
            case Compare(_, left, Const(value, _)) if left == expr:
                return value
            case Compare(_, Const(value, _), right) if right == expr:
                return value
            case _:
                continue
    return None


def _absence(s: Situation, expr: Expr, gate: Gate, places: tuple[int, ...]) -> Absent:
    """Why a value is not there: the way its fact is absent."""
    names = {v: (name, p) for v, name, p in zip(gate.vars, gate.lists, places, strict=False)}
    for path in _paths(expr):
        base = dict(gate.things).get(path.base)
        full = Path(base.base, (*base.steps, *path.steps)) if base else path
        a = (
            Address(*names[full.base], full.steps)
            if full.base in names
            else Address(None, -1, (full.base, *full.steps))
        )
        value = s.facts.get(a)
        if type(value) is Absent:
            return value
    return Absent.NOT_ASKED


def _paths(expr: Expr | None) -> Iterator[Path]:
    match expr:
        case Path():
            yield expr
        case Shift(date=d) | YearOf(d):
            yield from _paths(d)
        case AgeOn(a, b) | Difference(a, b):
            yield from _paths(a)
            yield from _paths(b)
        case Extreme(args=args):
            for a in args:
                yield from _paths(a)
        case Aggregate(after=after, before=before):
            yield from _paths(after)
            yield from _paths(before)
        case _:
            return


def _holes(compiled: Compiled, gate: Gate) -> Mapping[str, Expr]:
    """Hole names of a line and the value each shows; worked out once."""
    if gate.id not in compiled.holes:
        assert gate.clause is not None
        compiled.holes[gate.id] = dict(_hole_exprs(gate.clause.cond))
    return compiled.holes[gate.id]


def _hole_exprs(cond: Cond) -> Iterator[tuple[str, Expr]]:
    """`value` and `limit` of the first comparison, then every fact and parameter by name."""

    def named(e: Expr | None) -> Iterator[tuple[str, Expr]]:
        for path in _paths(e):
            yield str(path), path
        match e:
            case Param(name):
                yield name, e
            case Shift(date=d) | YearOf(d):
                yield from ((n, x) for n, x in named(d) if isinstance(x, Param))
            case Extreme(args=args):
                for a in args:
                    yield from ((n, x) for n, x in named(a) if isinstance(x, Param))
            case _:
                pass

    pairs: list[tuple[str, Expr]] = []

    def walk(c: Cond) -> None:
        match c:
            case Compare(_, left, right):
                pairs.extend((("value", left), ("limit", right), *named(left), *named(right)))
            case OneOf(value, _):
                pairs.extend((("value", value), *named(value)))
            case Member(value, _, on, _):
                pairs.extend((("value", value), *named(value), *named(on)))
            case Window(value, by, side, anchor):
                pairs.extend(
                    (
                        ("value", value),
                        ("limit", Shift(anchor, by, 1 if side == "after" else -1)),
                        *named(value),
                        *named(anchor),
                    )
                )
            case Truth(fact):
                pairs.extend((("value", fact), (str(fact), fact)))
            case _:
                for child in children(c):
                    walk(child.cond)

    walk(cond)
    seen: set[str] = set()
    for name, e in pairs:
        if name not in seen:
            seen.add(name)
            yield name, e


# ------------------------------------------------------------------------------------------------------ what decides it


def _reason(step: Step, category: str) -> str:
    """A leaf's labels from the category down, joined with dots."""
    return ".".join(step.path.split("/")[1:]) or category


def _leaning(s: Situation, decisive: Iterable[Step]) -> tuple[str, ...]:
    """Sources of rank 6 or 7 that a decisive line rests on alone."""
    book = s.compiled.book
    out: dict[str, None] = {}
    for step in decisive:
        cites = step.clause.cites if step.clause else ()
        if cites and all(book.sources[c.source].rank >= _WEAK for c in cites):
            for c in cites:
                out.setdefault(c.source)
    return tuple(out)


# ------------------------------------------------------------------------------------- presumptions, readings, grants


def _judgement_tests(s: Situation, a: Address) -> list[Instance]:
    """The tests that read a judgement and nothing else."""
    out = []
    for ready in s.compiled.tests:
        cond = ready.spec.cond
        if not isinstance(cond, Truth):
            continue
        if a.list is None and not ready.spec.lists and (cond.fact.base, *cond.fact.steps) == a.steps:
            out.append((ready.spec.id, ()))
        elif a.list is not None and ready.spec.lists == (a.list,) and cond.fact.steps == a.steps:
            out.append((ready.spec.id, (a.place,)))
    return out


def _assumes(s: Situation, found: Mapping[str, Verdict], deadline: Deadline) -> dict[str, tuple[str, ...]]:
    """For each category the presumed judgements that carry its verdict."""
    out: dict[str, list[str]] = {n: [] for n in found}
    for a in s.presumed:
        tests = [i for i in _judgement_tests(s, a) if i in s.settled]
        name = a.steps[-1] if a.list is None else s.facts.show(a)
        if s.compiled.totalled(a.steps[-1]):
            _retaken(s, a, found, out, name, deadline)
            continue
        if not tests:
            continue
        rest = []
        for n, v in found.items():
            needed = s.compiled.needed(n)
            if any(i[0] in needed for i in tests) and not tests[0][1]:
                out[n] += [name] if v is not Verdict.DOES_NOT_QUALIFY else []
            elif any(i[0] in s.compiled.used(n) for i in tests):
                rest.append(n)
        if rest:
            out = _flipped(s, a, tests, rest, found, out, name, deadline)
    return {n: tuple(v) for n, v in out.items()}


def _retaken(
    s: Situation, a: Address, found: Mapping[str, Verdict], out: dict[str, list[str]], name: str, deadline: Deadline
) -> None:
    """Take away a presumption that totals read: the whole case is laid out again without it."""
    other = verdicts(without(s, a), tuple(found), deadline)
    for n, v in other.items():
        if v is not found[n]:
            out[n].append(name)


def _flipped(
    s: Situation,
    a: Address,
    tests: Sequence[Instance],
    names: Sequence[str],
    found: Mapping[str, Verdict],
    out: dict[str, list[str]],
    name: str,
    deadline: Deadline,
) -> dict[str, list[str]]:
    """Take one presumption away and see which verdicts change."""
    before = {i: s.settled[i] for i in tests}
    s.settled.update(dict.fromkeys(before, False))
    s.facts.set(a, False)
    try:
        other = verdicts(s, names, deadline)
    finally:
        s.facts.set(a, True)
        s.settled.update(before)
    for n, v in other.items():
        if v is not found[n]:
            out[n].append(name)
    return out


def _sensitive(
    s: Situation, found: Mapping[str, Verdict], turning: Iterable[str], deadline: Deadline
) -> dict[str, tuple[str, ...]]:
    """For each category the readings of which another value gives another verdict.

    One circuit holds the readings that can turn something as literals; each other value is an assumption.
    """
    turning = sorted(turning)
    out: dict[str, list[str]] = {n: [] for n in found}
    if not turning:
        return {}
    program = s.compiled.program
    circuit = Circuit()
    with circuit:
        c = copy(s, circuit, {r: v for r, v in s.readings.items() if r not in turning})
        values = {n: c.value(program.categories[n]) for n in found}
        for t in tables(s, tuple(c.tests)):
            constrain((c,), t, [], lambda _: False)
    open_ = {n: v for n, v in values.items() if not isinstance(v, bool)}
    met = {r for r, _ in c.options}
    for reading in [r for r in turning if r in met]:
        for value, _ in s.compiled.book.readings[reading].values:
            if value == s.readings[reading]:
                continue
            chosen = [c.options[r, value if r == reading else s.readings[r]] for r in sorted(met)]
            ranged = circuit.range(list(open_.values()), deadline, chosen)
            assert ranged is not None
            for n, truth in zip(open_, ranged, strict=True):
                if verdict(truth) is not found[n] and reading not in out[n]:
                    out[n].append(reading)
    return {n: tuple(v) for n, v in out.items()}


def _three(s: Situation, cond: Cond) -> bool | None:
    """A condition on givens as far as the case tells."""
    key = ("three", cond)
    shown = s.compiled.shown
    if key not in shown:
        shown[key] = three(cond, s.compiled.book, {})
    s.env.els = ()
    return shown[key](s.env)  # type: ignore[no-any-return]


def _asked(s: Situation, category: Category) -> tuple[str, ...]:
    """Documents to file; one whose condition cannot be told is listed."""
    out: dict[str, None] = {}
    for asks in category.asks:
        if asks.when is None or _three(s, asks.when.cond) is not False:
            out |= dict.fromkeys(asks.documents)
    return tuple(out)


def _granted(s: Situation, kind: str, expr: Expr) -> Granted:
    """Every value a grant can take, and the unknown facts that choose."""
    book, facts = s.compiled.book, s.facts
    from solver.compiled import reads

    read = reads(expr, book).paths  # type: ignore[arg-type]
    addresses = [Address(None, -1, (p.base, *p.steps)) for p in read]
    open_ = [a for a in addresses if type(facts.get(a)) is Absent]
    fn = expr_fn(expr, book, {})
    s.env.els = ()
    if not open_:
        return Granted(kind, _one(fn, s.env))
    m = marks(expr, book)  # type: ignore[arg-type]
    known = [facts.get(a) for a in addresses if a not in open_]
    choices = []
    for a in open_:
        wanted = facts.fact(a).type
        if wanted == Scalar("date"):
            choices.append(with_neighbours(reach(m, [d for d in known if type(d) is dt.date]), ongoing=False))
        else:
            choices.append(candidates(wanted, [m], known, book))
    values: dict[Any, None] = {}
    before = [facts.get(a) for a in open_]
    for combination in product(*choices):
        for a, v in zip(open_, combination, strict=True):
            facts.set(a, v)
        if all(tie_holds(s, a) for a in open_):
            values |= dict.fromkeys(_one(fn, s.env))
    for a, v in zip(open_, before, strict=True):
        facts.set(a, v)
    return Granted(kind, tuple(values), tuple(facts.show(a) for a in open_) if len(values) > 1 else ())


def tie_holds(s: Situation, a: Address) -> bool:
    """Whether every invariant on a fact may hold as things stand."""
    from solver.assess import ties

    if not s.search.ties:
        s.search.ties = ties(s)
    return all(s.search.consistent(t) for t in s.search.ties if a in t.reads)


def _one(fn: Any, env: Env) -> tuple[Any, ...]:
    try:
        value = fn(env)
    except (Unread, LawGap):
        return ()
    return () if value is None else (value,)
