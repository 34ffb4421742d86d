"""Promises about verdicts: which never or always go together, of what more never hurts, what order never matters."""

from __future__ import annotations

from msgspec.structs import replace

from dsl.kinds import DATE, DURATION, MONEY, WHOLE, type_words
from dsl.model import AnyOrder, ListOf, NeverHurts, Promise, Property, Type
from dsl.parts import parts, place
from dsl.references import element
from dsl.scope import Declared, Names, Scope
from dsl.syntax import Token


def promise(names: Names, name: str, d: Declared, scope: Scope) -> Promise | None:
    """A promise about verdicts; None after a report."""
    parts(d, names)
    head = d.line.head
    assert head is not None
    scope = replace(scope, names=replace(names, used=set()))  # a promise is no rule: it reads nothing
    match d.line.kind:
        case "never_hurts":
            return _never_hurts(name, d, scope)
        case "any_order":
            found = element(head.leaf(4), scope)
            return None if found is None else AnyOrder(name, found[0], place(d))
        case kind:
            left, right = head.leaf(4), head.leaf(6)
            if not (_is_category(left, d, names) and _is_category(right, d, names)):
                return None
            return Property(name, "never" if kind == "never" else "always", left.text, right.text)


def _is_category(token: Token, d: Declared, names: Names) -> bool:
    if not names.use("category", token.text):
        names.unknown("category", token, token.text, d.file, names.of("category"))
        return False
    return True


def _never_hurts(name: str, d: Declared, scope: Scope) -> NeverHurts | None:
    assert d.line.head is not None
    token, category = d.line.head.leaf(4), d.line.head.leaf(6)
    found = scope.path(token)
    if found is None or not _has_more(token, found[1], scope) or not _is_category(category, d, scope.names):
        return None
    return NeverHurts(name, found[0], found[1], category.text, place(d))


def _has_more(token: Token, kind: Type, scope: Scope) -> bool:
    """Whether there can be more of a fact; reported if not."""
    if kind in (WHOLE, MONEY, DURATION) or isinstance(kind, ListOf):
        return True
    scope.names.report(
        "K203",
        f"there is no more or less of `{token.text}`",
        scope.file,
        token,
        "a date is earlier or later" if kind == DATE else f"it is {type_words(kind)}",
        help="name a number, an amount, a duration or a list",
    )
    return False
