"""The name that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def distance(a: str, b: str) -> int:
    """Edits (insert, delete, replace, swap two neighbours) that turn `a` into `b`."""
    before: list[int] = []
    above = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y)))
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                row[j] = min(row[j], before[j - 2] + 1)
        before, above = above, row
    return above[-1]


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The closest candidate, if no further than one edit or a third of the word; ties go to the first."""
    limit, best = max(1, len(word) // 3), None
    if len(word) > 80:
        return None
    for candidate in candidates:
        if abs(len(candidate) - len(word)) > limit or candidate == word:
            continue
        if candidate.casefold() == word.casefold():
            return candidate
        if (far := distance(word.casefold(), candidate.casefold())) <= limit and (best is None or far < best[0]):
            best = (far, candidate)
    return best[1] if best else None
