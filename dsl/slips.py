"""What could be written wrong in a line: each condition and value with something near it in its place.

A slip keeps the type of what it stands in for, and every bound that the compiler checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from dsl.calendar import Edge
from dsl.model import (
    Aggregate,
    All,
    AnyOf,
    AtLeast,
    Book,
    Call,
    Clause,
    Compare,
    Const,
    EdgeOf,
    EntityOf,
    EnumOf,
    Expr,
    Extreme,
    ListOf,
    Member,
    Not,
    OneOf,
    Operator,
    Param,
    Path,
    Points,
    Quantified,
    Scalar,
    Score,
    Shift,
    Table,
    Truth,
    Type,
    Window,
)
from dsl.nearby import Kind, Scope, Slip, Way, kind_of, lengths, near, numbers, show


def slips(thing: Any, book: Book, scope: Scope) -> Iterator[tuple[Way, Slip]]:
    """Every slip in a clause or a value, with the way to it; terms are not opened up."""
    yield from (((), slip) for slip in _here(thing, book, scope))
    match thing:
        case OneOf(value, options):
            yield from _under(value, ("value",), book, scope)
            for i, option in enumerate(options):
                if isinstance(option.type, Scalar):
                    yield from _under(option, ("options", i), book, scope)
        case Quantified(var=var, entity=entity):
            yield from _under(thing.body, ("body",), book, {**scope, var: entity})
        case Aggregate(var=var, entity=entity, where=where):
            yield from _under(where, ("where",), book, {**scope, var: entity})
            for name in ("after", "before"):
                yield from _under(getattr(thing, name), (name,), book, scope)
        case Call() | Path() | Const() | Param() | None:
            pass
        case tuple():
            for i, part in enumerate(thing):
                yield from _under(part, (i,), book, scope)
        case Struct():
            for name in thing.__struct_fields__:
                if name in _PARTS:
                    yield from _under(getattr(thing, name), (name,), book, scope)
        case _:
            pass


_PARTS = frozenset(
    {"cond", "left", "right", "value", "on", "anchor", "items", "item", "branches", "date", "born", "args"}
    | {"when", "each"}
)
"""Fields that hold conditions and values."""


def _under(part: Any, way: Way, book: Book, scope: Scope) -> Iterator[tuple[Way, Slip]]:
    return (((*way, *inner), slip) for inner, slip in slips(part, book, scope))


def _here(thing: Any, book: Book, scope: Scope) -> Iterator[Slip]:
    """The slips at the top of a condition or value."""
    match thing:
        case Clause():
            yield from _of_clause(thing)
        case Compare():
            yield from _of_compare(thing, book, scope)
        case OneOf(_, options):
            yield from _of_options(thing, options, book)
        case Member(_, table, _, rows):
            yield from _of_member(thing, book.tables[table], rows)
        case Window(_, by, side, _):
            for other in lengths(by):
                yield Slip("threshold", f"within {by}", f"within {other}", replace(thing, duration=other))
            turned: Literal["after", "before"] = "before" if side == "after" else "after"
            yield Slip("date", f"within {by} {side}", f"within {by} {turned}", replace(thing, side=turned))
        case All(items) | AnyOf(items):
            yield from _of_group(thing, items, book)
        case AtLeast(n, items):
            for m in (n - 1, n + 1):
                if 1 <= m <= len(items):
                    yield Slip("connective", f"at least {n} of", f"at least {m} of", AtLeast(m, items))
            if n < len(items):
                yield from _left_out(thing, items, book)
        case Quantified(kind, var, path):
            other_kind: Literal["some", "every"] = "every" if kind == "some" else "some"
            words = f"{var} in {path}"
            yield Slip("quantifier", f"{kind} {words}", f"{other_kind} {words}", replace(thing, kind=other_kind))
        case Const() | Shift() | EdgeOf() | Aggregate() | Extreme() | Points() | Score():
            yield from _of_value(thing, book)
        case _:
            pass


# ---------------------------------------------------------------------------------------------------------- conditions


def written(clause: Clause, book: Book) -> str:
    """A clause as it stands in the text, on one line; else its label."""
    place = clause.place
    text = (
        " ".join(book.texts[place.file][place.start : place.end].split()) if place and place.file in book.texts else ""
    )
    return text or (f"[{clause.label}]" if clause.label else "…")


def _of_clause(clause: Clause) -> Iterator[Slip]:
    """A truth denied, or a denial left out."""
    match clause.cond:
        case Truth(path):
            denied = replace(clause, cond=Not(Clause(None, clause.cond, place=clause.place)))
            yield Slip("negation", _last(path), f"not {_last(path)}", denied)
        case Not(item) if item.label is None:
            yield Slip("negation", "not …", "…", replace(clause, cond=item.cond))
        case Call(term, _):
            denied = replace(clause, cond=Not(Clause(None, clause.cond, place=clause.place)))
            yield Slip("negation", f"{term}(…)", f"not {term}(…)", denied)
        case _:
            pass


def _last(path: Path) -> str:
    return path.steps[-1] if path.steps else path.base


_SIDES: Mapping[Operator, tuple[Operator, ...]] = {
    "is": ("is_not",),
    "is_not": ("is",),
    "lt": ("le", "ge"),
    "le": ("lt", "gt"),
    "gt": ("ge", "le"),
    "ge": ("gt", "lt"),
}
"""The edge on the other side, and the opposite."""
_AMOUNTS: Mapping[Operator, str] = {
    "is": "is",
    "is_not": "is not",
    "lt": "less than",
    "le": "at most",
    "gt": "more than",
    "ge": "at least",
}
_DAYS: Mapping[Operator, str] = {
    **_AMOUNTS,
    "lt": "before",
    "le": "on or before",
    "gt": "after",
    "ge": "on or after",
}


def _of_compare(cond: Compare, book: Book, scope: Scope) -> Iterator[Slip]:
    of_days = Scalar("date") in (_type(cond.left, book, scope), _type(cond.right, book, scope))
    words = _DAYS if of_days else _AMOUNTS
    for op in _SIDES[cond.op]:
        kind: Kind = "negation" if op in ("is", "is_not") else "date" if of_days else "comparison"
        yield Slip(kind, words[cond.op], words[op], replace(cond, op=op))


def _type(expr: Expr, book: Book, scope: Scope) -> Type | None:
    """The type of a value, as far as it has to be known here."""
    match expr:
        case Const(_, kind):
            return kind
        case Param(name):
            return book.parameters[name].type
        case Shift() | EdgeOf():
            return Scalar("date")
        case Extreme(kind) if kind in ("earliest", "latest"):
            return Scalar("date")
        case Path(base, steps):
            given = book.givens.get(base)
            at: Type | None = EntityOf(scope[base]) if base in scope else given.type if given else None
            for step in steps:
                fact = book.entities[at.entity].fact(step) if isinstance(at, EntityOf | ListOf) else None
                at = fact.type if fact else None
            return at
        case _:
            return None


def _of_options(cond: OneOf, options: tuple[Const, ...], book: Book) -> Iterator[Slip]:
    if len(options) > 1:
        for i, option in enumerate(options):
            rest = options[:i] + options[i + 1 :]
            yield Slip("member", f"{show(option.value)} in the set", "", replace(cond, options=rest), i)
    here = {o.value for o in options}
    kind = options[0].type
    if isinstance(kind, EnumOf):
        members = [m for m, _ in book.enumerations[kind.enumeration].members]
        for member in [m for m in members if m not in here]:
            if len(here) + 1 < len(members):  # one more and every member would be in it
                more = (*options, Const(member, kind))
                yield Slip("member", "the set", f"the set and {member}", replace(cond, options=more), member)


def _of_member(cond: Member, table: Table, rows: tuple[tuple[str, str], ...]) -> Iterator[Slip]:
    for i, (column, value) in enumerate(rows):
        for other in sorted({dict(r.columns).get(column, value) for r in table.rows} - {value}):
            changed = (*rows[:i], (column, other), *rows[i + 1 :])
            before, after = (f'where {column} is "{v}"' for v in (value, other))
            yield Slip("member", before, after, replace(cond, rows=changed))


def _of_group(cond: All | AnyOf, items: tuple[Clause, ...], book: Book) -> Iterator[Slip]:
    if len(items) < 2:
        return
    inline = all(c.label is None for c in items)
    names = ("and", "or") if inline else ("all of", "any of")
    before, after = names if isinstance(cond, All) else names[::-1]
    yield Slip("connective", before, after, AnyOf(items) if isinstance(cond, All) else All(items))
    yield from _left_out(cond, items, book)


def _left_out(cond: All | AnyOf | AtLeast, items: tuple[Clause, ...], book: Book) -> Iterator[Slip]:
    for i, item in enumerate(items):
        yield Slip("clause", written(item, book), "", replace(cond, items=items[:i] + items[i + 1 :]), i)


# -------------------------------------------------------------------------------------------------------------- values


def _of_value(value: Any, book: Book) -> Iterator[Slip]:
    match value:
        case Const(known, kind):
            for other in near(known, kind, book):
                yield Slip(kind_of(known), show(known), show(other), replace(value, value=other))
        case Shift(_, by, sign):
            word, turned = ("plus", "minus") if sign == 1 else ("minus", "plus")
            for length in lengths(by):
                yield Slip("threshold", f"{word} {by}", f"{word} {length}", replace(value, by=length))
            yield Slip("date", f"{word} {by}", f"{turned} {by}", replace(value, sign=-sign))
        case EdgeOf(_, edge):
            turned_edge = _OTHER_EDGE[edge]
            yield Slip("date", _EDGE[edge], _EDGE[turned_edge], replace(value, edge=turned_edge))
        case Aggregate(where=where, within=within):
            if where is not None:
                yield Slip("clause", f"such that … (of {value.kind} of {value.var})", "", replace(value, where=None))
            if within is not None:
                for length in lengths(within):
                    yield Slip("threshold", f"within {within}", f"within {length}", replace(value, within=length))
            if value.after is not None:
                yield Slip("clause", "after …", "", replace(value, after=None))
        case Extreme(kind):
            other_kind = _TURNED[kind]
            yield Slip(
                "connective", f"{_EXTREME[kind]} of", f"{_EXTREME[other_kind]} of", replace(value, kind=other_kind)
            )
        case Points(points, _, _, most):
            for n in numbers(points):
                yield Slip("threshold", f"{points} points", f"{n} points", replace(value, points=n))
            yield from _of_most(value, most)
        case Score(kind, items, most):
            if len(items) > 1:
                names: tuple[Literal["total", "highest"], ...] = ("total", "highest")
                turned_kind = names[kind == "total"]
                yield Slip("connective", f"{kind} of", f"{turned_kind} of", replace(value, kind=turned_kind))
                for i, item in enumerate(items):
                    rest = items[:i] + items[i + 1 :]
                    label = item.when.label if isinstance(item, Points) else None
                    yield Slip("clause", f"[{label}]" if label else f"line {i + 1}", "", replace(value, items=rest), i)
            yield from _of_most(value, most)
        case _:
            pass


_OTHER_EDGE: Mapping[Edge, Edge] = {
    "month begins": "month ends",
    "month ends": "month begins",
    "year begins": "year ends",
    "year ends": "year begins",
}
_EDGE: Mapping[Edge, str] = {
    "month begins": "first day of the month of",
    "month ends": "last day of the month of",
    "year begins": "first day of the year of",
    "year ends": "last day of the year of",
}
_TURNED: Mapping[str, Any] = {"earliest": "latest", "latest": "earliest", "least": "greatest", "greatest": "least"}
_EXTREME = {"earliest": "earliest", "latest": "latest", "least": "shortest", "greatest": "longest"}


def _of_most(value: Points | Score, most: int | None) -> Iterator[Slip]:
    if most is not None:
        for n in numbers(most):
            yield Slip("threshold", f"at most {most}", f"at most {n}", replace(value, most=n))
        yield Slip("clause", f"at most {most}", "", replace(value, most=None))
