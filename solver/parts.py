"""The parts of a case, left out of it in place: what a test reads of them, and the facts without some.

A part is a mask of atoms (`solver.atoms`). What is left out is absent for the time being: that is far less work than to
lay the rest of the case against the book anew.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from msgspec import Struct, field

from dsl.case import Absent
from solver.atoms import Atoms
from solver.cells import Instance
from solver.facts import Address, read_paths
from solver.hitting import bits
from solver.situation import Situation


class Parts(Struct):
    """A case and its atoms. addresses: where each atom's facts stand. listed: by list the atoms of its elements."""

    s: Situation
    atoms: Atoms
    addresses: dict[int, list[Address]] = field(default_factory=dict)
    listed: dict[str, int] = field(default_factory=dict)
    reads: dict[Instance, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Where each atom's facts stand."""
        at = self.atoms.at
        for key, bit in at.items():
            if isinstance(key, Address):
                self.addresses.setdefault(bit, []).append(key)
        for name, items in self.s.facts.lists.items():
            self.listed[name] = sum(at[name, str(i)] for i in range(items.written))

    def read(self, instance: Instance) -> int:
        """The atoms a test reads."""
        if instance not in self.reads:
            self.reads[instance] = self._read(instance)
        return self.reads[instance]

    def _read(self, instance: Instance) -> int:
        test, places = instance
        ready = self.s.compiled.tests[test]
        names = {f"#{i}": at for i, at in enumerate(zip(ready.spec.lists, places, strict=True))}
        at = self.atoms.at
        out = 0
        for p in ready.reads.paths:
            out |= at.get(read_paths(p, names), 0)
        for path, inner in ready.reads.totals:
            name = str(path)
            out |= at.get((name,), 0) | self.listed.get(name, 0)
            items = self.s.facts.lists.get(name)
            for i in range(items.written if items else 0):
                for steps in inner:
                    out |= at.get(Address(name, i, steps), 0)
        return out

    @contextlib.contextmanager
    def without(self, gone: int) -> Iterator[None]:
        """Some atoms left out."""
        facts, at = self.s.facts, self.atoms.at
        before = []
        lists = []
        for b in bits(gone):
            for a in self.addresses.get(b, ()):
                holder, name = facts.holder(a)
                before.append((holder, name, holder[name]))
                holder[name] = Absent.NOT_ASKED
        for name, items in facts.lists.items():
            closed = at.get((name,), 0) & gone
            if closed or self.listed[name] & gone:
                lists.append((items, items.open, items.items))
                items.open = items.open or bool(closed)
                items.items = [x for i, x in enumerate(items.items) if not at[name, str(i)] & gone]
                items.written = len(items.items)
        try:
            yield
        finally:
            for items, is_open, things in lists:
                items.open, items.items, items.written = is_open, things, len(things)
            for holder, name, value in before:
                holder[name] = value
