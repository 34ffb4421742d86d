"""The rules of some categories as plain data, terms opened up: the form in which the checker of records reads a book.

Nothing is decided here. Conditions and values are numbered nodes `[what, depth, ...]`: `depth` is how many elements of
lists around it a node knows, by place, outermost first. Facts are given as `[place, rest]`, an address that begins
with the element at that place (-1: it is the whole address). Beside them stands what a reader is shown of each clause.
Values are those of JSON: dates as `2026-11-21` or `ongoing`, durations as `6 months`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from dsl import model as m
from dsl.calendar import Duration
from dsl.inside import everything
from whereas.records.dated import FIRST, parameter
from whereas.records.dated import table as by_day
from whereas.records.lines import holes, inside, leaf, tests
from whereas.records.values import written

Json = dict[str, Any]
Scope = Mapping[str, tuple[int, str]]
"""By variable where its address begins, and how it goes on."""
Path = tuple[str, ...]
_WEAK = 6
_AT = ("fact", "reading", "some", "sum", "months", "days")
"""Nodes with the address of a fact or list."""
_KINDS: Mapping[type, str] = {
    m.All: "all", m.AnyOf: "any", m.AtLeast: "at_least", m.Not: "not", m.ByReading: "reading"
}  # fmt: skip
EDGES = {
    "month begins": (7, "-01"), "month ends": (7, ""), "year begins": (4, "-01-01"), "year ends": (4, "-12-31")
}  # fmt: skip
"""How much of a day is kept, and how it goes on; nothing: with the last day of its month."""


def program(book: m.Book, categories: Sequence[str], known_on: dt.date | None = None) -> Json:
    """What the checker needs of a book, as it was known on a day, to follow the answers on some categories."""
    book = as_known(book, known_on)
    facts = [*book.givens.values(), *(f for e in book.entities.values() for f in e.facts)]
    made = _Program(book, lasting=frozenset(f.id for f in facts if f.type == m.Scalar("duration")))
    stated = sorted(book.readings.items())
    readings = {name: _one_of([v for v, _ in r.values]) | {"default": r.default} for name, r in stated}
    tables = {p.id: {"*": parameter(p)} for p in book.parameters.values()}
    kept = [made.clause(it, {}, 0, ()) for it in book.invariants]
    out: Json = {"facts": {}, "elements": {}, "law": _TYPES["truth"], "readings": readings}
    for given in book.givens.values():
        for at, kind, fact in _under(book, given.id, given.type, given):
            if isinstance(kind, m.EntityOf):
                kept += made.invariants(kind.entity, (-1, at), 0)
                continue
            out["facts"][at] = _type(book, kind, fact, top="." not in at)
            if isinstance(kind, m.ListOf):
                inner = list(_under(book, "", m.EntityOf(kind.entity), None))
                out["elements"][at] = {a: _type(book, k, f) for a, k, f in inner if not isinstance(k, m.EntityOf)}
                each = [
                    x for a, k, _ in inner if isinstance(k, m.EntityOf) for x in made.invariants(k.entity, (0, a), 1)
                ]
                kept += [made.not_(made.some(made.not_(x), at, 0)) for x in each]
    out["facts"] |= {f"reading {name}": kind for name, kind in readings.items()}
    out["possible"] = made.all_(kept)
    out["categories"] = {c: made.category(book.categories[c]) for c in categories if c in book.categories}
    return out | {"nodes": made.nodes, "tables": tables | made.lists, "bits": made.bits}


def as_known(book: m.Book, day: dt.date | None) -> m.Book:
    """The book without what became known after a day."""
    if day is None:
        return book
    rows = {n: tuple(r for r in p.values if r.known <= day or p.event is None) for n, p in book.parameters.items()}
    said = {n: tuple(c for c in t.coverage if (c.known or c.start or day) <= day) for n, t in book.tables.items()}
    parameters = {n: replace(p, values=rows[n]) for n, p in book.parameters.items()}
    return replace(
        book, parameters=parameters, tables={n: replace(t, coverage=said[n]) for n, t in book.tables.items()}
    )


def _under(book: m.Book, at: str, kind: m.Type, fact: m.Fact | None) -> Iterator[tuple[str, m.Type, m.Fact | None]]:
    """Everything at an address and below it, lists not looked into."""
    yield at, kind, fact
    if isinstance(kind, m.EntityOf):
        for f in book.entities[kind.entity].facts:
            yield from _under(book, f"{at}.{f.id}", f.type, f)


_TEXT, _COUNT = """'.*'|".*\"""", r"\d{1,16}"
_TYPES: Mapping[str, Json] = {
    "truth": {"is": "truth", "form": "True|False", "of": [False, True]},
    "whole": {"is": "whole", "form": _COUNT, "ends": [0, 10**15]},
    "money": {"is": "money", "form": _COUNT, "ends": [0, 10**15]},
    "date": {"is": "date", "form": r"'(\d{4}-\d\d-\d\d|ongoing)'", "ends": ["1900-01-01", "ongoing"]},
    "duration": {"is": "duration", "form": r"'\d{1,6} (day|week|month|year)s?'"},
    "list": {"is": "list", "form": r"\d{1,6}"},
}
"""By name of a type what a value is written like by Python, what it can be, from where to where it goes."""


def _one_of(names: Sequence[str]) -> Json:
    return {"is": "enum", "form": f"'({'|'.join(map(re.escape, names))})'", "of": list(names)}


def _type(book: m.Book, kind: m.Type, fact: m.Fact | None, *, top: bool = False) -> Json:
    """The type of a fact; whether it is judged, presumed if nothing is told of it, and which facts end that."""
    match kind:
        case m.EnumOf(id):
            out = _one_of([name for name, _ in book.enumerations[id].members])
        case m.KeyOf(id):
            out = {"is": "key", "form": _TEXT, "table": id}
        case m.ListOf(id):
            out = _TYPES["list"]
        case m.Scalar(name):
            out = _TYPES.get(name, {"is": name, "form": _TEXT})
        case m.EntityOf():
            raise AssertionError(kind)
    if fact is None or fact.judgement is None:
        return out
    judgement = book.judgements[fact.judgement]
    unless = [str(p) for p in judgement.unless] if top else []
    return out | {"judged": True, "presumed": judgement.mode == "presumed", "unless": unless}


class _Program(Struct):
    """Nodes made so far, each once. `forced`: how exceptions of the category at hand decide clauses, by their path.

    `bits`: one for each reading, fact or list by address, and for the `law`; a node ends with those that it reads;
    `lists`: what tables say by day; `lasting`: names of durations.
    """

    book: m.Book
    nodes: list[list[Any]] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)
    forced: dict[Path, tuple[list[int], list[int], list[Any]]] = field(default_factory=dict)
    made: dict[Any, int] = field(default_factory=dict)
    bits: dict[str, int] = field(default_factory=dict)
    lists: Json = field(default_factory=dict)
    lasting: frozenset[str] = frozenset()

    def node(self, what: str, own: int, below: Sequence[int], *rest: Any) -> int:
        """A node over others; `own`: elements around it that it names itself."""
        depth = max([own, *(self.nodes[b][1] for b in below)])
        it = [what, depth, *rest]
        key = repr(it)
        if key not in self.index:
            self.index[key] = len(self.nodes)
            self.nodes.append(it)
            name = rest[1] if what in _AT else {"looked up": "law", "there": ""}.get(what)
            mask = 0 if name is None else self.bits.setdefault(name, 1 << len(self.bits))
            for b in below:
                mask |= self.nodes[b][-1]
            self.nodes[-1].append(mask)
        return self.index[key]

    # ---------------------------------------------------------------------------------------------------- declarations

    def invariants(self, entity: str, at: tuple[int, str], depth: int) -> list[int]:
        """The invariants of a thing at an address."""
        self.forced = {}
        return [self.clause(it, {"it": at}, depth, ()) for it in self.book.entities[entity].invariants]

    def category(self, it: m.Category) -> Json:
        """A category: its condition, what is shown of it, and what goes with it."""
        self.forced = {}
        live = {o.label: self.clause(o.when, {}, 0, ()) for o in it.overrides}
        active = {}
        for o in it.overrides:
            over = [live[x.label] for x in it.overrides if o.label in x.over]
            spared = self.not_(self.any_(over)) if over else None
            active[o.label] = live[o.label] if spared is None else self.all_([live[o.label], spared])
        bars = set() if it.bars is None else set(self.targets(it.bars, ()))
        forced = {}
        for target in {o.target for o in it.overrides}:
            mine = [(o, (o.effect == "met") != (target in bars)) for o in it.overrides if o.target == target]
            ordered = [o for o, yes in mine if yes] + [o for o, yes in mine if not yes]
            met, unmet = ([active[o.label] for o, yes in mine if yes is want] for want in (True, False))
            forced[target] = (met, unmet, [[o.label, active[o.label]] for o in ordered])
        self.forced, self.made = forced, {}
        needs = self.clause(it.needs, {}, 0, ())
        barred = None if it.bars is None else self.clause(it.bars, {}, 0, ())
        steps = [self.shown(it.id, it.needs, {}, 0, (), wanted=True)]
        steps += [] if it.bars is None else [self.shown(it.id, it.bars, {}, 0, (), wanted=False)]
        self.forced, self.made = {}, {}
        return {
            "scheme": it.scheme,
            "cond": needs if barred is None else self.all_([needs, self.not_(barred)]),
            "reads": sorted(reads(self.book, it)),
            "steps": steps,
            "grants": [self.grant(g) for g in it.grants],
            "asks": [[self.maybe(a.when), list(a.documents)] for a in it.asks],
            "routes": [[self.maybe(r.when), r.target] for r in it.routes],
        }

    def grant(self, it: m.Grant) -> list[Any]:
        """What is granted, its value, and the facts that choose it."""
        value = self.expr(it.value, {}, 0)
        return [it.kind, value, sorted({at for _, at in self.reads(value, 0)})]

    def maybe(self, it: m.Clause | None) -> int:
        """A condition that may be left out."""
        return self.all_([]) if it is None else self.clause(it, {}, 0, ())

    def targets(self, it: m.Clause, path: Path) -> Iterator[Path]:
        """The label paths inside a clause, terms opened up."""
        path = (*path, it.label) if it.label else path
        yield path
        below = (self.book.terms[it.cond.term].means,) if isinstance(it.cond, m.Call) else inside(it.cond)
        for part in below:
            yield from self.targets(part, path)

    def reads(self, n: int, depth: int) -> Iterator[tuple[int, str]]:
        """The facts a node reads, and the lists it looks into, that stand outside of those lists."""
        what, _, *rest, _ = self.nodes[n]
        match what, rest:
            case "fact", [place, at]:
                if place < depth:
                    yield place, at
            case "const", _:
                return
            case _, [below, *others]:
                if what in ("some", "sum", "months", "days"):
                    yield -1, others[0]
                for b in below:
                    yield from self.reads(b, depth)
            case _:
                raise AssertionError(what)

    # ------------------------------------------------------------------------------------------------------ conditions

    def all_(self, parts: Sequence[int]) -> int:
        """And."""
        return parts[0] if len(parts) == 1 else self.node("least", 0, parts, list(parts), len(parts))

    def any_(self, parts: Sequence[int]) -> int:
        """Or."""
        return parts[0] if len(parts) == 1 else self.node("least", 0, parts, list(parts), 1)

    def not_(self, part: int) -> int:
        """Not."""
        what, _, below, *_ = self.nodes[part]
        return int(below[0]) if what == "not" else self.node("not", 0, (part,), [part])

    def some(self, part: int, at: str, place: int) -> int:
        """Some element that is there."""
        part = self.all_([self.there(place), part])
        return self.node("some", place, (part,), [part], at, place)

    def there(self, place: int) -> int:
        """Whether an element is there; it may not be where a list may have more."""
        return self.node("there", place + 1, (), [], place)

    def compared(self, op: str, a: int, b: int) -> int:
        """A comparison; of two that differ in direction only one is known."""
        op, a, b = (op, a, b) if op not in ("gt", "ge") else ({"gt": "lt", "ge": "le"}[op], b, a)
        return self.node(op, 0, (a, b), [a, b])

    def clause(self, it: m.Clause, scope: Scope, depth: int, path: Path) -> int:
        """The node of a clause, exceptions to it considered; `path`: the labels above it."""
        key = (id(it), tuple(scope.items()), depth, path if self.forced else ())
        if key not in self.made:
            path = (*path, it.label) if it.label else path
            made = self.cond(it.cond, scope, depth, path)
            if it.label and path in self.forced:
                met, unmet, _ = self.forced[path]
                made = self.all_([made, self.not_(self.any_(unmet))]) if unmet else made
                made = self.any_([*met, made]) if met else made
            self.made[key] = made
        return self.made[key]

    def cond(self, it: m.Cond, scope: Scope, depth: int, path: Path) -> int:
        """The node of a condition."""

        def values(*exprs: m.Expr | None) -> list[int]:
            return [self.expr(e, scope, depth) for e in exprs if e is not None]

        match it:
            case m.All(items) | m.AnyOf(items) | m.AtLeast(_, items):
                below = [self.clause(x, scope, depth, path) for x in items]
                if isinstance(it, m.AtLeast):
                    return self.node("least", 0, below, below, it.n)
                return self.all_(below) if isinstance(it, m.All) else self.any_(below)
            case m.Not(item):
                return self.not_(self.clause(item, scope, depth, path))
            case m.Always():
                return self.all_([])
            case m.Quantified(kind, var, _, _, body):
                part = self.clause(body, {**scope, var: (depth, "")}, depth + 1, path)
                part = part if kind == "some" else self.not_(part)
                some = self.some(part, self.list_at(it.list, scope), depth)
                return some if kind == "some" else self.not_(some)
            case m.Call(term, args):
                return self.clause(self.book.terms[term].means, self.called(term, args, scope), depth, path)
            case m.ByReading(reading, branches):
                below = [self.clause(branch, scope, depth, path) for _, branch in branches]
                return self.node("reading", 0, below, below, f"reading {reading}", [v for v, _ in branches])
            case m.Compare(op, left, right, enumeration):
                order = [n for n, _ in self.book.enumerations[enumeration].members] if enumeration else None
                both = [self.expr(left, scope, depth, self.in_days(right))]
                both += [self.expr(right, scope, depth, self.in_days(left))]
                if order:
                    both = [self.node("place", 0, (x,), [x], order) for x in both]
                elif any(map(self.lasts, (left, right))):
                    both = [self.node("rank", 0, (x,), [x]) for x in both]
                return self.compared(op, *both)
            case m.OneOf(value, options):
                a, *each = values(value, *options)
                if self.lasts(value):
                    a, *each = (self.node("rank", 0, (x,), [x]) for x in (a, *each))
                return self.any_([self.compared("is", a, b) for b in each])
            case m.Member(value, table, on, rows):
                below = [*values(value), self.const(written(FIRST)) if on is None else self.expr(on, scope, depth)]
                name = f"{table} {dict(rows)}"
                if name not in self.lists:
                    self.lists[name] = by_day(self.book.tables[table], dict(rows))
                return self.compared("is", self.node("looked up", 0, below, below, name, False), self.const(True))
            case m.Window(value, by, side, anchor):
                a, b, edge = values(value, anchor, m.Shift(anchor, by, 1 if side == "after" else -1))
                first, last, op = (b, edge, "le") if side == "after" else (edge, b, "lt")
                return self.all_([self.compared("le", first, a), self.compared(op, a, last)])
            case m.Truth(fact):
                (a,) = values(fact)
                return self.compared("is", a, self.const(True))

    def chosen(self, reading: str, value: str) -> int:
        """Whether a reading is the one chosen."""
        return self.compared("is", self.node("fact", 0, (), -1, f"reading {reading}"), self.const(value))

    def called(self, term: str, args: Sequence[m.Path], scope: Scope) -> Scope:
        """The scope inside a term."""
        given = zip(self.book.terms[term].params, args, strict=True)
        return {name: self.at(arg, scope) for (name, _), arg in given}

    def at(self, path: m.Path, scope: Scope) -> tuple[int, str]:
        """Where a path leads."""
        place, rest = scope.get(path.base, (-1, path.base))
        return place, "".join((rest, *(f".{s}" for s in path.steps)))

    def list_at(self, path: m.Path, scope: Scope) -> str:
        """The address of a list: no list stands in a list."""
        place, at = self.at(path, scope)
        assert place == -1
        return at

    # ---------------------------------------------------------------------------------------------------------- values

    def in_days(self, it: m.Expr) -> bool:
        """Whether a total of spells is compared with days or weeks, not with months or years."""
        match it:
            case m.Const(Duration(unit=unit)):
                return unit in ("days", "weeks")
            case m.Param(id):
                return any(
                    isinstance(r.value, Duration) and r.value.unit in ("days", "weeks")
                    for r in self.book.parameters[id].values
                )
            case m.Extreme(args=args):
                return any(map(self.in_days, args))
            case _:
                return False

    def lasts(self, it: m.Expr) -> bool:
        """Whether a value is a duration."""
        match it:
            case m.Const(value):
                return isinstance(value, Duration)
            case m.Param(id):
                return self.book.parameters[id].type == m.Scalar("duration")
            case m.Path(base, steps):
                return (steps[-1] if steps else base) in self.lasting
            case m.Extreme(args=args):
                return any(map(self.lasts, args))
            case _:
                return False

    def expr(self, it: m.Expr, scope: Scope, depth: int, days: bool = False) -> int:
        """The node of a value; `days`: a total of spells counts days."""

        def lifted(what: str, parts: Sequence[m.Expr], *rest: Any) -> int:
            below = [self.expr(p, scope, depth) for p in parts]
            return self.node(what, 0, below, below, *rest)

        match it:
            case m.Path():
                place, at = self.at(it, scope)
                return self.node("fact", place + 1, (), place, at)
            case m.Const(value):
                return self.const(written(value))
            case m.Param(id):
                p = self.book.parameters[id]
                on = self.const(written(dt.date.max)) if p.event is None else self.node("fact", 0, (), -1, p.event)
                ordered = p.type in (m.Scalar("whole"), m.Scalar("money"), m.Scalar("date"))
                below = [self.const("*"), on]
                return self.node("looked up", 0, below, below, id, ordered)
            case m.Shift(date, by, sign):
                months = by.count * {"months": 1, "years": 12}.get(by.unit, 0)
                return lifted("shift", [date], sign * months, sign * by.count * {"days": 1, "weeks": 7}.get(by.unit, 0))
            case m.YearOf(date):
                return lifted("year", [date])
            case m.EdgeOf(date, edge):
                return lifted("edge", [date], *EDGES[edge])
            case m.AgeOn(born, on):
                return lifted("age", [born, on])
            case m.Difference(left, right):
                return lifted("minus", [left, right])
            case m.Extreme(kind, args):
                return lifted("min" if kind in ("earliest", "least") else "max", args)
            case m.Aggregate():
                return self.aggregate(it, scope, depth, days)
            case m.Score(kind, items, most):
                below = [self.item(x, scope, depth) for x in items]
                return self.capped(self.node("plus" if kind == "total" else "max", 0, below, below), most)

    def const(self, it: Any) -> int:
        """A value that is written out."""
        return self.node("const", 0, (), it)

    def capped(self, it: int, most: int | None) -> int:
        """No more of a value than so much."""
        both = [it] if most is None else [it, self.const(most)]
        return it if most is None else self.node("min", 0, both, both)

    def item(self, it: m.Points | m.Expr, scope: Scope, depth: int) -> int:
        """A line of a score."""
        if not isinstance(it, m.Points):
            return self.expr(it, scope, depth)
        points = self.const(it.points)
        if it.each is not None:
            each = self.expr(it.each, scope, depth)
            points = self.node("times", 0, (each,), [each], it.points)
        below = [self.clause(it.when, scope, depth, ()), self.capped(points, it.most)]
        return self.node("when", 0, below, below)

    def aggregate(self, it: m.Aggregate, scope: Scope, depth: int, days: bool) -> int:
        """A total over a list: a condition on elements, what is counted, the days it is cut to from below and above."""
        at, inner = self.list_at(it.list, scope), {**scope, it.var: (depth, "")}
        passes = [] if it.where is None else [self.cond(it.where, inner, depth + 1, ())]
        names: Sequence[m.Path] = () if it.of is None else (it.of,)
        if it.kind == "months":
            spell = self.book.entities[it.entity].spell
            assert spell is not None
            names = [m.Path(it.var, (name,)) for name in spell]
        of = [self.const(1)] if it.kind == "count" else [self.expr(p, inner, depth + 1) for p in names]
        begun = None if it.within is None or it.before is None else m.Shift(it.before, it.within, -1)
        low = [self.expr(e, scope, depth) for e in (it.after, begun) if e is not None]
        high = [] if it.before is None else [self.expr(it.before, scope, depth)]
        what = "sum" if it.kind != "months" else "days" if days else "months"
        below = [self.all_([self.there(depth), *passes]), *of, *low, *high]
        around = max([depth, *(self.nodes[x][1] for x in (*low, *high))])
        return self.node(what, around, below, below, at, depth, len(low))

    # ----------------------------------------------------------------------------------------------- what a reader sees

    def shown(
        self, category: str, it: m.Clause, scope: Scope, depth: int, above: Path, *, wanted: bool, element: bool = False
    ) -> Json:
        """A clause as a step shows it, with the terms it calls opened up, and what stands under it."""
        path, meant, inner = above, it, scope
        chain: list[m.Clause] = []
        labelled: list[Path] = []
        while True:
            path = (*path, meant.label) if meant.label else path
            labelled += [path] if meant.label else []
            chain.append(meant)
            if not isinstance(meant.cond, m.Call):
                break
            inner = {**inner, **self.called(meant.cond.term, meant.cond.args, inner)}
            meant = self.book.terms[meant.cond.term].means
        cond = meant.cond

        def below(x: m.Clause, *, of: Scope = inner, deeper: int = 0, turned: bool = False, each: bool = False) -> Json:
            return self.shown(category, x, of, depth + deeper, path, wanted=wanted != turned, element=each)

        def under() -> list[Json]:
            if isinstance(cond, m.Quantified):
                return [below(cond.body, of={**inner, cond.var: (depth, "")}, deeper=1, each=True)]
            return [below(x, turned=isinstance(cond, m.Not)) for x in inside(cond)]

        step: Json = {"path": "/".join((category, *(above if element else path))), "wanted": wanted}
        if weak := self.weak(chain):
            step["leans_on"] = weak
        if bound := {name: _template(at) for name, at in (scope if element else inner).items()}:
            step["binding"] = bound
        decides = self.clause(it, scope, depth, above)
        out: Json = {
            "step": step
            | ({"kind": "element", "element": _template((depth - 1, ""))} if element else {"kind": "test"}),
            "cond": self.all_([self.there(depth - 1), decides]) if element else decides,
            "decides": decides,
            "below": [],
        }
        if element:
            merged = isinstance(cond, m.All | m.AnyOf) and path == above and not leaf(meant)
            plain = self.shown(category, it, scope, depth, above, wanted=wanted)
            return out | {"below": plain["below"] if merged and plain["below"] else [plain]}
        aimed = next((p for p in labelled if p in self.forced), None)
        out |= {} if aimed is None else {"exceptions": self.forced[aimed][2]}
        if isinstance(cond, m.Quantified):
            return out | {"step": step | {"kind": cond.kind}, "over": self.list_at(cond.list, inner), "below": under()}
        if leaf(meant):
            values: Json = {}
            for name, expr, limit in holes(meant):
                if name not in values:
                    node = self.expr(expr, inner, depth, self.in_days(limit) if limit else False)
                    values[name] = [node, list(dict.fromkeys(map(_template, self.reads(node, depth))))]
            asked = [n for t in tests(meant) for n in self.comparisons(self.cond(t, inner, depth, ()))]
            return out | {"values": values, "tests": asked}
        step |= {"kind": _KINDS[type(cond)]} | ({"n": cond.n} if isinstance(cond, m.AtLeast) else {})
        if not isinstance(cond, m.ByReading):
            return out | {"step": step, "below": under()}
        ifs = [{"if": self.chosen(cond.reading, v)} for v, _ in cond.branches]
        children = [x | y for x, y in zip(under(), ifs, strict=True)]
        return out | {"step": step | {"reading": cond.reading}, "below": children}

    def comparisons(self, n: int) -> Iterator[int]:
        """The comparisons in a condition."""
        what, _, below, *_ = self.nodes[n]
        if what in ("least", "not"):
            for x in below:
                yield from self.comparisons(x)
        else:
            yield n

    def weak(self, chain: Sequence[m.Clause]) -> list[str]:
        """The sources a clause rests on, if all are of rank 6 or 7."""
        cites = next((x.cites for x in chain if x.sentence is not None or x.cites), ())
        weak = cites and all(self.book.sources[x.source].rank >= _WEAK for x in cites)
        return list(dict.fromkeys(x.source for x in cites)) if weak else []


def _template(at: tuple[int, str]) -> str:
    """An address with a place for the element it begins with."""
    place, rest = at
    return rest if place < 0 else f"{{{place}}}{rest}"


def reads(book: m.Book, category: m.Category) -> frozenset[str]:
    """The readings a category knows and the names of the facts it reads; terms opened up."""
    names: set[str] = set()
    todo: list[Any] = [category.needs, category.bars, *(o.when for o in category.overrides)]
    while todo:
        for part in everything(todo.pop()):
            if isinstance(part, m.ByReading):
                names.add(part.reading)
            elif isinstance(part, m.Path):
                names |= {part.base, *part.steps}
            elif isinstance(part, m.Call) and f"{part.term}()" not in names:
                names.add(f"{part.term}()")
                todo.append(book.terms[part.term].means)
    return frozenset(n for n in names if not n.endswith("()"))
