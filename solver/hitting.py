"""All minimal sets of a monotone question, by the sets that hit them all.

Sets are bit masks. A question is *monotone* if what holds of a set holds of every larger one. Its minimal sets and the
minimal sets that hit each of them determine each other: once no complement of a hitting set holds, none is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct, field

Question = Callable[[int], "bool | None"]
"""Whether a set holds; None where it cannot be said."""


class TooMany(Exception):  # noqa: N818
    """More sets than the limit allows."""


def bits(mask: int) -> Iterator[int]:
    """The single bits of a mask, lowest first."""
    while mask:
        low = mask & -mask
        yield low
        mask ^= low


def minimal(sets: Iterable[int]) -> list[int]:
    """The sets that contain no other, smallest first."""
    out: list[int] = []
    for s in sorted(set(sets), key=lambda m: (m.bit_count(), m)):
        for o in out:
            if o & s == o:
                break
        else:
            out.append(s)
    return out


def crossed(left: Sequence[int], right: Sequence[int], limit: int) -> list[int]:
    """The minimal unions of one set from each side."""
    if len(left) * len(right) > 16 * limit:
        raise TooMany
    out = minimal([a | b for a in left for b in right])
    if len(out) > limit:
        raise TooMany
    return out


class Enumeration(Struct):
    """The minimal sets found so far, and the sets that hit them all.

    spread: a set to leave out with all that would bring its members back; core: a set without what its other members
    bring with them. within: where sets are looked for first. complete: none is missing.
    """

    holds: Question
    everything: int
    spread: Callable[[int], int]
    core: Callable[[int], int]
    limit: int
    within: int = -1
    found: list[int] = field(default_factory=list)
    hitting: list[int] = field(default_factory=lambda: [0])
    settled: set[int] = field(default_factory=set)
    unsure: set[int] = field(default_factory=set)
    complete: bool = True

    def add(self, one: int) -> None:
        """One more set that holds; those that contain it are not minimal."""
        larger = [f for f in self.found if f & one == one]
        if larger:
            self.found = [f for f in self.found if f & one != one]
            self.hitting = [0]
            for f in [*self.found, one]:
                self._hit(f)
        else:
            self._hit(one)
        self.found.append(one)

    def _hit(self, one: int) -> None:
        """Make every hitting set hit this one too."""
        one = self.core(one)
        kept = [h for h in self.hitting if h & one]
        grown = {h | b for h in self.hitting if not h & one for b in bits(one)}
        for g in sorted(grown, key=int.bit_count):
            for k in kept:
                if k & g == k:
                    break
            else:
                kept.append(g)
        if len(kept) > self.limit:
            raise TooMany
        self.hitting = kept

    def run(self) -> None:
        """Find all that are missing; leaves `complete` False where that cannot be said."""
        while True:
            todo = [h for h in self.hitting if h not in self.settled]
            if not todo:
                return
            for h in todo:
                kept = self.everything & ~self.spread(h)
                held = self.holds(kept)
                if held:
                    less = kept & self.within
                    self.add(self.shrunk(less if less != kept and self.holds(less) else kept))
                    break
                if held is None:
                    self.complete = False
                self.settled.add(h)

    def shrunk(self, mask: int) -> int:
        """A minimal set within one that holds; where that cannot be said of it, it is noted as unsure."""
        unsure = 0
        for b in (*bits(mask), 0):
            # What could not be said of a larger set may be said of what is left of it in the end.
            for bit in [b] if b else list(bits(unsure)):
                less = mask & ~self.spread(bit)
                if not mask & bit or less == mask:
                    unsure &= ~bit
                    continue
                held = self.holds(less)
                mask = less if held else mask
                unsure = unsure | bit if held is None else unsure & ~bit
        if unsure:
            self.complete = False
            self.unsure.add(mask)
        return mask
