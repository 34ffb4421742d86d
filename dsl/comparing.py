"""Whether two values can be compared the way a condition compares them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from dsl.inside import directly
from dsl.kinds import DATE, DURATION, MONEY, TEXT, WHOLE, Typed, type_words
from dsl.lengths import units_agree
from dsl.model import (
    Aggregate,
    Compare,
    Const,
    Difference,
    EdgeOf,
    EntityOf,
    EnumOf,
    Expr,
    ListOf,
    Operator,
    Param,
    Path,
    Score,
    Type,
    Window,
)
from dsl.scope import Scope
from dsl.syntax import Node, Token

T = TypeVar("T", Compare, Window)

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


def _leaves(e: object, edged: bool = False) -> Iterator[tuple[Path, bool]]:
    """The facts a test reads, each with whether it is taken to the edge of its month or year."""
    match e:
        case Path():
            yield e, edged
        case EdgeOf(date):
            yield from _leaves(date, edged=True)
        case Aggregate(after=after, before=before):
            yield from _leaves(after)
            yield from _leaves(before)
        case _:
            for part in directly(e):
                yield from _leaves(part, edged)


def not_of_itself(node: Node, test: T | None, scope: Scope) -> T | None:
    """The test, unless it compares a date with the edge of its own month: that turns every month anew."""
    leaves = list(_leaves(test))
    twice = [path for path, edged in leaves if edged and sum(path == other for other, _ in leaves) > 1]
    if twice:
        scope.names.report(
            "K207",
            "a date is compared with the month or year it falls in",
            scope.file,
            node,
            f"`{twice[0]}` on both sides: the answer would turn every month or year anew",
            help="compare with another date, or with the year of one",
        )
        return None
    return test


def _beside_a_score(left: Expr, right: Expr) -> bool:
    """Whether a score is compared with anything that a case tells."""

    def sides(e: object) -> Iterator[object]:
        yield e
        for inner in (e.left, e.right) if isinstance(e, Difference) else ():
            yield from sides(inner)

    found = [*sides(left), *sides(right)]
    return any(isinstance(e, Score) for e in found) and not all(
        isinstance(e, Score | Const | Param | Difference) for e in found
    )


def compared(node: Node, left: Typed, word: Token, right: Typed, scope: Scope) -> Compare | None:
    """A comparison of two values, if these two can be compared with this word. None after a report."""
    if not same_type(node, left[1], right[1], scope):
        return None
    kind, op = left[1], _OPERATORS[word.type]
    fits = (
        _is_value(node, kind, scope)
        and _word_fits(word, kind, scope)
        and (op in ("is", "is_not") or _has_order(node, kind, scope))
    )
    if not fits:
        return None
    if kind == DURATION and not units_agree((left[0], right[0]), scope, node):
        scope.names.report(
            "K202",
            "days and months cannot be compared",
            scope.file,
            node,
            "one side counts days, the other months",
            help="use `months` or `years` on both sides, or `days` or `weeks` on both",
        )
        return None
    if _beside_a_score(left[0], right[0]):
        scope.names.report(
            "K207",
            "a score is compared with what a case tells",
            scope.file,
            node,
            "one side is a score, the other is no number or parameter",
            help="compare the score with a number, a parameter or another score",
        )
        return None
    ranked = kind.enumeration if isinstance(kind, EnumOf) and op not in ("is", "is_not") else None
    return Compare(op, left[0], right[0], ranked)


def same_type(at: Node, left: Type, right: Type, scope: Scope) -> bool:
    """Whether two types are one; reported if not."""
    if left != right:
        scope.names.report(
            "K201",
            "two things that cannot be compared",
            scope.file,
            at,
            f"{type_words(left)} and {type_words(right)}",
            help=_mismatch_fix(left, right),
        )
    return left == right


def _mismatch_fix(a: Type, b: Type) -> str:
    if {a, b} == {WHOLE, MONEY}:
        return "write the amount with its currency, as `HK$2,500,000`"
    if {a, b} == {WHOLE, DURATION}:
        return "write the number with its unit, as `36 months`"
    return f"compare {type_words(a)} with {type_words(a)}"


def _is_value(node: Node, kind: Type, scope: Scope) -> bool:
    """Whether things of a type are values; reported if not."""
    if not isinstance(kind, EntityOf | ListOf) and kind != TEXT:
        return True
    scope.names.report(
        "K207",
        f"{type_words(kind)} cannot be compared",
        scope.file,
        node,
        "here",
        help="compare one of its facts" if kind != TEXT else "use an enumeration for what rules read",
    )
    return False


def _word_fits(word: Token, kind: Type, scope: Scope) -> bool:
    """Whether dates are compared by words for dates, and nothing else is; reported if not."""
    if word.type in _DATE_WORDS and kind != DATE:
        scope.names.report(
            "K201",
            f"`{word.text}` compares dates",
            scope.file,
            word,
            f"these are {type_words(kind)}",
            help="write `at least`, `more than`, `at most` or `less than`",
        )
        return False
    if kind == DATE and word.type not in (*_DATE_WORDS, "IS", "IS_NOT"):
        scope.names.report(
            "K201",
            "dates come before or after one another",
            scope.file,
            word,
            "compares amounts",
            help="write `before`, `after`, `on or before` or `on or after`",
        )
        return False
    return True


def _has_order(node: Node, kind: Type, scope: Scope) -> bool:
    """Whether there is more and less of a type; reported if not."""
    if kind in (WHOLE, MONEY, DATE, DURATION):
        return True
    declared = scope.names.of("enumeration").get(kind.enumeration) if isinstance(kind, EnumOf) else None
    if declared is not None and declared.line.head is not None and declared.line.head.token(2) is not None:
        return True
    scope.names.report(
        "K203",
        f"{type_words(kind)} has no order",
        scope.file,
        node,
        "asked for more or less",
        help="write `is` or `in {...}`, or declare the enumeration `ordered`",
    )
    return False
