"""The formatter: one layout for every way to write a book, in either language, and never another meaning."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from dsl.format import Keywords, format_source, shapes
from dsl.keywords import ANYWHERE, OPENING
from dsl.parse import parse
from tests.strategies_text import any_text, books, loose_books, loosen

LANGUAGES: tuple[Keywords, ...] = ("en", "zh")


def formatted(text: str, lang: Keywords | None = None) -> str:
    result = format_source(text, "x.rules", lang)
    assert result.value is not None, result.diagnostics
    return result.value


@given(loose_books(), st.sampled_from([None, *LANGUAGES]))
def test_formatting_twice_changes_nothing_more(text: str, lang: Keywords | None) -> None:
    once = formatted(text, lang)
    assert formatted(once, lang) == once
    assert formatted(once) == once  # the language that was written is the language found


@given(loose_books())
def test_there_and_back_through_chinese(text: str) -> None:
    english = formatted(text, "en")
    assert formatted(formatted(english, "zh"), "en") == english


@given(loose_books(), st.sampled_from([None, *LANGUAGES]))
def test_the_tree_stays_the_same(text: str, lang: Keywords | None) -> None:
    before, after = parse(text, "x"), parse(formatted(text, lang), "x")
    assert before.value
    assert after.value
    assert shapes(before.value) == shapes(after.value)


@given(books(), st.randoms(use_true_random=False))
def test_careless_layout_leaves_the_tree_alone(text: str, rng: Random) -> None:
    # Guards the strategy: a text made careless still says the same, so the properties above start from sense.
    loose = parse(loosen(text, rng), "x")
    plain = parse(text, "x")
    assert not loose.diagnostics
    assert plain.value
    assert loose.value
    assert shapes(plain.value) == shapes(loose.value)


@given(loose_books())
def test_comments_are_kept(text: str) -> None:
    assert text.count("remark") == formatted(text).count("remark")


@given(any_text)
def test_what_cannot_be_read_is_reported_and_not_touched(text: str) -> None:
    result = format_source(text, "x.rules")
    assert (result.value is None) == bool(parse(text, "x.rules").diagnostics)
    assert bool(result.diagnostics) == (result.value is None)


def test_every_keyword_is_translated() -> None:
    text = 'term t(d : degree)\n  means all of\n    [a] d.x at least 12 months and not d.y  cites W01 "z"\n'
    assert formatted(text, "zh") == (
        '定義 t(d : degree)\n  即 以下全部\n    [a] d.x 至少 12 個月 並且 並非 d.y  引據 W01 "z"\n'
    )


def test_one_unit_is_singular_in_english() -> None:
    assert formatted("parameter p : months\n  value 1 months\n") == "parameter p : months\n  value 1 month\n"


def test_amounts_and_long_numbers_are_grouped_but_years_and_sets_are_not() -> None:
    text = "entity e\n  invariant a is HK$2500000 or a is 10000 or a is 2026 or a in {10000, 20000}\n"
    wanted = "entity e\n  invariant a is HK$2,500,000 or a is 10,000 or a is 2026 or a in {10000, 20000}\n"
    assert formatted(text) == wanted


def test_a_comment_keeps_its_block() -> None:
    text = "# top\nentity e\n    a : date\n    # of e\n# of f\nentity f\n   b : date\n      # below b\n   # below f\n"
    wanted = "# top\nentity e\n  a : date\n  # of e\n\n# of f\nentity f\n  b : date\n  # below b\n  # below f\n"
    assert formatted(text) == wanted


def test_flat_declarations_of_a_kind_may_stand_together() -> None:
    text = 'given a : date\n  en "a"\ngiven b : date\n\n\ngiven c : date\nscheme s\nentity e\n  a : b\nentity f\n'
    wanted = 'given a : date\n  en "a"\ngiven b : date\n\ngiven c : date\n\nscheme s\n\nentity e\n  a : b\n\nentity f\n'
    assert formatted(text) == wanted


def test_facts_move_as_a_block_and_keep_their_inside() -> None:
    facts = "\n         a:\n            - b: 1\n       # note\n\n\n         c:   2\n"
    text = f"example e\n   facts\n{facts}   expect x.y qualifies\n"
    wanted = "example e\n  facts\n    a:\n       - b: 1\n    # note\n\n\n    c:   2\n  expect x.y qualifies\n"
    assert formatted(text) == wanted


def test_a_given_called_reading_is_not_run_into_a_keyword() -> None:
    # `by reading` is one word in English: a parameter chosen by a given of that name keeps the Chinese word for `by`.
    text = "參數 p : date 按 reading\n"
    assert formatted(text, "en") == "parameter p : date 按 reading\n"
    assert formatted(formatted(text, "en"), "zh") == text


def test_quotes_inside_a_string_decide_the_quotes_around_it() -> None:
    text = 'scheme s en 「a」 zh 「say "so"」\n'
    assert formatted(text) == 'scheme s  en "a"  zh 「say "so"」\n'


def test_an_empty_file_stays_empty() -> None:
    assert formatted("") == ""
    assert formatted("\n\n  \n") == ""
    assert formatted("#only a comment") == "# only a comment\n"


def test_the_first_spelling_of_each_language_is_its_own() -> None:
    preferred = [s for w in (*OPENING.values(), *ANYWHERE.values()) for s in (w.en[0], w.zh[0])]
    assert len(set(preferred)) == len(preferred)
