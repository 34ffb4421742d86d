"""Edits of a book: which there are, that each is what compiling the edited text gives, and that none breaks a book."""

from __future__ import annotations

from itertools import islice

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dsl.edits import Edit, edits
from dsl.model import Book
from tests import ready
from tests.agreement import Asked, answered, differences, expected
from tests.strategies.books import books
from tests.strategies.people import complete, population

TEXT = """\
book small
  en "Small"  zh "小"
  known 2026-01-01

source act
  rank 1
  en "Act"  zh "條例"

enumeration level ordered
  en "level"  zh "程度"
  low
    en "low"  zh "低"
  middle
    en "middle"  zh "中"
  high
    en "high"  zh "高"

entity person
  en "person"  zh "人"
  income : money
    en "income"  zh "收入"
  level : level
    en "level"  zh "程度"
  honest : truth
    en "honest"  zh "誠實"
  born_on : date
    en "born"  zh "出生"

given filed_on : date
  en "filed"  zh "申請日"

given applicant : person
  en "applicant"  zh "申請人"

parameter floor : money by filed_on
  en "floor"  zh "下限"
  from 2020-01-01 HK$100  cites act "1"
  from 2021-01-01 HK$200  cites act "1"

reading wide
  en "how wide"  zh "闊度"
  narrow default
    en "narrow"  zh "窄"
  broad
    en "broad"  zh "闊"
  cites act "1"

term grown(p : person)
  en "grown"  zh "成年"
  means age of p.born_on on filed_on at least 18
    en "{value} years"  zh "{value}歲"
    cites act "2"

scheme small
  en "Small"  zh "小"

category small.a
  en "A"  zh "甲"
  cites act "3"
  needs all of
    [income] applicant.income at least floor
      cites act "3"
    [level] applicant.level in {low, middle}
      cites act "3"
    [grown] grown(applicant)
    [choice] by reading wide
      [narrow] applicant.honest
        cites act "3"
      [broad] applicant.born_on before filed_on minus 2 years or applicant.honest
        cites act "3"
  barred by
    [high] applicant.level is high
      cites act "4"
  except [rich] applicant.income more than HK$900
    overrides [level] as met
    cites act "5"
  grants stay 24 months
    cites act "6"
"""


def small(text: str = TEXT) -> Book:
    """The book of a text."""
    return ready.book(text)


def test_the_edits_of_a_small_book() -> None:
    """All of them, listed by hand."""
    assert [f"{e.kind} | {e.id}" for e in edits(small())] == [
        "threshold | parameter floor from 2020-01-01: 100 → 99",
        "threshold | parameter floor from 2020-01-01: 100 → 101",
        "date | parameter floor from 2020-01-01: from 2020-01-01 → from 2019-12-31",
        "date | parameter floor from 2020-01-01: from 2020-01-01 → from 2020-01-02",
        "date | parameter floor from 2020-01-01: from 2020-01-01 100 → ∅",
        "threshold | parameter floor from 2021-01-01: 200 → 199",
        "threshold | parameter floor from 2021-01-01: 200 → 201",
        "date | parameter floor from 2021-01-01: from 2021-01-01 → from 2020-12-31",
        "date | parameter floor from 2021-01-01: from 2021-01-01 → from 2021-01-02",
        "date | parameter floor from 2021-01-01: from 2021-01-01 200 → ∅",
        "reading | reading wide: narrow default → broad default",
        "comparison | term grown: at least → more than",
        "comparison | term grown: at least → less than",
        "threshold | term grown: 18 → 17",
        "threshold | term grown: 18 → 19",
        "connective | small.a: all of → any of",
        "clause | small.a: [income] applicant.income at least floor → ∅",
        # [level] cannot be left out: the exception names it.
        "clause | small.a: [grown] grown(applicant) → ∅",
        "clause | small.a: [choice] by reading wide → ∅",
        "comparison | small.a income: at least → more than",
        "comparison | small.a income: at least → less than",
        "member | small.a level: low in the set → ∅",
        "member | small.a level: middle in the set → ∅",
        # With `high` every level would be in the set.
        "negation | small.a grown: grown(…) → not grown(…)",
        "negation | small.a choice.narrow: honest → not honest",
        "connective | small.a choice.broad: or → and",
        "clause | small.a choice.broad: applicant.born_on before filed_on minus 2 years → ∅",
        "clause | small.a choice.broad: applicant.honest → ∅",
        "date | small.a choice.broad: before → on or before",
        "date | small.a choice.broad: before → on or after",
        "threshold | small.a choice.broad: minus 2 years → minus 1 year",
        "threshold | small.a choice.broad: minus 2 years → minus 3 years",
        "date | small.a choice.broad: minus 2 years → plus 2 years",
        "negation | small.a choice.broad: honest → not honest",
        "negation | small.a high: is → is not",
        "member | small.a high: high → middle",
        "clause | small.a: barred by → ∅",
        "comparison | small.a rich: more than → at least",
        "comparison | small.a rich: more than → at most",
        "threshold | small.a rich: 900 → 899",
        "threshold | small.a rich: 900 → 901",
        "exception | small.a rich: except [rich] → ∅",
        "exception | small.a rich: overrides [level] as met → overrides [level] as not met",
        "threshold | small.a grants stay: 24 months → 23 months",
        "threshold | small.a grants stay: 24 months → 25 months",
    ]


REWRITTEN = {
    "parameter floor from 2021-01-01: 200 → 201": ("HK$200", "HK$201"),
    "parameter floor from 2020-01-01: from 2020-01-01 → from 2019-12-31": ("from 2020-01-01", "from 2019-12-31"),
    "parameter floor from 2020-01-01: from 2020-01-01 100 → ∅": ('  from 2020-01-01 HK$100  cites act "1"\n', ""),
    "reading wide: narrow default → broad default": (
        'narrow default\n    en "narrow"  zh "窄"\n  broad\n',
        'narrow\n    en "narrow"  zh "窄"\n  broad default\n',
    ),
    "term grown: at least → less than": ("at least 18", "less than 18"),
    "term grown: 18 → 19": ("at least 18", "at least 19"),
    "small.a: all of → any of": ("needs all of", "needs any of"),
    "small.a: [grown] grown(applicant) → ∅": ("    [grown] grown(applicant)\n", ""),
    "small.a level: low in the set → ∅": ("{low, middle}", "{middle}"),
    "small.a grown: grown(…) → not grown(…)": ("[grown] grown", "[grown] not grown"),
    "small.a choice.narrow: honest → not honest": ("[narrow] applicant", "[narrow] not applicant"),
    "small.a choice.broad: or → and": ("years or", "years and"),
    "small.a choice.broad: before → on or before": ("born_on before", "born_on on or before"),
    "small.a choice.broad: minus 2 years → plus 2 years": ("minus 2", "plus 2"),
    "small.a high: is → is not": ("is high", "is not high"),
    "small.a high: high → middle": ("is high", "is middle"),
    "small.a: barred by → ∅": ('  barred by\n    [high] applicant.level is high\n      cites act "4"\n', ""),
    "small.a rich: except [rich] → ∅": (
        '  except [rich] applicant.income more than HK$900\n    overrides [level] as met\n    cites act "5"\n',
        "",
    ),
    "small.a rich: overrides [level] as met → overrides [level] as not met": ("as met", "as not met"),
    "small.a grants stay: 24 months → 25 months": ("24 months", "25 months"),
}


def test_an_edit_is_what_the_edited_text_means() -> None:
    """The edited tree is the one that the compiler makes of the text edited in the same way."""
    made = {e.id: e for e in edits(small())}
    for id, (before, after) in REWRITTEN.items():
        assert TEXT.count(before) == 1, before
        other = small(TEXT.replace(before, after))
        assert made[id].book == other, id


def test_an_edit_says_where_it_stands() -> None:
    """The place is the innermost line that an author would change."""
    book = small()
    shown = {e.id: TEXT[e.place.start : e.place.end] for e in edits(book) if e.place}
    assert shown["parameter floor from 2021-01-01: 200 → 201"] == 'from 2021-01-01 HK$200  cites act "1"'
    assert shown["reading wide: narrow default → broad default"] == "reading wide"
    assert (
        shown["small.a choice.broad: minus 2 years → plus 2 years"] == "applicant.born_on before filed_on minus 2 years"
    )
    assert shown["small.a high: is → is not"] == "[high] applicant.level is high"
    assert len(shown) == len(list(edits(book)))


def test_edits_can_be_picked() -> None:
    """By kind, and by what of an answer they touch; their names stay the same."""
    book = small()
    every = {e.id: e for e in edits(book)}
    assert [e.id for e in edits(book, parts=["grants"])] == [i for i in every if "grants" in i]
    assert [e.id for e in edits(book, kinds=["reading"])] == [i for i, e in every.items() if e.kind == "reading"]
    assert every["reading wide: narrow default → broad default"].words == "narrow default → broad default"


def test_a_value_put_in_twice_is_edited_once() -> None:
    """What one change of the text does in several places is one edit."""
    text = TEXT.replace(
        "scheme small",
        "value credit(p : person) : whole\n"
        '  en "credit"  zh "分數"\n  cites act "7"\n'
        "  means total of\n"
        '    [honest] 10 when p.honest  cites act "7"\n'
        '    [level] 5 when p.level is high  cites act "7"\n\n'
        "scheme small",
    ).replace(
        "  barred by\n",
        "    [credit] credit(applicant) at least 10\n"
        '    [more] credit(applicant) less than 15\n      cites act "7"\n'
        "  barred by\n",
    )
    found = [e for e in edits(small(text)) if e.before == "is" and "credit" in e.where]
    changed = small(text.replace("5 when p.level is high", "5 when p.level is not high"))
    assert [e.book.categories for e in found] == [changed.categories]


SCORED = TEXT.replace(
    "scheme small",
    "value credit(p : person) : whole\n"
    '  en "credit"  zh "分數"\n  cites act "7"\n'
    "  means total of, at most 25\n"
    "    [best] highest of, at most 15\n"
    '      [honest] 10 when p.honest  cites act "7"\n'
    '      [level] 5 when p.level is high  cites act "7"\n'
    "    [extra] extra(p)\n\n"
    "value extra(p : person) : whole\n"
    '  en "extra"  zh "額外分數"\n  cites act "7"\n'
    "  means total of\n"
    '    [old] 3 when p.born_on before 1990-01-01  cites act "8"\n'
    '    [poor] 4 when p.income at most HK$7  cites act "8"\n\n'
    "scheme small",
).replace(
    "  barred by\n",
    "    [credit] credit(applicant) at least 11\n"
    '    [more] credit(applicant) less than 16\n      cites act "7"\n'
    '    [spare] extra(applicant) less than 8\n      cites act "8"\n'
    "  barred by\n",
)
"""A score that two lines ask for, with a group of points and another score in it, which a third line asks for."""

RESCORED = {
    ("total of, at most 25", "total of → highest of"): "highest of, at most 25",
    ("total of, at most 25", "at most 25 → at most 26"): "total of, at most 26",
    ("total of, at most 25", "at most 25 → ∅"): "total of",
    ("    [extra] extra(p)\n", "line 2 → ∅"): "",
    ("highest of, at most 15", "highest of → total of"): "total of, at most 15",
    ("highest of, at most 15", "at most 15 → at most 14"): "highest of, at most 14",
    ('      [level] 5 when p.level is high  cites act "7"\n', "[level] → ∅"): "",
    ("[honest] 10", "10 points → 9 points"): "[honest] 9",
    ("total of\n", "total of → highest of"): "highest of\n",
    ("[old] 3", "3 points → 4 points"): "[old] 4",
    ('    [poor] 4 when p.income at most HK$7  cites act "8"\n', "[poor] → ∅"): "",
}
"""By what stands in the text and the words of its edit, what comes instead."""


def test_a_score_put_in_twice_is_edited_once() -> None:
    """Its points, its limit, its lines and how they are put together: in all places at once, or not at all."""
    book = small(SCORED)
    every = list(edits(book))
    for (before, words), after in RESCORED.items():
        assert SCORED.count(before) == 1, before
        changed = small(SCORED.replace(before, after))
        found = [e for e in every if e.words == words and e.book.categories == changed.categories]
        assert len(found) == 1, words
    # The four lines of points, each with the two numbers beside it: none once more for another place.
    given = sorted(e.words for e in every if "points" in e.words)
    assert given == sorted(f"{n} points → {m} points" for n in (3, 4, 5, 10) for m in (n - 1, n + 1))


def test_an_edit_of_a_score_stands_at_its_line() -> None:
    """At the line that gives the points, or that opens the group; not at the one that asks for the score."""
    shown = {(e.words, SCORED[e.place.start : e.place.end]) for e in edits(small(SCORED)) if e.place}
    assert {
        ("10 points → 9 points", "[honest] 10 when p.honest"),
        ("at most 15 → ∅", "[best] highest of, at most 15"),
        ("line 2 → ∅", "means total of, at most 25"),
        ("at most 25 → ∅", "means total of, at most 25"),
    } <= shown


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_edited_books_are_sound(data: st.DataObject) -> None:
    """The solver and the independent evaluator agree on people under an edited book, and no edit is none."""
    book = data.draw(books())
    found: list[Edit] = list(islice(edits(book), 400))
    assert len({e.id for e in found}) == len(found)
    for _ in range(3):
        if not found:
            return
        edit = data.draw(st.sampled_from(found))
        note(edit.id)
        assert edit.book != book
        agreed(data, edit.book)


def agreed(data: st.DataObject, book: Book) -> None:
    """Two people for whom both evaluators say the same."""
    from solver.assess import compile_book

    compiled = compile_book(book)
    of = population(book, 80)
    for _ in range(2):
        told = data.draw(complete(of))
        asked = Asked({}, "presumed")
        right = expected(book, told.case, asked) if told else None
        if told is not None and right is not None:
            assert list(map(str, differences(book, answered(compiled, told.case, asked), right))) == []
