"""Types as a book writes them: what a declaration names, how a message says it, and which units a length counts in."""

from __future__ import annotations

from dsl.calendar import Unit
from dsl.model import EntityOf, EnumOf, Expr, KeyOf, ListOf, Scalar, Type
from dsl.scope import Scope
from dsl.syntax import Node, Token

WHOLE, MONEY, DATE = Scalar("whole"), Scalar("money"), Scalar("date")
DURATION, TRUTH, COUNTRY, TEXT = Scalar("duration"), Scalar("truth"), Scalar("country"), Scalar("text")
Typed = tuple[Expr, Type]
"""A value and its type."""

UNITS: dict[str, Unit] = {"DAYS": "days", "WEEKS": "weeks", "MONTHS": "months", "YEARS": "years"}
"""Units of time by their terminals."""

_SCALARS: dict[str, Scalar] = {t.kind: t for t in (TRUTH, WHOLE, MONEY, DATE, DURATION, COUNTRY, TEXT)}


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


def declared_type(node: Node | Token | None, scope: Scope, *, quiet: bool = False) -> Type | None:
    """The type a declaration names; None if it names none, which is reported unless `quiet`."""
    assert isinstance(node, Node)
    if node.kind == "months_type":
        return DURATION
    token = node.tokens("NAME")[0]
    found = _named_type(node.kind, token.text, scope)
    if found is None and not quiet:
        kind, candidates = _candidates(node.kind, scope)
        fix = _no_type(token) if kind == "type" else None
        scope.names.unknown(kind, token, token.text, scope.file, candidates, fix)
    return found


def _no_type(token: Token) -> str:
    return f"write one of these, or declare an enumeration or an entity `{token.text}`"


def _named_type(kind: str, text: str, scope: Scope) -> Type | None:
    names = scope.names
    if kind == "key_type":
        return KeyOf(text) if names.use("table", text) else None
    if kind == "list_type":
        return ListOf(text) if names.use("entity", text) else None
    if text in _SCALARS:
        return _SCALARS[text]
    if names.use("enumeration", text):
        return EnumOf(text)
    return EntityOf(text) if names.use("entity", text) else None


def parameter_of(token: Token, scope: Scope) -> Type | None:
    """The type of a parameter of a named value: an entity, or anything that can be compared. None after a report."""
    found = _named_type("", token.text, scope)
    if found is None:
        scope.names.unknown("type", token, token.text, scope.file, _candidates("", scope)[1], _no_type(token))
    elif found in (TRUTH, TEXT):
        scope.names.report(
            "K207",
            f"{type_words(found)} cannot be given to a value",
            scope.file,
            token,
            "as a parameter",
            help="give it the thing whose fact this is",
        )
        return None
    return found


def _candidates(kind: str, scope: Scope) -> tuple[str, list[str]]:
    names = scope.names
    if kind == "key_type":
        return "table", list(names.of("table"))
    if kind == "list_type":
        return "entity", list(names.of("entity"))
    words = ["months" if word == "duration" else word for word in _SCALARS]
    return "type", [*words, *names.of("enumeration"), *names.of("entity")]


def parameter_type(name: str, scope: Scope) -> Type | None:
    """The declared type of a parameter."""
    head = scope.names.of("parameter")[name].line.head
    assert head is not None
    return declared_type(head.parts[3], scope, quiet=True)


def key_type(table: str, scope: Scope) -> Type | None:
    """What the key of a table is."""
    declared = scope.names.of("table")[table]
    keys = declared.line.under("key")
    if not keys or keys[0].head is None or keys[0].head.parts[3] is None:
        return KeyOf(table)
    return declared_type(keys[0].head.parts[3], scope, quiet=True)
