"""Small books about one open list, drawn by lot: conditions put together over leaves that each law draws for itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from random import Random

from dsl import model as m
from tests.strategies.books import clause


class Drawn(ABC):
    """Conditions by a seed. Whoever draws says what a leaf is."""

    def __init__(self, seed: int) -> None:
        self.pick = Random(seed).choice
        self.names = 0

    def name(self) -> str:
        """A variable that no other condition has."""
        self.names += 1
        return f"v{self.names}"

    @abstractmethod
    def leaf(self) -> m.Cond:
        """A condition with none inside it."""

    def size(self) -> int:
        """Of how many a group is."""
        return 2

    def operator(self) -> m.Operator:
        ops: tuple[m.Operator, ...] = ("ge", "gt", "le", "lt", "is", "is_not")
        return self.pick(ops)

    def tree(self, depth: int) -> m.Cond:
        match self.pick(("leaf", "all", "all", "any", "any", "not") if depth else ("leaf",)):
            case "leaf":
                return self.leaf()
            case "not":
                return m.Not(clause(self.tree(depth - 1)))
            case kind:
                items = tuple(clause(self.tree(depth - 1)) for _ in range(self.size()))
                return m.All(items) if kind == "all" else m.AnyOf(items)
