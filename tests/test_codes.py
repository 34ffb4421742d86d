"""Every code has a page, and the examples on the pages do what the pages say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dsl.book import compile_book_files
from dsl.casefile import read_case
from dsl.codes import CODES, code, page
from dsl.diagnostics import Diagnostic, Severity
from dsl.yamltree import decode
from tests.smallbook import BOOK, TODAY

SHARED = Path(__file__).parent / "codes_book"
BLOCK = re.compile(r"^```(\w+) (bad|good)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

EXAMPLES = [(name, *match.groups()) for name in CODES for match in BLOCK.finditer(page(name))]
RUN_HERE = [example for example in EXAMPLES if example[1] in ("rules", "case")]

BY_OTHER_TESTS = {
    "A404": "needs the stored documents",
    "A411": "needs the stored documents",
    "A412": "needs a fact sheet",
    "A413": "needs a fact sheet",
    **{f"B9{n:02}": "found by audit; tests/test_audit.py runs the examples" for n in range(1, 16)},
    "T804": "found by mutation; tests/test_mutation.py runs the examples",
    "C529": "needs the solver to see that an invariant is broken",
    "C534": "a page does not hold a hundred mistakes",
    "X601": "a limit, not an input",
    "X602": "a limit, not an input",
    "X603": "an event, not an input",
}
"""Codes whose page has no example that reading a book or a case can show."""


def files_of(block: str) -> dict[str, str]:
    """The files of a rules example: what stands before `# file NAME` is the main book, added to the shared one."""
    main, *others = re.split(r"^# file (\S+)\n", block, flags=re.MULTILINE)
    shared = "" if main.startswith("book ") else (SHARED / "book.rules").read_text("utf-8") + "\n"
    files = {"book.rules": shared + main, "universities.csv": (SHARED / "universities.csv").read_text("utf-8")}
    return files | dict(zip(others[::2], others[1::2], strict=True))


def said(kind: str, block: str) -> tuple[Diagnostic, ...]:
    """What is said of an example."""
    if kind == "rules":
        return compile_book_files(files_of(block)).diagnostics
    if match := re.match(r"# bytes ([0-9a-f ]+)\n", block):
        return decode(bytes.fromhex(match[1]), "case.yaml").diagnostics
    changes = [(path, value) for path, value in re.findall(r"^# change (\S+)=(\S+)$", block, re.MULTILINE)]
    return read_case(block, "case.yaml", BOOK, today=TODAY, changes=changes).diagnostics


@pytest.mark.parametrize("name", CODES)
def test_every_code_has_a_page_that_begins_with_its_name(name: str) -> None:
    first, second = page(name).split("\n\n", 2)[:2]
    assert first == f"# {name}: {code(name).slug.replace('-', ' ')}"
    assert second == f"*{code(name).severity.capitalize()}: {code(name).summary}.*"


@pytest.mark.parametrize("name", CODES)
def test_every_page_shows_what_to_avoid_and_what_to_write(name: str) -> None:
    shown = {(kind, quality) for id, kind, quality, _ in EXAMPLES if id == name}
    kinds = {kind for kind, _ in shown}
    assert shown == {(kind, quality) for kind in kinds for quality in ("bad", "good")}
    assert kinds or name in BY_OTHER_TESTS


@pytest.mark.parametrize(("name", "kind", "quality", "block"), RUN_HERE, ids=[f"{e[0]}-{e[2]}" for e in RUN_HERE])
def test_the_examples_do_what_the_page_says(name: str, kind: str, quality: str, block: str) -> None:
    diagnostics = said(kind, block)
    codes = [d.code for d in diagnostics]
    if quality == "good":
        assert not [d for d in diagnostics if code(d.code).severity is Severity.ERROR], diagnostics
        assert name not in codes
    elif name not in BY_OTHER_TESTS:
        errors = [c for c in codes if code(c).severity is Severity.ERROR or c == name]
        assert set(errors) == {name}, diagnostics
        assert all(d.help for d in diagnostics)


def test_no_page_is_left_over() -> None:
    pages = {path.stem for path in (Path(__file__).parent.parent / "dsl" / "codes").glob("*.md")}
    assert pages == set(CODES)


def test_numbers_and_slugs_are_given_once() -> None:
    assert len({c.slug for c in CODES.values() if c.id[0] != "C"}) == len([c for c in CODES if c[0] != "C"])
    assert all(re.fullmatch("[SNKLABCXUT][0-9]{3}", name) for name in CODES)
    assert list(CODES) == sorted(CODES)


def test_a_code_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        page("N999")


def test_every_code_that_is_raised_is_declared() -> None:
    root = Path(__file__).parent.parent
    sources = [path for part in ("dsl", "solver", "whereas") for path in (root / part).rglob("*.py")]
    raised = {name for path in sources for name in re.findall(r'"([SNKLABCXUT][0-9]{3})"', path.read_text("utf-8"))}
    assert raised <= set(CODES)
