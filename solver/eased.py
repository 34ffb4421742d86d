"""Invariants that one fact can always meet, whatever the others are: nothing has to be tried to know that they can be.

`began on or before ended` is met by some end, and by some beginning. What is not plainly seen to be so is tried.
"""

from __future__ import annotations

from dsl.model import AnyOf, Book, Compare, Cond, Const, Expr, Not, OneOf, Path, Shift, Truth


def eased(cond: Cond, by: Path, book: Book) -> bool:
    """Whether it is plain that a condition can be met by one fact, whatever else it reads."""
    match cond:
        case Truth(fact):
            return fact == by
        case Not(item):
            return item.cond == Truth(by)
        case AnyOf(items):
            return any(eased(item.cond, by, book) for item in items)
        case OneOf(value, options):
            return value == by and bool(options)
        case Compare(op, left, right) if (left == by) != (right == by):
            other = right if left == by else left
            below = op == ("le" if left == by else "ge")
            return op in ("le", "ge", "is") and _met(other, by, book, below=below)
        case _:
            return False


def _met(other: Expr, by: Path, book: Book, *, below: bool) -> bool:
    """Whether a fact of its type is never beyond this value, or (`below`) never short of it, for want of values.

    Every type has a least value; but nothing that has to be a day is as late as what may be ongoing.
    """
    match other:
        case Const():
            return True
        case Shift(date, _, _):
            return _met(date, by, book, below=below)
        case Path(base, steps):
            ends = {e.spell[1] for e in book.entities.values() if e.spell}
            return other != by and (below or (steps[-1] if steps else base) not in ends)
        case _:
            return False
