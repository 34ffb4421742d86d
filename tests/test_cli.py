"""Every command from the outside: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from dsl.diagnostics import InternalError
from tests.ready import run
from tests.test_driver import BOOK
from whereas import cli
from whereas.commands import assess as assess_command
from whereas.commands import check as check_command

ROOT = Path(__file__).parent.parent

PERSON = "applicant:\n  children: 2\n"
NOBODY = "applicant:\n  children: 0\n"
UNKNOWN = "applicant:\n  children: unknown\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small book and some cases, and the working directory."""
    monkeypatch.setenv("WHEREAS_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "book.rules").write_text(BOOK, "utf-8")
    for name, text in [("yes", PERSON), ("no", NOBODY), ("open", UNKNOWN), ("broken", "applicant:\n  childern: 2\n")]:
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    return tmp_path


def outside(line: str, *, text: str = "", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A command as a process of its own."""
    command = [sys.executable, "-m", "whereas", *shlex.split(line)]
    return subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=60, env={**os.environ, **(env or {})}
    )


# ------------------------------------------------------------------------------------------------- assess and explain


def test_assess(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "assess yes.yaml no.yaml open.yaml --book book")
    assert (code, err) == (0, "")
    assert re.search(r"✔ small\.a .* qualifies\n", out)
    assert re.search(r"Does not qualify\n✘ small\.a ", out)
    assert re.search(r"\? small\.a .* depends\n", out)
    assert "unknown: number of children" in out


def test_assess_json_is_an_object_for_one_and_an_array_for_several(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "--json assess yes.yaml --book book")
    one = json.loads(out)
    assert (code, one["results"][0]["verdict"]) == (0, "qualifies")
    assert re.fullmatch(r"[0-9a-f]{64}", one["book"]["hash"])
    code, out, _ = run(capsys, "assess no.yaml open.yaml --json --book book")
    assert [case["results"][0]["verdict"] for case in json.loads(out)] == ["does_not_qualify", "depends"]
    assert json.loads(out)[1]["results"][0]["hinges"] == [
        {"kind": "fact", "id": "applicant.children", "label": "number of children"}
    ]


def test_one_broken_case_does_not_keep_the_others_from_their_answer(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "assess broken.yaml yes.yaml --book book")
    assert code == 2
    assert "C503" in err
    assert "broken.yaml:2:3" in err
    assert "write `children`" in err
    assert "✔ small.a" in out
    code, out, _ = run(capsys, "assess broken.yaml yes.yaml --book book --json")
    broken, answered = json.loads(out)
    assert code == 2
    assert broken["diagnostics"][0]["code"] == "C503"
    assert answered["results"][0]["verdict"] == "qualifies"


@pytest.mark.parametrize(("name", "expected"), [("yes", 0), ("open", 0), ("no", 1)])
@pytest.mark.parametrize("category", ["small.a", "small"])
def test_explain(place: Path, capsys: pytest.CaptureFixture[str], name: str, expected: int, category: str) -> None:
    code, out, err = run(capsys, f"explain {name}.yaml {category} --book book")
    assert (code, err) == (expected, "")
    assert "number of children" in out
    assert "[guide 1]" in out
    assert "guide: A guide, 1 January 2024" in out


def test_explain_json_has_steps(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "explain no.yaml small.a --book book --json")
    (step,) = json.loads(out)["results"][0]["steps"]
    assert step["mark"] == "not_met"
    assert step["cites"] == ["guide 1"]


@pytest.mark.parametrize(("lang", "word"), [("zh-Hant", "子女人數"), ("zh-Hans", "子女人数"), ("zh_hant", "子女人數")])
def test_languages(place: Path, capsys: pytest.CaptureFixture[str], lang: str, word: str) -> None:
    _, out, _ = run(capsys, f"--lang {lang} explain no.yaml small.a --book book")
    assert word in out


def test_html(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "explain no.yaml small.a --book book --html page.html")
    assert (code, out) == (1, "")
    assert (place / "page.html").read_text("utf-8").startswith("<!doctype html>")
    _, out, _ = run(capsys, "assess no.yaml --book book --html -")
    assert out.lstrip().startswith("<!doctype html>")


def test_a_page_and_data_together(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "assess yes.yaml --book book --json --html page.html")
    assert code == 0
    assert json.loads(out)["results"][0]["verdict"] == "qualifies"
    assert (place / "page.html").read_text("utf-8").startswith("<!doctype html>")
    code, out, _ = run(capsys, "assess yes.yaml --book book --json --html -")
    assert code == 2
    assert json.loads(out)["diagnostics"][0]["message"] == "two reports are asked for on standard output"


def test_findings_about_several_files_are_set_apart(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "empty.yaml").write_text("", "utf-8")
    _, _, err = run(capsys, "assess broken.yaml empty.yaml --book book")
    assert not err.startswith("\n")
    assert err.count("\n\nerror[") == 1


def test_the_columns_asked_for_are_kept(place: Path) -> None:
    done = outside("explain no.yaml small.a --book book", env={"COLUMNS": "40"})
    assert max(map(len, done.stdout.splitlines())) <= 40


@pytest.mark.parametrize(("shut", "expected"), [(">&-", 0), ("2>&-", 0), ("<&-", 2)])
def test_a_closed_stream_is_no_bug_of_ours(place: Path, shut: str, expected: int) -> None:
    name = "-" if shut == "<&-" else "yes.yaml"
    command = f"{shlex.quote(sys.executable)} -m whereas assess {name} --book book {shut}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert done.returncode == expected
    assert "internal error" not in done.stderr
    assert ("standard input is closed" in done.stderr) is (expected == 2)


def test_standard_input_and_several_documents(place: Path) -> None:
    done = outside("assess - --book book --json", text=f"{PERSON}---\n{NOBODY}")
    assert [case["results"][0]["verdict"] for case in json.loads(done.stdout)] == ["qualifies", "does_not_qualify"]
    done = outside("assess - --book book", text="applicant: [")
    assert done.returncode == 2
    assert "<stdin>:1:" in done.stderr


# ---------------------------------------------------------------------------------------------------------- for authors


def test_assess_all(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, short, _ = run(capsys, "assess no.yaml --book book")
    _, full, _ = run(capsys, "assess no.yaml --book book --all")
    assert "✘ small.a" in short
    assert "[guide 1]" not in short
    assert "Small scheme\n✘ small.a" in full
    assert "[guide 1]" in " ".join(full.split())
    assert json.loads(run(capsys, "assess no.yaml --book book --all --json")[1]) == json.loads(
        run(capsys, "assess no.yaml --book book --json")[1]
    )


def test_check(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check book")
    assert code == 0
    assert out == "tiny: 1 category, 0 examples, no findings\n"
    (place / "book" / "book.rules").write_text(BOOK.replace("applicant.children", "applicant.childern"), "utf-8")
    code, out, _ = run(capsys, "check book")
    assert code == 1
    assert "error[N106]" in out
    assert "book.rules:" in out
    code, out, _ = run(capsys, "check --book book --json")
    assert code == 1
    assert json.loads(out)["diagnostics"][0]["code"] == "N106"
    code, _, err = run(capsys, "assess yes.yaml --book book")
    assert code == 2
    assert "error[N106]" in err


def test_fmt(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, tidy, _ = run(capsys, "fmt book/book.rules")
    messy = tidy.replace(" : ", ":").replace("source guide", "source   guide")
    (place / "book" / "messy.rules").write_text(messy, "utf-8")
    code, out, _ = run(capsys, "fmt --check book/messy.rules")
    assert (code, out) == (1, "book/messy.rules: would be changed\n")
    code, out, _ = run(capsys, "fmt --write book/messy.rules")
    assert (code, out) == (0, "")
    assert (place / "book" / "messy.rules").read_text("utf-8") == tidy
    assert run(capsys, "fmt --check book/messy.rules")[0] == 0
    _, chinese, _ = run(capsys, "fmt --lang zh book/messy.rules")
    assert chinese != tidy
    (place / "zh.rules").write_text(chinese, "utf-8")
    assert run(capsys, "fmt --lang en zh.rules")[1] == tidy
    (place / "bad.rules").write_text('book x\n  en "', "utf-8")
    code, _, err = run(capsys, "fmt bad.rules")
    assert code == 2
    assert "error[S" in err


EXAMPLES = """
example two_children
  en "Two children"  zh "兩名子女"
  facts
    applicant:
      children: 2
  expect small.a qualifies because [enough]

example no_children like two_children
  with applicant.children = 0
  expect small.a does_not_qualify
"""


def test_test(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = place / "book" / "book.rules"
    labelled = BOOK.replace("  needs applicant", "  needs all of\n    [enough] applicant")
    file.write_text(labelled + EXAMPLES, "utf-8")
    code, out, err = run(capsys, "test book")
    assert (code, err) == (0, "")
    assert "2 of 2 examples are as expected; 0 of 1 conditions are not decided both ways" in out
    file.write_text(labelled + EXAMPLES.replace("small.a qualifies", "small.a depends"), "utf-8")
    code, out, _ = run(capsys, "test book")
    assert code == 1
    assert "error[T801]: example `two_children` does not come out as expected" in out
    assert "^ expected: `small.a` " in out
    assert "the rules say that it qualifies" in out
    inherited = EXAMPLES.replace("children: 2", "childern: 2") + "example again like two_children\n"
    file.write_text(labelled + inherited + "  expect small.a qualifies\n", "utf-8")
    code, out, _ = run(capsys, "test book")
    assert code == 1
    assert out.count("error[C503]: unknown key `childern`") == 1
    file.write_text(labelled + EXAMPLES.partition("example no_children")[0], "utf-8")
    code, out, _ = run(capsys, "test book --json")
    assert code == 0
    assert json.loads(out)["undecided"] == [{"path": "small.a/enough", "missing": ["fails"]}]


def test_emit_runs_in_plain_clingo(place: Path) -> None:
    program = outside("emit --case yes.yaml --book book")
    assert program.returncode == 0
    solved = subprocess.run(
        [sys.executable, "-m", "clingo", "-", "0"], input=program.stdout, capture_output=True, text=True, timeout=60
    )
    assert "small" in solved.stdout
    assert outside("emit --book book").returncode == 0


def test_schema_and_code(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "schema --book book")
    assert code == 0
    assert json.loads(out)["$schema"].endswith("2020-12/schema")
    code, out, _ = run(capsys, "code n102")
    assert code == 0
    assert out.startswith("# N102")
    assert run(capsys, "code unknown-name")[1] == out
    assert "N102  unknown-name" in run(capsys, "code")[1]


# ------------------------------------------------------------------------------------------------- what can go wrong

WRONG = [
    ("", 2, "Usage: whereas"),
    ("asess yes.yaml", 2, "write `whereas assess`"),
    ("assess", 2, "`CASE...` is missing"),
    ("assess yes.yaml --lnag en", 2, "write `--lang`"),
    ("assess yes.yaml --lang", 2, "write `--lang en|zh-Hant|zh-Hans`"),
    ("assess yes.yaml --html", 2, "a value is needed after it"),
    ("assess yes.yaml --json=yes", 2, "it takes no value"),
    ("--lang zh-Hant", 2, "a command is missing"),
    ("help", 2, "write `whereas --help`"),
    ("assess ''", 2, "the name is empty"),
    ("check ''", 2, "the name is empty"),
    ("schema --book ''", 2, "the name is empty"),
    ("assess yes.yaml --html ''", 2, "the name is empty"),
    ("assess yes.yaml --html book", 2, "this is a folder"),
    ("fmt --check --write book/book.rules", 2, "leave out `--check` or `--write`"),
    ("explain small.a yes.yaml", 2, "write `whereas explain yes.yaml small.a`"),
    ("assess yes.yaml --lang zh-Hand", 2, "write `--lang zh-Hant`"),
    ("assess yes.yml", 2, "write `yes.yaml`"),
    ("assess book", 2, "this is a folder"),
    ("assess - -", 2, "standard input is named twice"),
    ("assess yes.yaml --as-known-on 2024-02-30", 2, "`2024-02-30` is not a date"),
    ("assess yes.yaml --as-known-on 20240230", 2, "is not a date"),
    ("assess yes.yaml --judgements opened", 2, "write `--judgements open`"),
    ("assess yes.yaml --time-limit soon", 2, "write seconds, such as `--time-limit 10`"),
    ("assess yes.yaml --time-limit -1", 2, "is not a number of seconds"),
    ("assess yes.yaml --readings some", 2, "write `--readings all`"),
    ("assess yes.yaml --reading x=y --readings all", 2, "one reading is chosen and all are asked for"),
    ("assess yes.yaml --reading x=y", 2, "the book has no reading `x`"),
    ("explain yes.yaml small.b", 2, "write `small.a`"),
    ("explain yes.yaml small.a more", 2, "more on the line than the command takes"),
    ("assess yes.yaml --html no/such/folder.html", 2, "there is no such folder"),
    ("check nosuch", 2, "cannot read `nosuch`"),
    ("code N10", 2, "there is no code `N10`"),
    ("schema --book boook", 2, "write `book`"),
    ("log", 2, "add `--store FILE`"),
    ("pages", 2, "add `--out DIR`"),
    ("diff book", 2, "there is less on the line than the command needs"),
    ("diff --known 2026-13-01 2026-11-21", 2, "such as `--known 2026-01-01 2026-11-21`"),
    ("fmt book", 2, "as in `book/*.rules`"),
    ("assess yes.yaml --html --all", 2, "name a file before `--all`"),
    ("replay yes.yaml", 2, "not JSON from line 1, column 1 on"),
    ("explain yes.yaml nowhere", 2, "write one of these"),
]


@pytest.mark.parametrize(("line", "expected", "said"), WRONG, ids=[line or "nothing" for line, *_ in WRONG])
def test_a_mistake_is_shown_and_never_a_traceback(
    place: Path, capsys: pytest.CaptureFixture[str], line: str, expected: int, said: str
) -> None:
    whole = line.endswith(("--lang", "--html", "=yes"))
    given = f"{line} --book book" if line.startswith(("assess yes", "explain")) and not whole else line
    code, out, err = run(capsys, given)
    assert code == expected
    assert said in err
    assert "Traceback" not in err
    assert out == ""
    if line:
        assert "error[U" in err
        assert "^" in err


def test_the_caret_stands_under_the_word(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for line in ("assess yes.yaml --lang=fr", "assess yes.yaml --lang fr", "assess '' --lang fr"):
        _, _, err = run(capsys, line)
        shown = err.splitlines()
        typed = next(n for n, text in enumerate(shown) if f"whereas {line}" in text)
        assert shown[typed].index("fr") == shown[typed + 1].index("^^")


def test_a_reading_without_a_value_is_told_its_own_values(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = run(capsys, "assess examples/cuban.yaml --reading list_date")
    assert "write `--reading list_date=day_of_approval`" in err


def test_a_change_of_a_fact_under_something_is_told_its_path(capsys: pytest.CaptureFixture[str]) -> None:
    for fact, path in [("nationality=KR", "applicant.nationality"), ("ended_on=ongoing", "applicant.jobs[0].ended_on")]:
        _, _, err = run(capsys, f"whatif examples/graduate.yaml --set {fact}")
        assert f"= help: write `{path}`" in err


def test_what_a_mistyped_reading_is_said_to_be_can_be_typed(capsys: pytest.CaptureFixture[str]) -> None:
    """A value that the nearest reading has is kept; any other is put right too."""
    _, _, err = run(capsys, "assess examples/cuban.yaml --reading lst_date=successor_too")
    assert "write `--reading list_date=successor_too`" in err
    _, _, err = run(capsys, "assess examples/cuban.yaml --reading lst_date=x")
    assert "write `--reading list_date=day_of_approval`" in err


def test_of_an_unknown_category_its_scheme_is_shown_and_not_the_whole_book(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = run(capsys, "explain examples/cuban.yaml ttps.d")
    assert "it has: ttps.a, ttps.b, ttps.c" in err
    assert "vpas" not in err
    _, _, err = run(capsys, "explain examples/cuban.yaml nowhere")
    assert ", techtas, assg, cies, " in err


def test_a_mistake_is_data_with_json(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--json explain yes.yaml small.z --book book")
    assert (code, err) == (2, "")
    assert json.loads(out)["diagnostics"][0]["code"] == "U701"


@pytest.mark.parametrize("option", ["--json", "--lang zh-Hant", "--judgements open"])
def test_options_before_and_after_the_command_mean_the_same(
    place: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    assert run(capsys, f"--book book {option} assess yes.yaml") == run(capsys, f"assess yes.yaml {option} --book book")


def test_a_bug_of_ours_asks_for_a_report(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **more: object) -> int:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(check_command, "check", broken)
    code, _, err = run(capsys, "check book")
    assert code == 3
    assert "please report" in err
    assert "Traceback" not in err

    def known(*args: object, **more: object) -> int:
        raise InternalError("stage", "something impossible")

    monkeypatch.setattr(check_command, "check", known)
    assert "internal error in stage: something impossible" in run(capsys, "check book")[2]
    monkeypatch.setenv("WHEREAS_DEBUG", "1")
    with pytest.raises(InternalError):
        cli.run(["check", "book"])


def test_a_reader_that_goes_away_is_no_error(place: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m whereas code | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""


def test_control_c_stops_quietly(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*args: object, **kwargs: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(assess_command, "assess", stopped)
    assert run(capsys, "assess yes.yaml --book book") == (130, "", "interrupted\n")


def test_no_colour_without_a_terminal(place: Path) -> None:
    assert "\x1b" not in outside("explain no.yaml small.a --book book").stdout


def test_every_command_has_help_with_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    for name, command in cli.whereas.commands.items():
        assert isinstance(command, click.Command)
        code, out, _ = run(capsys, f"{name} --help")
        assert code == 0
        assert "Exit codes" in out


# ----------------------------------------------------------------------------------------------- what the README says


def documented() -> list[tuple[str, int]]:
    """The commands in the shell blocks of the README, with the exit code a comment behind them promises."""
    text = (ROOT / "README.md").read_text("utf-8")
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    found = []
    for line in lines:
        command, _, comment = line.partition("  #")
        promised = re.search(r"exits (\d)", comment)
        found.append((command.strip(), int(promised[1]) if promised else 0))
    return [(command, code) for command, code in found if command.removeprefix(".venv/bin/").startswith("whereas ")]


def answered() -> list[tuple[str, str]]:
    """What the README shows as answers: the command and its words, of which `...` stands for some left out."""
    text = (ROOT / "README.md").read_text("utf-8")
    return re.findall(r"```\n\$ (.*?)\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize(("command", "words"), answered(), ids=[c for c, _ in answered()])
def test_the_readme_shows_what_is_said(command: str, words: str, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    (tmp_path / "case.yaml").write_text("title: Aiko\napplicant:\n  nationalty: JP\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "whereas", *shlex.split(command)[1:]],
        cwd=tmp_path if "case.yaml" in command else ROOT,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    said = done.stdout + done.stderr
    for part in words.split("...\n"):
        assert part.strip("\n") in said
    assert said.startswith(words.split("...\n")[0])


def test_the_readme_shows_answers_and_a_condition_of_the_book() -> None:
    assert len(answered()) == 3
    (condition,) = re.findall(r"```\n(\[.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    book = {line.strip() for line in (ROOT / "policy" / "hk" / "ttps.rules").read_text("utf-8").splitlines()}
    assert {line.strip() for line in condition.splitlines()} <= book


@pytest.mark.parametrize(("command", "expected"), documented(), ids=[c for c, _ in documented()])
def test_the_readme_tells_the_truth(command: str, expected: int, tmp_path: Path) -> None:
    line = command.replace(".venv/bin/", "")
    for written in ("page.html", "completed.yaml"):
        line = line.replace(written, str(tmp_path / written))
    line = re.sub(r"\bwhereas\b", f"{shlex.quote(sys.executable)} -m whereas", line, count=1)
    line = line.replace("| python ", f"| {shlex.quote(sys.executable)} ")
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=300)
    piped = "| python" in command
    assert done.returncode == expected or piped, done.stderr
    assert done.stdout or any(option in command for option in ("--html", "--check", "--out"))
    assert "Traceback" not in done.stderr


def test_each_goal_that_is_named_is_looked_for(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "whatif examples/graduate.yaml --goal gep --goal asmtp --goal gep --json")
    assert [goal["category"] for goal in json.loads(out)] == ["gep", "asmtp"]
