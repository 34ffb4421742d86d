"""What a condition reads of a case, terms opened up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dsl.inside import directly
from dsl.model import Aggregate, Book, Call, Cond, Expr, Param, Path, Points, Quantified


class Reads(Struct, frozen=True):
    """What a test reads: facts outside its totals, and the lists it totals with the facts of their elements."""

    paths: tuple[Path, ...]
    totals: tuple[tuple[Path, tuple[tuple[str, ...], ...]], ...]

    @property
    def lists(self) -> frozenset[str]:
        """The lists it looks into."""
        return frozenset(str(path) for path, _ in self.totals)


_Thing = tuple[Path | None, tuple[str, ...]]
"""The list whose element a name stands for, or None of what is no element, and the steps from there."""


def reads(cond: Cond | Points | Expr, book: Book) -> Reads:
    """What a condition (or a line of a score) reads, terms opened up."""
    paths: dict[Path, None] = {}
    totals: dict[Path, dict[tuple[str, ...], None]] = {}

    def visit(x: Any, bound: Mapping[str, _Thing]) -> None:
        """`bound`: what parameters of terms and variables of elements stand for."""
        match x:
            case Path(base, steps):
                home, before = bound.get(base, (None, (base,)))
                whole = (*before, *steps)
                if home is not None:
                    totals[home].setdefault(whole)
                else:
                    paths.setdefault(Path(whole[0], whole[1:]))
            case Param(name):
                event = book.parameters[name].event
                if event:
                    paths.setdefault(Path(event))
            case Aggregate():
                totals.setdefault(x.list, {})
                inner = {**bound, x.var: (x.list, ())}
                spell = book.entities[x.entity].spell if x.kind == "months" else None
                for name in spell or ():
                    totals[x.list].setdefault((name,))
                visit(x.where, inner)
                visit(x.of, inner)
                visit(x.after, bound)
                visit(x.before, bound)
            case Quantified():
                totals.setdefault(x.list, {})
                visit(x.body, {**bound, x.var: (x.list, ())})
            case Call(term, args):
                meaning = book.terms[term]
                mapped: dict[str, _Thing] = {}
                for (param, _), arg in zip(meaning.params, args, strict=True):
                    home, before = bound.get(arg.base, (None, (arg.base,)))
                    mapped[param] = (home, (*before, *arg.steps))
                visit(meaning.means, mapped)
            case _:
                for part in directly(x):
                    visit(part, bound)

    visit(cond, {})
    return Reads(tuple(paths), tuple((p, tuple(s)) for p, s in totals.items()))


def names(thing: Cond | Points | Expr, book: Book) -> frozenset[str]:
    """The names of the facts that something reads, whoever they are of."""
    read = reads(thing, book)
    inner = (steps for _, each in read.totals for steps in each)
    return frozenset([*((p.steps or (p.base,))[-1] for p in read.paths), *(steps[-1] for steps in inner)])
