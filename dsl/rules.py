"""The rules themselves: terms and categories, with what these grant, ask for and point to."""

from __future__ import annotations

from typing import Literal

from dsl.clauses import clause, condition, item, items
from dsl.expressions import grant_type, grant_value
from dsl.model import (
    All,
    AnyOf,
    Asks,
    Category,
    Clause,
    Grant,
    Override,
    Place,
    Route,
    Term,
)
from dsl.parts import cited, parts, place
from dsl.references import bound_again
from dsl.scope import Declared, Names, Scope
from dsl.syntax import Line, Node, Token
from dsl.words import label


def term(names: Names, name: str, d: Declared, scope: Scope) -> Term | None:
    """A defined condition."""
    parts(d, names, "means", once=("means",))
    assert d.line.head is not None
    words = label(d.line, names, d.file, f"the term `{name}`")
    params: list[tuple[str, str]] = []
    inner = scope
    for node in d.line.head.nodes()[0].nodes():
        var, kind = node.tokens("NAME")
        if not names.use("entity", kind.text):
            names.unknown("entity", kind, kind.text, d.file, names.of("entity"))
            return None
        if var.text in scope.givens or any(var.text == p for p, _ in params):
            bound_again(var, scope)
            return None
        params.append((var.text, kind.text))
        inner = inner.bind(var.text, kind.text)
    means = d.line.under("means")
    if not means or means[0].head is None:
        names.report(
            "S009", f"the term `{name}` has no meaning", d.file, d.line, "nothing below", help="add `means CONDITION`"
        )
        return None
    cond = means[0].head.parts[1]
    assert isinstance(cond, Node)
    made = clause(means[0], cond, None, inner)
    return Term(name, words, tuple(params), made) if made else None


def category(names: Names, name: str, d: Declared, scope: Scope) -> Category | None:
    """A category of a scheme."""
    allowed = ("needs", "barred", "exception", "grants", "grants_nothing", "asks", "routes")
    parts(d, names, *allowed, once=("needs", "barred"))
    words = label(d.line, names, d.file, f"the category `{name}`")
    cites = cited(d.line, names, d.file, f"the category `{name}`")
    scheme = name.split(".", maxsplit=1)[0]
    if not names.use("scheme", scheme):
        names.unknown("scheme", d.name, scheme, d.file, names.of("scheme"))
    needs = d.line.under("needs")
    if not needs or needs[0].head is None:
        names.report(
            "S009",
            f"the category `{name}` needs nothing",
            d.file,
            d.line,
            "no `needs`",
            help="add `needs all of` with its conditions",
        )
        return None
    node = needs[0].head.parts[1]
    assert isinstance(node, Node)
    need = clause(needs[0], node, None, scope)
    bars = _bars(d, scope)
    overrides = [_override(x, d, scope) for x in d.line.under("exception")]
    grants = [_grant(x, scope) for x in d.line.under("grants", "grants_nothing")]
    asks = [_asks(x, scope) for x in d.line.under("asks")]
    routes = [_route(x, scope) for x in d.line.under("routes")]
    if need is None:
        return None
    return Category(
        name,
        words,
        need,
        bars,
        tuple(o for o in overrides if o),
        tuple(g for g in grants if g),
        tuple(a for a in asks if a),
        tuple(r for r in routes if r),
        cites,
        place(d),
    )


def _bars(d: Declared, scope: Scope) -> Clause | None:
    """What bars: any of the items."""
    barred = d.line.under("barred")
    if not barred or barred[0].head is None:
        return None
    node = barred[0].head.parts[1]
    if isinstance(node, Node):
        return clause(barred[0], node, None, scope)
    found = items([x for x in barred[0].lines if x.head], scope)
    if found is not None and not found:
        scope.names.report(
            "L305",
            "a group with nothing in it",
            d.file,
            barred[0],
            "no items below",
            help="write what bars on deeper lines, each as `[label] condition`",
        )
    return Clause(None, AnyOf(found), place=Place(d.file, barred[0].start, barred[0].head.end)) if found else None


def _override(line: Line, d: Declared, scope: Scope) -> Override | None:
    """An exception."""
    made = item(line, scope, part=4)
    targets = line.under("overrides")
    if made is None:
        return None
    if len(targets) != 1 or targets[0].head is None:
        scope.names.report(
            "S009",
            "an exception names the one clause it overrides",
            d.file,
            line,
            f"{len(targets)} `overrides` below",
            help="add `overrides [clause] as met` or `as not met`",
        )
        return None
    head = targets[0].head
    effect: Literal["met", "unmet"] = "unmet" if head.token(5) else "met"
    over = tuple(t.text for x in line.under("over") if x.head for t in x.head.tokens("NAME"))
    return Override(made.label or "", tuple(head.text(2).split(".")), effect, made, over)


def _grant(line: Line, scope: Scope) -> Grant | None:
    """What a category gives: a length of stay, or a condition."""
    assert line.head is not None
    names = scope.names
    cites = cited(line, names, scope.file, "what is granted")
    if len(line.head.nodes()) != 1:
        several = line.kind == "grants"
        names.report(
            "K207" if several else "S009",
            "a category grants one value of each kind",
            scope.file,
            line,
            "several values" if several else "no value",
            help="write the shorter as `shortest of a, b`, or a parameter"
            if several
            else "write `grants stay 24 months`",
        )
        return None
    kind = grant_type(line.head, scope)
    got = grant_value(line.head.nodes()[0], kind, scope) if kind else None
    return Grant(line.head.text(1), got, cites) if got is not None else None


def _when(node: Node | Token | None, scope: Scope) -> Clause | None:
    if not isinstance(node, Node):
        return None
    cond = condition(node, scope, ())
    return Clause(None, cond, place=Place(scope.file, node.start, node.end)) if cond is not None else None


def _asks(line: Line, scope: Scope) -> Asks | None:
    """Documents a category asks for."""
    assert line.head is not None
    papers = line.head.nodes()[0].tokens("NAME")
    for token in papers:
        if not scope.names.use("paper", token.text):
            scope.names.unknown("paper", token, token.text, scope.file, scope.names.of("paper"))
            return None
    node = line.head.parts[3]
    when = _when(node, scope)
    return None if isinstance(node, Node) and when is None else Asks(tuple(t.text for t in papers), when)


def _route(line: Line, scope: Scope) -> Route | None:
    """Where a text points people."""
    assert line.head is not None
    token = line.head.parts[1]
    assert isinstance(token, Token)
    if not (scope.names.use("scheme", token.text) or scope.names.use("category", token.text)):
        scope.names.unknown(
            "scheme or category",
            token,
            token.text,
            scope.file,
            [*scope.names.of("scheme"), *scope.names.of("category")],
        )
        return None
    node = line.head.parts[3]
    cites = cited(line, scope.names, scope.file, "this pointer")
    when = _when(node, scope)
    if isinstance(node, Node) and when is None:
        return None
    return Route(token.text, Clause(None, when.cond if when else All(()), cites, None, when.place if when else None))
