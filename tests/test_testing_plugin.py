"""The pytest plugin in a run of its own: the option, the fixture, and that it costs nothing when it is not used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.test_edits import TEXT

ROOT = Path(__file__).parent.parent

USES = """\
def test_it(book):
    assert book.categories == ("small.a",)
"""

UNUSED = """\
import sys


def test_nothing_was_imported():
    names = ("clingo", "lark", "hypothesis", "dsl", "solver", "whereas.testing")
    heavy = [name for name in names if name in sys.modules]
    assert heavy == []
"""


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """A run of pytest in a folder, with no plugin but ours."""
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "WHEREAS_CACHE": "off", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "whereas.pytest_plugin", "--rootdir", ".", *options]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120)


def book(folder: Path, text: str = TEXT) -> Path:
    """A folder with a book in it."""
    (folder / "rules").mkdir()
    (folder / "rules" / "book.rules").write_text(text, "utf-8")
    return folder / "rules"


def test_the_option_and_the_ini_value_name_a_book(tmp_path: Path) -> None:
    book(tmp_path)
    (tmp_path / "test_it.py").write_text(USES, "utf-8")
    assert "1 passed" in run(tmp_path, "--whereas-book", "rules").stdout
    (tmp_path / "pytest.ini").write_text("[pytest]\nwhereas_book = rules\n", "utf-8")
    assert "1 passed" in run(tmp_path).stdout


def test_a_book_that_cannot_be_used_is_said_once_with_its_findings(tmp_path: Path) -> None:
    book(tmp_path, TEXT.replace("at least floor", "at least flor"))
    (tmp_path / "test_it.py").write_text(USES, "utf-8")
    done = run(tmp_path, "--whereas-book", "rules")
    assert done.returncode != 0
    assert "error[N102]" in done.stdout
    assert "write `floor`" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_it_costs_nothing_when_unused(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(UNUSED, "utf-8")
    done = run(tmp_path)
    assert "1 passed" in done.stdout, done.stdout


def test_it_is_an_entry_point() -> None:
    from importlib.metadata import entry_points

    (found,) = (e for e in entry_points(group="pytest11") if e.name == "whereas")
    assert found.value == "whereas.pytest_plugin"
