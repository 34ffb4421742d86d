"""Words, numbers, strings and layout: what the lexer takes, and what it says about the rest."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from dsl.keywords import ANYWHERE, OPENING, PUNCTUATION, Word
from dsl.lexer import lex
from tests.strategies_text import any_text

ALL: dict[str, Word] = {**OPENING, **ANYWHERE}


def kinds(line: str) -> list[str]:
    """Terminals of the line after a first word, without layout."""
    chunks, problems = lex(f"term {line}\n", "x")
    assert not problems, problems
    return [t.type for t in chunks[0].tokens if not t.type.startswith("_")][1:]


def texts(line: str) -> list[str]:
    chunks, problems = lex(f"term {line}\n", "x")
    assert not problems, problems
    return [t.text for t in chunks[0].tokens if not t.type.startswith("_")][1:]


def trouble(text: str) -> tuple[str, str]:
    """Code and marked text of the only diagnostic."""
    _, (problem,) = lex(text, "x")
    place = problem.primary.place
    return problem.code, text[place.start : place.end]


@pytest.mark.parametrize("terminal", sorted(ANYWHERE))
def test_every_spelling_of_a_word_is_read_anywhere(terminal: str) -> None:
    for spelling in (*ANYWHERE[terminal].en, *ANYWHERE[terminal].zh):
        assert kinds(f"a {spelling} b") == ["NAME", terminal, "NAME"]


@pytest.mark.parametrize("terminal", sorted(OPENING))
def test_an_opening_word_is_a_word_only_where_a_line_begins(terminal: str) -> None:
    for spelling in OPENING[terminal].en:
        (chunk,), _ = lex(f"{spelling}\n", "x")
        assert chunk.tokens[0].type == terminal
        if " " not in spelling:
            assert kinds(f"a {spelling}") == ["NAME", "NAME"]


def test_no_spelling_stands_for_two_words() -> None:
    spellings = [s for word in ALL.values() for s in (*word.en, *word.zh)]
    assert len(set(spellings)) == len(spellings)


def test_every_word_has_both_languages() -> None:
    for word in ALL.values():
        assert all(s.isascii() and s == s.lower() for s in word.en)
        assert not any(c.isascii() for s in word.zh for c in s)


def test_the_longest_word_wins() -> None:
    assert kinds("a is not b") == ["NAME", "IS_NOT", "NAME"]
    assert kinds("a on or before b") == ["NAME", "ON_OR_BEFORE", "NAME"]
    assert kinds("a 不是 b") == ["NAME", "IS_NOT", "NAME"]
    assert kinds("a 不早於 b") == ["NAME", "ON_OR_AFTER", "NAME"]
    assert kinds("not all of") == ["NOT", "ALL_OF"]
    assert kinds("at   least\t2 of") == ["AT_LEAST", "NUMBER", "OF"]


def test_a_word_inside_a_name_is_part_of_the_name() -> None:
    assert texts("island d.on note_of ordered_list at_least") == [
        "island",
        "d.on",
        "note_of",
        "ordered_list",
        "at_least",
    ]


def test_chinese_words_need_no_blanks() -> None:
    assert kinds("d.level是bachelor並且d.months至少36個月") == [
        *("NAME", "IS", "NAME", "AND", "NAME", "AT_LEAST", "NUMBER", "MONTHS"),
    ]


def test_a_fact_may_be_called_by_a_word_of_the_language() -> None:
    (chunk,), problems = lex("entity e\n  value : money\n  en : text\n  key　：　date\n", "x")
    assert not problems
    names = [t.text for t in chunk.tokens if t.type == "NAME"]
    assert names == ["e", "value", "money", "en", "text", "key", "date"]


def test_every_word_may_be_a_label() -> None:
    assert kinds("[days] days [ from ] 【on.or】 [at least]") == [
        *("LSQB", "NAME", "RSQB", "DAYS", "LSQB", "NAME", "RSQB", "LSQB", "NAME", "RSQB", "LSQB", "AT_LEAST", "RSQB"),
    ]


def test_punctuation_of_both_widths() -> None:
    for terminal, forms in PUNCTUATION.items():
        for form in forms:
            if terminal not in ("LPAR", "LBRACE"):
                assert kinds(f"a {form}") == ["NAME", terminal]
    wide = kinds("t（d：degree，j：job）")
    assert wide == kinds("t(d:degree,j:job)")
    assert wide[:4] == ["NAME", "LPAR", "NAME", "COLON"]


def test_numbers_and_amounts_lose_their_separators() -> None:
    assert texts("12 2,500,000 2_500_000 1,2 007") == ["12", "2500000", "2500000", "1", ",", "2", "007"]
    assert texts("HK$2,500,000 HK$ 5 2,500,000 港元 5港元") == ["2500000", "5", "2500000", "5"]
    assert kinds("HK$2, HK$3") == ["MONEY", "COMMA", "MONEY"]
    assert kinds("36 months 180 days 5年 4 星期") == [
        "NUMBER",
        "MONTHS",
        "NUMBER",
        "DAYS",
        "NUMBER",
        "YEARS",
        "NUMBER",
        "WEEKS",
    ]


def test_dates_and_references() -> None:
    assert kinds("2024-10-16 A-05 TTPS-040 C-16b") == ["DATE", "REF", "REF", "REF"]


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("2.5", "2.5"),
        ("36months", "36months"),
        ("2024-10-16T11:00", "2024-10-16T11"),
        ("2024/10/16", "2024/10/16"),
        ("2024-1-5", "2024-1-5"),
        ("HK$2.5", "HK$2.5"),
        ("HK$2,50", "HK$2,50"),
        ("HK$", "HK$"),
        ("$2,500", "$2,500"),
        ("250 萬元", "250 萬元"),
        ("{1,200}", "1,200"),
        ("{1,\n  10,200}", "10,200"),
    ],
)
def test_numbers_that_cannot_be_read(line: str, marked: str) -> None:
    assert trouble(f"term t {line}\n") == ("S004", marked)


def test_strings_are_closed_on_their_line() -> None:
    assert texts('"a # b" 「say "so"」 “c”') == ["a # b", 'say "so"', "c"]
    assert trouble('term t "a\n') == ("S006", '"a')
    assert trouble("term t 「a\n") == ("S006", "「a")


def test_comments_end_a_line() -> None:
    assert kinds('a # b "c') == ["NAME"]
    assert lex("# only\n\n   # comments\n", "x") == ((), ())


def test_characters_that_hide_are_reported_once_each() -> None:
    assert trouble("term a\u202eb\n") == ("S005", "\u202e")
    assert trouble("term a\x00\n") == ("S005", "\x00")
    assert trouble('term a en "a\u200bb"\n') == ("S005", "\u200b")
    assert trouble("term a # a\ufeff\n") == ("S005", "\ufeff")
    assert trouble("term \u0435ntry\n") == ("S005", "\u0435")  # a Cyrillic letter
    assert trouble('term a en "e\u0301"\n') == ("S005", "e\u0301")  # e and a combining accent


def test_line_ends_of_windows_are_fine() -> None:
    plain, _ = lex("term a\n  means b\n", "x")
    windows, problems = lex("term a\r\n  means b\r\n", "x")
    assert not problems
    assert [t.type for t in windows[0].tokens] == [t.type for t in plain[0].tokens]


def test_layout_becomes_indents_and_dedents() -> None:
    (chunk,), _ = lex("a\n  b\n     c\n  d\n", "x")
    assert [t.type for t in chunk.tokens] == (
        ["NAME", "_NL", "_INDENT", "NAME", "_NL", "_INDENT", "NAME", "_NL", "_DEDENT", "NAME", "_NL", "_DEDENT"]
    )


def test_layout_that_does_not_fit() -> None:
    assert trouble("term a\n    b\n  c\n") == ("S002", "  ")
    assert trouble("term a\n\tb\n") == ("S002", "\t")
    assert trouble("term a\n　　b\n") == ("S002", "　　")
    assert trouble("  a\n") == ("S002", "  ")


def test_lines_break_inside_brackets() -> None:
    (chunk,), problems = lex("term t\n  x in {a,  # one\n\n b,\n          c\n  }\n  d\n", "x")
    assert not problems
    assert [t.text for t in chunk.tokens if t.type == "NAME"] == ["t", "x", "a", "b", "c", "d"]
    assert [t.type for t in chunk.tokens].count("_NL") == 3
    assert trouble("term t (a\n  (b)\n") == ("S001", "(")


def test_facts_are_taken_as_they_are() -> None:
    text = "example e\n  facts  # these\n    a: 'x'\n    # note\n\n    b: {c: 2}\n  with a.b[0] = [x]  # kept\n"
    (chunk,), problems = lex(text, "x")
    assert not problems
    (facts,) = (t for t in chunk.tokens if t.type == "FACTS")
    assert facts.text == "    a: 'x'\n    # note\n\n    b: {c: 2}"
    assert text[facts.start : facts.end] == facts.text
    (change,) = (t for t in chunk.tokens if t.type == "WITH")
    assert change.text == "a.b[0] = [x]  # kept"


def test_words_may_follow_facts() -> None:
    (chunk,), problems = lex('example e\n  facts en "words"\n    a: 1\n', "x")
    assert not problems
    assert [t.type for t in chunk.tokens if not t.type.startswith("_")] == ["EXAMPLE", "NAME", "FACTS", "EN", "STRING"]


def test_a_mistake_costs_its_declaration_only() -> None:
    chunks, problems = lex("scheme a\nscheme b ~\nscheme c\n", "x")
    assert len(chunks) == 2
    assert len(problems) == 1


def test_a_mistyped_chinese_word_is_suggested() -> None:
    _, (problem,) = lex("term t\n  [a] x 不遲与 y\n", "x")
    assert (problem.code, problem.help) == ("S001", "write `不遲於`")


@given(any_text)
def test_tokens_stand_in_order_inside_the_text(text: str) -> None:
    chunks, problems = lex(text, "x")
    for chunk in chunks:
        assert 0 <= chunk.start <= chunk.end <= len(text)
        assert all(0 <= t.start <= t.end <= len(text) for t in chunk.tokens)
        words = [t for t in chunk.tokens if not t.type.startswith("_") and t.type not in ("FACTS", "WITH")]
        assert all(a.end <= b.start for a, b in pairwise(words))
    for problem in problems:
        assert 0 <= problem.primary.place.start <= problem.primary.place.end <= len(text)
        assert problem.help
