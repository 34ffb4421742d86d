"""Property tests of rule books: people and edits as Hypothesis strategies, and assertions that explain themselves.

`docs/testing.md` shows how they are used. Hypothesis comes with `pip install whereas[testing]`.
"""

from __future__ import annotations

from whereas.testing.books import Book, RefusedError
from whereas.testing.incompletion import incomplete
from whereas.testing.judging import assert_verdict, explained
from whereas.testing.person import Person, UnsettledError
from whereas.testing.strategies import edits, near_boundary, people

__all__ = [
    "Book",
    "Person",
    "RefusedError",
    "UnsettledError",
    "assert_verdict",
    "edits",
    "explained",
    "incomplete",
    "near_boundary",
    "people",
]
