"""Values and conditions that stand on one line: from words to meaning, with types and units checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec.structs import replace

from dsl.calendar import Edge
from dsl.comparing import compared, not_of_itself, same_type
from dsl.inside import substituted
from dsl.kinds import (
    DATE,
    DURATION,
    MONEY,
    WHOLE,
    Typed,
    key_type,
    parameter_type,
    type_words,
)
from dsl.lengths import units_agree
from dsl.literals import constant, duration, word
from dsl.model import (
    AgeOn,
    Aggregate,
    All,
    Always,
    AnyOf,
    Clause,
    Cond,
    Const,
    Difference,
    EdgeOf,
    EntityOf,
    EnumOf,
    Expr,
    Extreme,
    Member,
    Not,
    OneOf,
    Param,
    Path,
    Place,
    Quantified,
    Shift,
    Type,
    Window,
    YearOf,
)
from dsl.references import (
    arguments,
    arguments_fit,
    binding,
    call,
    element,
    thing,
    truth,
    wrong_argument,
)
from dsl.scope import Scope
from dsl.syntax import Node, Token

GROUPS = ("all_of", "any_of", "at_least_of", "not_group", "by_reading")
"""Heads of conditions that take lines of their own."""


# ------------------------------------------------------------------------------------------------------------- values


def value(node: Node, scope: Scope, expected: Type | None = None) -> Typed | None:
    """A value and its type. `expected` helps bare words; a mismatch is for the caller to say. None after a report."""
    match node.kind:
        case "name":
            return _named(node, scope, expected)
        case "number" | "money" | "date" | "duration":
            return constant(node, expected, scope)
        case "extreme":
            return _extreme(node, scope)
        case "months_of" | "count_of" | "sum_of":
            return _aggregate(node, scope)
        case "call":
            return _called(node, scope)
        case _:
            return _computed(node, scope)


def _named(node: Node, scope: Scope, expected: Type | None) -> Typed | None:
    """A word as a parameter, a fact, or a value of the expected type."""
    token = node.parts[0]
    assert isinstance(token, Token)
    if token.text not in scope.bound and token.text in scope.names.of("value"):
        return _put_in(node, token.text, (), scope)
    if scope.names.use("parameter", token.text):
        kind = parameter_type(token.text, scope)
        return (Param(token.text), kind) if kind else None
    if _is_symbol(node, scope):
        return word(token, expected, scope)
    found = scope.path(token)
    return (found[0], found[1]) if found else None


def _called(node: Node, scope: Scope) -> Typed | None:
    """A named value applied."""
    names, token = scope.names, node.parts[0]
    assert isinstance(token, Token)
    if token.text in names.of("value"):
        return _put_in(node, token.text, arguments(node), scope)
    if token.text in names.of("term"):
        names.report(
            "K205",
            f"`{token.text}` is a condition and no value",
            scope.file,
            node,
            "a value is needed here",
            help=f"write `{names.texts[scope.file][node.start : node.end]}` where a condition stands",
        )
    else:
        names.unknown("value", token, token.text, scope.file, names.of("value"))
    return None


def _put_in(node: Node, name: str, args: tuple[Node, ...], scope: Scope) -> Typed | None:
    """What a named value means, with arguments in place of its parameters; nothing if it was reported itself."""
    names = scope.names
    names.use("value", name)
    meaning = names.meanings.get(name)
    if meaning is None or not arguments_fit(node, name, [param for param, _ in meaning.params], len(args), scope):
        return None
    given: dict[str, Expr] = {}
    for (param, kind), arg in zip(meaning.params, args, strict=True):
        made = thing(arg, name, kind.entity, scope) if isinstance(kind, EntityOf) else _argument(arg, name, kind, scope)
        if made is None:
            return None
        given[param] = made
    names.borrowed += meaning.cites
    return substituted(meaning.value, given), meaning.type


def _argument(node: Node, name: str, wanted: Type, scope: Scope) -> Expr | None:
    """An argument that must be a value of a type."""
    got = value(node, scope, wanted)
    if got is None:
        return None
    if got[1] != wanted:
        wrong_argument(node, name, type_words(wanted), type_words(got[1]), scope)
        return None
    return got[0]


def value_alone(node: Node, scope: Scope, wanted: Type) -> Typed | None:
    """A value where a condition could stand as well: a name alone is one, a comparison is not."""
    if node.kind == "truth":
        node = replace(node, kind="name")
    if node.kind in _VALUES:
        return value(node, scope, wanted)
    scope.names.report(
        "K205",
        "a condition in place of a value",
        scope.file,
        node,
        f"{type_words(wanted)} is needed here",
        help="write a value, or declare a `term`",
    )
    return None


_VALUES = frozenset({"name", "number", "money", "date", "duration", "plus", "minus", "difference", "call", "extreme"})
_VALUES |= {"months_of", "count_of", "sum_of", "year_of", "edge_of", "age_of"}
"""Kinds of phrase that are values."""


def _computed(node: Node, scope: Scope) -> Typed | None:
    """A value worked out from others."""
    match node.kind:
        case "plus" | "minus":
            day, by = _dated(node.parts[0], scope), duration(node.nodes()[1], scope)
            return None if day is None or by is None else (Shift(day, by, 1 if node.kind == "plus" else -1), DATE)
        case "year_of":
            day = _dated(node.parts[1], scope)
            return None if day is None else (YearOf(day), WHOLE)
        case "edge_of":
            word_, day = node.token(0), _dated(node.parts[1], scope)
            return None if day is None or word_ is None else (EdgeOf(day, _EDGES[word_.type]), DATE)
        case "age_of":
            born, on = _dated(node.parts[1], scope), _dated(node.parts[3], scope)
            return None if born is None or on is None else (AgeOn(born, on), WHOLE)
        case "difference":
            return _difference(node, scope)
        case _:
            raise AssertionError(node.kind)


_EDGES: dict[str, Edge] = {
    "MONTH_BEGINS": "month begins",
    "MONTH_ENDS": "month ends",
    "YEAR_BEGINS": "year begins",
    "YEAR_ENDS": "year ends",
}


def _difference(node: Node, scope: Scope) -> Typed | None:
    """One number or amount less another."""
    first, second = node.nodes()
    left, right = value(first, scope), value(second, scope)
    if left is None or right is None:
        return None
    if left[1] != right[1] or left[1] not in (WHOLE, MONEY):
        scope.names.report(
            "K201",
            "a difference of two things that are not numbers alike",
            scope.file,
            node,
            f"{type_words(left[1])} less {type_words(right[1])}",
            help="subtract two whole numbers or two amounts; between dates write `within ... after`",
        )
        return None
    return Difference(left[0], right[0]), left[1]


def _is_symbol(node: Node, scope: Scope) -> bool:
    """Whether a word can only be a member, country or key: it names no fact and no parameter."""
    if node.kind != "name":
        return False
    text, names = node.text(0), scope.names
    return text.split(".")[0] not in scope.bound and text not in {**names.of("parameter"), **names.of("value")}


def _dated(node: Node | Token | None, scope: Scope) -> Expr | None:
    """A value that must be a date."""
    assert isinstance(node, Node)
    got = value(node, scope, DATE)
    if got and got[1] != DATE:
        scope.names.report(
            "K201",
            "a date is needed here",
            scope.file,
            node,
            f"this is {type_words(got[1])}",
            help="use a date fact or a date such as `2024-10-16`",
        )
        return None
    return got[0] if got else None


_EXTREMES: dict[str, Literal["earliest", "latest", "least", "greatest"]] = {
    "EARLIEST_OF": "earliest",
    "LATEST_OF": "latest",
    "SHORTEST_OF": "least",
    "LONGEST_OF": "greatest",
}


def _extreme(node: Node, scope: Scope) -> Typed | None:
    """`earliest of` dates, `shortest of` durations."""
    word = node.parts[0]
    assert isinstance(word, Token)
    kind = _EXTREMES[word.type]
    wanted = DATE if kind in ("earliest", "latest") else DURATION
    args = [value(n, scope, wanted) for n in node.nodes()]
    if any(a is None for a in args):
        return None
    for n, a in zip(node.nodes(), args, strict=True):
        if a and a[1] != wanted:
            scope.names.report(
                "K201",
                f"{type_words(wanted)} is needed here",
                scope.file,
                n,
                f"this is {type_words(a[1])}",
                help="compare things of one kind",
            )
            return None
    lengths = [a[0] for a in args if a]
    if wanted == DURATION and not units_agree(lengths, scope, node):
        scope.names.report(
            "K202",
            "days and months cannot be compared",
            scope.file,
            node,
            "one counts days, another months",
            help="use `months` or `years` for all of them, or `days` or `weeks` for all of them",
        )
        return None
    return Extreme(kind, tuple(lengths)), wanted


def _aggregate(node: Node, scope: Scope) -> Typed | None:
    """A total over a list."""
    var, list_token = node.tokens("NAME")[-2:]
    found = element(list_token, scope)
    if not found:
        return None
    path, entity = found
    inner = scope.bind(var.text, entity)
    filters = [n for n in node.nodes() if not n.kind.startswith("limit_")]
    where = one_line(filters[0], inner) if filters else None
    if filters and where is None:
        return None
    if node.kind == "count_of":
        return Aggregate("count", var.text, path, entity, where), WHOLE
    if node.kind == "sum_of":
        return _sum(node, Aggregate("sum", var.text, path, entity, where), inner)
    return _months(node, Aggregate("months", var.text, path, entity, where), scope)


def each_of(node: Node, scope: Scope) -> Aggregate | None:
    """What `N for each ...` counts."""
    var, list_token = node.tokens("NAME")
    found = element(list_token, scope)
    if not found:
        return None
    filters = node.nodes()
    where = one_line(filters[0], scope.bind(var.text, found[1])) if filters else None
    return None if filters and where is None else Aggregate("count", var.text, *found, where)


def _sum(node: Node, total: Aggregate, inner: Scope) -> Typed | None:
    """A sum of a number of each element."""
    token = node.tokens("NAME")[0]
    got = inner.path(token)
    if got is None:
        return None
    if got[1] not in (WHOLE, MONEY) or got[0].base != total.var:
        inner.names.report(
            "K201",
            "a sum needs a number of each element",
            inner.file,
            token,
            f"this is {type_words(got[1])}",
            help=f"name an amount or whole number of `{total.var}`",
        )
        return None
    return replace(total, of=got[0]), got[1]


def _months(node: Node, total: Aggregate, scope: Scope) -> Typed | None:
    """A length of time made of spells."""
    spell = scope.entities[total.entity].spell
    scope.names.used.update(("fact", f"{total.entity}.{end}") for end in spell or ())
    if spell is None:
        scope.names.report(
            "K207",
            f"a {total.entity} is not a spell of time",
            scope.file,
            node.tokens("NAME")[-1],
            "its entity declares no `spell`",
            help=f"add `spell STARTED to ENDED` to the entity `{total.entity}`",
        )
        return None
    for limit in node.nodes():
        if limit.kind == "limit_after":
            total = replace(total, after=_dated(limit.parts[1], scope))
        elif limit.kind == "limit_before":
            total = replace(total, before=_dated(limit.parts[1], scope))
        elif limit.kind == "limit_within":
            total = replace(total, within=duration(limit.nodes()[0], scope), before=_dated(limit.parts[3], scope))
    return total, DURATION


def grant_type(head: Node, scope: Scope) -> Type | None:
    """What is granted by the kind a line names: a length of time, or a member of an enumeration."""
    kind = head.parts[1]
    assert isinstance(kind, Token)
    if kind.text == "stay":
        return DURATION
    if not scope.names.use("enumeration", kind.text):
        options = ["stay", *scope.names.of("enumeration")]
        fix = f"declare an enumeration `{kind.text}`, or use one that is declared"
        scope.names.unknown("kind of grant", kind, kind.text, scope.file, options, fix)
        return None
    return EnumOf(kind.text)


def grant_value(node: Node, wanted: Type, scope: Scope) -> Expr | None:
    """A value of the type that is granted."""
    got = value(node, scope, wanted)
    if got is None:
        return None
    if got[1] != wanted:
        scope.names.report(
            "K201",
            f"{type_words(wanted)} is granted",
            scope.file,
            node,
            f"this is {type_words(got[1])}",
            help="write a length of time, as `24 months`" if wanted == DURATION else "write one of its members",
        )
        return None
    return got[0]


# --------------------------------------------------------------------------------------------------------- conditions


def one_line(node: Node, scope: Scope) -> Cond | None:
    """A condition without lines of its own. None after a report."""
    if node.kind in GROUPS:
        empty_group(node, scope)
        return None
    match node.kind:
        case "and_" | "or_":
            made = [one_line(n, scope) for n in node.nodes()]
            items = tuple(part(c, n, scope) for c, n in zip(made, node.nodes(), strict=True) if c is not None)
            return None if len(items) < len(made) else All(items) if node.kind == "and_" else AnyOf(items)
        case "not_":
            inner = one_line(node.nodes()[0], scope)
            return None if inner is None else Not(part(inner, node.nodes()[0], scope))
        case "quantified":
            bound = binding(node, scope)
            inner = one_line(node.nodes()[-1], bound[-1]) if bound else None
            return quantified(node, bound, inner, scope) if bound and inner is not None else None
        case "always":
            return Always()
        case _:
            return _TESTS[node.kind](node, scope)


def empty_group(node: Node, scope: Scope) -> None:
    """Report a group head with nothing below."""
    scope.names.report(
        "L305",
        "a group with nothing in it",
        scope.file,
        node,
        "no items below",
        help="write its items on deeper lines, each as `[label] condition`",
    )


def quantified(node: Node, bound: tuple[str, Path, str, Scope], inner: Cond, scope: Scope) -> Quantified:
    """`some` or `every` element of a list."""
    quantifier = node.token(0)
    kind: Literal["some", "every"] = "some" if quantifier and quantifier.type == "SOME" else "every"
    var, path, entity, _ = bound
    return Quantified(kind, var, path, entity, part(inner, node.nodes()[-1], scope))


def part(cond: Cond, node: Node, scope: Scope) -> Clause:
    """A part of a condition written on one line."""
    return Clause(None, cond, place=Place(scope.file, node.start, node.end))


def _compare(node: Node, scope: Scope) -> Cond | None:
    """A comparison; a bare word takes the type of the other side."""
    a, op, b = node.nodes()
    if _is_symbol(a, scope) and not _is_symbol(b, scope):
        right = value(b, scope)
        left = value(a, scope, right[1]) if right else None
    else:
        left = value(a, scope)
        right = value(b, scope, left[1]) if left else None
    if left is None or right is None:
        return None
    token = op.parts[0]
    assert isinstance(token, Token)
    return not_of_itself(node, compared(node, left, token, right, scope), scope)


def _window(node: Node, scope: Scope) -> Cond | None:
    """A date within a length of time of another."""
    left, anchor = _dated(node.parts[0], scope), _dated(node.parts[4], scope)
    length, word_ = duration(node.nodes()[1], scope), node.token(3)
    side: Literal["after", "before"] = "after" if word_ and word_.type == "AFTER" else "before"
    if left is None or anchor is None or length is None:
        return None
    return not_of_itself(node, Window(left, length, side, anchor), scope)


def _one_of(node: Node, scope: Scope) -> Cond | None:
    """Membership in a written set."""
    first, *options = node.nodes()
    left = value(first, scope)
    if left is None:
        return None
    got = [constant(o, left[1], scope) for o in options]
    for o, g in zip(options, got, strict=True):
        if g is not None and not same_type(o, left[1], g[1], scope):
            return None
    consts = tuple(g[0] for g in got if g is not None and isinstance(g[0], Const))
    return OneOf(left[0], consts) if len(consts) == len(options) else None


def _in_table(node: Node, scope: Scope) -> Cond | None:
    """Membership in a list of the law."""
    names = scope.names
    table = next(t for t in node.parts if isinstance(t, Token) and t.type == "NAME")
    first = node.parts[0]
    assert isinstance(first, Node)
    if not names.use("table", table.text):
        names.unknown("table", table, table.text, scope.file, names.of("table"))
        return None
    left = value(first, scope)
    if left is None:
        return None
    declared = names.of("table")[table.text]
    kind = key_type(table.text, scope)
    if kind is not None and left[1] != kind:
        names.report(
            "K201",
            f"`{table.text}` lists other things",
            scope.file,
            first,
            f"this is {type_words(left[1])}, it lists {type_words(kind)}",
            help="test a fact of the type of its key",
        )
        return None
    on: Expr | None = None
    dates = [n for n in node.nodes() if n is not first]
    if dates:
        on = _dated(dates[0], scope)
        if on is None:
            return None
    elif declared.line.under("valid"):
        names.report(
            "S009",
            f"`{table.text}` changes with time",
            scope.file,
            node,
            "in the edition of which day?",
            help=f"write `in {table.text} on submitted_on`",
        )
        return None
    strings = [t for t in node.parts if isinstance(t, Token) and t.type == "STRING"]
    columns = [t for t in node.parts if isinstance(t, Token) and t.type == "NAME" and t is not table]
    rows = ((columns[0].text, strings[0].text),) if strings and columns else ()
    return Member(left[0], table.text, on, rows)


_TESTS: dict[str, Callable[[Node, Scope], Cond | None]] = {
    "call": call,
    "truth": truth,
    "judged": truth,
    "compare": _compare,
    "one_of": _one_of,
    "in_table": _in_table,
    "window": _window,
}
