"""The derivation of a verdict: which clauses decide it, what each does, and what it saw.

Walks the rules from a category down beside the steps of a record, and says of each step what the rules make of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dsl import model as m
from dsl.calendar import Duration
from dsl.inside import found
from whereas.records import meaning as mn
from whereas.records.values import written

Json = dict[str, Any]
WISH = {"qualifies": "why", "does_not_qualify": "why not", "depends": "what on"}
_KINDS: Mapping[type, str] = {
    m.All: "all", m.AnyOf: "any", m.AtLeast: "at_least", m.Not: "not", m.ByReading: "reading"
}  # fmt: skip


class Node(Struct, frozen=True):
    """One clause as the case meets it. `asked`: the clause as written; `meant`: with the terms it calls opened.

    `above`: the labels over the clause, `path`: with its own. `named`: the paths at which the clause or a term that it
    calls has a label, outermost first: where an exception may aim.
    """

    asked: m.Clause
    above: tuple[str, ...]
    env: mn.Env
    meant: m.Clause
    inner: mn.Env
    path: tuple[str, ...]
    wanted: bool
    cites: tuple[m.Citation, ...]
    element: str | None = None
    named: tuple[tuple[str, ...], ...] = ()

    def decides(self, w: mn.World) -> mn.Truth:
        """What counts when the clauses that decide are chosen: of an element that may be there, what it would do."""
        return mn.clause(w, self.env, self.asked, self.above)

    def held(self, w: mn.World) -> mn.Truth:
        """What the clause does. An element that may be there is, in a completion, the last one that is added."""
        env, blank = self.env, next((at for k, at in self.env.items() if k and at.endswith("[+]")), None)
        if blank is not None and blank[:-3] not in w.open:
            at = f"{blank[:-3]}[{w.facts[blank[:-3]] - 1}]"
            if not any(key.startswith(f"{at}.") for key in w.added):
                return False if self.element else None
            env = {k: v.replace(blank, at) for k, v in env.items()}
        out = mn.clause(w, env, self.asked, self.above)
        return None if out and self.element is not None and env is self.env and blank else out


def node(
    book: m.Book, it: m.Clause, env: mn.Env, above: tuple[str, ...], wanted: bool, element: str | None = None
) -> Node:
    """A clause with the terms it calls opened up."""
    path, meant, inner = above, it, env
    chain: list[m.Clause] = []
    labelled: list[tuple[str, ...]] = []
    while True:
        if meant.label:
            path = (*path, meant.label)
            labelled.append(path)
        chain.append(meant)
        if not isinstance(meant.cond, m.Call):
            cites = next((x.cites for x in chain if x.sentence is not None or x.cites), ())
            return Node(it, above, env, meant, inner, path, wanted, cites, element, tuple(labelled))
        named = {k: v for k, v in inner.items() if k}
        inner = mn.called(_Bare(book), inner, meant.cond)  # type: ignore[arg-type]
        inner = {**named, **inner}
        meant = book.terms[meant.cond.term].means


class _Bare(Struct, frozen=True):
    book: m.Book


def roots(book: m.Book, category: m.Category) -> list[Node]:
    """The needs and the bars of a category."""
    env = mn.OUTSIDE
    out = [node(book, category.needs, env, (), True)]
    return out if category.bars is None else [*out, node(book, category.bars, env, (), False)]


def leaf(it: m.Clause) -> bool:
    """Whether a reader sees a clause as one line: it joins comparisons and nothing with a label of its own."""
    if isinstance(it.cond, m.Call | m.Quantified):
        return False
    return not any(x.label or not leaf(x) for x in parts(it.cond))


def parts(cond: m.Cond) -> tuple[m.Clause, ...]:
    """The clauses directly inside a condition, terms left closed."""
    return () if isinstance(cond, m.Call) else mn.inside(None, cond)  # type: ignore[arg-type]


def kids(w: mn.World, it: Node) -> list[Node]:
    """What stands under a clause, in order."""
    cond = it.meant.cond
    if isinstance(cond, m.Quantified):
        return [
            node(w.book, cond.body, env, it.path, it.wanted, env[cond.var]) for env, _ in mn.elements(w, it.inner, cond)
        ]
    below = parts(cond)
    if isinstance(cond, m.ByReading) and cond.reading in w.readings:
        below = (dict(cond.branches)[w.readings[cond.reading]],)
    return [node(w.book, x, it.inner, it.path, it.wanted != isinstance(cond, m.Not)) for x in below]


def under(w: mn.World, it: Node) -> list[Node]:
    """What is shown under a step: for an element, the clauses of its condition."""
    if it.element is None:
        return [] if leaf(it.meant) else kids(w, it)
    plain = replace(it, element=None)
    merged = isinstance(it.meant.cond, m.All | m.AnyOf) and it.path == it.above and not leaf(it.meant)
    return kids(w, plain) or [plain] if merged else [plain]


def told(w: mn.World, it: Node, category: m.Category, why_not: Callable[[str], str], masked: frozenset[str]) -> Json:
    """What the rules say of a step, all but what it does over all completions."""
    cond = it.meant.cond
    listed = it.element is not None  # an element stands under the path of its list, whatever its condition is called
    out: Json = {"path": "/".join((category.id, *(it.above if listed else it.path))), "wanted": it.wanted}
    binding = {k: v for k, v in (it.env if listed else it.inner).items() if k}
    if binding:
        out["binding"] = binding
    if listed:
        return out | {"kind": "element", "element": it.element}
    aimed = next((path for path in it.named if path in w.forced), None)
    if aimed is not None and (label := _override(w, aimed, category)):
        out["override"] = label
    if isinstance(cond, m.Quantified):
        return out | {"kind": cond.kind}
    if leaf(it.meant):
        out |= {"kind": "test", "values": values(w, it, why_not, masked)}
        gaps = [what.split("|")[0] for what in _gaps(w, it)]
        return out | ({"gaps": list(dict.fromkeys(gaps))} if gaps else {})
    out["kind"] = _KINDS[type(cond)]
    if isinstance(cond, m.AtLeast):
        out["n"] = cond.n
    if isinstance(cond, m.ByReading) and cond.reading in w.readings:
        out["reading"] = [cond.reading, w.readings[cond.reading]]
    return out


def _override(w: mn.World, target: tuple[str, ...], category: m.Category) -> str | None:
    """The exception to a clause that is not known to be without effect."""
    bar = category.bars is not None and target in mn.targets(w.book, category.bars, ())
    mine = [o for o in category.overrides if o.target == target]
    live = mn.active(mn.World(w.book, w.facts, w.open, w.readings), category)
    ordered = [o for o in mine if (o.effect == "met") != bar] + [o for o in mine if (o.effect == "met") == bar]
    return next((o.label for o in ordered if live[o.label] is not False), None)


def _gaps(w: mn.World, it: Node) -> list[str]:
    """The questions of the law that leave a comparison of a line open, as far as the facts are told."""
    out = []
    for test in tests(it.meant):
        met: list[tuple[str, Any]] = []
        held = mn.clause(mn.World(w.book, w.facts, w.open, w.readings, met=met), it.inner, m.Clause(None, test), ())
        first = next((x for x in met if x[0] != "test"), None)
        if held is None and first is not None and first[0] == "law":
            out.append(first[1])
    return out


def tests(it: m.Clause) -> Iterator[m.Test]:
    """The comparisons of a line."""
    below = parts(it.cond)
    for x in below:
        yield from tests(x)
    if not below and not isinstance(it.cond, m.Always | m.All | m.AnyOf | m.AtLeast):
        yield it.cond  # type: ignore[misc]


def values(w: mn.World, it: Node, why_not: Callable[[str], str], masked: frozenset[str]) -> Json:
    """What a line saw, by the names its sentence may use."""
    out: Json = {}
    for name, expr, limit in holes(it.meant):
        if name not in out:
            out[name] = _shown(w, it.inner, expr, limit, why_not, masked)
    return out


def _shown(
    w: mn.World, env: mn.Env, expr: m.Expr, limit: Any, why_not: Callable[[str], str], masked: frozenset[str]
) -> Any:
    if masked and any(at in masked for at in addresses(w, env, expr)):
        return {"masked": True}
    got = mn.value(w, env, expr)
    match got:
        case mn.Gap():
            return {"absent": "unknown"}
        case mn.Lack():
            if got is mn.NOTHING:
                return None
            untold = (at for path in paths(expr) if (at := mn.address(env, path)) not in w.facts)
            return {"absent": next(map(why_not, untold), "not_asked")}
        case mn.Total(months, days):
            if isinstance(limit, Duration) and limit.unit in ("days", "weeks"):
                return days.low if days.low == days.high else {"from": days.low, "to": days.high}
            low, high = months.low, months.high
            return list(low) if low == high else {"from": list(low), "to": list(high)}
        case mn.Span(low, high):
            return {"from": written(low), "to": written(high)}
        case _:
            return written(got)


def addresses(w: mn.World, env: mn.Env, expr: m.Expr) -> Iterator[str]:
    """Every fact an expression reads; of a total, all that is told of its list."""
    for path in found(expr, m.Path):
        if path.base in env or path.base in w.book.givens:
            yield mn.address(env, path)
    for param in found(expr, m.Param):
        yield w.book.parameters[param.id].event or ""
    for total in found(expr, m.Aggregate):
        where = mn.address(env, total.list) + "["
        yield from (at for at in w.facts if at.startswith(where))


def holes(it: m.Clause) -> Iterator[tuple[str, m.Expr, Any]]:
    """`value` and `limit` of each comparison of a line, its facts and parameters; a total's limit."""
    for test in tests(it):
        match test:
            case m.Compare(_, a, b):
                against = [x.value if isinstance(x, m.Const) else None for x in (a, b)]
                yield "value", a, against[1]
                yield "limit", b, against[0]
                yield from named(a)
                yield from named(b)
            case m.OneOf(a):
                yield "value", a, None
                yield from named(a)
            case m.Member(a, _, on):
                yield "value", a, None
                yield from named(a)
                yield from named(on)
            case m.Window(a, by, side, b):
                yield "value", a, None
                yield "limit", m.Shift(b, by, 1 if side == "after" else -1), None
                yield from named(a)
                yield from named(b)
            case m.Truth(fact):
                yield "value", fact, None
                yield str(fact), fact, None


def named(expr: m.Expr | None) -> Iterator[tuple[str, m.Expr, Any]]:
    """The facts and parameters of an expression, by name."""
    if expr is None:
        return
    yield from ((str(path), path, None) for path in paths(expr))
    yield from ((p.id, p, None) for p in params(expr))


def paths(expr: m.Expr | None) -> Iterator[m.Path]:
    """The facts read outside totals and scores."""
    if isinstance(expr, m.Path):
        yield expr
    elif expr is not None and not isinstance(expr, m.Score):
        for part in _operands(expr):
            yield from paths(part)


def params(expr: m.Expr | None) -> Iterator[m.Param]:
    """The parameters of an expression that stand by themselves or in a date."""
    if isinstance(expr, m.Param):
        yield expr
    elif isinstance(expr, m.Shift | m.YearOf | m.EdgeOf | m.Extreme):
        for part in _operands(expr):
            yield from params(part)


def _operands(expr: m.Expr) -> tuple[m.Expr | None, ...]:
    match expr:
        case m.Shift(date=a) | m.YearOf(a) | m.EdgeOf(a):
            return (a,)
        case m.AgeOn(a, b) | m.Difference(a, b) | m.Aggregate(after=a, before=b):
            return (a, b)
        case m.Extreme(args=args):
            return args
        case _:
            return ()
