"""A checked book to gates: the rules as a circuit over tests, the shape an answer-set program is written from.

A *test* is a leaf comparison, evaluated in Python. A *gate* is a clause: it says how the truths of other gates and
tests make its own. Both carry the lists their free variables range over; an *instance* gives each of them a place in
its list. Terms are gates shared by every category that calls them; a term is opened up for a category only where an
exception of that category reaches inside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.inside import directly, everything, found, rebuilt, substituted
from dsl.model import (
    Aggregate,
    All,
    Always,
    AnyOf,
    AtLeast,
    Book,
    ByReading,
    Call,
    Category,
    Clause,
    Cond,
    Not,
    Override,
    Param,
    Path,
    Quantified,
)


class Input(Struct, frozen=True):
    """A gate or test feeding another: `args` says which of the caller's variables (by place) go to which of its own."""

    gate: int
    args: tuple[int, ...]


GateKind = Literal["test", "all", "any", "at_least", "not", "some", "every", "reading", "true", "override"]


class Gate(Struct, frozen=True):
    """One clause.

    lists: for each free variable the list it ranges over. some/every add one variable, last, over `over`.
    reading: name and, input by input, the values. override: inputs are the clause, then `met` exceptions that make the
    gate hold, then those that make it fail. clause: as in the book; `vars` and `things` say what its names stand for.
    """

    id: int
    name: str
    kind: GateKind
    lists: tuple[str, ...]
    inputs: tuple[Input, ...] = ()
    test: int | None = None
    n: int = 0
    over: str | None = None
    reading: str | None = None
    values: tuple[str, ...] = ()
    met: int = 0
    path: str = ""
    clause: Clause | None = None
    vars: tuple[str, ...] = ()
    things: tuple[tuple[str, Path], ...] = ()


class TestSpec(Struct, frozen=True):
    """A leaf comparison with its variables renamed `#0`, `#1`, ... in the order of `lists`.

    asked: as the book has it, where `cond` is what one value of a reading makes of it: the law is asked the same.
    """

    id: int
    cond: Cond
    lists: tuple[str, ...]
    name: str
    asked: Cond | None = None


class Program(Struct, frozen=True):
    """A book as gates and tests.

    lists: every list a variable ranges over, by address, with its entity.
    categories: the gate of each category. roots: its needs and, if it has any, its bars.
    extra: how many further elements of an open list can matter to one category, and to two completions at once.
    """

    book: Book
    tests: tuple[TestSpec, ...]
    gates: tuple[Gate, ...]
    lists: Mapping[str, str]
    categories: Mapping[str, int]
    roots: Mapping[str, tuple[int, ...]]
    extra: Mapping[str, tuple[int, int]]


class _Builder(Struct):
    book: Book
    tests: list[TestSpec] = field(default_factory=list)
    test_ids: dict[tuple[Cond, tuple[str, ...], Cond | None], int] = field(default_factory=dict)
    gates: list[Gate] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    terms: dict[tuple[Any, ...], tuple[int, tuple[str, ...]]] = field(default_factory=dict)


def lower(book: Book) -> Program:
    """The gates and tests of every category."""
    b = _Builder(book)
    own = {category: _name(b, category) for category in book.categories}
    categories: dict[str, int] = {}
    roots: dict[str, tuple[int, ...]] = {}
    for category in book.categories.values():
        gate, roots[category.id] = _category(b, category)
        b.gates[gate] = replace(b.gates[gate], name=own[category.id])
        categories[category.id] = gate
    return Program(book, tuple(b.tests), tuple(b.gates), b.lists, categories, roots, _extra(book))


_OTHER = re.compile(r"[^a-z0-9_]")
"""What cannot stand in a predicate name."""


def _name(b: _Builder, wanted: str) -> str:
    """A predicate name: lower-case ASCII, made different if taken."""
    base = _OTHER.sub("_", wanted.lower())
    base = base if base[:1].isalpha() else f"c_{base}"
    n = b.names.get(base, 0)
    b.names[base] = n + 1
    return base if n == 0 else _name(b, f"{base}_{n + 1}")


class _Scope(Struct, frozen=True):
    """Where a clause is lowered: variables in order with what they range over, things terms were given, exceptions."""

    trail: tuple[str, ...]
    vars: tuple[tuple[str, str], ...] = ()
    things: tuple[tuple[str, Path], ...] = ()
    overrides: tuple[Override, ...] = ()
    bars: bool = False
    active: Mapping[str, int] = field(default_factory=dict)

    def index(self, var: str) -> int:
        """Place of a variable; the innermost of a name."""
        return max(i for i, (v, _) in enumerate(self.vars) if v == var)


def _category(b: _Builder, category: Category) -> tuple[int, tuple[int, ...]]:
    """The gate of a category and those of its needs and bars."""
    here = category.id
    active: dict[str, int] = {}
    holding: dict[str, int] = {}
    for o in category.overrides:
        gate, _ = _clause(b, o.when, _Scope((here, o.label)))
        holding[o.label] = gate
    for o in category.overrides:
        above = [x for x in category.overrides if o.label in x.over]
        inputs = [Input(holding[o.label], ())]
        if above:
            over = _gate(b, f"{here}_{o.label}_prevailed", "any", (), [Input(holding[x.label], ()) for x in above])
            inputs.append(Input(_gate(b, f"{here}_{o.label}_not_prevailed", "not", (), [Input(over, ())]), ()))
        active[o.label] = _gate(b, f"{here}_{o.label}_applies", "all", (), inputs)
    base = _Scope((here,), overrides=category.overrides, active=active)
    needs, _ = _clause(b, category.needs, base)
    inputs = [Input(needs, ())]
    roots = [needs]
    if category.bars is not None:
        bars, _ = _clause(b, category.bars, replace(base, bars=True))
        roots.append(bars)
        inputs.append(Input(_gate(b, f"{here}_not_barred", "not", (), [Input(bars, ())]), ()))
    return _gate(b, f"{here}_holds", "all", (), inputs, path=here), tuple(roots)


def _gate(b: _Builder, name: str, kind: GateKind, lists: tuple[str, ...], inputs: Sequence[Input], **more: Any) -> int:
    """A gate, made once for each shape unless it has a name of its own in the book."""
    gate = Gate(len(b.gates), _name(b, name), kind, lists, tuple(inputs), **more)
    b.gates.append(gate)
    return gate.id


def _clause(
    b: _Builder,
    clause: Clause,
    scope: _Scope,
) -> tuple[int, tuple[int, ...]]:
    """The gate of a clause and, for each of its own variables, its place in the scope."""
    if clause.label:
        scope = replace(scope, trail=(*scope.trail, clause.label))
    gate, args = _cond(b, clause, scope)
    targeted = [o for o in scope.overrides if o.target == scope.trail[1:]] if clause.label else []
    if targeted:
        met = [o for o in targeted if (o.effect == "met") != scope.bars]
        unmet = [o for o in targeted if (o.effect == "met") == scope.bars]
        inputs = [Input(gate, tuple(range(len(args))))]
        inputs += [Input(scope.active[o.label], ()) for o in (*met, *unmet)]
        lists = tuple(scope.vars[i][1] for i in args)
        gate = _gate(
            b,
            f"{'_'.join(scope.trail)}_after_exceptions",
            "override",
            lists,
            inputs,
            met=len(met),
            path="/".join(scope.trail),
        )
    return gate, args


def _cond(
    b: _Builder,
    clause: Clause,
    scope: _Scope,
) -> tuple[int, tuple[int, ...]]:
    """The gate of a clause's condition."""
    name = "_".join(scope.trail) + ("" if clause.label else "_part")
    about = {"path": "/".join(scope.trail), "clause": clause, "things": scope.things}

    def inside(item: Clause, inner: _Scope = scope) -> tuple[int, tuple[int, ...]]:
        return _clause(b, item, inner)

    def group(kind: GateKind, made: Sequence[tuple[int, tuple[int, ...]]], **more: Any) -> tuple[int, tuple[int, ...]]:
        return _group(b, scope, name, kind, made, **about, **more)

    match clause.cond:
        case All(items):
            return group("all", [inside(c) for c in items])
        case AnyOf(items):
            return group("any", [inside(c) for c in items])
        case AtLeast(n, items):
            return group("at_least", [inside(c) for c in items], n=n)
        case Not(item):
            return group("not", [inside(item)])
        case ByReading(reading, branches):
            made = [inside(c) for _, c in branches]
            return group("reading", made, reading=reading, values=tuple(v for v, _ in branches))
        case Always():
            return group("true", [])
        case Quantified(kind, var, path, entity, body):
            where = str(_resolve(path, scope))
            b.lists[where] = entity
            inner = replace(scope, vars=(*scope.vars, (var, where)))
            gate, args = inside(body, inner)
            new = len(scope.vars)
            used = tuple(i for i in args if i != new)
            place = {v: k for k, v in enumerate(used)}
            place[new] = len(used)
            return (
                _gate(
                    b,
                    name,
                    kind,
                    tuple(scope.vars[i][1] for i in used),
                    [Input(gate, tuple(place[i] for i in args))],
                    over=where,
                    vars=(*(scope.vars[i][0] for i in used), var),
                    **about,
                ),
                used,
            )
        case Call(term, args):
            inner_gate, places = _call(b, term, args, scope)
            return group("all", [(inner_gate, places)])
        case test:
            return _test(b, test, scope, name, about)


def _group(
    b: _Builder, scope: _Scope, name: str, kind: GateKind, made: Sequence[tuple[int, tuple[int, ...]]], **more: Any
) -> tuple[int, tuple[int, ...]]:
    """A gate over others, with the variables any of them has."""
    used = tuple(sorted({i for _, args in made for i in args}))
    place = {v: k for k, v in enumerate(used)}
    inputs = [Input(g, tuple(place[i] for i in args)) for g, args in made]
    lists = tuple(scope.vars[i][1] for i in used)
    names = tuple(scope.vars[i][0] for i in used)
    return _gate(b, name, kind, lists, inputs, vars=names, **more), used


def _resolve(path: Path, scope: _Scope) -> Path:
    """A path with a term's parameter replaced by the thing it was given."""
    things = dict(scope.things)
    if path.base in things and not any(v == path.base for v, _ in scope.vars):
        thing = things[path.base]
        return Path(thing.base, (*thing.steps, *path.steps))
    return path


def _call(
    b: _Builder,
    term: str,
    args: Sequence[Path],
    scope: _Scope,
) -> tuple[int, tuple[int, ...]]:
    """A term's gate; shared, unless an exception reaches inside."""
    meaning = b.book.terms[term]
    vars: list[tuple[str, str]] = []
    things: list[tuple[str, Path]] = []
    places: list[int] = []
    for (param, _), arg in zip(meaning.params, args, strict=True):
        bound = [i for i, (v, _) in enumerate(scope.vars) if v == arg.base]
        if bound and not arg.steps:
            vars.append((param, scope.vars[bound[-1]][1]))
            places.append(bound[-1])
        else:
            things.append((param, _resolve(arg, scope)))
    reaches = any(
        o.target[: len(scope.trail) - 1] == scope.trail[1:] and len(o.target) > len(scope.trail) - 1
        for o in scope.overrides
    )
    key = (term, tuple(vars), tuple(things))
    if reaches or key not in b.terms:
        trail = scope.trail if reaches else (term,)
        inner = _Scope(trail, tuple(vars), tuple(things), scope.overrides if reaches else (), scope.bars, scope.active)
        gate, used = _clause(b, meaning.means, inner)
        if reaches:
            return gate, tuple(places[i] for i in used)
        b.terms[key] = (gate, tuple(str(i) for i in used))
    gate, kept = b.terms[key]
    return gate, tuple(places[int(i)] for i in kept)


def _test(
    b: _Builder, cond: Cond, scope: _Scope, name: str, about: Mapping[str, Any], asked: Cond | None = None
) -> tuple[int, tuple[int, ...]]:
    """A leaf's test, shared by every leaf that asks the same.

    Where the filter of a total turns on a reading there is one test for each of its values, so that no test does.
    """
    reading = next(readings_within(cond, b.book), None)
    if reading is not None:
        values = tuple(v for v, _ in b.book.readings[reading].values)
        asked = asked or (cond if any(found(cond, Param)) else None)
        made = [_test(b, as_read(cond, b.book, reading, v), scope, f"{name}_{v}", {}, asked) for v in values]
        return _group(b, scope, name, "reading", made, reading=reading, values=values, **about)
    used = tuple(sorted({scope.index(v) for v in _free(asked or cond) if any(v == n for n, _ in scope.vars)}))
    place = {v: k for k, v in enumerate(used)}
    numbered = {n: f"#{place[i]}" for i, (n, _) in enumerate(scope.vars) if i in place}
    lists = tuple(scope.vars[i][1] for i in used)
    renamed = rename(cond, numbered, dict(scope.things))
    asked = asked and rename(asked, numbered, dict(scope.things))
    key = (renamed, lists, asked)
    if key not in b.test_ids:
        b.test_ids[key] = len(b.tests)
        b.tests.append(TestSpec(len(b.tests), renamed, lists, _name(b, f"t_{name}"), asked))
    inputs = b.test_ids[key]
    names = tuple(scope.vars[i][0] for i in used)
    return _gate(b, name, "test", lists, (), test=inputs, vars=names, **about), used


def _free(thing: Any, bound: frozenset[str] = frozenset()) -> set[str]:
    """Bases of the paths in a condition that it does not bind itself."""
    if isinstance(thing, Path):
        return set() if thing.base in bound else {thing.base}
    if isinstance(thing, Aggregate):
        inner = bound | {thing.var}
        rest = set().union(*(_free(x, bound) for x in (thing.list, thing.after, thing.before)))
        return rest | _free(thing.where, inner) | _free(thing.of, inner)
    if isinstance(thing, Quantified):
        return _free(thing.list, bound) | _free(thing.body, bound | {thing.var})
    return set().union(*(_free(part, bound) for part in directly(thing)))


def rename(thing: Any, names: Mapping[str, str], things: Mapping[str, Path]) -> Any:
    """A condition with variables renamed, and a term's things put in, except where it binds the name again."""
    if isinstance(thing, Path):
        if thing.base in names:
            return Path(names[thing.base], thing.steps)
        if thing.base in things:
            return Path(things[thing.base].base, (*things[thing.base].steps, *thing.steps))
        return thing
    if isinstance(thing, Aggregate | Quantified):
        names = {k: v for k, v in names.items() if k != thing.var}
        things = {k: v for k, v in things.items() if k != thing.var}
        if isinstance(thing, Aggregate) and thing.var:
            outer_list = rename(thing.list, names, things)
            changed = {
                name: rename(getattr(thing, name), names, things) for name in thing.__struct_fields__ if name != "list"
            }
            return replace(thing, list=outer_list, **changed)
    if isinstance(thing, Clause):
        return Clause(None, rename(thing.cond, names, things))
    return rebuilt(thing, lambda part: rename(part, names, things))


def readings_within(thing: Any, book: Book) -> Iterator[str]:
    """The readings a condition turns on, terms opened up."""
    for part in everything(thing):
        if isinstance(part, ByReading):
            yield part.reading
        elif isinstance(part, Call):
            yield from readings_within(book.terms[part.term].means, book)


def as_read(thing: Any, book: Book, reading: str, value: str) -> Any:
    """A condition as one value of a reading has it; terms that turn on the reading are written out."""

    def inside(x: Any) -> Any:
        return as_read(x, book, reading, value)

    match thing:
        case ByReading(name, branches) if name == reading:
            return All((inside(dict(branches)[value]),))
        case Call(term, args) if reading in readings_within(book.terms[term].means, book):
            meaning = book.terms[term]
            given = {param: arg for (param, _), arg in zip(meaning.params, args, strict=True)}
            return All((inside(substituted(meaning.means, given)),))
        case _:
            return rebuilt(thing, inside)


Needs = dict[str, int]


def _extra(book: Book) -> dict[str, tuple[int, int]]:
    """For each list, how many elements beyond those written can matter to a single category, and to two completions.

    A test looks at elements that are bound, never at a list as a whole (totals are ranges), so what an open list adds
    to making a category true or false is a witness for each `some` that must hold and each `every` that must fail.
    Of alternatives one is enough. Two completions that share a list need the witnesses of both.
    """
    out: dict[str, tuple[int, int]] = {}
    for category in book.categories.values():
        parts = [_witnesses(category.needs, book, {}, holds) for holds in (True, False)]
        if category.bars is not None:
            bars = [_witnesses(category.bars, book, {}, holds) for holds in (False, True)]
            parts = [_sum((parts[0], bars[0])), _most((parts[1], bars[1]))]
        for o in category.overrides:
            either = _sum([_witnesses(o.when, book, {}, holds) for holds in (True, False)])
            parts = [_sum((p, either)) for p in parts]
        for name in {*parts[0], *parts[1]}:
            true, false = parts[0].get(name, 0), parts[1].get(name, 0)
            once, twice = out.get(name, (0, 0))
            out[name] = (max(once, true, false), max(twice, true + false))
    return out


def _sum(parts: Sequence[Needs]) -> Needs:
    names = {n for p in parts for n in p}
    return {n: sum(p.get(n, 0) for p in parts) for n in names}


def _most(parts: Sequence[Needs]) -> Needs:
    names = {n for p in parts for n in p}
    return {n: max(p.get(n, 0) for p in parts) for n in names}


def _at(path: Path, things: Mapping[str, Path]) -> Path:
    """A path with the parameter it begins with replaced by what that stands for."""
    where = things.get(path.base)
    return Path(where.base, (*where.steps, *path.steps)) if where else path


def _witnesses(clause: Clause, book: Book, things: Mapping[str, Path], holds: bool) -> Needs:
    """Elements of each list that suffice to make a clause hold (or fail) whenever some elements can."""

    def of(item: Clause, wanted: bool = holds) -> Needs:
        return _witnesses(item, book, things, wanted)

    match clause.cond:
        case All(items):
            return (_sum if holds else _most)([of(i) for i in items])
        case AnyOf(items):
            return (_most if holds else _sum)([of(i) for i in items])
        case AtLeast(_, items):
            return _sum([of(i) for i in items])
        case Not(item):
            return of(item, not holds)
        case ByReading(_, branches):
            return _most([of(c) for _, c in branches])
        case Quantified(kind, _, path, _, body):
            own = 1 if (kind == "some") == holds else 0
            return _sum([{str(_at(path, things)): own}, of(body)])
        case Call(term, args):
            params = [p for p, _ in book.terms[term].params]
            given = [_at(a, things) for a in args]
            return _witnesses(book.terms[term].means, book, dict(zip(params, given, strict=True)), holds)
        case _:
            return {}
