"""Values written out: dates, numbers, lengths of time, and words that stand for a member, a country or a key."""

from __future__ import annotations

import datetime as dt

from dsl.calendar import Duration
from dsl.countries import countries
from dsl.kinds import DATE, DURATION, MONEY, UNITS, WHOLE, Typed
from dsl.model import Const, EnumOf, KeyOf, Scalar, Type
from dsl.scope import Scope
from dsl.syntax import Node, Token

LIMIT = 10**15
"""Greatest whole number or amount the language counts."""


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
    count = number(node.leaf(0), scope)
    unit = UNITS[node.leaf(1).type]
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
            value = number(node.leaf(0), scope)
            return None if value is None else (Const(value, WHOLE), WHOLE)
        case "money":
            value = number(node.leaf(0), scope)
            return None if value is None else (Const(value, MONEY), MONEY)
        case "date":
            day = date(node.leaf(0), scope)
            return None if day is None else (Const(day, DATE), DATE)
        case "duration":
            length = duration(node, scope)
            return None if length is None else (Const(length, DURATION), DURATION)
        case _:
            pass
    return word(node.leaf(0), expected, scope)


def word(token: Token, expected: Type | None, scope: Scope) -> Typed | None:
    """A bare word as a value of the expected type."""
    names, text = scope.names, token.text
    match expected:
        case EnumOf(name):
            members = _members(name, scope)
            if text not in members:
                fix = f"write one of these, or add `{text}` to `{name}`"
                names.unknown(f"{name}", token, text, scope.file, members, fix)
                return None
            return Const(text, expected), expected
        case Scalar("country"):
            if text not in countries():
                meant = [text.upper()] if text.upper() in countries() else ()
                fix = "write the two-letter code of ISO 3166, such as `JP`"
                names.unknown("country code", token, text, scope.file, meant, fix)
                return None
            return Const(text, expected), expected
        case KeyOf(_):
            return Const(text, expected), expected
        case Scalar("truth"):
            if text in ("true", "false"):
                return Const(text == "true", expected), expected
        case _:
            pass
    known = [*scope.bound, *names.of("parameter"), *names.of("value")]
    names.unknown("name", token, text, scope.file, known)
    return None


def _members(enumeration: str, scope: Scope) -> list[str]:
    """Member ids of an enumeration, in order."""
    declared = scope.names.of("enumeration").get(enumeration)
    return [m.head.text(0) for m in declared.line.under("member") if m.head] if declared else []
