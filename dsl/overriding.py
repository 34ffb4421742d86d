"""Whether the exceptions of a category fit it: they name clauses it has, and do not disagree without an order."""

from __future__ import annotations

from itertools import combinations

from dsl.checks import labelled
from dsl.model import Book, Category


def in_order(book: Book, category: Category) -> bool:
    """Whether `check` would find nothing to say of the exceptions of a category (N109, L302)."""
    known = labelled(book, category)
    named = {o.label for o in category.overrides}
    return all(
        ".".join(o.target) in known and ".".join(o.target) not in named and set(o.over) <= named
        for o in category.overrides
    ) and not any(
        a.target == b.target and a.effect != b.effect and b.label not in a.over and a.label not in b.over
        for a, b in combinations(category.overrides, 2)
    )
