"""`code`: the page of a finding."""

from __future__ import annotations

from whereas.commands.shared import OK, write, write_json
from whereas.options import Settings, refused


def code(given: Settings, word: str | None) -> int:
    """The page of a diagnostic code, or the list of all."""
    from dsl.codes import CODES, page
    from dsl.suggest import nearest

    if word is None:
        if given.json:
            kinds = [
                {"id": c.id, "slug": c.slug, "severity": c.severity.value, "summary": c.summary} for c in CODES.values()
            ]
            write_json({"version": 1, "codes": kinds})
        else:
            write("".join(f"{c.id}  {c.slug:<24} {c.summary}\n" for c in CODES.values()))
        return OK
    found = (
        word.upper() if word.upper() in CODES else next((c.id for c in CODES.values() if c.slug == word.lower()), None)
    )
    if found is None:
        near = nearest(word.upper(), CODES) or nearest(word, [c.slug for c in CODES.values()])
        raise refused(
            given.argv, "U708", f"there is no code `{word}`", word, "not a code of a finding",
            help=f"write `{near}`" if near else "see them all with `whereas code`",
        )  # fmt: skip
    if given.json:
        write_json({"version": 1, "id": found, "page": page(found)})
    else:
        write(page(found))
    return OK
