"""What is said of all that is not known, for a person to be there: the filling of a record."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from whereas.records import meaning as mn
from whereas.records.kernel import keeps, known
from whereas.records.seeking import Budget, Proving, longer, search

Json = dict[str, Any]


def filling(c: Proving) -> Json:
    """A value for every fact that is not known, such that the whole is a possible person; none if none is found."""
    plain = {at: _plain(c.kinds[at]) for at in c.untold}
    closed = replace(c.world, open=frozenset(), memo={})
    if keeps(c, known(c, closed, plain)):
        return plain
    reached = search(c, closed, lambda w: keeps(c, w), plain, Budget(5_000))
    return {} if reached is None else {at: reached.facts.get(at, plain[at]) for at in plain}


def elements(c: Proving) -> Json:
    """By open list a value for every fact of a further element of it, as the invariants allow."""
    out: Json = {}
    for at in sorted(c.world.open):
        n = c.world.facts[at]
        one = f"{at}[{n}]"
        plain = {f"{one}{rest}": _plain(kind) for rest, kind in c.rules["elements"][at].items()}
        more = longer(c, mn.World(c.rules, {**c.filled.facts, **c.world.facts}, c.world.open), at, 1)
        full = known(c, more, plain)
        if not keeps(c, full):
            reached = search(c, more, lambda w: keeps(c, w), plain, Budget(1_000))
            plain = plain if reached is None else {a: reached.facts.get(a, v) for a, v in plain.items()}
        out[at] = {a.removeprefix(one): v for a, v in plain.items()}
    return out


def _plain(kind: Any) -> Any:
    """A value of a type about which nothing is known."""
    plain = {"truth": False, "date": "2020-01-01", "duration": "0 months", "country": "AQ", "key": "other", "text": ""}
    return kind["of"][0] if kind["is"] == "enum" else plain.get(kind["is"], 0)
