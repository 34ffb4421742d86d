"""What a book speaks of: enumerations, entities with their facts and invariants, givens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec.structs import replace

from dsl.clauses import condition
from dsl.kinds import DATE, TRUTH, declared_type, type_words
from dsl.model import (
    Change,
    Clause,
    Entity,
    EntityOf,
    Enumeration,
    Fact,
    Judgement,
    ListOf,
    Place,
    Type,
)
from dsl.parts import parts
from dsl.scope import Declared, Names, Scope
from dsl.syntax import Line, Node, Token
from dsl.words import label, optional_label


def enumeration(names: Names, name: str, d: Declared) -> Enumeration | None:
    """Named values."""
    parts(d, names, "member")
    members = {}
    for line in d.line.under("member"):
        assert line.head is not None
        token = line.head.parts[0]
        assert isinstance(token, Token)
        if token.text in members:
            names.report(
                "N103", f"`{token.text}` is declared twice", d.file, token, "again here", help="keep one of them"
            )
        members[token.text] = label(line, names, d.file, f"`{token.text}`")
    if not members:
        names.report(
            "L305",
            f"the enumeration `{name}` has no members",
            d.file,
            d.line,
            "nothing below",
            help="write its members on deeper lines",
        )
        return None
    assert d.line.head is not None
    return Enumeration(
        name, label(d.line, names, d.file, f"`{name}`"), tuple(members.items()), d.line.head.token(2) is not None
    )


def _fact(
    line: Line, token: Token, kind: Type | None, change: Node | Token | None, names: Names, file: str
) -> Fact | None:
    """A fact from its line."""
    words = label(line, names, file, f"the fact `{token.text}`")
    if kind is None:
        return None
    if "." in token.text:
        names.report(
            "N102",
            f"`{token.text}` is a path, not a name",
            file,
            token,
            "declared here",
            help=f"write `{token.text.split('.')[-1]}`",
        )
        return None
    if change is None:
        return Fact(token.text, kind, words)
    assert isinstance(change, Node)
    how = _change(change)
    if why := _unfit(kind, how):
        names.report("K207", *why[:1], file, change, why[1], help=why[2])
        return None
    return Fact(token.text, kind, words, change=how)


_CHANGES: dict[str, Literal["fixed", "time", "person", "evidence", "grows"]] = {
    "fixed": "fixed",
    "timed": "time",
    "changeable": "person",
    "settled": "evidence",
    "growing": "grows",
}


def _change(node: Node) -> Change:
    """How a fact changes, as its line says."""
    little, much = node.tokens("WITH_LITTLE_EFFORT"), node.tokens("WITH_MUCH_EFFORT")
    return Change(_CHANGES[node.kind], 1 if little else 3 if much else 2)


def _unfit(kind: Type, how: Change) -> tuple[str, str, str] | None:
    """What is wrong with a way of changing said of a type: message, label, help."""
    match kind:
        case EntityOf(name):
            return (
                "only facts change, not the thing they are told of",
                f"`{name}` has facts of its own",
                f"say it of each fact of the entity `{name}`",
            )
        case ListOf():
            fits = how.kind in ("fixed", "grows")
            help = "write `may grow` or `cannot change`"
        case _:
            fits = how.kind != "grows"
            help = "write `can change`"
    return None if fits else (f"{type_words(kind)} does not change like this", "said of it here", help)


def entity(names: Names, name: str, d: Declared, judgements: Mapping[str, Judgement]) -> Entity | None:
    """A kind of thing, without its invariants (they need every entity)."""
    parts(d, names, "fact", "spell", "invariant", once=("spell",))
    scope = Scope(names, d.file, {}, {})
    facts: dict[str, Fact] = {}
    for line in d.line.under("fact"):
        assert line.head is not None
        token = line.head.parts[0]
        assert isinstance(token, Token)
        fact = _fact(line, token, declared_type(line.head.parts[2], scope), line.head.parts[3], names, d.file)
        if token.text in facts:
            names.report(
                "N103", f"`{token.text}` is declared twice", d.file, token, "again here", help="keep one of them"
            )
        elif fact:
            facts[token.text] = fact
    for j in judgements.values():
        if j.entity == name:
            facts[j.id] = Fact(j.id, TRUTH, j.label, judgement=j.id)
    spell = None
    for line in d.line.under("spell"):
        assert line.head is not None
        ends = line.head.tokens("NAME")
        for token in ends:
            if token.text not in facts:
                names.unknown("fact", token, token.text, d.file, facts)
            elif facts[token.text].type != DATE:
                names.report(
                    "K201",
                    "a spell begins and ends on dates",
                    d.file,
                    token,
                    f"this is {type_words(facts[token.text].type)}",
                    help="name two date facts",
                )
        spell = (ends[0].text, ends[1].text)
    return Entity(name, label(d.line, names, d.file, f"`{name}`"), tuple(facts.values()), spell)


def entity_invariants(names: Names, e: Entity, scope: Scope) -> tuple[Clause, ...]:
    """The invariants of an entity, on `it`."""
    d = names.of("entity")[e.id]
    return invariants(d.line.under("invariant"), Scope(names, d.file, {}, scope.entities, {"it": e.id}))


def invariants(lines: tuple[Line, ...], scope: Scope) -> tuple[Clause, ...]:
    """Invariants: conditions on one line, not cited (they state what words mean, not what the law asks)."""
    out = []
    for line in lines:
        assert line.head is not None
        node = line.head.parts[1]
        assert isinstance(node, Node)
        cond = condition(node, scope, [x for x in line.lines if x.head])
        if cond is not None:
            out.append(
                Clause(
                    None,
                    cond,
                    (),
                    optional_label(line, scope.names, scope.file),
                    Place(scope.file, line.start, line.head.end),
                )
            )
    return tuple(out)


def given(names: Names, d: Declared) -> Fact | None:
    """A given: an event date or a thing."""
    parts(d, names)
    assert d.line.head is not None
    kind = declared_type(d.line.head.parts[3], Scope(names, d.file, {}, {}))
    token = d.line.head.parts[1]
    assert isinstance(token, Token)
    fact = _fact(d.line, token, kind, d.line.head.parts[6], names, d.file)
    default = d.line.head.token(5)
    if default and (default.text != "today" or kind != DATE):
        names.report(
            "K207",
            f"a given cannot default to `{default.text}`",
            d.file,
            default,
            "only a date can, to `today`",
            help="write `default today`, or nothing",
        )
        return None
    return replace(fact, default="today" if default else None) if fact else None


def check_shapes(names: Names, entities: Mapping[str, Entity], givens: Mapping[str, Fact]) -> None:
    """Lists stand on givens and on things inside givens; no entity holds itself."""
    facts = [f for e in entities.values() for f in e.facts] + list(givens.values())
    listed = {f.type.entity for f in facts if isinstance(f.type, ListOf)}
    for name in sorted(listed & set(entities)):
        for holder in (name, *_inside(name, entities)):
            _no_lists(names, entities[holder], name)
    for name in entities:
        if name in _inside(name, entities):
            d = names.of("entity")[name]
            names.report(
                "K207",
                f"a {name} would contain itself",
                d.file,
                d.line,
                "through its facts",
                help="use a list on a given instead",
            )
            return


def _inside(name: str, entities: Mapping[str, Entity]) -> list[str]:
    """The entities of the things inside one of an entity, at any depth; itself only if it contains itself."""
    seen: list[str] = []
    todo = [name]
    while todo:
        for fact in entities[todo.pop()].facts:
            if isinstance(fact.type, EntityOf) and fact.type.entity in entities and fact.type.entity not in seen:
                seen.append(fact.type.entity)
                todo.append(fact.type.entity)
    return seen


def _no_lists(names: Names, holder: Entity, element: str) -> None:
    """Report lists of a thing that stands, or is part of what stands, in a list."""
    d = names.of("entity")[holder.id]
    lists = {f.id for f in holder.facts if isinstance(f.type, ListOf)}
    for line in d.line.under("fact"):
        if line.head and line.head.text(0) in lists:
            names.report(
                "K207",
                "a list inside a list",
                d.file,
                line,
                f"`{element}` itself stands in a list",
                help="put the list on a given, with a fact that says which element it belongs to",
            )
