"""Every place of a book where a source or an entry of the fact sheet is named, as it is written there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from dsl.syntax import PROMISES, Line, Node, Token


class Support(Struct, frozen=True):
    """One citation of a line, or (without a source) the reference that a declaration itself carries.

    owner: the declaration, `category ttps.b`; path: the labels down to the line; kind: of the line.
    weak: the reason why the line may rest on a weak source.
    """

    file: str
    owner: str
    path: tuple[str, ...]
    kind: str
    line: Line
    source: Token | None
    phrase: Token | None
    facts: tuple[Token, ...]
    weak: str | None

    @property
    def where(self) -> str:
        """The declaration and the labels below it."""
        return f"{self.owner} [{'.'.join(self.path)}]" if self.path else self.owner


def supports(lines: Iterable[Line], file: str) -> Iterator[Support]:
    """The citations and references of declarations, in the order in which they are written."""
    for line in lines:
        if line.head is None:
            continue
        name = next(iter(line.head.tokens("NAME", "REF")), None)
        kind = PROMISES.get(line.kind, line.kind)
        owner = f"{kind} {name.text}" if name else kind
        if line.kind in _REFERRED and (refs := line.head.tokens("REF")):
            yield Support(file, owner, (), line.kind, line, None, None, refs, None)
        yield from _below(line, file, owner, ())


_REFERRED = ("judgement", "reading", "conflict", "notice")
"""Declarations that may carry a reference of the fact sheet."""


def _below(line: Line, file: str, owner: str, path: tuple[str, ...]) -> Iterator[Support]:
    """The citations of a line and of those under it."""
    weak = next((a.text(1) for a in line.attributes() if a.kind == "weak"), None)
    says = (line.head,) if line.head and line.kind == "says" else ()
    for node in (*says, *(a for a in line.attributes() if a.kind == "cites")):
        yield Support(file, owner, path, line.kind, line, node.token(1), node.token(4), _facts(node), weak)
    for inner in line.lines:
        if inner.head is not None:
            yield from _below(inner, file, owner, (*path, *_label(inner.head)))


def _facts(node: Node) -> tuple[Token, ...]:
    return tuple(ref for refs in node.nodes() if refs.kind == "refs" for ref in refs.tokens("REF"))


def _label(head: Node) -> tuple[str, ...]:
    """What a line is called among its neighbours: its label, its day, or the kind of grant."""
    match head.kind:
        case "item" | "points" | "exception":
            return (next(t.text for t in head.tokens("NAME", "NUMBER")),)
        case "dated":
            return (f"from {head.tokens('DATE')[0].text}",)
        case "grants" | "asks" | "routes" | "member":
            words = {"grants": "grants ", "asks": "asks for ", "routes": "routes to ", "member": ""}[head.kind]
            names = head.nodes()[0].tokens("NAME") if head.kind == "asks" else head.tokens("NAME")[:1]
            return (words + ", ".join(name.text for name in names),)
        case _:
            return ()
