"""The conditions of a category as pictures: nested frames on sheets that fit a page of A4 upright.

A frame is a group, named by what it asks for (all, one at least, none of ...); a box is a condition. What does not fit
on a sheet stands on one of its own, and a box in its place says on which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from whereas.drawing import breaks
from whereas.outline import Kind, Line, Outline
from whereas.phrases import Lang, say
from whereas.templates import template

WIDTH = 740
HEIGHT = 1040
"""A sheet in pixels: the shape of A4 with its margins."""

_SIZE = 12
_LEADING = 16
_PAD = 6
_GAP = 6
_INDENT = 14
_MARGIN = 10
_INNER = WIDTH - 2 * _MARGIN
_CELL: dict[Lang, float] = {"en": 6.7, "zh": 6.25}
"""Width of a cell in pixels at that size: Chinese has two to a character; letters of a wide Latin typeface fit too."""

Style = Kind | Literal["sheet", "needs", "bars", "exceptions"]


class Node(NamedTuple):
    """A box or a frame. `name`: its number, before the words; `lead`: a line before these; `exact`: one after them."""

    style: Style
    name: str
    lead: str
    words: str
    exact: str
    nodes: tuple[Node, ...]


class Drawn(NamedTuple):
    """A box or a frame in its place, in pixels; `texts`: (x, y, class, words) of each line of text."""

    style: Style
    x: int
    y: int
    width: int
    height: int
    texts: tuple[tuple[int, int, str, str], ...]


class Sheet(NamedTuple):
    """One picture; `part`: the number of the condition it is for, empty for the first; `title` in words."""

    part: str
    title: str
    width: int
    height: int
    drawn: tuple[Drawn, ...]


def sheets(id: str, title: str, found: Outline, lang: Lang) -> tuple[Sheet, ...]:
    """The pictures of a category, the first of them with all of its conditions or the way to where they stand."""
    parts: tuple[tuple[Style, tuple[Line, ...]], ...] = (
        ("needs", found.needs),
        ("bars", found.bars),
        ("exceptions", found.exceptions),
    )
    roots = [
        Node(style, "", say(f"part_{style}", lang), "", "", _nodes(lines, lang)) for style, lines in parts if lines
    ]
    waiting = {"": roots}
    out: dict[str, Sheet] = {}
    while waiting:
        part = min(waiting, key=_order)  # a condition comes before those inside it, which may find room on its sheet
        head = f"{id} · {part}" if part else title
        trees = _cut(waiting.pop(part), head, waiting, lang)
        out[part] = _sheet(part, trees, head, lang)
    return tuple(out.values())


def _cut(trees: list[Node], head: str, waiting: dict[str, list[Node]], lang: Lang) -> list[Node]:
    """What of these trees fits on a sheet; the rest is put among those that wait for one."""
    while _height(trees, head, lang) > HEIGHT and (moved := _largest(trees, lang)) is not None:
        waiting[moved.name] = [moved]
        trees = [_replaced(tree, moved, _stub(moved, lang)) for tree in trees]
    stubs = [node for tree in trees for node in _below(tree) if node.style == "sheet"]
    for stub in sorted(stubs, key=lambda node: -_height(waiting[node.name], "", lang)):
        whole = [_replaced(tree, stub, waiting[stub.name][0]) for tree in trees]
        if _height(whole, head, lang) <= HEIGHT:
            trees = whole
            del waiting[stub.name]
    return trees


def _stub(moved: Node, lang: Lang) -> Node:
    words = say("own_sheet", lang, number=moved.name)
    return moved._replace(style="sheet", lead=moved.lead or moved.words, words=words, exact="", nodes=())


def _order(part: str) -> tuple[str, list[int]]:
    """In the order of the conditions: the needs by their numbers, then B1, B2, E1."""
    letter = part[:1] if part[:1].isalpha() else ""
    return letter, [int(n) for n in part.removeprefix(letter).split(".") if n]


def _nodes(lines: Sequence[Line], lang: Lang) -> tuple[Node, ...]:
    return tuple(
        Node(
            line.kind,
            line.number,
            line.lead,
            line.words,
            "" if line.plain or not line.exact else say("exactly", lang, what=line.exact),
            _nodes(line.lines, lang),
        )
        for line in lines
    )


def _largest(trees: Sequence[Node], lang: Lang) -> Node | None:
    """The largest frame inside these that fits on a sheet and is worth one; the first of several."""
    inside = [node for tree in trees for node in _below(tree) if node.nodes]
    sizes = [(_height([node], "", lang), -n, node) for n, node in enumerate(inside)]
    fitting = [size for size in sizes if size[0] <= HEIGHT and len(size[2].nodes) > 1]
    return max(fitting, key=lambda size: size[:2])[2] if fitting else None


def _below(node: Node) -> Iterator[Node]:
    for inner in node.nodes:
        yield inner
        yield from _below(inner)


def _replaced(tree: Node, old: Node, new: Node) -> Node:
    if tree is old:
        return new
    if not tree.nodes:
        return tree
    return tree._replace(nodes=tuple(_replaced(node, old, new) for node in tree.nodes))


# ------------------------------------------------------------------------------------------------------------- in place


def _height(trees: Sequence[Node], title: str, lang: Lang) -> int:
    """How high a sheet with these is."""
    top = _MARGIN + _LEADING * len(_wrapped(title, _INNER, lang)) + _GAP
    return top + sum(_room(tree, _INNER, lang) + _GAP for tree in trees) - _GAP + _MARGIN


def _room(node: Node, width: int, lang: Lang) -> int:
    """How high a node is that may be so wide."""
    own = 2 * _PAD + _LEADING * len(_heading(node, width, lang))
    return own + sum(_room(inner, width - _INDENT - _PAD, lang) + _GAP for inner in node.nodes)


def _sheet(part: str, trees: Sequence[Node], title: str, lang: Lang) -> Sheet:
    lines = _wrapped(title, _INNER, lang)
    texts = tuple((_MARGIN, _MARGIN + _LEADING * n - 4, "b", line) for n, line in enumerate(lines, 1))
    y = _MARGIN + _LEADING * len(lines) + _GAP
    out = [Drawn("sheet", 0, 0, 0, 0, texts)]
    for tree in trees:
        drawn = tuple(_placed(tree, _MARGIN, y, _INNER, lang))
        out += drawn
        y += drawn[0].height + _GAP
    return Sheet(part, title, WIDTH, y - _GAP + _MARGIN, tuple(out))


def _placed(node: Node, x: int, y: int, width: int, lang: Lang) -> Iterator[Drawn]:
    """A node and all inside it, the frame before what it holds."""
    lines = _heading(node, width, lang)
    texts = tuple((x + _PAD, y + _PAD + _LEADING * n - 4, kind, line) for n, (kind, line) in enumerate(lines, 1))
    yield Drawn(node.style, x, y, width, _room(node, width, lang), texts)
    below = y + 2 * _PAD + _LEADING * len(lines)
    for inner in node.nodes:
        drawn = tuple(_placed(inner, x + _INDENT, below, width - _INDENT - _PAD, lang))
        yield from drawn
        below += drawn[0].height + _GAP


def _heading(node: Node, width: int, lang: Lang) -> list[tuple[str, str]]:
    """The lines of a node's own words by their class: `b` for those that name a frame, `n` for the exact test."""
    room = width - 2 * _PAD
    name = f"{node.name} " if node.name else ""
    lead = _wrapped(name + node.lead, room, lang) if node.lead else ()
    words = _wrapped(node.words if lead else name + node.words, room, lang) if node.words else ()
    exact = _wrapped(node.exact, room, lang) if node.exact else ()
    leading = "b" if node.nodes else ""
    return [*((leading, line) for line in lead), *(("", line) for line in words), *(("n", line) for line in exact)]


@lru_cache(4096)
def _wrapped(text: str, width: int, lang: Lang) -> tuple[str, ...]:
    """Text in lines that fit into so many pixels."""
    cells = max(int(width / _CELL[lang]), 8)
    starts = [0, *breaks(text, cells)]
    return tuple(text[a:b].rstrip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True))


# ------------------------------------------------------------------------------------------------------------ as a file

_COLOURS: dict[Style, tuple[str, str]] = {
    "all": ("#2f5d8a", "#f3f7fb"),
    "any": ("#2e7d4f", "#f2f9f4"),
    "at_least": ("#2e7d4f", "#f2f9f4"),
    "points": ("#2e7d4f", "#f2f9f4"),
    "some": ("#8a6a1f", "#fcf8ee"),
    "every": ("#8a6a1f", "#fcf8ee"),
    "not": ("#a33b3b", "#fdf3f3"),
    "reading": ("#75539a", "#f8f4fc"),
    "test": ("#9aa4ae", "#ffffff"),
    "same": ("#9aa4ae", "#f4f4f4"),
    "sheet": ("#9aa4ae", "#f4f4f4"),
    "needs": ("#1f3f5f", "#ffffff"),
    "bars": ("#a33b3b", "#ffffff"),
    "exceptions": ("#75539a", "#ffffff"),
}
_DASHED = ("any", "at_least", "reading", "same", "sheet")
"""Frames of which not everything inside is asked for, and boxes that point elsewhere: to be told apart in black too."""


def svg(sheet: Sheet, lang: Lang) -> str:
    """A picture as an SVG file."""
    used = sorted({drawn.style for drawn in sheet.drawn if drawn.width})
    return template("diagram.svg").render(
        sheet=sheet,
        lang="zh-Hant" if lang == "zh" else "en",
        styles=[(style, *_COLOURS[style], style in _DASHED) for style in used],
        size=_SIZE,
    )
