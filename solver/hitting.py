"""All minimal sets of a monotone question, by the sets that hit them all.

Sets are bit masks. A question is *monotone* if what holds of a set holds of every larger one. Its minimal sets and the
minimal sets that hit each of them determine each other: once no complement of a hitting set holds, none is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct, field

Question = Callable[[int], "bool | None"]
"""Whether a set holds; None where it cannot be said."""


ABREAST = 8
"""How many members of a set that holds are left out at once to find one that is minimal."""


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
    bring with them. fails: whether it is soon seen that a set does not hold. within: where sets without some members
    are looked for first, best first. failed: sets that do not hold. complete: none is missing.
    """

    holds: Question
    everything: int
    spread: Callable[[int], int]
    core: Callable[[int], int]
    limit: int
    fails: Callable[[int], bool] = lambda _: False
    within: Callable[[int], Iterable[int]] = lambda _: ()
    found: list[int] = field(default_factory=list)
    hitting: list[int] = field(default_factory=lambda: [0])
    settled: set[int] = field(default_factory=set)
    failed: list[int] = field(default_factory=list)
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
            # First what soon turns out not to hold: it says of much within another set that it cannot be left out.
            todo = [h for h in self.hitting if h not in self.settled and not self._failed(h)]
            if not todo:
                return
            for h in todo:
                kept = self.everything & ~self.spread(h)
                held = self.held(kept)
                if held:
                    self.add(self.shrunk(self.narrowed(kept, h)))
                    break
                if held is None:
                    self.complete = False
                self.settled.add(h)

    def _failed(self, hit: int) -> bool:
        """Whether it is soon seen that what is left without a set does not hold."""
        kept = self.everything & ~self.spread(hit)
        if not self.fails(kept):
            return False
        self.failed.append(kept)
        self.settled.add(hit)
        return True

    def narrowed(self, mask: int, gone: int) -> int:
        """As much of a set that holds without some as is in the first place to look that has enough of it."""
        return next((less for part in self.within(gone) if (less := mask & part) != mask and self.held(less)), mask)

    def held(self, mask: int) -> bool | None:
        """Whether a set holds; no part of one that does not holds either."""
        for f in self.failed:
            if mask & f == mask:
                return False
        held = self.holds(mask)
        if held is False:
            self.failed.append(mask)
        return held

    def shrunk(self, mask: int) -> int:
        """A minimal set within one that holds; where that cannot be said of it, it is noted as unsure."""
        every = [*bits(mask)]
        # Neighbours are left out at once; where they cannot be, one half of them after the other.
        todo = [every[k : k + ABREAST] for k in range(0, len(every), ABREAST)][::-1]
        unsure: list[int] = []
        again = False
        while todo:
            some = todo.pop()
            less = mask & ~self.spread(sum(some))
            held = less == mask or self.held(less)
            if held:
                mask = less
            elif len(some) > 1:
                half = len(some) // 2
                todo += [some[half:], some[:half]]
            elif held is None:
                unsure.append(some[0])
            if not todo and not again:
                # What could not be said of a larger set may be said of what is left of it in the end.
                todo, unsure, again = [[b] for b in unsure], [], True
        if unsure:
            self.complete = False
            self.unsure.add(mask)
        return mask
