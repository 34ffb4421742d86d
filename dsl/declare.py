"""Declarations: from lines to the checked book, kind by kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

from dsl.expressions import (
    clause,
    condition,
    constant,
    date,
    declared_type,
    item,
    items,
    type_words,
    value,
)
from dsl.model import (
    All,
    AnyOf,
    Asks,
    Category,
    Citation,
    Clause,
    Conflict,
    Const,
    Coverage,
    Dated,
    Document,
    Entity,
    EntityOf,
    Enumeration,
    EnumOf,
    Example,
    Expectation,
    Fact,
    Grant,
    Judgement,
    KeyOf,
    ListOf,
    Notice,
    Override,
    Parameter,
    Place,
    Property,
    Reading,
    Route,
    Row,
    Scalar,
    Scheme,
    Source,
    Table,
    Term,
    Type,
    Value,
    Verdict,
)
from dsl.scope import Declared, Names, Scope
from dsl.syntax import Line, Node, Token
from dsl.tables import Columns, read_rows
from dsl.words import citations, label, optional_label

T = TypeVar("T")
_BEGINNING = dt.date(1900, 1, 1)


def each(names: Names, kind: str, build: Callable[[str, Declared], T | None]) -> dict[str, T]:
    """Every declaration of a kind, built; broken ones are left out."""
    out = {}
    for name, declared in names.of(kind).items():
        made = build(name, declared)
        if made is not None:
            out[name] = made
    return out


def parts(d: Declared, names: Names, *allowed: str, once: tuple[str, ...] = ()) -> None:
    """Report lines that do not belong under a declaration, and parts that stand twice."""
    seen: set[str] = set()
    for line in d.line.lines:
        if line.head is None:
            continue
        kind = line.kind
        if kind not in allowed:
            text = names.texts[d.file][line.start : line.head.end].split("\n")[0]
            names.report(
                "S009" if kind == "item" else "S008",
                f"this line has no place under `{d.line.kind} {d.name.text}`",
                d.file,
                line,
                f"`{text[:40]}`",
                help="delete it, or move it under the declaration it belongs to",
            )
        elif kind in once and kind in seen:
            names.report(
                "S008", "a part that may stand once stands twice", d.file, line, "again here", help="keep one of them"
            )
        seen.add(kind)


def source(names: Names, name: str, d: Declared) -> Source | None:
    """A document of the law."""
    parts(d, names, "rank", "edition", "document", "address", once=("rank", "edition", "document", "address"))
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
    edition = date(editions[0].head.parts[1], scope) if editions and editions[0].head else None  # type: ignore[arg-type]
    return Source(name, words, rank, edition, _string(d.line, "document"), _string(d.line, "address"), place(d))


def _string(line: Line, kind: str) -> str | None:
    found = line.under(kind)
    return found[0].head.text(1) if found and found[0].head else None


def place(d: Declared) -> Place:
    """Where a declaration begins."""
    assert d.line.head is not None
    return Place(d.file, d.line.head.start, d.line.head.end)


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


def _fact(line: Line, token: Token, kind: Type | None, names: Names, file: str) -> Fact | None:
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
    return Fact(token.text, kind, words)


def entity(names: Names, name: str, d: Declared, judgements: Mapping[str, Judgement]) -> Entity | None:
    """A kind of thing, without its invariants (they need every entity)."""
    parts(d, names, "fact", "spell", "invariant", once=("spell",))
    scope = Scope(names, d.file, {}, {})
    facts: dict[str, Fact] = {}
    for line in d.line.under("fact"):
        assert line.head is not None
        token = line.head.parts[0]
        assert isinstance(token, Token)
        fact = _fact(line, token, declared_type(line.head.parts[2], scope), names, d.file)
        if token.text in facts:
            names.report(
                "N103", f"`{token.text}` is declared twice", d.file, token, "again here", help="keep one of them"
            )
        elif fact:
            facts[token.text] = fact
    for j in judgements.values():
        if j.entity == name:
            facts[j.id] = Fact(j.id, Scalar("truth"), j.label, judgement=j.id)
    spell = None
    for line in d.line.under("spell"):
        assert line.head is not None
        ends = line.head.tokens("NAME")
        for token in ends:
            if token.text not in facts:
                names.unknown("fact", token, token.text, d.file, facts)
            elif facts[token.text].type != Scalar("date"):
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
    fact = _fact(d.line, token, kind, names, d.file)
    default = d.line.head.token(5)
    if default and (default.text != "today" or kind != Scalar("date")):
        names.report(
            "K207",
            f"a given cannot default to `{default.text}`",
            d.file,
            default,
            "only a date can, to `today`",
            help="write `default today`, or nothing",
        )
        return None
    return Fact(fact.id, fact.type, fact.label, default="today" if default else None) if fact else None


def check_shapes(names: Names, entities: Mapping[str, Entity], givens: Mapping[str, Fact]) -> None:
    """Lists stand on givens and on things inside givens; no entity holds itself."""
    in_lists = {f.type.entity for e in entities.values() for f in e.facts if isinstance(f.type, ListOf)}
    in_lists |= {g.type.entity for g in givens.values() if isinstance(g.type, ListOf)}
    for name in sorted(in_lists):
        todo, seen = [name], set()
        while todo:
            current = todo.pop()
            if current in seen or current not in entities:
                continue
            seen.add(current)
            for f in entities[current].facts:
                if isinstance(f.type, ListOf):
                    line = next(
                        x for x in names.of("entity")[current].line.under("fact") if x.head and x.head.text(0) == f.id
                    )
                    names.report(
                        "K207",
                        "a list inside a list",
                        names.of("entity")[current].file,
                        line,
                        f"`{name}` itself stands in a list",
                        help="put the list on a given, with a fact that says which element it belongs to",
                    )
                elif isinstance(f.type, EntityOf):
                    todo.append(f.type.entity)
    for name in entities:
        todo, seen = [f.type.entity for f in entities[name].facts if isinstance(f.type, EntityOf)], set()
        while todo:
            current = todo.pop()
            if current == name:
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
            if current not in seen and current in entities:
                seen.add(current)
                todo += [f.type.entity for f in entities[current].facts if isinstance(f.type, EntityOf)]


def judgement(names: Names, name: str, d: Declared) -> Judgement | None:
    """A judgement an officer makes."""
    parts(d, names)
    assert d.line.head is not None
    _, _, ref, mode, _, on = d.line.head.parts
    assert isinstance(mode, Token)
    words = label(d.line, names, d.file, f"the judgement `{name}`")
    cites = cited(d.line, names, d.file, f"the judgement `{name}`")
    if mode.text not in ("presumed", "open"):
        names.unknown("way of judging", mode, mode.text, d.file, ["presumed", "open"])
        return None
    entity = on.text if isinstance(on, Token) else None
    if entity and not names.use("entity", entity):
        names.unknown("entity", on, entity, d.file, names.of("entity"))  # type: ignore[arg-type]
        return None
    return Judgement(name, words, mode.text, ref.text if isinstance(ref, Token) else None, entity, cites)  # type: ignore[arg-type]


def cited(line: Line, names: Names, file: str, what: str) -> tuple[Citation, ...]:
    """Citations that must be there."""
    cites = citations(line, names, file)
    if not cites and not any(a.kind == "cites" for a in line.attributes()):
        names.report(
            "A402", f"no citation for {what}", file, line, "which source says so?", help='add `cites SOURCE "pinpoint"`'
        )
    return cites


def reading(names: Names, name: str, d: Declared) -> Reading | None:
    """An ambiguity and its values."""
    parts(d, names, "member")
    assert d.line.head is not None
    ref = d.line.head.token(2)
    values, default = {}, []
    for line in d.line.under("member"):
        assert line.head is not None
        values[line.head.text(0)] = label(line, names, d.file, f"`{line.head.text(0)}`")
        if line.head.token(1):
            default.append(line.head.text(0))
        citations(line, names, d.file)
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
    cites = tuple(
        c for x in (d.line, *d.line.under("member")) for c in citations(x, Names(names.texts, names.declared), d.file)
    )
    return Reading(
        name,
        label(d.line, names, d.file, f"the reading `{name}`"),
        tuple(values.items()),
        default[0],
        ref.text if ref else None,
        cites,
    )


def conflict(names: Names, name: str, d: Declared) -> Conflict | None:
    """Sources that disagree."""
    parts(d, names, "says", "resolved", once=("resolved",))
    words = label(d.line, names, d.file, f"the conflict {name}")
    says = []
    for line in d.line.under("says"):
        assert line.head is not None
        token = line.head.parts[1]
        assert isinstance(token, Token)
        if not names.use("source", token.text):
            names.unknown("source", token, token.text, d.file, names.of("source"))
            continue
        phrase = line.head.token(4)
        if phrase and len(phrase.text) > 24:
            names.report(
                "A403",
                "a key phrase longer than 24 characters",
                d.file,
                phrase,
                f"{len(phrase.text)} characters",
                help="keep at most 24, enough to find the place",
            )
        says.append(Citation(token.text, line.head.text(2), phrase.text if phrase else None))
    resolved = d.line.under("resolved")
    if len(says) < 2 or not resolved:
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
    kind = head.parts[1]
    assert isinstance(kind, Token)
    kinds = ("superseded", "outranked", "unreliable", "scope", "omission", "open")
    if kind.text not in kinds:
        names.unknown("resolution", kind, kind.text, d.file, kinds)
        return None
    by = head.token(3)
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
    return Conflict(name, words, tuple(says), kind.text, reason, by.text if by else None)  # type: ignore[arg-type]


def parameter(names: Names, name: str, d: Declared, scope: Scope) -> Parameter | None:
    """A dated value."""
    parts(d, names, "dated", "undated")
    assert d.line.head is not None
    kind = declared_type(d.line.head.parts[3], scope)
    event = d.line.head.token(5)
    words = label(d.line, names, d.file, f"the parameter `{name}`")
    if kind is None:
        return None
    if isinstance(kind, (EntityOf, ListOf, KeyOf)) or kind == Scalar("text"):
        names.report(
            "K207",
            f"a parameter cannot be {type_words(kind)}",
            d.file,
            d.line,
            "declared here",
            help="use a number, an amount, a date, a length of time or an enumeration",
        )
        return None
    if event and (event.text not in scope.givens or scope.givens[event.text].type != Scalar("date")):
        names.unknown(
            "date", event, event.text, d.file, [g for g, f in scope.givens.items() if f.type == Scalar("date")]
        )
        return None
    undated = d.line.under("undated")
    rows: list[Dated] = []
    if undated:
        if event or d.line.under("dated") or len(undated) > 1:
            names.report(
                "L303",
                "a value without a date among dated ones",
                d.file,
                undated[0],
                "here",
                help="give each value a date with `from`, or drop `by` and the dates",
            )
            return None
        got = _literal(undated[0], 1, kind, scope)
        cites = cited(undated[0], names, d.file, "this value")
        return (
            Parameter(name, words, kind, None, (Dated(_BEGINNING, got, cites, _BEGINNING),))
            if got is not None
            else None
        )
    if event is None:
        names.report(
            "S009",
            f"the parameter `{name}` does not say which date chooses",
            d.file,
            d.line,
            "no `by`",
            help="write `by submitted_on` after its type, or `value ...` for one value without dates",
        )
        return None
    for line in d.line.under("dated"):
        assert line.head is not None
        start = date(line.head.parts[1], scope)  # type: ignore[arg-type]
        known = date(line.head.parts[4], scope) if line.head.parts[4] else start  # type: ignore[arg-type]
        unknown = isinstance(line.head.parts[2], Token)
        got = None if unknown else _literal(line, 2, kind, scope)
        cites = cited(line, names, d.file, "this value")
        if start is None or known is None or (got is None and not unknown):
            continue
        if rows and start <= rows[-1].start:
            names.report(
                "L303",
                "dated values are not in order",
                d.file,
                line,
                f"not after {rows[-1].start}",
                help="put the rows in order of their dates, each date once",
            )
            continue
        rows.append(Dated(start, got, cites, known))
    if not rows:
        if not d.line.under("dated"):
            names.report(
                "S009",
                f"the parameter `{name}` has no value",
                d.file,
                d.line,
                "nothing below",
                help="add `from 2024-10-16 ...` lines",
            )
        return None
    return Parameter(name, words, kind, event.text, tuple(rows))


def _literal(line: Line, i: int, kind: Type, scope: Scope) -> Value | None:
    """The literal a line gives, of the type wanted."""
    assert line.head is not None
    node = line.head.parts[i]
    assert isinstance(node, Node)
    if node.kind not in ("number", "money", "date", "duration", "name"):
        scope.names.report(
            "K207",
            "a value written out is needed here",
            scope.file,
            node,
            "this has to be worked out",
            help="write the value itself",
        )
        return None
    got = constant(node, kind, scope)
    if got is None:
        return None
    if got[1] != kind:
        code = "K201"
        scope.names.report(
            code,
            "a value of another type",
            scope.file,
            node,
            f"this is {type_words(got[1])}; {type_words(kind)} is declared",
            help="write a value of the declared type",
        )
        return None
    assert isinstance(got[0], Const)
    return got[0].value


def table(names: Names, name: str, d: Declared, files: Mapping[str, str]) -> Table | None:
    """A list of the law from a file."""
    parts(d, names, "key", "labels", "valid", "rows", "coverage", once=("key", "labels", "valid"))
    scope = Scope(names, d.file, {}, {})
    assert d.line.head is not None
    words = label(d.line, names, d.file, f"the table `{name}`")
    cites = cited(d.line, names, d.file, f"the table `{name}`")
    file_token = d.line.head.parts[3]
    assert isinstance(file_token, Token)
    keys = d.line.under("key")
    if not keys or keys[0].head is None:
        names.report("S009", f"the table `{name}` has no key", d.file, d.line, "which column?", help="add `key COLUMN`")
        return None
    kind: Type | None = KeyOf(name)
    if keys[0].head.parts[3] is not None:
        kind = declared_type(keys[0].head.parts[3], scope)
    if file_token.text not in files:
        known = sorted(f for f in files if f.endswith(".csv"))
        names.report(
            "N107",
            f"there is no file `{file_token.text}`",
            d.file,
            file_token,
            "not in the book's directory",
            notes=(f"there are: {', '.join(known)}",) if known else (),
            help="give its path from the book's directory",
        )
        return None
    columns = Columns(
        keys[0].head.text(1),
        _two(d.line, "labels"),
        _two(d.line, "valid"),
        tuple((x.head.tokens("NAME")[0].text, x.head.tokens("STRING")[0].text) for x in d.line.under("rows") if x.head),
    )
    result = read_rows(
        files[file_token.text], file_token.text, columns, Place(d.file, file_token.start, file_token.end)
    )
    names.found.extend(result.diagnostics)
    coverage = _coverage(names, d, scope)
    if result.value is None or kind is None:
        return None
    if isinstance(kind, EnumOf):
        _check_keys(names, result.value, kind, file_token, d)
    return Table(name, words, result.value, coverage, cites, kind)


def _check_keys(names: Names, rows: tuple[Row, ...], kind: EnumOf, token: Token, d: Declared) -> None:
    declared = names.of("enumeration")[kind.enumeration]
    members = [m.head.text(0) for m in declared.line.under("member") if m.head]
    for row in rows:
        if row.key not in members:
            names.unknown(kind.enumeration, token, row.key, d.file, members)


def _two(line: Line, kind: str) -> tuple[str, str] | None:
    found = line.under(kind)
    if not found or found[0].head is None:
        return None
    a, b = found[0].head.tokens("NAME")
    return a.text, b.text


def _coverage(names: Names, d: Declared, scope: Scope) -> tuple[Coverage, ...]:
    """What a table is known to say, by date."""
    out: list[Coverage] = []
    for line in d.line.under("coverage"):
        assert line.head is not None
        word, _, start, _, end, _, known = line.head.parts
        assert isinstance(word, Token)
        first = date(start, scope) if isinstance(start, Token) else None
        last = date(end, scope) if isinstance(end, Token) else None
        since = date(known, scope) if isinstance(known, Token) else None
        if first and last and last < first:
            names.report(
                "L303",
                "a stretch that ends before it begins",
                d.file,
                line,
                "here",
                help="put the earlier date after `from`",
            )
            continue
        for other in out:
            if (other.end is None or first is None or first <= other.end) and (
                last is None or other.start is None or other.start <= last
            ):
                names.report(
                    "L307",
                    "two stretches overlap",
                    d.file,
                    line,
                    "overlaps one above",
                    help="let each day belong to one stretch",
                )
                break
        out.append(Coverage("closed" if word.type == "CLOSED" else "gappy", first, last, since))
    if not out:
        names.report(
            "S009",
            f"the table `{d.name.text}` does not say what it covers",
            d.file,
            d.line,
            "closed or gappy, and when?",
            help="add `closed` (a missing row means no) or `gappy` (it means unknown), with dates",
        )
    return tuple(out)


def term(names: Names, name: str, d: Declared, scope: Scope) -> Term | None:
    """A defined condition."""
    parts(d, names, "means", once=("means",))
    assert d.line.head is not None
    words = label(d.line, names, d.file, f"the term `{name}`")
    params: list[tuple[str, str]] = []
    inner = scope
    for node in d.line.head.nodes()[0].nodes():
        var, kind = node.tokens("NAME")
        if not names.use("entity", kind.text):
            names.unknown("entity", kind, kind.text, d.file, names.of("entity"))
            return None
        if var.text in scope.givens or any(var.text == p for p, _ in params):
            names.report(
                "N103",
                f"`{var.text}` already means something here",
                d.file,
                var,
                "bound again",
                help=f"choose another letter, such as `{var.text[0]}2`",
            )
            return None
        params.append((var.text, kind.text))
        inner = inner.bind(var.text, kind.text)
    means = d.line.under("means")
    if not means or means[0].head is None:
        names.report(
            "S009", f"the term `{name}` has no meaning", d.file, d.line, "nothing below", help="add `means CONDITION`"
        )
        return None
    cond = means[0].head.parts[1]
    assert isinstance(cond, Node)
    made = clause(means[0], cond, None, inner)
    return Term(name, words, tuple(params), made) if made else None


def category(names: Names, name: str, d: Declared, scope: Scope) -> Category | None:
    """A category of a scheme."""
    parts(d, names, "needs", "barred", "exception", "grants", "asks", "routes", once=("needs", "barred"))
    words = label(d.line, names, d.file, f"the category `{name}`")
    cites = cited(d.line, names, d.file, f"the category `{name}`")
    scheme = name.split(".", maxsplit=1)[0]
    if not names.use("scheme", scheme):
        names.unknown("scheme", d.name, scheme, d.file, names.of("scheme"))
    needs = d.line.under("needs")
    if not needs or needs[0].head is None:
        names.report(
            "S009",
            f"the category `{name}` needs nothing",
            d.file,
            d.line,
            "no `needs`",
            help="add `needs all of` with its conditions",
        )
        return None
    node = needs[0].head.parts[1]
    assert isinstance(node, Node)
    need = clause(needs[0], node, None, scope)
    bars = _bars(d, scope)
    overrides = [_override(x, d, scope) for x in d.line.under("exception")]
    grants = [_grant(x, scope) for x in d.line.under("grants")]
    asks = [_asks(x, scope) for x in d.line.under("asks")]
    routes = [_route(x, scope) for x in d.line.under("routes")]
    if need is None:
        return None
    return Category(
        name,
        words,
        need,
        bars,
        tuple(o for o in overrides if o),
        tuple(g for g in grants if g),
        tuple(a for a in asks if a),
        tuple(r for r in routes if r),
        cites,
        place(d),
    )


def _bars(d: Declared, scope: Scope) -> Clause | None:
    """What bars: any of the items."""
    barred = d.line.under("barred")
    if not barred or barred[0].head is None:
        return None
    node = barred[0].head.parts[1]
    if isinstance(node, Node):
        return clause(barred[0], node, None, scope)
    found = items([x for x in barred[0].lines if x.head], scope)
    if found is not None and not found:
        scope.names.report(
            "L305",
            "a group with nothing in it",
            d.file,
            barred[0],
            "no items below",
            help="write what bars on deeper lines, each as `[label] condition`",
        )
    return Clause(None, AnyOf(found), place=Place(d.file, barred[0].start, barred[0].head.end)) if found else None


def _override(line: Line, d: Declared, scope: Scope) -> Override | None:
    """An exception."""
    made = item(line, scope, part=4)
    targets = line.under("overrides")
    if made is None:
        return None
    if len(targets) != 1 or targets[0].head is None:
        scope.names.report(
            "S009",
            "an exception names the one clause it overrides",
            d.file,
            line,
            f"{len(targets)} `overrides` below",
            help="add `overrides [clause] as met` or `as not met`",
        )
        return None
    head = targets[0].head
    effect: Literal["met", "unmet"] = "unmet" if head.token(5) else "met"
    over = tuple(t.text for x in line.under("over") if x.head for t in x.head.tokens("NAME"))
    return Override(made.label or "", tuple(head.text(2).split(".")), effect, made, over)


def _grant(line: Line, scope: Scope) -> Grant | None:
    """What a category gives: a length of stay, or a condition."""
    assert line.head is not None
    kind, node = line.head.parts[1], line.head.parts[2]
    assert isinstance(kind, Token)
    assert isinstance(node, Node)
    names = scope.names
    cites = cited(line, names, scope.file, "what is granted")
    wanted: Type = Scalar("duration")
    if kind.text != "stay":
        if not names.use("enumeration", kind.text):
            names.unknown("kind of grant", kind, kind.text, scope.file, ["stay", *names.of("enumeration")])
            return None
        wanted = EnumOf(kind.text)
    got = value(node, scope, wanted)
    if got is None:
        return None
    if got[1] != wanted:
        names.report(
            "K201",
            f"{type_words(wanted)} is granted",
            scope.file,
            node,
            f"this is {type_words(got[1])}",
            help="write a length of time, as `24 months`" if kind.text == "stay" else "write one of its members",
        )
        return None
    return Grant(kind.text, got[0], cites)


def _when(node: Node | Token | None, scope: Scope) -> Clause | None:
    if not isinstance(node, Node):
        return None
    cond = condition(node, scope, ())
    return Clause(None, cond, place=Place(scope.file, node.start, node.end)) if cond is not None else None


def _asks(line: Line, scope: Scope) -> Asks | None:
    """Documents a category asks for."""
    assert line.head is not None
    papers = line.head.nodes()[0].tokens("NAME")
    for token in papers:
        if not scope.names.use("paper", token.text):
            scope.names.unknown("paper", token, token.text, scope.file, scope.names.of("paper"))
            return None
    node = line.head.parts[3]
    when = _when(node, scope)
    return None if isinstance(node, Node) and when is None else Asks(tuple(t.text for t in papers), when)


def _route(line: Line, scope: Scope) -> Route | None:
    """Where a text points people."""
    assert line.head is not None
    token = line.head.parts[1]
    assert isinstance(token, Token)
    if not (scope.names.use("scheme", token.text) or scope.names.use("category", token.text)):
        scope.names.unknown(
            "scheme or category",
            token,
            token.text,
            scope.file,
            [*scope.names.of("scheme"), *scope.names.of("category")],
        )
        return None
    node = line.head.parts[3]
    cites = cited(line, scope.names, scope.file, "this pointer")
    when = _when(node, scope)
    if isinstance(node, Node) and when is None:
        return None
    return Route(token.text, Clause(None, when.cond if when else All(()), cites, None, when.place if when else None))


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


def notice(names: Names, name: str, d: Declared) -> object:
    """A sentence under every answer."""
    parts(d, names)
    ref = d.line.head.token(2) if d.line.head else None
    return Notice(
        name,
        label(d.line, names, d.file, f"the notice `{name}`"),
        ref.text if ref else None,
        cited(d.line, names, d.file, f"the notice `{name}`"),
    )


def property_(names: Names, name: str, d: Declared) -> Property | None:
    """A promise about verdicts."""
    parts(d, names)
    assert d.line.head is not None
    left, right = d.line.head.parts[4], d.line.head.parts[6]
    for token in (left, right):
        assert isinstance(token, Token)
        if not names.use("category", token.text):
            names.unknown("category", token, token.text, d.file, names.of("category"))
            return None
    return Property(name, "never" if d.line.kind == "never" else "always", d.line.head.text(4), d.line.head.text(6))


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
        path, sep, text = token.text.replace("＝", "=", 1).partition("=")
        if not sep:
            names.report(
                "U707",
                "a change is `path = value`",
                d.file,
                token,
                "no `=`",
                help="write `with applicant.degrees[0].level = master`",
            )
            continue
        changes.append((path.strip(), text.strip()))
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
