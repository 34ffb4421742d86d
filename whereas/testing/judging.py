"""Assertions that explain themselves."""

from __future__ import annotations

from dsl.model import Verdict
from whereas.phrases import Language
from whereas.testing.person import Person


def assert_verdict(person: Person, category: str, expected: Verdict | str, *, lang: Language = "en") -> None:
    """That the verdict of a person on a category is this one; what `whereas explain` prints if it is not.

    `expected`: `qualifies`, `depends` or `does_not_qualify`.
    """
    wanted = Verdict(expected)
    found = person.verdicts[category]
    if found is not wanted:
        told = f"{category}: {wanted.value} is expected, {found.value} is found"
        raise AssertionError(f"{told}\n\n{explained(person, category, lang=lang)}")


def explained(person: Person, category: str, *, lang: Language = "en") -> str:
    """What `whereas explain` prints of a person and a category."""
    from whereas.report import view
    from whereas.report_text import explain_text

    return explain_text(view(person.book.checked, person.case, person.assess(categories=(category,)), lang=lang))
