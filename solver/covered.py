"""Lines of points where others give as much: an edit of one is asked about for itself, beside those that cover it.

The highest of some lines is what it was for everybody, if the edited line or a line that gives no less holds for just
the same people as before. That is a question about what these lines read, and not about all that gives points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from dsl.inside import substituted
from dsl.model import AnyOf, Book, Clause, Compare, Cond, Points, Score
from solver.compiled import compile_book
from solver.touched import Declared, edited, lines, uses

Question = tuple[Cond, Cond]
"""What has to hold for the same people in two editions."""


def covered(old: Book, new: Book, names: Iterable[str], touched: frozenset[Declared]) -> list[Question] | None:
    """What has to hold for the same people, so that two editions say the same; None if that is not plain to see."""
    pairs = edited(old, new, touched)
    if not pairs or {kind for kind, _ in touched} - {"terms", "categories"}:
        return None
    within = {id(a): (a, [*questions]) for a, b in pairs if b is not None and (questions := _lines(a.cond, b.cond))}
    out: dict[Question, None] = {}
    memo: dict[str, frozenset[Declared]] = {}
    if len(within) < len(pairs):
        return None
    for name in names:
        category, other = old.categories[name], new.categories[name]
        besides, after = ((c.grants, c.asks, c.routes) for c in (category, other))
        if besides != after or uses(old, besides, memo) & touched:
            return None
        compiled = compile_book(replace(old, categories={name: category}))
        mine = lines(compiled)
        for gate in mine.touched([a for a, _ in within.values()], touched):
            it = compiled.program.gates[gate]
            if id(it.clause) not in within or it.lists:
                return None
            for pair in within[id(it.clause)][1]:
                was, now = (substituted(cond, dict(it.things)) for cond in pair)
                out[was, now] = None
    return list(out)


def asking(book: Book, category: str, cond: Cond) -> Book:
    """A book in which a category asks for one condition and says nothing else."""
    one = replace(
        book.categories[category], needs=Clause(None, cond), bars=None, overrides=(), grants=(), asks=(), routes=()
    )
    return replace(book, categories={category: one})


def _lines(a: Cond, b: Cond) -> list[Question]:
    """The questions about two comparisons of scores; none if more than lines of points is edited."""
    if not (isinstance(a, Compare) and isinstance(b, Compare) and isinstance(a.left, Score)):
        return []
    if not isinstance(b.left, Score) or (a.op, a.right) != (b.op, b.right):
        return []
    found = [*_between(a.left, b.left)]
    return [q for q in found if q is not None] if None not in found else []


def _between(a: Score, b: Score) -> Iterator[Question | None]:
    """A question for every line that is edited; None where something else is."""
    if (a.kind, a.most, len(a.items)) != (b.kind, b.most, len(b.items)):
        yield None
        return
    for i, (x, y) in enumerate(zip(a.items, b.items, strict=True)):
        match x, y:
            case _ if x is y:
                pass
            case Score(), Score():
                yield from _between(x, y)
            case Points(each=None), Points(each=None) if (x.points, x.most) == (y.points, y.most):
                rest = [it for k, it in enumerate(a.items) if k != i and it is b.items[k] and isinstance(it, Points)]
                more = [it.when for it in rest if it.each is None and it.most is None and it.points >= x.points]
                beside = more if a.kind == "highest" else []
                yield AnyOf((x.when, *beside)), AnyOf((y.when, *beside))
            case _:
                yield None
