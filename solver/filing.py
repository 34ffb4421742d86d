"""What moves with the day of filing, and what of a case is left aside when it is filed on another day."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct
from msgspec.structs import replace

from dsl.case import Absent, Case, Record
from dsl.inside import found
from dsl.model import FILING, Book, Path, Scalar


class Filing(Struct, frozen=True):
    """A case asked about on other days of filing than its own.

    case: as it is told, without what only comes after its own filing. moves: givens that are the day of filing. aside:
    givens told of the time after the case's own filing, which are left open.
    """

    case: Case
    moves: frozenset[str]
    aside: tuple[str, ...]

    def on(self, day: dt.date) -> Case:
        """The case filed on a day."""
        return replace(self.case, root=Record({**self.case.root.facts, **dict.fromkeys(self.moves, day)}))


def filing(book: Book, case: Case) -> Filing:
    """What moves with the day of filing, and what is left aside; see docs/semantics.md, section 10."""
    moves = {n for n, f in book.givens.items() if f.default == "today" and n in case.defaulted} | {FILING}
    filed = case.root.facts.get(FILING)
    later = _later(book) - moves
    facts = case.root.facts
    aside = tuple(n for n in facts if n in later and isinstance(filed, dt.date) and _comes_after(facts[n], filed))
    kept = {**facts, **dict.fromkeys(aside, Absent.NOT_ASKED)}
    return Filing(replace(case, root=Record(kept)), frozenset(moves), aside)


def _comes_after(told: object, filed: dt.date) -> bool:
    return isinstance(told, dt.date) and told >= filed


def _later(book: Book) -> frozenset[str]:
    """Givens that are days an invariant ties to the day of filing."""
    tied = [{p.base for p in found(c.cond, Path)} for c in book.invariants]
    near = frozenset().union(*(bases for bases in tied if FILING in bases))
    return frozenset(n for n in near if n in book.givens and book.givens[n].type == Scalar("date"))
