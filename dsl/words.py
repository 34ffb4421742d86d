"""Attributes of a line: labels in both languages, sentences with holes, citations."""

from __future__ import annotations

import re

from dsl.model import Citation, Label
from dsl.scope import Names
from dsl.syntax import Line, Node, Token

HOLE = re.compile(r"\{([A-Za-z0-9_.]*)\}")
PHRASE_LIMIT = 24


def _string(node: Node, i: int = 1) -> Token:
    token = node.parts[i]
    assert isinstance(token, Token)
    return token


def words(line: Line, names: Names, file: str) -> tuple[Token | None, Token | None]:
    """The English and Chinese words of a line; one said twice is reported."""
    found: dict[str, Token] = {}
    for attr in line.attributes():
        if attr.kind not in ("en", "zh"):
            continue
        if attr.kind in found:
            names.report("S008", f"`{attr.kind}` stands twice", file, attr, "again here", help="keep one of them")
        elif not _string(attr).text.strip():
            names.report(
                "A401", "empty words", file, attr, "nothing to show a reader", help=f'write `{attr.kind} "..."`'
            )
        found.setdefault(attr.kind, _string(attr))
    return found.get("en"), found.get("zh")


def label(line: Line, names: Names, file: str, what: str) -> Label:
    """The label of a declaration; a missing language is reported."""
    en, zh = words(line, names, file)
    for lang, got, name in (("en", en, "English"), ("zh", zh, "Chinese")):
        if got is None:
            names.report(
                "A401",
                f"no {name} words for {what}",
                file,
                line,
                "shown to readers in both languages",
                help=f'add `{lang} "..."`',
            )
    return Label(en.text if en else "?", zh.text if zh else "？")


def optional_label(line: Line, names: Names, file: str) -> Label | None:
    """A label that may be left out, but not in one language alone."""
    en, zh = words(line, names, file)
    return label(line, names, file, "this line") if en or zh else None


def sentence(line: Line, names: Names, file: str) -> Label | None:
    """The sentence of a clause, if the author wrote one; both languages show the same values."""
    en, zh = words(line, names, file)
    if en is None and zh is None:
        return None
    if en is None or zh is None:
        return label(line, names, file, "this condition")
    if set(HOLE.findall(en.text)) != set(HOLE.findall(zh.text)):
        odd = sorted(set(HOLE.findall(en.text)) ^ set(HOLE.findall(zh.text)))
        names.report(
            "A406",
            "the two languages show different values",
            file,
            zh,
            f"only one of them has {', '.join('{' + o + '}' for o in odd)}",
            help="use the same holes in `en` and `zh`",
        )
    return Label(en.text, zh.text)


def citations(line: Line, names: Names, file: str) -> tuple[Citation, ...]:
    """The citations of a line. `weak` on the line marks each of them."""
    attrs = list(line.attributes())
    weak = next((_string(a).text for a in attrs if a.kind == "weak"), None)
    out = []
    for attr in attrs:
        if attr.kind != "cites":
            continue
        source, pinpoint, phrase = _string(attr), _string(attr, 2), attr.token(4)
        if not names.use("source", source.text):
            names.unknown("source", source, source.text, file, names.of("source"))
            continue
        check_phrase(phrase, names, file)
        refs = next((n for n in attr.nodes() if n.kind == "refs"), None)
        facts = tuple(t.text for t in refs.tokens("REF")) if refs else ()
        out.append(Citation(source.text, pinpoint.text, phrase.text if phrase else None, facts, weak))
    return tuple(out)


def check_phrase(phrase: Token | None, names: Names, file: str) -> None:
    """Report a key phrase that is a quotation."""
    if phrase and len(phrase.text) > PHRASE_LIMIT:
        names.report(
            "A403",
            f"a key phrase longer than {PHRASE_LIMIT} characters",
            file,
            phrase,
            f"{len(phrase.text)} characters",
            help=f"keep at most {PHRASE_LIMIT}, enough to find the place",
        )
