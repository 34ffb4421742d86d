"""Case splits that leave no case in which something is not so."""

from __future__ import annotations

from typing import Any

from whereas.records import meaning as mn
from whereas.records.kernel import covers, keeps, parts
from whereas.records.listening import heard
from whereas.records.seeking import Goal, Json, Proving
from whereas.records.tried import Test, candidates

_DEPTH = 4
"""Case splits inside one another."""


def split(c: Proving, w: mn.World, goal: Goal, depth: int = _DEPTH) -> Any:
    """A case split that leaves no case in which a goal is not reached; None if none is found."""
    held = goal(w)
    if held is True or keeps(c, w) is False:
        return True
    if depth == 0 or held is False:
        return None
    seen: set[str] = set()
    test = None
    for kind, what in heard(w, goal):
        test = what if kind == "test" else test
        if kind != "fact" or what in seen or "+]" in what or len(seen) > 12:
            continue
        seen.add(what)
        made = _split_on(c, w, goal, what, test, depth)
        if made is not None:
            return made
    return None


def _split_on(c: Proving, w: mn.World, goal: Goal, at: str, test: Test | None, depth: int) -> Any:
    cuts: list[Any] | None = None
    kind = c.kind(at)
    if "ends" in kind:
        low, high = w.facts.get(at) or kind["ends"]
        cuts = sorted({v for v in candidates(c, w, at, test) if low < v < high})[:40]
        if w.facts.get(at) is not None and not cuts:
            return None
    elif "of" not in kind:
        return None
    cells = []
    for case in parts(c, w, at, cuts):
        cell = split(c, case, goal, depth - 1)
        if cell is None:
            return None
        cells.append(cell)
    out: Json = {"on": at, "cells": cells}
    return out if cuts is None else _coarser(c, w, goal, out | {"cuts": cuts})


def _coarser(c: Proving, w: mn.World, goal: Goal, split: Json) -> Json:
    """The same split without the cuts between neighbours that the same shows as well when they are one."""
    n = 0
    while n < len(split["cuts"]):
        on, cuts, cells = split["on"], split["cuts"][:n] + split["cuts"][n + 1 :], split["cells"]
        if cells[n] == cells[n + 1] and covers(c, parts(c, w, on, cuts)[n], cells[n], goal, True):
            split = {**split, "cuts": cuts, "cells": cells[:n] + cells[n + 1 :]}
        else:
            n += 1
    return split
