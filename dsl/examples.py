"""Worked people, and what is expected of them."""

from __future__ import annotations

import re

from dsl.model import Example, Expectation, Place, Verdict
from dsl.parts import parts, place
from dsl.scope import Declared, Names
from dsl.syntax import Line, Node, Token
from dsl.words import optional_label

_SIGN = re.compile("[=＝]")


def example(names: Names, name: str, d: Declared) -> Example | None:
    """A worked person and what is expected of it."""
    parts(d, names, "facts", "with_", "expect", once=("facts",))
    assert d.line.head is not None
    like = d.line.head.token(3)
    if like and not names.use("example", like.text):
        names.unknown("example", like, like.text, d.file, names.of("example"))
        return None
    changes = []
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
    expects = tuple(e for e in (_expect(x, names, d.file) for x in d.line.under("expect")) if e)
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
    )


def _expect(line: Line, names: Names, file: str) -> Expectation | None:
    assert line.head is not None
    _, category_token, verdict, _, because, _, hinges, _, readings = line.head.parts
    assert isinstance(category_token, Token)
    assert isinstance(verdict, Token)
    if not names.use("category", category_token.text):
        names.unknown("category", category_token, category_token.text, file, names.of("category"))
        return None
    if verdict.text not in list(Verdict):
        names.unknown("verdict", verdict, verdict.text, file, list(Verdict))
        return None
    paths = tuple(t.text for t in because.tokens("NAME", "NUMBER")) if isinstance(because, Node) else ()
    turns = tuple(h.text(0) for h in hinges.nodes()) if isinstance(hinges, Node) else None
    sensitive = tuple(t.text for t in readings.tokens("NAME")) if isinstance(readings, Node) else None
    for t in readings.tokens("NAME") if isinstance(readings, Node) else ():
        if not names.use("reading", t.text):
            names.unknown("reading", t, t.text, file, names.of("reading"))
    return Expectation(
        category_token.text, Verdict(verdict.text), paths, turns, sensitive, Place(file, line.start, line.head.end)
    )
