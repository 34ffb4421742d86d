"""Books from disk, and the cache: never stale, never fatal."""

from __future__ import annotations

import os
import pickle
import tomllib
from pathlib import Path

import pytest

from whereas import cache, driver
from whereas.driver import book_files, load_book, read_input

ROOT = Path(__file__).parent.parent

BOOK = """\
book tiny
  en "A tiny book"  zh "小規則書"
  known 2026-11-21

source guide
  rank 2
  edition 2024-01-01
  en "A guide"  zh "指引"

given applicant : person
  en "applicant"  zh "申請人"

entity person
  en "person"  zh "人"
  children : whole  en "number of children"  zh "子女人數"

scheme small  en "Small scheme"  zh "小計劃"

category small.a
  en "Category A"  zh "A類"  cites guide "1"
  needs applicant.children at least 1  cites guide "1"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book in a folder and a cache of its own."""
    monkeypatch.setenv("WHEREAS_CACHE", str(tmp_path / "cache"))
    book = tmp_path / "book"
    book.mkdir()
    (book / "book.rules").write_text(BOOK, "utf-8")
    return book


def entries(folder: Path) -> list[Path]:
    return list((folder.parent / "cache").glob("*.book"))


def limit(folder: Path) -> object:
    """The number the one condition of the book compares with."""
    result = load_book(folder)
    assert result.value is not None, result.diagnostics
    return result.value.categories["small.a"].needs.cond.right.value  # type: ignore[union-attr]


def test_a_kept_book_is_the_book(folder: Path) -> None:
    fresh = load_book(folder).value
    assert len(entries(folder)) == 1
    assert load_book(folder).value == fresh
    assert len(entries(folder)) == 1


def test_a_changed_book_is_never_answered_from_the_old_entry(folder: Path) -> None:
    assert limit(folder) == 1
    times = (folder / "book.rules").stat()
    (folder / "book.rules").write_text(BOOK.replace("at least 1", "at least 2"), "utf-8")
    os.utime(folder / "book.rules", ns=(times.st_atime_ns, times.st_mtime_ns))  # same size, same time
    assert limit(folder) == 2


def test_a_changed_table_makes_another_entry(folder: Path) -> None:
    load_book(folder)
    (folder / "list.csv").write_text("id\n", "utf-8")
    load_book(folder)
    assert len(entries(folder)) == 2


def test_another_version_or_compiler_makes_another_entry(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"a.rules": "x"}
    first = cache.key(files, "a.rules", "1")
    assert cache.key(files, "a.rules", "2") != first
    assert cache.key({"a.rules": "y"}, "a.rules", "1") != first
    assert cache.key({"b.rules": "x"}, "b.rules", "1") != first
    monkeypatch.setattr(cache, "_sources", lambda: "other")
    assert cache.key(files, "a.rules", "1") != first


@pytest.mark.parametrize("harm", ["empty", "cut", "flipped", "foreign", "garbage"])
def test_a_spoilt_entry_is_not_used_and_does_no_harm(folder: Path, harm: str) -> None:
    load_book(folder)
    (entry,) = entries(folder)
    data = entry.read_bytes()
    spoilt = {
        "empty": b"",
        "cut": data[:-5],
        "flipped": data[:-1] + bytes([data[-1] ^ 1]),
        "foreign": pickle.dumps("not a book"),
        "garbage": b"\x80" * 500,
    }
    entry.write_bytes(spoilt[harm])
    assert limit(folder) == 1
    assert entry.read_bytes() == data


def test_the_cache_can_be_off_or_out_of_reach(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHEREAS_CACHE", "off")
    assert limit(folder) == 1
    assert entries(folder) == []
    monkeypatch.setenv("WHEREAS_CACHE", "/dev/null/nowhere")
    assert limit(folder) == 1


def test_a_book_with_errors_is_not_kept(folder: Path) -> None:
    (folder / "book.rules").write_text(BOOK.replace("applicant.children", "applicant.kids"), "utf-8")
    result = load_book(folder)
    assert result.value is None
    assert result.diagnostics
    assert entries(folder) == []


def test_what_begins_a_book(folder: Path) -> None:
    (folder / "other.rules").write_text("book other\n", "utf-8")
    read = book_files(folder).value
    assert read is not None
    assert read[1] == "book.rules"
    read = book_files(folder / "other.rules").value
    assert read is not None
    assert read[1] == "other.rules"
    (folder / "book.rules").rename(folder / "third.rules")
    (found,) = book_files(folder).diagnostics
    assert found.code == "U702"
    assert found.help == f"name the file, as in `{folder / 'other.rules'}`"


@pytest.mark.parametrize("name", ["no/such", "empty", "case.yaml"])
def test_what_is_not_a_book(folder: Path, name: str) -> None:
    (folder / "empty").mkdir()
    (folder / "case.yaml").write_text("{}", "utf-8")
    (found,) = load_book(folder / name).diagnostics
    assert found.code == "U702"
    assert found.help


def test_input(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"a: 1\nname: \xe9\n")
    (tmp_path / "bom.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_input(str(tmp_path / "bom.yaml")).value == "a: 1\n"
    for name, code, said in [
        (str(tmp_path / "latin.yaml"), "C530", "on line 2"),
        (str(tmp_path), "U702", "this is a folder"),
        (str(tmp_path / "bon.yaml"), "U702", "there is no such file"),
        ("a\0b", "U702", "cannot be the name of a file"),
    ]:
        (found,) = read_input(name).diagnostics
        assert found.code == code
        assert said in found.primary.text
    (found,) = read_input(str(tmp_path / "bon.yaml")).diagnostics
    assert found.help == f"write `{tmp_path / 'bom.yaml'}`"


def test_one_version() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["project"]["version"] == driver.VERSION
