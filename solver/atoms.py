"""What a case tells, piece by piece, and the case that tells only some of it; docs/semantics.md, section 9.

The pieces of a case are its *atoms*: each told fact, that a list is written in full, that an element is there, and each
judgement that is presumed; the day of filing is told by every part. A set of them is a bit mask. A fact of an element
brings with it that the element is there, and so does a complete list for all of its elements: masks that have what
their members bring are *closed*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct, field

from dsl.case import Absent, Case, Listed, Record, presumes
from dsl.model import Book, EntityOf, ListOf
from solver.compiled import Compiled
from solver.facts import Address, thaw
from solver.hitting import bits
from solver.situation import Judging, judged_places

AtomKind = Literal["fact", "list", "element", "presumption"]


class Atom(Struct, frozen=True):
    """One thing a case tells.

    id: the address of a fact, of a list told to be complete, or of an element told to be there; for a presumption the
    judgement.
    """

    kind: AtomKind
    id: str


Key = Address | tuple[str, ...]
"""Where an atom is found: the address of a fact, (list,), (list, place), or ("", judgement)."""


class _Part(Struct, frozen=True):
    """A thing told: its atoms as a mask, how to tell some of it, and the thing with nothing told."""

    mask: int
    value: Any
    facts: Mapping[str, tuple[int, Any] | _Part | _Several]
    blank: Any


class _Several(Struct, frozen=True):
    """A list told. closed: the bit of its completeness, 0 if it is open; elements: bits of presence, and things."""

    mask: int
    value: Listed
    closed: int
    elements: tuple[tuple[int, _Part], ...]


class Atoms(Struct):
    """All atoms of a case.

    at: the bit of each. brings: what a bit brings with it; needs: the bits that bring one with them. lists: the mask of
    all that is told of each list.
    """

    case: Case
    all: list[Atom] = field(default_factory=list)
    at: dict[Key, int] = field(default_factory=dict)
    brings: dict[int, int] = field(default_factory=dict)
    needs: dict[int, int] = field(default_factory=dict)
    presumed: dict[str, int] = field(default_factory=dict)
    recorded: dict[str, int] = field(default_factory=dict)
    things: dict[str, str] = field(default_factory=dict)
    root: dict[str, tuple[int, Any] | _Part | _Several] = field(default_factory=dict)

    @property
    def everything(self) -> int:
        """All of them."""
        return (1 << len(self.all)) - 1

    def of(self, mask: int) -> tuple[Atom, ...]:
        """The atoms of a mask, in the order of the case."""
        return tuple(self.all[b.bit_length() - 1] for b in bits(mask))

    def close(self, mask: int) -> int:
        """A mask with all that its members bring with them."""
        out = mask
        for b in bits(mask):
            out |= self.brings.get(b, 0)
        return out

    def core(self, mask: int) -> int:
        """A mask without what its other members bring with them."""
        brought = 0
        for b in bits(mask):
            brought |= self.brings.get(b, 0)
        return mask & ~brought

    def spread(self, mask: int) -> int:
        """What to leave out to leave out a mask."""
        out = mask
        for b in bits(mask):
            out |= self.needs.get(b, 0)
        return out

    def kept(self, mask: int) -> tuple[Case, dict[str, list[str]]]:
        """The case that tells only what is in a closed mask, and what is presumed of further elements, by entity."""
        root = {name: _kept(part, mask) for name, part in self.root.items()}
        case = self.case
        return Case(case.name, Record(root), case.readings, {}, ()), self.presumes(mask)

    def presumes(self, mask: int) -> dict[str, list[str]]:
        """What a mask presumes of further elements, by entity."""
        presumed: dict[str, list[str]] = {}
        for name, bit in self.presumed.items():
            entity = self.things.get(name)
            if entity is not None and mask & bit and self.recorded[name] & mask == self.recorded[name]:
                presumed.setdefault(entity, []).append(name)
        return presumed


def _kept(part: tuple[int, Any] | _Part | _Several, mask: int) -> Any:
    """What is told of a fact, a thing or a list under a mask."""
    if type(part) is tuple:
        return part[1] if part[0] & mask == part[0] else Absent.NOT_ASKED
    if type(part) is _Part:
        if part.mask & mask == part.mask:
            return part.value
        if not part.mask & mask:
            return part.blank
        return Record({name: _kept(inner, mask) for name, inner in part.facts.items()})
    assert type(part) is _Several
    if part.mask & mask == part.mask:
        return part.value
    closed = bool(part.closed & mask)
    items = tuple([_kept(thing, mask) for there, thing in part.elements if there & mask])
    return Listed(items, not closed, closed or bool(items))


def atoms_of(compiled: Compiled, case: Case, judgements: Judging) -> Atoms:
    """The atoms of a case; presumptions only where they are made."""
    book = compiled.book
    out = Atoms(case)
    presumed: dict[Address, str] = {}
    recorded: dict[str, list[Address]] = {}
    if judgements == "presumed":
        facts = thaw(case, book)
        for j in book.judgements.values():
            if not presumes(j, facts.root):
                continue
            if j.entity is not None:
                out.things[j.id] = j.entity
            places = [Address(None, -1, (j.id,))] if j.entity is None else judged_places(book, facts, j.entity, j.id)
            recorded[j.id] = []
            for a in places:
                if type(facts.get(a)) is Absent:
                    presumed[a] = j.id
                elif a.list is not None:
                    recorded[j.id].append(a)
            out.presumed[j.id] = _bit(out, Atom("presumption", j.id), ("", j.id))
    out.at.update({a: out.presumed[name] for a, name in presumed.items()})
    for name, fact in book.givens.items():
        day = case.root.facts.get(name)
        if fact.default == "today" and day is not None and not isinstance(day, Absent):
            out.root[name] = 0, day  # the day on which it is asked is part of the question
            continue
        out.root[name] = _part(out, book, fact.type, case.root.facts.get(name), Address(None, -1, (name,)), 0, presumed)
    for name, places in recorded.items():
        out.recorded[name] = 0
        for a in places:
            assert a.list is not None
            out.recorded[name] |= out.at[a.list, str(a.place)]
    return out


def _bit(out: Atoms, atom: Atom, key: Key) -> int:
    bit = 1 << len(out.all)
    out.all.append(atom)
    out.at[key] = bit
    return bit


def shown(a: Address) -> str:
    """An address as people write it."""
    steps = ".".join(a.steps)
    return steps if a.list is None else f"{a.list}[{a.place}].{steps}" if steps else f"{a.list}[{a.place}]"


def _part(
    out: Atoms, book: Book, kind: Any, value: Any, a: Address, there: int, presumed: Mapping[Address, str]
) -> tuple[int, Any] | _Part | _Several:
    """What is told of a fact. there: the bit of the element it belongs to, or 0."""
    match kind:
        case EntityOf(name):
            told = value.facts if isinstance(value, Record) else {}
            inner = {
                f.id: _part(out, book, f.type, told.get(f.id), a._replace(steps=(*a.steps, f.id)), there, presumed)
                for f in book.entities[name].facts
            }
            return _thing(inner)
        case ListOf(name):
            listed = value if isinstance(value, Listed) else Listed((), True, False)
            path = ".".join(a.steps)
            elements = []
            for i, item in enumerate(listed.items):
                here = Address(path, i, ())
                bit = _bit(out, Atom("element", shown(here)), (path, str(i)))
                out.needs[bit] = 0
                thing = _part(out, book, EntityOf(name), item, here, bit, presumed)
                assert isinstance(thing, _Part)
                elements.append((bit, thing))
            closed = 0
            if not listed.open:
                closed = _bit(out, Atom("list", path), (path,))
                out.brings[closed] = sum(bit for bit, _ in elements)
                for bit, _ in elements:
                    out.needs[bit] |= closed
            mask = closed | sum(bit for bit, _ in elements)
            for _, thing in elements:
                mask |= thing.mask
            whole = Listed(tuple(thing.value for _, thing in elements), not closed, bool(closed or elements))
            return _Several(mask, whole, closed, tuple(elements))
        case _:
            if a in presumed:
                return out.presumed[presumed[a]], True
            if value is None or isinstance(value, Absent):
                return 0, Absent.NOT_ASKED
            bit = _bit(out, Atom("fact", shown(a)), a)
            if there:
                out.brings[bit] = there
                out.needs[there] |= bit
            return bit, value


def _thing(inner: Mapping[str, tuple[int, Any] | _Part | _Several]) -> _Part:
    mask = 0
    for part in inner.values():
        mask |= part[0] if isinstance(part, tuple) else part.mask
    whole = Record({n: _kept(p, mask) for n, p in inner.items()})
    return _Part(mask, whole, inner, Record({n: _kept(p, 0) for n, p in inner.items()}))
