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
from solver.diff import diff
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


ITEM = re.compile(r"^( +)\[(\w+)\] (?!by reading)(.*\n(?:\1  .*\n)*)", re.MULTILINE)
ITEMS = [m.group(2) for m in ITEM.finditer(PLAIN)]
LEAFLET = 'source leaflet{n}\n  rank 2\n  en "Leaflet"  zh "單張 #{n}"\n\n'


def roundabout(text: str, alone: set[str], again: set[str], leaflets: int) -> str:
    """The text with some conditions in a group of their own, some said again below, and sources that nothing cites."""

    def planted(m: re.Match[str]) -> str:
        indent, name, rest = m.groups()
        inner = f"{indent}  [only] {rest}".replace(f"\n{indent}  ", f"\n{indent}    ")
        said = f"{indent}[{name}] {rest}"
        twice = f"{indent}[{name}_2] {rest}"
        out = f"{indent}[{name}] any of\n{inner}" if name in alone else said
        return out + twice if name in again else out

    for n in range(leaflets):
        text = text.replace("enumeration level", LEAFLET.format(n=n) + "enumeration level")
    return ITEM.sub(planted, text)


@laws
@given(
    alone=st.sets(st.sampled_from(ITEMS), max_size=4),
    again=st.sets(st.sampled_from([i for i in ITEMS if i not in ("narrow", "broad")]), max_size=3),
    leaflets=st.integers(0, 2),
)
def test_groups_of_one_what_is_said_again_and_unread_sources(alone: set[str], again: set[str], leaflets: int) -> None:
    """Each is found and taken out again to the letter; it is proved that nobody's verdict is another."""
    text = roundabout(PLAIN, alone, again - alone, leaflets)
    wanted = ["L309"] * len(alone) + ["L311"] * len(again - alone) + ["A414"] * leaflets
    assert sorted(codes(text)) == sorted(wanted)
    done = fixed({MAIN: text}, MAIN)
    assert done.texts == {MAIN: PLAIN}
    assert sorted(d.code for d in done.fixed) == sorted(wanted)
    before, after = (compile_book_files(texts).value for texts in ({MAIN: text}, done.texts))
    assert before is not None
    assert after is not None
    difference = diff(before, after)
    assert difference.changed == ()
    assert difference.unread == ()


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        # Another citation, other words, or a count of them: one of the two was meant to say something else.
        (
            "L311",
            "    [adult] grown(applicant)\n",
            '    [adult] grown(applicant)\n    [b] grown(applicant) cites act "4"\n',
        ),
        (
            "L311",
            "    [grown] grown(applicant)\n",
            '    [grown] grown(applicant)\n    [too] grown(applicant)\n      en "grown up"  zh "已成年"\n',
        ),
        ("L311", "needs all of\n    [work]", "needs at least 2 of\n    [old] grown(applicant)\n    [work]"),
        # What a comment says, or the group itself, would be lost.
        ("L311", "    [adult] grown(applicant)\n", "    [adult] grown(applicant)\n    [too] grown(applicant)  # yes\n"),
        ("L309", "[grown] grown(applicant)", "[grown] all of  # for now\n      [only] grown(applicant)"),
        ("L309", "[grown] grown(applicant)", '[grown] all of\n      cites act "9"\n      [only] grown(applicant)'),
        ("A414", "enumeration level", LEAFLET.format(n=1).replace("rank 2", "rank 2  # old") + "enumeration level"),
    ],
)  # fmt: skip
def test_what_an_author_has_to_look_at_is_only_warned_of(code: str, old: str, new: str) -> None:
    text = PLAIN.replace(old, new, 1)
    assert text != PLAIN
    assert codes(text) == [code]
    assert fixed({MAIN: text}, MAIN).texts == {MAIN: text}


def test_the_later_edition_of_a_cited_source_stays() -> None:
    """Without it nothing would tell that conditions rest on the earlier one (A415)."""
    page = '  edition {}-01-01\n  address "https://example.org/act.html"\n'
    text = PLAIN.replace("source act\n  rank 1\n", "source act\n  rank 1\n" + page.format(2020))
    later = "source act_2024\n  rank 1\n" + page.format(2024) + '  en "Act"  zh "條例"\n\n'
    text = text.replace("enumeration level", later + "enumeration level")
    assert "A414" in codes(text)
    assert "A415" in codes(text)
    assert fixed({MAIN: text}, MAIN).texts == {MAIN: text}


def test_what_an_example_names_stays_and_the_rest_is_fixed() -> None:
    """A fix that would leave the book with an error is not made; those beside it are."""
    example = (
        "\nexample honest\n  facts\n    filed_on: 2022-01-01\n"
        "    applicant: {income: 500, level: low, honest: true, born_on: 1980-01-01}\n    jobs: []\n"
        "  expect small.a qualifies because [grown_2]\n"
    )
    text = roundabout(PLAIN, {"work"}, {"grown"}, 1) + example
    assert sorted(codes(text)) == ["A414", "L309", "L311"]
    done = fixed({MAIN: text}, MAIN)
    assert sorted(d.code for d in done.fixed) == ["A414", "L309"]
    assert [d.code for d in done.left] == ["L311"]
    assert done.texts == {MAIN: roundabout(PLAIN, set(), {"grown"}, 0) + example}


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
    assert promised == {"A414", "A416", "A417", "L308", "L309", "L310", "L311"}


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
