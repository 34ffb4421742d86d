"""Groups that say what they mean in a roundabout way: a count of all, a group of one, a condition said again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dsl.checks import clauses
from dsl.diagnostics import Diagnostic, Label, Replacement
from dsl.inside import children
from dsl.model import All, AnyOf, AtLeast, Clause, Place
from dsl.scope import Names
from dsl.syntax import Line, Node, Token, within


def counted(line: Line, file: str) -> Iterator[Diagnostic]:
    """A count that is all of the items, or any."""
    assert line.head is not None
    items = len(line.under("item"))
    for node in within(line.head):
        if node.kind != "at_least_of" or not items:
            continue
        n = int(node.tokens("NUMBER")[0].text)
        if n not in (1, items):
            continue
        words = ("all of", "以下全部") if n == items else ("any of", "以下任一")
        chinese = not node.text(0).isascii()
        yield Diagnostic(
            "L310",
            f"at least {n} of {items} is {'all' if n == items else 'any'} of them",
            Label(Place(file, node.start, node.end), f"{items} below"),
            help=f"write `{words[chinese]}`",
            fix=(Replacement(Place(file, node.start, node.end), words[chinese]),),
        )


def of_one(line: Line, file: str, names: Names) -> Iterator[Diagnostic]:
    """A labelled group of one item."""
    group = line.head.nodes()[-1] if line.head and line.kind in ("item", "exception") else None
    if line.head is None or group is None or group.kind not in ("all_of", "any_of", "at_least_of"):
        return
    items = line.under("item")
    if len(items) != 1 or items[0].head is None:
        return
    (item,) = items
    assert item.head is not None
    outer, inner = (_label(x) for x in (line.head, item.head))
    yield Diagnostic(
        "L309",
        f"a group of one: `{outer}` holds `{inner}` alone",
        Label(Place(file, line.start, line.head.end), "one item below"),
        (Label(Place(file, item.start, item.head.end), "this one"),),
        help=f"write the condition itself after `[{outer}]`",
        fix=_in_its_place(line, group, item, file, names),
    )


def _label(head: Node) -> str:
    return next(p.text for p in head.parts if isinstance(p, Token) and p.type in ("NAME", "NUMBER"))


def _in_its_place(line: Line, group: Node, item: Line, file: str, names: Names) -> tuple[Replacement, ...]:
    """The item in the place of its group, if the group says nothing else and no answer to `audit` names the item."""
    assert item.head is not None
    text = names.texts[file]
    condition = item.head.nodes()[-1]
    named = any(_label(item.head) in re.split(r"\W+", subject) for subject in names.of("accepted"))
    if named or line.attrs or len(line.lines) > 1 or text[group.end : item.start].strip():
        return ()
    deeper = _column(text, item.start) - _column(text, line.start)
    moved = re.sub(rf"(?m)^[ \t]{{{deeper}}}", "", text[condition.start : item.end])
    return (Replacement(Place(file, group.start, item.end), moved),)


def _column(text: str, at: int) -> int:
    return at - (text.rfind("\n", 0, at) + 1)


def repeated(root: Clause, written: Mapping[tuple[str, int], Line], texts: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Conditions that stand twice in one group.

    What is said again to the letter, citations and words and all, may be left out of a group that does not count. Where
    anything differs one of the two was meant to say something else.
    """
    for clause in clauses(root):
        if not isinstance(clause.cond, All | AnyOf | AtLeast):
            continue
        items = children(clause.cond)
        for i, item in enumerate(items):
            first = next((other for other in items[:i] if other.cond == item.cond), None)
            if first is None or not item.place or not first.place:
                continue
            same = (first.cites, first.sentence) == (item.cites, item.sentence)
            line = written.get((item.place.file, item.place.start))
            again = line is not None and same and not isinstance(clause.cond, AtLeast)
            yield Diagnostic(
                "L311",
                "a condition stands twice in one group",
                Label(item.place, "again here"),
                (Label(first.place, "first here"),),
                help="delete one of them, or correct it",
                fix=without(line, item.place.file, texts[item.place.file]) if line and again else (),
            )


def without(line: Line, file: str, text: str) -> tuple[Replacement, ...]:
    """A line and what stands under it left out, with its line ends; nothing if a comment would go with it."""
    start = text.rfind("\n", 0, line.start) + 1
    end = text.find("\n", line.end)
    end = len(text) if end < 0 else end + 1
    if text[start : line.start].strip() or text[line.end : end].strip() or _comments(text[line.start : line.end]):
        return ()
    if not text[:start].strip(" \t\r\n") or text[:start].endswith(("\n\n", "\r\n\r\n")):
        while end < len(text) and (blank := re.compile(r"[ \t]*\r?\n").match(text, end)):
            end = blank.end()
    return (Replacement(Place(file, start, end), ""),)


def _comments(text: str) -> bool:
    """Whether there is a comment among these lines; a `#` in words for readers is none."""
    return "#" in re.sub(r'"[^"\n]*"|“[^”\n]*”|「[^」\n]*」', "", text)
