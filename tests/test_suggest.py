"""Suggested examples decide what no example decided."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.test_codes import files_of
from tests.test_mutation import RULES, book_of
from whereas.examples import run_examples
from whereas.suggesting import suggestions

WEAK = """
category small.a
  en "Category A"  zh "A類"  cites guide "1"
  needs all of
    [many] applicant.children at least 3  cites guide "1"
    [paid] applicant.income at least HK$1,000  cites guide "1"

example four
  facts
    applicant: {children: 4, income: 5000}
  expect small.a qualifies
"""


def test_every_condition_is_decided_once_the_suggestions_are_added() -> None:
    book = book_of(WEAK)
    before = run_examples(book)
    # The one example qualifies, so no condition is ever seen to fail.
    assert [(u.path, u.missing) for u in before.undecided] == [
        ("small.a/many", ("fails",)),
        ("small.a/paid", ("fails",)),
    ]
    found = suggestions(book, before.undecided)
    assert all(s.example for s in found)
    more = run_examples(book_of(WEAK + "\n" + "\n\n".join(s.example for s in found) + "\n"))
    assert more.failed == 0
    assert more.undecided == ()


def test_a_suggestion_is_a_few_changes_on_top_of_an_example() -> None:
    book = book_of(WEAK)
    first, second = (s.example.splitlines() for s in suggestions(book, run_examples(book).undecided))
    assert first[0].startswith("# Not checked")
    assert first[1] == "example small_a_many_fails like four"
    assert [line.split(" = ")[0] for line in first if " with " in line] == ["  with applicant.children"]
    assert first[-1] == "  expect small.a does_not_qualify because [many]"
    assert [line.split(" = ")[0] for line in second if " with " in line] == ["  with applicant.income"]


def test_the_command_writes_a_new_file_and_never_over_one(tmp_path: Path) -> None:
    for name, text in files_of(WEAK).items():
        (tmp_path / name).write_text(text, "utf-8")
    new = str(tmp_path / "new.txt")
    command = [sys.executable, "-m", "whereas", "test", str(tmp_path), "--suggest", "--write", new]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "new.txt").read_text("utf-8").count("example small_a_") == 2
    again = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert again.returncode == 2
    assert "^" in again.stderr


def test_nothing_is_suggested_where_nobody_can_be_found() -> None:
    book = book_of(RULES)
    # Whoever has three children has one: that [some] fails never decides.
    found = {(s.path, s.way): s.example for s in suggestions(book, run_examples(book).undecided)}
    assert found == {} or all(e or (p, w) == ("small.a/some", "fails") for (p, w), e in found.items())
