"""The book in a record and in a store: its rules and tables, enough to check and to answer again without a copy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from dsl.book import compile_book_files
from tests.ready import run
from tests.test_records_commands import outside
from whereas import driver
from whereas.records.canonical import packed

Json = dict[str, Any]
EXAMPLES = Path(__file__).parent.parent / "examples"


def edited(folder: Path) -> None:
    """One university less, somewhere in the middle of its table."""
    table = folder / "data" / "ttps_universities.csv"
    lines = table.read_text("utf-8").splitlines(keepends=True)
    del lines[len(lines) // 2]
    table.write_text("".join(lines), "utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a copy of the Hong Kong book, which is the only one at hand, and the working directory."""
    monkeypatch.setenv("WHEREAS_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    shutil.copytree(driver.shipped(), tmp_path / "book")
    shutil.copy(EXAMPLES / "graduate.yaml", tmp_path)
    return tmp_path


def hash_of(folder: Path) -> str:
    book = driver.load_book(folder / "book").value
    assert book is not None
    return driver.edition(book)


def test_a_row_of_a_table_is_part_of_the_edition(folder: Path) -> None:
    before = hash_of(folder)
    edited(folder / "book")
    after = hash_of(folder)
    assert after != before
    (folder / "book" / "people.csv").write_text("name\nEve\n", "utf-8")  # named by no table: no part of the book
    assert hash_of(folder) == after


def test_the_texts_of_a_book_are_enough_to_compile_it(folder: Path) -> None:
    book = driver.load_book(folder / "book").value
    assert book is not None
    again = compile_book_files(book.texts).value
    assert again == book
    assert driver.edition(again) == driver.edition(book)
    assert next(iter(book.texts)).endswith(".rules")  # what concerns no line is shown at the first file


def test_an_embedded_book_is_checked_and_asked_again_where_there_is_no_other_copy(folder: Path) -> None:
    made = outside("record graduate.yaml --book book --category ttps --embed --out a.json", folder)
    assert (made.returncode, made.stderr) == (0, "")
    edited(folder / "book")
    checked = outside("verify a.json --book book", folder)
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout
    assert checked.stdout == "✔ a.json: every claim follows from its facts and its rules\n"
    again = outside("replay a.json --book book", folder)
    assert (again.returncode, again.stderr) == (0, ""), again.stdout
    assert again.stdout.startswith("✔ a.json: the same answer, bit for bit, from book ")


def test_a_store_is_checked_and_asked_again_where_there_is_no_other_copy(folder: Path) -> None:
    made = outside("record graduate.yaml --book book --category ttps --store s.db", folder)
    assert (made.returncode, made.stderr) == (0, "")
    shutil.rmtree(folder / "book" / "data")  # the book at hand cannot even be read any more
    checked = outside("verify --store s.db --book book", folder)
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout
    assert checked.stdout.count("✔") == 2
    again = outside("replay 1 --store s.db --book book", folder)
    assert (again.returncode, again.stderr) == (0, ""), again.stdout
    assert again.stdout.startswith("✔ 1: the same answer, bit for bit, from book ")


def test_an_embedded_table_that_was_changed_is_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "record graduate.yaml --book book --category ttps.b --embed --out a.json")
    whole = json.loads(Path("a.json").read_text("utf-8"))
    table = whole["record"]["book"]["texts"]["data/ttps_universities.csv"].splitlines(keepends=True)
    whole["record"]["book"]["texts"]["data/ttps_universities.csv"] = "".join(table[:-1])
    Path("a.json").write_bytes(packed(whole["record"]))  # with a digest that fits
    code, out, _ = run(capsys, "verify a.json --book book")
    assert code == 1
    assert "no book with the hash" in out
