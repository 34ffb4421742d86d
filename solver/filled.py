"""The facts of a case that is being filled in: with the elements that are there, and as a case again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from dsl.case import Absent, Listed, Record
from solver.facts import Items, Thing
from solver.situation import Situation


def frozen(value: Any, closed: Iterable[str], path: str, favourable: Mapping[str, Sequence[str]]) -> Any:
    """What stands in a case being filled in, as a case holds it; the lists in `closed` have no further elements.

    `favourable`: judgements of an entity that are presumed on what was added; they are left for the presumption.
    """
    closed = set(closed)
    match value:
        case Thing(facts):
            return Record({n: frozen(v, closed, f"{path}.{n}", favourable) for n, v in facts.items() if n != "#"})
        case Items(items, open_, entity, written):
            records = []
            for i, thing in enumerate(items):
                record = frozen(thing, closed, "", favourable)
                if i >= written:
                    own = dict.fromkeys(favourable.get(entity, ()), Absent.NOT_ASKED)
                    record = Record({**record.facts, **own})
                records.append(record)
            shut = path in closed
            return Listed(tuple(records), open_ and not shut, bool(written) or shut or not open_)
        case _:
            return value


class Present(Struct):
    """While it lasts, lists have just the elements that are there, and are closed where that was asked."""

    s: Situation
    there: Mapping[tuple[str, int], bool]
    before: dict[str, tuple[list[Thing], bool]] = field(default_factory=dict)

    def __enter__(self) -> None:
        facts = self.s.facts
        for name in {n for n, _ in self.there}:
            items = facts.lists[name]
            self.before[name] = (items.items, items.open)
            present = sorted(p for (n, p), v in self.there.items() if n == name and v)
            items.items = [*items.items[: items.written], *(facts.element(name, p) for p in present)]
            items.open = False

    def __exit__(self, *_: object) -> None:
        for name, (items, open_) in self.before.items():
            self.s.facts.lists[name].items = items
            self.s.facts.lists[name].open = open_
