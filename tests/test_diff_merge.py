"""Two editions as one book: what is said to change does, and what is said to be the same is, by brute force."""

from __future__ import annotations

from typing import Any

from hypothesis import event, given, note
from hypothesis import strategies as st

from dsl import model as m
from dsl.edits import Edit, edits
from solver.assess import assess
from solver.merge import Compared, equivalent
from solver.run import Deadline
from tests.agreement import Asked, expected, turned
from tests.strategies.books import books
from tests.test_agreement import compiled_of, laws, somebody
from tests.test_finder import silent

PLAIN = Asked({}, "presumed")


def edited(data: st.DataObject, book: m.Book) -> Edit | None:
    """One edit of a book."""
    made = list(edits(book, parts=("verdict",)))
    return data.draw(st.sampled_from(made)) if made else None


@laws
@given(st.data())
def test_what_brute_force_finds_changed_is_not_called_the_same(data: st.DataObject) -> None:
    book = data.draw(books())
    edit = edited(data, book)
    if edit is None:
        return
    other = edit.book
    note(f"{edit.id}")
    compiled_of(book)
    found = equivalent(book, other, deadline=Deadline(20))
    for c, it in found.items():
        event("same" if it.same else "open" if it.open else "changes")
        for held, someone in it.turned.items():
            confirm(book, other, c, someone.person, held)
    for told in somebody(data, book, wholly=True, people=6):
        # A new edition's other default is what differs; a choice of the case would hide it.
        case = type(told.case)(told.case.name, told.case.root)
        before, after = expected(book, case, PLAIN), expected(other, case, PLAIN)
        assert before is not None
        assert after is not None
        for c, it in found.items():
            if before[c].verdict is not after[c].verdict:
                event("somebody drawn changes")
                assert it.turned or it.open


def confirm(old: m.Book, new: m.Book, category: str, person: Any, held: bool) -> None:
    """The solver and brute force say that the verdict on a person changes."""
    verdicts = []
    for book in (old, new):
        (result,) = assess(compiled_of(book), person, reasons=False, categories=[category]).results
        right = expected(book, person, PLAIN)
        assert right is None or right[category].verdict is result.verdict
        verdicts.append(result.verdict)
    assert verdicts[0] is not verdicts[1]
    assert verdicts[0] is not (m.Verdict.DOES_NOT_QUALIFY if held else m.Verdict.QUALIFIES)


@laws
@given(st.data())
def test_a_book_is_the_same_as_itself_with_its_parts_in_another_order(data: st.DataObject) -> None:
    from tests.agreement import turned

    book = data.draw(books())
    other = turned(book)
    note(f"{book}")
    for it in equivalent(book, other, deadline=Deadline(20)).values():
        assert isinstance(it, Compared)
        assert not it.turned
        assert it.same or silent(book) or it.open
        event("open" if it.open else "same")
