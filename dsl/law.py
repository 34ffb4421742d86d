"""What the law is read from and how: sources, judgements, readings, conflicts; schemes, papers and notices."""

from __future__ import annotations

import re
from typing import Literal, get_args

from msgspec.structs import replace

from dsl.kinds import TRUTH, type_words
from dsl.literals import date
from dsl.model import (
    Accepted,
    Citation,
    Conflict,
    Document,
    Judgement,
    NoRule,
    NoRuleReason,
    Notice,
    Path,
    Place,
    Reading,
    Scheme,
    Source,
)
from dsl.parts import cited, parts, place
from dsl.scope import Declared, Names, Scope
from dsl.suggest import nearest
from dsl.syntax import Line, Node, Token
from dsl.words import check_phrase, citations, label, optional_label

Resolution = Literal["superseded", "outranked", "unreliable", "scope", "omission", "open"]


def source(names: Names, name: str, d: Declared) -> Source | None:
    """A document of the law."""
    found = ("rank", "edition", "document", "address", "sha256")
    parts(d, names, *found, once=found)
    scope = Scope(names, d.file, {}, {})
    words = label(d.line, names, d.file, f"the source `{name}`")
    ranks = d.line.under("rank")
    rank = int(ranks[0].head.text(1)[:3]) if ranks and ranks[0].head else 0
    if not 1 <= rank <= 7:
        names.report(
            "S009" if not ranks else "K208",
            f"the source `{name}` has no rank",
            d.file,
            ranks[0] if ranks else d.line,
            "1 (statute) to 7 (unknown author)",
            help="write `rank 2` on a line below",
        )
        return None
    editions = d.line.under("edition")
    edition = date(editions[0].head.leaf(1), scope) if editions and editions[0].head else None
    document, address = _string(d.line, "document"), _string(d.line, "address")
    return Source(name, words, rank, edition, document, address, place(d), _sha256(d, names))


def _sha256(d: Declared, names: Names) -> str | None:
    """The hash of a stored document; reported if it is none, or of no document."""
    digits = _string(d.line, "sha256")
    if digits is None:
        return None
    line = d.line.under("sha256")[0]
    assert line.head is not None
    at = line.head.parts[1]
    assert isinstance(at, Token)
    if not d.line.under("document"):
        names.report(
            "K207",
            "a hash without a document",
            d.file,
            line,
            "of which file?",
            help='add `document "..."` with the name of the stored file',
        )
        return None
    if not _DIGITS.fullmatch(digits):
        names.report(
            "S004",
            "this number cannot be read",
            d.file,
            at,
            "not 64 digits in 0-9 and a-f",
            help="write what `sha256sum` prints before the name of the file",
        )
        return None
    return digits


_DIGITS = re.compile("[0-9a-f]{64}")


def _string(line: Line, kind: str) -> str | None:
    found = line.under(kind)
    return found[0].head.text(1) if found and found[0].head else None


def judgement(names: Names, name: str, d: Declared) -> Judgement | None:
    """A judgement an officer makes."""
    parts(d, names)
    assert d.line.head is not None
    _, _, ref, mode, _, on, unless, _ = d.line.head.parts
    assert isinstance(mode, Token)
    words = label(d.line, names, d.file, f"the judgement `{name}`")
    cites = cited(d.line, names, d.file, f"the judgement `{name}`")
    if mode.text not in ("presumed", "open"):
        names.unknown("way of judging", mode, mode.text, d.file, ["presumed", "open"], "write one of these")
        return None
    entity = on.text if isinstance(on, Token) else None
    if isinstance(on, Token) and not names.use("entity", on.text):
        names.unknown("entity", on, on.text, d.file, names.of("entity"))
        return None
    if isinstance(unless, Token) and (mode.text == "open" or entity is not None):
        names.report(
            "K207",
            f"nothing can end the presumption of `{name}`",
            d.file,
            unless,
            "it is `open`: nothing is presumed" if mode.text == "open" else f"it is made of each {entity}",
            help="write `presumed`, or leave out what stands from `unless` on"
            if mode.text == "open"
            else "leave out what stands from `unless` on, and name the fact where the judgement is asked for",
        )
    how: Literal["presumed", "open"] = "presumed" if mode.text == "presumed" else "open"
    return Judgement(name, words, how, ref.text if isinstance(ref, Token) else None, entity, cites, place=place(d))


def with_endings(names: Names, judgement: Judgement, scope: Scope) -> Judgement:
    """A judgement with the facts that end its presumption, which are declared after it."""
    d = names.of("judgement")[judgement.id]
    assert d.line.head is not None
    ends = d.line.head.parts[-1]
    if not isinstance(ends, Node):
        return judgement
    found = [_ending(t, names, scope) for t in ends.tokens("NAME")]
    return replace(judgement, unless=tuple(p for p in found if p))


def _ending(token: Token, names: Names, scope: Scope) -> Path | None:
    """A truth that ends a presumption."""
    it = scope.path(token)
    if it is None:
        return None
    path, kind, fact = it
    if fact is not None and fact.judgement is not None:
        names.report(
            "K207",
            f"`{token.text}` is a judgement, not a fact",
            scope.file,
            token,
            "decided by an officer",
            help="name a fact that the applicant can tell",
        )
        return None
    if kind != TRUTH:
        names.report(
            "K205",
            f"`{token.text}` is not true or false",
            scope.file,
            token,
            f"it is {type_words(kind)}",
            help="name a fact that is `: truth`",
        )
        return None
    return path


def reading(names: Names, name: str, d: Declared) -> Reading | None:
    """An ambiguity and its values."""
    parts(d, names, "member")
    assert d.line.head is not None
    ref = d.line.head.token(2)
    cites = citations(d.line, names, d.file)
    values, default, places = {}, [], []
    for line in d.line.under("member"):
        assert line.head is not None
        places.append(Place(d.file, line.head.start, line.head.end))
        values[line.head.text(0)] = label(line, names, d.file, f"`{line.head.text(0)}`")
        if line.head.token(1):
            default.append(line.head.text(0))
        cites += citations(line, names, d.file)
    if len(values) < 2 or len(default) != 1:
        names.report(
            "S009",
            f"the reading `{name}` needs two values or more, one of them the default",
            d.file,
            d.line,
            f"{len(values)} values, {len(default)} default",
            help="mark one value with `default`",
        )
        return None
    words = label(d.line, names, d.file, f"the reading `{name}`")
    return Reading(name, words, tuple(values.items()), default[0], ref.text if ref else None, cites, tuple(places))


def conflict(names: Names, name: str, d: Declared) -> Conflict | None:
    """Sources that disagree."""
    parts(d, names, "says", "resolved", once=("resolved",))
    words = label(d.line, names, d.file, f"the conflict {name}")
    says = tuple(s for s in (_statement(line, names, d.file) for line in d.line.under("says")) if s)
    resolved = d.line.under("resolved")
    if len(d.line.under("says")) < 2 or not resolved:
        names.report(
            "S009",
            f"the conflict {name} needs two statements and a resolution",
            d.file,
            d.line,
            f"{len(says)} statements",
            help="write `says SOURCE ...` for each side and `resolved ...`",
        )
        return None
    head = resolved[0].head
    assert head is not None
    kind, by = head.parts[1], head.token(3)
    assert isinstance(kind, Token)
    if kind.text not in _RESOLUTIONS:
        names.unknown("resolution", kind, kind.text, d.file, _RESOLUTIONS, "write one of these")
        return None
    if by and not names.use("reading", by.text):
        names.unknown("reading", by, by.text, d.file, names.of("reading"))
    if kind.text == "open" and not by:
        names.report(
            "S009",
            f"the open conflict {name} names no reading",
            d.file,
            resolved[0],
            "an open conflict is a reading",
            help="write `resolved open by reading NAME`",
        )
    reason = label(resolved[0], names, d.file, "the resolution")
    return Conflict(name, words, says, _RESOLUTIONS[kind.text], reason, by.text if by else None)


def _statement(line: Line, names: Names, file: str) -> Citation | None:
    """What one source says, as a citation."""
    assert line.head is not None
    token, phrase = line.head.parts[1], line.head.token(4)
    assert isinstance(token, Token)
    if not names.use("source", token.text):
        names.unknown("source", token, token.text, file, names.of("source"))
        return None
    check_phrase(phrase, names, file)
    return Citation(token.text, line.head.text(2), phrase.text if phrase else None)


_RESOLUTIONS: dict[str, Resolution] = {word: word for word in get_args(Resolution)}


def document(names: Names, name: str, d: Declared) -> Document:
    """A paper to file."""
    parts(d, names)
    return Document(
        name, label(d.line, names, d.file, f"the paper `{name}`"), cited(d.line, names, d.file, f"the paper `{name}`")
    )


def scheme(names: Names, name: str, d: Declared) -> Scheme:
    """A scheme."""
    parts(d, names)
    return Scheme(name, label(d.line, names, d.file, f"the scheme `{name}`"))


def notice(names: Names, name: str, d: Declared) -> Notice:
    """A sentence under every answer."""
    parts(d, names)
    ref = d.line.head.token(2) if d.line.head else None
    return Notice(
        name,
        label(d.line, names, d.file, f"the notice `{name}`"),
        ref.text if ref else None,
        cited(d.line, names, d.file, f"the notice `{name}`"),
    )


def accepted(names: Names, name: str, d: Declared) -> Accepted:
    """A finding of `audit` that may stand."""
    parts(d, names)
    code, _, subject = name.partition(" ")
    reason = label(d.line, names, d.file, f"`accepted {code}`")
    return Accepted(code, subject, reason, Place(d.file, d.name.start, d.name.end))


_REASONS: dict[str, NoRuleReason] = {word: word for word in get_args(NoRuleReason)}


def no_rule(names: Names, name: str, d: Declared) -> NoRule | None:
    """An entry of the fact sheet that is no rule."""
    parts(d, names)
    assert d.line.head is not None
    reason = d.line.head.parts[3]
    assert isinstance(reason, Token)
    note = optional_label(d.line, names, d.file)
    if reason.text not in _REASONS:
        near = nearest(reason.text, _REASONS)
        names.report(
            "N102",
            f"unknown reason `{reason.text}`",
            d.file,
            reason,
            "not one of the reasons",
            help=f"write `{near}`" if near else f"write one of: {', '.join(_REASONS)}",
        )
        return None
    return NoRule(name, _REASONS[reason.text], note, Place(d.file, d.name.start, d.name.end))
