"""Changes to a case: a value put at a path, from the command line or from `with` in a book."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from dsl import yamltree
from dsl.casewords import ABSENT_WORDS, AT_LEAST, empty
from dsl.diagnostics import OPTION, Diagnostic, Label
from dsl.model import Place

_STEP = re.compile(r"([^\W\d]\w*)(?:\[([0-9]{1,4}|\+)\])?")

NEXT = -1
"""The place in a list behind its last element, written `+`."""

Steps = tuple[tuple[str | int, Place], ...]
"""A path: a key or a place in a list, each with where it was typed."""


class Change(Struct, frozen=True):
    """A value to be put at a path: its steps (a key or a place in a list) each with where it was typed."""

    steps: Steps
    value: yamltree.Node


def changes_text(changes: Sequence[tuple[str, str]]) -> str:
    """The changes as they are typed on the command line: the text of the file `<option>`."""
    return " ".join(f"--set {path}={value}" for path, value in changes)


def in_writing(place: Place, changes: Sequence[tuple[str, str]], written: Sequence[tuple[Place, Place]]) -> Place:
    """Where in a book something of `changes_text` stands. written: the places of the path and the value of each."""
    at = 0
    for (path, value), (path_place, value_place) in zip(changes, written, strict=True):
        start = at + len("--set ")
        between = start + len(path)
        at = between + 1 + len(value) + 1
        if place.start < at:
            to, origin = (path_place, start) if place.start < between else (value_place, between + 1)
            begin = min(max(to.start, to.start + place.start - origin), to.end)
            return Place(to.file, begin, min(max(begin, begin + place.end - place.start), to.end))
    return place


def parse_changes(changes: Sequence[tuple[str, str]], found: list[Diagnostic]) -> tuple[Change, ...]:
    """The changes typed, each value parsed; what is wrong with one goes to `found`."""
    out: list[Change] = []
    at = 0
    for path, value in changes:
        start = at + len("--set ")
        at = start + len(path) + 1 + len(value) + 1
        tree = yamltree.read_yaml(value, OPTION, offset=start + len(path) + 1)
        found += tree.diagnostics
        steps = _steps(path, start)
        if isinstance(steps, Diagnostic):
            found.append(steps)
        elif tree.value is not None:
            end = Place(OPTION, start + len(path) + 1, start + len(path) + 1)
            out.append(Change(steps, tree.value[0] if tree.value else yamltree.Scalar("", end)))
    return tuple(out)


def _steps(path: str, start: int) -> Steps | Diagnostic:
    steps: list[tuple[str | int, Place]] = []
    at = 0
    for part in path.split("."):
        match = _STEP.fullmatch(part)
        if match is None:
            place = Place(OPTION, start + at, start + at + len(part))
            return _astray(place, "not a path")
        steps.append((match[1], Place(OPTION, start + at, start + at + match.end(1))))
        if match[2]:
            steps.append(
                (
                    NEXT if match[2] == "+" else int(match[2]),
                    Place(OPTION, start + at + match.end(1), start + at + len(part)),
                )
            )
        at += len(part) + 1
    return tuple(steps)


def with_changes(node: yamltree.Node, changes: Iterable[Change]) -> tuple[yamltree.Node, tuple[Diagnostic, ...]]:
    """The tree with all changes that have somewhere to go, and a finding for each of the others."""
    astray: list[Diagnostic] = []
    for change in changes:
        put = _put(node, change.steps, change.value)
        if isinstance(put, Diagnostic):
            astray.append(put)
        else:
            node = put
    return node, tuple(astray)


def _put(node: yamltree.Node | None, steps: Steps, value: yamltree.Node) -> yamltree.Node | Diagnostic:
    """The tree with a value at a path; things on the way that were not told are made, lists among them left open."""
    if not steps:
        return value
    step, place = steps[0]
    if node is not None and (empty(node) or (isinstance(node, yamltree.Scalar) and node.text in ABSENT_WORDS)):
        node = None
    match node:
        case yamltree.Mapping() if isinstance(step, int):
            return _put_at_least(node, steps, value)
        case yamltree.Sequence():
            return _put_element(node, steps, value)
        case None if isinstance(step, int):
            put = _put_element(yamltree.Sequence((), place), steps, value)
            if isinstance(put, Diagnostic):
                return put
            # A list nobody told is not made complete by naming one element of it.
            return yamltree.Mapping(((yamltree.Scalar(AT_LEAST, place), put),), place)
        case yamltree.Mapping() | None if isinstance(step, str):
            return _put_fact(node, step, steps, value)
        case _:
            return _astray(place, "what stands before it has no facts")


def _put_at_least(node: yamltree.Mapping, steps: Steps, value: yamltree.Node) -> yamltree.Node | Diagnostic:
    """An open list with a value at a path."""
    inner = node.get(AT_LEAST)
    if not isinstance(inner, yamltree.Sequence):
        return _astray(steps[0][1], "not a list")
    put = _put_element(inner, steps, value)
    if isinstance(put, Diagnostic):
        return put
    return replace(node, entries=tuple((key, put if child is inner else child) for key, child in node.entries))


def _put_element(node: yamltree.Sequence, steps: Steps, value: yamltree.Node) -> yamltree.Node | Diagnostic:
    """A list with a value at a path."""
    (step, place), items = steps[0], node.items
    if isinstance(step, str):
        return _astray(place, "a list; say which element", f"write `[0].{step}`")
    if step == NEXT:
        step = len(items)
    if step > len(items):
        label = f"the list has {len(items)} element{'s' if len(items) != 1 else ''}"
        return _astray(place, label, f"write `[{len(items)}]` to add one")
    put = _put(items[step] if step < len(items) else None, steps[1:], value)
    return put if isinstance(put, Diagnostic) else replace(node, items=(*items[:step], put, *items[step + 1 :]))


def _put_fact(
    node: yamltree.Mapping | None, step: str, steps: Steps, value: yamltree.Node
) -> yamltree.Node | Diagnostic:
    """A thing, told or not, with a value at a path."""
    (_, place), rest = steps[0], steps[1:]
    entries = {key.text: (key, child) for key, child in node.entries} if node is not None else {}
    key, child = entries.get(step, (yamltree.Scalar(step, place), None))
    put = _put(child, rest, value)
    if isinstance(put, Diagnostic):
        return put
    entries[step] = (key if rest else yamltree.Scalar(step, place), put)
    return yamltree.Mapping(tuple(entries.values()), place if node is None else node.place)


def _astray(place: Place, label: str, fix: str = "write a path such as `applicant.degrees[0].level`") -> Diagnostic:
    return Diagnostic("C523", "the path of the change leads nowhere", Label(place, label), help=fix)
