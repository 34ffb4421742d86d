"""Comparisons of points told in the smallest numbers that say the same.

Points mostly come in steps: where every line gives so many times five, 79 is reached with 80, and 41 does what 40 does.
Two books whose comparisons are the same in such numbers say the same of everybody, and nobody need be looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product
from typing import Any

from msgspec.structs import replace

from dsl.inside import directly, rebuilt
from dsl.model import (
    All,
    Always,
    AnyOf,
    Book,
    Category,
    Clause,
    Compare,
    Cond,
    Const,
    Difference,
    Expr,
    Not,
    Param,
    Points,
    Scalar,
    Score,
    Term,
)
from solver.said import bare

Shape = tuple[str, tuple["Shape | int", ...], int | None]
"""The numbers of a score: its kind, the points of its lines and parts, and its limit."""

_MOST = 4_000
"""Totals a score may have; one with more is left as it is."""


def in_small_numbers(book: Book) -> Book:
    """The book with all comparisons of points in small numbers; it says the same of everybody."""
    terms = {id: _small(t, book) for id, t in book.terms.items()}
    categories = {id: _small(c, book) for id, c in book.categories.items()}
    if all(a is b for a, b in zip(terms.values(), book.terms.values(), strict=True)) and all(
        a is b for a, b in zip(categories.values(), book.categories.values(), strict=True)
    ):
        return book
    return replace(book, terms=terms, categories=categories)


def same_points(old: Book, new: Book, touched: Iterable[tuple[str, str]]) -> bool:
    """Whether declarations (by kind and id) that speak of points say the same in small numbers.

    False too where that is not plain to see, or where what is granted, asked for or pointed to is said otherwise.
    """
    alike = []
    for kind, id in touched:
        if kind not in ("terms", "categories"):
            return False
        before, after = getattr(old, kind)[id], getattr(new, kind)[id]
        pair = _small(before, old), _small(after, new)
        alike.append(pair[0] is not before and pair[1] is not after and bare(pair[0]) == bare(pair[1]))
    return bool(alike) and all(alike)


def _small(thing: Any, book: Book) -> Any:
    """A declaration with all comparisons of points in small numbers; the same object where there are none."""
    known = _SCORED.get(id(thing))
    if known is None or known[0] is not thing:
        if len(_SCORED) > _REMEMBERED:
            _SCORED.clear()
        known = _SCORED[id(thing)] = (thing, _has_score(thing))
    return _rewritten(thing, book) if known[1] else thing


_SCORED: dict[int, tuple[Term | Category, bool]] = {}
_REMEMBERED = 20_000


def _has_score(thing: Any) -> bool:
    if isinstance(thing, Category):
        thing = (thing.needs, thing.bars, thing.overrides, thing.grants, thing.asks, thing.routes)
    return isinstance(thing, Score) or any(_has_score(part) for part in directly(thing))


def _rewritten(thing: Any, book: Book) -> Any:
    def change(part: Any) -> Any:
        match part:
            case Compare(left=Score()):
                return small(part, book)
            case _:
                return rebuilt(part, change)

    return change(thing)


def small(compare: Compare, book: Book) -> Cond:
    """One comparison of a score in small numbers, by the value of its limit; as it is where that cannot be told."""
    assert isinstance(compare.left, Score)
    score, shape = compare.left, _shape(compare.left)
    limits = dict.fromkeys(_values(compare.right, book))
    known = sorted(x for x in limits if x is not None)
    if shape is None or not known:
        return compare
    if isinstance(compare.right, Const):
        return _compared(compare.op, score, shape, known[0]) or compare
    whole = Scalar("whole")
    ways, others, said = [], [], []
    for limit in known:
        reached = _compared(compare.op, score, shape, limit)
        if reached is None:
            return compare
        # Where a parameter has no value yet no comparison holds, whatever it says.
        said.append(Clause(None, reached))
        this = Clause(None, Compare("is", compare.right, Const(limit, whole)))
        ways.append(Clause(None, All((this, said[-1]))))
        others.append(Clause(None, Not(this)))
    if None in limits:
        # A limit that is not known is a question of the law: one that can be answered either way, whatever is answered
        # to those about its being some number, and the same one just where the comparison says the same.
        asked = Score("total", tuple(Points(0, one) for one in said))
        ways.append(Clause(None, All((*others, Clause(None, replace(compare, left=asked))))))
    return AnyOf(tuple(ways))


def _compared(op: str, score: Score, shape: Shape, limit: int) -> Cond | None:
    """A score compared with a number; None if it has too many totals."""
    match op:
        case "ge":
            return _reaches(score, shape, limit)
        case "gt":
            return _reaches(score, shape, limit + 1)
        case "lt" | "le":
            reached = _reaches(score, shape, limit + (op == "le"))
            return None if reached is None else Not(Clause(None, reached))
        case _:
            least, more = (_reaches(score, shape, limit + n) for n in (0, 1))
            if least is None or more is None:
                return None
            exactly = All((Clause(None, least), Clause(None, Not(Clause(None, more)))))
            return exactly if op == "is" else Not(Clause(None, exactly))


def _reaches(score: Score, shape: Shape, limit: int) -> Cond | None:
    """That a score comes to so much."""
    step, least = _step(shape, limit)
    if step is None:
        return None
    if least is None:
        return Not(Clause(None, Always()))
    made = _divided(score, step)
    if least <= 0 or made is None:
        return Always()
    return Compare("ge", made, Const(least, Scalar("whole")))


# ------------------------------------------------------------------------------------------------------- the numbers


def _values(limit: Expr, book: Book) -> Iterator[int | None]:
    """The numbers a limit can be; None among them where that is not known."""
    match limit:
        case Const(value) if type(value) is int:
            yield value
        case Param(id):
            yield from (row.value if type(row.value) is int else None for row in book.parameters[id].values)
        case Difference(left, right):
            for a, b in product(_values(left, book), _values(right, book)):
                yield None if a is None or b is None else a - b
        case _:
            yield None


def _shape(score: Score) -> Shape | None:
    """The numbers of a score; None if it has others than those of its lines."""
    parts: list[Shape | int] = []
    for item in score.items:
        match item:
            case Points(points, each=None, most=most) if points >= 0:
                parts.append(points if most is None else min(points, most))
            case Score() if (inner := _shape(item)) is not None:
                parts.append(inner)
            case _:
                return None
    return "highest" if _one_at_most(score) else score.kind, tuple(parts), score.most


def _one_at_most(score: Score) -> bool:
    """Whether no two lines of a score hold together, as each asks for another value of one fact."""
    asked = [item.when.cond if isinstance(item, Points) else None for item in score.items]
    same = [c for c in asked if isinstance(c, Compare) and c.op == "is" and isinstance(c.right, Const)]
    values = {c.right for c in same}
    return len(same) == len(asked) == len(values) and len({c.left for c in same}) == 1


@lru_cache(maxsize=4096)
def _step(shape: Shape, limit: int) -> tuple[int | None, int | None]:
    """The largest number by which all points may be divided, remainders left out, and what then has to be reached.

    With no step there are too many totals; with nothing to be reached no total is enough.
    """
    for step in sorted({*_numbers(shape), 1} - {0}, reverse=True):
        totals = _totals(shape, step)
        if totals is None:
            return None, None
        enough = [small for whole, small in totals if whole >= limit]
        if not enough:
            return 1, None
        least = min(enough)
        if all(small < least for whole, small in totals if whole < limit):
            return step, least if len(enough) < len(totals) else 0
    raise AssertionError("undivided points say what they say")


def _numbers(shape: Shape) -> Iterator[int]:
    """The points of the lines."""
    for part in shape[1]:
        if isinstance(part, int):
            yield part
        else:
            yield from _numbers(part)


def _totals(shape: Shape, step: int) -> frozenset[tuple[int, int]] | None:
    """What a score can come to, and with it the same score with points divided; None if that is too much.

    Each line is taken to hold or not whatever the others do, so there may be totals that nobody reaches.
    """
    kind, parts, most = shape
    out = {(0, 0)}
    for part in parts:
        found = {(0, 0), (part, part // step)} if isinstance(part, int) else _totals(part, step)
        if found is None or len(out) * len(found) > _MOST * 20:
            return None
        if kind == "total":
            out = {(a + c, b + d) for a, b in out for c, d in found}
        else:
            out = {(max(a, c), max(b, d)) for a, b in out for c, d in found}
        if len(out) > _MOST:
            return None
    if most is not None:
        out = {(min(a, most), min(b, most // step)) for a, b in out}
    return frozenset(out)


def _divided(score: Score, step: int) -> Score | None:
    """A score with all points divided, without lines that then give nothing and limits that are never reached."""
    items: list[Points | Expr] = []
    for item in score.items:
        if isinstance(item, Points):
            points = item.points if item.most is None else min(item.points, item.most)
            if points // step:
                items.append(Points(points // step, item.when))
        elif isinstance(item, Score) and (inner := _divided(item, step)) is not None:
            items.append(inner)
    if not items:
        return None
    kind = "highest" if _one_at_most(score) else score.kind
    made = Score(kind, tuple(items), None if score.most is None else score.most // step)
    shape = _shape(made)
    assert shape is not None
    totals = _totals((shape[0], shape[1], None), 1)
    reached = max(whole for whole, _ in totals) if totals is not None else None
    return replace(made, most=None) if made.most is None or (reached is not None and reached <= made.most) else made
