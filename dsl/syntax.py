"""What was written: lines under lines, each with a head, attributes and its place in the file.

The shapes are those of `dsl/grammar.lark`; which parts may stand where is for the checker to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

PROMISES = dict.fromkeys(("never", "alongside", "never_hurts", "any_order"), "property")
"""The kinds of line that declare a property."""


class Token(Struct, frozen=True):
    """A word of the file: terminal name, text (a string without its quotes), code-point offsets, end exclusive."""

    type: str
    text: str
    start: int
    end: int


class Node(Struct, frozen=True):
    """A phrase: the alias of its production, its parts in order (None for a missing optional one), and its place."""

    kind: str
    parts: tuple[Node | Token | None, ...]
    start: int
    end: int

    def token(self, i: int) -> Token | None:
        """Part `i` if it is a token."""
        part = self.parts[i] if i < len(self.parts) else None
        return part if isinstance(part, Token) else None

    def leaf(self, i: int) -> Token:
        """Part `i`, which the grammar always makes a token."""
        part = self.parts[i]
        assert isinstance(part, Token)
        return part

    def text(self, i: int) -> str:
        """Text of the token at `i`; empty if there is none."""
        token = self.token(i)
        return token.text if token else ""

    def tokens(self, *types: str) -> tuple[Token, ...]:
        """The direct tokens of these types."""
        return tuple(p for p in self.parts if isinstance(p, Token) and p.type in types)

    def nodes(self) -> tuple[Node, ...]:
        """The direct phrases."""
        return tuple(p for p in self.parts if isinstance(p, Node))


def within(node: Node) -> Iterator[Node]:
    """A phrase and every phrase in it."""
    yield node
    for inner in node.nodes():
        yield from within(inner)


class Line(Struct, frozen=True):
    """A line with what stands under it. `head` is None for a line of attributes alone (they belong to its parent)."""

    head: Node | None
    attrs: tuple[Node, ...]
    lines: tuple[Line, ...]
    start: int
    end: int

    @property
    def kind(self) -> str:
        """Kind of the head, empty for attributes alone."""
        return self.head.kind if self.head else ""

    def attributes(self) -> Iterator[Node]:
        """Attributes on the line itself and on the attribute lines under it."""
        yield from self.attrs
        for line in self.lines:
            if line.head is None:
                yield from line.attrs

    def under(self, *kinds: str) -> tuple[Line, ...]:
        """Lines directly under this one whose head is of one of these kinds."""
        return tuple(line for line in self.lines if line.kind in kinds)
