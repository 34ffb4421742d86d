"""Every category answers on every person in `examples/`, with reasons and citations, in all three scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from dsl.casefile import read_case
from dsl.model import Verdict
from solver.assess import assess
from solver.compiled import Compiled, compile_book
from tests import ready
from whereas.phrases import LANGUAGES, Language
from whereas.report import view
from whereas.scripts import simplified
from whereas.views import CaseView, ResultView, Row

EXAMPLES = tuple(
    p for p in sorted((Path(__file__).parent.parent / "examples").iterdir()) if p.suffix in (".yaml", ".json")
)
ENTRY = [
    *("vpas.a", "vpas.b", "ttps.a", "ttps.b", "ttps.c"),
    *("asmtp", "gep", "iang.recent", "iang.returning", "qmas.general", "qmas.achievement"),
    *("technical", "techtas", "assg", "cies", "dependant", "student_work"),
]
"""The categories of entry that an answer names by these ids."""

EXTENDED = ("vpas", "ttps", "asmtp", "gep", "iang", "qmas", "technical", "techtas", "assg", "cies", "dependant")
"""Schemes with stages after entry: each has categories `SCHEME.extension...`."""

HAN = re.compile(r"[\u3400-\u9fff]")


@cache
def compiled() -> Compiled:
    return compile_book(ready.hk())


@cache
def views(path: Path) -> dict[Language, tuple[CaseView, ...]]:
    """What is said of the people in a file, with the whole tree of every category."""
    read = read_case(path.read_text("utf-8"), path.name, ready.hk(), today=ready.hk().known)
    assert read.value, read.diagnostics
    answered = [(case, assess(compiled(), case, readings=case.readings, whole=True)) for case in read.value]
    assert all(answer.complete for _, answer in answered)
    return {lang: tuple(view(ready.hk(), c, a, lang, chain=True, most=None) for c, a in answered) for lang in LANGUAGES}


def every(rows: Sequence[Row]) -> Iterator[Row]:
    for row in rows:
        yield row
        yield from every(row.rows)


def words(result: ResultView) -> Iterator[str]:
    """All that a reader of one answer reads, names of places and people aside."""
    yield from (result.label, result.scheme_label, result.verdict_words)
    yield from (row.words for row in every(result.rows))
    for total in (total for row in every(result.rows) for total in row.totals):
        yield from (total.label, *total.caps)
        yield from (entry.words for entry in total.entries if entry.words)
        yield from (entry.label for entry in total.entries if entry.label != entry.id)  # a line of a score has an id
    yield from (row.words for row in result.reasons)
    yield from (hinge.words for hinge in result.hinges)
    yield from (grant.words for grant in result.grants)
    yield from (paper.words for paper in result.asks_for)


def test_the_categories_are_in_the_book() -> None:
    assert set(ENTRY) <= ready.hk().categories.keys()
    for scheme in EXTENDED:
        assert any(id.startswith(f"{scheme}.extension") for id in ready.hk().categories), scheme
    assert len(EXAMPLES) >= 20


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_category_answers_with_reasons_and_citations(path: Path) -> None:
    for lang, seen in views(path).items():
        for person in seen:
            results = {result.category: result for result in person.results}
            assert results.keys() == ready.hk().categories.keys()
            for id, result in results.items():
                where = (lang, id)
                assert result.reasons or result.hinges, where
                assert result.verdict is not Verdict.DEPENDS or result.hinges, where
                assert result.verdict is not Verdict.DOES_NOT_QUALIFY or result.reasons, where
                assert result.rows, where
                cited = {cite for row in every(result.rows) for cite in row.cites}
                assert cited, where
                assert {source.id for source in result.sources}, where
                for row in every(result.rows):
                    assert (
                        row.cites or row.rows or any(row.path.startswith(f"{r.path}/") for r in every(result.rows))
                    ), (
                        *where,
                        row.path,
                    )
                for said in words(result):
                    assert said.strip(), where
                    assert "{" not in said, (where, said)


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_three_scripts_say_the_same(path: Path) -> None:
    seen = views(path)
    for english, hant, hans in zip(seen["en"], seen["zh-Hant"], seen["zh-Hans"], strict=True):
        for a, b, c in zip(english.results, hant.results, hans.results, strict=True):
            assert (a.category, a.verdict) == (b.category, b.verdict) == (c.category, c.verdict)
            assert [row.path for row in every(a.rows)] == [row.path for row in every(b.rows)]
            assert not any(HAN.search(said) for said in words(a)), a.category
            assert all(HAN.search(said) or not re.search(r"[a-z]{4}", said) for said in words(b)), b.category
            assert list(words(c)) == [simplified(said) for said in words(b)]
