"""Questions of the law about facts a case tells.

A list with gaps, or a value not yet known, leaves the law open. The case raises such a question where some comparison
asks it and every fact the comparison reads is told; see docs/semantics.md, section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dsl.case import Absent
from dsl.inside import children, directly, rebuilt
from dsl.model import (
    Aggregate,
    Always,
    Book,
    Call,
    Clause,
    Compare,
    Cond,
    Member,
    OneOf,
    Path,
    Points,
    Quantified,
    Truth,
    Window,
)
from solver.cells import Instance
from solver.compiled import Compiled, Ready
from solver.evaluate import Env, LawGap, LawVar, Slack, Unread, parameters, test_fn
from solver.facts import Address, Facts
from solver.reads import reads


class Spot(Struct):
    """A comparison where it stands: what its variables stand for, as the evaluator binds them, and lists on the way.

    variables: name and either the number of a bound element (those of the test first, then of `lists`) or the path of a
    thing on a given. said: how the book says it, if otherwise. tested: its test, once asked for; most comparisons read
    something a case does not tell.
    """

    cond: Cond
    variables: tuple[tuple[str, int | Path], ...]
    lists: tuple[str, ...]
    reads: tuple[Path, ...]
    said: Cond | None = None
    tested: Callable[[Env], bool] | None = None

    def test(self, of: Ready) -> Callable[[Env], bool]:
        """The comparison, of a test or in it, as a function of a case."""
        if self.tested is None:
            vars = {name: i for i, (name, _) in enumerate(self.variables)}
            whole = self.cond is of.spec.cond
            self.tested = of.test if whole else test_fn(self.cond, of.book, vars, said=self.said)
        return self.tested


Vars = Mapping[str, int]
Els = tuple[Mapping[str, Any], ...]


def told_questions(compiled: Compiled, facts: Facts, env: Env, instance: Instance) -> frozenset[LawVar]:
    """The questions of the law that a test, or a filter of its totals, raises about facts the case tells."""
    test, places = instance
    out: set[LawVar] = set()
    bound = list(zip(compiled.tests[test].spec.lists, places, strict=True))
    for spot in spots(compiled, test):
        for more in _places(facts, spot.lists):
            out |= _asked(compiled.tests[test], spot, [*bound, *more], facts, env)
    return frozenset(out)


def raised(compiled: Compiled, facts: Facts, env: Env, gate: int) -> frozenset[LawVar]:
    """The questions of the law that any test under a gate raises about facts the case tells, decided tests too."""
    gates = compiled.program.gates
    seen: set[tuple[int, tuple[int, ...]]] = set()
    out: set[LawVar] = set()
    todo: list[tuple[int, tuple[int, ...]]] = [(gate, ())]
    while todo:
        it = todo.pop()
        if it in seen:
            continue
        seen.add(it)
        here, places = gates[it[0]], it[1]
        if here.test is not None:
            out |= told_questions(compiled, facts, env, (here.test, places))
        inputs = here.inputs
        if here.reading is not None and here.reading in env.readings:
            inputs = (inputs[here.values.index(env.readings[here.reading])],)
        bound = [places]
        if here.over is not None:
            items = facts.lists.get(here.over)
            # A further element of an open list tells nothing itself, but exceptions to what is asked of it do.
            bound = [(*places, place) for place in range(items.written + items.open if items else 1)]
        todo += [(i.gate, tuple(at[a] for a in i.args)) for at in bound for i in inputs]
    return frozenset(out)


def _places(facts: Facts, lists: tuple[str, ...]) -> Iterator[list[tuple[str, int]]]:
    """Every choice of written elements, and of an open list one more, of which nothing is told."""
    if not lists:
        yield []
        return
    items = facts.lists.get(lists[0])
    for i in range(items.written + items.open if items else 0):
        for rest in _places(facts, lists[1:]):
            yield [(lists[0], i), *rest]


def _asked(of: Ready, spot: Spot, bound: list[tuple[str, int]], facts: Facts, env: Env) -> set[LawVar]:
    """The question one comparison of a test asks at one place, if all it reads is told."""
    where = _where(spot, bound)
    if not _all_told(spot, where, facts):
        return set()
    before, env.els = env.els, tuple(_thing(facts, a) for a in where.values())
    try:
        spot.test(of)(env)
    except LawGap as gap:
        return {gap.var}
    except (Unread, Slack):
        pass
    finally:
        env.els = before
    return set()


def _where(spot: Spot, bound: Sequence[tuple[str, int]]) -> dict[str, Address]:
    """What the variables of a comparison stand for."""
    return {
        name: Address(*bound[x], ()) if isinstance(x, int) else Address(None, -1, (x.base, *x.steps))
        for name, x in spot.variables
    }


def _all_told(spot: Spot, where: Mapping[str, Address], facts: Facts) -> bool:
    """Whether the case tells everything that a comparison reads."""
    for path in spot.reads:
        base = where.get(path.base, Address(None, -1, (path.base,)))
        a = Address(base.list, base.place, (*base.steps, *path.steps))
        if facts.is_blank(a) or type(facts.get(a)) is Absent:
            return False
    return True


def _thing(facts: Facts, a: Address) -> Any:
    """The facts of an element, or of a thing on a given."""
    return facts.element(a.list, a.place).facts if a.list is not None else facts.get(a).facts


def asks_law(compiled: Compiled, test: int) -> bool:
    """Whether a test, or a filter of its totals, can raise a question of the law."""
    return bool(spots(compiled, test))


def spots(compiled: Compiled, test: int) -> tuple[Spot, ...]:
    """The comparisons in a test and its filters that can ask the law; worked out once."""
    if test not in compiled.lawful:
        spec = compiled.tests[test].spec
        own = tuple((f"#{i}", i) for i in range(len(spec.lists)))
        found = _inside(spec.cond, compiled.book, own, (), len(spec.lists))
        compiled.lawful[test] = tuple(replace(s, said=spec.asked) if s.cond is spec.cond else s for s in found)
    return compiled.lawful[test]


def _inside(
    cond: Cond, book: Book, variables: tuple[tuple[str, int | Path], ...], lists: tuple[str, ...], n: int
) -> Iterator[Spot]:
    """Comparisons of a condition, terms opened up; `n`: how many elements are bound so far."""
    match cond:
        case Call(term, args):
            meaning = book.terms[term]
            known = dict(variables)
            given = tuple(
                (param, known.get(arg.base, arg) if not arg.steps else arg)
                for (param, _), arg in zip(meaning.params, args, strict=True)
            )
            yield from _inside(meaning.means.cond, book, given, lists, n)
        case Quantified(_, var, path, _, body):
            yield from _inside(body.cond, book, (*variables, (var, n)), (*lists, str(path)), n + 1)
        case Compare() | OneOf() | Member() | Window() | Truth():
            for inner, total in _filters(cond):
                if total is None:
                    yield from _inside(inner, book, variables, lists, n)
                else:
                    yield from _inside(inner, book, (*variables, (total.var, n)), (*lists, str(total.list)), n + 1)
            bare = _without_filters(cond)
            if isinstance(cond, Member) or any(_gap(book, name) for name in parameters(bare)):
                yield Spot(cond, variables, lists, reads(bare, book).paths)
        case _:
            for child in children(cond):
                yield from _inside(child.cond, book, variables, lists, n)


def _gap(book: Book, parameter: str) -> bool:
    """Whether a parameter has a value that is not known."""
    return any(row.value is None for row in book.parameters[parameter].values)


def _filters(thing: Any) -> Iterator[tuple[Cond, Aggregate | None]]:
    """The conditions inside a comparison: filters with the total whose element they bind, and lines of a score."""
    match thing:
        case Aggregate(where=where):
            if where is not None:
                yield where, thing
        case Points(when=when, each=each):
            yield when.cond, None
            yield from _filters(each)
        case _:
            for part in directly(thing):
                yield from _filters(part)


def _without_filters(thing: Any) -> Any:
    """A comparison without the conditions inside it: what is asked of the law beside them."""
    match thing:
        case Aggregate():
            return replace(thing, where=None)
        case Points(each=each):
            return replace(thing, when=Clause(None, Always()), each=_without_filters(each))
        case _:
            return rebuilt(thing, _without_filters)
