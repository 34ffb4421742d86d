"""What of a world a question comes upon that is not known: where the search for evidence goes on.

Only conditions that are open are looked into: what is settled would be so whatever else were known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from msgspec.structs import replace

from whereas.records import meaning as mn

Met = list[tuple[str, Any]]
"""In the order met: `test` (a comparison and where it stands), and after it each `fact` or `list` it reads."""
_COMPARED = ("is", "is_not", "lt", "le")
_CONDITIONS = ("least", "some", "there", "not", "reading", *_COMPARED)


def heard(w: mn.World, goal: Callable[[mn.World], Any]) -> Met:
    """The comparisons that are open where a goal is asked for, and what they read that is not known."""
    met: Met = []
    quiet = w
    if isinstance(w.facts, _Facts):
        quiet = replace(w, facts=dict(w.facts), open=frozenset(w.open), memo={})
    goal(_listening(quiet, met))
    return met


def over(w: mn.World, facts: Mapping[str, Any], open_: frozenset[str]) -> mn.World:
    """A world with other facts and open lists, listened to as this one is."""
    new = mn.World(w.rules, {**w.facts, **facts}, open_)
    return _listening(new, w.facts.met) if isinstance(w.facts, _Facts) else new


def _listening(w: mn.World, met: Met) -> mn.World:
    return replace(w, facts=_Facts(w.facts, met), open=_Open(w.open, met), base=None, memo=_Memo(w, met))


class _Facts(dict[str, Any]):
    def __init__(self, facts: Any, met: Met) -> None:
        super().__init__(facts)
        self.met = met

    def get(self, key: str, default: Any = None) -> Any:
        found = super().get(key)
        if found is None or isinstance(found, tuple):
            self.met.append(("fact", key))
        return default if found is None else found


class _Open(frozenset[str]):
    met: Met

    def __new__(cls, lists: Any, met: Met) -> Self:
        made = super().__new__(cls, lists)
        made.met = met
        return made

    def __contains__(self, at: object) -> bool:
        there = super().__contains__(at)
        if there:
            self.met.append(("list", at))
        return there


class _Memo(dict[Any, Any]):
    """What is settled is not looked into; what a comparison reads is worked out for each of them."""

    def __init__(self, w: mn.World, met: Met) -> None:
        super().__init__()
        self.w, self.met = w, met

    def __contains__(self, key: object) -> bool:
        n, env = key if isinstance(key, tuple) else (key, ())
        what, depth, *_ = self.w.rules["nodes"][n]
        if what not in _CONDITIONS or (depth and not env):
            return False
        if super().__contains__(key):
            return True
        held = mn.get(self.w, n, env)
        if held is not None:
            self[key] = held
        elif what in _COMPARED:
            self.met.append(("test", (n, env)))
        return held is not None
