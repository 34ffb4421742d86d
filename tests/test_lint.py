"""Roundabout drafting: what is found, that its fix changes no verdict, and that it takes out just what was put in."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dsl.book import compile_book_files
from dsl.codes import CODES
from dsl.format import format_source
from tests.test_edits import TEXT
from tests.test_testing import LISTS
from whereas.fixing import difference, fixed
from whereas.testing import Book, Person, people

MAIN = "book.rules"
PLAIN = TEXT + LISTS
laws = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

ROUNDABOUT = PLAIN.replace("[income] applicant.income", "[income] not not not not applicant.income").replace(
    "[high] applicant.level is high", "[high] not (applicant.level is not high)  # kept"
).replace("needs all of\n    [work]", "needs at least 2 of\n    [work]").replace(
    "[narrow] applicant.honest", "[narrow] not not applicant.honest"
)  # fmt: skip
"""The small book with denials of denials, and a count of all."""


def codes(text: str) -> list[str]:
    """What is found in a book."""
    return [d.code for d in compile_book_files({MAIN: text}).diagnostics]


def test_the_small_book_is_plain() -> None:
    assert codes(PLAIN) == []


def test_everything_planted_is_found_and_fixed() -> None:
    assert sorted(codes(ROUNDABOUT)) == ["L308"] * 5 + ["L310"]
    done = fixed({MAIN: ROUNDABOUT}, MAIN)
    wanted = PLAIN.replace("[high] applicant.level is high", "[high] (applicant.level is high)  # kept")
    assert done.texts == {MAIN: wanted}
    assert done.left == ()
    assert fixed(done.texts, MAIN).fixed == ()


BEFORE, AFTER = (
    Book(compile_book_files(texts).value) for texts in ({MAIN: ROUNDABOUT}, fixed({MAIN: ROUNDABOUT}, MAIN).texts)
)


@laws
@given(people(BEFORE))
def test_a_fix_changes_no_verdict(person: Person) -> None:
    """Of anybody, on any category."""
    assert dict(person.under(AFTER).verdicts) == dict(person.verdicts)


PLACES = [m.end() for m in re.finditer(r"^ +\[\w+\] (?!by reading|some|every)", PLAIN, re.MULTILINE)]
IN_ENGLISH = [m.start() for m in re.finditer(r'(?<=en ")', PLAIN)]


@laws
@given(
    denied=st.lists(st.sampled_from(PLACES), unique=True, max_size=4),
    english=st.lists(st.sampled_from(IN_ENGLISH), unique=True, max_size=3),
    blanks=st.integers(1, 3),
)
def test_fixing_takes_out_what_was_put_in(denied: list[int], english: list[int], blanks: int) -> None:
    """Denials and blanks planted anywhere are found one by one; what comes back is the text before, to the letter."""
    planted = [(at, "not not ") for at in denied] + [(at, " " * blanks) for at in english]
    text = PLAIN
    for at, what in sorted(planted, reverse=True):
        text = text[:at] + what + text[at:]
    assert sorted(codes(text)) == sorted(["L308"] * len(denied) + ["A416"] * len(english))
    done = fixed({MAIN: text}, MAIN)
    assert done.texts == {MAIN: PLAIN}
    assert len(done.fixed) == len(planted)


def test_what_is_fixed_stays_formatted() -> None:
    """A formatted text is still one."""
    formatted = format_source(ROUNDABOUT, MAIN).value
    assert formatted is not None
    after = fixed({MAIN: formatted}, MAIN).texts[MAIN]
    assert format_source(after, MAIN).value == after


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("計劃(試行),暫停", "計劃（試行），暫停"),
        ("年滿18歲;{value}歲", "年滿18歲；{value}歲"),
        ("上午9:30起", "上午9:30起"),  # between figures a colon is half-width
        ("按(a)項", "按(a)項"),
        ("計劃 ，暫停", "計劃，暫停"),
        ("VTC 課程", "VTC 課程"),  # a blank between scripts is a matter of style
    ],
)
def test_chinese_words(written: str, wanted: str) -> None:
    text = PLAIN.replace('zh "成年"', f'zh "{written}"').replace('en "grown"', 'en "grown {value}"')
    found = fixed({MAIN: text.replace('en "grown {value}"', 'en "grown"')}, MAIN).texts[MAIN]
    assert f'zh "{wanted}"' in found


def test_a_comparison_that_may_have_no_value_is_only_warned_of() -> None:
    """Before its first row a parameter has no value: neither `is` nor `is not` holds, so the denials say something."""
    text = PLAIN.replace("applicant.income at least floor", "not applicant.income is not floor")
    assert codes(text) == ["L308"]
    assert fixed({MAIN: text}, MAIN).texts == {MAIN: text}
    plain = PLAIN.replace("applicant.income at least floor", "applicant.income is floor")
    person = Book(compile_book_files({MAIN: text}).value).person(
        "filed_on: 2019-01-01\napplicant: {income: 5, level: low, honest: true, born_on: 1980-01-01}\njobs: []\n"
    )
    other = Book(compile_book_files({MAIN: plain}).value)
    assert person.verdicts["small.a"] == "qualifies"
    assert person.under(other).verdicts["small.a"] == "does_not_qualify"


def test_a_book_with_errors_is_left_alone() -> None:
    text = ROUNDABOUT.replace("at least floor", "at least flor")
    assert fixed({MAIN: text}, MAIN).texts == {MAIN: text}


def test_every_code_that_says_so_has_a_fix() -> None:
    """The pages promise `check --fix` for just those that have one."""
    from dsl.codes import page

    promised = {c for c in CODES if "check\n--fix" in page(c) or "check --fix" in page(c)}
    assert promised == {"A416", "A417", "L308", "L310"}


# ------------------------------------------------------------------------------------------------------------- command


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "whereas", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_fix_on_the_command_line(tmp_path: Path) -> None:
    """`--diff` shows and writes nothing, `--fix` writes; a second time there is nothing to do."""
    file = tmp_path / MAIN
    file.write_bytes(b"\xef\xbb\xbf" + ROUNDABOUT.replace("\n", "\r\n").encode())
    shown = run("check", tmp_path, "--diff")
    assert shown.returncode == 1
    assert "-      [narrow] not not applicant.honest" in shown.stdout
    assert "+      [narrow] applicant.honest" in shown.stdout
    assert b"not not" in file.read_bytes()
    found = run("check", tmp_path)
    assert "6 findings can be fixed with `whereas check --fix`" in found.stdout
    data = json.loads(run("check", tmp_path, "--diff", "--json").stdout)
    assert {d["code"] for d in data["fixed"]} == {"L308", "L310"}
    assert data["written"] is False
    done = run("check", tmp_path, "--fix")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fixed[L310]: book.rules:" in done.stdout
    assert "findings fixed in 1 file" in done.stdout
    written = file.read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    assert b"not not" not in written
    assert written.count(b"\r\n") == written.count(b"\n")
    assert run("check", tmp_path, "--fix").stdout == "0 findings fixed\n"
    assert run("check", tmp_path, "--diff").stdout == "nothing to fix\n"


def test_a_patch_without_a_final_line_end() -> None:
    assert difference({"a": "x"}, {"a": "y"}).endswith("+y\n\\ No newline at end of file\n")
