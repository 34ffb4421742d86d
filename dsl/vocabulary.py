"""What a book speaks of: enumerations, entities with their facts and invariants, givens, values with a name, scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from msgspec.structs import replace

from dsl.clauses import clause, condition, labelled_lines
from dsl.expressions import each_of, empty_group, value_alone
from dsl.kinds import DATE, TEXT, TRUTH, WHOLE, Typed, declared_type, parameter_of, type_words
from dsl.literals import number
from dsl.model import (
    Always,
    Change,
    Clause,
    Entity,
    EntityOf,
    Enumeration,
    Expr,
    Fact,
    Judgement,
    KeyOf,
    ListOf,
    Place,
    Points,
    Score,
    Type,
)
from dsl.parts import cited, parts
from dsl.references import bound_again
from dsl.scope import Declared, Meaning, Names, Scope
from dsl.syntax import Line, Node, Token
from dsl.words import citations, label, optional_label, sentence


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


# -------------------------------------------------------------------------------------------------------- named values


def named_values(names: Names, scope: Scope) -> None:
    """What the values with a name mean, those first that others are made of; kept in `names`."""
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            _circle(names, trail[trail.index(name) :])
        elif name not in done:
            d = names.of("value")[name]
            for other in _named_in(d.line.lines, names):
                visit(other, (*trail, name))
            if name not in done:
                made = _meaning(names, name, d, Scope(names, d.file, scope.givens, scope.entities))
                if made is not None:
                    names.meanings[name] = made
            done.add(name)

    for name in names.of("value"):
        visit(name, ())


def _named_in(lines: Iterable[Line], names: Names) -> Iterator[str]:
    """The named values that lines use."""
    for line in lines:
        todo: list[Node | Token | None] = [line.head]
        while todo:
            part = todo.pop()
            if isinstance(part, Node):
                todo += part.parts
            elif part is not None and part.type == "NAME" and part.text in names.of("value"):
                yield part.text
        yield from _named_in(line.lines, names)


def _circle(names: Names, ring: tuple[str, ...]) -> None:
    """Report values each of which is defined by the next."""
    d = names.of("value")[ring[0]]
    names.report(
        "L301",
        "values are defined by one another in a circle",
        d.file,
        d.name,
        " uses ".join(f"`{one}`" for one in (*ring, ring[0])),
        help=f"define `{ring[-1]}` without `{ring[0]}`",
    )


def _meaning(names: Names, name: str, d: Declared, scope: Scope) -> Meaning | None:
    """What one named value means."""
    parts(d, names, "means", once=("means",))
    assert d.line.head is not None
    kind = declared_type(d.line.head.parts[6], scope)
    if kind in (TRUTH, TEXT) or isinstance(kind, EntityOf | ListOf | KeyOf):
        names.report(
            "K207",
            f"a named value cannot be {type_words(kind)}",
            d.file,
            d.line,
            "declared here",
            help="declare a `term` for a condition; a value is a number, an amount, a date or a length of time",
        )
        return None
    means = d.line.under("means")
    if not means or means[0].head is None:
        names.report(
            "S009", f"the value `{name}` has no meaning", d.file, d.line, "nothing below", help="add `means VALUE`"
        )
        return None
    params = _parameters(d, scope)
    if kind is None or params is None:
        return None
    for param, of in params:
        if isinstance(of, EntityOf):
            scope = scope.bind(param, of.entity)
        else:
            scope = replace(scope, values={**scope.values, param: of})
    borrowed = len(names.borrowed)
    made = _meant(d, means[0], scope, kind)
    cites = (*names.borrowed[borrowed:], *citations(d.line, names, d.file))
    del names.borrowed[borrowed:]
    return None if made is None else Meaning(params, made, kind, tuple(dict.fromkeys(cites)))


def _parameters(d: Declared, scope: Scope) -> tuple[tuple[str, Type], ...] | None:
    """The parameters of a named value: things, or values of a type. None after a report."""
    written = d.line.head.parts[3] if d.line.head else None
    params: dict[str, Type] = {}
    for node in written.nodes() if isinstance(written, Node) else ():
        var, kind = node.tokens("NAME")
        if "." in var.text or var.text in (*scope.bound, *params):
            bound_again(var, scope)
            return None
        found = parameter_of(kind, scope)
        if found is None:
            return None
        params[var.text] = found
    return tuple(params.items())


def _meant(d: Declared, line: Line, scope: Scope, wanted: Type) -> Expr | None:
    """The value behind `means`, if it is of the type declared."""
    node = line.head.parts[1] if line.head else None
    assert isinstance(node, Node)
    if node.kind in TALLIES:
        words = label(d.line, scope.names, d.file, f"the score `{d.name.text}`")
        made = _tally(line, node, None, scope)
        score = Score("total", (made,), place=_at(line, scope)) if isinstance(made, Points) else made
        got: Typed | None = (replace(score, words=words), WHOLE) if score is not None else None
    else:
        optional_label(d.line, scope.names, d.file)
        got = value_alone(node, scope, wanted)
    if got is None or got[1] == wanted:
        return got[0] if got else None
    scope.names.report(
        "K201",
        f"`{d.name.text}` is something else than it is declared",
        scope.file,
        node,
        f"{type_words(got[1])}, declared as {type_words(wanted)}",
        help="correct the type behind the colon, or the value",
    )
    return None


# -------------------------------------------------------------------------------------------------------------- scores

TALLIES = ("total_of", "highest_of", "points_when", "points_each")
"""Kinds of phrase that count points."""


def _tally(line: Line, node: Node, label: str | None, scope: Scope) -> Points | Score | None:
    """Points for a condition or for each element, or a group of such."""
    match node.kind:
        case "points_when":
            count = number(_number(node, 0), scope)
            cond = node.parts[2]
            assert isinstance(cond, Node)
            made = clause(line, cond, label, scope)
            return None if made is None or count is None else Points(count, made)
        case "points_each":
            count, counted = number(_number(node, 0), scope), each_of(node, scope)
            most = _most(node, scope)
            cites = cited(line, scope.names, scope.file, "these points")
            when = Clause(label, Always(), cites, sentence(line, scope.names, scope.file), _at(line, scope))
            return None if count is None or counted is None else Points(count, when, counted, most)
        case _:
            items = _tallies(line, node, scope)
            if items is None:
                return None
            return Score(_GROUPS[node.kind], items, _most(node, scope), place=_at(line, scope))


def _at(line: Line, scope: Scope) -> Place:
    """A line without what stands under it."""
    return Place(scope.file, line.start, line.head.end if line.head else line.end)


_GROUPS: dict[str, Literal["total", "highest"]] = {"total_of": "total", "highest_of": "highest"}


def _number(node: Node, place: int) -> Token:
    token = node.tokens("NUMBER")[place]
    assert isinstance(token, Token)
    return token


def _most(node: Node, scope: Scope) -> int | None:
    """The limit behind `at most`, if there is one."""
    return number(_number(node, -1), scope) if node.tokens("AT_MOST") else None


def _tallies(line: Line, node: Node, scope: Scope) -> tuple[Points | Expr, ...] | None:
    """The items of a group of points; None after a report."""
    out: list[Points | Expr | None] = []
    below = [x for x in line.lines if x.head is not None]
    if not below:
        empty_group(node, scope)
        return None
    for one in labelled_lines(below, "item", "points", scope=scope):
        if one is None or one.head is None:
            out.append(None)
            continue
        label, made = one.head.parts[1], one.head.parts[3]
        assert isinstance(label, Token)
        assert isinstance(made, Node)
        if one.kind == "points":
            out.append(_tally(one, made, label.text, scope))
            continue
        got = value_alone(made, scope, WHOLE)
        if got is not None and got[1] != WHOLE:
            scope.names.report(
                "K201",
                "points are whole numbers",
                scope.file,
                made,
                f"this is {type_words(got[1])}",
                help="write `30 when CONDITION`, or a value that is a whole number",
            )
        out.append(got[0] if got is not None and got[1] == WHOLE else None)
    items = tuple(item for item in out if item is not None)
    return items if len(items) == len(out) else None
