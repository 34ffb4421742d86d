"""Values some of whose fields say nothing of what they are, such as the place in a file where they stand."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar

from msgspec import Struct


class Alike(Struct, frozen=True):
    """Values are equal, and hashed alike, whatever stands in the fields that `aside` names."""

    aside: ClassVar[tuple[str, ...]] = ("place",)

    def __eq__(self, other: object) -> bool:
        """Whether it is of the same kind and all that counts is the same."""
        if type(other) is not type(self):
            return NotImplemented
        if self is other:
            return True
        counts = _counting(type(self))
        return bool(counts(self) == counts(other))

    def __hash__(self) -> int:
        """By all that counts."""
        return hash(_counting(type(self))(self))


@cache
def _counting(kind: type[Alike]) -> Callable[[Any], Any]:
    """What of a kind of values counts."""
    return attrgetter(*(name for name in kind.__struct_fields__ if name not in kind.aside))
