"""The checker of decision records: follows what a record says from its facts and the rules, without the solver.

`docs/records.md` says what is proved and what is not; what a verdict rests on stands in `meaning` and `kernel`.
"""

from __future__ import annotations

from typing import Any

from whereas.records.beside import given, steps
from whereas.records.kernel import Checked, Finding, claims, opened
from whereas.records.meaning import World
from whereas.records.turning import hinges, turning

Json = dict[str, Any]
VERSION = 3


def check(rules: Json, body: Json) -> tuple[Finding, ...]:
    """All findings about the body of a record, given the rules of its categories as `program` has them."""
    return tuple(examined(rules, body).found)


def examined(rules: Json, body: Json) -> Checked:
    """The record with all that was found."""
    c = Checked(rules, body, World(rules, {}), World(rules, {}))
    try:
        opened(c)
        names = [r["category"] for r in body["results"]]
        c.must("results", names, [n for n in body["asked"]["categories"] if n not in body["unsettled"]])
        for result in body["results"]:
            r = claims(c, result)
            c.must(f"{r.at}.scheme", result["scheme"], r.rule["scheme"])
            hinges(r)
            turning(r)
            given(r)
            steps(r)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        c.note("wrong", "record", f"not made like a record: {type(error).__name__} {str(error)[:77]}")
    return c
