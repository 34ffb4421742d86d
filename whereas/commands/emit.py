"""`emit`: the answer-set program."""

from __future__ import annotations

from collections.abc import Sequence

from whereas.commands.shared import BAD_INPUT, OK, how, single, the_compiled, write, write_json
from whereas.options import Settings, chosen_among, chosen_readings


def emit(given: Settings, words: Sequence[str], case_name: str | None) -> int:
    """The answer-set program of the book, or of one case; of all categories or of those named."""
    from solver.compiled import at
    from solver.emit import emit as emitted

    compiled = the_compiled(given)
    book = compiled.book
    chosen_readings(given, book)
    compiled = at(compiled, given.as_known_on)
    categories = chosen_among(given, book, words, "emit") or None
    if case_name is None:
        text = emitted(compiled, categories=categories)
    else:
        loaded = single(given, compiled, case_name)
        if loaded is None:
            return BAD_INPUT
        case = loaded.cases[0]
        readings = how(given, book, case)["readings"]
        text = emitted(compiled, case, readings=readings, judgements=given.judgements, categories=categories)
    if given.json:
        write_json({"version": 1, "program": text})
    else:
        write(text if text.endswith("\n") else text + "\n")
    return OK
