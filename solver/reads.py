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


def reads(cond: Cond | Points | Expr, book: Book) -> Reads:
    """What a condition (or a line of a score) reads, terms opened up."""
    paths: dict[Path, None] = {}
    totals: dict[Path, dict[tuple[str, ...], None]] = {}

    def visit(x: Any, bound: Mapping[str, Path | None], over: Path | None) -> None:
        """`bound`: terms' parameters and the element variable (None); `over`: the list being totalled."""
        match x:
            case Path(base, steps):
                if base in bound:
                    where = bound[base]
                    if where is not None:
                        visit(
                            Path(where.base, (*where.steps, *steps)),
                            {k: v for k, v in bound.items() if v is None},
                            over,
                        )
                    elif over is not None:
                        totals[over].setdefault(steps)
                    return
                paths.setdefault(x)
            case Param(name):
                event = book.parameters[name].event
                if event:
                    paths.setdefault(Path(event))
            case Aggregate():
                totals.setdefault(x.list, {})
                inner = {**bound, x.var: None}
                spell = book.entities[x.entity].spell if x.kind == "months" else None
                for name in spell or ():
                    totals[x.list].setdefault((name,))
                visit(x.where, inner, x.list)
                visit(x.of, inner, x.list)
                visit(x.after, bound, over)
                visit(x.before, bound, over)
            case Quantified():
                totals.setdefault(x.list, {})
                visit(x.body, {**bound, x.var: None}, x.list)
            case Call(term, args):
                meaning = book.terms[term]
                mapped: dict[str, Path | None] = {}
                for (param, _), arg in zip(meaning.params, args, strict=True):
                    mapped[param] = None if bound.get(arg.base, arg) is None else arg
                visit(meaning.means, mapped, over)
            case _:
                for part in directly(x):
                    visit(part, bound, over)

    visit(cond, {}, None)
    return Reads(tuple(paths), tuple((p, tuple(s)) for p, s in totals.items()))
