"""`schema`: the JSON Schema of a case, or of a decision record."""

from __future__ import annotations

from whereas.commands.shared import OK, the_book, write_json
from whereas.options import Settings


def schema(given: Settings) -> int:
    """The JSON Schema of a case."""
    from dsl.schema import case_schema

    write_json(case_schema(the_book(given)))
    return OK


def record_schema() -> int:
    """The JSON Schema of a decision record."""
    from whereas.records.schema import record_schema as made

    write_json(made())
    return OK
