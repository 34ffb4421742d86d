"""In which ways the conditions of a category can be settled by some case, and why not in others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from dsl.checks import labelled
from dsl.inside import children
from dsl.model import (
    All,
    Always,
    AnyOf,
    AtLeast,
    Book,
    ByReading,
    Call,
    Category,
    Clause,
    Compare,
    Cond,
    Const,
    Expr,
    Member,
    Not,
    Operator,
    Param,
    Quantified,
    Value,
)

Way = Literal["holds", "fails"]
Why = Literal["always", "gappy", "no_row", "never_known", "no_value", "inside", "around"]

_HOLDS: Way = "holds"
_FAILS: Way = "fails"
_WAYS = (_HOLDS, _FAILS)
_BOTH: frozenset[Way] = frozenset(_WAYS)
_OTHER: dict[Way, Way] = {"holds": "fails", "fails": "holds"}
WORDS: dict[Why, str] = {
    "always": "it is said to hold always",
    "gappy": "its list is complete on no day, so that what is missing may be on it",
    "no_row": "its list has no such row",
    "never_known": "the law never says what it is compared with",
    "no_value": "no value that the law has had is so",
    "inside": "what it is made of cannot go that way",
    "around": "the conditions beside it then leave nothing to decide, or only what is not known",
}
"""Why no case decides a condition in some way, behind `because`."""


class Leaf(NamedTuple):
    """A condition by its dotted path, the ways in which it can be settled, and those in which it cannot, with why."""

    path: str
    possible: tuple[Way, ...]
    impossible: tuple[tuple[Way, Why], ...]


def leaves(book: Book, category: Category) -> Iterator[Leaf]:
    """The clauses with no labelled clause inside, exceptions left out, and the ways in which each can be settled."""
    exceptions = {o.label for o in category.overrides}
    clauses = labelled(book, category)
    paths = [path for path in clauses if path not in exceptions]
    inner = {path.rpartition(".")[0] for path in paths}
    ways: dict[str, frozenset[Way]] = {}
    for root in (category.needs, *([category.bars] if category.bars else [])):
        _ways(book, root, (), _BOTH, ways)
    for path in paths:
        if path not in inner:
            can = ways.get(path, _BOTH)
            never = tuple((way, _why(book, clauses[path].cond, way)) for way in _WAYS if way not in can)
            yield Leaf(path, tuple(way for way in _WAYS if way in can), never)


def _why(book: Book, cond: Cond, way: Way) -> Why:
    """Why a condition is never settled in a way that decides something."""
    if way in _outcomes(book, cond):
        return "around"
    match cond:
        case Always():
            return "always"
        case Member(table=table):
            return "gappy" if way == "fails" and book.tables[table].coverage else "no_row"
        case Compare(_, left, right) if not all(_has_value(book, e) for e in (left, right)):
            return "never_known"
        case Compare():
            return "no_value"
        case Not(item):
            return _why(book, item.cond, _OTHER[way])
        case Call(term):
            return _why(book, book.terms[term].means.cond, way)
        case _:
            return "inside"


def _ways(
    book: Book, clause: Clause, trail: tuple[str, ...], above: frozenset[Way], out: dict[str, frozenset[Way]]
) -> None:
    """The ways each labelled clause can go, given those in which the clause around it can."""
    here = (*trail, clause.label) if clause.label else trail
    mine = above & _outcomes(book, clause.cond)
    if clause.label:
        out.setdefault(".".join(here), mine)
    match clause.cond:
        case Not(item):
            _ways(book, item, here, _denied(mine), out)
        case Call(term, _) if len(here) < _DEEP:
            _ways(book, book.terms[term].means, here, mine, out)
        case cond:
            for child in children(cond):
                _ways(book, child, here, mine, out)


_DEEP = 20


def _denied(ways: frozenset[Way]) -> frozenset[Way]:
    return frozenset(_OTHER[way] for way in ways)


def _outcomes(book: Book, cond: Cond, depth: int = 0) -> frozenset[Way]:
    """The ways a condition can be settled in some case: not those for which the law would have to say more."""
    inside = [_outcomes(book, child.cond, depth) for child in children(cond)]
    match cond:
        case Always():
            return frozenset({"holds"})
        case Member():
            return _listed(book, cond)
        case Compare(op, Param(id), Const(limit)):
            return _compared(book, op, id, limit)
        case Compare(_, left, right):
            return _BOTH if all(_has_value(book, e) for e in (left, right)) else frozenset()
        case Not():
            return _denied(inside[0])
        case All():
            return _joined(inside, "holds", "fails")
        case AnyOf():
            return _joined(inside, "fails", "holds")
        case AtLeast(n):
            least: dict[Way, int] = {"holds": n, "fails": len(inside) - n + 1}
            return frozenset(way for way in _WAYS if sum(way in one for one in inside) >= least[way])
        case Quantified(kind):
            return inside[0] | ({_FAILS} if kind == "some" else {_HOLDS})
        case ByReading():
            return frozenset().union(*inside)
        case Call(term, _) if depth < _DEEP:
            return _outcomes(book, book.terms[term].means.cond, depth + 1)
        case _:
            return _BOTH


def _joined(inside: Sequence[frozenset[Way]], all_: Way, one: Way) -> frozenset[Way]:
    """A group that goes one way if all in it do, and the other if one does."""
    every, some = all(all_ in ways for ways in inside), any(one in ways for ways in inside)
    return frozenset(way for way, can in ((all_, every), (one, some)) if can)


def _listed(book: Book, cond: Member) -> frozenset[Way]:
    """A list that is nowhere complete never says no; one without such a row never says yes."""
    table = book.tables[cond.table]
    rows = any(set(cond.rows) <= set(row.columns) for row in table.rows)
    closed = any(stretch.kind == "closed" for stretch in table.coverage)
    return frozenset(way for way, can in ((_HOLDS, rows and bool(table.coverage)), (_FAILS, closed)) if can)


def _has_value(book: Book, expr: Expr) -> bool:
    """Whether the law ever says what a value is; a parameter whose every value is unknown never does."""
    return not isinstance(expr, Param) or any(row.value is not None for row in book.parameters[expr.id].values)


def _compared(book: Book, op: Operator, id: str, limit: Value) -> frozenset[Way]:
    """What the values of a parameter make of a comparison with a constant; before the first nothing holds."""
    parameter = book.parameters[id]
    told = [row.value for row in parameter.values if row.value is not None]
    if not told:
        return frozenset()
    if op not in ("is", "is_not"):
        return _BOTH
    out = {_HOLDS if (value == limit) == (op == "is") else _FAILS for value in told}
    return frozenset(out | ({_FAILS} if parameter.event is not None else set()))
