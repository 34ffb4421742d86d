"""`emit`: the answer-set program."""

from __future__ import annotations

from collections.abc import Sequence

from whereas.commands.shared import BAD_INPUT, OK, load_cases, show, the_compiled, write, write_json
from whereas.options import Settings, chosen_categories, chosen_readings, refused


def emit(given: Settings, words: Sequence[str], case_name: str | None) -> int:
    """The answer-set program of the book, or of one case; of all categories or of those named."""
    from solver.compiled import at
    from solver.emit import emit as emitted

    compiled = the_compiled(given)
    book = compiled.book
    chosen = chosen_readings(given, book)
    compiled = at(compiled, given.as_known_on)
    named = [c for word in words for c in chosen_categories(given, book, word, "emit")]
    categories = tuple(dict.fromkeys(named)) or None
    if case_name is None:
        text = emitted(compiled, categories=categories)
    else:
        loaded = load_cases(given, compiled, case_name)
        if loaded.diagnostics:
            show(loaded.diagnostics, loaded.texts)
        if not loaded.cases:
            return BAD_INPUT
        if len(loaded.cases) > 1:
            raise refused(
                given.argv, "U709", "a program is for one case", case_name,
                f"{len(loaded.cases)} cases stand here", help="put the case in a file of its own",
            )  # fmt: skip
        case = loaded.cases[0]
        text = emitted(
            compiled,
            case,
            readings="all" if given.all_readings else {**case.readings, **chosen},
            judgements=given.judgements,
            categories=categories,
        )
    if given.json:
        write_json({"version": 1, "program": text})
    else:
        write(text if text.endswith("\n") else text + "\n")
    return OK
