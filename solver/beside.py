"""What the further elements of an open list make of a total over it, beside what else is said of them.

A total over an open list is a range, so that its test can fall on either side. Where something else looks at the same
further elements (`some`, `every`, another total), one more element stands for each total, and beside what the test says
stand tests that do not hang on how many elements there are: what it comes to without any that counts, with one, with
two; whether an element counts; what it comes to with that one alone. Links between them leave out what cannot be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dsl.model import Aggregate, Compare, Cond, Const, Difference, Operator, Scalar
from solver.cells import Instance, OpenTest, Said, counting
from solver.evaluate import Env, Fn, Slack, test_fn, three
from solver.facts import THERE, Address, Facts, read_paths, unknown
from solver.landmarks import Marks, marks
from solver.reads import Reads, reads
from solver.situation import Situation, beside_id, ties
from solver.tables import combinations
from solver.undecided import Copy

_BEYOND: Mapping[Operator, tuple[Operator, bool]] = {
    "ge": ("ge", True),
    "gt": ("gt", True),
    "is_not": ("gt", True),
    "le": ("le", False),
    "lt": ("lt", False),
    "is": ("le", False),
}
"""How a total is compared to see that no more of it can matter, and whether a test then holds whatever is added."""


class Beside(Struct, frozen=True):
    """A test of a total, and the tests beside it.

    none: what it comes to if no further element counts. elements: the further elements, by list and place, and whether
    each counts (None: every one does). beyond: whether the test holds, or fails, once one of the following tells that
    it is past its limit: more, with one, two, … that count; alone, with each element by itself.
    """

    total: Instance
    none: Instance
    elements: tuple[tuple[tuple[str, int], Instance | None], ...]
    beyond: bool = True
    more: tuple[Instance, ...] = ()
    alone: tuple[Instance, ...] = ()

    @property
    def tests(self) -> Iterator[Instance]:
        """The tests beside the total."""
        yield self.none
        yield from (counts for _, counts in self.elements if counts is not None)
        yield from self.more
        yield from self.alone


Places = tuple[str, int]
"""A list, and a place in it."""


LIMIT = 1_500
"""How many tests are tried for a group with tests beside totals before totals are looked at apart."""

_SMALL = 64
"""About how many combinations of values a test beside a total may have."""


def together(s: Situation, c: Copy) -> dict[str, list[Instance]]:
    """By open list, the tests of totals over it that are open, where something else looks at its further elements.

    Of those with little to try: others are looked at apart.
    """
    totals: dict[str, list[Instance]] = {}
    for i in c.tests:
        test = s.open[i]
        if len(test.lists) == 1 and _small(s, test):
            name = test.lists[0]
            a, _ = _total(s, i, name)
            written = s.facts.lists[name].written
            if a is None or counting(a) is None or _small(s, _counts(s, test, a, i, written)):
                totals.setdefault(name, []).append(i)
    looked_at = {name for name, _ in c.exists}
    return {name: them for name, them in totals.items() if len(them) > 1 or name in looked_at}


def _small(s: Situation, t: OpenTest) -> bool:
    return combinations(s.search, unknown(s.facts, t.reads)) <= _SMALL


def _total(s: Situation, i: Instance, name: str) -> tuple[Aggregate | None, Compare | None]:
    """The total over a list that a test compares with something, and the comparison; None of a test that is not so.

    Nor of one that looks into a list besides, in its filter or beside it: with one more element that may change too.
    """
    book = s.compiled.book
    match s.compiled.tests[i[0]].spec.cond:
        case Compare(_, Aggregate(list=path) as a, right) as cond if str(path) == name:
            return (None, None) if reads(right, book).totals or (a.where and reads(a.where, book).totals) else (a, cond)
        case _:
            return None, None


def roomier(s: Situation, c: Copy, more: Mapping[str, int]) -> Situation:
    """The same situation with so many more elements that open lists may have."""
    looked_at = {name for name, _ in c.exists}
    blanks = s.blanks | {name: n + (s.blanks.get(name, 0) if name in looked_at else 0) for name, n in more.items()}
    facts = s.facts
    elements = {
        name: [facts.element(name, place).facts for place in range(n + blanks.get(name, 0))]
        for name, n in s.written.items()
    }
    s = replace(s, blanks=blanks, told=replace(s.told, elements=elements))
    s.search.ties = ties(s)
    return s


def beside(s: Situation, name: str, total: Instance) -> Beside:
    """The tests beside a total over a list, made ready to be looked at."""
    facts, ready = s.facts, s.compiled.tests[total[0]]
    test = s.open[total]
    written = facts.lists[name].written
    places = range(written, written + s.blanks[name])

    def added(kind: str, n: int, place: int | None, make: Callable[[Instance], OpenTest]) -> Instance:
        i = (beside_id(s, total[0], kind, n), total[1] if place is None else (*total[1], place))
        if i not in s.open:
            s.open[i], s.told.known[i] = make(i), None
        return i

    vars = {f"#{k}": k for k in range(len(total[1]))}

    def closed(i: Instance, cond: Cond = ready.spec.cond, place: int | None = None) -> OpenTest:
        """A test as if the list had no further elements, or this one alone."""
        at = test.test if cond is ready.spec.cond else test_fn(cond, s.compiled.book, vars, gappy=False)
        within = partial(_closed, facts=facts, name=name, place=place)
        inner = {str(p): steps for p, steps in ready.reads.totals}[name] if place is not None else ()
        more = frozenset(Address(name, place, steps) for steps in inner) if place is not None else frozenset()
        said = Said(cond, vars, within)
        return replace(test, instance=i, test=within(at), reads=test.reads | more, lists=(), said=said)

    none = added("none", 0, None, closed)
    a, cond = _total(s, total, name)
    if a is None or cond is None:
        return Beside(total, none, tuple(((name, p), None) for p in places))
    op, right = cond.op, cond.right
    counts = [added("counts", 0, p, partial(_counts, s, test, a, place=p)) if counting(a) else None for p in places]
    elements = tuple(zip([(name, p) for p in places], counts, strict=True))
    compared, holds = _BEYOND[op]
    more: list[Instance] = []
    alone: list[Instance] = []
    if ready.gappy or a.kind == "months":
        return Beside(total, none, elements)
    for n, place in enumerate(places, 1):
        if a.kind == "count":
            grown = Compare(compared, Difference(a, Const(-n, Scalar("whole"))), right)
            more.append(added("more", n, None, partial(closed, cond=grown)))
        else:
            so = Compare(compared, a, right)
            if not _small(s, closed(total, so, place)):
                break
            alone.append(added("alone", 0, place, partial(closed, cond=so, place=place)))
    return Beside(total, none, elements, holds, tuple(more), tuple(alone))


def exists(s: Situation, name: str, place: int) -> Instance:
    """The test of whether a further element is there."""
    i = (beside_id(s, -1, name, 0), (place,))
    if i not in s.open:
        at, element = Address(name, place, THERE), s.facts.element(name, place).facts
        s.open[i], s.told.known[i] = OpenTest(i, _is_there, (element,), frozenset({at}), _NOTHING), None
    return i


def _is_there(env: Env) -> bool:
    there: bool = env.els[0][THERE[0]]
    return there


def judged(s: Situation, a: Address) -> Instance:
    """The test of whether a judgement on what is told is favourable."""
    i = (beside_id(s, -1, str(a), 0), ())
    if i not in s.open:
        thing, name = s.facts.holder(a)
        s.open[i], s.told.known[i] = OpenTest(i, lambda _: thing[name], (), frozenset({a}), _NOTHING), None
    return i


_NOTHING = Marks()


def _closed(test: Callable[[Env], Any], facts: Facts, name: str, place: int | None) -> Callable[[Env], Any]:
    items = facts.lists[name]

    def as_if_closed(env: Env) -> Any:
        before = items.items
        items.open, items.items = False, before if place is None else [*before, facts.element(name, place)]
        try:
            return test(env)
        finally:
            items.open, items.items = True, before

    return as_if_closed


def _counts(s: Situation, test: OpenTest, a: Aggregate, instance: Instance, place: int) -> OpenTest:
    """Whether an element adds to a total."""
    where, vars, passes, reading, compared = _counting(s, test, a)
    name = str(a.list)
    lists = s.compiled.tests[test.instance[0]].spec.lists
    names = {f"#{k}": at for k, at in enumerate(zip(lists, test.instance[1], strict=True))} | {a.var: (name, place)}

    def counts(env: Env) -> bool:
        found: bool | None = passes(env)
        if found is None:
            raise Slack
        return found

    read, over = frozenset(read_paths(p, names) for p in reading.paths), reading.lists
    els = (*test.els, s.facts.element(name, place).facts)
    return OpenTest(instance, counts, els, read, compared, said=Said(where, vars, lambda ask: ask), over=over)


def _counting(s: Situation, test: OpenTest, a: Aggregate) -> tuple[Cond, Mapping[str, int], Fn, Reads, Marks]:
    """When an element adds to a total of a test of the book, and what that reads: made once for a book."""
    made, key = s.compiled.filters, ("counts", test.instance[0])
    if key not in made:
        book, where = s.compiled.book, counting(a)
        assert where is not None
        vars = {**{f"#{k}": k for k in range(len(test.els))}, a.var: len(test.els)}
        made[key] = where, vars, three(where, book, vars), reads(where, book), marks(where, book)
    return made[key]  # type: ignore[no-any-return]


def link(c: Copy, b: Beside) -> None:
    """Leave out what cannot be of a total and the tests beside it."""
    circuit = c.circuit
    total, none = c.tests[b.total], c.tests[b.none]
    each = [c.conjunction([c.element(*at), *([] if i is None else [c.tests[i]])]) for at, i in b.elements]
    some = c.disjunction(each)
    assert not isinstance(some, bool)
    circuit.never([total, -none, -some])
    circuit.never([-total, none, -some])
    wrong = -total if b.beyond else total
    for n, i in enumerate(b.more, 1):
        head = circuit.atom()
        circuit.at_least(head, n, [x for x in each if not isinstance(x, bool)])
        circuit.never([head, c.tests[i] if b.beyond else -c.tests[i], wrong])
    for x, i in zip(each, b.alone, strict=False):
        assert not isinstance(x, bool)
        circuit.never([x, c.tests[i] if b.beyond else -c.tests[i], wrong])
