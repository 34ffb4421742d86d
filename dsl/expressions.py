"""Conditions and values: from what was written to what is meant, with types and units checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from dsl.calendar import Duration, Unit
from dsl.countries import countries
from dsl.model import (
    AgeOn,
    Aggregate,
    All,
    Always,
    AnyOf,
    AtLeast,
    ByReading,
    Call,
    Citation,
    Clause,
    Compare,
    Cond,
    Const,
    Difference,
    EntityOf,
    EnumOf,
    Expr,
    Extreme,
    KeyOf,
    ListOf,
    Member,
    Not,
    OneOf,
    Operator,
    Param,
    Path,
    Place,
    Quantified,
    Scalar,
    Shift,
    Truth,
    Type,
    Window,
    YearOf,
)
from dsl.scope import Scope
from dsl.syntax import Line, Node, Token
from dsl.words import citations, sentence

LIMIT = 10**15
"""Greatest whole number or amount the language counts."""

_WHOLE, _MONEY, _DATE = Scalar("whole"), Scalar("money"), Scalar("date")
_DURATION, _TRUTH, _COUNTRY, _TEXT = Scalar("duration"), Scalar("truth"), Scalar("country"), Scalar("text")
_UNITS: dict[str, Unit] = {"DAYS": "days", "WEEKS": "weeks", "MONTHS": "months", "YEARS": "years"}
_OPERATORS: dict[str, Operator] = {
    "IS": "is",
    "IS_NOT": "is_not",
    "AT_LEAST": "ge",
    "AT_MOST": "le",
    "MORE_THAN": "gt",
    "LESS_THAN": "lt",
    "BEFORE": "lt",
    "AFTER": "gt",
    "ON_OR_BEFORE": "le",
    "ON_OR_AFTER": "ge",
}
_DATE_WORDS = ("BEFORE", "AFTER", "ON_OR_BEFORE", "ON_OR_AFTER")
GROUPS = ("all_of", "any_of", "at_least_of", "not_group", "by_reading")

Typed = tuple[Expr, Type]


def type_words(kind: Type) -> str:
    """A type as the language names it."""
    match kind:
        case Scalar("duration"):
            return "a length of time"
        case Scalar(name):
            return {"truth": "a truth", "whole": "a whole number", "money": "an amount of money", "text": "text"}.get(
                name, f"a {name}"
            )
        case EnumOf(name):
            return f"a {name}"
        case KeyOf(table):
            return f"a key of {table}"
        case EntityOf(name):
            return f"a {name}"
        case ListOf(name):
            return f"a list of {name}"


# ------------------------------------------------------------------------------------------------------------ literals


def date(token: Token, scope: Scope) -> dt.date | None:
    """A date literal; reported if no calendar has it."""
    try:
        day = dt.date.fromisoformat(token.text)
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year <= 2199:
        scope.names.report(
            "L306",
            f"there is no date {token.text}",
            scope.file,
            token,
            "not a day of the years 1900 to 2199",
            help="write a day that exists, as `2024-10-16`",
        )
        return None
    return day


def number(token: Token, scope: Scope) -> int | None:
    """A number literal; reported if the language does not count that far."""
    value = int(token.text) if len(token.text) < 20 else LIMIT + 1
    if value > LIMIT:
        scope.names.report(
            "K208",
            "a number too large to count with",
            scope.file,
            token,
            "more than 10^15",
            help=f"write at most {LIMIT}",
        )
        return None
    return value


def duration(node: Node, scope: Scope) -> Duration | None:
    """A duration literal; reported if longer than the calendar."""
    count = number(node.parts[0], scope)  # type: ignore[arg-type]
    unit = _UNITS[node.parts[1].type]  # type: ignore[union-attr]
    longest = {"days": 110_000, "weeks": 15_000, "months": 3_600, "years": 300}[unit]
    if count is not None and count > longest:
        scope.names.report(
            "K208",
            "a time longer than the calendar",
            scope.file,
            node,
            "more than 300 years",
            help=f"write at most {longest} {unit}",
        )
        return None
    return None if count is None else Duration(count, unit)


def constant(node: Node, expected: Type | None, scope: Scope) -> Typed | None:
    """A literal of the expected type; a word may be a member, a country or a row of a list."""
    match node.kind:
        case "number":
            value = number(node.parts[0], scope)  # type: ignore[arg-type]
            return None if value is None else (Const(value, _WHOLE), _WHOLE)
        case "money":
            value = number(node.parts[0], scope)  # type: ignore[arg-type]
            return None if value is None else (Const(value, _MONEY), _MONEY)
        case "date":
            day = date(node.parts[0], scope)  # type: ignore[arg-type]
            return None if day is None else (Const(day, _DATE), _DATE)
        case "duration":
            length = duration(node, scope)
            return None if length is None else (Const(length, _DURATION), _DURATION)
        case _:
            pass
    token = node.parts[0]
    assert isinstance(token, Token)
    return _word(token, expected, scope)


def _word(token: Token, expected: Type | None, scope: Scope) -> Typed | None:
    """A bare word as a value of the expected type."""
    names, text = scope.names, token.text
    match expected:
        case EnumOf(name):
            members = _members(name, scope)
            if text not in members:
                names.unknown(f"{name}", token, text, scope.file, members)
                return None
            return Const(text, expected), expected
        case Scalar("country"):
            if text not in countries():
                names.unknown(
                    "country code",
                    token,
                    text,
                    scope.file,
                    [text.upper()] if text.upper() in countries() else sorted(countries()),
                )
                return None
            return Const(text, expected), expected
        case KeyOf(_):
            return Const(text, expected), expected
        case Scalar("truth"):
            if text in ("true", "false"):
                return Const(text == "true", expected), expected
        case _:
            pass
    known = [*scope.variables, *scope.givens, *names.of("parameter")]
    names.unknown("name", token, text, scope.file, known)
    return None


def _members(enumeration: str, scope: Scope) -> list[str]:
    """Member ids of an enumeration, in order."""
    declared = scope.names.of("enumeration").get(enumeration)
    return [m.head.text(0) for m in declared.line.under("member") if m.head] if declared else []


# ------------------------------------------------------------------------------------------------------------- values


def _is_symbol(node: Node, scope: Scope) -> bool:
    """Whether a word can only be a member, country or key: it names no fact and no parameter."""
    if node.kind != "name":
        return False
    text = node.text(0)
    return text.split(".")[0] not in {**scope.variables, **scope.givens} and text not in scope.names.of("parameter")


def value(node: Node, scope: Scope, expected: Type | None = None) -> Typed | None:
    """A value and its type. `expected` helps bare words; a mismatch is for the caller to say. None after a report."""
    names = scope.names
    match node.kind:
        case "name":
            token = node.parts[0]
            assert isinstance(token, Token)
            if names.use("parameter", token.text):
                kind = parameter_type(token.text, scope)
                return (Param(token.text), kind) if kind else None
            if _is_symbol(node, scope):
                return _word(token, expected, scope)
            found = scope.path(token)
            return (found[0], found[1]) if found else None
        case "number" | "money" | "date" | "duration":
            return constant(node, expected, scope)
        case "plus" | "minus":
            day = _dated(node.parts[0], scope)
            by = duration(node.parts[2], scope)  # type: ignore[arg-type]
            return None if day is None or by is None else (Shift(day, by, 1 if node.kind == "plus" else -1), _DATE)
        case "difference":
            left = value(node.parts[0], scope)  # type: ignore[arg-type]
            right = value(node.parts[2], scope)  # type: ignore[arg-type]
            if left is None or right is None:
                return None
            if left[1] != right[1] or left[1] not in (_WHOLE, _MONEY):
                names.report(
                    "K201",
                    "a difference of two things that are not numbers alike",
                    scope.file,
                    node,
                    f"{type_words(left[1])} less {type_words(right[1])}",
                    help="subtract two whole numbers or two amounts; between dates write `within ... after`",
                )
                return None
            return Difference(left[0], right[0]), left[1]
        case "year_of":
            day = _dated(node.parts[1], scope)
            return None if day is None else (YearOf(day), _WHOLE)
        case "age_of":
            born, on = _dated(node.parts[1], scope), _dated(node.parts[3], scope)
            return None if born is None or on is None else (AgeOn(born, on), _WHOLE)
        case "extreme":
            return _extreme(node, scope)
        case "months_of" | "count_of" | "sum_of":
            return _aggregate(node, scope)
        case _:
            raise AssertionError(node.kind)


def parameter_type(name: str, scope: Scope) -> Type | None:
    """The declared type of a parameter."""
    head = scope.names.of("parameter")[name].line.head
    assert head is not None
    return declared_type(head.parts[3], scope, quiet=True)


def declared_type(
    node: Node | Token | None, scope: Scope, *, quiet: bool = False, file: str | None = None
) -> Type | None:
    """The type a declaration names."""
    assert isinstance(node, Node)
    names = scope.names
    where = file or scope.file
    name = node.tokens("NAME")
    if node.kind == "months_type":
        return _DURATION
    text = name[0].text
    if node.kind == "key_type":
        if names.use("table", text):
            return KeyOf(text)
        if not quiet:
            names.unknown("table", name[0], text, where, names.of("table"))
        return None
    if node.kind == "list_type":
        if names.use("entity", text):
            return ListOf(text)
        if not quiet:
            names.unknown("entity", name[0], text, where, names.of("entity"))
        return None
    if text in ("truth", "whole", "money", "date", "duration", "country", "text"):
        return Scalar(text)  # type: ignore[arg-type]
    if names.use("enumeration", text):
        return EnumOf(text)
    if names.use("entity", text):
        return EntityOf(text)
    if not quiet:
        names.unknown(
            "type",
            name[0],
            text,
            where,
            [
                "truth",
                "whole",
                "money",
                "date",
                "months",
                "country",
                "text",
                *names.of("enumeration"),
                *names.of("entity"),
            ],
        )
    return None


def _dated(node: Node | Token | None, scope: Scope) -> Expr | None:
    """A value that must be a date."""
    assert isinstance(node, Node)
    got = value(node, scope, _DATE)
    if got and got[1] != _DATE:
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
    wanted = _DATE if kind in ("earliest", "latest") else _DURATION
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
    if wanted == _DURATION and any(not _units_agree(lengths[0], other) for other in lengths[1:]):
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


def element(list_token: Token, scope: Scope) -> tuple[Path, str] | None:
    """The list a word names and the entity of its elements."""
    found = scope.path(list_token)
    if not found:
        return None
    path, kind, _ = found
    if not isinstance(kind, ListOf):
        scope.names.report(
            "K204",
            f"`{list_token.text}` is not a list",
            scope.file,
            list_token,
            f"it is {type_words(kind)}",
            help="name a fact declared as `list of ...`",
        )
        return None
    return path, kind.entity


def _aggregate(node: Node, scope: Scope) -> Typed | None:
    """A total over a list."""
    names = scope.names
    tokens = node.tokens("NAME")
    of_token = tokens[0] if node.kind == "sum_of" else None
    var, list_token = tokens[-2], tokens[-1]
    found = element(list_token, scope)
    if not found:
        return None
    path, entity = found
    inner = scope.bind(var.text, entity)
    limits = [n for n in node.nodes() if n.kind.startswith("limit_")]
    filters = [n for n in node.nodes() if not n.kind.startswith("limit_")]
    where = condition(filters[0], inner, ()) if filters else None
    if filters and where is None:
        return None
    if node.kind == "count_of":
        return Aggregate("count", var.text, path, entity, where), _WHOLE
    if node.kind == "sum_of":
        assert of_token is not None
        got = inner.path(of_token)
        if got is None:
            return None
        if got[1] not in (_WHOLE, _MONEY) or got[0].base != var.text:
            names.report(
                "K201",
                "a sum needs a number of each element",
                scope.file,
                of_token,
                f"this is {type_words(got[1])}",
                help=f"name an amount or whole number of `{var.text}`",
            )
            return None
        return Aggregate("sum", var.text, path, entity, where, of=got[0]), got[1]
    if scope.entities[entity].spell is None:
        names.report(
            "K207",
            f"a {entity} is not a spell of time",
            scope.file,
            list_token,
            "its entity declares no `spell`",
            help=f"add `spell STARTED to ENDED` to the entity `{entity}`",
        )
        return None
    after = before = None
    within = None
    for limit in limits:
        if limit.kind == "limit_after":
            after = _dated(limit.parts[1], scope)
        elif limit.kind == "limit_before":
            before = _dated(limit.parts[1], scope)
        else:
            within = duration(limit.parts[1], scope)  # type: ignore[arg-type]
            before = _dated(limit.parts[3], scope)
    return Aggregate("months", var.text, path, entity, where, None, after, before, within), _DURATION


# --------------------------------------------------------------------------------------------------------- conditions


def condition(node: Node, scope: Scope, lines: Sequence[Line]) -> Cond | None:
    """A condition; `lines` are the items of the group it ends with. None after a report."""
    names = scope.names
    if node.kind in GROUPS:
        return _group(node, scope, lines)
    if node.kind == "quantified":
        return _quantified(node, scope, lines)
    if lines:
        names.report(
            "S009",
            "lines stand under a condition that takes none",
            scope.file,
            lines[0],
            "these lines",
            help="end the line above with `all of`, `any of` or `at least 2 of`",
        )
        return None
    match node.kind:
        case "and_" | "or_":
            parts = [condition(n, scope, ()) for n in node.nodes()]
            if any(p is None for p in parts):
                return None
            items = tuple(_part(p, n, scope) for p, n in zip(parts, node.nodes(), strict=True) if p is not None)
            return All(items) if node.kind == "and_" else AnyOf(items)
        case "not_":
            inner = condition(node.nodes()[0], scope, ())
            return None if inner is None else Not(_part(inner, node.nodes()[0], scope))
        case "always":
            return Always()
        case "call":
            return _call(node, scope)
        case "truth" | "judged":
            return _truth(node, scope)
        case "compare":
            return _compare(node, scope)
        case "one_of":
            return _one_of(node, scope)
        case "in_table":
            return _in_table(node, scope)
        case "window":
            left, anchor = _dated(node.parts[0], scope), _dated(node.parts[4], scope)
            length = duration(node.parts[2], scope)  # type: ignore[arg-type]
            side = "after" if node.parts[3].type == "AFTER" else "before"  # type: ignore[union-attr]
            return None if left is None or anchor is None or length is None else Window(left, length, side, anchor)  # type: ignore[arg-type]
        case _:
            raise AssertionError(node.kind)


def _part(cond: Cond, node: Node, scope: Scope) -> Clause:
    """A part of a condition written on one line."""
    return Clause(None, cond, place=Place(scope.file, node.start, node.end))


def is_group(node: Node) -> bool:
    """Whether a condition ends with a group head and so takes lines."""
    while node.kind == "quantified":
        node = node.nodes()[-1]
    return node.kind in GROUPS


def items(lines: Sequence[Line], scope: Scope, kind: str = "item") -> tuple[Clause, ...] | None:
    """The labelled clauses of a group."""
    names = scope.names
    out: list[Clause] = []
    seen: dict[str, Line] = {}
    broken = False
    for line in lines:
        if line.head is None:
            continue
        if line.kind != kind:
            text = names.texts[scope.file][line.start : line.head.end]
            names.report(
                "S007",
                "a clause of a group needs a label",
                scope.file,
                line,
                "begins without one",
                help=f"write `[label] {text.splitlines()[0][:40]}`",
            )
            broken = True
            continue
        clause = item(line, scope)
        label = line.head.parts[1]
        assert isinstance(label, Token)
        if label.text in seen:
            names.report(
                "N108",
                f"the label `{label.text}` stands twice side by side",
                scope.file,
                label,
                "again here",
                help=f"choose another label, such as `{label.text}_2`",
            )
            broken = True
        seen[label.text] = line
        if clause is None:
            broken = True
        else:
            out.append(clause)
    return None if broken else tuple(out)


def item(line: Line, scope: Scope, part: int = 3) -> Clause | None:
    """A labelled clause: its condition, citations and words."""
    assert line.head is not None
    label = line.head.parts[part - 2]
    cond = line.head.parts[part]
    assert isinstance(label, Token)
    assert isinstance(cond, Node)
    return clause(line, cond, label.text, scope)


def clause(line: Line, node: Node, label: str | None, scope: Scope) -> Clause | None:
    """A clause from a line whose condition is `node`."""
    assert line.head is not None
    below = [x for x in line.lines if x.head is not None and x.kind not in ("overrides", "over")]
    cond = condition(node, scope, below)
    cites = citations(line, scope.names, scope.file)
    words = sentence(line, scope.names, scope.file)
    if cond is None:
        return None
    _check_cited(line, node, cites, scope)
    return Clause(label, cond, cites, words, Place(scope.file, line.start, line.head.end))


def _check_cited(line: Line, node: Node, cites: tuple[Citation, ...], scope: Scope) -> None:
    """A leaf is cited, and says so if its sources are weak alone."""
    if cites:
        ranks = [_rank(c.source, scope) for c in cites]
        if min(ranks) >= 6 and not any(c.weak for c in cites):
            first = next(a for a in line.attributes() if a.kind == "cites")
            scope.names.report(
                "A405",
                "this rests on a weak source alone",
                scope.file,
                first,
                f"rank {min(ranks)}",
                help='cite a source of rank 5 or better as well, or add `weak "the reason"`',
            )
        return
    if _needs_citation(node):
        scope.names.report(
            "A402",
            "a condition without a citation",
            scope.file,
            line,
            "which source says so?",
            help='add `cites SOURCE "pinpoint"`',
        )


def _rank(source: str, scope: Scope) -> int:
    declared = scope.names.of("source").get(source)
    ranks = [int(x.head.text(1)) for x in declared.line.under("rank") if x.head] if declared else []
    return ranks[0] if ranks else 1


def _needs_citation(node: Node) -> bool:
    """Whether a condition tests anything itself: groups are cited in their items, terms where they are defined."""
    if node.kind in (*GROUPS, "call", "always"):
        return False
    if node.kind in ("quantified", "not_"):
        return _needs_citation(node.nodes()[-1])
    return True


def _group(node: Node, scope: Scope, lines: Sequence[Line]) -> Cond | None:
    """A group head with its items."""
    names = scope.names
    clauses = items(lines, scope)
    if clauses is None:
        return None
    if not clauses:
        names.report(
            "L305",
            "a group with nothing in it",
            scope.file,
            node,
            "no items below",
            help="write its items on deeper lines, each as `[label] condition`",
        )
        return None
    if node.kind == "by_reading":
        return _by_reading(node, scope, clauses)
    if node.kind == "at_least_of":
        n = number(node.parts[1], scope)  # type: ignore[arg-type]
        if n is not None and not 1 <= n <= len(clauses):
            names.report(
                "L304",
                f"at least {n} of {len(clauses)} clauses",
                scope.file,
                node,
                f"there are {len(clauses)} below",
                help=f"ask for 1 to {len(clauses)}",
            )
            return None
        return None if n is None else AtLeast(n, clauses)
    if node.kind == "not_group":
        group: Cond = All(clauses) if node.parts[1].type == "ALL_OF" else AnyOf(clauses)  # type: ignore[union-attr]
        return Not(Clause(None, group, place=Place(scope.file, node.start, node.end)))
    return All(clauses) if node.kind == "all_of" else AnyOf(clauses)


def _by_reading(node: Node, scope: Scope, clauses: tuple[Clause, ...]) -> Cond | None:
    """The branches of a reading: one for each of its values."""
    names = scope.names
    token = node.parts[1]
    assert isinstance(token, Token)
    if not names.use("reading", token.text):
        names.unknown("reading", token, token.text, scope.file, names.of("reading"))
        return None
    options = [m.head.text(0) for m in names.of("reading")[token.text].line.under("member") if m.head]
    given = [c.label or "" for c in clauses]
    for c in clauses:
        if c.label not in options and c.place:
            at = Token("NAME", c.label or "", c.place.start, c.place.end)
            names.unknown(f"value of the reading {token.text}", at, c.label or "", scope.file, options)
            return None
    missing = [o for o in options if o not in given]
    if missing:
        names.report(
            "S009",
            f"the reading `{token.text}` has values without a branch",
            scope.file,
            node,
            f"missing: {', '.join(missing)}",
            help=f"add `[{missing[0]}] condition`",
        )
        return None
    by_label = {c.label: c for c in clauses}
    return ByReading(token.text, tuple((o, by_label[o]) for o in options))


def _quantified(node: Node, scope: Scope, lines: Sequence[Line]) -> Cond | None:
    quantifier, var, _, list_token = (t for t in node.parts[:4])
    assert isinstance(quantifier, Token)
    assert isinstance(var, Token)
    assert isinstance(list_token, Token)
    found = element(list_token, scope)
    if "." in var.text or var.text in {**scope.givens, **scope.variables}:
        scope.names.report(
            "N103",
            f"`{var.text}` already means something here",
            scope.file,
            var,
            "bound again",
            help=f"choose another letter, such as `{var.text[0]}2`",
        )
        return None
    if not found:
        return None
    path, entity = found
    inner_node = node.nodes()[-1]
    inner = condition(inner_node, scope.bind(var.text, entity), lines)
    if inner is None:
        return None
    kind = "some" if quantifier.type == "SOME" else "every"
    return Quantified(kind, var.text, path, entity, _part(inner, inner_node, scope))  # type: ignore[arg-type]


def _call(node: Node, scope: Scope) -> Cond | None:
    """A term applied."""
    names = scope.names
    term, *args = node.tokens("NAME")
    if not names.use("term", term.text):
        names.unknown("term", term, term.text, scope.file, names.of("term"))
        return None
    head = names.of("term")[term.text].line.head
    assert head is not None
    params = [p.tokens("NAME")[1].text for p in head.nodes()[0].nodes()]
    if len(params) != len(args):
        names.report(
            "K206",
            f"`{term.text}` takes {len(params)} argument(s), {len(args)} given",
            scope.file,
            node,
            "here",
            help=f"write `{term.text}({', '.join(params)})`",
        )
        return None
    paths: list[Path] = []
    for token, entity in zip(args, params, strict=True):
        found = scope.path(token)
        if found is None:
            return None
        if found[1] != EntityOf(entity):
            names.report(
                "K206",
                f"`{term.text}` wants a {entity} here",
                scope.file,
                token,
                f"this is {type_words(found[1])}",
                help=f"give it a {entity}",
            )
            return None
        paths.append(found[0])
    return Call(term.text, tuple(paths))


def _truth(node: Node, scope: Scope) -> Cond | None:
    """A truth fact or a judgement."""
    names = scope.names
    token = node.parts[-1]
    assert isinstance(token, Token)
    if node.kind == "judged" and "." not in token.text and token.text not in scope.givens:
        names.unknown("judgement", token, token.text, scope.file, names.of("judgement"))
        return None
    if node.kind == "truth" and token.text.split(".")[0] not in {**scope.givens, **scope.variables}:
        near = list(names.of("term"))
        if token.text in near:
            names.report(
                "K206",
                f"`{token.text}` is a term and needs its arguments",
                scope.file,
                token,
                "no arguments",
                help=f"write `{token.text}(...)`",
            )
        else:
            names.unknown("fact", token, token.text, scope.file, [*scope.variables, *scope.givens, *near])
        return None
    found = scope.path(token)
    if found is None:
        return None
    path, kind, fact = found
    if kind != _TRUTH:
        names.report(
            "K205",
            f"`{token.text}` is not true or false",
            scope.file,
            token,
            f"it is {type_words(kind)}",
            help=f"compare it: `{token.text} is ...`",
        )
        return None
    judgement = fact.judgement if fact else None
    if node.kind == "judged" and judgement is None:
        names.report(
            "K205",
            f"`{token.text}` is a fact, not a judgement",
            scope.file,
            token,
            "judged",
            help=f"write `{token.text}` alone",
        )
        return None
    if judgement:
        names.use("judgement", judgement)
    return Truth(path)


def _compare(node: Node, scope: Scope) -> Cond | None:
    """A comparison; a bare word takes the type of the other side."""
    names = scope.names
    a, op_node, b = node.parts
    assert isinstance(a, Node)
    assert isinstance(op_node, Node)
    assert isinstance(b, Node)
    if _is_symbol(a, scope) and not _is_symbol(b, scope):
        right = value(b, scope)
        left = value(a, scope, right[1]) if right else None
    else:
        left = value(a, scope)
        right = value(b, scope, left[1]) if left else None
    if left is None or right is None:
        return None
    token = op_node.parts[0]
    assert isinstance(token, Token)
    op = _OPERATORS[token.type]
    if left[1] != right[1]:
        code = "K201"
        names.report(
            code,
            "two things that cannot be compared",
            scope.file,
            node,
            f"{type_words(left[1])} and {type_words(right[1])}",
            help=_mismatch_fix(left[1], right[1]),
        )
        return None
    kind = left[1]
    if isinstance(kind, (EntityOf, ListOf)) or kind == _TEXT:
        names.report(
            "K207",
            f"{type_words(kind)} cannot be compared",
            scope.file,
            node,
            "here",
            help="compare one of its facts" if kind != _TEXT else "use an enumeration for what rules read",
        )
        return None
    if token.type in _DATE_WORDS and kind != _DATE:
        names.report(
            "K201",
            f"`{token.text}` compares dates",
            scope.file,
            token,
            f"these are {type_words(kind)}",
            help="write `at least`, `more than`, `at most` or `less than`",
        )
        return None
    if op not in ("is", "is_not"):
        if kind == _DATE and token.type not in _DATE_WORDS:
            names.report(
                "K201",
                "dates come before or after one another",
                scope.file,
                token,
                "compares amounts",
                help="write `before`, `after`, `on or before` or `on or after`",
            )
            return None
        ordered = (
            isinstance(kind, EnumOf)
            and (d := names.of("enumeration").get(kind.enumeration)) is not None
            and d.line.head is not None
            and d.line.head.token(2) is not None
        )
        if not ordered and kind not in (_WHOLE, _MONEY, _DATE, _DURATION):
            names.report(
                "K203",
                f"{type_words(kind)} has no order",
                scope.file,
                node,
                "asked for more or less",
                help="write `is` or `in {...}`, or declare the enumeration `ordered`",
            )
            return None
    if kind == _DURATION and not _units_agree(left[0], right[0]):
        names.report(
            "K202",
            "days and months cannot be compared",
            scope.file,
            node,
            "one side counts days, the other months",
            help="use `months` or `years` on both sides, or `days` or `weeks` on both",
        )
        return None
    ranked = kind.enumeration if isinstance(kind, EnumOf) and op not in ("is", "is_not") else None
    return Compare(op, left[0], right[0], ranked)


def _mismatch_fix(a: Type, b: Type) -> str:
    if {a, b} == {_WHOLE, _MONEY}:
        return "write the amount with its currency, as `HK$2,500,000`"
    if {a, b} == {_WHOLE, _DURATION}:
        return "write the number with its unit, as `36 months`"
    return f"compare {type_words(a)} with {type_words(a)}"


def _units_agree(a: Expr, b: Expr) -> bool:
    """Whether two durations count in the same kind of unit, as far as the text tells."""

    def kind(e: Expr) -> str | None:
        match e:
            case Const(Duration(_, unit), _):
                return "days" if unit in ("days", "weeks") else "months"
            case Extreme(args=args):
                return next((k for k in map(kind, args) if k), None)
            case _:
                return None

    left, right = kind(a), kind(b)
    return left is None or right is None or left == right


def _one_of(node: Node, scope: Scope) -> Cond | None:
    """Membership in a written set."""
    first, *options = node.nodes()
    left = value(first, scope)
    if left is None:
        return None
    got = [constant(o, left[1], scope) for o in options]
    if any(g is None for g in got):
        return None
    for o, g in zip(options, got, strict=True):
        if g and g[1] != left[1]:
            scope.names.report(
                "K201",
                "two things that cannot be compared",
                scope.file,
                o,
                f"{type_words(left[1])} and {type_words(g[1])}",
                help=_mismatch_fix(left[1], g[1]),
            )
            return None
    return OneOf(left[0], tuple(g[0] for g in got if g and isinstance(g[0], Const)))


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


def key_type(table: str, scope: Scope) -> Type | None:
    """What the key of a table is."""
    declared = scope.names.of("table")[table]
    keys = declared.line.under("key")
    if not keys or keys[0].head is None or keys[0].head.parts[3] is None:
        return KeyOf(table)
    return declared_type(keys[0].head.parts[3], scope, quiet=True)
