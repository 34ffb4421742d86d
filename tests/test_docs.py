"""The pages for authors: their blocks compile, their Chinese is the formatter's, their keywords are the language's.

A block `rules prelude` is the small book of its page; a block `rules` is compiled as an addition to it, alone; a block
`rules zh` is the one before it in Chinese; `csv NAME` is a file of the book. Blocks of other kinds are not rules.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dsl.book import compile_book_files
from dsl.codes import CODES
from dsl.diagnostics import Severity
from dsl.format import format_source
from dsl.keywords import ANYWHERE, OPENING, Word
from dsl.render import render_all
from whereas.examples import run_examples

DOCS = Path(__file__).parent.parent / "docs"
PAGES = ("language", "hard-clauses")
_FENCE = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TABLE = re.compile(r"(<!-- keywords: .*? -->\n).*?(<!-- end of keywords -->)", re.DOTALL)


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text("utf-8")


def blocks(name: str) -> list[tuple[str, str, str]]:
    """Language, word after it and text of every block of a page."""
    return [(a, b, c) for a, b, c in _FENCE.findall(page(name))]


def additions() -> list[tuple[str, int, str]]:
    """Every block that is compiled: its page, its place among the page's blocks, its text."""
    found = []
    for name in PAGES:
        for i, (language, word, text) in enumerate(blocks(name)):
            if language == "rules" and word in ("", "prelude"):
                found.append((name, i, text if word == "" else ""))
    return found


ADDITIONS = additions()


@pytest.mark.parametrize(("name", "number", "text"), ADDITIONS, ids=[f"{n}-{i}" for n, i, _ in ADDITIONS])
def test_a_block_compiles_with_the_book_of_its_page(name: str, number: int, text: str) -> None:
    prelude = "\n".join(c for a, b, c in blocks(name) if (a, b) == ("rules", "prelude"))
    files = {"book.rules": f"{prelude}\n{text}"} | {b: c for a, b, c in blocks(name) if a == "csv"}
    result = compile_book_files(files)
    errors = [d for d in result.diagnostics if CODES[d.code].severity is Severity.ERROR]
    assert not errors, "\n" + render_all(errors, files)
    assert result.value is not None
    report = run_examples(result.value)
    assert not report.failures, "\n" + render_all(report.failures, files)
    assert report.count == len(re.findall("^example ", prelude + text, re.MULTILINE))


@pytest.mark.parametrize("name", PAGES)
def test_blocks_are_written_as_the_formatter_writes_them(name: str) -> None:
    for language, word, text in blocks(name):
        if language == "rules" and word in ("", "prelude"):
            assert format_source(text, f"{name}.md", "en").value == text


@pytest.mark.parametrize("name", PAGES)
def test_chinese_blocks_are_the_english_ones(name: str) -> None:
    previous = ""
    for language, word, text in blocks(name):
        if language == "rules" and word == "zh":
            assert format_source(previous, f"{name}.md", "zh").value == text
            assert format_source(text, f"{name}.md", "en").value == previous
        previous = text if language == "rules" else previous


def keyword_tables() -> str:
    def table(title: str, words: dict[str, Word]) -> str:
        rows = [
            f"| {', '.join(f'`{s}`' for s in word.en)} | {'、'.join(f'`{s}`' for s in word.zh)} |"
            for word in sorted(words.values(), key=lambda w: w.en[0])
        ]
        return "\n".join([f"| {title} | |", "|---|---|", *rows])

    return f"\n{table('where a line begins', OPENING)}\n\n{table('anywhere', ANYWHERE)}\n\n"


def test_the_keyword_tables_are_those_of_the_language(accept: bool) -> None:
    text = page("language")
    wanted = _TABLE.sub(lambda m: m[1] + keyword_tables() + m[2], text)
    if accept:
        (DOCS / "language.md").write_text(wanted, "utf-8")
    else:
        assert text == wanted


def test_every_keyword_is_used_on_the_page_of_the_language() -> None:
    shown = " ".join(c for a, b, c in blocks("language") if a == "rules")
    prose = page("language").split("## 9.")[0]
    assert not [w.en[0] for w in (*OPENING.values(), *ANYWHERE.values()) if not any(s in shown + prose for s in w.en)]


def test_links_between_pages_lead_somewhere() -> None:
    for name in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page(name)):
            assert (DOCS / target).exists(), target


def test_every_module_has_one_place_in_the_way_through_the_code() -> None:
    text = page("inside")
    rows = [line for line in text.split("\n") if line.startswith("|")]
    package, named = "", []
    for line in rows:
        if found := re.search(r"modules of `(\w+)/`", line):
            package = found[1]
        elif line.startswith("| law"):
            package = ""
        else:
            named += [f"{package}/{name}" for name in re.findall(r"`(\w+)`", line.split("|")[2]) if package]
    root = DOCS.parent
    there = [
        f"{package}/{path.stem}"
        for package in ("dsl", "solver", "whereas")
        for path in sorted((root / package).iterdir())
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()
    ]
    assert sorted(named) == sorted(there)


def test_the_tests_named_in_the_way_through_the_code_are_there() -> None:
    law = page("inside").rpartition("| law | tests |")[2]
    names = re.findall(r"`(test_\w+)`", law)
    assert len(names) > 10
    assert [name for name in names if not (DOCS.parent / "tests" / f"{name}.py").is_file()] == []


def test_what_tests_share_has_one_place_in_the_way_through_the_code() -> None:
    named = re.findall(r"`(\w+)`", page("inside").rpartition("| what tests share | modules of tests |")[2])
    tests = DOCS.parent / "tests"
    shared = {path.stem for path in tests.glob("*.py") if not path.stem.startswith(("test_", "conftest"))}
    shared |= {path.parent.name for path in tests.glob("*/__init__.py")}
    assert sorted(named) == sorted(shared)
