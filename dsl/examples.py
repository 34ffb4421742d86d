"""Worked people, and what is expected of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from dsl.expressions import grant_type, grant_value
from dsl.model import Asserted, Assertion, Const, Example, Expectation, Place, Verdict
from dsl.parts import parts, place
from dsl.scope import Declared, Names, Scope
from dsl.syntax import Line, Node, Token
from dsl.words import optional_label

_SIGN = re.compile("[=＝]")


def example(names: Names, name: str, d: Declared, scope: Scope) -> Example | None:
    """A worked person and what is expected of it."""
    parts(d, names, "facts", "with_", "expect", once=("facts",))
    assert d.line.head is not None
    like = d.line.head.token(3)
    if like and not names.use("example", like.text):
        names.unknown("example", like, like.text, d.file, names.of("example"))
        return None
    changes, places = [], []
    for line in d.line.under("with_"):
        assert line.head is not None
        token = line.head.parts[0]
        assert isinstance(token, Token)
        path, *rest = _SIGN.split(token.text, maxsplit=1)
        if not rest:
            names.report(
                "U707",
                "a change is `path = value`",
                d.file,
                token,
                "no `=`",
                help="write `with applicant.degrees[0].level = master`",
            )
            continue
        changes.append((path.strip(), rest[0].strip()))
        written = names.texts[d.file][token.start : token.end]
        sign = token.start + len(_SIGN.split(written, maxsplit=1)[0])
        places.append((_stripped(token.start, sign, d.file, names), _stripped(sign + 1, token.end, d.file, names)))
    facts = d.line.under("facts")
    token = facts[0].head.parts[0] if facts and facts[0].head else None
    if token is None and not like:
        names.report(
            "S009",
            f"the example `{name}` has no facts",
            d.file,
            d.line,
            "nothing below",
            help="add `facts` with the case on deeper lines, or `like` another example",
        )
        return None
    expects = tuple(e for e in (_expect(x, names, d.file, scope) for x in d.line.under("expect")) if e)
    if not d.line.under("expect"):
        names.report(
            "S009",
            f"the example `{name}` expects nothing",
            d.file,
            d.line,
            "no `expect`",
            help="add `expect CATEGORY qualifies because [clause]`",
        )
    facts_place = Place(d.file, token.start, token.end) if isinstance(token, Token) else None
    text = token.text if isinstance(token, Token) else ""
    return Example(
        name,
        optional_label(d.line, names, d.file),
        text,
        like.text if like else None,
        tuple(changes),
        expects,
        place(d),
        facts_place,
        tuple(places),
    )


def _stripped(start: int, end: int, file: str, names: Names) -> Place:
    """What is written between two places, without the blanks about it."""
    text = names.texts[file][start:end]
    begin = start + len(text) - len(text.lstrip())
    return Place(file, begin, begin + len(text.strip()))


def _expect(line: Line, names: Names, file: str, scope: Scope) -> Expectation | None:
    assert line.head is not None
    asserts = tuple(_assertions(line, names, file, scope))
    _, category_token, verdict, _, because, _, hinges, _, readings = line.head.parts
    assert isinstance(category_token, Token)
    assert isinstance(verdict, Token)
    if not names.use("category", category_token.text):
        names.unknown("category", category_token, category_token.text, file, names.of("category"))
        return None
    if verdict.text not in list(Verdict):
        names.unknown("verdict", verdict, verdict.text, file, list(Verdict), "write one of these")
        return None
    paths = tuple(t.text for t in because.tokens("NAME", "NUMBER")) if isinstance(because, Node) else ()
    turns = tuple(h.text(0) for h in hinges.nodes()) if isinstance(hinges, Node) else None
    sensitive = tuple(t.text for t in readings.tokens("NAME")) if isinstance(readings, Node) else None
    for t in readings.tokens("NAME") if isinstance(readings, Node) else ():
        if not names.use("reading", t.text):
            names.unknown("reading", t, t.text, file, names.of("reading"))
    place = Place(file, line.start, line.head.end)
    return Expectation(category_token.text, Verdict(verdict.text), paths, turns, sensitive, asserts, place)


_ASSERTED: dict[str, tuple[Asserted, tuple[str, ...]]] = {
    "asks": ("asks for", ("paper",)),
    "routes": ("routes to", ("scheme", "category")),
    "rests": ("rests on", ("judgement",)),
    "sensitive_to": ("sensitive to", ("reading",)),
}
"""What the lines under an expectation speak of, and the declarations that their names name."""

NOTHING = "nothing"


def _assertions(line: Line, names: Names, file: str, scope: Scope) -> Iterator[Assertion]:
    """The lines under an expectation; lines that speak of one thing make one set."""
    found: dict[tuple[Asserted, str | None], Assertion] = {}
    for below in line.lines:
        if below.head is None:
            continue
        made = _assertion(below, below.head, names, file, scope)
        if made is None:
            continue
        key = (made.what, made.kind)
        if key in found and not (found[key].values and made.values and made.what in ("asks for", "routes to")):
            names.report(
                "S008", "a part that may stand once stands twice", file, below, "again here", help="keep one of them"
            )
            continue
        before = found[key].values if key in found else ()
        found[key] = replace(made, values=(*before, *made.values), place=found.get(key, made).place)
    yield from found.values()


def _assertion(line: Line, head: Node, names: Names, file: str, scope: Scope) -> Assertion | None:
    """One line under an expectation."""
    at = Place(file, line.start, head.end)
    match line.kind:
        case "grants":
            return _granted(head, scope, at)
        case "grants_nothing" if head.text(1) == NOTHING:
            return Assertion("grants", (), None, at)
        case "asks" | "routes" if isinstance(head.parts[3], Node):
            names.report(
                "K207",
                "an example says what comes out, not when",
                file,
                head.parts[3],
                "a condition",
                help="delete `when` and the condition",
            )
            return None
        case "asks" | "rests" | "sensitive_to":
            tokens = head.nodes()[0].tokens("NAME")
        case "routes":
            tokens = head.tokens("NAME")
        case _:
            names.report(
                "S008",
                "this line has no place under `expect`",
                file,
                line,
                "no part of what is expected",
                notes=("parts are: grants, asks for, routes to, rests on, sensitive to",),
                help="delete it, or write one of these parts",
            )
            return None
    what, kinds = _ASSERTED[line.kind]
    if [t.text for t in tokens] == [NOTHING]:
        return Assertion(what, (), None, at)
    for token in tokens:
        # A judgement on a thing is named by where it is made: `applicant.degrees[0].degree_standard`.
        name = token.text.split(".")[-1] if what == "rests on" else token.text
        if not any(names.use(kind, name) for kind in kinds):
            options = [option for kind in kinds for option in names.of(kind)]
            names.unknown(" or ".join(kinds), token, token.text, file, [*options, NOTHING])
            return None
    return Assertion(what, tuple(t.text for t in tokens), None, at)


def _granted(head: Node, scope: Scope, at: Place) -> Assertion | None:
    """The values that a kind of grant can take."""
    kind = grant_type(head, scope)
    if kind is None:
        return None
    values = []
    for node in head.nodes():
        got = grant_value(node, kind, scope)
        if got is None:
            return None
        if not isinstance(got, Const):
            scope.names.report(
                "K207",
                "an example says the value itself",
                scope.file,
                node,
                "worked out by the rules",
                help="write the value that comes out, as `24 months`; several with `or` between them",
            )
            return None
        values.append(got.value)
    return Assertion("grants", tuple(values), head.text(1), at)
