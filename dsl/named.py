"""Values with a name, scores among them: what they mean, those first that others are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec.structs import replace

from dsl.clauses import clause, labelled_lines
from dsl.expressions import each_of, empty_group, value_alone
from dsl.kinds import TEXT, TRUTH, WHOLE, Typed, declared_type, parameter_of, type_words
from dsl.literals import number
from dsl.model import (
    Always,
    Clause,
    EntityOf,
    Expr,
    KeyOf,
    ListOf,
    Place,
    Points,
    Score,
    Type,
)
from dsl.parts import cited, parts
from dsl.references import bound_again
from dsl.scope import Declared, Meaning, Names, Scope
from dsl.syntax import Line, Node, Token
from dsl.words import citations, label, optional_label, sentence


def named_values(names: Names, scope: Scope) -> None:
    """What the values with a name mean, those first that others are made of; kept in `names`."""
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            _circle(names, trail[trail.index(name) :])
        elif name not in done:
            d = names.of("value")[name]
            for other in _named_in(d.line.lines, names):
                visit(other, (*trail, name))
            if name not in done:
                made = _meaning(names, name, d, Scope(names, d.file, scope.givens, scope.entities))
                if made is not None:
                    names.meanings[name] = made
            done.add(name)

    for name in names.of("value"):
        visit(name, ())


def _named_in(lines: Iterable[Line], names: Names) -> Iterator[str]:
    """The named values that lines use."""
    for line in lines:
        todo: list[Node | Token | None] = [line.head]
        while todo:
            part = todo.pop()
            if isinstance(part, Node):
                todo += part.parts
            elif part is not None and part.type == "NAME" and part.text in names.of("value"):
                yield part.text
        yield from _named_in(line.lines, names)


def _circle(names: Names, ring: tuple[str, ...]) -> None:
    """Report values each of which is defined by the next."""
    d = names.of("value")[ring[0]]
    names.report(
        "L301",
        "values are defined by one another in a circle",
        d.file,
        d.name,
        " uses ".join(f"`{one}`" for one in (*ring, ring[0])),
        help=f"define `{ring[-1]}` without `{ring[0]}`",
    )


def _meaning(names: Names, name: str, d: Declared, scope: Scope) -> Meaning | None:
    """What one named value means."""
    parts(d, names, "means", once=("means",))
    assert d.line.head is not None
    kind = declared_type(d.line.head.parts[6], scope)
    if kind in (TRUTH, TEXT) or isinstance(kind, EntityOf | ListOf | KeyOf):
        names.report(
            "K207",
            f"a named value cannot be {type_words(kind)}",
            d.file,
            d.line,
            "declared here",
            help="declare a `term` for a condition; a value is a number, an amount, a date or a length of time",
        )
        return None
    means = d.line.under("means")
    if not means or means[0].head is None:
        names.report(
            "S009", f"the value `{name}` has no meaning", d.file, d.line, "nothing below", help="add `means VALUE`"
        )
        return None
    params = _parameters(d, scope)
    if kind is None or params is None:
        return None
    for param, of in params:
        if isinstance(of, EntityOf):
            scope = scope.bind(param, of.entity)
        else:
            scope = replace(scope, values={**scope.values, param: of})
    borrowed = len(names.borrowed)
    made = _meant(d, means[0], scope, kind)
    cites = (*names.borrowed[borrowed:], *citations(d.line, names, d.file))
    del names.borrowed[borrowed:]
    return None if made is None else Meaning(params, made, kind, tuple(dict.fromkeys(cites)))


def _parameters(d: Declared, scope: Scope) -> tuple[tuple[str, Type], ...] | None:
    """The parameters of a named value: things, or values of a type. None after a report."""
    written = d.line.head.parts[3] if d.line.head else None
    params: dict[str, Type] = {}
    for node in written.nodes() if isinstance(written, Node) else ():
        var, kind = node.tokens("NAME")
        if "." in var.text or var.text in (*scope.bound, *params):
            bound_again(var, scope)
            return None
        found = parameter_of(kind, scope)
        if found is None:
            return None
        params[var.text] = found
    return tuple(params.items())


def _meant(d: Declared, line: Line, scope: Scope, wanted: Type) -> Expr | None:
    """The value behind `means`, if it is of the type declared."""
    node = line.head.parts[1] if line.head else None
    assert isinstance(node, Node)
    if node.kind in TALLIES:
        words = label(d.line, scope.names, d.file, f"the score `{d.name.text}`")
        made = _tally(line, node, None, scope)
        score = Score("total", (made,), place=_at(line, scope)) if isinstance(made, Points) else made
        got: Typed | None = (replace(score, words=words), WHOLE) if score is not None else None
    else:
        optional_label(d.line, scope.names, d.file)
        got = value_alone(node, scope, wanted)
    if got is None or got[1] == wanted:
        return got[0] if got else None
    scope.names.report(
        "K201",
        f"`{d.name.text}` is something else than it is declared",
        scope.file,
        node,
        f"{type_words(got[1])}, declared as {type_words(wanted)}",
        help="correct the type behind the colon, or the value",
    )
    return None


# -------------------------------------------------------------------------------------------------------------- scores

TALLIES = ("total_of", "highest_of", "points_when", "points_each")
"""Kinds of phrase that count points."""


def _tally(line: Line, node: Node, label: str | None, scope: Scope) -> Points | Score | None:
    """Points for a condition or for each element, or a group of such."""
    match node.kind:
        case "points_when":
            count = number(_number(node, 0), scope)
            cond = node.parts[2]
            assert isinstance(cond, Node)
            made = clause(line, cond, label, scope)
            return None if made is None or count is None else Points(count, made)
        case "points_each":
            count, counted = number(_number(node, 0), scope), each_of(node, scope)
            most = _most(node, scope)
            cites = cited(line, scope.names, scope.file, "these points")
            when = Clause(label, Always(), cites, sentence(line, scope.names, scope.file), _at(line, scope))
            return None if count is None or counted is None else Points(count, when, counted, most)
        case _:
            items = _tallies(line, node, scope)
            if items is None:
                return None
            return Score(_GROUPS[node.kind], items, _most(node, scope), place=_at(line, scope))


def _at(line: Line, scope: Scope) -> Place:
    """A line without what stands under it."""
    return Place(scope.file, line.start, line.head.end if line.head else line.end)


_GROUPS: dict[str, Literal["total", "highest"]] = {"total_of": "total", "highest_of": "highest"}


def _number(node: Node, place: int) -> Token:
    token = node.tokens("NUMBER")[place]
    assert isinstance(token, Token)
    return token


def _most(node: Node, scope: Scope) -> int | None:
    """The limit behind `at most`, if there is one."""
    return number(_number(node, -1), scope) if node.tokens("AT_MOST") else None


def _tallies(line: Line, node: Node, scope: Scope) -> tuple[Points | Expr, ...] | None:
    """The items of a group of points; None after a report."""
    out: list[Points | Expr | None] = []
    below = [x for x in line.lines if x.head is not None]
    if not below:
        empty_group(node, scope)
        return None
    for one in labelled_lines(below, "item", "points", scope=scope):
        if one is None or one.head is None:
            out.append(None)
            continue
        label, made = one.head.parts[1], one.head.parts[3]
        assert isinstance(label, Token)
        assert isinstance(made, Node)
        if one.kind == "points":
            out.append(_tally(one, made, label.text, scope))
            continue
        got = value_alone(made, scope, WHOLE)
        if got is not None and got[1] != WHOLE:
            scope.names.report(
                "K201",
                "points are whole numbers",
                scope.file,
                made,
                f"this is {type_words(got[1])}",
                help="write `30 when CONDITION`, or a value that is a whole number",
            )
        out.append(got[0] if got is not None and got[1] == WHOLE else None)
    items = tuple(item for item in out if item is not None)
    return items if len(items) == len(out) else None
