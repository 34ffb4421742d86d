"""Clauses: conditions with their labels, citations and words, and the groups that take lines of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dsl.expressions import GROUPS, empty_group, one_line, part, quantified
from dsl.literals import number
from dsl.model import All, AnyOf, AtLeast, ByReading, Citation, Clause, Cond, Not, Place
from dsl.references import binding
from dsl.scope import Scope
from dsl.syntax import Line, Node, Token
from dsl.words import citations, sentence


def condition(node: Node, scope: Scope, lines: Sequence[Line]) -> Cond | None:
    """A condition; `lines` are the items of the group it ends with. None after a report."""
    if node.kind in GROUPS:
        return _group(node, scope, lines)
    if node.kind == "quantified" and _takes_lines(node):
        bound = binding(node, scope)
        inner = condition(node.nodes()[-1], bound[-1], lines) if bound else None
        return quantified(node, bound, inner, scope) if bound and inner is not None else None
    if not lines:
        return one_line(node, scope)
    scope.names.report(
        "S009",
        "lines stand under a condition that takes none",
        scope.file,
        lines[0],
        "these lines",
        help="end the line above with `all of`, `any of` or `at least 2 of`",
    )
    return None


def _takes_lines(node: Node) -> bool:
    """Whether a condition ends with the head of a group."""
    while node.kind == "quantified":
        node = node.nodes()[-1]
    return node.kind in GROUPS


def _group(node: Node, scope: Scope, lines: Sequence[Line]) -> Cond | None:
    """A group head with its items."""
    clauses = items(lines, scope)
    if clauses is None:
        return None
    if not clauses:
        empty_group(node, scope)
        return None
    match node.kind:
        case "by_reading":
            return _by_reading(node, scope, clauses)
        case "at_least_of":
            return _at_least(node, scope, clauses)
        case "not_group":
            word = node.token(1)
            group = All(clauses) if word and word.type == "ALL_OF" else AnyOf(clauses)
            return Not(part(group, node, scope))
        case "all_of":
            return All(clauses)
        case _:
            return AnyOf(clauses)


def _at_least(node: Node, scope: Scope, clauses: tuple[Clause, ...]) -> Cond | None:
    n = number(node.tokens("NUMBER")[0], scope)
    if n is not None and not 1 <= n <= len(clauses):
        scope.names.report(
            "L304",
            f"at least {n} of {len(clauses)} clauses",
            scope.file,
            node,
            f"there are {len(clauses)} below",
            help=f"ask for 1 to {len(clauses)}",
        )
        return None
    return None if n is None else AtLeast(n, clauses)


def _by_reading(node: Node, scope: Scope, clauses: tuple[Clause, ...]) -> Cond | None:
    """The branches of a reading: one for each of its values."""
    names = scope.names
    token = node.parts[1]
    assert isinstance(token, Token)
    if not names.use("reading", token.text):
        names.unknown("reading", token, token.text, scope.file, names.of("reading"))
        return None
    options = [m.head.text(0) for m in names.of("reading")[token.text].line.under("member") if m.head]
    given = [c.label or "" for c in clauses]
    for c in clauses:
        if c.label not in options and c.place:
            at = Token("NAME", c.label or "", c.place.start, c.place.end)
            kind, fix = f"value of the reading {token.text}", "write one of these"
            names.unknown(kind, at, c.label or "", scope.file, options, fix)
            return None
    missing = [o for o in options if o not in given]
    if missing:
        names.report(
            "S009",
            f"the reading `{token.text}` has values without a branch",
            scope.file,
            node,
            f"missing: {', '.join(missing)}",
            help=f"add `[{missing[0]}] condition`",
        )
        return None
    by_label = {c.label: c for c in clauses}
    return ByReading(token.text, tuple((o, by_label[o]) for o in options))


def items(lines: Sequence[Line], scope: Scope) -> tuple[Clause, ...] | None:
    """The labelled clauses of a group; None after a report."""
    found = [x for x in lines if x.head is not None]
    out = [None if line is None else item(line, scope) for line in labelled_lines(found, "item", scope=scope)]
    made = tuple(clause for clause in out if clause is not None)
    return made if len(made) == len(out) else None


def labelled_lines(lines: Sequence[Line], *kinds: str, scope: Scope) -> Iterator[Line | None]:
    """Lines of these kinds, each with a label of its own; None after the report of one that has none."""
    seen: set[str] = set()
    for line in lines:
        assert line.head is not None
        if line.kind not in kinds:
            text = scope.names.texts[scope.file][line.start : line.head.end]
            points = line.kind == "points"
            scope.names.report(
                "K207" if points else "S007",
                "points in place of a condition" if points else "a clause of a group needs a label",
                scope.file,
                line,
                "counts points" if points else "begins without one",
                help="count points in a `value NAME : whole` of its own, and compare it"
                if points
                else f"write `[label] {text.splitlines()[0][:40]}`",
            )
            yield None
            continue
        yield line
        label = line.head.parts[1]
        assert isinstance(label, Token)
        if label.text in seen:
            scope.names.report(
                "N108",
                f"the label `{label.text}` stands twice side by side",
                scope.file,
                label,
                "again here",
                help=f"choose another label, such as `{label.text}_2`",
            )
            yield None
        seen.add(label.text)


def item(line: Line, scope: Scope, part: int = 3) -> Clause | None:
    """A labelled clause: its condition, citations and words."""
    assert line.head is not None
    label = line.head.parts[part - 2]
    cond = line.head.parts[part]
    assert isinstance(label, Token)
    assert isinstance(cond, Node)
    return clause(line, cond, label.text, scope)


def clause(line: Line, node: Node, label: str | None, scope: Scope) -> Clause | None:
    """A clause from a line whose condition is `node`."""
    assert line.head is not None
    below = [x for x in line.lines if x.head is not None and x.kind not in ("overrides", "over")]
    borrowed = len(scope.names.borrowed)
    cond = condition(node, scope, below)
    own = citations(line, scope.names, scope.file)
    cites = tuple(dict.fromkeys((*own, *scope.names.borrowed[borrowed:])))
    del scope.names.borrowed[borrowed:]
    words = sentence(line, scope.names, scope.file)
    if cond is None:
        return None
    written = sum(a.kind == "cites" for a in line.attributes())
    if len(own) == written:  # a source that nothing declares was reported
        _check_cited(line, node, cites, scope)
    return Clause(label, cond, cites, words, Place(scope.file, line.start, line.head.end))


def _check_cited(line: Line, node: Node, cites: tuple[Citation, ...], scope: Scope) -> None:
    """A leaf is cited, and says so if its sources are weak alone."""
    written = [a for a in line.attributes() if a.kind == "cites"]
    if not cites and _needs_citation(node):
        scope.names.report(
            "A402",
            "a condition without a citation",
            scope.file,
            line,
            "which source says so?",
            help='add `cites SOURCE "pinpoint"`',
        )
    rank = min((_rank(c.source, scope) for c in cites), default=1)
    if rank >= 6 and not any(c.weak for c in cites):
        scope.names.report(
            "A405",
            "this rests on a weak source alone",
            scope.file,
            written[0] if written else line,
            f"rank {rank}",
            help='cite a source of rank 5 or better as well, or add `weak "the reason"`',
        )


def _rank(source: str, scope: Scope) -> int:
    declared = scope.names.of("source").get(source)
    ranks = [int(x.head.text(1)) for x in declared.line.under("rank") if x.head] if declared else []
    return ranks[0] if ranks else 1


def _needs_citation(node: Node) -> bool:
    """Whether a condition tests anything itself: groups are cited in their items, terms where they are defined."""
    if node.kind in (*GROUPS, "call", "always"):
        return False
    if node.kind in ("quantified", "not_"):
        return _needs_citation(node.nodes()[-1])
    return True
