"""Mistakes in the facts of examples, shown by `check` and `test` where they are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ready import run
from tests.test_unread import BOOK, CHILD

EXAMPLES = """
example ann
  facts
    submitted_on: 2026-05-01
    applicant: {income: 5, born_on: 2000-01-01, children: [], jobs: []}
  expect small.a does_not_qualify

example bob like ann
  with applicant.income = 6
  with applicant.childen = []
  with approved_on =  2026-02-30
  expect small.a does_not_qualify

example cat like bob
  with applicant.income = lots
  expect small.a does_not_qualify
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "book.rules").write_text(BOOK + CHILD + EXAMPLES, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WHEREAS_CACHE", "off")
    return tmp_path


def carets(folder: Path, capsys: pytest.CaptureFixture[str], line: str) -> list[tuple[str, str]]:
    """The code of each finding and the words it points to."""
    code, out, _ = run(capsys, line)
    assert code == 1
    text = (folder / "book.rules").read_text("utf-8")
    places = [(d["code"], d["labels"][0]) for d in json.loads(out)["diagnostics"]]
    return [(code, text[at["start"] : at["end"]]) for code, at in places]


WANTED = [("C503", "childen"), ("C508", "2026-02-30"), ("C513", "lots")]


def test_check_points_to_each_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert carets(folder, capsys, "check . --json") == WANTED


def test_fixing_leaves_them_to_be_seen(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = BOOK.replace("[income] applicant", "[income] not not applicant") + CHILD + EXAMPLES
    (folder / "book.rules").write_text(text, "utf-8")
    assert carets(folder, capsys, "check . --fix --json") == WANTED


def test_test_points_to_them_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [f for f in carets(folder, capsys, "test . --json") if f[0] != "T801"] == WANTED


def test_a_warning_is_said_and_the_example_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nation = '  nation : country  en "nationality"  zh "國籍"\nentity child'
    text = BOOK.replace("entity child", nation) + CHILD + '    [nation] applicant.nation is JP  cites guide "1"\n'
    facts = EXAMPLES[: EXAMPLES.index("example bob")].replace("income: 5", "income: 5, nation: Japan")
    (folder / "book.rules").write_text(text + facts, "utf-8")
    assert carets(folder, capsys, "check . --json") == [("C535", "Japan")]
    assert run(capsys, "test .")[0] == 0
